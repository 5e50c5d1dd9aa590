/* Markdown laid out for the screen, and written again for sites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>

#include "templates/markdown.h"
#include "templates/markdown_tree.h"
#include "templates/markdown_html.h"
#include "templates/templates.h"
#include "tests/templates/hostile.h"

struct fixture {
	struct arena arena;
	struct arena scratch;
	struct strbuf out, other;
	VEC_OF(struct slice) files;
};

static void read_folder(struct fixture *f, const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (!dir) {
		fail_msg("%s is missing", folder);
		return;
	}
	while ((entry = readdir(dir))) {
		char *path = arena_printf(&f->arena, "%s/%s", folder, entry->d_name);

		if (entry->d_name[0] != '.' && !file_is_folder(path))
			vec_push(&f->files, hostile_read(&f->arena, path));
		else if (entry->d_name[0] != '.')
			read_folder(f, path);
	}
	closedir(dir);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strbuf_init(&f->out);
	strbuf_init(&f->other);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->out);
	strbuf_release(&f->other);
	arena_release(&f->arena);
	arena_release(&f->scratch);
	vec_release(&f->files);
	free(f);
	return 0;
}

/* ---- for the screen ----------------------------------------------------------- */

/* Lays out, checks what holds for every layout, and leaves the lines in f->out. */
static void lay(struct fixture *f, struct slice markdown, int width)
{
	struct rich_text text;

	strbuf_clear(&f->out);
	templates_renderer()->layout(&f->scratch, markdown, width, &text);
	for (size_t i = 0; i < text.count; i++) {
		const struct rich_line *line = &text.lines[i];
		size_t start = f->out.len_bytes;
		int columns;

		strbuf_addf(&f->out, "%*s", line->indent_columns, "");
		for (size_t s = 0; s < line->count; s++)
			strbuf_addstr(&f->out, line->spans[s].text);
		columns = utf8_text_columns((struct slice){ f->out.text + start, f->out.len_bytes - start });
		if (columns > width)
			fail_msg("%d columns of %d: <<%s>>", columns, width, f->out.text + start);
		if (memchr(f->out.text + start, '\n', f->out.len_bytes - start) ||
		    memchr(f->out.text + start, '\t', f->out.len_bytes - start))
			fail_msg("LF or tab within a line: <<%s>>", f->out.text + start);
		strbuf_addch(&f->out, '\n');
	}
	hostile_assert_visible(strbuf_slice(&f->out), "layout");
	arena_clear(&f->scratch);
}

static void lays_out(struct fixture *f, const char *markdown, int width, const char *expected)
{
	lay(f, slice_of(markdown), width);
	if (strcmp(f->out.text, expected) != 0)
		fail_msg("<<%s>> at %d is\n<<%s>> and not\n<<%s>>", markdown, width, f->out.text, expected);
}

/* Lines of the document know the line of the Markdown where their block begins. */
static void lines_know_their_source(void **state)
{
	static const size_t expected[] = { 1, 3, 3, 3, 6, 6, 7, 9, 9 };
	struct fixture *f = *state;
	struct rich_text text;

	templates_renderer()->layout(&f->scratch, slice_of("# A\n\none two\nthree four\n\n- b\n- c\n\n```\nd\n```\n"), 10, &text);
	assert_int_equal(text.count, ARRAY_LEN(expected));
	for (size_t i = 0; i < text.count; i++)
		assert_int_equal(text.lines[i].source_line, expected[i]);
	arena_clear(&f->scratch);
}

static void blocks(void **state)
{
	struct fixture *f = *state;

	lays_out(f, "# Head *x*\n\ntext that is long enough\nto wrap", 20, "Head x\n\ntext that is long\nenough to wrap\n");
	lays_out(f, "- a\n- b\n  - c\n\n      code\n", 20, "• a\n• b\n  • c\n\n    code\n");
	lays_out(f, "3. x\n4. y\n   more", 20, "3. x\n4. y more\n");
	lays_out(f, "> quoted text that wraps\n>\n> - item", 14, "│ quoted text\n│ that wraps\n│\n│ • item\n");
	lays_out(f, "***", 5, "─────\n");
	lays_out(f, "```c\nint  x;\n\n\ty;\n```", 20, "int  x;\n\n    y;\n");
	lays_out(f, "a  \nb\\\nc", 20, "a\nb\nc\n");
	lays_out(f, "<b>x</b> &amp; <!-- y -->", 40, "<b>x</b> & <!-- y -->\n");
	lays_out(f, "<div>\nx\n</div>", 20, "<div>\nx\n</div>\n");
	lays_out(f, "[x](http://y) <http://z> ![i](j)", 40, "x (http://y) http://z i (j)\n");
	lays_out(f, "", 20, "");
}

