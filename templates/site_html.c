/*
 * One HTML file for each page, for where there is no site: opened from a disk or
 * put on any server. No script, no font, nothing from elsewhere: the policy in
 * its head forbids all but its own style, which follows the reader's light or
 * dark preference.
 */
#include "templates/markdown_html.h"
#include "templates/site.h"

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;--line:#d0d7de;--code:#f6f8fa;--link:#0550ae}"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#3d444d;--code:#151b23;"
	"--link:#79b8ff}}"
	"body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:52rem;margin:2rem auto;"
	"padding:0 1rem}"
	"h1,h2,h3,h4{line-height:1.25;margin:1.8em 0 .6em}h1{margin-top:0}h2{border-bottom:1px solid var(--line)}"
	"a{color:var(--link)}pre,code{font:14px/1.45 ui-monospace,monospace;background:var(--code)}"
	"pre{padding:.8rem;overflow-x:auto;border:1px solid var(--line)}pre code{background:none}"
	"table{border-collapse:collapse;display:block;overflow-x:auto}th,td{border:1px solid var(--line);padding:.3rem .6rem;"
	"text-align:left;vertical-align:top}"
	"blockquote{margin:1em 0;padding:0 1em;border-left:.25em solid var(--line);color:var(--soft)}"
	"img{max-width:100%;height:auto}"
	"@media print{body{max-width:none}pre{white-space:pre-wrap}}";

static void document(struct strbuf *out, const struct site_page *page, struct slice body)
{
	struct strbuf title = STRBUF_INIT, description = STRBUF_INIT;

	text_clean(&title, slice_of(page->title), TEXT_LINE);
	text_clean(&description, slice_of(page->description), TEXT_LINE);
	strbuf_addstr(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
			   "img-src 'self'; base-uri 'none'; form-action 'none'\">\n"
			   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	escape_html(out, strbuf_slice(&title));
	strbuf_addstr(out, "</title>\n<meta name=\"description\" content=\"");
	escape_html(out, strbuf_slice(&description));
	strbuf_addf(out, "\">\n<style>%s</style>\n</head>\n<body>\n<main>\n", style);
	markdown_html(out, &site_html, body);
	strbuf_addstr(out, "</main>\n</body>\n</html>\n");
	strbuf_release(&title);
	strbuf_release(&description);
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "%s.html", page->key_slug);
}

const struct site_writer site_html = {
	.name = "html",
	.text = escape_numeric,
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.strike_open = "<del>",
	.strike_close = "</del>",
	.task_open = "☐ ",
	.task_done = "☑ ",
	.hard_break = "\\",
	.list_indent_columns = 2,
	.title_in_body = true,
	.notes_in_html = true,
	.no_images = true,
	.index_path = "index.html",
	.lists_at = { "", ".html" },
	.link_from_index = { "", ".html" },
	.link_from_list = { "", ".html" },
	.feed_path = "feed.xml",
	.address = { "", ".html" },
	.files = { "", ".", false, "" },
	.images = { "", ".", false, "" },
	.path = path,
	.document = document,
};
