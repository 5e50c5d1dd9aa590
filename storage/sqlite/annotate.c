/*
 * Annotating samples. A reviewer has one standing annotation per sample and line
 * range; what a new one leaves unsaid is carried over from it, so that every row
 * is the whole judgement and the last one counts. A decision stands beside them, one
 * per sample.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/decision.h"
#include "storage/sqlite/edit_bulk.h"

/* What is said: codes by id. */
struct judgement {
	struct annotation annotation; /* lines in order, empty texts NULL */
	int64_t cause;                /* 0: none */
	VEC_OF(int64_t) symptoms;
	bool whole_symptoms;
	bool judging;                 /* more than a note: the sample has been judged */
};

/* An annotation as it stands or will stand on one sample. */
struct standing {
	enum verdict verdict;
	int64_t duplicate_of;
	int64_t cause;
	enum severity severity;
	enum confidence confidence;
	const char *note;
	bool blind;
	const int64_t *symptoms; /* ascending */
	size_t symptom_count;
	size_t row_count;        /* what it was folded from */
};

static enum status check_form(const struct annotation *a, bool says_something, struct error *err)
{
	if ((unsigned)a->verdict >= VERDICT_COUNT || (unsigned)a->severity >= SEVERITY_COUNT ||
	    (unsigned)a->confidence >= CONFIDENCE_COUNT)
		return error_set(err, STATUS_USAGE, "an annotation's verdict, severity or confidence is none that exists");
	if (a->first_line < 0 || a->last_line < a->first_line || (a->first_line == 0 && a->last_line != 0))
		return error_set(err, STATUS_USAGE, "lines %lld to %lld are no range", (long long)a->first_line,
				 (long long)a->last_line);
	if (a->duplicate_of && a->verdict != VERDICT_DUPLICATE)
		return error_set(err, STATUS_USAGE, "a sample that duplicates another has the verdict duplicate, not %s",
				 verdict_word(a->verdict));
	if (!says_something)
		return error_set(err, STATUS_USAGE, "the annotation says nothing: give a verdict, a cause, a symptom, a "
				 "severity or a note");
	return STATUS_OK;
}

/* A decision says what it decides, and why. */
static enum status check_decision(const struct annotation *a, bool judging, struct error *err)
{
	if (a->first_line || a->blind)
		return error_set(err, STATUS_USAGE, "a decision is of the whole sample, and made in the sight of what reviewers said");
	if (!judging)
		return error_set(err, STATUS_USAGE, "a decision needs a verdict, a cause, a symptom or a severity");
	if (!a->note)
		return error_set(err, STATUS_USAGE, "a decision needs its reason: a note");
	return STATUS_OK;
}

#define CHAIN_MAX 10000 /* longer ones can only go round in a circle, which a merge can bring */

/* Refuses that one of the samples comes to duplicate itself; within the transaction. */
static enum status check_duplicate(struct sqlite_store *db, const struct annotate_request *request, struct error *err)
{
	int64_t first = request->annotation.duplicate_of, at = first;
	enum status status = sample_exists(db, first, err);

	for (int steps = 0; at && steps < CHAIN_MAX && status == STATUS_OK; steps++) {
		for (size_t i = 0; i < request->sample_count; i++) {
			if (request->samples[i] != at)
				continue;
			if (at == first)
				return error_set(err, STATUS_REFUSED, "sample %lld cannot be a duplicate of itself", (long long)at);
			return error_set(err, STATUS_REFUSED, "sample %lld is a duplicate of sample %lld itself: name another, "
					 "or give that one another verdict first", (long long)first, (long long)at);
		}
		status = sql_number(db, SQL_SAMPLE_DUPLICATE_OF, &at, NULL, err, SQL_INT(at));
	}
	return status;
}

/* Within the transaction, so that the codebook is the one that counts. */
static enum status judge(struct sqlite_store *db, const struct annotate_request *request, struct judgement *out,
			 struct error *err)
{
	struct annotation *a = &out->annotation;
	enum status status;