static void wrapping(void **state)
{
	struct fixture *f = *state;

	lays_out(f, "abcdefghij", 4, "abcd\nefgh\nij\n");
	lays_out(f, "ab cdefghij", 4, "ab\ncdef\nghij\n");
	lays_out(f, "日本語日本語", 5, "日本\n語日\n本語\n");
	lays_out(f, "a bc日本", 5, "a bc\n日本\n");
	lays_out(f, "a\xcc\x81\xcc\x82" "b", 1, "a\xcc\x81\xcc\x82\nb\n");
	lays_out(f, "日", 1, "?\n");
	lays_out(f, "**bold**next word", 9, "boldnext\nword\n");
	lays_out(f, "a\xe2\x80\xae" "b", 20, "a<U+202E>b\n");
	lays_out(f, "a&#x202e;b&#27;c", 30, "a<U+202E>b<U+001B>c\n");
}

static void styles(void **state)
{
	static const struct rich_span expected[] = {
		{ RICH_PLAIN, "a " }, { RICH_EMPHASIS, "b" }, { RICH_PLAIN, " " }, { RICH_STRONG, "c" },
		{ RICH_PLAIN, " " }, { RICH_CODE, "d" }, { RICH_PLAIN, " " }, { RICH_LINK, "e" },
		{ RICH_MUTED, " (http://f)" },
	};
	struct fixture *f = *state;
	struct rich_text text;

	markdown_layout(&f->arena, slice_of("a *b* **c** `d` [e](http://f)"), 80, &text);
	assert_int_equal(text.count, 1);
	assert_int_equal(text.lines[0].count, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		assert_int_equal(text.lines[0].spans[i].style, expected[i].style);
		assert_string_equal(text.lines[0].spans[i].text, expected[i].text);
	}
	markdown_layout(&f->arena, slice_of("# h\n\n> q"), 80, &text);
	assert_int_equal(text.lines[0].spans[0].style, RICH_HEADING);
	assert_int_equal(text.lines[2].spans[0].style, RICH_QUOTE);
}

static void tables(void **state)
{
	struct fixture *f = *state;
	static const char small[] = "| A | Bee |\n| --- | --- |\n| x\\|y | *z* |\n| | `c` |";

	lays_out(f, small, 20, "A   │ Bee\n────┼────\nx|y │ z\n    │ c\n");
	lays_out(f, "| Name | Value |\n|-|-|\n| one | a long text that wraps here |\n", 26,
		 "Name │ Value\n─────┼────────────────────\none  │ a long text that\n     │ wraps here\n");
	lays_out(f, "| Name | Value | Third |\n|-|-|-|\n| first | some text | 33333333333 |\n| s | | t |\n", 16,
		 "Name: first\nValue: some text\nThird:\n33333333333\n\nName: s\nThird: t\n");
	lays_out(f, "| - x | # y |\n|---|---|\n| 1. z | > q |", 20, "- x  │ # y\n─────┼────\n1. z │ > q\n");
	lays_out(f, "| a | b |\n|---|\n| c |", 40, "| a | b | |---| | c |\n");
	/* No delimiter row: no table. */
	lays_out(f, "| a | b |\nc", 20, "| a | b | c\n");
}

static void any_text_any_width(void **state)
{
	static const int widths[] = { 1, 2, 3, 7, 20, 80, 200 };
	struct fixture *f = *state;
	struct texts texts = hostile_texts(&f->arena);

	read_folder(f, HOSTILE "commonmark_cmark");
	read_folder(f, HOSTILE "minimaxir_big-list-of-naughty-strings");
	read_folder(f, HOSTILE "meraymond2_unicode-study");
	read_folder(f, HOSTILE "flenniken_utf8tests");
	read_folder(f, HOSTILE "nickboucher_trojan-source");
	read_folder(f, "../shared/data/markdown");
	assert_true(f->files.len > 70);
	for (size_t w = 0; w < ARRAY_LEN(widths); w++) {
		for (size_t i = 0; i < f->files.len; i++)
			lay(f, f->files.items[i], widths[w]);
		for (size_t i = 0; i < texts.count; i++)
			lay(f, texts.items[i], widths[w]);
	}
}

static void random_text(void **state)
{
	static const char alphabet[] = "`~#*_-+<>&|\\[](){}!:.1a \n\n\t\"'";
	struct fixture *f = *state;
	uint32_t seed = 99;

	for (int round = 0; round < 2000; round++) {
		char bytes[300];
		size_t len = 1 + (size_t)(round % (int)sizeof(bytes));

		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = round % 2 ? alphabet[(seed >> 16) % (sizeof(alphabet) - 1)] : (char)(seed >> 16);
		}
		lay(f, (struct slice){ bytes, len }, 1 + round % 90);
	}
}

/* What nests deep stays small: no prefix of thousands of columns on each line. */
static void deep_nesting(void **state)
{
	static const char *const openings[] = { "> ", "- ", "1. ", "*", "[", "![", "**a", "`", "<b>", "| " };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(openings); i++) {
		strbuf_clear(&f->other);
		for (int depth = 0; depth < 20000; depth++)
			strbuf_addstr(&f->other, openings[i]);
		strbuf_addstr(&f->other, "end of it\n\nmore\n");
		lay(f, strbuf_slice(&f->other), 40);
		assert_true(f->out.len_bytes < 8 * f->other.len_bytes);
		strbuf_clear(&f->out);
		markdown_write(&f->out, &site_hugo, strbuf_slice(&f->other), 2);
		assert_true(f->out.len_bytes < 12 * f->other.len_bytes);
		assert_non_null(strstr(f->out.text, "more"));
		if (strcmp(openings[i], "`") != 0) /* there it is a fence's language */
			assert_non_null(strstr(f->out.text, "end of it"));
	}
}

