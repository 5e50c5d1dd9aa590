/* Queries over columns: each term is decided once for each entry of a dictionary. */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"

/* ---- which column a term is about --------------------------------------------------- */

static int column_of_is(const struct query_term *term)
{
	int column = COLUMN_COUNT;

	for (size_t i = 0; i < term->value_count; i++) {
		int64_t what = term->values[i].number;
		int own = what == QUERY_IS_MINE || what == QUERY_IS_DISPUTED ? COLUMN_JUDGED :
			  what == QUERY_IS_UNTRIAGED || what == QUERY_IS_ANNOTATED || what == QUERY_IS_ILLUSTRATIVE ?
			  COLUMN_STATE : COLUMN_COUNT;
		if (own == COLUMN_COUNT || (i > 0 && own != column))
			return COLUMN_COUNT;
		column = own;
	}
	return column;
}

/* Samples whose model is their own are among the "others" of the column. Of other keys
 * there may be one value a sample, and none of them is worth that. */
static bool is_own(const struct columns *columns, const char *key)
{
	for (size_t i = 0; i < columns->own_keys.len; i++)
		if (strcmp(columns->own_keys.items[i], key) == 0)
			return true;
	return false;
}

/* COLUMN_COUNT: none. */
static int column_of(const struct columns *columns, const struct query_term *term)
{
	switch (term->key) {
	case QUERY_KEY_STATUS:
	case QUERY_KEY_DISPOSITION:
	case QUERY_KEY_KIND:
	case QUERY_KEY_LANG: return COLUMN_STATE;
	case QUERY_KEY_RULE:
	case QUERY_KEY_TOOL:
	case QUERY_KEY_SOURCE:
	case QUERY_KEY_LEVEL: return COLUMN_FLAGS;
	case QUERY_KEY_MODEL:
	case QUERY_KEY_HARNESS:
	case QUERY_KEY_PROMPT:
	case QUERY_KEY_EFFORT: return COLUMN_ORIGIN;
	case QUERY_KEY_PROVENANCE:
		return columns->few_keys || is_own(columns, term->provenance_key) ? COLUMN_COUNT : COLUMN_ORIGIN;
	case QUERY_KEY_CAUSE:
	case QUERY_KEY_SYMPTOM:
	case QUERY_KEY_VERDICT:
	case QUERY_KEY_SEVERITY:
	case QUERY_KEY_REVIEWER:
	case QUERY_KEY_REVIEWERS: return COLUMN_JUDGED;
	case QUERY_KEY_BATCH: return COLUMN_BATCH;
	case QUERY_KEY_BEFORE:
	case QUERY_KEY_AFTER:
	case QUERY_KEY_DAY: return COLUMN_DAY;
	case QUERY_KEY_IS: return column_of_is(term);
	default: return COLUMN_COUNT;
	}
}

bool columns_hold(const struct columns *columns, const struct query *query)
{
	for (size_t i = 0; i < query->term_count; i++)
		if (column_of(columns, &query->terms[i]) == COLUMN_COUNT)
			return false;
	return query->term_count > 0;
}

/* ---- the plan --------------------------------------------------------------------------- */

static bool matches(const struct query *query, const struct query_term *term, const struct query_subject *subject)
{
	struct query one = { .text = "", .reviewer = query->reviewer, .terms = term, .term_count = 1, .names_status = true };

	return query_matches(&one, subject);
}

/* Of a day only its first and its last moment are tried: what holds at both holds in
 * between, since a term is about one moment of time, or whole days; a negated one too. */
static bool matches_day(const struct query *query, const struct query_term *term, const struct query_subject *subject,
			bool *sure)
{
	struct sample last = *subject->sample;
	struct query_subject end = *subject;
	bool at_start = matches(query, term, subject), at_end;

	last.produced_at.at_us += DAY_US - 1;
	end.sample = &last;
	at_end = instant_known(last.produced_at) ? matches(query, term, &end) : at_start;
	*sure = *sure && at_start == at_end;
	return at_start || at_end;
}

static uint8_t *keep_of(const struct columns *columns, struct columns_plan *plan, int column)
{
	size_t count = columns->dictionaries[column].entries.len;

	if (!plan->keep[column]) {
		plan->keep[column] = mem_alloc(count);
		memset(plan->keep[column], 1, count);
		plan->keep[column][DICTIONARY_NONE] = 0;
	}
	return plan->keep[column];
}

static void add_term(const struct columns *columns, const struct query *query, const struct query_term *term, int column,
		     struct columns_plan *plan)
{
	const struct dictionary *dictionary = &columns->dictionaries[column];
	uint8_t *keep = keep_of(columns, plan, column);

	for (size_t i = DICTIONARY_FIRST; i < dictionary->entries.len; i++) {
		const struct dictionary_entry *entry = &dictionary->entries.items[i];
		bool sure = true;
		if (!keep[i] || !entry->rows)
			continue;
		keep[i] = column == COLUMN_DAY ? matches_day(query, term, &entry->subject, &sure) :
						 matches(query, term, &entry->subject);
		plan->exact = plan->exact && sure;
	}
	/* Nothing is known of those. */
	plan->exact = plan->exact && !dictionary->entries.items[DICTIONARY_OTHERS].rows;
}

