/* The door for text and code into pages: escapes, cleaning, fences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "templates/markdown.h"
#include "tests/templates/pages.h"

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
		{ "x :smile: y", "x :`smile`: y" }, { ":+1::100:", "\\:`+1`::`100`:" }, { "a::b::c", "a::`b`::c" }, { "x:a:b:", "x:`a`:`b`:" }, { "12:30:45", "12:30:45" },
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

/* ---- blocks of code ------------------------------------------------------------ */

static const char *block(struct fixture *f, const char *site, const char *language, const char *code)
{
	strbuf_clear(&f->buf);
	site_put_code_block(site_find(site), &f->buf, language, slice_of(code), false);
	return f->buf.text;
}

static const char *run_of(struct fixture *f, const char *piece, size_t count)
{
	struct strbuf run = STRBUF_INIT;
	const char *text;

	while (count--)
		strbuf_addstr(&run, piece);
	text = arena_strdup(&f->arena, run.text);
	strbuf_release(&run);
	return text;
}

/* libcmark and cmark-gfm count up to 255 marks of a fence. */
static void long_fences(void **state)
{
	struct fixture *f = *state;
	size_t site_count;
	const struct site *names = site_list(&site_count);
	const char *ticks = run_of(f, "`", 300), *tildes = run_of(f, "~", 300);
	const char *codes[] = {
		arena_printf(&f->arena, "a\n%s\nb\n", ticks), arena_printf(&f->arena, "a\n%s\nb\n", tildes),
		arena_printf(&f->arena, "a\n%.254s\n%s\n", ticks, tildes), arena_printf(&f->arena, "a\n%s\n\n  %s\nb\n", ticks, tildes),
	};

	assert_int_equal(strncmp(block(f, "plain", "c", codes[0]), "~~~c\na\n", 7), 0);
	for (size_t i = 0; i < site_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(codes); k++) {
			struct slice code = slice_of(codes[k]);

			block(f, names[i].name, "c", codes[k]);
			if (markdown_check_page(site_find(names[i].name), strbuf_slice(&f->buf), &code, 1, &f->err) != STATUS_OK)
				fail_msg("%s, code %zu: %s", names[i].name, k, f->err.text);
		}
}

/* Hugo's highlighter would cut what stands in for a part of the code in two, which ends the build. */
static void no_highlighting_of_replacements(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(block(f, "hugo", "python", "x = 1"), "```python\nx = 1\n```\n");
	assert_string_equal(block(f, "hugo", "python", "{{<"), "```text\n{{< param _sc_lt >}}\n```\n");
	assert_string_equal(block(f, "hugo", "", ":a:"), "```text\n{{< param _sc_co >}}a:\n```\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_reads_back, setup, teardown),
		cmocka_unit_test_setup_teardown(forges, setup, teardown),
		cmocka_unit_test_setup_teardown(cleaning, setup, teardown),
		cmocka_unit_test_setup_teardown(long_fences, setup, teardown),
		cmocka_unit_test_setup_teardown(no_highlighting_of_replacements, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
