/* Struck text, tasks and notes that people write, for every site, and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "templates/markdown.h"
#include "templates/markdown_html.h"
#include "templates/notes.h"
#include "templates/templates.h"
#include "tests/templates/example.h"
#include "tests/templates/hostile.h"

struct fixture {
	struct arena arena;
	struct strbuf out;
	struct builder builder;
	struct example x;
	struct error err;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strbuf_init(&f->out);
	example_init(&f->x);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->out);
	vec_release(&f->builder.notes);
	vec_release(&f->builder.note_texts);
	vec_release(&f->builder.note_order);
	arena_release(&f->arena);
	free(f);
	return 0;
}

/* The text as blocks of the site, and its notes behind them, a line each. */
static const char *write_text(struct fixture *f, const struct site_writer *site, const char *markdown)
{
	struct reference_taker taker = notes_taker(&f->builder);

	vec_clear(&f->builder.notes);
	vec_clear(&f->builder.note_texts);
	vec_clear(&f->builder.note_order);
	f->builder.site = site;
	f->builder.arena = &f->arena;
	strbuf_clear(&f->out);
	markdown_write_referring(&f->out, site, slice_of(markdown), 2, &taker);
	strbuf_addch(&f->out, '\n');
	notes_finish(&f->builder, &f->out);
	strbuf_truncate(&f->out, f->out.len_bytes - 1);
	return f->out.text;
}

static void writes(struct fixture *f, const struct site_writer *site, const char *markdown, const char *expected)
{
	if (strcmp(write_text(f, site, markdown), expected) != 0)
		fail_msg("%s: <<%s>> is written\n<<%s>> and not\n<<%s>>", site->name, markdown, f->out.text, expected);
}

static void struck_text(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_plain, "a ~~b *c*~~ d", "a ~~b *c*~~ d");
	writes(f, &site_mkdocs, "a ~~b~~ d", "a <del>b</del> d");
	writes(f, &site_html, "**~~b~~**", "**<del>b</del>**");
	writes(f, &site_plain, "a \\~~b~~ c ~~ d~~ ~e~ ~~~f~~~", "a \\~\\~b\\~\\~ c \\~\\~ d\\~\\~ \\~e\\~ \\~\\~\\~f\\~\\~\\~");
	writes(f, &site_plain, "`~~b~~` &#126;&#126;c&#126;&#126;", "`~~b~~` \\~\\~c\\~\\~");
	writes(f, &site_plain, "```\n~~b~~\n```", "```\n~~b~~\n```");
	writes(f, &site_plain, "*a ~~b* c~~", "*a \\~\\~b* c\\~\\~");
	writes(f, &site_plain, "[~~a~~](http://x/~~b~~)", "[~~a~~](http://x/~~b~~)");
	writes(f, &site_plain, "| ~~a~~ |\n| --- |\n| b |", "| ~~a~~ |\n| --- |\n| b |");
}

static void tasks(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_plain, "- [ ] a\n- [x] b\n- [X] *c*", "- [ ] a\n- [x] b\n- [x] *c*");
	writes(f, &site_html, "- [ ] a\n- [x] b", "- ☐ a\n- ☑ b");
	writes(f, &site_mkdocs, "1. [ ] a\n\n   - [x] b", "1.  ☐ a\n\n    -   ☑ b");
	writes(f, &site_plain, "- \\[ ] a\n- [x](http://y) b\n- `[ ] c`\n- [x]d", "- \\[ \\] a\n- [x](http://y) b\n- `[ ] c`\n- \\[x\\]d");
	writes(f, &site_plain, "[ ] a", "\\[ \\] a");
	writes(f, &site_plain, "- > [x] a", "- > \\[x\\] a");
}

static void notes_of_sites(void **state)
{
	static const char text[] = "A claim[^1] and[^two] again[^1].\n\n[^1]: See `log`\n    and *more*.\n\n    A second part.\n\n[^two]: <b>";
	struct fixture *f = *state;

	writes(f, &site_plain, text, "A claim[^1] and[^2] again[^1].\n\n[^1]: See `log` and *more*. A second part.\n\n[^2]: &lt;b&gt;");
	writes(f, &site_hugo, "x[^a]\n\n[^a]: {{< y >}}",
	       "x[^1]\n\n[^1]: &#123;&#123;&#60; y &#62;&#125;&#125;");
	writes(f, &site_html, text,
	       "A claim<sup><a href=\"#note-1\">1</a></sup> and<sup><a href=\"#note-2\">2</a></sup> again<sup><a href=\"#note-1\">1</a></sup>"
	       "&#46;\n\n## Notes\n\n1. <a id=\"note-1\"></a>See `log` and *more*&#46; A second part&#46;\n2. <a id=\"note-2\"></a>&#60;b&#62;");
}