/* id>=… and the like: a range. */
static bool add_range(const struct query_term *term, struct columns_plan *plan)
{
	int64_t number = term->value_count == 1 ? term->values[0].number : 0;

	if (term->key != QUERY_KEY_ID || term->op == QUERY_EQ || term->negated || term->value_count != 1)
		return false;
	if ((term->op == QUERY_LT || term->op == QUERY_LE) && plan->last > number - (term->op == QUERY_LT))
		plan->last = number - (term->op == QUERY_LT);
	if ((term->op == QUERY_GT || term->op == QUERY_GE) && plan->first < number + (term->op == QUERY_GT))
		plan->first = number + (term->op == QUERY_GT);
	return true;
}

static void hide_excluded(const struct columns *columns, struct columns_plan *plan)
{
	const struct dictionary *states = &columns->dictionaries[COLUMN_STATE];

	for (size_t i = DICTIONARY_FIRST; i < states->entries.len; i++)
		if (states->entries.items[i].rows && states->entries.items[i].subject.sample->status == SAMPLE_EXCLUDED)
			keep_of(columns, plan, COLUMN_STATE)[i] = 0;
	plan->exact = plan->exact && !states->entries.items[DICTIONARY_OTHERS].rows;
}

void columns_plan(const struct columns *columns, const struct query *query, struct columns_plan *out)
{
	*out = (struct columns_plan){ .first = 1, .last = columns->rows, .exact = true };
	if (columns->present < columns->rows)
		keep_of(columns, out, COLUMN_STATE);
	if (!query->names_status)
		hide_excluded(columns, out);
	for (size_t i = 0; i < query->term_count; i++) {
		int column = column_of(columns, &query->terms[i]);
		if (column < COLUMN_COUNT)
			add_term(columns, query, &query->terms[i], column, out);
		else if (!add_range(&query->terms[i], out))
			out->exact = false;
	}
}

void columns_plan_release(struct columns_plan *plan)
{
	for (int c = 0; c < COLUMN_COUNT; c++)
		free(plan->keep[c]);
}

bool columns_plan_has(const struct columns *columns, const struct columns_plan *plan, int64_t id)
{
	if (id < plan->first || id > plan->last)
		return false;
	for (int c = 0; c < COLUMN_COUNT; c++)
		if (plan->keep[c] && !plan->keep[c][columns->of[c][id]])
			return false;
	return true;
}

/* ---- the hits ---------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The entries that a column lets through, as a range if they are one among those in
 * use; false: all of them are let through. */
static bool filter_of(const struct columns *columns, const struct columns_plan *plan, int column,
		      struct scan_filter *out)
{
	const struct dictionary *dictionary = &columns->dictionaries[column];
	const uint8_t *keep = plan->keep[column];
	size_t first = SIZE_MAX, last = 0;
	bool all = true, range = true;

	if (!keep)
		return false;
	for (size_t i = 0; i < dictionary->entries.len; i++) {
		bool used = i == DICTIONARY_NONE ? columns->present < columns->rows : dictionary->entries.items[i].rows > 0;
		all = all && (keep[i] || !used);
		if (!used || !keep[i])
			continue;
		first = first < i ? first : i;
		last = i;
	}
	for (size_t i = first; i < last && range; i++)
		range = keep[i] || !dictionary->entries.items[i].rows;
	*out = (struct scan_filter){ .column = columns->of[column], .keep = keep };
	if (range && first <= last) {
		out->keep = NULL;
		out->first = (uint16_t)first;
		out->span = (uint16_t)(last - first);
	}
	return !all;
}

/* Clears the bits of what is no sample, or not in the range. */
static int64_t clear_outside(uint64_t *bits, size_t from, size_t to)
{
	int64_t cleared = 0;

	for (size_t i = from; i < to;) {
		uint64_t *word = &bits[i / 64];
		if (i % 64 == 0 && to - i >= 64) {
			cleared += __builtin_popcountll(*word);
			*word = 0;
			i += 64;
			continue;
		}
		cleared += (int64_t)(*word >> (i % 64) & 1);
		*word &= ~((uint64_t)1 << (i % 64));
		i++;
	}
	return cleared;
}

bool columns_are_found(const struct columns *columns, const struct query *query)
{
	const struct columns_hits *hits = &columns->hits;

	/* Groups go on without an entry of the log. */
	return hits->query && strcmp(hits->query, query->text) == 0 && same_text(hits->reviewer, query->reviewer) &&
	       !query_names_groups(query);
}

const struct columns_hits *columns_find(struct columns *columns, const struct query *query,
					const struct columns_plan *plan)
{
	struct columns_hits *hits = &columns->hits;
	struct scan_filter filters[COLUMN_COUNT];
	size_t count = 0, end = (size_t)columns->rows + 1, first, last;

	if (columns_are_found(columns, query))
		return hits;
	columns_hits_reset(hits);
	hits->query = mem_strdup(query->text);
	hits->reviewer = query->reviewer ? mem_strdup(query->reviewer) : NULL;
	hits->bits = mem_alloc(columns->capacity / 8 + 8);
	hits->exact = plan->exact;
	for (int c = 0; c < COLUMN_COUNT; c++)
		count += filter_of(columns, plan, c, &filters[count]);
	hits->count = scan_find(filters, count, columns->capacity, hits->bits);
	first = plan->first < (int64_t)end ? (size_t)plan->first : end;
	last = plan->last < 0 ? 0 : (size_t)plan->last + 1;
	hits->count -= clear_outside(hits->bits, 0, first);
	hits->count -= clear_outside(hits->bits, last < first ? first : last, columns->capacity);
	return hits;
}
