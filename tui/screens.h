/* How each screen is made. Screens know each other only by this and by app_push(). */
#ifndef AITIA_TUI_SCREENS_H
#define AITIA_TUI_SCREENS_H

#include "tui/app.h"
#include "tui/session.h"

enum { SAMPLE_NOT_YET = -1 };

/* Where a sample screen was opened from: it goes to the neighbours there. */
struct sample_source {
	/* Moves the opener's selection by `step` rows; the id of the sample there, 0 if there is
	 * none. SAMPLE_NOT_YET: it is asked for, and keys that are held go on when it is there;
	 * a step of 0 says that it is not wanted any more. */
	int64_t (*move)(struct screen *opener, struct app *app, int step);
	struct screen *opener;
};

struct screen *screen_queue_new(const struct session *resume); /* borrowed until it is shown; NULL: from the top */
void screen_queue_place(const struct screen *queue, struct session *out); /* its list, the sample at hand */
/* `query`: what the opener lists, to show what it looks for. */
struct screen *screen_sample_new(int64_t sample, const char *query, struct sample_source source);
/* What is like a sample. */
struct screen *screen_similar_new(int64_t sample);
/* A list of what a query finds, on top of another screen: leaving it goes back there. */
struct screen *screen_queue_of(const char *query);
/* What analyses say of the samples that a query finds; or (query NULL) of those that an incident's members are some of.
 * `incident`: whose milestone is set there, or NULL. */
struct screen *screen_insights_new(const char *query, const char *incident);
/* Groups of alike samples of a list. The result: what to list in the queue, and what of it to mark (or NULL). */
struct groups_choice {
	const char *query, *marked;
};
struct screen *screen_groups_new(const char *query, int tag);
const struct groups_choice *screen_groups_choice(const struct screen *screen);
struct screen *screen_incidents_new(void);
struct screen *screen_incident_new(const char *key);
struct screen *screen_history_new(void);
/* Earlier texts of an incident's section, or (NULL) of all of them. */
struct screen *screen_revisions_new(const char *key, const char *section);
/* Pages that an export leaves alone: what differs now. The result: what is to become of them. */
enum refused_choice { REFUSED_LEAVE, REFUSED_ADOPT, REFUSED_FORCE };
struct refused_export {
	const char *key, *site, *folder;
	bool is_public;
};
struct screen *screen_refused_new(const struct refused_export *of, int tag); /* copied */
enum refused_choice screen_refused_choice(const struct screen *screen);
const struct publish_looked *screen_refused_looked(const struct screen *screen); /* REFUSED_FORCE: of the page that was shown */
struct screen *screen_console_new(void); /* asks the store in SQL */
struct screen *screen_palette_new(const struct app *app, const struct screen *of); /* the commands that it has now */
struct screen *screen_help_new(const struct app *app, const struct screen *of); /* its keys, and which of them act now */

/* The causes of a category (CATEGORY_NONE: the categories first); the result is
 * a name of the codebook: "model/hallucination", "model". */
struct screen *screen_cause_new(struct app *app, enum code_category category, const char *title);
const char *screen_cause_name(const struct screen *screen);

/* The views there are; the result: the one to open, or NULL: the list at hand is to be kept as one. */
struct screen *screen_views_new(const struct app *app, int tag);
/* What was removed and brought back is shown so, if it is that screen. */
void screen_views_follow(struct screen *screen, const struct app *app);
const struct saved_view *screen_views_choice(const struct screen *screen);

/* Symptoms; those of `on` are ticked at first. The result: how many, and which. */
struct screen *screen_symptoms_new(struct app *app, const char *title, const char *const *on, size_t on_count);
size_t screen_symptoms_count(const struct screen *screen);
const char *screen_symptoms_word(const struct screen *screen, size_t index);

/* An incident to add samples to; the result: its key, or NULL for a new one. */
struct screen *screen_incident_pick_new(const char *title, int tag);
const char *screen_incident_pick_key(const struct screen *screen);

#endif
