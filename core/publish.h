/*
 * Publishing: incidents out of the store, through the renderer, onto disk. Each page
 * ends in a mark with the digest of its own content, so that a page which somebody
 * edited by hand since is seen, and left alone. All pages of a publication are made,
 * checked and put beside their places before the first one is moved there.
 */
#ifndef AITIA_CORE_PUBLISH_H
#define AITIA_CORE_PUBLISH_H

#include "core/render.h"
#include "core/store.h"

enum publish_outcome {
	PUBLISH_WRITTEN,   /* new, or renewed */
	PUBLISH_UNCHANGED, /* was there, byte for byte: not touched */
	PUBLISH_REFUSED,   /* edited by hand, or not ours: left as it is */
	PUBLISH_STALE,     /* --check: would be written, or removed */
	PUBLISH_KEPT,      /* an index or navigation that is not ours: left, and no fault */
	PUBLISH_REMOVED,   /* of an incident that is there no more */
	PUBLISH_OUTCOMES
};

struct redactor;
struct redact_hit;

/* A page as it was looked at: where it is, and the digest of what stood there. */
struct publish_looked {
	const char *path;
	struct digest there;
};

struct publish_options {
	const char *site;
	const char *out_folder;
	bool force;        /* overwrite what was edited by hand */
	struct publish_looked over; /* likewise this page alone, as long as that stands there; path NULL: none */
	bool check_only;   /* write nothing, say what would be */
	bool unreviewed;   /* for readers outside too, what nobody approved is written, and marked so */
	bool prune;        /* remove pages of incidents that are there no more; else they say so */
	const char *base_url; /* where the site is on the web, for the feed; NULL: no feed */
	const struct page_template *page_template; /* NULL: the one that holds everything */
	/* What tells this program from another one that may write other bytes, for a quick answer
	 * when nothing has changed; NULL: none is given. */
	const char *program;
	/* Where this machine keeps what it saw of the files (publish_seen.h); NULL: nowhere. */
	const char *state_folder;
	/* For readers outside: pages show marks in the place of what it finds, and nothing is
	 * written while it found anything that nobody decided on, which `open_hit` is told of.
	 * NULL: pages show everything. */
	struct redactor *redactor;
	void (*open_hit)(void *context, const char *key, const struct redact_hit *hit);
	/* Each page, once it is in its place; `key`: of its incident, NULL: it is about many. */
	void (*page)(void *context, const char *key, const char *path, enum publish_outcome outcome);
	/* An export that was killed has left so many temporary files in the site's folder; they are gone now, unless
	 * `check_only`. May be NULL. */
	void (*left)(void *context, const char *folder, size_t count);
	/* What was refused, as it is there and as it would be written; may be NULL. */
	void (*differs)(void *context, const char *path, struct slice there, struct slice made);
	/* After a whole publication: what to put into the site's configuration, which says
	 * nothing of these pages; may be NULL. */
	void (*hint)(void *context, const char *config, const char *text);
	void *context;
};

/* What a postmortem is made from, gathered from the store: the incident, the
 * codebook and up to `sample_limit` core members that show it (those named as
 * evidence first, then one of each further cause that reviewers gave, then by level and id). */
enum status publish_gather(struct store *store, struct arena *arena, const char *key, size_t sample_limit,
			   struct postmortem_input *out, struct error *err) MUST_CHECK;
/* The same for readers outside: without what restrictions withhold, other samples in the place
 * of those. STATUS_REFUSED where a restriction names nothing. */
enum status publish_gather_public(struct store *store, struct arena *arena, const char *key, size_t sample_limit,
				  struct postmortem_input *out, struct error *err) MUST_CHECK;
/* Likewise either, from the incident as it was read; borrowed. */
enum status publish_gather_of(struct store *store, struct arena *arena, const struct incident *incident, size_t sample_limit,
			      bool is_public, struct postmortem_input *out, struct error *err) MUST_CHECK;

/*
 * A publication: begin, add the incidents, finish. `whole`: all incidents of the store
 * were added, so indexes, navigation and feed are written too, and pages that earlier
 * publications made (they are listed in PUBLISH_MANIFEST) and this one did not are
 * replaced by a notice. Of several at a time on one folder the others wait.
 */
