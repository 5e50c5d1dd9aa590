/*
 * A store that only takes imports and remembers them: what the tests of the importers
 * look at. Samples are copied whole, so that a sample that borrows from memory which is
 * gone shows under the sanitizers.
 */
#ifndef AITIA_TESTS_CORE_TEST_IMPORT_STORE_H
#define AITIA_TESTS_CORE_TEST_IMPORT_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/import/import.h"

#define DATA "../shared/data/"

struct memory_store {
	struct store store; /* first */
	struct arena arena; /* of the samples and rejects */
	VEC_OF(struct sample) samples;
	VEC_OF(struct batch_reject) rejects;
	struct batch batch;
	int begun, committed, aborted;
	int64_t fail_at;           /* import_add of this number fails; 0: never */
	bool keep_nothing;         /* counts only */
	int64_t added, levels[LEVEL_COUNT];
};

static inline struct memory_store *memory_store_of(struct store *store)
{
	return (struct memory_store *)store;
}

static inline const char *copy_text(struct arena *arena, const char *text)
{
	return arena_strdup(arena, text);
}

static inline struct sample copy_sample(struct arena *arena, const struct sample *from)
{
	struct sample to = *from;
	struct flag *flags = arena_array(arena, from->flag_count, sizeof(*flags));
	struct provenance *provenance = arena_array(arena, from->provenance_count, sizeof(*provenance));
	struct place *places = arena_array(arena, from->place_count, sizeof(*places));

	to.external_id = copy_text(arena, from->external_id);
	to.code = arena_slice(arena, from->code);
	to.prompt = arena_slice(arena, from->prompt);
	to.expected = arena_slice(arena, from->expected);
	to.diff = arena_slice(arena, from->diff);
	to.language = copy_text(arena, from->language);
	to.path = copy_text(arena, from->path);
	to.session = copy_text(arena, from->session);
	for (size_t i = 0; i < from->flag_count; i++) {
		flags[i] = from->flags[i];
		flags[i].tool = copy_text(arena, from->flags[i].tool);
		flags[i].rule = copy_text(arena, from->flags[i].rule);
		flags[i].message = copy_text(arena, from->flags[i].message);
	}
	for (size_t i = 0; i < from->provenance_count; i++) {
		provenance[i] = from->provenance[i];
		provenance[i].key = copy_text(arena, from->provenance[i].key);
		provenance[i].value = copy_text(arena, from->provenance[i].value);
	}
	for (size_t i = 0; i < from->place_count; i++) {
		places[i] = from->places[i];
		places[i].path = copy_text(arena, from->places[i].path);
		places[i].message = copy_text(arena, from->places[i].message);
		places[i].text = arena_slice(arena, from->places[i].text);
	}
	to.places = places;
	to.flags = flags;
	to.provenance = provenance;
	return to;
}

static inline enum status memory_begin(struct store *store, const struct batch *batch, struct error *err)
{
	struct memory_store *self = memory_store_of(store);

	(void)err;
	assert_int_equal(self->begun, self->committed + self->aborted);
	self->begun++;
	self->batch = *batch;
	return STATUS_OK;
}

static inline enum status memory_add(struct store *store, const struct sample *sample, enum import_outcome *outcome,
				     struct error *err)
{
	struct memory_store *self = memory_store_of(store);
	struct digest expected = sample_fingerprint(sample);

	assert_memory_equal(sample->fingerprint.bytes, expected.bytes, DIGEST_BYTES);
	self->added++;
	if (self->added == self->fail_at)
		return error_set(err, STATUS_STORE, "the store is full");
	self->levels[sample_level(sample)]++;
	*outcome = IMPORT_NEW;
	if (!self->keep_nothing)
		vec_push(&self->samples, copy_sample(&self->arena, sample));
	return STATUS_OK;
}

static inline enum status memory_reject(struct store *store, const struct batch_reject *reject, struct error *err)
{
	struct memory_store *self = memory_store_of(store);
	struct batch_reject copy = *reject;

	(void)err;
	assert_non_null(reject->reason);
	copy.reason = arena_strdup(&self->arena, reject->reason);
	vec_push(&self->rejects, copy);
	return STATUS_OK;
}

