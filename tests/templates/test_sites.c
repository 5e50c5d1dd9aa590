/* Pages of every site: golden ones, and hostile texts in every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "templates/site.h"
#include "templates/templates.h"
#include "tests/templates/example.h"
#include "tests/templates/hostile.h"

struct fixture {
	struct arena arena;
	struct arena scratch;
	struct example x;
	struct error err;
	struct strbuf buf, seen;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strbuf_init(&f->buf);
	strbuf_init(&f->seen);
	example_init(&f->x);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->buf);
	strbuf_release(&f->seen);
	arena_release(&f->arena);
	arena_release(&f->scratch);
	free(f);
	return 0;
}

static const struct page *make(struct fixture *f, const char *site, size_t *count)
{
	const struct page *pages;

	if (templates_renderer()->postmortem(&f->scratch, &f->x.input, site, &pages, count, &f->err) != STATUS_OK)
		fail_msg("%s: %s", site, f->err.text);
	assert_true(*count >= 1);
	return pages;
}

/* The page without its front matter. */
static struct slice body_of(struct slice page)
{
	if (page.len_bytes > 4 && memcmp(page.at, "---\n", 4) == 0) {
		const char *end = strstr(page.at + 4, "\n---\n");

		assert_non_null(end);
		return slice_of(end + 5);
	}
	return page;
}

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

/* ---- one line of text in every place ----------------------------------------- */

static void assert_reads_back(struct fixture *f, const struct site_writer *site, struct slice clean,
			      enum escape_context context, const char *before, const char *after)
{
	cmark_node *root;
	struct strbuf expected = STRBUF_INIT;

	strbuf_clear(&f->buf);
	strbuf_clear(&f->seen);
	strbuf_addstr(&f->buf, before);
	site->text(&f->buf, clean, context, ESCAPE_WHOLE);
	strbuf_addstr(&f->buf, after);
	root = cmark_parse_document(f->buf.text, f->buf.len_bytes, CMARK_OPT_DEFAULT);
	hostile_tree_text(root, &f->seen);
	cmark_node_free(root);
	/* What stands around it, as the tree shows it. */
	strbuf_addstr(&expected, strcmp(before, "# ") == 0 || strcmp(before, "- ") == 0 || strcmp(before, "> ") == 0 ? "" : before);
	strbuf_addslice(&expected, clean);
	strbuf_addstr(&expected, after);
	if (expected.len_bytes == 0 ? f->seen.len_bytes > 1 :
	    f->seen.len_bytes != expected.len_bytes + 1 || memcmp(f->seen.text, expected.text, expected.len_bytes) != 0)
		fail_msg("%s: <<%.*s>> written as <<%s>> reads <<%s>>", site->name, (int)clean.len_bytes, clean.at,
			 f->buf.text, f->seen.text);
	strbuf_release(&expected);
}

static void text_reads_back(void **state)
{
	struct fixture *f = *state;
	struct texts texts = hostile_texts(&f->arena);
	size_t site_count;
	const struct site *names = site_list(&site_count);

	for (size_t s = 0; s < site_count; s++)
		for (size_t i = 0; i < texts.count; i++) {
			const struct site_writer *site = site_find(names[s].name);
			struct slice clean = text_clean_slice(&f->arena, texts.items[i], TEXT_LINE);

			assert_reads_back(f, site, clean, ESCAPE_PROSE, "", "");
			assert_reads_back(f, site, clean, ESCAPE_PROSE, "- ", "");
			assert_reads_back(f, site, clean, ESCAPE_PROSE, "> ", "");
			assert_reads_back(f, site, clean, ESCAPE_HEADING, "# ", "");
			assert_reads_back(f, site, clean, ESCAPE_CELL, "| x | ", " |");
			if (clean.len_bytes)
				assert_reads_back(f, site, clean, ESCAPE_PROSE, "text\n", "");
			/* No pipe of its own may end the cell. */
			if (memchr(f->buf.text, '|', f->buf.len_bytes)) {
				strbuf_clear(&f->buf);
				site->text(&f->buf, clean, ESCAPE_CELL, ESCAPE_WHOLE);
				for (size_t at = 0; at < f->buf.len_bytes; at++)
					if (f->buf.text[at] == '|')
						assert_true(at > 0 && f->buf.text[at - 1] == '\\');
			}
		}
}

