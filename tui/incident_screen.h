/*
 * The incident screen in parts: screen_incident.c has the events, incident_read.c what is asked and answered, incident_tabs.c,
 * incident_list.c and incident_overview.c the drawing, incident_edit.c the changes of the record
 * step by step, incident_record.c the whole record in the editor, incident_publish.c
 * its way to a site.
 */
#ifndef AITIA_TUI_INCIDENT_SCREEN_H
#define AITIA_TUI_INCIDENT_SCREEN_H

#include "core/incident_review.h"
#include "core/incident_table.h"
#include "tui/app.h"
#include "tui/draft_view.h"
#include "tui/list.h"
#include "tui/pane.h"
#include "tui/query_complete.h"
#include "tui/sample_list.h"
#include "tui/sample_view.h"
#include "tui/split.h"

enum incident_tab { TAB_OVERVIEW, TAB_MEMBERS, TAB_CAUSES, TAB_TIMELINE, TAB_ACTIONS, TAB_DRAFT, TAB_RECORD, TAB_COUNT };

/* What an editor that is under way was started for. */
enum incident_editor { EDITOR_NONE, EDITOR_RECORD, EDITOR_ITEM, EDITOR_FIELD, EDITOR_SECTION };

/* What is being put together over several prompts. */
struct incident_flow {
	struct arena arena;
	struct incident_cause cause;
	struct incident_event event;
	struct incident_action action;
	int64_t number;              /* of the item that is being changed; the state that a step leads to … */
	int64_t version;             /* … and the record that it was chosen on */
	enum incident_child kind;    /* of the part that is being made or changed … */
	const struct incident_field *field; /* … and its field */
	bool has_text;               /* something was typed that a later step may still drop */
	const char *site;            /* to publish for */
	bool is_public;              /* and for whom */
	const char *section;         /* in the editor */
	const char *earlier;         /* key of the offer that is decided on */
};

/* What was exported last (incident_publish.c). */
struct incident_pages {
	struct arena arena;
	const char *site, *folder;
	bool is_public;
	uint64_t serial, adopt_serial;
	bool taken;                  /* the export that is under way follows what was taken back from the page */
	size_t refused_count;        /* pages that it left alone */
};

/* The watch after the fix (incident_watch.c). */
struct incident_watch {
	struct arena arena;
	const struct watched *looked; /* what is looked for; NULL: not known yet */
	int64_t count;                /* of its hits */
	uint64_t serial;
	struct query_counts counts;   /* for the completion of the signature */
	struct query_values values;
	struct app *app;              /* for its prompt */
};

struct incident_screen {
	struct screen screen;
	char *key;
	struct arena arena;          /* holds the incident */
	struct incident *incident;   /* as read; NULL: not yet */
	uint64_t serial, seen;
	const struct incident_review *review; /* of it, in the same arena */
	struct arena offers_arena;
	const struct recurrence_offer *offers; /* earlier incidents that are like it */
	size_t offer_count;
	uint64_t offers_serial;      /* asked, and not answered yet */
	struct incident_watch watch;
	char *failure;

	enum incident_tab tab;
	struct list lists[TAB_COUNT]; /* causes, timeline, actions */
	struct sample_list members;
	bool members_open;
	struct sample_view preview;
	struct pane overview;
	int overview_width;          /* at which its texts are broken */
	struct draft_view draft;
	uint64_t draft_serial, draft_seen;
	struct draft_widths draft_widths; /* that it was asked for */
	char *draft_failure;

	struct incident_flow flow;
	struct incident_pages pages;
	uint64_t put_serial, remove_serial;
	bool awaits_row;             /* keys wait for the member that they are meant for */
	const char *put_summary;     /* in flow's arena */
	bool put_is_record;          /* it carries kept_text */
	enum incident_editor editor;
	char *kept_text;             /* a record as typed that is not saved yet, or NULL */
	struct arena record_arena;
	struct incident *record_base; /* what the text in the editor, or kept_text, was written from */
};

/* Tags of children. */
enum incident_tag {
	INCIDENT_TAG_CAUSE_CODE = 1,
	INCIDENT_TAG_CAUSE_STATEMENT,
	INCIDENT_TAG_CAUSE_ROLE,
	INCIDENT_TAG_CAUSE_CONFIDENCE,
	INCIDENT_TAG_EVENT_TIME,
	INCIDENT_TAG_EVENT_KIND,
	INCIDENT_TAG_EVENT_MILESTONE,
	INCIDENT_TAG_EVENT_TEXT,
	INCIDENT_TAG_ACTION_TYPE,
	INCIDENT_TAG_ACTION_TEXT,
	INCIDENT_TAG_ACTION_CAUSE,
	INCIDENT_TAG_ACTION_OWNER,
	INCIDENT_TAG_ITEM_TEXT,
	INCIDENT_TAG_ITEM_STATE,
	INCIDENT_TAG_TITLE,
	INCIDENT_TAG_STATUS,
	INCIDENT_TAG_SEVERITY,
	INCIDENT_TAG_PARTIAL,
	INCIDENT_TAG_DUPLICATE,
	INCIDENT_TAG_SIGNATURE,
	INCIDENT_TAG_SITE,
	INCIDENT_TAG_AUDIENCE,
	INCIDENT_TAG_FOLDER,
	INCIDENT_TAG_REFUSED,
	INCIDENT_TAG_REPAIR,
	INCIDENT_TAG_STEP,
	INCIDENT_TAG_STEP_REMARK,
	INCIDENT_TAG_OFFER,
	INCIDENT_TAG_OFFER_KIND,
	INCIDENT_TAG_PART_KIND,
	INCIDENT_TAG_PART_FIRST, /* the text without which the new part is none */
	INCIDENT_TAG_PART_FIELD,
	INCIDENT_TAG_PART_VALUE,
	INCIDENT_TAG_PART_WORD,
};

