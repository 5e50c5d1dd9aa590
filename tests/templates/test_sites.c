/* Pages of every site: golden ones, their front matter and paths, what every page says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "templates/site.h"
#include "templates/templates.h"
#include "tests/templates/pages.h"

static void check_golden(struct fixture *f, const char *name, struct slice content)
{
	char *path = arena_printf(&f->arena, "tests/golden/templates/%s.md", name);
	struct slice expected;

	if (getenv("UPDATE_GOLDEN"))
		assert_int_equal(file_write_atomic(path, content, &f->err), STATUS_OK);
	expected = hostile_read(&f->arena, path);
	if (!slice_eq(expected, content))
		fail_msg("%s is not what is made now; UPDATE_GOLDEN=1 renews it. Now:\n%.*s", path,
			 (int)content.len_bytes, content.at);
}

static void golden_pages(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct page *pages = make(f, "plain", &count);

	assert_int_equal(count, 2);
	assert_string_equal(pages[0].path, "inc-2026-0001.md");
	assert_string_equal(pages[1].path, "inc-2026-0001.timeline.svg");
	check_golden(f, "plain", pages[0].content);
	pages = make(f, "hugo", &count);
	assert_int_equal(count, 2);
	assert_string_equal(pages[0].path, "postmortems/inc-2026-0001/index.md");
	check_golden(f, "hugo", pages[0].content);
}

/* But for the picture, which is a file beside a page. */
static void draft_is_the_plain_page(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct page *pages = make(f, "plain", &count);
	const char *page = arena_text(&f->arena, pages[0].content), *picture = strstr(page, "\n![Timeline"), *end;
	struct slice draft;

	assert_non_null(picture);
	end = strchr(picture + 1, '\n');
	assert_int_equal(templates_renderer()->draft(&f->arena, &f->x.input, &draft, &f->err), STATUS_OK);
	assert_string_equal(draft.at, arena_printf(&f->arena, "%.*s%s", (int)(picture - page), page, end + 1));
}

static void the_same_bytes_twice(void **state)
{
	struct fixture *f = *state;
	size_t count, site_count;
	const struct site *sites = templates_renderer()->sites(&site_count);

	assert_int_equal(site_count, 9);
	for (size_t i = 0; i < site_count; i++) {
		struct slice first = make(f, sites[i].name, &count)[0].content;
		struct slice second = make(f, sites[i].name, &count)[0].content;

		assert_true(slice_eq(first, second));
		assert_true(strlen(sites[i].help) > 0);
	}
}

static void unknown_site(void **state)
{
	struct fixture *f = *state;
	const struct page *pages;
	size_t count = 9;

	assert_int_equal(templates_renderer()->postmortem(&f->arena, &f->x.input, "wiki", &pages, &count, &f->err),
			 STATUS_USAGE);
	assert_non_null(strstr(f->err.text, "plain, hugo"));
	assert_int_equal(count, 0);
}

/* ---- front matter and paths --------------------------------------------------- */

static struct slice field(struct slice page, const char *name)
{
	const char *at = strstr(page.at, name);
	const char *end;

	assert_non_null(at);
	at += strlen(name);
	end = strchr(at, '\n');
	assert_non_null(end);
	return (struct slice){ at, (size_t)(end - at) };
}

static void front_matter(void **state)
{
	struct fixture *f = *state;
	struct texts texts = hostile_texts(&f->arena);
	size_t count;

	for (size_t i = 0; i < texts.count; i++) {
		const struct json *title;
		struct slice page, clean;

		f->x.incident.title = utf8_clean(&f->arena, texts.items[i]);
		clean = text_clean_slice(&f->arena, slice_of(f->x.incident.title), TEXT_LINE);
		if (!clean.len_bytes) /* a page needs a title */
			clean = slice_of(f->x.incident.key);
		page = make(f, "hugo", &count)[0].content;
		assert_int_equal(json_parse(&f->arena, field(page, "\ntitle: "), false, NULL, &title, &f->err), STATUS_OK);
		if (!slice_eq(title->text, clean))
			fail_msg("title <<%s>> reads <<%.*s>>", clean.at, (int)title->text.len_bytes, title->text.at);
		/* Nothing of it starts a line of its own. */
		assert_int_equal(occurrences(arena_text(&f->scratch, (struct slice){ page.at,
			(size_t)(body_of(page).at - page.at) }), "\n"), 16);
		arena_clear(&f->scratch);
	}
}