static inline enum status memory_commit(struct store *store, const struct digest *digest, struct batch *out,
					struct error *err)
{
	struct memory_store *self = memory_store_of(store);

	(void)err;
	self->committed++;
	*out = self->batch;
	out->file_digest = *digest;
	out->imported = self->added;
	out->rejected = (int64_t)self->rejects.len;
	out->records = out->imported + out->rejected;
	return STATUS_OK;
}

static inline void memory_forget(struct memory_store *self)
{
	vec_clear(&self->samples);
	vec_clear(&self->rejects);
	arena_clear(&self->arena);
	self->added = 0;
	memset(self->levels, 0, sizeof(self->levels));
}

static inline void memory_abort(struct store *store)
{
	memory_store_of(store)->aborted++;
	memory_forget(memory_store_of(store));
}

static inline struct memory_store *memory_store_new(void)
{
	static const struct store_ops ops = {
		.import_begin = memory_begin, .import_add = memory_add, .import_reject = memory_reject,
		.import_commit = memory_commit, .import_abort = memory_abort,
	};
	struct memory_store *self = mem_zalloc(1, sizeof(*self));

	self->store.ops = &ops;
	arena_init(&self->arena);
	return self;
}

static inline void memory_store_free(struct memory_store *self)
{
	vec_release(&self->samples);
	vec_release(&self->rejects);
	arena_release(&self->arena);
	free(self);
}

/* ---- a fixture: one store, one arena, one temporary file ---------------------------- */

struct fixture {
	struct memory_store *store;
	struct arena arena;
	struct import_options options;
	struct batch batch;
	struct error error;
	char path[64]; /* written by import_text(); removed at the end */
};

static inline int fixture_setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	f->store = memory_store_new();
	arena_init(&f->arena);
	snprintf(f->path, sizeof(f->path), "/tmp/aitia-test-import-XXXXXX");
	int fd = mkstemp(f->path);
	if (fd < 0)
		return -1;
	FILE *file = fdopen(fd, "w");
	if (!file || fclose(file) != 0)
		return -1;
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	remove(f->path);
	memory_store_free(f->store);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static inline enum status import_path(struct fixture *f, const char *path)
{
	memory_forget(f->store);
	arena_clear(&f->arena);
	f->error = (struct error){ .status = STATUS_OK };
	enum status status = import_file(&f->store->store, &f->arena, path, &f->options, &f->batch, &f->error);
	if (status != STATUS_OK)
		assert_true(f->error.text[0] != '\0');
	assert_int_equal(f->store->begun, f->store->committed + f->store->aborted);
	return status;
}

static inline void write_bytes(const char *path, struct slice bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
	assert_int_equal(fclose(file), 0);
}

static inline enum status import_bytes(struct fixture *f, struct slice bytes)
{
	write_bytes(f->path, bytes);
	return import_path(f, f->path);
}

static inline enum status import_text(struct fixture *f, const char *text)
{
	return import_bytes(f, slice_of(text));
}

/* Fails with the importer's own words. */
static inline void must_import(struct fixture *f, const char *path)
{
	if (import_path(f, path) != STATUS_OK)
		fail_msg("%s", f->error.text);
}

static inline void must_import_text(struct fixture *f, const char *text)
{
	if (import_text(f, text) != STATUS_OK)
		fail_msg("%s", f->error.text);
}

static inline const struct sample *sample_at(const struct fixture *f, size_t index)
{
	assert_true(index < f->store->samples.len);
	return &f->store->samples.items[index];
}

static inline void assert_slice(struct slice actual, const char *expected)
{
	if (!slice_is(actual, expected))
		fail_msg("\"%.*s\" is not \"%s\"", (int)actual.len_bytes, actual.at ? actual.at : "(absent)", expected);
}

static inline void assert_text(const char *actual, const char *expected)
{
	assert_non_null(actual);
	assert_string_equal(actual, expected);
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static inline size_t count_messages(const struct fixture *f, const char *message)
{
	size_t found = 0;

	for (size_t i = 0; i < f->store->samples.len; i++) {
		const struct sample *sample = &f->store->samples.items[i];
		for (size_t k = 0; k < sample->flag_count; k++)
			found += sample->flags[k].message && strcmp(sample->flags[k].message, message) == 0;
	}
	return found;
}

#endif
