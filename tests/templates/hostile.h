/* Texts that have broken somebody's page, and what the tests read them with. */
#ifndef AITIA_TESTS_TEMPLATES_HOSTILE_H
#define AITIA_TESTS_TEMPLATES_HOSTILE_H

#include <cmark.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "templates/escape.h"

#define HOSTILE "../shared/data/hostile/"

struct texts {
	const struct slice *items;
	size_t count;
};

static const char *const hostile_own[] = {
	"{{< x >}}", "{{% x %}}", "{{</* x */>}}", "a {{< x", "<!--more-->", "<!-- x", "{% raw %}{{ 1+2 }}{% endraw %}",
	"{{{x}}}", "<script>alert(1)</script>", "<b>x</b>", "&lt;b&gt; &amp;amp; &#60;", "[x](javascript:alert(1))",
	"![x](data:text/html,<b>)", "[x]: http://y", "[^1]: x", "[x][y]", "<http://x.y>", "http://x.y/?a=b&c=d", "a@b.c",
	"# x", "## x ##", "x #", "- x", "+ x", "* x", "1. x", "12) x", "1234567890. x", "> x", ">", "    x", "\tx", "  x  ",
	"---", "***", "___", "===", "- - -", "```", "~~~", "```x\ny\n```", "x\n---", "x\n===", "| a | b |", "a | b\n--- | ---",
	":--", ":::warning", "!!! note", "_x_", "__x__", "*x*", "**x**", "~~x~~", "snake_case_name", "__init__", "a*b*c",
	"`x`", "``", "`", "x`", "` x `", " `` ` `` ", "\\", "\\\\", "\\*", "x\\", "x!", "!", "![", "$x$", "$$", "\\(x\\)",
	"import x", "export y", ":smile:", "@user", "x  ", "\r", "\r\n", "x\ry", "\0335]2;title\007", "\033[2J", "a\xc2\x9b""b",
	"\xe2\x80\xae" "abc", "a\xe2\x80\x8b" "b", "\xef\xbb\xbfx", "\xe2\x80\xa8", "\xc2\xa0x\xc2\xa0", "\xff\xfe", "\xc3",
	"\xed\xa0\x80", "\xf3\xa0\x81\x81", "\xe2\x81\xa6x\xe2\x81\xa9", "{: .x}", "{#id}", "<<< file", "--8<-- \"x\"",
	"<!--@include: ../x-->", "{{#include x}}", "| |", "|", "'quoted' -- \"text\" ...", "(c) (tm)", "%", "^x^", "1.", "1)",
	"+++", "---\ntitle: x\n---", "<U+202E>", "{{< param _sc_lt >}}", "{{{{<", "<<!--", "{{<{{%<!--", "", " ",
};

static inline struct slice hostile_read(struct arena *arena, const char *path)
{
	struct slice text;
	struct error err;

	if (file_read(arena, path, 0, &text, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return text;
}

/* Our own, the 515 of the Big List of Naughty Strings, and the lines of its text form. */
static inline struct texts hostile_texts(struct arena *arena)
{
	VEC_OF(struct slice) all = VEC_INIT;
	struct slice blns = hostile_read(arena, HOSTILE "minimaxir_big-list-of-naughty-strings/blns.json");
	const struct json *root;
	struct slice *items;

	for (size_t i = 0; i < ARRAY_LEN(hostile_own); i++)
		vec_push(&all, slice_of(hostile_own[i]));
	assert_int_equal(json_parse(arena, blns, true, NULL, &root, NULL), STATUS_OK);
	for (const struct json *item = root->first; item; item = item->next)
		vec_push(&all, item->text);
	assert_true(all.len > 600);
	items = arena_array(arena, all.len, sizeof(*items));
	memcpy(items, all.items, all.len * sizeof(*items));
	vec_release(&all);
	return (struct texts){ items, ARRAY_LEN(hostile_own) + root->count };
}

/* All that a reader sees, in order; soft and hard breaks as LF. `blocks`: an LF between blocks. */
static inline void hostile_tree_text(cmark_node *root, struct strbuf *out)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		const char *literal = cmark_node_get_literal(node);

		switch (cmark_node_get_type(node)) {
		case CMARK_NODE_SOFTBREAK:
		case CMARK_NODE_LINEBREAK:
			strbuf_addch(out, '\n');
			break;
		case CMARK_NODE_PARAGRAPH:
		case CMARK_NODE_HEADING:
			if (event == CMARK_EVENT_EXIT)
				strbuf_addch(out, '\n');
			break;
		default:
			if (literal)
				strbuf_addstr(out, literal);
		}
	}
	cmark_iter_free(iter);
}

/* What must never stand in any output. */
static inline void hostile_assert_visible(struct slice text, const char *where)
{
	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t c;
		bool valid;

		at += utf8_decode(text.at + at, text.len_bytes - at, &c, &valid);
		if (!valid || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
		    c == 0x2029 || (c > 0x7f && utf8_is_hidden(c)))
			fail_msg("%s: U+%04X at byte %zu of: %.*s", where, (unsigned)c, at, (int)text.len_bytes, text.at);
	}
}

#endif
