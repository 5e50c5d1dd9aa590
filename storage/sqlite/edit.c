/* Annotating and triaging samples. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_log.h"

/* An annotation as it is written: codes by id. */
struct judgement {
	struct annotation annotation; /* lines in order, empty texts NULL */
	int64_t cause;                /* 0: none */
	VEC_OF(int64_t) symptoms;
	bool note_only;
};

static int by_number(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

static size_t sort_unique(int64_t *numbers, size_t count)
{
	size_t len = 0;

	if (count)
		qsort(numbers, count, sizeof(*numbers), by_number);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[len++] = numbers[i];
	return len;
}

enum status unique_samples(struct sqlite_store *db, const int64_t *samples, size_t count, int64_t **out,
			   size_t *out_count, struct error *err)
{
	int64_t *ids = mem_zalloc(count + 1, sizeof(*ids));
	enum status status = STATUS_OK;

	if (count)
		memcpy(ids, samples, count * sizeof(*ids));
	*out_count = sort_unique(ids, count);
	for (size_t i = 0; i < *out_count && status == STATUS_OK; i++)
		status = sample_exists(db, ids[i], err);
	if (status != STATUS_OK) {
		free(ids);
		ids = NULL;
	}
	*out = ids;
	return status;
}

static enum status check_form(const struct annotation *a, bool note_only, struct error *err)
{
	if ((unsigned)a->verdict >= VERDICT_COUNT || (unsigned)a->severity >= SEVERITY_COUNT ||
	    (unsigned)a->confidence >= CONFIDENCE_COUNT)
		return error_set(err, STATUS_USAGE, "an annotation's verdict, severity or confidence is none that exists");
	if (a->first_line < 0 || a->last_line < a->first_line || (a->first_line == 0 && a->last_line != 0))
		return error_set(err, STATUS_USAGE, "lines %lld to %lld are no range", (long long)a->first_line,
				 (long long)a->last_line);
	if (note_only && !a->note)
		return error_set(err, STATUS_USAGE, "the annotation says nothing: give a verdict, a cause, a symptom, a "
				 "severity or a note");
	return STATUS_OK;
}

/* Within the transaction, so that the codebook is the one that counts. */
static enum status judge(struct sqlite_store *db, const struct annotation *given, struct judgement *out,
			 struct error *err)
{
	struct annotation *a = &out->annotation;
	enum status status;

	*out = (struct judgement){ .annotation = *given, .symptoms = VEC_INIT };
	if (a->cause && !a->cause[0])
		a->cause = NULL;
	if (a->note && !a->note[0])
		a->note = NULL;
	if (a->first_line > 0 && a->last_line == 0)
		a->last_line = a->first_line;
	out->note_only = a->verdict == VERDICT_NONE && !a->cause && !a->symptom_count && a->severity == SEVERITY_NONE;
	if ((status = check_form(a, out->note_only, err)) != STATUS_OK || (status = codebook_load(db, err)) != STATUS_OK)
		return status;
	if (a->cause && (status = code_resolve(db, CODE_CAUSE, a->cause, &out->cause, err)) != STATUS_OK)
		return status;
	for (size_t i = 0; i < a->symptom_count; i++) {
		int64_t code = 0;
		if ((status = code_resolve(db, CODE_SYMPTOM, a->symptoms[i], &code, err)) != STATUS_OK)
			return status;
		vec_push(&out->symptoms, code);
	}
	out->symptoms.len = sort_unique(out->symptoms.items, out->symptoms.len);
	return STATUS_OK;
}

static enum status annotate_one(struct sqlite_store *db, const struct judgement *judgement, const char *reviewer,
				int64_t sample, bool keep_status, struct edit_work *work, struct error *err)
{
	const struct annotation *a = &judgement->annotation;
	int64_t id = ++work->last_annotation;
	struct sql_value disposition = a->verdict != VERDICT_NONE ? SQL_INT((int64_t)a->verdict) :
				       judgement->cause ? SQL_INT(VERDICT_CONFIRMED) : SQL_NULL();
	enum status status;

	status = sql_run(db, SQL_ANNOTATION_ADD, err, SQL_INT(id), SQL_INT(sample), SQL_TEXT(reviewer),
			 SQL_INT(work->at.at_us), SQL_INT((int64_t)work->at.precision), SQL_INT(a->first_line),
			 SQL_INT(a->last_line), SQL_INT((int64_t)a->verdict), SQL_INT_OR_NULL(judgement->cause),
			 SQL_INT((int64_t)a->severity), SQL_INT((int64_t)a->confidence), SQL_TEXT(a->note),
			 SQL_INT(a->blind), SQL_INT(work->id));
	for (size_t i = 0; judgement->symptoms.items && i < judgement->symptoms.len && status == STATUS_OK; i++)
		status = sql_run(db, SQL_SYMPTOM_ADD, err, SQL_INT(id), SQL_INT(judgement->symptoms.items[i]));
	if (status != STATUS_OK || judgement->note_only)
		return status;
	status = sql_run(db, SQL_ANNOTATION_SUPERSEDE, err, SQL_INT(id), SQL_INT(sample), SQL_TEXT(reviewer),
			 SQL_INT(a->first_line), SQL_INT(a->last_line));
	if (status != STATUS_OK)
		return status;
	return sql_run(db, SQL_SAMPLE_JUDGEMENT_SET, err, SQL_INT(sample),
		       keep_status ? SQL_NULL() : SQL_INT(SAMPLE_ANNOTATED), disposition, SQL_INT(work->id));
}

/* What the log's line names: the most telling part of the judgement. */
static const char *gist(struct sqlite_store *db, const struct judgement *judgement)
{
	const struct annotation *a = &judgement->annotation;
	const char *first = NULL;

	if (judgement->cause)
		return code_name_of(db, judgement->cause);
	if (a->verdict != VERDICT_NONE)
		return verdict_word(a->verdict);
	for (size_t i = 0; judgement->symptoms.items && i < judgement->symptoms.len; i++) {
		const char *name = code_name_of(db, judgement->symptoms.items[i]);
		if (name && (!first || strcmp(name, first) < 0))
			first = name;
	}
	if (first)
		return first;
	return a->severity != SEVERITY_NONE ? severity_word(a->severity) : "note";
}

enum status db_annotate(struct store *store, const char *reviewer, const struct annotate_request *request,
			int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct judgement judgement = { .symptoms = VEC_INIT };
	struct edit_work work;
	int64_t *ids = NULL;
	size_t count = 0;
	char summary[256] = "";
	enum status status;

	*edit_id = 0;
	if ((status = check_reviewer(reviewer, err)) != STATUS_OK)
		return status;
	status = edit_begin(db, reviewer, "annotate", &work, err);
	if (status == STATUS_OK)
		status = judge(db, &request->annotation, &judgement, err);
	if (status == STATUS_OK)
		status = unique_samples(db, request->samples, request->sample_count, &ids, &count, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = annotate_one(db, &judgement, reviewer, ids[i], request->keep_status, &work, err);
	if (status == STATUS_OK)
		snprintf(summary, sizeof(summary), "%zu sample%s: %s", count, count == 1 ? "" : "s",
			 gist(db, &judgement));
	free(ids);
	vec_release(&judgement.symptoms);
	return edit_end(db, &work, status, summary, edit_id, err);
}

enum status db_triage(struct store *store, const char *reviewer, const struct triage_request *request,
		      int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;
	int64_t *ids = NULL;
	size_t count = 0, changed = 0;
	char summary[128] = "";
	enum status status;

	*edit_id = 0;
	if ((status = check_reviewer(reviewer, err)) != STATUS_OK)
		return status;
	if ((unsigned)request->status >= SAMPLE_COUNT)
		return error_set(err, STATUS_USAGE, "there is no such status of a sample");
	status = edit_begin(db, reviewer, "triage", &work, err);
	if (status == STATUS_OK)
		status = unique_samples(db, request->samples, request->sample_count, &ids, &count, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		int64_t before = sqlite3_total_changes64(db->handle);
		status = sql_run(db, SQL_SAMPLE_STATUS_SET, err, SQL_INT(ids[i]), SQL_INT((int64_t)request->status),
				 SQL_INT(work.id));
		changed += sqlite3_total_changes64(db->handle) != before;
	}
	snprintf(summary, sizeof(summary), "%zu sample%s: %s", changed, changed == 1 ? "" : "s",
		 sample_status_word(request->status));
	free(ids);
	return edit_end(db, &work, status, summary, edit_id, err);
}
