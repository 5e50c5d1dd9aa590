/* What samples share: the tables that a contrast is made from, and the changes that speak of its values. */
#include <stdlib.h>
#include <string.h>

#include "core/insight.h"

#define VALUE_BYTES_LEAST 2 /* "1" stands in every other text */

/* ---- changes ------------------------------------------------------------------------------ */

static enum status read_changes(const struct inquiry *inquiry, struct contrast_answer *out, struct error *err)
{
	VEC_OF(struct named_change) list = VEC_INIT;
	const struct incident_row *rows;
	struct named_change *kept;
	size_t count;
	enum status status = inquiry->store->ops->incident_list(inquiry->store, inquiry->arena, &rows, &count, err);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		struct incident *incident;
		status = inquiry->store->ops->incident_get(inquiry->store, inquiry->arena, rows[i].key, &incident, err);
		for (size_t c = 0; status == STATUS_OK && c < incident->change_count; c++)
			vec_push(&list, ((struct named_change){ incident->key, incident->changes[c] }));
	}
	kept = arena_array(inquiry->arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	out->changes = kept;
	out->change_count = list.len;
	vec_release(&list);
	return status;
}

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* "2.2.0" stands in "harness 2.2.0." but not in "12.2.0" or "2.2.01". */
static bool has_words(const char *text, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = text; (at = strstr(at, value)); at++) {
		bool begins = at == text || !(is_word_byte(at[-1]) || at[-1] == '.');
		bool ends = !is_word_byte(at[len]) && !(at[len] == '.' && is_word_byte(at[len + 1]));
		if (begins && ends)
			return true;
	}
	return false;
}

/* A word of everyday language ("text", "default") says nothing by itself: the key has to be named too, by the last part of its name. */
static bool text_mentions(const char *text, const char *key, const char *value)
{
	const char *dot = strrchr(key, '.');

	if (strlen(value) < VALUE_BYTES_LEAST || !has_words(text, value))
		return false;
	return value[strspn(value, "abcdefghijklmnopqrstuvwxyz")] || has_words(text, dot ? dot + 1 : key);
}

static bool mentions(const struct incident_change *change, const char *key, const char *value)
{
	const char *const fields[] = { change->version, change->before, change->after };

	if (!value || !value[0])
		return false;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i] && strcmp(fields[i], value) == 0)
			return true;
	return change->text && text_mentions(change->text, key, value);
}

bool contrast_is_about(const struct contrast_answer *answer, const struct contrast_finding *finding,
		       const struct incident_change *change)
{
	const struct contrast_place *const places[] = { &finding->first, &finding->second };

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		for (uint32_t v = places[i]->value; places[i]->key != CONTRAST_NONE && v <= places[i]->last; v++)
			if (mentions(change, contrast_key_name(answer, places[i]->key), answer->contrast.keys[places[i]->key].values[v]))
				return true;
	return false;
}

/* ---- names ------------------------------------------------------------------------------------ */

const char *contrast_key_name(const struct contrast_answer *answer, uint32_t key)
{
	return key == CONTRAST_NONE ? NULL : key == CONTRAST_DAY ? "day" : table_key_word(&answer->contrast.keys[key].key);
}

const char *contrast_value_name(const struct contrast_answer *answer, const struct contrast_place *place, bool last)
{
	return place->key == CONTRAST_NONE ? NULL : answer->contrast.keys[place->key].values[last ? place->last : place->value];
}

char *contrast_query(struct arena *arena, const struct contrast_answer *answer, const struct contrast_finding *finding)
{
	return contrast_narrow(arena, answer, finding, answer->query);
}

