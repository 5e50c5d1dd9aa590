/* Importing one file: source → importer → sink → store. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/import/fields.h"
#include "core/import/importers.h"
#include "core/import/verdicts.h"

/* The store keeps the reasons of so many rejects, and of the rest that they were
 * rejected and where; `rejected` is told the reasons of all. */
#define REASONS_KEPT_MAX 10000
/* Between two calls of `progress`. */
#define PROGRESS_US 50000

struct store_sink {
	struct import_sink sink; /* first: the importer sees only this */
	struct store *store;
	const struct import_source *source;
	const struct importer *importer;
	struct digest_builder *read; /* over all that was taken and rejected, in order */
	int64_t records, rejected;
	int64_t told_at_us;
	VEC_OF(struct flag) flags; /* of the sample at hand, with its verdict's */
};

static struct store_sink *store_sink_of(struct import_sink *sink)
{
	return (struct store_sink *)sink;
}

static int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* What the second file says of the sample is said behind what its own record says. */
static void join_verdict(struct store_sink *self, struct sample *sample)
{
	const struct flag *flags;
	size_t count = verdicts_find(self->sink.options->verdicts, sample, &flags);

	if (count == 0)
		return;
	vec_clear(&self->flags);
	for (size_t i = 0; i < sample->flag_count; i++)
		vec_push(&self->flags, sample->flags[i]);
	for (size_t i = 0; i < count; i++)
		vec_push(&self->flags, flags[i]);
	sample->flags = self->flags.items;
	sample->flag_count = self->flags.len;
}

static void add_digest(struct digest_builder *builder, const struct digest *digest)
{
	digest_field(builder, (struct slice){ (const char *)digest->bytes, DIGEST_BYTES });
}

static enum status take_sample(struct import_sink *sink, int64_t record, struct sample *sample, struct error *err)
{
	struct store_sink *self = store_sink_of(sink);
	struct sample_digests digests;
	enum import_outcome outcome;

	sample->illustrative = sample->illustrative || sink->options->illustrative;
	if (sink->options->verdicts)
		join_verdict(self, sample);
	digests = sample_digests_of(sample);
	sample->digests = &digests;
	if (!sample->is_export)
		sample->fingerprint = sample_fingerprint(sample);
	add_digest(self->read, &sample->fingerprint);
	add_digest(self->read, &digests.content);
	self->records++;
	enum status status = self->store->ops->import_add(self->store, sample, &outcome, err);
	sample->digests = NULL;
	return status == STATUS_OK ? status : error_wrap(err, status, "record %" PRId64, record);
}

static enum status take_reject(struct import_sink *sink, const struct batch_reject *given, struct error *err)
{
	struct store_sink *self = store_sink_of(sink);
	struct batch_reject reject = *given;

	digest_number(self->read, reject.record);
	digest_number(self->read, reject.offset_bytes);
	digest_field(self->read, slice_of(reject.reason));
	self->records++;
	self->rejected++;
	if (sink->options->rejected)
		sink->options->rejected(sink->options->context, &reject);
	if (sink->options->keep_reject) {
		enum status status = sink->options->keep_reject(sink->options->context, self->importer, self->source,
								given, err);
		if (status != STATUS_OK)
			return status;
	}
	if (self->rejected > REASONS_KEPT_MAX)
		reject.reason = "(only the first 10,000 reasons of a file are kept)";
	return self->store->ops->import_reject(self->store, &reject, err);
}

static enum status advance(struct import_sink *sink, uint64_t offset_bytes, struct error *err)
{
	struct store_sink *self = store_sink_of(sink);

	if (import_cancelled(sink->options))
		return import_stopped(err);
	if (!sink->options->progress)
		return STATUS_OK;
	int64_t now_us = clock_us();
	uint64_t len_bytes = self->source->len_bytes;
	if (now_us - self->told_at_us >= PROGRESS_US) {
		self->told_at_us = now_us;
		if (offset_bytes > len_bytes)
			offset_bytes = len_bytes; /* the file has grown since it was opened */
		sink->options->progress(sink->options->context, offset_bytes, len_bytes, self->records);
	}
	return STATUS_OK;
}

/* What a file is known by when it comes again: its records, whose bytes are hashed
 * already, instead of its bytes. The same file read in another way is another import. */
static struct digest batch_digest(const struct store_sink *self, const struct digest *read, const char *name)
{
	const struct importer *importer = self->importer;
	const struct import_options *options = self->sink.options;
	struct digest_builder *builder = digest_begin();