/* ---- for sites ------------------------------------------------------------------ */

static void writes(struct fixture *f, const struct site_writer *site, const char *markdown, const char *expected)
{
	strbuf_clear(&f->out);
	markdown_write(&f->out, site, slice_of(markdown), 2);
	if (strcmp(f->out.text, expected) != 0)
		fail_msg("%s: <<%s>> is written\n<<%s>> and not\n<<%s>>", site->name, markdown, f->out.text, expected);
}

static void written_blocks(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_plain, "# A\n\n## B\n\n###### C", "### A\n\n#### B\n\n###### C");
	writes(f, &site_plain, "## A\n\n### B", "### A\n\n#### B");
	writes(f, &site_plain, "A\nb\n===", "### A b");
	writes(f, &site_plain, "* a\n* b\n  1) c\n\n     d\n", "- a\n- b\n  1. c\n\n     d");
	writes(f, &site_plain, "- a\n\n- b", "- a\n\n- b");
	writes(f, &site_plain, "- a\n+ b\n* c", "- a\n\n+ b\n\n- c");
	writes(f, &site_plain, "2. a\n1) b", "2. a\n\n1) b");
	writes(f, &site_plain, "-\n- x", "-\n- x");
	writes(f, &site_plain, "> a\n\n> b", "> a\n\n> b");
	writes(f, &site_plain, "> a\n>\n> - b\n>\n>   c", "> a\n>\n> - b\n>\n>   c");
	writes(f, &site_plain, "a  \nb\nc", "a\\\nb\nc");
	writes(f, &site_plain, "a\n\n---\n\nb", "a\n\n***\n\nb");
	writes(f, &site_plain, "    x\n\n    y", "```\nx\n\ny\n```");
	writes(f, &site_plain, "~~~ py {1,3} title=\"x\"\n```\n~~~", "````python\n```\n````");
	writes(f, &site_plain, "- ```\n  a\n\n    b\n  ```", "- ```\n  a\n\n    b\n  ```");
}

static void written_inlines(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_plain, "*a* __b__ `c` ***d***", "*a* **b** `c` ***d***");
	writes(f, &site_plain, "_a_*b*", "*a*b");
	writes(f, &site_plain, "`` ` `` `a|b`", "`` ` `` `a|b`");
	writes(f, &site_plain, "`` `x `` `` y` ``", "`` `x `` `` y` ``");
	writes(f, &site_plain, "\\![x](http://y)", "\\![x](http://y)");
	writes(f, &site_plain, "*&nbsp;b*&#x3000;", "*&#160;b*&#12288;");
	writes(f, &site_plain, "a\n:--", "a\n\\:--");
	writes(f, &site_plain, "<b>x</b>", "&lt;b&gt;x&lt;/b&gt;");
	writes(f, &site_plain, "<div>\n x\n</div>\n\ny", "&lt;div&gt;\\\n&#32;x\\\n&lt;/div&gt;\n\ny");
	writes(f, &site_plain, "1\\. x\n2\\) y\n\\# z", "1\\. x\n2\\) y\n\\# z");
	writes(f, &site_plain, "[r]\n\n[r]: http://x.y 'title'", "[r](http://x.y \"title\")");
	writes(f, &site_plain, "<http://x.y/a_b> <a@b.c>", "[http\\://x.y/a_b](http://x.y/a_b) [a@b.c](mailto:a@b.c)");
	writes(f, &site_plain, "see http://x.y/?a&b www.x_y",
	       "see [http\\://x.y/?a&amp;b](http://x.y/?a&amp;b) www\\.x_y");
	writes(f, &site_plain, "(https://x.y/a_b_c), [t http://z](http://x) `http://c`",
	       "([https\\://x.y/a_b_c](https://x.y/a_b_c)), [t http\\://z](http://x) `http://c`");
	writes(f, &site_plain, "[](http://x)", "[http\\://x](http://x)");
	writes(f, &site_plain, "![a *b*](http://x/i.png)", "![a b](http://x/i.png)");
	writes(f, &site_plain, "[x](<a b(c)`{{\\<>)", "[x](a%20b%28c%29%60%7B%7B%3C)");
	writes(f, &site_hugo, "a {{< x >}} *b* `{{% y %}}`",
	       "a &#123;&#123;&#60; x &#62;&#125;&#125; *b* `{{< param _sc_pc >}} y %}}`");
	writes(f, &site_hugo, "<!--more-->", "&#60;&#33;&#45;&#45;more&#45;&#45;&#62;");
	/* Where engines do not agree that a style begins or ends, there is none; where all see one, it stays. */
	writes(f, &site_vitepress, "a*\u20acx*b *\u20acx* a**5\u20ac**b **5\u20ac** c", "a\u20acxb *\u20acx* a5\u20acb **5\u20ac** c");
	writes(f, &site_plain, "a*http://x.yy*b", "a[http\\://x.yy](http://x.yy)b");
	writes(f, &site_vitepress, "*[ a](b)*\n\n**[ a](b) c**", "&#32;a (b)\n\n&#32;a (b) c");
	writes(f, &site_plain, "a~~(b)~~c\n\n~~(b)~~ a~~b~~c", "a\\~\\~(b)\\~\\~c\n\n~~(b)~~ a~~b~~c");
	writes(f, &site_hugo, "```\n<!--more-->\n```", "```text\n{{< param _sc_cm >}}more-->\n```");
	writes(f, &site_hugo, "```\na::b::c 12:30:45 h:10254: :100:x: y\n```",
	       "```text\na:{{< param _sc_co >}}b::c 12:30:45 h:10254: {{< param _sc_co >}}100{{< param _sc_co >}}x: y\n```");
	writes(f, &site_hugo, "xHAHAHUGOSHORTCODE0HBHB HAHA&#72;UGO `HAHAHUGO`",
	       "xHAHA*H*UGOSHORTCODE0HBHB HAHA*H*UGO `HAHA{{< param _sc_hu >}}`");
	writes(f, &site_hugo, "![HAHAHUGO](http://x.y)", "![HAHA{{< param _sc_hu >}}](http://x.y)");
	writes(f, &site_hugo, "[x](HTTP://x.y/HAHAHUGO \"a HAHAHUGO\")", "[x](http://x.y/HAHA%48UGO \"a HAHA{{< param _sc_hu >}}\")");
}