/* GitHub and GitLab act on these in what readers see. */
static void forges(void **state)
{
	static const char *const texts[][2] = {
		{ "x :smile: y", "x `:smile:` y" }, { ":+1::100:", "`:+1:``:100:`" }, { "a::b::c", "a:`:b:`:c" }, { "12:30:45", "12:30:45" },
		{ "@ada, a@b.c", "\\@ada, a@b.c" }, { "#12 a#12 # 1", "\\#12 a\\#12 # 1" }, { "see !12 %3 50% &4 & &x;", "see \\!12 \\%3 50% \\&4 &amp; &amp;x;" },
	};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		strbuf_clear(&out);
		site_put_text(site_find("plain"), &out, slice_of(texts[i][0]), ESCAPE_PROSE, ESCAPE_WHOLE);
		assert_string_equal(out.text, texts[i][1]);
	}
	strbuf_release(&out);
}

static void cleaning(void **state)
{
	struct fixture *f = *state;
	struct texts texts = hostile_texts(&f->arena);
	struct slice once, twice;

	for (size_t i = 0; i < texts.count; i++) {
		once = text_clean_slice(&f->arena, texts.items[i], TEXT_BLOCK);
		twice = text_clean_slice(&f->arena, once, TEXT_BLOCK);
		hostile_assert_visible(once, "cleaned");
		assert_true(slice_eq(once, twice));
	}
	once = text_clean_slice(&f->arena, slice_of("a\xe2\x80\xae\x1b\xff\r\nb\rc\td"), TEXT_BLOCK);
	assert_string_equal(once.at, "a<U+202E><U+001B>\xef\xbf\xbd\nb\nc\td");
	once = text_clean_slice(&f->arena, (struct slice){ "a\0b\r\nc\td", 8 }, TEXT_LINE);
	assert_string_equal(once.at, "a<U+0000>b c d");
}

/* ---- whole pages ------------------------------------------------------------- */

static size_t occurrences(const char *text, const char *needle)
{
	size_t count = 0;

	for (const char *at = strstr(text, needle); at; at = strstr(at + strlen(needle), needle))
		count++;
	return count;
}

/* Code that a site would act on in a fence; its text is in f->buf then. */
static bool is_own_html(struct fixture *f, const struct site_writer *site, cmark_node *node)
{
	struct slice html = slice_of(cmark_node_get_literal(node));

	strbuf_clear(&f->buf);
	if (cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE)
		return site_is_own_tag(site, html);
	return site_read_pre(site, html, &f->buf);
}

/* Every code block that a page must have, read back. */
static void assert_code_blocks(struct fixture *f, const struct site_writer *site, cmark_node *root, struct slice code,
			       size_t expected_count)
{
	size_t found = 0;

	for (cmark_node *node = cmark_node_first_child(root); node; node = cmark_node_next(node)) {
		if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK && is_own_html(f, site, node))
			found += slice_eq(strbuf_slice(&f->buf), code);
		if (cmark_node_get_type(node) != CMARK_NODE_CODE_BLOCK)
			continue;
		strbuf_clear(&f->buf);
		if (site->uncode)
			site->uncode(&f->buf, slice_of(cmark_node_get_literal(node)));
		else
			strbuf_addstr(&f->buf, cmark_node_get_literal(node));
		found += slice_eq(strbuf_slice(&f->buf), code);
	}
	if (found < expected_count)
		fail_msg("%s: %zu of %zu blocks hold <<%s>>", site->name, found, expected_count, code.at);
}

static void assert_no_html(struct fixture *f, const struct site_writer *site, cmark_node *root, struct slice page)
{
	cmark_iter *iter = cmark_iter_new(root);

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if ((type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) && !is_own_html(f, site, node))
			fail_msg("raw HTML %s in %.*s", cmark_node_get_literal(node), (int)page.len_bytes, page.at);
		if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
			assert_true(url_is_safe(slice_of(cmark_node_get_url(node))));
	}
	cmark_iter_free(iter);
}

