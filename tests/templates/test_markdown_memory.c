/* Trees in memory of their own: what libcmark reads is what it reads with its own allocator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "templates/markdown_memory.h"

static void add_document(struct strbuf *text, size_t blocks)
{
	for (size_t i = 0; i < blocks; i++)
		strbuf_addf(text, "## Part %zu\n\nWith *some* **words**, [a link][r%zu], `code` and ![a picture](b.png).\n\n"
				  "> quoted\n> more\n\n1. one\n   - two [[[[nested]]]]\n2. <b>raw</b>\n\n```c\nint x;\n```\n\n[r%zu]: /to \"title\"\n\n", i, i, i);
}

static char *html_of(cmark_node *root)
{
	return mem_strdup(cmark_render_html(root, CMARK_OPT_DEFAULT));
}

static void expect_same(struct slice text)
{
	cmark_node *root = markdown_parse(text), *plain = cmark_parse_document(text.at, text.len_bytes, CMARK_OPT_DEFAULT);
	char *expected = cmark_render_html(plain, CMARK_OPT_DEFAULT), *got = html_of(root);

	assert_string_equal(got, expected);
	free(got);
	free(expected);
	cmark_node_free(plain);
	markdown_free(root);
}

static void test_reads_what_libcmark_reads(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	expect_same((struct slice){ NULL, 0 });
	expect_same(slice_of("no line's end"));
	expect_same((struct slice){ "a\0b\r", 4 });
	add_document(&text, 1);
	expect_same(strbuf_slice(&text));
	add_document(&text, 400); /* many blocks of memory */
	expect_same(strbuf_slice(&text));
	strbuf_clear(&text);
	for (size_t i = 0; i < 200000; i++) /* one piece larger than any block */
		strbuf_addstr(&text, "long ");
	expect_same(strbuf_slice(&text));
	strbuf_release(&text);
}

static void test_trees_within_trees(void **state)
{
	struct strbuf text = STRBUF_INIT;
	cmark_node *outer, *inner[20], *added;
	char *before, *after;

	(void)state;
	add_document(&text, 20);
	outer = markdown_parse(strbuf_slice(&text));
	before = html_of(outer);
	for (size_t i = 0; i < 20; i++)
		inner[i] = markdown_parse(slice_of("a *cell* of it"));
	for (size_t i = 0; i < 20; i++) /* in any order */
		markdown_free(inner[(i * 7) % 20]);
	after = html_of(outer);
	assert_string_equal(after, before);
	added = markdown_node_new(CMARK_NODE_PARAGRAPH);
	assert_true(cmark_node_append_child(outer, added));
	added = cmark_node_first_child(outer);
	cmark_node_unlink(added);
	cmark_node_free(added); /* what is taken out may be freed as libcmark has it */
	markdown_free(outer);
	free(before);
	free(after);
	markdown_free(NULL);
	strbuf_release(&text);
}

static void *read_often(void *context)
{
	const struct strbuf *text = context;
	size_t nodes = 0;

	for (int i = 0; i < 50; i++) {
		cmark_node *root = markdown_parse(strbuf_slice(text));
		for (cmark_node *node = cmark_node_first_child(root); node; node = cmark_node_next(node))
			nodes++;
		markdown_free(root);
	}
	return nodes ? NULL : context;
}

static void test_each_thread_has_its_own(void **state)
{
	struct strbuf text = STRBUF_INIT;
	pthread_t threads[4];

	(void)state;
	add_document(&text, 10);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_often, &text), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *failed;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_libcmark_reads),
		cmocka_unit_test(test_trees_within_trees),
		cmocka_unit_test(test_each_thread_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
