/* Pages that were edited by hand, read back: on every site, with hostile text around the edit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "templates/templates.h"
#include "tests/templates/example.h"
#include "tests/templates/hostile.h"

static const char *const sites[] = { "plain", "hugo", "mkdocs", "jekyll", "docusaurus", "mdbook", "vitepress", "starlight" };

struct fixture {
	struct arena arena;
	struct example x;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	example_init(&f->x);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->arena);
	free(f);
	return 0;
}

static struct slice page(struct fixture *f, const char *site, const char *summary)
{
	const struct page *pages;
	size_t count;
	struct error err;

	f->x.sections[0].markdown = summary;
	if (templates_renderer()->postmortem(&f->arena, &f->x.input, site, &pages, &count, &err) != STATUS_OK)
		fail_msg("%s: %s", site, err.text);
	return pages[0].content;
}

/* The page with `old` behind its summary's heading as `new`. */
static struct slice edited(struct fixture *f, struct slice page, const char *old, const char *new)
{
	const char *text = arena_text(&f->arena, page), *heading = strstr(text, "## Summary"), *at;

	assert_non_null(heading);
	at = strstr(heading, old);
	if (!at)
		fail_msg("no \"%s\" in:\n%.3000s", old, heading);
	return slice_of(arena_printf(&f->arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)));
}

static struct adopted adopt(struct fixture *f, const char *site, struct slice page)
{
	struct adopted out;
	struct error err;

	if (templates_renderer()->adopt(&f->arena, &f->x.input, &f->x.incident, site, page, &out, &err) != STATUS_OK)
		fail_msg("%s: %s", site, err.text);
	return out;
}

static void what_was_not_edited_is_kept_to_the_byte(void **state)
{
	struct fixture *f = *state;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++)
		for (size_t i = 0; i < ARRAY_LEN(hostile_own); i++) {
			if (!hostile_own[i][strspn(hostile_own[i], " \r\n")]) /* blank lines beside what was edited are nobody's */
				continue;
			const char *text = arena_printf(&f->arena, "First one.\n\n%s\n\nLast.", hostile_own[i]);
			const char *wanted = arena_printf(&f->arena, "Foremost one.\n\n%s\n\nLast.", hostile_own[i]);
			struct adopted out = adopt(f, sites[s], edited(f, page(f, sites[s], text), "First", "Foremost"));

			if (out.count != 1 || out.refusal_count)
				fail_msg("%s, \"%s\": %s", sites[s], hostile_own[i], out.refusal_count ? out.refusals[0].reason : "nothing taken");
			/* What nobody sees, as an empty quote, may go. */
			if (strcmp(out.texts[0].text, wanted) != 0 && !slice_eq(page(f, sites[s], out.texts[0].text), page(f, sites[s], wanted)))
				fail_msg("%s: \"%s\" became \"%s\"", sites[s], wanted, out.texts[0].text);
			arena_clear(&f->arena);
		}
}

/* Beside the edit: it is taken as the page shows it, or not at all. */
static void what_stands_in_an_edited_line_reads_the_same(void **state)
{
	struct fixture *f = *state;
	size_t taken = 0, all = 0;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++)
		for (size_t i = 0; i < ARRAY_LEN(hostile_own); i++) {
			const char *text = arena_printf(&f->arena, "First %s one.", hostile_own[i]);
			struct slice before, after;
			struct adopted out;

			if (strpbrk(hostile_own[i], "\r\n"))
				continue;
			before = edited(f, page(f, sites[s], text), "First", "Foremost");
			out = adopt(f, sites[s], before);
			all++;
			if (!out.count)
				continue;
			taken++;
			assert_int_equal(out.count, 1);
			after = page(f, sites[s], out.texts[0].text);
			assert_non_null(strstr(after.at, "Foremost"));
			assert_int_equal(adopt(f, sites[s], after).count + adopt(f, sites[s], after).refusal_count, 0);
			arena_clear(&f->arena);
		}
	if (taken * 10 < all * 8)
		fail_msg("%zu of %zu were taken", taken, all);
}

static void any_edit_is_taken_or_refused(void **state)
{
	struct fixture *f = *state;
	uint32_t seed = 1;

	for (int round = 0; round < 300; round++) {
		const char *site = sites[round % (int)ARRAY_LEN(sites)];
		struct slice whole = page(f, site, "First `x` *one*[^n].\n\n- a\n- b\n\n[^n]: A note.");
		char *text = arena_text(&f->arena, whole);
		struct adopted out;

		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525u + 1013904223u;
			text[(seed >> 8) % whole.len_bytes] = "\n`<*[&#x|\\ -"[(seed >> 3) % 12];
		}
		out = adopt(f, site, (struct slice){ text, whole.len_bytes });
		for (size_t i = 0; i < out.refusal_count; i++)
			assert_true(out.refusals[i].line > 0 && out.refusals[i].reason[0]);
		arena_clear(&f->arena);
	}
}

/* A change that takes a heading along is refused; what else was edited below it must not be read from other lines. */
static void beside_a_refused_change_nothing_is_lost(void **state)
{
	struct fixture *f = *state;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++) {
		struct slice was = page(f, sites[s], "First\n\n- a\n- b\n\nMiddle\n\nBehind\n\nLast");
		struct slice is = edited(f, edited(f, was, "## Summary\n\nFirst\n\n", "## Summary of it\n1\n2\n3\n4\n5\n6\nForemost\n"),
					 "Behind", "Far behind");
		struct adopted out = adopt(f, sites[s], edited(f, is, "nobody else", "nobody at all"));

		assert_int_equal(out.count, 1);
		assert_string_equal(out.texts[0].name, "impact");
		assert_non_null(strstr(out.texts[0].text, "# By plan"));
		assert_non_null(strstr(out.texts[0].text, "nobody at all"));
		assert_int_equal(out.refusal_count, 2);
		assert_true(out.refusals[1].line > out.refusals[0].line + 8);
		arena_clear(&f->arena);
	}
}

