/* References in texts as numbered notes of a page, for every site. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/reference.h"
#include "templates/templates.h"
#include "tests/templates/example.h"

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

/* The page with that summary. */
static const char *page(struct fixture *f, const char *site, const char *summary)
{
	const struct page *pages;
	size_t count;
	struct error err;

	f->x.sections[0].markdown = summary;
	if (templates_renderer()->postmortem(&f->arena, &f->x.input, site, &pages, &count, &err) != STATUS_OK)
		fail_msg("%s: %s", site, err.text);
	return arena_text(&f->arena, pages[0].content);
}

static void has(const char *page, const char *text)
{
	if (!strstr(page, text))
		fail_msg("the page has no \"%s\":\n%.3000s", text, page);
}

static void has_not(const char *page, const char *text)
{
	if (strstr(page, text))
		fail_msg("the page has \"%s\"", text);
}

static void notes_are_numbered_in_the_order_of_the_page(void **state)
{
	struct fixture *f = *state;
	const char *plain;

	f->x.causes[0].statement = "As [[E:5]] says, and [[s:12]].";
	plain = page(f, "plain", "It forgot [[s:12]]. So says [[e:5]], and [[s:12]] again. Not `[[e:1]]`.");
	has(plain, "It forgot [^1]. So says [^2], and [^1] again. Not `[[e:1]]`.");
	has(plain, "As [^2] says, and [^1].");
	has(plain, "\n[^1]: [Sample 1: ");
	has(plain, "](#what-users-saw)\n");
	has(plain, "\n[^2]: [E5, 2026-04-07 21:18](#timeline): Effort change reverted\n");
	has_not(plain, "[^3]");
	has_not(plain, "\x01");
}

static void references_stand_in_cells_too(void **state)
{
	struct fixture *f = *state;

	f->x.events[0].text = "Seen in [[s:13]]";
	f->x.actions[0].text = "Mend [[c:1]]";
	has(page(f, "plain", "| a | b |\n|---|---|\n| [[a:1]] | x |\n"), "| [^1] | x |");
	has(page(f, "plain", "x"), "| Seen in [^1] |");
	has(page(f, "plain", "x"), "| Mend [^2] (");
	has(page(f, "plain", "x"), "[^2]: [C1](#causes): The clearing was meant");
}

static void what_is_not_there_stays_as_it_was_typed(void **state)
{
	struct fixture *f = *state;
	const char *plain = page(f, "plain", "See [[e:77]], [[zz:1]], [[not one]] and [[s:4711]].\n\n# On [[e:1]]\n");

	has(plain, "\\[\\[e:77\\]\\]");
	has(plain, "\\[\\[zz:1\\]\\]");
	has(plain, "On \\[\\[e:1\\]\\]");
	/* A sample may be there, only not on this page: nothing is told of it but its number. */
	has(plain, "[^1]: Sample 4711 of the record, which this page does not show.\n");
}

static void what_was_withheld_is_named_by_number_alone(void **state)
{
	struct fixture *f = *state;
	const char *plain;

	f->x.input.withheld = true;
	plain = page(f, "plain", "See [[e:77]].");
	has(plain, "See [^1].");
	has(plain, "[^1]: Entry E77 of the record, which this page does not show.\n");
}

static void sources_lead_to_where_they_are(void **state)
{
	struct fixture *f = *state;

	example_fill_parts(&f->x, "x");
	f->x.source_part.name = "P";
	f->x.source_part.title = "A *postmortem* ](javascript:alert(1))";
	f->x.source_part.link = "https://example.org/p?a=1";
	has(page(f, "plain", "So [[src:1]]."), "[^1]: [SRC1](#list-of-sources): P, A \\*postmortem\\* \\]");
	has(page(f, "plain", "So [[src:1]]."), "](https://example.org/p?a=1)");
	f->x.source_part.link = "javascript:alert(1)";
	has_not(page(f, "html", "So [[src:1]]."), "href=\"javascript");
}

