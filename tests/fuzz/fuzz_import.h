/*
 * Importing a fuzzer's bytes into a store that keeps nothing, through a temporary file,
 * since importers read a descriptor. Each sample is looked at from end to end, so that
 * a slice that points anywhere wrong is found.
 */
#ifndef AITIA_TESTS_FUZZ_FUZZ_IMPORT_H
#define AITIA_TESTS_FUZZ_FUZZ_IMPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/utf8.h"
#include "core/import/importers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_sink {
	struct import_sink sink;
	int64_t last_record;
};

static void fuzz_text(const char *text)
{
	if (text && !utf8_valid(slice_of(text)))
		abort();
}

static enum status fuzz_sample(struct import_sink *sink, int64_t record, struct sample *sample, struct error *err)
{
	struct fuzz_sink *self = (struct fuzz_sink *)sink;

	(void)err;
	if (record < self->last_record)
		abort();
	self->last_record = record;
	sample->fingerprint = sample_fingerprint(sample);
	(void)sample_content_digest(sample);
	fuzz_text(sample->external_id);
	fuzz_text(sample->language);
	fuzz_text(sample->path);
	fuzz_text(sample->session);
	for (size_t i = 0; i < sample->flag_count; i++) {
		fuzz_text(sample->flags[i].tool);
		fuzz_text(sample->flags[i].rule);
		fuzz_text(sample->flags[i].message);
	}
	for (size_t i = 0; i < sample->place_count; i++) {
		fuzz_text(sample->places[i].path);
		fuzz_text(sample->places[i].message);
	}
	for (size_t i = 0; i < sample->provenance_count; i++) {
		fuzz_text(sample->provenance[i].key);
		fuzz_text(sample->provenance[i].value);
		for (size_t k = 0; k < i; k++)
			if (strcmp(sample->provenance[i].key, sample->provenance[k].key) == 0)
				abort();
	}
	return STATUS_OK;
}

static enum status fuzz_reject(struct import_sink *sink, const struct batch_reject *reject, struct error *err)
{
	struct fuzz_sink *self = (struct fuzz_sink *)sink;

	(void)err;
	if (reject->record < self->last_record || !reject->reason || !reject->reason[0])
		abort();
	self->last_record = reject->record;
	return STATUS_OK;
}

static enum status fuzz_advance(struct import_sink *sink, uint64_t offset_bytes, struct error *err)
{
	(void)sink;
	(void)offset_bytes;
	(void)err;
	return STATUS_OK;
}

static inline int fuzz_import(const uint8_t *data, size_t size,
			      enum status (*run)(struct import_source *, struct import_sink *, struct error *),
			      const struct import_options *options)
{
	static FILE *file; /* one for the whole run: making one per input costs more than the import */
	struct fuzz_sink sink = { { options, fuzz_sample, fuzz_reject, fuzz_advance }, 0 };
	struct slice head = { (const char *)data, size < 64 * 1024 ? size : 64 * 1024 };
	struct error error = { .status = STATUS_OK };
	const struct importer *importer;

	if (!file)
		file = tmpfile();
	if (!file || ftruncate(fileno(file), 0) != 0 || pwrite(fileno(file), data, size, 0) != (ssize_t)size)
		return -1;
	struct import_source source = { fileno(file), size, head, "fuzz-py.jsonl" };
	(void)!importer_choose(&source, NULL, &importer, &error);
	error.text[0] = '\0';
	enum status status = run(&source, &sink.sink, &error);
	if (status != STATUS_OK && !error.text[0])
		abort();
	return 0;
}

#endif
