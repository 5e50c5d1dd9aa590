/* A publication under way: shared by the publish_*.c files. */
#ifndef AITIA_CORE_PUBLISH_RUN_H
#define AITIA_CORE_PUBLISH_RUN_H

#include "core/base/file_set.h"
#include "core/base/file_stamp.h"
#include "core/base/vec.h"
#include "core/publish.h"
#include "core/publish_journal.h"
#include "core/publish_place.h"
#include "core/publish_team.h"

/* Pages are texts of some kilobytes; what is larger is not ours. */
#define PUBLISH_PAGE_BYTES_MAX (64u << 20)

/* How many samples a postmortem shows: enough to see the pattern, few enough to read. */
#define PUBLISH_SAMPLES 5

#define PUBLISH_MARK_BYTES 128 /* at least what publish_mark() appends */

struct outcome {
	const char *key; /* NULL: a page about many */
	const char *path;
	enum publish_outcome outcome;
};

struct seen_file {
	const char *path;
	struct file_stamp stamp;
};

struct publication {
	struct store *store;
	const struct renderer *renderer;
	const struct publish_options *options;
	struct arena arena;                   /* paths and entries: of each page some hundred bytes */
	struct arena page;                    /* what one page needs at a time */
	const struct site *site;              /* NULL: the renderer does not say */
	struct publish_place place;
	const char *manifest;
	struct file_set *files;
	struct publish_team *team;            /* NULL: nothing was added yet */
	VEC_OF(struct outcome) outcomes;
	VEC_OF(struct page_entry) entries;    /* for indexes */
	VEC_OF(struct publish_listed) listed; /* what is ours of the pages made now */
	struct publish_listed *old;           /* what an earlier publication listed, by path */
	size_t old_count;
	const char *old_source;
	size_t counts[PUBLISH_OUTCOMES];
	size_t open_hits;
	bool is_refused;                      /* some that was gathered may not go out: nothing will be written */
	struct strbuf menu;                   /* lines that the site's own menu lacks, to be told */
	const char *menu_path;
	struct strbuf unapproved;             /* "INC-2026-0001 (draft), …": for readers outside */
	const char *source;                   /* publish_source() */
	bool is_current;                      /* nothing is to be done */
	struct digest manifest_digest;        /* of the list as it was read or, at the end, is */
	struct slice seen_rest;               /* publish_seen.h: lines of stamps that were not asked for yet */
	bool seen_more;                       /* some of `seen` were read for it */
	VEC_OF(struct seen_file) seen;        /* files known to be ours as they lie there */
	struct publish_journal journal;       /* files that are about to be laid in the site */
	size_t left;                          /* files of an export that was killed */
	int lock;                             /* on the pages' folder; -1: none yet */
};

void publish_note_outcome(struct publication *p, const char *key, const char *path, enum publish_outcome outcome);
/* That it is ours, as it is listed; copied. */
void publish_note_page(struct publication *p, const struct publish_listed *page);
/* The file of a listed page, in p->page. */
const char *publish_page_path(struct publication *p, const struct publish_listed *listed);
/* Made, checked against what lies in its place and, if it is to be written, put into `files`. `key` NULL: it is about
 * many. On any thread: of the publication it reads what stays the same from the first publish_add() to the end. */
enum status publish_make_page(const struct publication *p, struct arena *arena, struct file_set *files, const struct page *page,
			      const char *key, struct made_page *made, struct error *err) MUST_CHECK;
void publish_note_made(struct publication *p, const struct made_page *made);
/* Both. */
enum status publish_put_page(struct publication *p, const struct page *page, const char *key, struct error *err) MUST_CHECK;

/* `whole`: what is not made now is withdrawn; else it stays listed, unless it stood beside
 * the page of one that was added. */
enum status publish_renew_manifest(struct publication *p, bool whole, struct error *err) MUST_CHECK;

#endif