/* What only looks like a note is text; what is one is found wherever it can be. */
static void notes_and_what_looks_so(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_plain, "a[^x] \\[^1] `[^1]` &#91;^1]\n\n[^1]: unused", "a\\[^x\\] \\[^1\\] `[^1]` \\[^1\\]\n\n\\[^1\\]: unused");
	writes(f, &site_plain, "a[^1]\n\n[^1]: word", "a[^1]\n\n[^1]: word");
	writes(f, &site_plain, "[^1]: word", "\\[^1\\]: word");
	writes(f, &site_plain, "a[^1]\n[^1]: b\n[^1]: c", "a[^1]\n\n\\[^1\\]: c\n\n[^1]: b");
	writes(f, &site_plain, "```\n[^1]: x\n```\n\n[^1]\n\n[^1]: y", "```\n[^1]: x\n```\n\n[^1]\n\n[^1]: y");
	writes(f, &site_plain, "> [^1]: word\n\n[^1]", "[\\^1](word)");
	writes(f, &site_plain, "a[^1]\n\n[^1]: b[^2]\n[^2]: c[^1]", "a[^1]\n\n[^1]: b[^2]\n\n[^2]: c[^1]");
	writes(f, &site_plain, "[^1]: b[^2]\n[^2]: c[^1]", "\\[^1\\]: b\\[^2\\]\n\\[^2\\]: c\\[^1\\]");
	writes(f, &site_plain, "[a[^1] b](http://x)\n\n[^1]: c", "[a b](http://x)[^1]\n\n[^1]: c");
	writes(f, &site_plain, "| a[^1] |\n| --- |\n| b |\n\n[^1]: c", "| a[^1] |\n| --- |\n| b |\n\n[^1]: c");
	writes(f, &site_plain, "## a[^1]\n\n[^1]:", "### a[^1]\n\n[^1]: —");
	writes(f, &site_plain, "a[^1]\n\n[^1]: - b\n    - c", "a[^1]\n\n[^1]: b c");
	writes(f, &site_plain, "a&#1;0&#2;[^1]\n\n[^1]: b", "a[^1][^1]\n\n[^1]: b");
	writes(f, &site_plain, "a&#1;7&#2; &#3;", "a&lt;U+0001&gt;7&lt;U+0002&gt; &lt;U+0003&gt;");
}

static void two_texts_of_a_page(void **state)
{
	struct fixture *f = *state;
	struct reference_taker taker = notes_taker(&f->builder);

	f->builder.site = &site_plain;
	f->builder.arena = &f->arena;
	markdown_write_referring(&f->out, &site_plain, slice_of("a[^1]\n\n[^1]: one"), 2, &taker);
	markdown_write_referring(&f->out, &site_plain, slice_of("b[^1] c[^2]\n\n[^1]: other\n[^2]: x[^1]"), 2, &taker);
	markdown_write_referring(&f->out, &site_plain, slice_of("d[^1]\n\n[^1]: one"), 2, &taker);
	notes_finish(&f->builder, &f->out);
	assert_string_equal(f->out.text, "a[^1]b[^2] c[^3]d[^1]\n[^1]: one\n\n[^2]: other\n\n[^3]: x[^2]\n");
}

static void pages_show_notes(void **state)
{
	struct fixture *f = *state;
	size_t site_count, count;
	const struct site *sites = templates_renderer()->sites(&site_count);

	f->x.sections[0].markdown = "It was so[^1], \"quoted\" ~~not~~ {#x}.\n\n- [ ] do\n- [x] done\n\n[^1]: By \"measure\" :smile: {#id} of `x`.";
	for (size_t s = 0; s < site_count; s++) {
		const struct site_writer *site = site_find(sites[s].name);
		const struct page *pages;

		if (templates_renderer()->postmortem(&f->arena, &f->x.input, site->name, &pages, &count, &f->err) != STATUS_OK)
			fail_msg("%s", f->err.text);
		if (!site->notes_in_html) {
			assert_non_null(strstr(pages[0].content.at, "[^1]"));
			assert_non_null(strstr(pages[0].content.at, "\n[^1]: By "));
		} else {
			assert_non_null(strstr(pages[0].content.at, "<sup><a href=\"#note-1\">1</a></sup>"));
			assert_non_null(strstr(pages[0].content.at, "<a id=\"note-1\"></a>By "));
		}
		assert_null(strstr(pages[0].content.at, "~~not") && strcmp(site->strike_open, "<del>") == 0 ? "x" : NULL);
		assert_non_null(strstr(pages[0].content.at, site->document || site->alters ? "not" : site->strike_open));
	}
}