/* A style for each pair of stars: more than there is stack for. */
static void styles_without_end(void **state)
{
	struct fixture *f = *state;
	const size_t stars = 600000;

	for (size_t i = 0; i < stars; i++)
		strbuf_addch(&f->other, '*');
	strbuf_addch(&f->other, 'a');
	for (size_t i = 0; i < stars; i++)
		strbuf_addch(&f->other, '*');
	markdown_write(&f->out, &site_hugo, strbuf_slice(&f->other), 2);
	assert_string_equal(f->out.text, "**a**");
}

static void code_spans(void **state)
{
	struct fixture *f = *state;

	site_put_code_span(&site_plain, &f->out, slice_of(""), ESCAPE_PROSE);
	assert_string_equal(f->out.text, "");
	site_put_code_span(&site_plain, &f->out, slice_of(" x "), ESCAPE_PROSE);
	assert_string_equal(f->out.text, "`  x  `");
}

/* Code that a site would act on: in a fence on one, as HTML on another. */
static void code_that_sites_act_on(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_vitepress, "```\n{{ 1+2 }}\n```", "```\n{{ 1+2 }}\n```");
	writes(f, &site_vitepress, "```py\n<!--@include: x-->\n```",
	       "<pre v-pre><code>&#60;&#33;&#45;&#45;&#64;include&#58;&#32;x&#45;&#45;&#62;&#10;</code></pre>");
	writes(f, &site_vitepress, "a;) ;( ;x()", "a&#59;) &#59;( ;x()");
	writes(f, &site_vitepress, "`{{ 1 }}` `x_1` `a  b`",
	       "<code v-pre>&#123;&#123;&#32;1&#32;&#125;&#125;</code> `x_1` `a  b`");
	writes(f, &site_jekyll, "```\n{% x %}\n```", "<pre><code>&#123;&#37;&#32;x&#32;&#37;&#125;&#10;</code></pre>");
	writes(f, &site_mkdocs, "??? x y\n\na? b", "&#63;&#63;? x y\n\na? b");
	writes(f, &site_mkdocs, "```\n--8<-- x\n```", "<pre><code>&#45;&#45;8&#60;&#45;&#45;&#32;x&#10;</code></pre>");
	writes(f, &site_mkdocs, "```go\n\tx\n```", "<pre><code>&#9;x&#10;</code></pre>");
	writes(f, &site_mkdocs, "- \n- x", "-   &#32;\n-   x");
	writes(f, &site_mkdocs, "- ```\n  a\n  ```", "-   <pre><code>a&#10;</code></pre>");
	writes(f, &site_mdbook, "```rust\n# a\n```", "<pre><code>&#35;&#32;a&#10;</code></pre>");
	writes(f, &site_mdbook, "```rust\nfn f() {}\n```", "<pre><code>fn f&#40;&#41;&#32;&#123;&#125;&#10;</code></pre>");
	writes(f, &site_mdbook, "```c\n# a\n```", "```c\n# a\n```");
	writes(f, &site_mdbook, "```\n{{\n#include x\n}}\n```",
	       "<pre><code>&#123;&#123;&#10;&#35;include x&#10;&#125;&#125;&#10;</code></pre>");
	writes(f, &site_docusaurus, "```js\n// highlight-next-line\nx\n```",
	       "<pre><code><span>&#47;&#47;&#32;highlight&#45;next&#45;line&#10;x&#10;</span></code></pre>");
	writes(f, &site_starlight, "```diff\n+x\n```", "<pre><code>&#43;x&#10;</code></pre>");
	writes(f, &site_starlight, "```sh\nx\n```\n\n```\ny\n```", "```shell frame=\"none\"\nx\n```\n\n```text frame=\"none\"\ny\n```");
	/* Languages that sites make diagrams of, or read more out of, are not named. */
	writes(f, &site_hugo, "```goat\nx\n```\n\n```js-vue {1} title=x\ny\n```", "```\nx\n```\n\n```\ny\n```");
}

