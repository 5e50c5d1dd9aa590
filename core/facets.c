#include "core/facets.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"

static const struct {
	const char *word, *query_word, *help;
} keys[] = {
#define FACET_KEY(name, word, query_word, help) { word, query_word, help },
#include "core/facet_keys.def"
};

bool facet_parse(const char *word, enum facet_key *out)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].word, word) == 0) {
			*out = (enum facet_key)i;
			return true;
		}
	return false;
}

const char *facet_word(enum facet_key key)
{
	return (size_t)key < ARRAY_LEN(keys) ? keys[key].word : "?";
}

const char *facet_help(enum facet_key key)
{
	return (size_t)key < ARRAY_LEN(keys) ? keys[key].help : "";
}

const char *facet_query_word(enum facet_key key)
{
	return (size_t)key < ARRAY_LEN(keys) ? keys[key].query_word : "?";
}

/* ---- the values of a sample ----------------------------------------------------------- */

struct values {
	struct arena *arena;
	VEC_OF(const char *) list;
};

static void take(struct values *out, const char *value)
{
	if (value)
		vec_push(&out->list, value);
}

static void take_annotation(struct values *out, const struct annotation *annotation, enum facet_key key)
{
	switch (key) {
	case FACET_CAUSE:
		take(out, annotation->cause);
		break;
	case FACET_CATEGORY:
		if (annotation->cause)
			take(out, arena_text(out->arena, (struct slice){ annotation->cause, strcspn(annotation->cause, "/") }));
		break;
	case FACET_SYMPTOM:
		for (size_t i = 0; i < annotation->symptom_count; i++)
			take(out, annotation->symptoms[i]);
		break;
	case FACET_SEVERITY:
		take(out, annotation->severity ? severity_word(annotation->severity) : NULL);
		break;
	case FACET_VERDICT:
		take(out, annotation->verdict ? verdict_word(annotation->verdict) : NULL);
		break;
	default:
		take(out, annotation->reviewer);
		break;
	}
}

static void take_flag(struct values *out, const struct flag *flag, enum facet_key key)
{
	take(out, key == FACET_RULE ? flag->rule : key == FACET_TOOL ? flag->tool : flag_source_word(flag->source));
}

/* A sample counts with the start of its interval, as in queries. */
static const char *day_of(struct arena *arena, struct instant t)
{
	return instant_known(t) ? instant_text(arena, (struct instant){ t.at_us, PRECISION_DAY }) : NULL;
}

static void take_sample(struct values *out, const struct sample *sample, enum facet_key key)
{
	switch (key) {
	case FACET_STATUS: take(out, sample_status_word(sample->status)); break;
	case FACET_DISPOSITION: take(out, sample->disposition ? verdict_word(sample->disposition) : NULL); break;
	case FACET_LEVEL: take(out, level_word(sample_level(sample))); break;
	case FACET_MODEL: take(out, sample_provenance(sample, PROVENANCE_MODEL)); break;
	case FACET_HARNESS: take(out, sample_provenance(sample, PROVENANCE_HARNESS)); break;
	case FACET_PROMPT: take(out, sample_provenance(sample, PROVENANCE_PROMPT_VERSION)); break;
	case FACET_EFFORT: take(out, sample_provenance(sample, PROVENANCE_EFFORT)); break;
	case FACET_LANG: take(out, sample->language); break;
	case FACET_KIND: take(out, sample_kind_word(sample->kind)); break;
	case FACET_BATCH: take(out, arena_printf(out->arena, "%lld", (long long)sample->batch)); break;
	case FACET_DAY: take(out, day_of(out->arena, sample->produced_at)); break;
	default:
		for (size_t i = 0; i < sample->flag_count; i++)
			take_flag(out, &sample->flags[i], key);
		break;
	}
}

