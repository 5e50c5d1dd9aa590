/* Internal to core/import: the table's functions, and what the table's users share. */
#ifndef AITIA_CORE_IMPORT_IMPORTERS_H
#define AITIA_CORE_IMPORT_IMPORTERS_H

#include "core/import/import.h"

#define IMPORTER(name, help, before, between, after)                                          \
	int name##_recognise(struct slice head, const char *file);    \
	enum status name##_run(struct import_source *source, struct import_sink *sink, struct error *err);
#include "core/import/importers.def"

/* The importer for `options->format`, else the one that the content speaks for;
 * STATUS_INPUT says what the content looks like instead. */
enum status importer_choose(const struct import_source *source, const char *format,
			    const struct importer **out, struct error *err) MUST_CHECK;

/* Without a UTF-8 byte-order mark. */
struct slice import_skip_mark(struct slice text);

/* Opens `path`, takes off what lies around the text, and reads the head; standard input is
 * spooled. To be closed, also after an error. Head and name lie in the arena. */
enum status import_source_open(struct import_source *source, struct arena *arena, const char *path,
			       const struct import_options *options, struct error *err) MUST_CHECK;
void import_source_close(struct import_source *source);
/* Of the whole content, in pieces of 64 KiB; STATUS_CANCELLED as in import_options. */
enum status import_source_digest(const struct import_source *source, const struct import_options *options,
				 struct digest *out, struct error *err) MUST_CHECK;

enum status import_stopped(struct error *err); /* STATUS_CANCELLED and its sentence */
static inline bool import_cancelled(const struct import_options *options)
{
	return options->cancel && atomic_load_explicit(options->cancel, memory_order_relaxed);
}

#endif
