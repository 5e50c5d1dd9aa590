#include "core/history.h"

#include <string.h>

#define STRATA_MAX 16

const char *outputs_from_word(enum outputs_from from)
{
	static const char *const words[] = { "none", "samples", "among", "store", "file" };

	return words[from];
}

struct asking {
	const struct inquiry *inquiry;
	const struct history_wish *wish;
	struct history *out;
	struct query query;
	struct table_key strata[STRATA_MAX + 1]; /* those of `adjust`, then that of `by` */
	size_t adjust_count, key_count;
};

static enum status parse_keys(struct asking *asking, struct error *err)
{
	const char *text = asking->wish->adjust ? asking->wish->adjust : "";
	struct arena *arena = asking->inquiry->arena;
	enum status status = STATUS_OK;

	while (*text && status == STATUS_OK) {
		size_t len = strcspn(text, ",");
		if (asking->key_count == STRATA_MAX)
			return error_set(err, STATUS_USAGE, "a rate is adjusted for at most %d keys", STRATA_MAX);
		status = table_key_parse(arena, arena_text(arena, (struct slice){ text, len }), &asking->strata[asking->key_count++], err);
		text += len + (text[len] == ',');
	}
	asking->adjust_count = asking->key_count;
	if (status == STATUS_OK && asking->wish->by)
		status = table_key_parse(arena, asking->wish->by, &asking->strata[asking->key_count++], err);
	return status == STATUS_USAGE ? error_wrap(err, status, "a key") : status;
}

static enum status ask_table(const struct asking *asking, const char *text, struct table *out, struct error *err)
{
	const struct history *history = asking->out;
	struct query query;
	const struct table_request request = { &query, history->keys, history->key_count, false, NULL };
	enum status status = inquiry_query(asking->inquiry, text, &query, err);

	return status == STATUS_OK ? inquiry_table(asking->inquiry, &request, out, err) : status;
}

/* The keys as they are by now, into the history. */
static void set_keys(struct asking *asking)
{
	struct history *out = asking->out;

	out->key_count = 0;
	out->keys[out->key_count++] = (struct table_key){ .facet = FACET_DAY };
	for (size_t i = 0; i < asking->key_count; i++)
		out->keys[out->key_count++] = asking->strata[i];
	out->by_column = asking->wish->by ? out->key_count - 1 : 0;
}

/* A key of `adjust` that the denominators do not tell is not adjusted for. */
static bool drop_stratum(struct asking *asking, const char *missing)
{
	for (size_t i = 0; i < asking->adjust_count; i++) {
		if (strcmp(table_key_query(asking->inquiry->arena, &asking->strata[i]), missing) != 0)
			continue;
		for (size_t k = i + 1; k < asking->key_count; k++)
			asking->strata[k - 1] = asking->strata[k];
		asking->adjust_count--;
		asking->key_count--;
		return true;
	}
	return false;
}

static void choose(struct asking *asking, const struct exposure *rows, size_t count, const char *whose)
{
	struct arena *arena = asking->inquiry->arena;
	struct exposure_wish wish = { asking->strata, asking->key_count, &asking->query, &asking->out->cases };
	struct exposure_choice choice;

	do {
		wish.key_count = asking->key_count;
		exposure_choose(arena, rows, count, &wish, &choice);
	} while (!choice.known && choice.missing && drop_stratum(asking, choice.missing));
	asking->out->all = choice.table;
	asking->out->breakdown = choice.by;
	if (!choice.known)
		asking->out->cannot = choice.missing ? arena_printf(arena, "%s do not tell %s of the outputs", whose, choice.missing) :
						       arena_printf(arena, "%s are none", whose);
}

static bool has_key(const struct exposure_rows *file, const char *word)
{
	for (size_t i = 0; i < file->key_count; i++)
		if (strcmp(file->keys[i], word) == 0)
			return true;
	return false;
}

static enum status read_file(struct asking *asking, struct error *err)
{
	const char *path = asking->wish->exposure;
	struct arena *arena = asking->inquiry->arena;
	struct exposure_rows file;
	enum status status = exposure_read_csv(arena, path, &file, err);

	if (status != STATUS_OK)
		return status;
	if (file.reject_count) /* a number from half a file would be wrong */
		return error_set(err, STATUS_INPUT, "%s: line %lld: %s", path, (long long)file.rejects[0].line, file.rejects[0].reason);
	if (asking->wish->by && !has_key(&file, table_key_word(&asking->strata[asking->key_count - 1])))
		return error_set(err, STATUS_INPUT, "%s: there is no column %s, which --by asks for", path,
				 table_key_word(&asking->strata[asking->key_count - 1]));
	choose(asking, file.rows, file.count, "the denominators of the file");
	asking->out->from = OUTPUTS_FILE;
	return STATUS_OK;
}