static bool is_judgement(enum facet_key key)
{
	return key == FACET_CATEGORY || key == FACET_CAUSE || key == FACET_SYMPTOM || key == FACET_SEVERITY ||
	       key == FACET_VERDICT || key == FACET_REVIEWER;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t facet_values(struct arena *arena, const struct query_subject *subject, enum facet_key key,
		    const char *const **out)
{
	struct values found = { arena, VEC_INIT };
	const char **kept;
	size_t len = 0;

	if (!is_judgement(key))
		take_sample(&found, subject->sample, key);
	for (size_t i = 0; is_judgement(key) && i < subject->annotation_count; i++)
		if (key == FACET_REVIEWER || annotation_counts(subject->annotations, subject->annotation_count, i))
			take_annotation(&found, &subject->annotations[i], key);
	if (found.list.len)
		qsort(found.list.items, found.list.len, sizeof(found.list.items[0]), by_text);
	kept = arena_array(arena, found.list.len, sizeof(*kept));
	for (size_t i = 0; i < found.list.len; i++)
		if (len == 0 || strcmp(kept[len - 1], found.list.items[i]) != 0)
			kept[len++] = found.list.items[i];
	vec_release(&found.list);
	*out = kept;
	return len;
}

/* ---- counting ---------------------------------------------------------------------------- */

struct facet_table {
	struct arena arena;
	VEC_OF(struct facet) values;
	uint32_t *slots; /* of a hash table: index in `values` + 1; 0: free */
	size_t slot_count;
};

struct facet_table *facet_table_new(void)
{
	struct facet_table *table = mem_zalloc(1, sizeof(*table));

	arena_init(&table->arena);
	table->slot_count = 64;
	table->slots = mem_zalloc(table->slot_count, sizeof(*table->slots));
	return table;
}

void facet_table_free(struct facet_table *table)
{
	free(table->slots);
	vec_release(&table->values);
	arena_release(&table->arena);
	free(table);
}

/* FNV-1a, 64 bit. */
static size_t hash_of(const char *value)
{
	uint64_t hash = 14695981039346656037u;

	for (; value && *value; value++)
		hash = (hash ^ (unsigned char)*value) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static uint32_t *slot_of(const struct facet_table *table, const char *value)
{
	size_t at = hash_of(value) & (table->slot_count - 1);

	while (table->slots[at] && !same(table->values.items[table->slots[at] - 1].value, value))
		at = (at + 1) & (table->slot_count - 1);
	return &table->slots[at];
}

static void grow(struct facet_table *table)
{
	free(table->slots);
	table->slot_count *= 2;
	table->slots = mem_zalloc(table->slot_count, sizeof(*table->slots));
	for (size_t i = 0; i < table->values.len; i++)
		*slot_of(table, table->values.items[i].value) = (uint32_t)i + 1;
}

void facet_table_add(struct facet_table *table, const char *value, int64_t count)
{
	uint32_t *slot = slot_of(table, value);

	if (*slot) {
		table->values.items[*slot - 1].count += count;
	} else if (count) {
		vec_push(&table->values, ((struct facet){ arena_strdup(&table->arena, value), count }));
		*slot = (uint32_t)table->values.len;
		if (table->values.len * 2 > table->slot_count)
			grow(table);
	}
}

static int by_value(const void *a, const void *b)
{
	const struct facet *x = a, *y = b;

	if (!x->value || !y->value)
		return (x->value != NULL) - (y->value != NULL);
	return strcmp(x->value, y->value);
}

static int by_count(const void *a, const void *b)
{
	const struct facet *x = a, *y = b;

	return x->count != y->count ? (x->count < y->count ? 1 : -1) : by_value(a, b);
}

struct facet_list facet_table_list(struct facet_table *table, struct arena *arena, enum facet_key key, size_t top)
{
	struct facet *all = table->values.items, *kept;
	struct facet_list out = { .key = key };
	size_t len = table->values.len;

	if (len)
		qsort(all, len, sizeof(*all), by_count);
	out.count = top && top < len ? top : len;
	kept = arena_array(arena, out.count, sizeof(*kept));
	for (size_t i = 0; i < out.count; i++)
		kept[i] = (struct facet){ arena_strdup(arena, all[i].value), all[i].count };
	for (size_t i = out.count; i < len; i++)
		out.more_count += all[i].count;
	out.more_values = len - out.count;
	out.values = kept;
	return out;
}