/* Outside of our own replacements Hugo must find nothing to act on. */
static void assert_no_shortcodes(struct fixture *f, struct slice body)
{
	strbuf_clear(&f->buf);
	for (size_t at = 0; at < body.len_bytes;) {
		static const char *const own[] = { "{{< param _sc_lt >}}", "{{< param _sc_pc >}}", "{{< param _sc_cm >}}",
						 "{{< param _sc_co >}}", "{{< param _sc_hu >}}" };
		size_t i = 0;

		while (i < ARRAY_LEN(own) && strncmp(body.at + at, own[i], strlen(own[i])) != 0)
			i++;
		if (i < ARRAY_LEN(own))
			at += strlen(own[i]);
		else
			strbuf_addch(&f->buf, body.at[at++]);
		if (i < ARRAY_LEN(own))
			strbuf_addch(&f->buf, '\n');
	}
	assert_null(strstr(f->buf.text, "{{<"));
	assert_null(strstr(f->buf.text, "{{%"));
	assert_null(strstr(f->buf.text, "<!--"));
}

static void hostile_pages(void **state)
{
	struct fixture *f = *state;
	struct texts texts = hostile_texts(&f->arena);
	size_t site_count;
	const struct site *names = site_list(&site_count);

	for (size_t i = 0; i < texts.count; i++) {
		/* char fields are clean UTF-8; samples' bodies are bytes. */
		const char *text = utf8_clean(&f->arena, texts.items[i]);
		struct slice line = text_clean_slice(&f->arena, slice_of(text), TEXT_LINE);
		struct slice code = text_clean_slice(&f->arena, slice_of(text), TEXT_BLOCK);
		struct flag flag;
		struct provenance provenance;

		if (code.len_bytes && code.at[code.len_bytes - 1] != '\n')
			code = slice_of(arena_printf(&f->arena, "%s\n", code.at));
		example_fill(&f->x, &flag, &provenance, text);
		for (size_t s = 0; s < site_count; s++) {
			const struct site_writer *site = site_find(names[s].name);
			size_t count;
			const struct page *pages = make(f, site->name, &count);
			struct slice body = body_of(pages[0].content);
			cmark_node *root = cmark_parse_document(body.at, body.len_bytes, CMARK_OPT_DEFAULT);

			hostile_assert_visible(pages[0].content, site->name);
			if (site->document || site->alters) { /* HTML: tests/sites/ reads these with a browser's eyes */
				cmark_node_free(root);
				arena_clear(&f->scratch);
				continue;
			}
			assert_no_html(f, site, root, body);
			if (code.len_bytes)
				assert_code_blocks(f, site, root, code, 4);
			if (site == &site_hugo)
				assert_no_shortcodes(f, body);
			strbuf_clear(&f->seen);
			hostile_tree_text(root, &f->seen);
			cmark_node_free(root);
			/* rationale, 9 cohorts, 3 owners, 3 criteria, 2 tools, 2 rules, 2 messages at least */
			if (line.len_bytes && line.len_bytes < 900 && occurrences(f->seen.text, line.at) < 22)
				fail_msg("%s: <<%s>> is not in the page as often as it should be:\n%s", site->name,
					 line.at, f->seen.text);
			arena_clear(&f->scratch);
		}
	}
}

static void random_bytes(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = 12345;
	static const char alphabet[] = "`~#*_-+<>&|\\[](){}!:.1a \n\t\r\"'$%@=/";

	for (int round = 0; round < 300; round++) {
		char bytes[200];
		size_t len = 1 + (size_t)(round * 7 % (int)sizeof(bytes));
		size_t count;

		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = round % 3 ? alphabet[(seed >> 16) % (sizeof(alphabet) - 1)] : (char)(seed >> 16);
		}
		example_init(&f->x);
		f->x.samples[0].code = f->x.samples[1].diff = (struct slice){ bytes, len };
		f->x.annotation.note = f->x.sections[0].markdown = utf8_clean(&f->scratch, (struct slice){ bytes, len });
		f->x.events[0].text = f->x.causes[0].statement = f->x.annotation.note;
		hostile_assert_visible(make(f, "plain", &count)[0].content, "plain");
		assert_no_shortcodes(f, body_of(make(f, "hugo", &count)[0].content));
		arena_clear(&f->scratch);
	}
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

