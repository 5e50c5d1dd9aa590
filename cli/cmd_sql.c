/* sql: the console on the command line. */
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"

#define ROWS 1000       /* unless another limit is given */
#define SECONDS 30
#define CELL_COLUMNS 60 /* on a terminal */

struct sql_values {
	bool views;
	int64_t limit, seconds;
	bool json;
};

static const struct option_spec sql_options[] = {
	{ "views", 0, OPTION_FLAG, NULL, "list the views and their columns", NULL, NULL, offsetof(struct sql_values, views) },
	{ "limit", 0, OPTION_NUMBER, "N", "at most N rows; 0: all", "1000", NULL, offsetof(struct sql_values, limit) },
	{ "seconds", 0, OPTION_NUMBER, "N", "give up behind N seconds; 0: never", "30", NULL, offsetof(struct sql_values, seconds) },
	OPTION_JSON(struct sql_values, json),
	OPTIONS_END
};

static const struct answer_key sql_keys[] = {
	{ "…", "a row: the columns of the question by their names; a second one of a name has _2 behind it" },
	{ NULL, NULL },
};

static const char *const sql_examples[] = {
	"aitia sql 'SELECT cause, count(*) FROM samples GROUP BY cause ORDER BY 2 DESC'", "A table.",
	"aitia sql --views", "What can be asked about.",
	"aitia sql --json --limit=0 'SELECT * FROM edits' > edits.jsonl", "All rows, for a program.",
	"aitia sql - < question.sql", "The question from a file.",
	NULL
};

struct printing {
	struct arena arena;
	const char *const *names;
	size_t columns, rows, limit;
	bool json, more;
	VEC_OF(const char *) cells; /* for a terminal: all, to know how wide columns are */
	int *widths;
	struct strbuf line;
};

/* Each name once: what reads JSON keeps but one of two. */
static bool take_columns(void *context, const char *const *names, size_t count)
{
	struct printing *table = context;
	const char **kept = arena_array(&table->arena, count, sizeof(*kept));

	for (size_t i = 0; i < count; i++) {
		int number = 1;
		kept[i] = utf8_clean(&table->arena, slice_of(names[i]));
		for (size_t k = 0; k < i && table->json; k++)
			if (strcmp(kept[k], kept[i]) == 0) {
				kept[i] = arena_printf(&table->arena, "%s_%d", utf8_clean(&table->arena, slice_of(names[i])), ++number);
				k = (size_t)-1; /* from the first again */
			}
	}
	table->names = kept;
	table->columns = count;
	table->widths = arena_array(&table->arena, count, sizeof(*table->widths));
	return true;
}

static void add_json(struct printing *table, const struct console_cell *cells)
{
	struct json_writer json;

	json_write_init(&json, &table->line, 0);
	json_write_begin(&json, '{');
	for (size_t i = 0; i < table->columns; i++) {
		json_write_name(&json, table->names[i]);
		switch (cells[i].type) {
		case CONSOLE_NULL: json_write_null(&json); break;
		case CONSOLE_INTEGER: json_write_int(&json, cells[i].number); break;
		case CONSOLE_REAL: json_write_double(&json, cells[i].real); break;
		default: json_write_slice(&json, cells[i].text); break;
		}
	}
	json_write_end(&json, '}');
	out_json(&table->line);
}

static void add_cell(struct strbuf *out, const struct console_cell *cell)
{
	switch (cell->type) {
	case CONSOLE_NULL: break;
	case CONSOLE_INTEGER: strbuf_addf(out, "%" PRId64, cell->number); break;
	case CONSOLE_REAL: strbuf_addf(out, "%.15g", cell->real); break;
	case CONSOLE_BYTES: strbuf_addf(out, "(%zu bytes)", cell->text.len_bytes); break;
	case CONSOLE_TEXT: out_clean(out, cell->text); break;
	}
}

static void print_tabs(struct printing *table, const struct console_cell *cells)
{
	for (size_t i = 0; i < table->columns; i++) {
		if (i)
			strbuf_addch(&table->line, '\t');
		if (cells)
			add_cell(&table->line, &cells[i]);
		else
			out_clean(&table->line, slice_of(table->names[i]));
	}
	strbuf_addch(&table->line, '\n');
	out_flush(&table->line);
}

static void keep_row(struct printing *table, const struct console_cell *cells)
{
	for (size_t i = 0; i < table->columns; i++) {
		struct console_cell cell = cells[i];
		const char *text;
		int width;
		if (cell.text.len_bytes > CELL_COLUMNS * 4 && cell.type == CONSOLE_TEXT)
			cell.text.len_bytes = CELL_COLUMNS * 4;
		strbuf_clear(&table->line);
		add_cell(&table->line, &cell);
		text = arena_strdup(&table->arena, table->line.text);
		width = utf8_text_columns(slice_of(text));
		if (width > table->widths[i])
			table->widths[i] = width < CELL_COLUMNS ? width : CELL_COLUMNS;
		vec_push(&table->cells, text);
	}
}