	*out = (struct judgement){ .annotation = request->annotation, .symptoms = VEC_INIT,
				   .whole_symptoms = request->whole_symptoms };
	if (a->cause && !a->cause[0])
		a->cause = NULL;
	if (a->note && !a->note[0])
		a->note = NULL;
	if (a->first_line > 0 && a->last_line == 0)
		a->last_line = a->first_line;
	if (a->duplicate_of && a->verdict == VERDICT_NONE)
		a->verdict = VERDICT_DUPLICATE;
	out->judging = a->verdict != VERDICT_NONE || a->cause || a->symptom_count || a->severity != SEVERITY_NONE;
	status = check_form(a, out->judging || a->note || a->confidence != CONFIDENCE_NONE || out->whole_symptoms, err);
	if (status == STATUS_OK && a->adjudicated)
		status = check_decision(a, out->judging, err);
	if (status == STATUS_OK && a->duplicate_of)
		status = check_duplicate(db, request, err);
	if (status != STATUS_OK || (status = codebook_load(db, err)) != STATUS_OK)
		return status;
	if (a->cause && (status = code_resolve(db, CODE_CAUSE, a->cause, &out->cause, err)) != STATUS_OK)
		return status;
	for (size_t i = 0; i < a->symptom_count; i++) {
		int64_t code = 0;
		if ((status = code_resolve(db, CODE_SYMPTOM, a->symptoms[i], &code, err)) != STATUS_OK)
			return status;
		vec_push(&out->symptoms, code);
	}
	out->symptoms.len = sort_unique_ids(out->symptoms.items, out->symptoms.len);
	return STATUS_OK;
}

/* ---- what stands ------------------------------------------------------------------ */

static enum status read_symptoms(struct sqlite_store *db, struct arena *arena, int64_t annotation, struct standing *to,
				 struct error *err)
{
	VEC_OF(int64_t) codes = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_SYMPTOM_CODES_OF, SQL_INT(annotation));
	int64_t *kept;

	while (sql_next(db, stmt))
		vec_push(&codes, sqlite3_column_int64(stmt, 0));
	kept = arena_array(arena, codes.len, sizeof(*kept));
	if (codes.len)
		memcpy(kept, codes.items, codes.len * sizeof(*kept));
	to->symptoms = kept;
	to->symptom_count = codes.len;
	vec_release(&codes);
	return sql_end(db, stmt, err);
}

/* Older stores and merged ones may hold several: the newest word on each thing counts. */
static enum status read_standing(struct sqlite_store *db, struct arena *arena, const struct judgement *judgement,
				 const char *reviewer, int64_t sample, struct standing *to, struct error *err)
{
	const struct annotation *a = &judgement->annotation;
	VEC_OF(int64_t) rows = VEC_INIT;
	sqlite3_stmt *stmt = a->adjudicated ? sql_start(db, SQL_DECISIONS_STANDING, SQL_INT(sample)) :
					      sql_start(db, SQL_ANNOTATIONS_STANDING, SQL_INT(sample), SQL_TEXT(reviewer),
							SQL_INT(a->first_line), SQL_INT(a->last_line));
	enum status status;

	*to = (struct standing){ 0 };
	while (sql_next(db, stmt)) {
		if (rows.len == 0)
			to->blind = sqlite3_column_int(stmt, 6) != 0;
		if (to->verdict == VERDICT_NONE) {
			to->verdict = (enum verdict)column_term(stmt, 1, VERDICT_COUNT);
			to->duplicate_of = sqlite3_column_int64(stmt, 7);
		}
		if (!to->cause)
			to->cause = sqlite3_column_int64(stmt, 2);
		if (to->severity == SEVERITY_NONE)
			to->severity = (enum severity)column_term(stmt, 3, SEVERITY_COUNT);
		if (to->confidence == CONFIDENCE_NONE)
			to->confidence = (enum confidence)column_term(stmt, 4, CONFIDENCE_COUNT);
		if (!to->note)
			to->note = column_text(arena, stmt, 5);
		vec_push(&rows, sqlite3_column_int64(stmt, 0));
	}
	status = sql_end(db, stmt, err);
	for (size_t i = 0; i < rows.len && !to->symptom_count && status == STATUS_OK; i++)
		status = read_symptoms(db, arena, rows.items[i], to, err);
	to->row_count = rows.len;
	vec_release(&rows);
	return status;
}

