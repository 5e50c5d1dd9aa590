/*
 * Importing: foreign bytes → samples in the store. One file is one batch and one
 * transaction: it is wholly in the store or not at all. A record that cannot be
 * taken is rejected with its number, offset and reason, and the rest goes on.
 */
#ifndef AITIA_CORE_IMPORT_IMPORT_H
#define AITIA_CORE_IMPORT_IMPORT_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/store.h"

struct field_map {
	const char *field;     /* of ours: "code", "prompt", "model"; or any provenance key, "@key" whatever it is */
	const char *path;      /* dotted path in the record: "info.submission" */
};

/* What a map came to in a file: the best that it did in any record. */
enum map_use {
	MAP_UNTRIED, /* there was no record to look at */
	MAP_ABSENT,  /* no record has the path */
	MAP_UNFIT,   /* what stands there cannot be the field (an object as the model) */
	MAP_USED,
};

/* What becomes a sample of a diff. */
enum import_per { IMPORT_PER_HUNK, IMPORT_PER_FILE };

struct verdicts; /* core/import/verdicts.h: what it matched is noted in it */
struct importer;
struct import_source;

struct import_options {
	const char *format;            /* name of an importer, or NULL = recognise from content */
	const struct field_map *maps;
	size_t map_count;
	enum map_use *map_uses;        /* map_count of them, raised as records are read; or NULL */
	bool illustrative;
	const char *reviewer;
	const char *source_root;       /* folder where code is read that the file only points at; NULL = none */
	struct verdicts *verdicts;     /* of a second file, joined by the records' ids; or NULL */
	enum import_per per;
	bool strict;                   /* one rejected record, and nothing of the file is kept: STATUS_REFUSED */
	bool found_in_folder;          /* nobody named the file: `format` narrows what is taken, and what is no
					* input of ours is STATUS_NOT_FOUND, not STATUS_INPUT */
	/* Called now and then on the importing thread; all may be NULL. bytes_total 0: not known. */
	void (*progress)(void *context, uint64_t bytes_done, uint64_t bytes_total, int64_t records);
	void (*rejected)(void *context, const struct batch_reject *reject);
	/* Keeps the record itself; anything but STATUS_OK ends the import. */
	enum status (*keep_reject)(void *context, const struct importer *importer, const struct import_source *source,
				   const struct batch_reject *reject, struct error *err);
	/* What is worth knowing of the file as a whole, and no reject: a sentence without its name. */
	void (*note)(void *context, const char *sentence);
	void *context;
	const atomic_bool *cancel;     /* set: nothing of this file is kept, STATUS_CANCELLED */
};

/* Imports `path` ("-": standard input, spooled to a temporary file first, since
 * formats are read twice where they must be). STATUS_INPUT when nothing of it
 * can be understood: no batch is made then. A file with some rejected records is
 * STATUS_OK with out->rejected > 0. An empty file of a known shape gives 0 records.
 *
 * gzip, zstd, UTF-16 and UTF-32 are taken off first (core/import/layers.h), from standard
 * input too; offsets, lengths and the digest are of the text inside. A packed file that is
 * damaged or truncated is STATUS_INPUT, whatever could be read of it. */
enum status import_file(struct store *store, struct arena *arena, const char *path,
			const struct import_options *options, struct batch *out,
			struct error *err) MUST_CHECK;

/* "field=key.path" of --map; the copies are in the arena. STATUS_USAGE also for what
 * is nearly a field of ours: it would end as a key that nobody looks for. */
enum status field_map_parse(struct arena *arena, const char *text, struct field_map *out,
			    struct error *err) MUST_CHECK;

/* ---- what an importer is ------------------------------------------------------ */

/* The bytes, unpacked and in UTF-8: a seekable descriptor and the first kilobytes. */
struct import_source {
	int fd;
	uint64_t len_bytes;
	struct slice head;             /* up to 64 KiB; without the blanks in front when these are many */
	const char *name;              /* for messages and for guessing a language; without .gz, .zst */
};

/* Where records go. `record` counts from 1 and never falls (a record may give several
 * samples); both calls are cheap. Anything but STATUS_OK must end the run and be handed up. */
struct import_sink {
	const struct import_options *options;
	enum status (*sample)(struct import_sink *sink, int64_t record, struct sample *sample, struct error *err);
	enum status (*reject)(struct import_sink *sink, const struct batch_reject *reject, struct error *err);
	/* Called by importers after each record with the bytes consumed; answers
	 * STATUS_CANCELLED when the run is to end. */
	enum status (*advance)(struct import_sink *sink, uint64_t offset_bytes, struct error *err);
};

struct importer {
	const char *name;              /* "sarif" */
	const char *help;
	/* 0 = surely not, 100 = surely; the highest wins. */
	int (*recognise)(struct slice head, const char *name);
	/* STATUS_INPUT: it is broken; STATUS_NOT_FOUND: it is whole, and nothing in it is of ours. */
	enum status (*run)(struct import_source *source, struct import_sink *sink, struct error *err);
	/* What stands around raw records so that they are a file of this format: written by
	 * --rejects. NULL `before`: the file's own first row (a header). A `between` that starts
	 * with a line feed stands in place of the record's own last one; where it is empty, each
	 * record ends in one. */
	const char *before, *between, *after;
};

/* All of them (importers.def), ended by a NULL name. */
const struct importer *importers(void);

#endif