static void kept_from_rules(struct fixture *f, const struct site_writer *site, const char *body, const char *expected)
{
	strbuf_clear(&f->out);
	markdown_put_unaltered(&f->out, site, slice_of(body));
	if (strcmp(f->out.text, expected) != 0)
		fail_msg("%s: <<%s>> is written\n<<%s>> and not\n<<%s>>", site->name, body, f->out.text, expected);
}

/* Blocks whose text a site would change after all escapes are HTML, the others stay. */
static void blocks_that_sites_alter(void **state)
{
	struct fixture *f = *state;

	kept_from_rules(f, &site_starlight, "a\n\n&#34;b&#34; <code>&#60;</code>\n\n## c\n\n```\n\"d\"\n```\n",
			"a\n\n<p>&quot;b&quot; <code>&lt;</code></p>\n\n## c\n\n```\n\"d\"\n```\n");
	kept_from_rules(f, &site_starlight, "| A | B |\n| --- | --- |\n| c | d |\n", "| A | B |\n| --- | --- |\n| c | d |\n");
	kept_from_rules(f, &site_starlight, "| A | B |\n| --- | --- |\n| c | &#39;d |\n",
			"<table>\n<thead>\n<tr>\n<th>A</th>\n<th>B</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>c</td>\n"
			"<td>'d</td>\n</tr>\n</tbody>\n</table>\n");
	kept_from_rules(f, &site_docusaurus, "&#58;smile&#58;\n\n&#58;not so&#58;\n\n:::warning[x]\n&#58;a&#58;\n:::\n",
			"<p>:smile:</p>\n\n&#58;not so&#58;\n\n:::warning[x]\n&#58;a&#58;\n:::\n");
	kept_from_rules(f, &site_docusaurus, "a http&#58;//x.y b\n\nc (HTTP&#58;//1.2.3.999)\n\nwww&#46;x.y, www.x.y&#60;b\n",
			"a http&#58;//x.y b\n\n<p>c (HTTP://1.2.3.999)</p>\n\n<p>www.x.y, www.x.y&lt;b</p>\n");
	/* What ends a line or an item ends an address: "http://1.2.3.999b" would be one that programs read. */
	kept_from_rules(f, &site_docusaurus, "a http&#58;//1.2.3.999\nb\n", "<p>a http://1.2.3.999\nb</p>\n");
	kept_from_rules(f, &site_docusaurus, "- http&#58;//1.2.3.999\n- b\n", "<ul>\n<li>http://1.2.3.999</li>\n<li>b</li>\n</ul>\n");
	kept_from_rules(f, &site_docusaurus, "a http&#58;//xn--a/ b\n", "<p>a http://xn--a/ b</p>\n");
	kept_from_rules(f, &site_docusaurus, "<code>a&#46;b</code> www.x.y\n\n<code>http&#58;//x.y</code>\n\nx <code>a&#64;b.c</code>\n",
			"<code>a&#46;b</code> www.x.y\n\n<p><code>http://x.y</code></p>\n\n<p>x <code>a@b.c</code></p>\n");
	kept_from_rules(f, &site_docusaurus, "- &#92;\n\n  ```\n  a\n\n   \n  b\n  ```\n",
			"<ul>\n<li>\n<p>\\</p>\n<pre><code>a\n&#10; &#10;b\n</code></pre>\n</li>\n</ul>\n");
}