/* Themes print titles as they are: what could be markup or a reference there stands as its likeness. */
static void titles_in_themes(void **state)
{
	static const struct {
		const char *site, *expected;
	} cases[] = {
		{ "hugo", "\"<b> &#60; &lt; R & D &\"" }, { "starlight", "\"＜b＞ &#60; &lt; R & D &\"" },
		{ "jekyll", "\"＜b＞ ＆#60; ＆lt; R & D &\"" }, { "mkdocs", "\"＜b＞ ＆#60; ＆lt; R & D &\"" },
	};
	struct fixture *f = *state;
	size_t count;

	f->x.incident.title = "<b> &#60; &lt; R & D &";
	assert_true(slice_is(field(make(f, "jekyll", &count)[0].content, "\ntitle: "), cases[2].expected));
	f->x.incident.title = "a[0] {b} ![x](y) *z*{: onclick='x'}";
	assert_true(slice_is(field(make(f, "jekyll", &count)[0].content, "\ntitle: "),
			     "\"a[0] {b} ![x\xef\xbc\xbd(y) *z*\xef\xbd\x9b: onclick='x'}\""));
	f->x.incident.title = "<b> &#60; &lt; R & D &";
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice title = field(make(f, cases[i].site, &count)[0].content, "\ntitle: ");

		if (!slice_is(title, cases[i].expected))
			fail_msg("%s: %.*s", cases[i].site, (int)title.len_bytes, title.at);
	}
}

static void dates(void **state)
{
	struct fixture *f = *state;
	size_t count;
	struct slice page = make(f, "hugo", &count)[0].content;

	assert_true(slice_is(field(page, "\ndate: "), "2026-04-23T00:00:00Z"));
	assert_true(slice_is(field(page, "\nlastmod: "), "2026-05-25T12:30:00Z"));
	assert_true(slice_is(field(page, "\ndraft: "), "false"));
	f->x.events[7].milestone = MILESTONE_NONE; /* not published: resolved */
	assert_true(slice_is(field(make(f, "hugo", &count)[0].content, "\ndate: "), "2026-04-20T22:18:00Z"));
	f->x.events[6].milestone = MILESTONE_NONE;
	assert_true(slice_is(field(make(f, "hugo", &count)[0].content, "\ndate: "), "2026-05-25T12:30:00Z"));
	f->x.events[7].milestone = MILESTONE_PUBLISHED; /* planned: later than the record */
	f->x.events[7].at = example_at("2031-01-01");
	assert_true(slice_is(field(make(f, "hugo", &count)[0].content, "\ndate: "), "2026-05-25T12:30:00Z"));
}

static void terms(void **state)
{
	struct fixture *f = *state;
	size_t count;
	struct slice page = make(f, "hugo", &count)[0].content;

	assert_true(slice_is(field(page, "\ntags: "), "[\"Q2\", \"cache\", \"no_long_session_case\"]"));
	assert_true(slice_is(field(page, "\ncategories: "), "[\"infrastructure\", \"testing\"]"));
	f->x.causes[0].code = "../..";
	f->x.causes[1].code = "testing/a\"]\n.b";
	page = make(f, "hugo", &count)[0].content;
	assert_true(slice_is(field(page, "\ntags: "), "[\"Q2\", \"a----b\"]"));
	assert_true(slice_is(field(page, "\ncategories: "), "[\"testing\"]"));
}

static void paths_stay_inside(void **state)
{
	static const char *const keys[] = { "../../etc/passwd", "/etc", "", "index", "README", "a\nb", "_x", "..", "INC-2026-1" };
	static const char *const expected[] = { "etc-passwd.md", "etc.md", "incident.md", "incident-index.md",
						"incident-readme.md", "a-b.md", "x.md", "incident.md", "inc-2026-1.md" };
	struct fixture *f = *state;
	size_t count;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		f->x.incident.key = keys[i];
		assert_string_equal(make(f, "plain", &count)[0].path, expected[i]);
	}
	f->x.incident.key = "INC-2026-0001";
	f->x.incident.title = "Ünïcode & a very, very long title that goes on until nobody reads it any more at all, ever";
	/* An address does not change with the title. */
	assert_true(slice_is(field(make(f, "hugo", &count)[0].content, "\nslug: "), "\"inc-2026-0001\""));
}

/* ---- what the document says --------------------------------------------------- */

static const char *plain_text(struct fixture *f)
{
	size_t count;

	return arena_text(&f->arena, make(f, "plain", &count)[0].content);
}

static void every_section_is_shown(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);
	struct incident_section *sections = arena_array(&f->arena, count, sizeof(*sections));
	const char *text, *last = NULL;

	for (size_t i = 0; i < count; i++)
		sections[i] = (struct incident_section){ kinds[i].key,
							 arena_printf(&f->arena, "body of section %zu.", i) };
	f->x.incident.sections = sections;
	f->x.incident.section_count = count;
	text = plain_text(f);
	for (size_t i = 0; i < count; i++) {
		const char *title = strstr(text, arena_printf(&f->arena, "\n## %s\n\nbody of section %zu.", kinds[i].title, i));

		if (!title || title < last)
			fail_msg("%s is missing or out of order", kinds[i].key);
		last = title;
	}
}

static void an_empty_record_says_so(void **state)
{
	struct fixture *f = *state;
	struct incident empty = { .key = "INC-2026-0002", .title = "Nothing yet" };
	const char *text;

	f->x.input = (struct postmortem_input){ .incident = &empty };
	text = plain_text(f);
	assert_int_equal(occurrences(text, "Not recorded."), 5); /* summary, timeline, samples, causes, actions */
	assert_null(strstr(text, "ILLUSTRATIVE"));
	assert_null(strstr(text, "Interval"));
	assert_null(strstr(text, "## Impact"));
	assert_null(strstr(text, "1970"));
	assert_non_null(strstr(text, "| Severity | not said |"));
}