/* The samples that the cases are some of. */
static enum status ask_samples(struct asking *asking, struct error *err)
{
	const char *outputs = exposure_query(asking->inquiry->arena, &asking->query);
	int64_t flagged = 0;
	enum status status = ask_table(asking, outputs, &asking->out->all, err);

	if (status == STATUS_OK)
		status = inquiry_count(asking->inquiry, inquiry_both(asking->inquiry->arena, outputs, "-level:none"), &flagged, err);
	asking->out->from = flagged < asking->out->all.count ? OUTPUTS_SAMPLES : OUTPUTS_NONE;
	return status;
}

static enum status find_outputs(struct asking *asking, struct error *err)
{
	const struct inquiry *inquiry = asking->inquiry;
	const struct exposure *rows;
	size_t count;
	enum status status;

	if (asking->wish->exposure)
		return read_file(asking, err);
	if (asking->wish->among) {
		asking->out->from = OUTPUTS_AMONG;
		return ask_table(asking, asking->wish->among, &asking->out->all, err);
	}
	status = inquiry->store->ops->exposure_list(inquiry->store, inquiry->arena, &rows, &count, err);
	if (status != STATUS_OK)
		return status;
	if (!count)
		return ask_samples(asking, err);
	asking->out->from = OUTPUTS_STORE;
	choose(asking, rows, count, "the store's denominators");
	return STATUS_OK;
}

enum status history_ask(const struct inquiry *inquiry, const struct history_wish *wish, struct history *out,
			struct error *err)
{
	struct asking asking = { .inquiry = inquiry, .wish = wish, .out = out };
	size_t keys;
	enum status status;

	*out = (struct history){ .query = wish->query, .from = OUTPUTS_NONE };
	status = parse_keys(&asking, err);
	if (status == STATUS_OK)
		status = inquiry_query(inquiry, wish->query, &asking.query, err);
	if (status != STATUS_OK)
		return status;
	set_keys(&asking);
	keys = out->key_count;
	status = ask_table(&asking, wish->query, &out->cases, err);
	if (status == STATUS_OK)
		status = find_outputs(&asking, err);
	if (status != STATUS_OK)
		return status;
	set_keys(&asking);
	if (out->key_count != keys) /* the outputs are not told apart by all of them */
		status = ask_table(&asking, wish->query, &out->cases, err);
	if (out->cannot) { /* the counts can be shown all the same */
		out->from = OUTPUTS_NONE;
		out->all = out->cases;
	}
	return status;
}

char *history_without_outputs(struct arena *arena, const struct history *history, const struct series *series, const char *more)
{
	struct strbuf days = STRBUF_INIT;
	int64_t *known = arena_array(arena, series->days, sizeof(*known));
	size_t count = 0;
	char *out;

	for (size_t t = 0; t < series->days; t++)
		if (series->outputs[t] > 0)
			known[count++] = series->first_day + (int64_t)t;
	strbuf_addstr(&days, "after:0001-01-01"); /* any time */
	inquiry_days(arena, &days, true, known, count);
	out = inquiry_both(arena, inquiry_both(arena, history->query, more), days.text);
	strbuf_release(&days);
	return out;
}

void history_series(const struct inquiry *inquiry, const struct history *history, const struct table *cases,
		    const struct table *all, struct series *out)
{
	series_from(inquiry->arena, cases ? cases : &history->cases, all ? all : &history->all, history->from != OUTPUTS_NONE, out);
}

#define RHYTHM_SAID 1.2 /* the busiest weekday over the quietest: less is not worth a word */

char *history_adjusted(struct arena *arena, const struct history *history, const struct series *series)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	struct strbuf text = STRBUF_INIT;
	int least = 0, most = 0;
	char *out;

	for (size_t k = 1; series->has_outputs && k < history->key_count; k++)
		if (k != history->by_column && history->all.columns[k].value_count > 2) /* the first is "none" */
			strbuf_addf(&text, "%s%s", text.len_bytes ? ", " : "", table_key_word(&history->keys[k]));
	for (int w = 1; w < 7; w++) {
		least = series->weekday[w] < series->weekday[least] ? w : least;
		most = series->weekday[w] > series->weekday[most] ? w : most;
	}
	if (series->has_rhythm && series->weekday[most] > RHYTHM_SAID * series->weekday[least])
		strbuf_addf(&text, "%sweekdays (%s %.2f to %s %.2f times their week)", text.len_bytes ? ", " : "", days[least],
			    series->weekday[least], days[most], series->weekday[most]);
	out = text.len_bytes ? arena_text(arena, strbuf_slice(&text)) : NULL;
	strbuf_release(&text);
	return out;
}