static void unsafe_links(void **state)
{
	static const char *const urls[] = { "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x",
					    "file:///etc/passwd", "java&#115;cript:x", "&#1;javascript:x", "java&Tab;script:x",
					    "C:/x", ":x" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		for (int image = 0; image < 2; image++) {
			strbuf_clear(&f->out);
			markdown_write(&f->out, &site_plain, slice_of(arena_printf(&f->arena, "%s[label](<%s>)",
										  image ? "!" : "", urls[i])), 2);
			assert_null(strstr(f->out.text, "]("));
			assert_non_null(strstr(f->out.text, "label ("));
		}
	writes(f, &site_plain, "![x](../secret.png)", "x (../secret.png)");
	writes(f, &site_plain, "[x](../other.md) [y](#z) [m](mailto:a@b)", "[x](../other.md) [y](#z) [m](mailto:a@b)");
}

static void written_tables(void **state)
{
	struct fixture *f = *state;

	writes(f, &site_plain, "A|B\n-|-\n`x\\|y`|<b>\n*c*", "| A | B |\n| --- | --- |\n| x\\|y | &lt;b&gt; |\n| *c* |  |");
	writes(f, &site_hugo, "| - a | b |\n|---|:-:|\n| {{< x | 1. |", "| &#45; a | b |\n| --- | --- |\n"
	       "| &#123;&#123;&#60; x | 1&#46; |");
}

static void one_line(void **state)
{
	struct fixture *f = *state;

	markdown_write_line(&f->out, &site_plain, slice_of("# A\n\nb *c*\nd\n\n- e | f\n- g\n\n```\nh\ni\n```\n\n<p>"), ESCAPE_CELL);
	assert_string_equal(f->out.text, "A b *c* d e \\| f g `h i` &lt;p&gt;");
}

/* Text without white space and table lines, which are laid out anew. */
static void add_letters(struct strbuf *out, const char *text)
{
	for (; *text; text++)
		if (!strchr(" \n\t|-:\\()", *text))
			strbuf_addch(out, *text);
}

static void letters_of(const struct site_writer *site, struct slice markdown, struct strbuf *out)
{
	cmark_node *root = cmark_parse_document(markdown.at, markdown.len_bytes, CMARK_OPT_DEFAULT);
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		const char *literal = cmark_node_get_literal(node), *url = cmark_node_get_url(node);

		if (literal) {
			struct strbuf plain = STRBUF_INIT;

			if (site->uncode)
				site->uncode(&plain, slice_of(literal));
			add_letters(out, site->uncode ? plain.text : literal);
			strbuf_release(&plain);
		}
		/* Addresses that are no links any more are text. */
		if (event == CMARK_EVENT_EXIT && url &&
		    (type == CMARK_NODE_IMAGE ? !site_shows_image(site, slice_of(url)) : !url_is_safe(slice_of(url))))
			add_letters(out, url);
	}
	cmark_iter_free(iter);
	cmark_node_free(root);
}