static struct standing overlay(const struct standing *base, const struct judgement *said)
{
	const struct annotation *a = &said->annotation;
	struct standing merged = *base;

	if (a->verdict != VERDICT_NONE)
		merged.verdict = a->verdict;
	if (a->duplicate_of || merged.verdict != VERDICT_DUPLICATE)
		merged.duplicate_of = a->duplicate_of;
	if (said->cause)
		merged.cause = said->cause;
	if (a->severity != SEVERITY_NONE)
		merged.severity = a->severity;
	if (a->confidence != CONFIDENCE_NONE)
		merged.confidence = a->confidence;
	if (a->note)
		merged.note = a->note;
	/* A note written later does not make a blind judgement a seeing one. */
	if (said->judging || base->row_count == 0)
		merged.blind = a->blind;
	if (said->symptoms.len || said->whole_symptoms) {
		merged.symptoms = said->symptoms.items;
		merged.symptom_count = said->symptoms.len;
	}
	return merged;
}

static int64_t code_id_of(const struct sqlite_store *db, enum code_kind kind, const char *name)
{
	for (size_t i = 0; name && i < db->book.count; i++)
		if (db->book.codes[i].kind == kind && strcmp(db->code_names[i], name) == 0)
			return db->book.codes[i].id;
	return 0;
}

/* Names as codes; those it has already stay, retired ones too. */
static void take_completed(const struct sqlite_store *db, struct arena *arena, const struct annotation *whole,
			   struct standing *to)
{
	to->verdict = whole->verdict;
	to->duplicate_of = whole->duplicate_of;
	to->severity = whole->severity;
	if (!to->cause)
		to->cause = code_id_of(db, CODE_CAUSE, whole->cause);
	if (!to->symptom_count && whole->symptom_count) {
		int64_t *codes = arena_array(arena, whole->symptom_count, sizeof(*codes));
		for (size_t i = 0; i < whole->symptom_count; i++)
			codes[i] = code_id_of(db, CODE_SYMPTOM, whole->symptoms[i]);
		to->symptoms = codes;
		to->symptom_count = sort_unique_ids(codes, whole->symptom_count);
	}
}

/* Fills in what a decision leaves unsaid, of what was said of the sample. */
static enum status complete(struct sqlite_store *db, struct arena *arena, bool whole_symptoms, int64_t sample,
			    struct standing *to, struct error *err)
{
	struct annotation whole = { .sample = sample, .verdict = to->verdict, .duplicate_of = to->duplicate_of,
				    .cause = code_name_of(db, to->cause), .severity = to->severity, .adjudicated = true };
	const struct annotation *all;
	size_t count;
	enum status status = db_annotation_list(&db->base, arena, sample, &all, &count, err);

	if (status == STATUS_OK)
		status = decision_complete(arena, all, count, whole_symptoms || to->symptom_count, &whole, err);
	if (status == STATUS_OK && whole.duplicate_of && !to->duplicate_of)
		status = check_duplicate(db, &(struct annotate_request){ .samples = &sample, .sample_count = 1,
					 .annotation = { .duplicate_of = whole.duplicate_of } }, err);
	if (status == STATUS_OK)
		take_completed(db, arena, &whole, to);
	return status;
}

static bool is_judgement(const struct standing *s)
{
	return s->verdict != VERDICT_NONE || s->cause || s->symptom_count || s->severity != SEVERITY_NONE;
}

