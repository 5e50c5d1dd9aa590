/* Requests and answers: life cycle, lanes, dispatch. What each does: request_read.c, request_similar.c, request_alike.c, request_edit.c, request_document.c. */
#include "tui/request_run.h"

#include <stdlib.h>

#include "core/base/attr.h"
#include "core/base/mem.h"

static const struct {
	enum lane lane;
	bool is_edit;
	request_function *run;
} kinds[] = {
	[REQUEST_PAGE] = { LANE_FAST, false, request_page },
	[REQUEST_COUNT] = { LANE_SLOW, false, request_count },
	[REQUEST_FACETS] = { LANE_SLOW, false, request_facets },
	[REQUEST_VALUES] = { LANE_SLOW, false, request_values },
	[REQUEST_SEEK] = { LANE_FAST, false, request_seek },
	[REQUEST_SEEK_PERCENT] = { LANE_SLOW, false, request_seek },
	[REQUEST_IDS] = { LANE_SLOW, false, request_ids },
	[REQUEST_SAMPLE] = { LANE_FAST, false, request_sample },
	[REQUEST_SIMILAR] = { LANE_SLOW, false, request_similar },
	[REQUEST_GROUPS] = { LANE_SLOW, false, request_groups },
	[REQUEST_GROUP] = { LANE_SLOW, false, request_group },
	[REQUEST_ACCEPT] = { LANE_EDIT, true, request_accept },
	[REQUEST_CODEBOOK] = { LANE_FAST, false, request_codebook },
	[REQUEST_ANNOTATE] = { LANE_EDIT, true, request_annotate },
	[REQUEST_TRIAGE] = { LANE_EDIT, true, request_triage },
	/* Where it is cut short for something that people wait for, the next one does it. */
	[REQUEST_WAKE] = { LANE_SLOW, false, request_wake },
	[REQUEST_INCIDENTS] = { LANE_FAST, false, request_incidents },
	[REQUEST_INCIDENT] = { LANE_FAST, false, request_incident },
	[REQUEST_RECURRENCES] = { LANE_SLOW, false, request_recurrences },
	[REQUEST_INCIDENT_PUT] = { LANE_EDIT, true, request_incident_put },
	[REQUEST_MEMBERS_ADD] = { LANE_EDIT, true, request_members_add },
	[REQUEST_MEMBERS_REMOVE] = { LANE_EDIT, true, request_members_remove },
	[REQUEST_EVIDENCE] = { LANE_EDIT, true, request_evidence },
	[REQUEST_STEP] = { LANE_EDIT, true, request_step },
	[REQUEST_UNDO] = { LANE_EDIT, true, request_undo },
	[REQUEST_REDO] = { LANE_EDIT, true, request_redo },
	[REQUEST_CONSOLE] = { LANE_SLOW, false, request_console },
	[REQUEST_CHANGES] = { LANE_FAST, false, request_changes },
	[REQUEST_EDITS] = { LANE_FAST, false, request_edits },
	[REQUEST_STATS_INCIDENTS] = { LANE_ANALYSIS, false, request_stats },
	[REQUEST_STATS_COUNTS] = { LANE_ANALYSIS, false, request_stats },
	[REQUEST_STATS_CODING] = { LANE_ANALYSIS, false, request_stats },
	[REQUEST_ONSET] = { LANE_ANALYSIS, false, request_onset },
	[REQUEST_CONTRAST] = { LANE_ANALYSIS, false, request_contrast },
	[REQUEST_WATCH] = { LANE_ANALYSIS, false, request_watch },
	[REQUEST_WATCH_HITS] = { LANE_ANALYSIS, false, request_watch_hits },
	[REQUEST_STOP] = { LANE_ANALYSIS, false, request_stop },
	[REQUEST_REVISIONS] = { LANE_SLOW, false, request_revisions },
	[REQUEST_REVISION] = { LANE_SLOW, false, request_revision },
	[REQUEST_RESTORE] = { LANE_EDIT, true, request_restore },
	[REQUEST_KEEP] = { LANE_FILES, false, request_keep },
	/* Of the person's own; none of them may be dropped for the next. */
	[REQUEST_VIEW] = { LANE_FILES, true, request_view },
	[REQUEST_DRAFT] = { LANE_FAST, false, request_draft },
	/* Changes no store, but what it writes must not be left half done either. */
	[REQUEST_PUBLISH] = { LANE_SLOW, true, request_publish },
	[REQUEST_DIFFERS] = { LANE_SLOW, false, request_differs },
	[REQUEST_ADOPT] = { LANE_EDIT, true, request_adopt },
};

enum lane request_lane(enum request_kind kind)
{
	return kinds[kind].lane;
}

bool request_is_edit(enum request_kind kind)
{
	return kinds[kind].is_edit;
}

struct request *request_new(enum request_kind kind)
{
	struct request *request = mem_zalloc(1, sizeof(*request));

	request->kind = kind;
	arena_init(&request->arena);
	return request;
}

void request_free(struct request *request)
{
	if (!request)
		return;
	arena_release(&request->arena);
	free(request);
}

static struct answer *answer_to(const struct request *request)
{
	struct answer *answer = mem_zalloc(1, sizeof(*answer));

	answer->kind = request->kind;
	answer->serial = request->serial;
	answer->owner = request->owner;
	answer->ahead = request->ahead;
	arena_init(&answer->arena);
	return answer;
}

struct answer *request_refuse(const struct request *request, enum status status, const struct error *err)
{
	struct answer *answer = answer_to(request);

	answer->status = status;
	answer->error = *err;
	return answer;
}

enum store_place backend_place(const struct backend *backend, const char **note)
{
	*note = NULL;
	return backend->place ? backend->place(backend->place_context, backend->store, note) : STORE_HERE;
}

/* What is written to a file that has lost its name is lost, and that of the file which has it now is for its reader
 * to judge. */
static bool writes(enum request_kind kind)
{
	return request_is_edit(kind) || kind == REQUEST_WAKE;
}

struct answer *request_run(const struct backend *backend, const struct request *request)
{
	struct answer *answer = answer_to(request);

	if (writes(request->kind) || request->kind == REQUEST_CHANGES)
		answer->place = backend_place(backend, &answer->place_note);
	if (answer->place != STORE_HERE && writes(request->kind))
		answer->status = error_set(&answer->error, STATUS_STORE, "the store's file was %s while it was open",
					   answer->place == STORE_GONE ? "moved away or removed" : "replaced by another");
	else
		answer->status = kinds[request->kind].run(backend, request, answer, &answer->error);
	return answer;
}

void answer_free(struct answer *answer)
{
	if (!answer)
		return;
	arena_release(&answer->arena);
	free(answer);
}