/* One address that a site's programs cannot read ends its build. */
static void addresses(void **state)
{
	static const char *const read[] = { "http://x.y", "HTTPS://X.Y/", "http://a:b@x-y_z.w.:80/p?q#f", "http://localhost:/", "http://1.2.3.4/",
					    "http://0.0.0.255:65535", "http://x.y/[::1]/%zz%", "http://a@b@c/", "http://x.y/%C3%a9%00%",
					    "http://127.0.0.1:8080", "http://3scale/", "http://x.7zip:1/", "http://x.0xg", "http://xn--a/", "http://a.XN--a" };
	static const char *const unread[] = { "http:", "http:x.y", "http:/x.y", "http://", "http:///x.y", "http://@/", "http://[::1]/", "http://x y/",
					      "http://x\\y", "http:\\\\x.y", "http://x%2ey/", "http://\xc3\xa9.x/", "http://.x/",
					      "http://x..y/", "http://1.2.3/", "http://1.2.3.256/", "http://1.2.3.4.5/", "http://1.2.3.04/", "http://x.0x1/", "http://7/", "http://x.0X/", "http://x.08./",
					      "http://x.y:1a/", "http://x.y:65536/", "http://x.y:000080/", "http://x:y:1/", "http://{{x}}/", "http://x<y/", "http://x.y/%80", "http://x.y/%C3z", "http://x.y/%ED%A0%80" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		if (!url_is_web(slice_of(read[i])) || !url_is_safe(slice_of(read[i])))
			fail_msg("%s is no address", read[i]);
	for (size_t i = 0; i < ARRAY_LEN(unread); i++)
		if (url_is_web(slice_of(unread[i])) || url_is_safe(slice_of(unread[i])))
			fail_msg("%s is an address", unread[i]);
}

/* Names in other scripts are linked where no build ends over one that stands for none. */
static void names_in_other_scripts(void **state)
{
	struct slice url = slice_of("https://m:1@x.XN--mnchen-3ya.de:80/p");
	struct slice plain[] = { slice_of(":"), slice_of("xn--a"), slice_of("http://x.y/xn--a"), slice_of("http://axn--a/") };

	(void)state;
	assert_true(url_has_encoded_host(url));
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		assert_false(url_has_encoded_host(plain[i]));
	assert_true(site_links_to(&site_hugo, url));
	assert_false(site_links_to(&site_docusaurus, url));
	assert_true(site_links_to(&site_docusaurus, plain[2]));
	assert_false(site_shows_image(&site_hugo, url));
	assert_true(site_shows_image(&site_hugo, plain[2]));
}

/* Real documents: nothing that people wrote is lost or changed. */
static void documents_keep_their_text(void **state)
{
	const struct site_writer *const sites[] = { &site_plain, &site_hugo };
	struct fixture *f = *state;

	read_folder(f, "../shared/data/markdown");
	assert_true(f->files.len >= 40);
	for (size_t i = 0; i < f->files.len; i++)
		for (size_t s = 0; s < ARRAY_LEN(sites); s++) {
			struct slice clean = text_clean_slice(&f->arena, f->files.items[i], TEXT_BLOCK);
			struct strbuf written = STRBUF_INIT;

			strbuf_clear(&f->out);
			strbuf_clear(&f->other);
			letters_of(&site_plain, clean, &f->other);
			markdown_write(&written, sites[s], clean, 2);
			strbuf_clear(&f->out);
			letters_of(sites[s], strbuf_slice(&written), &f->out);
			if (strcmp(f->out.text, f->other.text) != 0) {
				size_t at = 0;
				while (f->out.text[at] && f->out.text[at] == f->other.text[at])
					at++;
				fail_msg("%s, file %zu: after %zu letters <<%.60s>> became <<%.60s>>; %.50s", sites[s]->name,
					 i, at, f->other.text + at, f->out.text + at, clean.at);
			}
			strbuf_release(&written);
		}
}

static void plain_summary(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(markdown_plain(&f->arena, slice_of("# A\n\nb *c*\n`d` <i>"), 100), "A b c d <i>");
	assert_string_equal(markdown_plain(&f->arena, slice_of("one two three"), 9), "one two…");
	assert_string_equal(markdown_plain(&f->arena, slice_of("ääääää"), 5), "ää…");
	assert_string_equal(markdown_plain(&f->arena, slice_of(""), 5), "");
}

static void text_as_readers_see_it(void **state)
{
	static const struct {
		const char *markdown, *text, *targets;
	} cases[] = {
		{ "a\\_b gh**p_x**&#64;`\\_`\nnext\\\nline", "a_b ghp_x@\\_ next\nline\n\n", "" },
		{ "# A\n\n- b\n- c\n\n      d\n", "A\n\nb\n\nc\n\nd\n\n", "" },
		{ "x[y](mailto:a&#64;b.c 't\\_t')z ![q](w%40e.png)", "xyz q\n\n", "mailto:a@b.c\nt_t\nw%40e.png\nw@e.png\n" },
		{ "```i\\_n\nco\\_de\n```", "co\\_de\n\n", "i_n\n" },
		/* Cell by cell: a mark in one ends at its edge. */
		{ "| ` | b |\n| - | - |\n| c\\_d | ` e\\_f |\n\nend", "`\n\nb\n\nc_d\n\n` e_f\n\nend\n\n", "" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice text, targets;

		markdown_seen(&f->arena, slice_of(cases[i].markdown), &text, &targets);
		assert_string_equal(arena_text(&f->arena, text), cases[i].text);
		assert_string_equal(arena_text(&f->arena, targets), cases[i].targets);
	}
}

static void the_check_sees_damage(void **state)
{
	static const struct slice codes[] = { { "a\n", 2 }, { "{{< b\n", 6 } };
	struct error err;

	(void)state;
	assert_int_equal(markdown_check_page(&site_plain, slice_of("```\na\n```\n\n~~~\n{{< b\n~~~\n"), codes, 2, &err), STATUS_OK);
	assert_int_equal(markdown_check_page(&site_hugo, slice_of("```\na\n```\n\n```\n{{< param _sc_lt >}} b\n```\n"), codes, 2,
					     &err), STATUS_OK);
	assert_int_equal(markdown_check_page(&site_plain, slice_of("```\n{{< b\n```\n\n```\na\n```\n"), codes, 2, &err), STATUS_INPUT);
	assert_int_equal(markdown_check_page(&site_plain, slice_of("```\na \n```\n"), codes, 1, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, "code block 1 of 1"));
	assert_int_equal(markdown_check_page(&site_plain, slice_of("x <b>"), NULL, 0, &err), STATUS_INPUT);
	assert_int_equal(markdown_check_page(&site_plain, slice_of("<!-- x -->"), NULL, 0, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, "raw HTML at line 1"));
}

/* What a reader sees of a line, by the parser alone. */
static char *seen_by_parser(struct arena *arena, const char *line)
{
	struct markdown_tree tree;
	struct strbuf text = STRBUF_INIT;
	cmark_iter *iter;
	size_t skip = strlen(MARKDOWN_CELL_LEAD);
	char *seen;

	markdown_tree_parse_cell(&tree, arena, slice_of(line), NULL);
	iter = cmark_iter_new(tree.root);
	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		if (cmark_node_get_literal(node) && cmark_node_get_type(node) != CMARK_NODE_HTML_INLINE)
			strbuf_addstr(&text, cmark_node_get_literal(node));
	}
	cmark_iter_free(iter);
	markdown_tree_release(&tree);
	seen = arena_strdup(arena, text.text + (skip < text.len_bytes ? skip : text.len_bytes));
	strbuf_release(&text);
	return seen;
}

/* Lines that nothing is made of are not parsed; that is not to be seen. Each pair of characters, alone, between
 * letters and at either end. */
static void lines_that_need_no_parser(void **state)
{
	static const char *const shapes[] = { "12", "x12y", "1 x2", "7 12", "x1 2", "1122" };
	struct fixture *f = *state;

	for (char a = ' '; a < 0x7f; a++)
		for (char b = ' '; b < 0x7f; b++)
			for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
				char line[16] = "";
				struct slice seen;
				size_t len = 0;

				for (const char *at = shapes[i]; *at; at++)
					line[len++] = *at == '1' ? a : *at == '2' ? b : *at;
				arena_clear(&f->arena);
				markdown_read_line(&f->arena, slice_of(line), &seen);
				assert_string_equal(arena_text(&f->arena, seen), seen_by_parser(&f->arena, line));
			}
}