/* The diff keeps the blank line under the heading: what was removed is the text's, what was added is not. */
static void an_edit_across_the_heading_is_not_taken_in_part(void **state)
{
	struct fixture *f = *state;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++) {
		struct slice was = page(f, sites[s], "Intro\n\nBehind\n\nLast");
		struct adopted out = adopt(f, sites[s], edited(f, was, "## Summary\n\nIntro\n\nBehind", "## Summary of it\nA new line\n\n\n\nBehind"));

		assert_int_equal(out.count, 0);
		assert_int_equal(out.refusal_count, 2);
		out = adopt(f, sites[s], edited(f, was, "Last\n\n## ", "## On "));
		assert_int_equal(out.count, 0);
		assert_true(out.refusal_count > 0);
		arena_clear(&f->arena);
	}
}

static void code_is_taken_to_the_blank_and_its_language(void **state)
{
	struct fixture *f = *state;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++) {
		struct slice was = page(f, sites[s], "Some `ab  cd` here\n\n```python\nx = 1\n```\n\nLast");
		bool in_html = strstr(was.at, "&#32;&#32;cd");
		struct adopted out = adopt(f, sites[s], edited(f, was, in_html ? "&#32;&#32;cd" : "  cd", " cd"));

		assert_int_equal(out.count, 1);
		assert_string_equal(out.texts[0].text, "Some `ab cd` here\n\n```python\nx = 1\n```\n\nLast");
		out = adopt(f, sites[s], edited(f, was, "```python", "```ruby"));
		assert_int_equal(out.count, 1);
		assert_non_null(strstr(out.texts[0].text, "\n```ruby\nx = 1\n```\n"));
		/* What the page would not show is refused: a language that none is, and words behind one. */
		for (int i = 0; i < 2; i++) {
			out = adopt(f, sites[s], edited(f, was, "```python", i ? "```python title=x" : "```nolanguage"));
			assert_int_equal(out.count, 0);
			assert_int_equal(out.refusal_count, 1);
		}
		arena_clear(&f->arena);
	}
}

static void what_readers_do_not_see_is_not_passed_over(void **state)
{
	static const char *const edits[][2] = { { "*odd*", "_odd_" }, { "- b", "+ b" }, { "Last", "Last\n\n[x]: https://example.org" } };
	struct fixture *f = *state;

	for (size_t s = 0; s < ARRAY_LEN(sites); s++) {
		struct slice was = page(f, sites[s], "An *odd* one\n\n- a\n\nThen\n\n- b\n\nLast");

		for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
			const char *old = i == 1 && !strstr(strstr(was.at, "## Summary"), "- b") ? "-   b" : edits[i][0];
			struct adopted out = adopt(f, sites[s], edited(f, was, old, edits[i][1]));

			assert_int_equal(out.count, 0);
			assert_int_equal(out.refusal_count, 1);
			assert_true(out.refusals[0].line > 1);
			/* Beside another edit too. */
			if (i < 2) {
				out = adopt(f, sites[s], edited(f, edited(f, was, old, edits[i][1]), "Last", "At last"));
				assert_int_equal(out.count, 0);
				assert_int_equal(out.refusal_count, 1);
			}
		}
		/* Blanks outside of code are nobody's. */
		assert_int_equal(adopt(f, sites[s], edited(f, was, "An *odd*", "An   *odd*")).refusal_count, 0);
		arena_clear(&f->arena);
	}
}

static void no_mark_of_what_is_redacted_becomes_text(void **state)
{
	struct fixture *f = *state;

	f->x.input.is_public = true;
	for (size_t s = 0; s < ARRAY_LEN(sites); s++) {
		struct slice was = page(f, sites[s], "Of its own [redacted: x]\n\nThen\n\nLast");
		struct adopted out = adopt(f, sites[s], edited(f, was, "Last", "At &#91;redacted: project&#93; last"));

		assert_int_equal(out.count, 0);
		assert_int_equal(out.refusal_count, 1);
		assert_non_null(strstr(out.refusals[0].reason, "redacted"));
		out = adopt(f, sites[s], edited(f, was, "Last", "At last"));
		assert_int_equal(out.count, 1);
		arena_clear(&f->arena);
	}
}

static void pages_of_html_give_nothing(void **state)
{
	struct fixture *f = *state;
	struct adopted out;
	struct error err;

	assert_int_equal(templates_renderer()->adopt(&f->arena, &f->x.input, &f->x.incident, "html", page(f, "html", "x"), &out, &err), STATUS_USAGE);
	assert_int_equal(templates_renderer()->adopt(&f->arena, &f->x.input, &f->x.incident, "no", page(f, "html", "x"), &out, &err), STATUS_USAGE);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_not_edited_is_kept_to_the_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(what_stands_in_an_edited_line_reads_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(any_edit_is_taken_or_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(beside_a_refused_change_nothing_is_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(an_edit_across_the_heading_is_not_taken_in_part, setup, teardown),
		cmocka_unit_test_setup_teardown(code_is_taken_to_the_blank_and_its_language, setup, teardown),
		cmocka_unit_test_setup_teardown(what_readers_do_not_see_is_not_passed_over, setup, teardown),
		cmocka_unit_test_setup_teardown(no_mark_of_what_is_redacted_becomes_text, setup, teardown),
		cmocka_unit_test_setup_teardown(pages_of_html_give_nothing, setup, teardown),
	};

	cmocka_set_test_filter(argc > 1 ? argv[1] : NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