char *contrast_narrow(struct arena *arena, const struct contrast_answer *answer, const struct contrast_finding *finding,
		      const char *query)
{
	const struct contrast_place *const places[] = { &finding->first, &finding->second };
	struct strbuf text = STRBUF_INIT;
	char *out;

	strbuf_addstr(&text, query);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (places[i]->key != CONTRAST_NONE) {
			const struct contrast_key *key = &answer->contrast.keys[places[i]->key];
			inquiry_narrow(arena, &text, &key->key, key->values + places[i]->value, places[i]->last - places[i]->value + 1);
		}
	out = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

/* ---- asking ---------------------------------------------------------------------------------------- */

/* In an arena of their own: they are large, and no part of the answer. */
struct tables {
	struct table cases, against, both;
	bool has_both;           /* else the cases are among those to compare with */
};

static enum status ask_samples(const struct inquiry *inquiry, const char *query, const char *against, struct tables *out,
			       struct error *err)
{
	static const struct table_key keys[] = { { .facet = FACET_DAY }, { .facet = FACET_LANG }, { .facet = FACET_KIND } };
	const char *const texts[] = { query, against, inquiry_both(inquiry->arena, against, query) };
	struct table *const tables[] = { &out->cases, &out->against, &out->both };
	enum status status = STATUS_OK;

	out->has_both = strcmp(texts[0], texts[2]) != 0;
	for (size_t i = 0; i < (out->has_both ? 3 : 2) && status == STATUS_OK; i++) {
		struct query parsed;
		const struct table_request request = { &parsed, keys, ARRAY_LEN(keys), true, NULL };
		status = inquiry_query(inquiry, texts[i], &parsed, err);
		if (status == STATUS_OK)
			status = inquiry_table(inquiry, &request, tables[i], err);
	}
	return status;
}

static bool has_day(const struct inquiry *inquiry, const struct table *by_day, int64_t day)
{
	const struct table_column *days = &by_day->columns[0];

	return table_number(days, instant_text(inquiry->arena, (struct instant){ day * DAY_US, PRECISION_DAY })) < days->value_count;
}

/* The breakdown with most keys that tells what the query asks of outputs, and knows a day on which there are cases; false:
 * none does. */
static bool choose_keys(const struct inquiry *inquiry, const struct exposure *rows, size_t count, const struct query *query,
			const struct table *by_day, struct table_key *keys, struct exposure_choice *out)
{
	struct exposure_wish wish = { keys, 0, query, by_day };
	const struct exposure *most = NULL;

	for (size_t i = 0; i < count; i++) {
		struct exposure_choice choice;
		if ((most && rows[i].value_count <= most->value_count) || !has_day(inquiry, by_day, rows[i].day))
			continue;
		exposure_choose(inquiry->arena, &rows[i], 1, &wish, &choice);
		most = choice.known && rows[i].value_count ? &rows[i] : most;
	}
	if (!most)
		return false;
	for (; wish.key_count < most->value_count; wish.key_count++)
		keys[wish.key_count] = exposure_key(most->values[wish.key_count].key);
	exposure_choose(inquiry->arena, rows, count, &wish, out);
	return out->known;
}

/* The values, days apart, of which the denominators tell outputs. */
static struct table_builder *values_told(struct arena *arena, const struct table *outputs)
{
	size_t width = outputs->column_count - 1;
	struct table_key keys[EXPOSURE_KEYS_MAX];
	uint32_t *cells = arena_array(arena, width + 1, sizeof(*cells));
	struct table_builder *told;

	for (size_t k = 0; k < width; k++)
		keys[k] = outputs->columns[k + 1].key;
	told = table_builder_new(keys, width);
	for (size_t i = 0; i < outputs->row_count; i++) {
		for (size_t k = 0; k < width; k++)
			cells[k] = table_builder_value(told, k, table_value(outputs, i, k + 1));
		table_builder_add(told, cells, outputs->counts[i]);
	}
	return told;
}

/* `cells`: room for the numbers of its values. */
static bool is_told(struct table_builder *told, const struct table *cases, size_t row, uint32_t *cells)
{
	for (size_t k = 0; k + 1 < cases->column_count; k++)
		cells[k] = table_builder_value(told, k, table_value(cases, row, k + 1));
	return table_builder_count(told, cells) > 0;
}

/* ---- cases of which the denominators tell nothing ------------------------------------------------- */

static int by_cases(const void *a, const void *b)
{
	const struct left_out_cases *x = a, *y = b;

	return x->cases != y->cases ? (x->cases < y->cases ? 1 : -1) : strcmp(x->of, y->of);
}

/* What finds the cases of days that are known, or of others. */
static char *query_of_days(struct arena *arena, const struct contrast_answer *answer, const struct exposure_choice *choice, bool known)
{
	struct strbuf text = STRBUF_INIT;
	char *out;

	strbuf_addstr(&text, answer->query);
	inquiry_days(arena, &text, !known, choice->days, choice->day_count);
	out = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

/* Of the values of a row of `untold`. */
static struct left_out_cases of_values(struct arena *arena, const struct table *untold, size_t row, const char *query)
{
	struct strbuf text = STRBUF_INIT, name = STRBUF_INIT;
	struct left_out_cases out = { .cases = untold->counts[row] };

	strbuf_addstr(&text, query);
	for (size_t k = 0; k < untold->column_count; k++) {
		const char *value = table_value(untold, row, k);
		inquiry_narrow(arena, &text, &untold->columns[k].key, &value, 1);
		strbuf_addf(&name, "%s%s %s", k ? ", " : "", table_key_query(arena, &untold->columns[k].key), value ? value : "(none)");
	}
	out.query = arena_text(arena, strbuf_slice(&text));
	out.of = arena_text(arena, strbuf_slice(&name));
	strbuf_release(&text);
	strbuf_release(&name);
	return out;
}

/* Each case once: what is of days that are not known, and of the rest what is of values that no denominator tells. */
static void tell_left_out(struct arena *arena, const struct exposure_choice *choice, int64_t of_days, const struct table *untold,
			  struct contrast_answer *out)
{
	struct left_out_cases *list = arena_array(arena, untold->row_count + 1, sizeof(*list));
	const char *known = query_of_days(arena, out, choice, true);

	for (size_t i = 0; i < untold->row_count; i++)
		list[i] = of_values(arena, untold, i, known);
	out->without_count = untold->row_count;
	if (of_days)
		list[out->without_count++] = (struct left_out_cases){ "days without denominators", query_of_days(arena, out, choice, false),
								      of_days };
	if (out->without_count > 1)
		qsort(list, out->without_count, sizeof(*list), by_cases);
	out->without = list;
	out->cases_without_outputs = of_days + untold->count;
}

/* Keeps the cases of days and of values that the denominators know. Of a value that they never tell (another spelling, a model
 * that is left out) nothing but cases is known: it would seem to fail always. */
static void keep_known(const struct inquiry *inquiry, struct arena *arena, const struct exposure_choice *choice, struct table *cases,
		       struct contrast_answer *out)
{
	size_t width = cases->column_count;
	struct table_key keys[EXPOSURE_KEYS_MAX + 1];
	uint32_t *cells = arena_array(inquiry->arena, width, sizeof(*cells));
	struct table_builder *known, *others, *told = width > 1 ? values_told(inquiry->arena, &choice->table) : NULL;
	struct table kept, untold;
	int64_t of_days = 0;

	for (size_t k = 0; k < width; k++)
		keys[k] = cases->columns[k].key;
	known = table_builder_new(keys, width);
	others = table_builder_new(keys + 1, width - 1);
	for (size_t i = 0; i < cases->row_count; i++) {
		bool has_day = exposure_knows(choice, table_value(cases, i, 0)), is_other = has_day && told && !is_told(told, cases, i, cells);
		struct table_builder *to = is_other ? others : known;
		if (!has_day) {
			of_days += cases->counts[i];
			continue;
		}
		for (size_t k = is_other; k < width; k++)
			cells[k - is_other] = table_builder_value(to, k - is_other, table_value(cases, i, k));
		table_builder_add(to, cells, cases->counts[i]);
	}
	table_builder_end(known, inquiry->arena, &kept);
	table_builder_end(others, inquiry->arena, &untold);
	table_builder_free(known);
	table_builder_free(others);
	if (told)
		table_builder_free(told);
	tell_left_out(arena, choice, of_days, &untold, out);
	*cases = kept;
}

/* A case was produced, whatever the denominators say: where they have fewer outputs than there are cases, and know
 * the day, there were as many. */
static void add_missing(struct arena *arena, const struct table *cases, const struct table *outputs, struct table *out)
{
	size_t width = outputs->column_count;
	struct table_key keys[EXPOSURE_KEYS_MAX + 1];
	uint32_t *cells = arena_array(arena, width, sizeof(*cells));
	const struct table *const tables[] = { outputs, cases };
	struct table_builder *most;

	for (size_t k = 0; k < width; k++)
		keys[k] = outputs->columns[k].key;
	most = table_builder_new(keys, width);
	/* Outputs, and behind them by how much the cases of the same cells exceed them. */
	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (size_t i = 0; i < tables[t]->row_count; i++) {
			const char *day = table_value(tables[t], i, 0);
			int64_t is = 0;
			if (t && (!day || table_number(&outputs->columns[0], day) == outputs->columns[0].value_count))
				continue;
			for (size_t k = 0; k < width; k++)
				cells[k] = table_builder_value(most, k, table_value(tables[t], i, k));
			if (t)
				is = table_builder_count(most, cells);
			if (tables[t]->counts[i] > is)
				table_builder_add(most, cells, tables[t]->counts[i] - is);
		}
	table_builder_end(most, arena, out);
	table_builder_free(most);
}

/* *found: the store's denominators can tell. The tables are in the inquiry's arena, what is said in `arena`. */
static enum status ask_outputs(const struct inquiry *inquiry, struct arena *arena, struct contrast_answer *out, struct tables *tables,
			       bool *found, struct error *err)
{
	struct table_key keys[EXPOSURE_KEYS_MAX + 1] = { { .facet = FACET_DAY } };
	const struct exposure *rows;
	struct exposure_choice choice;
	struct table by_day = { 0 };
	struct query query = { 0 };
	size_t count;
	enum status status = inquiry->store->ops->exposure_list(inquiry->store, inquiry->arena, &rows, &count, err);

	*found = false;
	if (status == STATUS_OK)
		status = inquiry_query(inquiry, out->query, &query, err);
	if (status == STATUS_OK && count)
		status = inquiry_table(inquiry, &(struct table_request){ &query, keys, 1, false, NULL }, &by_day, err);
	if (status != STATUS_OK || !count || !choose_keys(inquiry, rows, count, &query, &by_day, keys + 1, &choice))
		return status;
	const struct table_request request = { &query, keys, choice.table.column_count, false, NULL };
	status = inquiry_table(inquiry, &request, &tables->cases, err);
	if (status != STATUS_OK)
		return status;
	keep_known(inquiry, arena, &choice, &tables->cases, out);
	add_missing(inquiry->arena, &tables->cases, &choice.table, &tables->against);
	out->breakdown = arena_strdup(arena, choice.by);
	*found = true;
	return status;
}

/* Keys that were not looked at; what the contrast leaves out is added. */
static void take_left_out(struct arena *arena, const struct table *table, struct contrast_answer *out)
{
	const char **names = arena_array(arena, table->left_out_count + table->column_count, sizeof(*names));

	for (size_t i = 0; i < table->left_out_count; i++)
		names[i] = arena_strdup(arena, table->left_out[i]);
	out->left_out_count = table->left_out_count;
	for (size_t k = 0; k < table->column_count; k++)
		if (table->columns[k].value_count > CONTRAST_VALUES_MAX)
			names[out->left_out_count++] = arena_strdup(arena, table_key_word(&table->columns[k].key));
	out->left_out = names;
	out->few_keys = table->few_keys;
}

/* What the query asks of outputs, unless that is all of it. */
static enum status choose_against(const struct inquiry *inquiry, const char *query, const char **out, struct error *err)
{
	struct query all, of_outputs;
	enum status status = inquiry_query(inquiry, query, &all, err);

	if (status == STATUS_OK)
		*out = exposure_query(inquiry->arena, &all);
	if (status == STATUS_OK)
		status = inquiry_query(inquiry, *out, &of_outputs, err);
	if (status == STATUS_OK && of_outputs.term_count == all.term_count)
		*out = "";
	return status;
}

enum status contrast_ask(const struct inquiry *inquiry, const char *query, const char *against,
			 const struct contrast_options *options, struct contrast_answer *out, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct inquiry asking = *inquiry;
	struct contrast_options asked = *options;
	struct tables tables = { .has_both = false };
	bool by_outputs = false;
	enum status status = STATUS_OK;

	*out = (struct contrast_answer){ .query = query, .from = against && against[0] ? OUTPUTS_AMONG : OUTPUTS_SAMPLES };
	asking.arena = asked.tables = &scratch;
	if (!against)
		status = ask_outputs(&asking, inquiry->arena, out, &tables, &by_outputs, err);
	if (by_outputs)
		out->from = OUTPUTS_STORE;
	else if (status == STATUS_OK && !against)
		status = choose_against(inquiry, query, &against, err);
	if (status == STATUS_OK && !by_outputs) {
		out->against = against;
		status = ask_samples(&asking, query, against, &tables, err);
	}
	if (status == STATUS_OK)
		status = read_changes(inquiry, out, err);
	if (status == STATUS_OK) {
		take_left_out(inquiry->arena, &tables.against, out);
		status = contrast_of(inquiry->arena, &tables.cases, &tables.against, tables.has_both ? &tables.both : NULL, &asked,
				     &out->contrast, err);
	}
	arena_release(&scratch);
	return status;
}