	add_digest(builder, read);
	digest_field(builder, slice_of(importer->name));
	digest_number(builder, options->illustrative);
	if (options->source_root)
		digest_field(builder, slice_of("code from a checkout"));
	for (size_t i = 0; i < options->map_count; i++) {
		digest_field(builder, slice_of(options->maps[i].field));
		digest_field(builder, slice_of(options->maps[i].path));
	}
	/* Only where they are given, so that the files of older stores are met again. */
	if (options->per != IMPORT_PER_HUNK)
		digest_field(builder, slice_of("per file"));
	if (options->source_root) {
		digest_field(builder, slice_of("source root"));
		digest_field(builder, slice_of(options->source_root));
	}
	if (options->verdicts) {
		struct digest verdicts = verdicts_digest(options->verdicts);
		digest_field(builder, (struct slice){ (const char *)verdicts.bytes, DIGEST_BYTES });
	}
	/* Files without a record are all alike: they go by their names. */
	if (!self->records) {
		digest_field(builder, slice_of("no records"));
		digest_field(builder, slice_of(name));
	}
	return digest_end(builder);
}

/* One batch: between import_begin and import_commit or import_abort. */
static enum status run_batch(struct store *store, struct import_source *source, const struct importer *importer,
			     const struct import_options *options, const struct batch *batch,
			     struct batch *out, struct error *err)
{
	struct store_sink self = {
		.sink = { options, take_sample, take_reject, advance },
		.store = store,
		.source = source,
		.importer = importer,
	};

	enum status status = store->ops->import_begin(store, batch, err);
	if (status != STATUS_OK)
		return status;
	if (options->verdicts)
		verdicts_rewind(options->verdicts);
	self.read = digest_begin();
	status = importer->run(source, &self.sink, err);
	vec_release(&self.flags);
	/* Not at the first one: all are named, so that all can be mended. */
	if (status == STATUS_OK && options->strict && self.rejected > 0)
		status = error_set(err, STATUS_REFUSED,
				   "%" PRId64 " of %" PRId64 " records were rejected, so nothing of it was kept (--strict)",
				   self.rejected, self.records);
	struct digest digest = digest_end(self.read);
	if (status != STATUS_OK) {
		store->ops->import_abort(store);
		return status;
	}
	digest = batch_digest(&self, &digest, batch->source);
	status = store->ops->import_commit(store, &digest, out, err);
	if (status == STATUS_OK && options->progress)
		options->progress(options->context, source->len_bytes, source->len_bytes, self.records);
	return status;
}

static enum status choose(const struct import_source *source, const struct import_options *options,
			  const struct importer **out, struct error *err)
{
	enum status status = importer_choose(source, options->format, out, err);

	if (status == STATUS_INPUT)
		return STATUS_NOT_FOUND; /* nobody knows it */
	if (status == STATUS_OK && options->found_in_folder && (*out)->recognise(source->head, source->name) == 0)
		return error_set(err, STATUS_NOT_FOUND, "it is no %s", (*out)->name);
	return status;
}

static enum status import_source(struct store *store, struct arena *arena, struct import_source *source,
				 const char *path, const struct import_options *options, struct batch *out,
				 struct error *err)
{
	const struct importer *importer;

	enum status status = import_source_open(source, arena, path, options, err);
	if (status == STATUS_OK)
		status = choose(source, options, &importer, err);
	if (status != STATUS_OK)
		return status;
	struct batch batch = {
		.source = arena_strdup(arena, path),
		.format = importer->name,
		.reviewer = arena_strdup(arena, options->reviewer),
		.at = instant_now(),
		.illustrative = options->illustrative,
	};
	return run_batch(store, source, importer, options, &batch, out, err);
}

enum status import_file(struct store *store, struct arena *arena, const char *path,
			const struct import_options *options, struct batch *out, struct error *err)
{
	static const struct import_options no_options;
	struct import_source source;

	*out = (struct batch){ 0 };
	enum status status = import_source(store, arena, &source, path, options ? options : &no_options, out, err);
	import_source_close(&source);
	if (status == STATUS_OK)
		return STATUS_OK;
	if (status == STATUS_NOT_FOUND && !(options && options->found_in_folder))
		status = STATUS_INPUT;
	return error_wrap(err, status, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
}

enum status field_map_parse(struct arena *arena, const char *text, struct field_map *out, struct error *err)
{
	const char *equals = strchr(text, '='), *near;
	enum import_field field;

	if (!equals || equals == text || !equals[1])
		return error_set(err, STATUS_USAGE, "'%s' is no map: write FIELD=KEY, or FIELD=KEY.OF.A.NESTED.ONE "
				 "(code=answer.text)", text);
	out->field = arena_text(arena, (struct slice){ text, (size_t)(equals - text) });
	out->path = arena_strdup(arena, equals + 1);
	if (strcmp(out->field, "@") == 0)
		return error_set(err, STATUS_USAGE, "'%s' is no map: behind @ comes a provenance key", text);
	if (out->field[0] == '@' || import_field_find(out->field, &field))
		return STATUS_OK;
	near = import_field_nearest(out->field);
	if (near)
		return error_set(err, STATUS_USAGE, "unknown field '%s'; did you mean '%s'? (@%s=%s names a provenance key)",
				 out->field, near, out->field, out->path);
	return STATUS_OK;
}
