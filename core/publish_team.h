/*
 * Incidents on their way to pages: what is read of each out of the store is handed to the
 * threads of a team, which make and check the pages and lay them beside their places. They
 * come back in the order in which they were put in, so that nobody sees that there were many.
 * One thread, the owner of the publication, calls these; when it would wait, it helps.
 */
#ifndef AITIA_CORE_PUBLISH_TEAM_H
#define AITIA_CORE_PUBLISH_TEAM_H

#include "core/base/file_set.h"
#include "core/base/file_stamp.h"
#include "core/postmortem_state.h"
#include "core/publish.h"

/* A page that was made, and what is to be noted of it; strings in its maker's arena. */
struct made_page {
	const char *key;      /* NULL: it is about many */
	const char *path;
	enum publish_outcome outcome;
	struct publish_listed listed;
	char digits[DIGEST_HEX_LEN + 1]; /* of its mark or, where it bears none, of itself */
	bool is_stamped;      /* it lies there as it should: */
	struct file_stamp stamp;
	struct slice there, refused; /* of what was refused, and of a site's own menu: the page as it is, and as it would be written */
};

struct publish_job {
	const struct publication *publication; /* threads read what does not change while it goes on */
	struct arena arena;   /* all that is about this incident */
	struct file_set *files;
	const char *key;
	struct postmortem_input input;
	struct postmortem_review review;
	enum status gathered; /* how the reading went */
	const char *unapproved; /* its state's word, where these readers may not see it yet; else NULL */
	const struct redact_hit *hits;
	size_t hit_count;
	bool is_wanted;       /* its pages are to be made; then: */
	bool is_rendered;     /* they were made, if not all put in place */
	struct made_page *pages;
	size_t page_count;
	enum status status;   /* of all that was done for it, and */
	struct error err;
	bool is_done;         /* the team's */
};

struct publish_team;

/* `work` makes the pages of a job, on any thread. */
struct publish_team *publish_team_new(struct publication *publication, void (*work)(struct publish_job *));
/* The next job, empty, to be filled and put in; NULL: as many are under way as there may be. */
struct publish_job *publish_team_next(struct publish_team *team);
void publish_job_clear(struct publish_job *); /* empty again */
void publish_team_put(struct publish_team *team);
/* The oldest under way, once it is done; to be dropped. NULL: none is. */
struct publish_job *publish_team_oldest(struct publish_team *team);
void publish_team_drop(struct publish_team *team);
void publish_team_free(struct publish_team *team); /* none is under way. NULL: nothing to do */

#endif
