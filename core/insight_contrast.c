/* What samples share: the tables that a contrast is made from, and the changes that speak of its values. */
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

static bool mentions(const struct incident_change *change, const char *value)
{
	const char *const fields[] = { change->version, change->before, change->after };

	if (!value || !value[0])
		return false;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i] && strcmp(fields[i], value) == 0)
			return true;
	return strlen(value) >= VALUE_BYTES_LEAST && change->text && has_words(change->text, value);
}

bool contrast_is_about(const struct contrast_answer *answer, const struct contrast_finding *finding,
		       const struct incident_change *change)
{
	const struct contrast_place *const places[] = { &finding->first, &finding->second };

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		for (uint32_t v = places[i]->value; places[i]->key != CONTRAST_NONE && v <= places[i]->last; v++)
			if (mentions(change, answer->contrast.keys[places[i]->key].values[v]))
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

struct tables {
	struct table cases, against, both;
};

static enum status ask_samples(const struct inquiry *inquiry, const char *query, const char *against, struct tables *out,
			       struct error *err)
{
	static const struct table_key keys[] = { { .facet = FACET_DAY }, { .facet = FACET_LANG }, { .facet = FACET_KIND } };
	const char *const texts[] = { query, against, inquiry_both(inquiry->arena, against, query) };
	struct table *const tables[] = { &out->cases, &out->against, &out->both };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < ARRAY_LEN(texts) && status == STATUS_OK; i++) {
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

/* The cases of days and of values that the denominators know; how many are of others. Of a value that they never
 * tell (another spelling, a model that is left out) nothing but cases is known: it would seem to fail always. */
static int64_t keep_known(struct arena *arena, const struct exposure_choice *choice, struct table *cases)
{
	size_t width = cases->column_count;
	struct table_key keys[EXPOSURE_KEYS_MAX + 1];
	uint32_t *cells = arena_array(arena, width, sizeof(*cells));
	struct table_builder *known, *told = width > 1 ? values_told(arena, &choice->table) : NULL;
	struct table kept;
	int64_t others = 0;

	for (size_t k = 0; k < width; k++)
		keys[k] = cases->columns[k].key;
	known = table_builder_new(keys, width);
	for (size_t i = 0; i < cases->row_count; i++) {
		if (!exposure_knows(choice, table_value(cases, i, 0)) || (told && !is_told(told, cases, i, cells))) {
			others += cases->counts[i];
			continue;
		}
		for (size_t k = 0; k < width; k++)
			cells[k] = table_builder_value(known, k, table_value(cases, i, k));
		table_builder_add(known, cells, cases->counts[i]);
	}
	table_builder_end(known, arena, &kept);
	table_builder_free(known);
	if (told)
		table_builder_free(told);
	*cases = kept;
	return others;
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

/* *found: the store's denominators can tell. */
static enum status ask_outputs(const struct inquiry *inquiry, struct contrast_answer *out, struct tables *tables, bool *found,
			       struct error *err)
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
	out->cases_without_outputs = keep_known(inquiry->arena, &choice, &tables->cases);
	add_missing(inquiry->arena, &tables->cases, &choice.table, &tables->against);
	tables->both = tables->cases;
	out->breakdown = choice.by;
	*found = true;
	return status;
}

enum status contrast_ask(const struct inquiry *inquiry, const char *query, const char *against,
			 const struct contrast_options *options, struct contrast_answer *out, struct error *err)
{
	struct tables tables;
	bool by_outputs = false;
	enum status status = STATUS_OK;

	*out = (struct contrast_answer){ .query = query, .from = against && against[0] ? OUTPUTS_AMONG : OUTPUTS_SAMPLES };
	if (!against)
		status = ask_outputs(inquiry, out, &tables, &by_outputs, err);
	if (by_outputs)
		out->from = OUTPUTS_STORE;
	else if (status == STATUS_OK)
		status = ask_samples(inquiry, query, against ? against : "", &tables, err);
	if (status == STATUS_OK)
		status = read_changes(inquiry, out, err);
	if (status != STATUS_OK)
		return status;
	out->left_out = tables.against.left_out;
	out->left_out_count = tables.against.left_out_count;
	out->few_keys = tables.against.few_keys;
	return contrast_of(inquiry->arena, &tables.cases, &tables.against, &tables.both, options, &out->contrast, err);
}