/* A page whose notes were changed on the way does not pass. */
static void notes_are_read_back(void **state)
{
	struct fixture *f = *state;
	struct slice note = slice_of("b c");
	const struct page_texts texts = { NULL, NULL, &note, 0, 0, 1 };

	assert_int_equal(markdown_check_texts(&site_plain, slice_of("a[^1]\n\n[^1]: b c\n"), &texts, &f->err), STATUS_OK);
	assert_int_equal(markdown_check_texts(&site_plain, slice_of("a[^1]\n\n[^1]: b\n"), &texts, &f->err), STATUS_INPUT);
	assert_non_null(strstr(f->err.text, "note 1"));
	assert_int_equal(markdown_check_texts(&site_plain, slice_of("a\n\n[^1]: b c\n"), &texts, &f->err), STATUS_INPUT);
	assert_int_equal(markdown_check_texts(&site_html, slice_of("a\n\n***\n\n1. <a id=\"note-1\"></a>b c\n"),
					      &texts, &f->err), STATUS_OK);
	assert_int_equal(markdown_check_texts(&site_html, slice_of("a\n\n1. <a id=\"note-1\"></a>c\n"),
					      &texts, &f->err), STATUS_INPUT);
}

static void own_tags(void **state)
{
	(void)state;
	assert_true(site_is_own_tag(&site_mkdocs, slice_of("<del>")));
	assert_true(site_is_own_tag(&site_html, slice_of("</del>")));
	assert_false(site_is_own_tag(&site_hugo, slice_of("<del>")));
	assert_false(site_is_own_tag(&site_html, slice_of("<del x>")));
}

/* Hostile texts in notes, tasks and strokes: each is shown as it is, on every site. */
static void hostile_notes(void **state)
{
	struct fixture *f = *state;
	struct texts all = hostile_texts(&f->arena);
	size_t site_count;
	const struct site *sites = site_list(&site_count);
	struct strbuf escaped = STRBUF_INIT;

	for (size_t i = 0; i < all.count; i++) {
		struct slice line = text_clean_slice(&f->arena, all.items[i], TEXT_LINE);

		while (line.len_bytes && line.at[line.len_bytes - 1] == ' ') /* at a line's end nobody sees them */
			line = arena_slice(&f->arena, (struct slice){ line.at, line.len_bytes - 1 });
		strbuf_clear(&escaped);
		escape_numeric(&escaped, line, ESCAPE_PROSE, ESCAPE_WHOLE);
		for (size_t s = 0; s < site_count; s++) {
			const struct site_writer *site = site_find(sites[s].name);
			const struct slice *texts;
			struct strbuf page = STRBUF_INIT;
			struct page_texts expected = { .note_count = 1 };

			write_text(f, site, arena_printf(&f->arena, "a[^1] ~~b %s~~\n\n- [ ] %s\n\n[^1]: x %s", escaped.text,
							 escaped.text, escaped.text));
			assert_int_equal(f->builder.notes.len, 1);
			texts = f->builder.note_texts.items;
			strbuf_addslice(&page, strbuf_slice(&f->out));
			strbuf_addch(&page, '\n');
			expected.notes = texts;
			if (markdown_check_texts(site, strbuf_slice(&page), &expected, &f->err) != STATUS_OK ||
			    markdown_check_page(site, strbuf_slice(&page), NULL, 0, &f->err) != STATUS_OK)
				fail_msg("<<%s>>: %s in\n%s", line.at, f->err.text, page.text);
			if (!slice_eq(texts[0], slice_of(arena_printf(&f->arena, "x%s%s", line.len_bytes ? " " : "", line.at))))
				fail_msg("%s: the note <<x %s>> reads <<%s>>", site->name, line.at, texts[0].at);
			strbuf_release(&page);
		}
	}
	strbuf_release(&escaped);
}

/* Many definitions and references take time that grows as the text does. */
static void many_notes(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "a[^%d] ~~b~~ ~~ [^x", i);
	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "\n\n[^%d]: b[^%d]", i, i + 1);
	assert_non_null(strstr(write_text(f, &site_plain, text.text), "[^1]: b[^2]"));
	assert_int_equal(f->builder.notes.len, 500); /* the others are text */
	assert_non_null(strstr(f->out.text, "\\[^19999\\]: b"));
	strbuf_release(&text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(struck_text, setup, teardown),
		cmocka_unit_test_setup_teardown(tasks, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_of_sites, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_and_what_looks_so, setup, teardown),
		cmocka_unit_test_setup_teardown(two_texts_of_a_page, setup, teardown),
		cmocka_unit_test_setup_teardown(pages_show_notes, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_are_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(own_tags, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_notes, setup, teardown),
		cmocka_unit_test_setup_teardown(many_notes, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
