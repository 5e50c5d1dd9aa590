#include "core/import/verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/import/importers.h"
#include "core/import/verdicts_table.h"

#define BUCKETS_MIN ((size_t)1024)

/* ---- the table --------------------------------------------------------------------- */

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static size_t hash_of(const char *id)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
	return (size_t)(hash ^ hash >> 32);
}

static struct verdict_key *find(const struct verdicts *verdicts, const char *id)
{
	struct verdict_key *key = verdicts->buckets[hash_of(id) & (verdicts->bucket_count - 1)];

	while (key && strcmp(key->id, id) != 0)
		key = key->next;
	return key;
}

static void grow(struct verdicts *verdicts)
{
	size_t count = verdicts->bucket_count * 2;
	struct verdict_key **buckets = mem_zalloc(count, sizeof(struct verdict_key *));

	for (size_t i = 0; i < verdicts->bucket_count; i++) {
		for (struct verdict_key *key = verdicts->buckets[i], *next; key; key = next) {
			struct verdict_key **bucket = &buckets[hash_of(key->id) & (count - 1)];
			next = key->next;
			key->next = *bucket;
			*bucket = key;
		}
	}
	free(verdicts->buckets);
	verdicts->buckets = buckets;
	verdicts->bucket_count = count;
}

struct verdict_key *verdicts_key(struct verdicts *verdicts, const char *id)
{
	struct verdict_key *key = find(verdicts, id);

	if (key)
		return key;
	if (verdicts->key_count++ == verdicts->bucket_count)
		grow(verdicts);
	key = arena_alloc(&verdicts->arena, sizeof(*key));
	key->id = arena_strdup(&verdicts->arena, id);
	struct verdict_key **bucket = &verdicts->buckets[hash_of(id) & (verdicts->bucket_count - 1)];
	key->next = *bucket;
	*bucket = key;
	return key;
}

struct verdict_entry *verdicts_add(struct verdicts *verdicts)
{
	struct verdict_entry *verdict = arena_alloc(&verdicts->arena, sizeof(*verdict));

	verdict->newer = verdicts->newest;
	verdicts->newest = verdict;
	verdicts->count++;
	return verdict;
}

void verdicts_link(struct verdicts *verdicts, struct verdict_key *key, struct verdict_entry *verdict)
{
	struct verdict_link *link = arena_alloc(&verdicts->arena, sizeof(*link));

	link->verdict = verdict;
	if (key->last)
		key->last->next = link;
	else
		key->first = key->next_free = link;
	key->last = link;
}

/* ---- opening ----------------------------------------------------------------------- */

static enum status open_source(struct verdicts *verdicts, struct import_source *source, const char *path,
			       struct error *err)
{
	static const struct import_options no_options;

	enum status status = import_source_open(source, &verdicts->arena, path, &no_options, err);
	if (status == STATUS_OK)
		status = import_source_digest(source, &no_options, &verdicts->digest, err);
	if (status == STATUS_OK)
		status = verdicts_read(verdicts, source->fd, err);
	if (status == STATUS_OK && verdicts->count == 0)
		status = error_set(err, STATUS_INPUT, "there is no verdict in it that is understood: neither rows with an id "
				   "and a verdict, nor an object of verdicts by id, nor lists of ids such as \"resolved\"");
	return status;
}

enum status verdicts_open(struct verdicts **out, const char *path, struct error *err)
{
	struct verdicts *verdicts = mem_zalloc(1, sizeof(*verdicts));
	struct import_source source;

	arena_init(&verdicts->arena);
	verdicts->bucket_count = BUCKETS_MIN;
	verdicts->buckets = mem_zalloc(verdicts->bucket_count, sizeof(struct verdict_key *));
	enum status status = open_source(verdicts, &source, path, err);
	import_source_close(&source);
	*out = verdicts;
	if (status == STATUS_OK)
		return STATUS_OK;
	verdicts_close(verdicts);
	*out = NULL;
	return error_wrap(err, status, "--verdicts %s", path);
}

void verdicts_close(struct verdicts *verdicts)
{
	if (!verdicts)
		return;
	arena_release(&verdicts->arena);
	free(verdicts->buckets);
	free(verdicts);
}

struct digest verdicts_digest(const struct verdicts *verdicts)
{
	return verdicts->digest;
}

/* ---- joining ----------------------------------------------------------------------- */

void verdicts_rewind(struct verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->bucket_count; i++)
		for (struct verdict_key *key = verdicts->buckets[i]; key; key = key->next)
			key->next_free = key->first;
}

static struct verdict_entry *take(struct verdict_key *key)
{
	struct verdict_link *link = key->next_free;

	if (link && key->first != key->last)
		key->next_free = link->next;
	return link ? link->verdict : NULL;
}

/* By the sample's id; else by another of the record's, which the provenance keeps. */
static struct verdict_key *key_of(const struct verdicts *verdicts, const struct sample *sample)
{
	static const char *const others[] = { "instance_id", "task_id", "custom_id", "question_id", "sample_id", "doc_id",
					      "id" };
	struct verdict_key *key = sample->external_id ? find(verdicts, sample->external_id) : NULL;

	for (size_t i = 0; i < ARRAY_LEN(others) && !key; i++) {
		const char *id = sample_provenance(sample, others[i]);
		key = id ? find(verdicts, id) : NULL;
	}
	return key;
}

size_t verdicts_find(struct verdicts *verdicts, const struct sample *sample, const struct flag **flags)
{
	struct verdict_key *key = key_of(verdicts, sample);
	struct verdict_entry *verdict = key ? take(key) : NULL;

	if (!verdict) {
		verdicts->without++;
		return 0;
	}
	verdict->matched = true;
	*flags = verdict->flags;
	return verdict->flag_count;
}

struct verdict_counts verdicts_count(const struct verdicts *verdicts)
{
	struct verdict_counts counts = { .verdicts = verdicts->count, .without = verdicts->without };

	for (const struct verdict_entry *verdict = verdicts->newest; verdict; verdict = verdict->newer)
		counts.unmatched += !verdict->matched;
	return counts;
}