struct incident_screen *incident_of(struct screen *screen);
size_t incident_row_count(const struct incident_screen *self, enum incident_tab tab);
struct area incident_body(struct area area);          /* without title and tabs */
struct area incident_rows_area(struct area body, size_t count); /* of the lists of causes, events, actions */

/* incident_read.c */
void incident_sync(struct incident_screen *self, struct app *app); /* after whatever happened: sizes and data follow the tab at hand */
void incident_take_answer(struct screen *screen, struct app *app, struct answer *answer);

/* incident_edit.c */
bool incident_edit_action(struct incident_screen *self, struct app *app, enum action action);
void incident_edit_start(struct incident_screen *self);
bool incident_edit_result(struct incident_screen *self, struct app *app, struct screen *child);
void incident_item_edited(struct incident_screen *self, struct app *app, struct slice text);
/* Sends the changed copy of `base`, which is merged with what others changed meanwhile;
 * `summary` says in the log and in the message what was done. */
void incident_send(struct incident_screen *self, struct app *app, const struct incident *base,
		   const struct incident *changed, const char *summary);

/* incident_part.c: any part of the record, field by field */
/* The part at hand in the tab shown: false where there is none. */
bool incident_part_selected(const struct incident_screen *self, enum incident_child *kind, int64_t *number);
/* The row `index` of the tab that lists all other parts. */
const void *incident_part_row(const struct incident *incident, size_t index, enum incident_child *kind);
void incident_part_add(struct app *app);
void incident_part_fields(struct incident_screen *self, struct app *app);
void incident_part_remove(struct incident_screen *self, struct app *app);
bool incident_part_result(struct incident_screen *self, struct app *app, struct screen *child);
void incident_part_edited(struct incident_screen *self, struct app *app, struct slice text);

/* incident_draft.c: the tab of the draft, its sections, and the steps of its review */
void incident_draft_sync(struct incident_screen *self, struct app *app, struct area body);
void incident_draft_take(struct incident_screen *self, struct answer *answer);
void incident_draft_turn(struct incident_screen *self, struct app *app);
void incident_section_open(struct incident_screen *self, struct app *app);
void incident_section_edited(struct incident_screen *self, struct app *app, struct slice text);
void incident_step_open(struct incident_screen *self, struct app *app);
void incident_step_result(struct incident_screen *self, struct app *app, struct screen *child);
void incident_step_remark(struct incident_screen *self, struct app *app, struct screen *child);

/* incident_offers.c: earlier incidents that are like this one */
void incident_offers_ask(struct incident_screen *self, struct app *app);
void incident_offers_take(struct incident_screen *self, struct answer *answer);
void incident_offers_fill(struct pane *pane, const struct recurrence_offer *offers, size_t count);
void incident_offers_open(struct incident_screen *self, struct app *app);
bool incident_offers_result(struct incident_screen *self, struct app *app, struct screen *child);

/* incident_watch.c: the signature, and what matches it since the fix */
void incident_watch_ask(struct incident_screen *self, struct app *app);
void incident_watch_take(struct incident_screen *self, struct app *app, struct answer *answer);
void incident_watch_release(struct incident_screen *self);
void incident_watch_list(const struct incident_screen *self, struct app *app);
void incident_signature_open(struct incident_screen *self, struct app *app);
const char *incident_signature_typed(const struct screen *prompt); /* NULL: none */

/* incident_record.c */
void incident_record_open(struct incident_screen *self, struct app *app);
void incident_record_edited(struct incident_screen *self, struct app *app, struct slice text);
void incident_record_repair(struct incident_screen *self, struct app *app, struct screen *child);

/* incident_publish.c */
void incident_publish_open(struct app *app);
void incident_publish_result(struct incident_screen *self, struct app *app, struct screen *child);
void incident_published(struct incident_screen *self, struct app *app, const struct answer *answer);
void incident_adopted(struct incident_screen *self, struct app *app, const struct answer *answer);
void incident_refused_open(struct incident_screen *self, struct app *app);
void incident_refused_result(struct incident_screen *self, struct app *app, struct screen *child);

/* incident_overview.c, incident_tabs.c, incident_list.c */
#define DETAIL_COLUMNS 100 /* longer lines are hard to read */
/* All that the row `index` of the tab at hand (a list of parts) says. */
void incident_detail_fill(const struct incident_screen *self, size_t index, struct pane *pane, int columns);
#define OVERVIEW_WIDTH 76 /* at which texts of the overview are broken, unless two columns fit that are a bit narrower: … */
#define OVERVIEW_WIDTH_LEAST 60
#define OVERVIEW_COLUMNS 96 /* that its lines may need and still stand side by side */
void incident_overview_draw(struct incident_screen *self);
void incident_tabs_view(const struct incident_screen *self, const struct app *app, struct surface *surface,
			struct area area);
void incident_list_view(const struct incident_screen *self, const struct app *app, struct surface *surface, struct area body);
/* How the members and the one at hand share the screen. */
struct split incident_members_split(const struct app *app, struct area body);
/* As many rows as the list of parts in that tab has room for. */
void incident_rows_resize(struct incident_screen *self, const struct app *app, enum incident_tab tab, struct area body);
void incident_list_mouse(struct incident_screen *self, const struct app *app, const struct key *key, struct area body, bool *opened);
/* The tab whose name is clicked, or -1; `area` is the screen's. */
int incident_tab_at(const struct incident_screen *self, struct area area, const struct key *key);

#endif
