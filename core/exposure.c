#include "core/exposure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/instant.h"
#include "core/base/json.h"
#include "core/base/utf8.h"

void exposure_summary(char *out, size_t room, const char *source, const struct exposure_result *result)
{
	int64_t rows = result->added + result->changed;
	int len = snprintf(out, room, "%.200s%s%" PRId64 " denominator%s", source ? source : "", source ? ": " : "", rows,
			   rows == 1 ? "" : "s");

	if (result->changed && len > 0 && (size_t)len < room)
		len += snprintf(out + len, room - (size_t)len, ", %" PRId64 " of them changed", result->changed);
	if (result->borne_out && len > 0 && (size_t)len < room)
		snprintf(out + len, room - (size_t)len, ", %" PRId64 " as others had said", result->borne_out);
}

/* ---- rows ---------------------------------------------------------------------------------- */

enum status exposure_check(const struct exposure *row, struct error *err)
{
	if (row->day < EXPOSURE_DAY_LEAST || row->day > EXPOSURE_DAY_MOST)
		return error_set(err, STATUS_USAGE, "a day lies outside of the years 1 to 9999");
	if (row->outputs < 0 || row->outputs > EXPOSURE_OUTPUTS_MAX)
		return error_set(err, STATUS_USAGE, "the number of outputs is negative or too great");
	if (row->value_count > EXPOSURE_KEYS_MAX)
		return error_set(err, STATUS_USAGE, "denominators have at most %d keys", EXPOSURE_KEYS_MAX);
	for (size_t i = 0; i < row->value_count; i++) {
		const char *key = row->values[i].key, *value = row->values[i].value;
		if (!key || !key[0] || !utf8_valid(slice_of(key)) || (value && !utf8_valid(slice_of(value))))
			return error_set(err, STATUS_USAGE, "a key of denominators has no name, or is no UTF-8");
		if (i && strcmp(row->values[i - 1].key, key) >= 0)
			return error_set(err, STATUS_USAGE, "the key %s of denominators stands twice, or out of order", key);
	}
	return STATUS_OK;
}

struct table_key exposure_key(const char *word)
{
	static const enum facet_key facets[] = { FACET_LANG, FACET_KIND };

	for (size_t i = 0; i < ARRAY_LEN(facets); i++)
		if (strcmp(facet_word(facets[i]), word) == 0)
			return (struct table_key){ .facet = facets[i] };
	return (struct table_key){ .provenance = word };
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct exposure_value *)a)->key, ((const struct exposure_value *)b)->key);
}

void exposure_sort_values(struct exposure_value *values, size_t count)
{
	if (count)
		qsort(values, count, sizeof(*values), by_key);
}

int exposure_compare_values(const struct exposure *a, const struct exposure *b)
{
	for (size_t i = 0; i < a->value_count && i < b->value_count; i++) {
		const struct exposure_value *x = &a->values[i], *y = &b->values[i];
		int order = strcmp(x->key, y->key);
		if (!order && x->value && y->value)
			order = strcmp(x->value, y->value);
		else if (!order)
			order = (x->value != NULL) - (y->value != NULL);
		if (order)
			return order < 0 ? -1 : 1;
	}
	return (a->value_count > b->value_count) - (a->value_count < b->value_count);
}

