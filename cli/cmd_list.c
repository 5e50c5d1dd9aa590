/* list */
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/views.h"

#define TEXT_ROWS 50  /* what fits a reader; --json has no such limit */
#define PAGE_ROWS 512 /* read at a time */

struct list_values {
	int sort;
	int64_t limit;
	bool json;
};

static const struct option_spec list_options[] = {
	{ "sort", 0, OPTION_CHOICE, "KEY", "order; newest first, unless the view has another", NULL, "sort",
	  offsetof(struct list_values, sort) },
	{ "limit", 0, OPTION_NUMBER, "N", "at most N rows, 0: all; 50 unless --json, which prints all", NULL, NULL,
	  offsetof(struct list_values, limit) },
	OPTION_JSON(struct list_values, json),
	OPTIONS_END
};

static const char *const list_examples[] = {
	"aitia list is:untriaged level:error", "What to look at first.",
	"aitia list -lang:python 'rule:py/*' --sort=path", "By rule, all languages but one, in the order of files.",
	"aitia list --view 'to do' level:error", "Of a view that was kept in the workbench (aitia view list).",
	"aitia list --json cause:model/hallucination | wc -l", "For other programs.",
	NULL
};

/* The place of a row; the end of a long path says more than its start. */
static char *row_place(struct arena *arena, const struct sample_row *row, size_t most)
{
	if (!row->path)
		return arena_strdup(arena, "");
	size_t len = strlen(row->path);
	const char *path = row->path;
	const char *cut = "";
	if (most > 0 && len > most) {
		path += len - most;
		while ((*path & 0xC0) == 0x80) /* not inside a character */
			path++;
		cut = "…";
	}
	if (row->line)
		return arena_printf(arena, "%s%s:%lld", cut, path, (long long)row->line);
	return arena_printf(arena, "%s%s", cut, path);
}

static const char *row_state(const struct sample_row *row)
{
	return row->cause ? row->cause : sample_status_word(row->status);
}

static enum tone level_tone(enum level level)
{
	return level == LEVEL_ERROR ? TONE_ERROR : level == LEVEL_WARNING ? TONE_WARNING : TONE_PLAIN;
}

/* On a terminal: columns that fit. Elsewhere: whole fields between tabs. */
static void print_row(struct arena *arena, struct strbuf *line, const struct query *query, const struct sample_row *row,
		      int columns)
{
	if (columns == 0) {
		strbuf_addf(line, "%lld\t%s\t", (long long)row->id, level_word(row->level));
		out_clean(line, slice_of(row_state(row)));
		strbuf_addch(line, '\t');
		out_clean(line, slice_of(row_place(arena, row, 0)));
		strbuf_addch(line, '\t');
		out_clean(line, slice_of(row->title));
		if (row->illustrative)
			strbuf_addstr(line, "\t(illustrative)");
	} else {
		int state = columns >= 120 ? 34 : 22;
		int place = columns >= 120 ? 36 : 18;
		int rest = columns - (7 + 1 + 7 + 1 + state + 1 + place + 1);
		strbuf_addf(line, "%7lld ", (long long)row->id);
		out_tone(line, level_tone(row->level));
		out_clean_fit(line, level_word(row->level), 7);
		out_tone(line, TONE_PLAIN);
		strbuf_addch(line, ' ');
		out_clean_fit(line, row_state(row), state);
		strbuf_addch(line, ' ');
		out_clean_fit(line, row_place(arena, row, (size_t)place - 6), place);
		strbuf_addch(line, ' ');
		if (row->illustrative && rest > 6) {
			strbuf_addstr(line, "(ill) ");
			rest -= 6;
		}
		out_mark(query, slice_of(row->title));
		out_clean_fit(line, row->title, rest > 1 ? rest : 1);
		out_mark(NULL, slice_of(""));
	}
	strbuf_addch(line, '\n');
	out_flush(line);
}

static enum status print_pages(struct store *store, const struct query *query, const struct list_values *values,
			       enum sort_key sort, size_t limit, bool *more, struct error *err)
{
	struct page_request request;
	/* A page's cursor points into its arena, so the page before must stay. */
	struct arena arenas[2] = { ARENA_INIT, ARENA_INIT };
	struct strbuf line = STRBUF_INIT;
	enum status status = STATUS_OK;
	size_t printed = 0;
	int columns = out_columns();

	memset(&request, 0, sizeof(request));
	request.query = query;
	request.sort = sort;
	*more = false;
	for (size_t page_number = 0;; page_number++) {
		struct arena *arena = &arenas[page_number % 2];
		struct sample_page page;
		arena_clear(arena);
		request.limit = limit && limit - printed < PAGE_ROWS ? limit - printed : PAGE_ROWS;
		status = store->ops->sample_page(store, arena, &request, &page, err);
		if (status != STATUS_OK)
			break;
		for (size_t i = 0; i < page.count; i++) {
			if (values->json) {
				struct json_writer json;
				json_write_init(&json, &line, 0);
				answer_row(&json, &page.rows[i]);
				out_json(&line);
			} else {
				print_row(arena, &line, query, &page.rows[i], columns);
			}
		}
		printed += page.count;
		if (page.at_end || page.count == 0)
			break;
		if (limit && printed >= limit) {
			*more = true;
			break;
		}
		request.from = page.after_last;
	}
	if (status == STATUS_OK && printed == 0 && !values->json && out_is_watched())
		out_note("no sample matches");
	strbuf_release(&line);
	arena_release(&arenas[0]);
	arena_release(&arenas[1]);
	return status;
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct list_values *values = options_given;
	struct store *store;
	struct query query;
	struct error err;
	bool more;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_query(cli, store, words->items, words->count, &query, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	size_t limit = values->limit >= 0 ? (size_t)values->limit : values->json ? 0 : TEXT_ROWS;
	enum sort_key sort = values->sort >= 0 ? (enum sort_key)values->sort : cli->view ? cli->view->sort : SORT_NEWEST;
	if (print_pages(store, &query, values, sort, limit, &more, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (more && !values->json && values->limit < 0)
		out_note("… and more; --limit=0 shows all");
	return 0;
}

const struct command_body command_list = {
	.options = list_options,
	.values_bytes = sizeof(struct list_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "The words of QUERY are joined by blanks; `aitia docs query` explains the language. Without one, all but "
		"excluded samples are listed. On a terminal rows are cut to its width, and what the query "
		"looks for is marked; elsewhere the fields number, "
		"level, cause or status, place and title are whole, with tabs between.",
	.examples = list_examples,
	.answer = answer_row_keys,
	.answer_text = "a sample",
	.run = list_run,
};