/* One reading for both checks sees what each of them sees. */
static void both_checks_at_once(void **state)
{
	static const struct slice codes[] = { { "a\n", 2 } }, cells[] = { { "k", 1 }, { "1 [x]", 5 } };
	const struct page_texts texts = { .cells = cells, .cell_count = 2 }, others = { .headings = cells, .heading_count = 1 };
	static const char page[] = "| k |\n| --- |\n| 1 \\[x] |\n\n```\na\n```\n", noted[] = "~~b~~ <b>\n\n```\na\n```\n";
	struct error err;

	(void)state;
	assert_int_equal(markdown_check(&site_plain, slice_of(page), codes, 1, &texts, &err), STATUS_OK);
	assert_int_equal(markdown_check(&site_plain, slice_of(page), codes, 1, &others, &err), STATUS_INPUT);
	assert_int_equal(markdown_check(&site_plain, slice_of("```\nb\n```\n"), codes, 1, &(struct page_texts){ .cells = NULL }, &err),
			 STATUS_INPUT);
	assert_non_null(strstr(err.text, "code block 1 of 1"));
	assert_int_equal(markdown_check(&site_plain, slice_of(noted), codes, 1, &(struct page_texts){ .cells = NULL }, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, "raw HTML at line 1"));
}

/* What is plain is not parsed, and comes out as if it were: the parser drops a blank in front. */
static void plain_lines_are_written_as_parsed(void **state)
{
	static const char bytes[] = "abz AZ09 ,;:.?()/'\"{}=+-#|$%@^ 1.) www.a.example http://a.example/x ";
	struct fixture *f = *state;
	struct strbuf line = STRBUF_INIT, parsed = STRBUF_INIT;
	uint32_t seed = 7;
	size_t plain = 0;
	const struct site_writer *const sites[] = { &site_plain, &site_mkdocs, &site_docusaurus, &site_html };

	for (int round = 0; round < 4000; round++) {
		const struct site_writer *site = sites[round % 4];
		enum escape_context context = round % 3 ? ESCAPE_CELL : ESCAPE_PROSE;

		strbuf_clear(&line);
		strbuf_addstr(&line, " x");
		for (uint32_t i = 0; i < 1 + (seed >> 8) % 30; i++) {
			seed = seed * 1664525 + 1013904223;
			strbuf_addch(&line, bytes[(seed >> 16) % (sizeof(bytes) - 1)]);
		}
		strbuf_clear(&f->out);
		strbuf_clear(&parsed);
		markdown_write_line(&f->out, site, (struct slice){ line.text + 1, line.len_bytes - 1 }, context);
		markdown_write_line(&parsed, site, strbuf_slice(&line), context);
		assert_string_equal(f->out.text, parsed.text);
		plain += markdown_is_bare(strbuf_slice(&line));
	}
	assert_true(plain > 1000);
	strbuf_release(&line);
	strbuf_release(&parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plain_lines_are_written_as_parsed, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_know_their_source, setup, teardown),
		cmocka_unit_test_setup_teardown(blocks, setup, teardown),
		cmocka_unit_test_setup_teardown(wrapping, setup, teardown),
		cmocka_unit_test_setup_teardown(styles, setup, teardown),
		cmocka_unit_test_setup_teardown(tables, setup, teardown),
		cmocka_unit_test_setup_teardown(any_text_any_width, setup, teardown),
		cmocka_unit_test_setup_teardown(random_text, setup, teardown),
		cmocka_unit_test_setup_teardown(deep_nesting, setup, teardown),
		cmocka_unit_test_setup_teardown(written_blocks, setup, teardown),
		cmocka_unit_test_setup_teardown(written_inlines, setup, teardown),
		cmocka_unit_test_setup_teardown(styles_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(code_spans, setup, teardown),
		cmocka_unit_test_setup_teardown(code_that_sites_act_on, setup, teardown),
		cmocka_unit_test_setup_teardown(blocks_that_sites_alter, setup, teardown),
		cmocka_unit_test_setup_teardown(unsafe_links, setup, teardown),
		cmocka_unit_test_setup_teardown(written_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(one_line, setup, teardown),
		cmocka_unit_test(addresses),
		cmocka_unit_test(names_in_other_scripts),
		cmocka_unit_test_setup_teardown(documents_keep_their_text, setup, teardown),
		cmocka_unit_test_setup_teardown(plain_summary, setup, teardown),
		cmocka_unit_test_setup_teardown(text_as_readers_see_it, setup, teardown),
		cmocka_unit_test_setup_teardown(the_check_sees_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_that_need_no_parser, setup, teardown),
		cmocka_unit_test_setup_teardown(both_checks_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