/* ---- indexes -------------------------------------------------------------------- */

static const struct page *find_page(const struct page *pages, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(pages[i].path, path) == 0)
			return &pages[i];
	return NULL;
}

static const struct page *make_indexes(struct fixture *f, const struct page_entry *entries, size_t entry_count,
				       const char *site, size_t *count)
{
	const struct page *pages = NULL;

	if (templates_renderer()->indexes(&f->arena, entries, entry_count, site, "https://x.example/a/", &pages, count,
					  &f->err) != STATUS_OK)
		fail_msg("%s", f->err.text);
	return pages;
}

/* No two values share a page. */
static void labels_have_pages_of_their_own(void **state)
{
	static const char *const models[] = {
		"gpt", "gpt-2", "GPT-2", "gpt--2", "\xe6\xa8\xa1", "\xe5\x9e\x8b", "other",
		"a-model-with-a-name-that-is-much-too-long-one", "a-model-with-a-name-that-is-much-too-long-two",
	};
	enum { ENTRIES = 1201 };
	struct fixture *f = *state;
	struct page_entry *entries = arena_array(&f->arena, ENTRIES, sizeof(*entries));
	const struct page *pages;
	size_t count, lists = 0;

	templates_renderer()->entry(&f->arena, &f->x.input, "plain", &entries[0]);
	for (int i = 0; i < ENTRIES; i++) {
		entries[i] = entries[0];
		entries[i].models = &models[i < (int)ARRAY_LEN(models) ? i : 0];
		entries[i].model_count = 1;
	}
	pages = make_indexes(f, entries, ENTRIES, "plain", &count);
	for (size_t i = 0; i < count; i++) {
		lists += strncmp(pages[i].path, "by-model-", 9) == 0;
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(pages[i].path, pages[j].path);
	}
	assert_int_equal(lists, ARRAY_LEN(models) + 2); /* "gpt" has three */
	assert_non_null(find_page(pages, count, "by-model-gpt.md"));
	assert_non_null(find_page(pages, count, "by-model-gpt--p3.md"));
	assert_null(find_page(pages, count, "by-model-gpt-2.md")); /* three labels have that one */
	for (size_t i = 1; i < ARRAY_LEN(models); i++) {
		size_t pages_of = 0;

		for (size_t p = 0; p < count; p++)
			pages_of += strncmp(pages[p].path, "by-model-", 9) == 0 &&
				    strstr(pages[p].content.at, arena_printf(&f->arena, "# By model: %s\n", models[i])) != NULL;
		assert_true(pages_of <= 1);
	}
}

/* A label that Docusaurus would alter must not make HTML of the list: its links would be dead, and end the build. */
static void lists_stay_markdown(void **state)
{
	static const char *const models[] = { "a:heart:\\", "plain {#id}" };
	struct fixture *f = *state;
	struct page_entry entry;
	const struct page *page;
	size_t count;

	templates_renderer()->entry(&f->arena, &f->x.input, "docusaurus", &entry);
	entry.models = models;
	entry.model_count = ARRAY_LEN(models);
	page = find_page(make_indexes(f, &entry, 1, "docusaurus", &count), count, "postmortems/index.md");
	assert_non_null(page);
	assert_non_null(strstr(page->content.at, "[a\xef\xbc\x9aheart\xef\xbc\x9a\xef\xbc\xbc](./by-model-"));
	assert_null(strstr(page->content.at, "<a href"));
}