static bool same(const struct standing *a, const struct standing *b)
{
	return a->verdict == b->verdict && a->duplicate_of == b->duplicate_of && a->cause == b->cause && a->severity == b->severity &&
	       a->confidence == b->confidence && a->blind == b->blind && a->symptom_count == b->symptom_count &&
	       strcmp(a->note ? a->note : "", b->note ? b->note : "") == 0 &&
	       (!a->symptom_count || !a->symptoms || !b->symptoms ||
		memcmp(a->symptoms, b->symptoms, a->symptom_count * sizeof(*a->symptoms)) == 0);
}

/* ---- writing ------------------------------------------------------------------------ */

static enum status add_row(struct sqlite_store *db, const struct annotation *place, const struct standing *row,
			   const char *reviewer, int64_t sample, struct edit_work *work, struct error *err)
{
	int64_t id = ++work->last_annotation;
	enum status status;

	status = sql_run(db, SQL_ANNOTATION_ADD, err, SQL_INT(id), SQL_INT(sample), SQL_TEXT(reviewer),
			 SQL_INT(work->at.at_us), SQL_INT((int64_t)work->at.precision), SQL_INT(place->first_line),
			 SQL_INT(place->last_line), SQL_INT((int64_t)row->verdict), SQL_INT_OR_NULL(row->cause),
			 SQL_INT((int64_t)row->severity), SQL_INT((int64_t)row->confidence), SQL_TEXT(row->note),
			 SQL_INT(row->blind), SQL_INT(work->id), SQL_INT_OR_NULL(row->duplicate_of),
			 SQL_INT_OR_NULL(place->adjudicated));
	for (size_t i = 0; row->symptoms && i < row->symptom_count && status == STATUS_OK; i++)
		status = sql_run(db, SQL_SYMPTOM_ADD, err, SQL_INT(id), SQL_INT(row->symptoms[i]));
	if (status == STATUS_OK && row->row_count && place->adjudicated)
		status = sql_run(db, SQL_DECISION_SUPERSEDE, err, SQL_INT(id), SQL_INT(sample));
	else if (status == STATUS_OK && row->row_count)
		status = sql_run(db, SQL_ANNOTATION_SUPERSEDE, err, SQL_INT(id), SQL_INT(sample), SQL_TEXT(reviewer),
				 SQL_INT(place->first_line), SQL_INT(place->last_line));
	return status;
}

static enum status annotate_one(struct sqlite_store *db, struct arena *scratch, const struct judgement *said,
				const char *reviewer, int64_t sample, bool keep_status, struct edit_work *work,
				struct error *err)
{
	struct standing base, merged;
	bool annotated = said->judging && !keep_status;
	enum status status = read_standing(db, scratch, said, reviewer, sample, &base, err);

	if (status != STATUS_OK)
		return status;
	merged = overlay(&base, said);
	if (said->annotation.adjudicated &&
	    (status = complete(db, scratch, said->whole_symptoms, sample, &merged, err)) != STATUS_OK)
		return status;
	if (base.row_count == 0 && !is_judgement(&merged) && !merged.note)
		return STATUS_OK; /* nothing to say, and nothing to take back */
	if (base.row_count == 1 && same(&base, &merged)) {
		if (!annotated)
			return STATUS_OK;
		return sql_run(db, SQL_SAMPLE_STATUS_SET, err, SQL_INT(sample), SQL_INT(SAMPLE_ANNOTATED),
			       SQL_INT(work->id), SQL_NULL());
	}
	status = add_row(db, &said->annotation, &merged, reviewer, sample, work, err);
	if (status != STATUS_OK || (!is_judgement(&merged) && !is_judgement(&base)))
		return status;
	return sql_run(db, SQL_SAMPLE_JUDGEMENT_SET, err, SQL_INT(sample),
		       annotated ? SQL_INT(SAMPLE_ANNOTATED) : SQL_NULL(), SQL_INT(work->id));
}

