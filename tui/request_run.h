/* What runs a request of each kind; private to request*.c. Results go into the answer and its arena. */
#ifndef AITIA_TUI_REQUEST_RUN_H
#define AITIA_TUI_REQUEST_RUN_H

#include "tui/request.h"

typedef enum status request_function(const struct backend *backend, const struct request *request,
				     struct answer *answer, struct error *err);

/* request_read.c */
request_function request_page, request_count, request_facets, request_values, request_seek, request_ids, request_sample, request_codebook;
request_function request_incidents, request_incident, request_recurrences, request_edits, request_changes;
/* request_paths.c */
request_function request_paths;
/* request_similar.c */
request_function request_similar;
/* request_alike.c */
request_function request_groups, request_group, request_accept;
/* request_console.c */
request_function request_console;
/* request_edit.c */
request_function request_annotate, request_triage, request_wake, request_incident_put;
request_function request_members_add, request_members_remove, request_evidence, request_step, request_undo, request_redo;
/* request_document.c */
request_function request_draft, request_keep;
/* request_publish.c */
request_function request_publish, request_differs, request_adopt;

/* request_views.c */
request_function request_view;
/* request_revisions.c */
request_function request_revisions, request_revision, request_restore;
/* request_insight.c */
request_function request_stats, request_onset, request_contrast, request_watch, request_watch_hits, request_stop;

/* request_blind.c: of an answer, what the request's reviewer may see. */
void blind_sample(const struct request *request, struct answer *answer);
void blind_groups(struct answer *answer);
request_function blind_rows;

/* The request's incident, by key. STATUS_USAGE if it names none. */
enum status request_need_key(const struct request *request, struct error *err) MUST_CHECK;
/* STATUS_REFUSED where there is none. */
enum status request_need_renderer(const struct backend *backend, struct error *err) MUST_CHECK;

#endif