static void symptom_only(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(occurrences(plain_text(f), "Symptom fixed, cause open"), 1);
	f->x.actions[0].status = ACTION_STATUS_OPEN; /* nothing finished: no claim either way */
	assert_int_equal(occurrences(plain_text(f), "Symptom fixed, cause open"), 0);
	f->x.actions[0].status = ACTION_STATUS_VERIFIED;
	f->x.actions[1].status = ACTION_STATUS_DONE; /* the fix is there */
	assert_int_equal(occurrences(plain_text(f), "Symptom fixed, cause open"), 0);
	f->x.actions[1].status = ACTION_STATUS_INEFFECTIVE;
	assert_int_equal(occurrences(plain_text(f), "Symptom fixed, cause open"), 1);
}

static void illustrative_labels(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(occurrences(plain_text(f), "**ILLUSTRATIVE.**"), 1);
	assert_int_equal(occurrences(plain_text(f), "**Illustrative.**"), 1);
	f->x.input.illustrative = false;
	f->x.samples[1].illustrative = false;
	assert_int_equal(occurrences(plain_text(f), "llustrative"), 0);
	assert_int_equal(occurrences(plain_text(f), "ILLUSTRATIVE"), 0);
}

static void interval_is(struct fixture *f, const char *from, const char *to, const char *expected)
{
	struct incident_event events[2] = {
		{ .number = 1, .kind = EVENT_MILESTONE, .milestone = MILESTONE_FIRST_IMPACT, .at = example_at(from) },
		{ .number = 2, .kind = EVENT_MILESTONE, .milestone = MILESTONE_DETECTED, .at = example_at(to) },
	};

	f->x.incident.events = events;
	f->x.incident.event_count = 2;
	if (!strstr(plain_text(f), arena_printf(&f->arena, "| Impact to detection | %s |", expected)))
		fail_msg("%s to %s is not %s:\n%s", from, to, expected, strstr(plain_text(f), "| Interval"));
}

static void intervals(void **state)
{
	struct fixture *f = *state;

	interval_is(f, "2026-03-04T10:10:00Z", "2026-03-04T10:10:45Z", "45 s");
	interval_is(f, "2026-03-04T10:10:00Z", "2026-03-05T12:10:00Z", "1 d 2 h");
	interval_is(f, "2026-03-04T10:10:00Z", "2026-03-05T10:10:30Z", "1 d");
	interval_is(f, "2026-03-04T10:10Z", "2026-03-04T10:20Z", "10 min");
	interval_is(f, "2026-03-04", "2026-03-19", "14 d to 16 d");
	interval_is(f, "2026-02", "2026-03-04", "3 d to 32 d");
	interval_is(f, "2026-03-04", "2026-03-04", "at most 1 d");
	interval_is(f, "2026-03-05T00:00:00Z", "2026-03-04T00:00:00Z", "−1 d");
}

static void long_code_is_cut(void **state)
{
	struct fixture *f = *state;
	struct strbuf code = STRBUF_INIT;
	const char *text;

	for (int i = 0; i < 700; i++)
		strbuf_addf(&code, "line %d\n", i);
	f->x.samples[0].code = arena_slice(&f->arena, strbuf_slice(&code));
	strbuf_release(&code);
	text = plain_text(f);
	assert_non_null(strstr(text, "\nline 499\n```\n\nCut: the first 500 of 700 lines are shown."));
	assert_null(strstr(text, "line 500"));
	for (int i = 0; i < 100 * 1024; i++)
		strbuf_addstr(&code, "ä");
	f->x.samples[0].code = arena_slice(&f->arena, strbuf_slice(&code));
	strbuf_release(&code);
	assert_non_null(strstr(plain_text(f), "ä\n```\n\nCut: the first 65536 of 204800 bytes are shown."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(golden_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(draft_is_the_plain_page, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_bytes_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_site, setup, teardown),
		cmocka_unit_test_setup_teardown(front_matter, setup, teardown),
		cmocka_unit_test_setup_teardown(titles_in_themes, setup, teardown),
		cmocka_unit_test_setup_teardown(dates, setup, teardown),
		cmocka_unit_test_setup_teardown(terms, setup, teardown),
		cmocka_unit_test_setup_teardown(paths_stay_inside, setup, teardown),
		cmocka_unit_test_setup_teardown(every_section_is_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_record_says_so, setup, teardown),
		cmocka_unit_test_setup_teardown(symptom_only, setup, teardown),
		cmocka_unit_test_setup_teardown(illustrative_labels, setup, teardown),
		cmocka_unit_test_setup_teardown(intervals, setup, teardown),
		cmocka_unit_test_setup_teardown(long_code_is_cut, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
