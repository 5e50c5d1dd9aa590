/* Hostile texts in every place of the pages of every site. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/templates/pages.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hostile_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(random_bytes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
