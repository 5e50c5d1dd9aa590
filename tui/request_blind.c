/*
 * Judging blind: what others say of a sample is taken out of answers before a screen sees them, so that no
 * screen can show it by mistake. What the reviewer says stays; a status that only says that somebody has judged
 * is as if nobody had.
 */
#include <string.h>

#include "tui/request_run.h"

/* What the reviewer's own standing annotations say, newest first. */
struct own {
	enum verdict verdict;
	enum severity severity;
	const char *cause;
	bool any;
};

static struct own own_words(const struct annotation *annotations, size_t count, const char *reviewer)
{
	struct own own = { .cause = NULL };

	for (size_t i = 0; i < count; i++) {
		const struct annotation *annotation = &annotations[i];
		if (annotation->superseded_by || annotation->adjudicated || strcmp(annotation->reviewer, reviewer) != 0)
			continue;
		own.any = true;
		own.verdict = own.verdict ? own.verdict : annotation->verdict;
		own.severity = own.severity ? own.severity : annotation->severity;
		own.cause = own.cause ? own.cause : annotation->cause;
	}
	if (!own.verdict && own.cause)
		own.verdict = VERDICT_CONFIRMED;
	return own;
}

static enum sample_status own_status(enum sample_status is, const struct own *own)
{
	return is == SAMPLE_ANNOTATED && !own->any ? SAMPLE_UNTRIAGED : is;
}

void blind_sample(const struct request *request, struct answer *answer)
{
	struct annotation *kept = arena_array(&answer->arena, answer->annotation_count, sizeof(*kept));
	struct sample *sample = answer->sample;
	struct own own = own_words(answer->annotations, answer->annotation_count, request->reviewer);
	size_t count = 0;

	for (size_t i = 0; i < answer->annotation_count; i++)
		if (strcmp(answer->annotations[i].reviewer, request->reviewer) == 0 && !answer->annotations[i].adjudicated)
			kept[count++] = answer->annotations[i];
	answer->annotations = kept;
	answer->annotation_count = count;
	answer->blind = true;
	answer->duplicates = NULL; /* judgements of others too */
	answer->duplicate_count = 0;
	sample->status = own_status(sample->status, &own);
	sample->disposition = own.verdict;
}

/* What a group proposes is what others said of its members. */
void blind_groups(struct answer *answer)
{
	struct alike_group *kept = arena_array(&answer->arena, answer->group_count, sizeof(*kept));

	for (size_t i = 0; i < answer->group_count; i++) {
		kept[i] = answer->groups[i];
		kept[i].cause = NULL;
		kept[i].judged = kept[i].agree = 0;
	}
	answer->groups = kept;
}

enum status blind_rows(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	struct sample_row *rows = arena_array(&answer->arena, answer->page.count, sizeof(*rows));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < answer->page.count && status == STATUS_OK; i++) {
		const struct annotation *annotations;
		struct own own;
		size_t count;
		rows[i] = answer->page.rows[i];
		status = backend->store->ops->annotation_list(backend->store, &answer->arena, rows[i].id, &annotations, &count, err);
		if (status != STATUS_OK)
			break;
		own = own_words(annotations, count, request->reviewer);
		rows[i].status = own_status(rows[i].status, &own);
		rows[i].disposition = own.verdict;
		rows[i].severity = own.severity;
		rows[i].cause = own.cause;
		rows[i].judged = JUDGED_ALIKE;
	}
	answer->page.rows = rows;
	return status;
}