static void indexes_of_many(void **state)
{
	enum { ENTRIES = 1201 };
	struct fixture *f = *state;
	struct page_entry *entries = arena_array(&f->arena, ENTRIES, sizeof(*entries));
	const struct page *pages, *page, *shuffled;
	size_t count, site_count, shuffled_count;
	const struct site *sites = site_list(&site_count);

	templates_renderer()->entry(&f->arena, &f->x.input, "plain", &entries[0]);
	assert_int_equal(entries[0].model_count, 1);
	assert_string_equal(entries[0].models[0], "opus-4.6");
	assert_int_equal(entries[0].category_count, 2);
	for (int i = 1; i < ENTRIES; i++) {
		entries[i] = entries[0];
		entries[i].key = arena_printf(&f->arena, "INC-2026-%04d", i + 1);
		entries[i].slug = arena_printf(&f->arena, "inc-2026-%04d", i + 1);
		entries[i].title = i % 2 ? "</title><script>alert(1)</script>" : "a [b](javascript:x) `c` {{ d }}";
		entries[i].date.at_us += i * INT64_C(1000000);
	}
	pages = make_indexes(f, entries, ENTRIES, "plain", &count);
	page = find_page(pages, count, "by-date-2026--p3.md");
	assert_non_null(page);
	assert_non_null(strstr(page->content.at, "(page 3 of 3)"));
	assert_null(strstr(page->content.at, "Older ones"));
	assert_non_null(strstr(find_page(pages, count, "by-date-2026.md")->content.at, "](by-date-2026--p2.md)"));
	assert_non_null(strstr(find_page(pages, count, "by-date-2026.md")->content.at, "(inc-2026-1201.md)")); /* the newest */
	assert_non_null(find_page(pages, count, "by-model-opus-4-6.md"));
	assert_non_null(find_page(pages, count, "README.md"));
	page = find_page(pages, count, "feed.xml");
	assert_non_null(page);
	assert_null(strstr(page->content.at, "<script>"));
	assert_int_equal(occurrences(page->content.at, "<entry>"), 50);
	assert_non_null(strstr(page->content.at, "<id>https://x.example/a/inc-2026-1201.md</id>"));

	/* In another order, the same bytes. */
	for (int i = 0; i < ENTRIES / 2; i++) {
		struct page_entry moved = entries[i];
		entries[i] = entries[ENTRIES - 1 - i];
		entries[ENTRIES - 1 - i] = moved;
	}
	shuffled = make_indexes(f, entries, ENTRIES, "plain", &shuffled_count);
	assert_int_equal(count, shuffled_count);
	for (size_t i = 0; i < count; i++)
		assert_true(slice_eq(pages[i].content, shuffled[i].content));

	/* Everywhere; mdBook has its list of chapters. */
	for (size_t i = 0; i < site_count; i++) {
		pages = make_indexes(f, entries, 3, sites[i].name, &count);
		assert_true(count >= 7);
		assert_int_equal(find_page(pages, count, "SUMMARY.md") != NULL, strcmp(sites[i].name, "mdbook") == 0);
		pages = make_indexes(f, entries, 0, sites[i].name, &count); /* an empty store */
		assert_true(count >= 1);
	}
}

static void a_notice(void **state)
{
	struct fixture *f = *state;
	size_t site_count;
	const struct site *sites = site_list(&site_count);

	for (size_t i = 0; i < site_count; i++) {
		struct slice content;

		assert_int_equal(templates_renderer()->notice(&f->arena, "INC-2026-0009", sites[i].name, &content, &f->err), STATUS_OK);
		assert_non_null(strstr(content.at, "was withdrawn"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(golden_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(draft_is_the_plain_page, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_bytes_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_site, setup, teardown),
		cmocka_unit_test_setup_teardown(text_reads_back, setup, teardown),
		cmocka_unit_test_setup_teardown(forges, setup, teardown),
		cmocka_unit_test_setup_teardown(cleaning, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(random_bytes, setup, teardown),
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
		cmocka_unit_test_setup_teardown(labels_have_pages_of_their_own, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_stay_markdown, setup, teardown),
		cmocka_unit_test_setup_teardown(indexes_of_many, setup, teardown),
		cmocka_unit_test_setup_teardown(a_notice, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
