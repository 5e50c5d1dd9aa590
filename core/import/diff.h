/* Internal to the importer of unified diffs: diff.c drives, one file per part. */
#ifndef AITIA_CORE_IMPORT_DIFF_H
#define AITIA_CORE_IMPORT_DIFF_H

#include "core/import/diff_lines.h"
#include "core/import/record.h"

/* ---- what stands in front of a diff: diff_commit.c --------------------------------- */

/* The commit that the patches at hand belong to, as a mail, git log, git show or hg export
 * says; "" where it says nothing. */
struct diff_commit {
	struct strbuf id, author, subject;
	struct instant at;
	bool from_log;       /* "commit <id>": its subject is the first indented line */
	bool from_mercurial; /* "# HG changeset patch": the subject is the first line without a # */
};

void diff_commit_init(struct diff_commit *commit);
void diff_commit_release(struct diff_commit *commit);
void diff_commit_clear(struct diff_commit *commit);
/* Whether the line is the first of another commit's description. */
bool diff_commit_starts(struct slice line);
/* Takes what a header field, or a line in front of a diff, says. */
void diff_commit_field(struct diff_commit *commit, struct slice field);
void diff_commit_line(struct diff_commit *commit, struct slice line);
void diff_commit_apply(const struct diff_commit *commit, struct record *record);

/* ---- the header of a file: diff_header.c ---------------------------------------------- */

enum diff_change { DIFF_MODIFIED, DIFF_ADDED, DIFF_DELETED, DIFF_RENAMED, DIFF_COPIED };

struct diff_header {
	bool open;            /* there is a file at hand */
	bool is_git;          /* "diff --git" or "diff --cc": names have prefixes */
	bool has_old, has_new; /* "--- " and "+++ " were seen */
	bool binary;
	enum diff_change change;
	struct strbuf raw;    /* its lines as they came, each with its newline */
	uint64_t offset_bytes;
	/* As written, with quotes, prefixes and times. */
	struct strbuf git, old_name, new_name, rename_from, rename_to, index_name;
	struct strbuf old_mode, new_mode, similarity, blobs;
};

void diff_header_init(struct diff_header *header);
void diff_header_release(struct diff_header *header);
void diff_header_clear(struct diff_header *header);
/* Whether the line begins another file's header, whatever stands before it. */
bool diff_header_begins(const struct diff_header *header, struct slice line);
/* Whether the line belongs to the header; if so it is kept. Opens it if need be. */
bool diff_header_take(struct diff_header *header, const struct diff_line *line);
/* Path and the rest of what the header knows. */
void diff_header_apply(const struct diff_header *header, struct record *record);

/* ---- a hunk: diff_hunk.c ---------------------------------------------------------------- */

#define DIFF_PARENTS_MAX 16 /* of a combined diff; git's octopus merges have had 66, once */
/* Nobody reviews more; what is made of it takes five times as much memory. */
#define DIFF_RECORD_BYTES_MAX ((size_t)8 * 1024 * 1024)

struct diff_range {
	int64_t start, count, have; /* lines from 1; how many the header promises, how many there are */
};

struct diff_hunk {
	bool open;
	int parents;                /* 1, or more in a combined diff */
	struct diff_range old[DIFF_PARENTS_MAX], now;
	struct strbuf raw;          /* the file's header, then the hunk, as they came */
	size_t header_len;          /* of `raw` */
	struct strbuf code;         /* the new side */
	struct strbuf section;      /* what stands behind the second @@ */
	bool last_is_new;           /* the last line is one of the new side */
	bool too_long, at_end_of_file;
	size_t last_lines[2];       /* where the last two lines begin in `raw`, newest first; 0: none */
	uint64_t last_offsets[2];   /* the same in the file */
	uint64_t offset_bytes, end_bytes;
};

void diff_hunk_init(struct diff_hunk *hunk);
void diff_hunk_release(struct diff_hunk *hunk);
/* "@@ -1,2 +1,3 @@ section", or with more @ and ranges of a combined diff. */
bool diff_is_hunk_start(struct slice line);
/* Reads it; `header` is put in front of the hunk. */
void diff_hunk_begin(struct diff_hunk *hunk, struct slice header, const struct diff_line *line);
/* Whether the line belongs to the hunk; if so it is kept. */
bool diff_hunk_take(struct diff_hunk *hunk, const struct diff_line *line);
/* NULL, or why the hunk cannot be taken (in the arena). */
const char *diff_hunk_fault(const struct diff_hunk *hunk, struct arena *arena);
/* Code, region and what else it says; its buffers are borrowed. The diff is the caller's. */
void diff_hunk_apply(const struct diff_hunk *hunk, struct record *record);

#endif