/* Text around a reference makes no definition, link, picture or attribute list of it. */
static void nothing_breaks_out(void **state)
{
	struct fixture *f = *state;
	const char *plain = page(f, "plain", "[[e:5]]: https://evil.example/\n\n[[e:5]]\\(javascript:alert(1))\n\n"
					     "\\![[e:5]]\n\n[[e:5]]\\[x\\]\n\n[[e:5]]{: onclick=x}");

	has(plain, "[^1]&#58; ");
	has(plain, "[^1]&#40;javascript");
	has(plain, "&#33;[^1]");
	has_not(plain, "![^1]");
	has_not(page(f, "jekyll", "[[e:5]]{: onclick=x}"), "]{");
	f->x.events[4].text = "x\n\n[^9]: y <script>alert(1)</script> [a](javascript:b) | c";
	plain = page(f, "plain", "See [[e:5]].");
	has_not(plain, "\n[^9]");
	has_not(plain, "<script");
	plain = page(f, "html", "See [[e:5]].\n\n<sup><a href=\"#note-1\">1</a></sup> \x01" "0\x02");
	has_not(plain, "<script");
	has(plain, "&lt;sup&gt;");
	has(plain, "&lt;U+0001&gt;0");
}

static void sites_without_footnotes_get_links_and_a_list(void **state)
{
	struct fixture *f = *state;
	static const char *const sites[] = { "html", "mkdocs", "vitepress" };

	for (size_t i = 0; i < ARRAY_LEN(sites); i++) {
		const char *text = page(f, sites[i], "See [[e:5]].\n\n[[s:12]]");
		has(text, "See <sup><a href=\"#note-1\">1</a></sup>");
		has(text, "<a id=\"note-2\"></a>");
		has_not(text, "[^");
		has_not(text, "[[e:5]]"); /* nor in what front matter says */
	}
	has(page(f, "html", "See [[e:5]]."), "<h2 id=\"timeline\">Timeline</h2>");
	has(page(f, "html", "See [[e:5]]."), "<li><a id=\"note-1\"></a><a href=\"#timeline\">E5, 2026-04-07 21:18</a>: Effort");
	/* The first heading of a name has the id. */
	has(page(f, "html", "# Timeline\n\nx"), "<h3 id=\"timeline\">Timeline</h3>");
	has(page(f, "html", "# Timeline\n\nx"), "<h2>Timeline</h2>");
}

static void every_site_makes_the_page(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct site *sites = templates_renderer()->sites(&count);

	for (size_t i = 0; i < count; i++)
		has(page(f, sites[i].name, "- [[s:12]] and\n  [[e:5]]:\n\n> [[c:1]]"), "Effort");
}

static void references_are_found(void **state)
{
	struct reference found;

	(void)state;
	assert_true(reference_next(slice_of("a [[x [[SRC:12]] b"), 0, &found));
	assert_int_equal(found.at, 6);
	assert_int_equal(found.len_bytes, 10);
	assert_true(found.is_valid && !found.is_sample && found.kind == INCIDENT_SOURCE && found.number == 12);
	assert_true(reference_next(slice_of("[[s:123456789]]"), 0, &found));
	assert_true(found.is_valid && found.is_sample && found.number == 123456789);
	assert_true(reference_next(slice_of("[[s:x1]]"), 0, &found));
	assert_false(found.is_valid);
	assert_false(reference_next(slice_of("[[s:1234567890]] [[s:]] [[:1]] [[s:1] ] [[s 1]] [[s:1"), 0, &found));
	assert_false(reference_next(slice_of("[["), 0, &found));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_found),
		cmocka_unit_test_setup_teardown(notes_are_numbered_in_the_order_of_the_page, setup, teardown),
		cmocka_unit_test_setup_teardown(references_stand_in_cells_too, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_there_stays_as_it_was_typed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_withheld_is_named_by_number_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(sources_lead_to_where_they_are, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_breaks_out, setup, teardown),
		cmocka_unit_test_setup_teardown(sites_without_footnotes_get_links_and_a_list, setup, teardown),
		cmocka_unit_test_setup_teardown(every_site_makes_the_page, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