static bool take_row(void *context, const struct console_cell *cells, size_t count)
{
	struct printing *table = context;

	(void)count;
	if (interrupted())
		return false;
	if (table->limit && table->rows == table->limit) {
		table->more = true;
		return false;
	}
	if (table->json)
		add_json(table, cells);
	else if (out_columns())
		keep_row(table, cells);
	else if (table->rows == 0)
		print_tabs(table, NULL), print_tabs(table, cells);
	else
		print_tabs(table, cells);
	table->rows++;
	return true;
}

/* For a terminal: columns as wide as what is in them. */
static void print_aligned(struct printing *table)
{
	strbuf_clear(&table->line);
	out_tone(&table->line, TONE_STRONG);
	for (size_t i = 0; i < table->columns; i++) {
		int width = utf8_text_columns(slice_of(table->names[i]));
		if (width > table->widths[i])
			table->widths[i] = width;
		out_clean_fit(&table->line, table->names[i], table->widths[i]);
		strbuf_addstr(&table->line, "  ");
	}
	out_tone(&table->line, TONE_PLAIN);
	strbuf_addch(&table->line, '\n');
	for (size_t at = 0; at < table->cells.len; at++) {
		size_t column = at % table->columns;
		bool last = column + 1 == table->columns;
		/* What is in them is clean already; it only has to fit. */
		out_clean_fit(&table->line, table->cells.items[at], table->widths[column]);
		strbuf_addstr(&table->line, last ? "\n" : "  ");
		if (last)
			out_flush(&table->line);
	}
	out_flush(&table->line);
}

static void print_views(struct store *store)
{
	struct strbuf out = STRBUF_INIT;
	size_t count;
	const struct console_view *views = store->ops->console_views(&count);

	for (size_t i = 0; i < count; i++) {
		out_tone(&out, TONE_STRONG);
		strbuf_addf(&out, "%s%s", i ? "\n" : "", views[i].name);
		out_tone(&out, TONE_PLAIN);
		strbuf_addf(&out, ": %s\n", views[i].help);
		for (size_t c = 0; c < views[i].column_count; c++)
			strbuf_addf(&out, "  %-15s %s\n", views[i].columns[c].name, views[i].columns[c].help);
	}
	out_flush(&out);
	strbuf_release(&out);
}

/* The words joined by blanks, or standard input for "-". */
static char *question_of(struct arena *arena, const struct option_words *words)
{
	struct strbuf text = STRBUF_INIT;
	char *question;
	char piece[4096];
	size_t got;

	if (words->count == 1 && strcmp(words->items[0], "-") == 0)
		while (text.len_bytes <= CONSOLE_TEXT_MAX && (got = fread(piece, 1, sizeof(piece), stdin)) > 0)
			strbuf_add(&text, piece, got);
	else
		for (size_t i = 0; i < words->count; i++)
			strbuf_addf(&text, "%s%s", i ? " " : "", words->items[i]);
	question = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return question;
}

static enum status ask(struct cli *cli, struct store *store, const struct sql_values *values, const char *text,
		       struct printing *table, struct error *err)
{
	const struct console_request request = {
		.text = text, .cancel = interrupt_flag(), .context = table, .columns = take_columns, .row = take_row,
		.budget_ms = (values->seconds < 0 ? SECONDS : values->seconds) * 1000,
	};

	(void)cli;
	return store->ops->console(store, &request, err);
}

static int sql_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct sql_values *values = options_given;
	struct printing table = { .arena = ARENA_INIT, .cells = VEC_INIT, .line = STRBUF_INIT, .json = values->json,
			       .limit = values->limit < 0 ? ROWS : (size_t)values->limit };
	struct store *store;
	struct error err;
	enum status status;
	int code = 0;

	if (values->views == (words->count > 0))
		return cli_usage(cli, "give a question (SELECT …), or --views");
	if (values->seconds > 86400)
		return cli_usage(cli, "--seconds is a day (86400) at most; 0: never");
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->views) {
		print_views(store);
		return 0;
	}
	interrupt_catch();
	status = ask(cli, store, values, question_of(&cli->arena, words), &table, &err);
	if (table.names && !table.json && out_columns())
		print_aligned(&table); /* what came before it failed, too */
	else if (table.names && !table.json && !table.rows && status == STATUS_OK)
		print_tabs(&table, NULL);
	if (interrupted())
		code = interrupt_exit_code();
	else if (status != STATUS_OK)
		code = cli_fail(cli, &err);
	interrupt_release();
	if (table.more)
		out_note("… and more; --limit=0 shows all");
	strbuf_release(&table.line);
	vec_release(&table.cells);
	arena_release(&table.arena);
	return code;
}

const struct command_body command_sql = {
	.options = sql_options,
	.values_bytes = sizeof(struct sql_values),
	.words_max = WORDS_ANY,
	.text = "One SELECT of SQLite's, over the views that --views lists (docs/views.md) and nothing else: nothing can be changed "
		"by it. On a terminal the answer is a table, cut to what can be read; elsewhere a line of names and one a row, with "
		"tabs between, or with --json an object a row. What is wrong with a question is told with its place.",
	.examples = sql_examples,
	.answer = sql_keys,
	.answer_text = "a row",
	.run = sql_run,
};