char *exposure_attributes(struct arena *arena, const struct exposure *row)
{
	struct strbuf text = STRBUF_INIT;
	struct json_writer json;
	char *out;

	json_write_init(&json, &text, 0);
	json_write_begin(&json, '{');
	for (size_t i = 0; i < row->value_count; i++)
		json_write_member(&json, row->values[i].key, row->values[i].value);
	json_write_end(&json, '}');
	out = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

bool exposure_read_attributes(struct arena *arena, struct slice text, struct exposure *out)
{
	struct exposure_value *values;
	const struct json *object;
	size_t count = 0;

	if (json_parse(arena, text, false, NULL, &object, NULL) != STATUS_OK || !json_is(object, JSON_OBJECT) ||
	    object->count > EXPOSURE_KEYS_MAX)
		return false;
	values = arena_array(arena, object->count, sizeof(*values));
	for (const struct json *member = object->first; member; member = member->next) {
		if (member->type != JSON_STRING && member->type != JSON_NULL)
			return false;
		values[count++] = (struct exposure_value){ utf8_clean(arena, member->name), json_text(arena, member) };
	}
	out->values = values;
	out->value_count = count;
	return true;
}

/* ---- which breakdown ------------------------------------------------------------------------- */

struct breakdown {
	const struct exposure *first; /* a row of it */
	VEC_OF(int64_t) days;         /* of its rows; in the end each once */
};

static bool same_keys(const struct exposure *a, const struct exposure *b)
{
	if (a->value_count != b->value_count)
		return false;
	for (size_t i = 0; i < a->value_count; i++)
		if (strcmp(a->values[i].key, b->values[i].key) != 0)
			return false;
	return true;
}

static const struct exposure_value *value_of(const struct exposure *row, const char *key)
{
	for (size_t i = 0; i < row->value_count; i++)
		if (strcmp(row->values[i].key, key) == 0)
			return &row->values[i];
	return NULL;
}

/* What a term of a query asks of outputs: the word of the key; NULL: nothing (it is about time, flags or judgements).
 * *never: no denominators can tell. */
static const char *asked_of_outputs(const struct query_term *term, bool *never)
{
	*never = false;
	switch (term->key) {
	case QUERY_KEY_LANG: return facet_word(FACET_LANG);
	case QUERY_KEY_KIND: return facet_word(FACET_KIND);
	case QUERY_KEY_MODEL: return PROVENANCE_MODEL;
	case QUERY_KEY_HARNESS: return PROVENANCE_HARNESS;
	case QUERY_KEY_PROMPT: return PROVENANCE_PROMPT_VERSION;
	case QUERY_KEY_EFFORT: return PROVENANCE_EFFORT;
	case QUERY_KEY_PROVENANCE: return term->provenance_key;
	case QUERY_KEY_PATH:
	case QUERY_KEY_SESSION:
	case QUERY_KEY_TURN:
	case QUERY_KEY_BATCH:
		*never = true;
		return query_key_word(term->key);
	default: return NULL;
	}
}

/* What the breakdown of this row does not tell, of all that is wished for; NULL: nothing. */
static const char *missing_in(struct arena *arena, const struct exposure *row, const struct exposure_wish *wish)
{
	for (size_t i = 0; i < wish->key_count; i++)
		if (!value_of(row, table_key_word(&wish->keys[i])))
			return table_key_query(arena, &wish->keys[i]);
	for (size_t i = 0; wish->query && i < wish->query->term_count; i++) {
		const struct query_term *term = &wish->query->terms[i];
		bool never;
		const char *key = asked_of_outputs(term, &never);
		if (key && (never || !value_of(row, key)))
			return term->key == QUERY_KEY_PROVENANCE ? arena_printf(arena, "@%s", key) : query_key_word(term->key);
	}
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static size_t unique_days(struct breakdown *breakdown)
{
	size_t kept = 0;

	qsort(breakdown->days.items, breakdown->days.len, sizeof(int64_t), by_number);
	for (size_t i = 0; i < breakdown->days.len; i++)
		if (!kept || breakdown->days.items[kept - 1] != breakdown->days.items[i])
			breakdown->days.items[kept++] = breakdown->days.items[i];
	breakdown->days.len = kept;
	return kept;
}

static char *keys_text(struct arena *arena, const struct exposure *row)
{
	char *text = arena_strdup(arena, "");

	for (size_t i = 0; i < row->value_count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", row->values[i].key);
	return text;
}

static int64_t day_of(const char *text)
{
	struct instant at;

	if (!text || instant_parse(slice_of(text), &at, NULL) != STATUS_OK)
		return INT64_MIN;
	return at.at_us / DAY_US - (at.at_us % DAY_US < 0);
}

/* Days of the breakdown on which there are cases. */
static size_t case_days(const struct breakdown *breakdown, const struct table *cases)
{
	const struct table_column *column = cases && cases->column_count ? &cases->columns[0] : NULL;
	size_t count = 0;

	for (size_t i = 0; column && i < column->value_count; i++) {
		int64_t day = day_of(column->values[i]);
		count += breakdown->days.len &&
			 bsearch(&day, breakdown->days.items, breakdown->days.len, sizeof(day), by_number) != NULL;
	}
	return count;
}

/* Whether a is to be taken rather than b. */
static bool is_better(struct arena *arena, struct breakdown *a, struct breakdown *b, const struct table *cases)
{
	size_t days_a = unique_days(a), days_b = unique_days(b), cases_a = case_days(a, cases), cases_b = case_days(b, cases);

	if (cases_a != cases_b)
		return cases_a > cases_b;
	if (days_a != days_b)
		return days_a > days_b;
	if (a->first->value_count != b->first->value_count)
		return a->first->value_count < b->first->value_count;
	return strcmp(keys_text(arena, a->first), keys_text(arena, b->first)) < 0;
}

/* The terms about outputs and time hold for a row: it is asked as a sample would be. */
static bool fits(const struct query *terms, const struct exposure *row, struct provenance *room)
{
	struct sample sample = { .produced_at = { row->day * DAY_US, PRECISION_DAY }, .provenance = room, .kind = SAMPLE_KIND_COUNT };
	const struct query_subject subject = { .sample = &sample };

	for (size_t i = 0; i < row->value_count; i++) {
		const struct exposure_value *value = &row->values[i];
		if (!value->value)
			continue;
		if (strcmp(value->key, facet_word(FACET_LANG)) == 0)
			sample.language = value->value;
		else if (strcmp(value->key, facet_word(FACET_KIND)) == 0)
			(void)sample_kind_parse(value->value, &sample.kind);
		else
			room[sample.provenance_count++] = (struct provenance){ value->key, value->value, CERTAINTY_RECORDED };
	}
	return query_matches(terms, &subject);
}

static bool is_of_outputs(const struct query_term *term)
{
	bool never;

	return term->key == QUERY_KEY_BEFORE || term->key == QUERY_KEY_AFTER || term->key == QUERY_KEY_DAY || asked_of_outputs(term, &never);
}

char *exposure_query(struct arena *arena, const struct query *query)
{
	char *out = arena_strdup(arena, "");

	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		if (is_of_outputs(term))
			out = arena_printf(arena, "%s%s%s", out, out[0] ? " " : "",
					   arena_text(arena, (struct slice){ query->text + term->at, term->len }));
	}
	return out;
}

static struct query terms_of_outputs(struct arena *arena, const struct query *query)
{
	struct query_term *terms = arena_array(arena, query ? query->term_count : 0, sizeof(*terms));
	struct query out = { .text = "", .terms = terms, .names_status = true };

	for (size_t i = 0; query && i < query->term_count; i++)
		if (is_of_outputs(&query->terms[i]))
			terms[out.term_count++] = query->terms[i];
	return out;
}

static void fill_table(struct arena *arena, const struct exposure *rows, size_t count, const struct exposure *like,
		       const struct exposure_wish *wish, struct table *out)
{
	struct query terms = terms_of_outputs(arena, wish->query);
	struct table_key *keys = arena_array(arena, wish->key_count + 1, sizeof(*keys));
	uint32_t *cells = arena_array(arena, wish->key_count + 1, sizeof(*cells));
	struct provenance room[EXPOSURE_KEYS_MAX];
	struct table_builder *builder;

	keys[0] = (struct table_key){ .facet = FACET_DAY };
	for (size_t k = 0; k < wish->key_count; k++)
		keys[k + 1] = wish->keys[k];
	builder = table_builder_new(keys, wish->key_count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct exposure *row = &rows[i];
		if (!same_keys(row, like) || !fits(&terms, row, room))
			continue;
		cells[0] = table_builder_value(builder, 0, instant_text(arena, (struct instant){ row->day * DAY_US, PRECISION_DAY }));
		for (size_t k = 0; k < wish->key_count; k++)
			cells[k + 1] = table_builder_value(builder, k + 1, value_of(row, table_key_word(&keys[k + 1]))->value);
		table_builder_add(builder, cells, row->outputs);
	}
	table_builder_end(builder, arena, out);
	table_builder_free(builder);
}

bool exposure_covers(const struct exposure_choice *choice, int64_t first, int64_t end)
{
	size_t low = 0, high = choice->day_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (choice->days[middle] < first)
			low = middle + 1;
		else
			high = middle;
	}
	return first >= end || ((uint64_t)end - (uint64_t)first <= choice->day_count - low && choice->days[low + (size_t)((uint64_t)end - (uint64_t)first) - 1] == end - 1);
}

bool exposure_knows(const struct exposure_choice *choice, const char *day)
{
	int64_t at = day_of(day);

	return at != INT64_MIN && exposure_covers(choice, at, at + 1);
}

static const int64_t *days_of(struct arena *arena, struct breakdown *breakdown, size_t *count)
{
	int64_t *out;

	*count = unique_days(breakdown);
	out = arena_array(arena, *count, sizeof(*out));
	for (size_t i = 0; i < *count; i++)
		out[i] = breakdown->days.items[i];
	return out;
}

void exposure_choose(struct arena *arena, const struct exposure *rows, size_t count, const struct exposure_wish *wish,
		     struct exposure_choice *out)
{
	VEC_OF(struct breakdown) breakdowns = VEC_INIT;
	struct breakdown *best = NULL;

	*out = (struct exposure_choice){ .known = false };
	for (size_t i = 0; i < count; i++) {
		size_t b = 0;
		while (b < breakdowns.len && !same_keys(breakdowns.items[b].first, &rows[i]))
			b++;
		if (b == breakdowns.len)
			vec_push(&breakdowns, ((struct breakdown){ .first = &rows[i], .days = VEC_INIT }));
		vec_push(&breakdowns.items[b].days, rows[i].day);
	}
	for (size_t b = 0; b < breakdowns.len; b++) {
		const char *missing = missing_in(arena, breakdowns.items[b].first, wish);
		if (missing)
			out->missing = out->missing ? out->missing : missing;
		else if (!best || is_better(arena, &breakdowns.items[b], best, wish->cases))
			best = &breakdowns.items[b];
	}
	if (best) {
		out->known = true;
		out->missing = NULL;
		out->by = keys_text(arena, best->first);
		out->days = days_of(arena, best, &out->day_count);
		fill_table(arena, rows, count, best->first, wish, &out->table);
	}
	for (size_t b = 0; b < breakdowns.len; b++)
		vec_release(&breakdowns.items[b].days);
	vec_release(&breakdowns);
}
