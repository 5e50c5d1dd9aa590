/*
 * --dry-run: a store that takes an import and keeps nothing of it. It counts, asks the
 * real store (if there is one) what it knows, and writes down the first samples.
 */
#ifndef AITIA_CLI_IMPORT_PREVIEW_H
#define AITIA_CLI_IMPORT_PREVIEW_H

#include "core/base/json.h"
#include "core/store.h"

struct import_preview {
	struct store store;     /* first: what import_file() gets */
	struct store *known_to; /* or NULL: there is no store yet */
	int64_t show;           /* samples to write down of each file */
	bool as_json;

	/* of the file at hand, from import_begin on */
	struct batch batch;
	int64_t known;          /* to the store, of its samples */
	int64_t shown;
	struct strbuf text;     /* of the samples; or the answer's object, up to its open array of samples */
	struct json_writer json;
};

void import_preview_init(struct import_preview *preview, struct store *known_to, int64_t show, bool as_json);
void import_preview_release(struct import_preview *preview);
/* What import_file() gave `batch` for, and what it noted (for JSON): printed, and forgotten. */
void import_preview_print(struct import_preview *preview, const char *file, const struct batch *batch,
			  const char *const *notes, size_t note_count);

#endif