/* What the log's line names: the most telling part of what is said. */
static const char *gist(struct sqlite_store *db, const struct judgement *said)
{
	const struct annotation *a = &said->annotation;
	const char *first = NULL;

	if (said->cause)
		return code_name_of(db, said->cause);
	if (a->verdict != VERDICT_NONE)
		return verdict_word(a->verdict);
	for (size_t i = 0; said->symptoms.items && i < said->symptoms.len; i++) {
		const char *name = code_name_of(db, said->symptoms.items[i]);
		if (name && (!first || strcmp(name, first) < 0))
			first = name;
	}
	if (first)
		return first;
	if (a->severity != SEVERITY_NONE)
		return severity_word(a->severity);
	return a->note ? "note" : a->confidence != CONFIDENCE_NONE ? confidence_word(a->confidence) : "no symptoms";
}

/* For annotate_one() of one sample after the other. */
struct annotating {
	struct sqlite_store *db;
	struct arena scratch;
	const struct judgement *said;
	const char *reviewer;
	bool keep_status;
	struct edit_work *work;
};

static enum status annotate_next(void *context, int64_t sample, size_t *changed, struct error *err)
{
	struct annotating *to = context;
	int64_t before = sqlite3_total_changes64(to->db->handle);
	enum status status;

	arena_clear(&to->scratch);
	status = annotate_one(to->db, &to->scratch, to->said, to->reviewer, sample, to->keep_status, to->work, err);
	*changed += sqlite3_total_changes64(to->db->handle) != before;
	return status;
}

static enum status annotate_many(struct annotating *to, const int64_t *samples, size_t count, size_t *changed,
				 struct error *err)
{
	const struct judgement *said = to->said;
	const struct bulk_judgement all = {
		.annotation = &said->annotation, .cause = said->cause, .symptoms = said->symptoms.items,
		.symptom_count = said->symptoms.len, .judging = said->judging, .keep_status = to->keep_status,
		.one = annotate_next, .context = to,
	};
	size_t unique = 0;
	int64_t *ids = unique_ids(samples, count, &unique);
	enum status status = bulk_annotate(to->db, &all, to->reviewer, ids, unique, changed, to->work, err);

	free(ids);
	return status;
}

static enum status annotate_all(struct annotating *to, const int64_t *samples, size_t count, size_t *changed,
				struct error *err)
{
	/* What only takes back says nothing where nothing stands. */
	bool says_something = to->said->judging || to->said->annotation.note;
	int64_t *ids = NULL;
	size_t unique = 0;
	enum status status;

	if (count >= to->db->bulk_least && !to->work->nested && says_something && !to->said->annotation.adjudicated)
		return annotate_many(to, samples, count, changed, err);
	status = unique_samples(to->db, samples, count, &ids, &unique, err);
	for (size_t i = 0; i < unique && status == STATUS_OK; i++)
		status = annotate_next(to, ids[i], changed, err);
	free(ids);
	return status;
}

enum status db_annotate(struct store *store, const char *reviewer, const struct annotate_request *request,
			int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct judgement said = { .symptoms = VEC_INIT };
	struct edit_work work;
	struct annotating to = { .db = db, .scratch = ARENA_INIT, .said = &said, .reviewer = reviewer,
				 .keep_status = request->keep_status, .work = &work };
	size_t changed = 0;
	char summary[256] = "";
	enum status status;

	*edit_id = 0;
	if ((status = check_reviewer(reviewer, err)) != STATUS_OK)
		return status;
	bulk_edit_begin(db, request->sample_count);
	status = edit_begin(db, reviewer, "annotate", &work, err);
	if (status == STATUS_OK)
		status = judge(db, request, &said, err);
	if (status == STATUS_OK)
		status = annotate_all(&to, request->samples, request->sample_count, &changed, err);
	if (status == STATUS_OK)
		snprintf(summary, sizeof(summary), "%zu sample%s: %s%s", changed, changed == 1 ? "" : "s",
			 said.annotation.adjudicated ? "decided: " : "", gist(db, &said));
	vec_release(&said.symptoms);
	arena_release(&to.scratch);
	status = edit_end(db, &work, status, summary, edit_id, err);
	bulk_edit_end(db, request->sample_count);
	return status;
}