#define PUBLISH_MANIFEST ".aitia-pages." /* and the site's name: folders may serve several */
#define PUBLISH_MANY "-" /* in the key's place of a page that is about many */
#define PUBLISH_AT_ROOT "/" /* likewise, and its path is under the site's root; so it is where a path begins with "/" */
struct publication;
enum status publish_begin(struct store *store, const struct renderer *renderer, const struct publish_options *options,
			  struct publication **out, struct error *err) MUST_CHECK;
/* Whether all incidents of the store would give what is there: neither the store nor the
 * options, the program or a page of ours has changed since the last whole publication.
 * Then there is nothing to add, and publish_finish() tells of the pages. */
bool publish_is_current(struct publication *publication);
/* Its pages are made and checked on other threads while the next ones are read; all comes out as if they were made one by
 * one, in their order. What went wrong with one may so be told by the call for a later one, or by publish_finish(). */
enum status publish_add(struct publication *publication, const char *key, struct error *err) MUST_CHECK;
/* Frees it. With another status than STATUS_OK nothing is written, and that is handed on.
 * STATUS_REFUSED when a page was refused (the others are written) or, with check_only, is
 * stale; also, and then nothing was written, when hits of the redactor are undecided, or for
 * readers outside a postmortem is not approved.
 * STATUS_OUTPUT when files cannot be written: then none was. */
enum status publish_finish(struct publication *publication, bool whole, enum status status, struct error *err) MUST_CHECK;

/* What an incident's page would show, and what the redactor finds in it; in the arena. */
enum status publish_hits(struct store *store, const struct renderer *renderer, struct arena *arena, const char *key,
			 struct redactor *redactor, const struct redact_hit **hits, size_t *count, struct error *err) MUST_CHECK;

/* One incident alone. */
enum status publish_incident(struct store *store, const struct renderer *renderer, struct arena *arena,
			     const char *key, const struct publish_options *options,
			     struct error *err) MUST_CHECK;

/* Whether a listed page's key is none of an incident. */
bool publish_about_many(const char *key);

/* The page with its mark appended: "<!-- aitia:sha256:… -->" over all bytes before it. */
void publish_mark(struct strbuf *page);
/* Whether `page` ends in a mark that fits it: it is ours and untouched. */
bool publish_mark_holds(struct slice page);
/* Where the last mark of a page is, whether it fits or not, and its digest in hexadecimal digits; false: it has none. */
bool publish_mark_find(struct slice page, size_t *at, size_t *len, char hex[DIGEST_HEX_LEN + 1]);
/* Whether the kind of file can bear an HTML comment at its end. */
bool publish_bears_mark(const char *path);

/* The list of pages that a site got from us: "KEY mark:DIGITS path", or "KEY sha256:DIGITS path" where the
 * file itself cannot say that it is ours ("KEY path" by older programs), one a line, by path, behind "# " and what they were
 * made from (publish_source()) if that was the whole store. */
struct publish_listed {
	const char *key, *path;
	const char *digest;    /* of a file that bears no mark; else NULL */
	const char *mark;      /* the mark of one that does, its digits; NULL: not known */
};
/* In the arena; none, and a source of "", where the file is not there or says none. *digest: of its bytes. */
enum status publish_manifest_read(struct arena *arena, const char *path, const struct publish_listed **out,
				  size_t *count, const char **source, struct digest *digest, struct error *err) MUST_CHECK;
/* What a whole publication is made from, as a word; "" where nobody can tell. */
const char *publish_source(struct arena *arena, struct store *store, const struct publish_options *options);
void publish_manifest_sort(struct publish_listed *pages, size_t count); /* by path */
/* Sorts `pages`; each path once. */
void publish_manifest_write(struct strbuf *out, struct publish_listed *pages, size_t count, const char *source);
/* Whether the file is ours, untouched since. */
bool publish_is_ours(const struct publish_listed *listed, struct slice content);
/* Whether it also is what was written last: an older page of ours, put back, is not. */
bool publish_is_newest(const struct publish_listed *listed, struct slice content);
/* A path that stays under its folder. */
bool publish_path_is_safe(const char *path);

#endif
