/* What both engines of the model answer, compared. */
#include "tests/support/model.h"

#define PAUSE 8  /* what costs more is asked about once in so many steps */
#define FACETS 4 /* at a time */

static void same_row(const struct model *p, const struct sample_row *a, const struct sample_row *b)
{
	model_same_number(p, "row", a->id, b->id);
	model_same_number(p, "status", a->status, b->status);
	model_same_number(p, "disposition", a->disposition, b->disposition);
	model_same_number(p, "disposition", a->disposition, b->disposition);
	model_same_number(p, "level", a->level, b->level);
	model_same_number(p, "severity", a->severity, b->severity);
	model_same_number(p, "time", a->produced_at.at_us, b->produced_at.at_us);
	model_same_number(p, "line", a->line, b->line);
	model_same_number(p, "incidents", a->incident_count, b->incident_count);
	model_same_text(p, "title", a->title, b->title);
	model_same_text(p, "path", a->path, b->path);
	model_same_text(p, "language", a->language, b->language);
	model_same_text(p, "rule", a->rule, b->rule);
	model_same_text(p, "model", a->model, b->model);
	model_same_text(p, "cause", a->cause, b->cause);
	model_same_text(p, "deferred until", a->deferred_until, b->deferred_until);
}

static void compare_list(struct model *p, const char *text)
{
	struct query *query = arena_alloc(&p->arena, sizeof(*query));
	struct page_request request = { .query = query, .sort = (enum sort_key)model_roll(SORT_RELEVANCE), /* all but that */
					 .backward = model_roll(2),
					.limit = 1 + model_roll(12), .with_total = model_roll(2) };
	struct sample_page a, b;
	const int64_t *ids_a, *ids_b;
	int64_t number_a, number_b;
	size_t count_a, count_b;

	assert_int_equal(query_parse(&p->arena, text, model_reviewers[model_roll(3)], query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, query, &number_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->sample_count(p->b, query, &number_b, &p->err_b), STATUS_OK);
	model_same_number(p, text, number_a, number_b);
	assert_int_equal(p->a->ops->sample_ids(p->a, &p->arena, query, &ids_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->sample_ids(p->b, &p->arena, query, &ids_b, &count_b, &p->err_b), STATUS_OK);
	model_same_number(p, text, (int64_t)count_a, (int64_t)count_b);
	model_same_number(p, text, number_a, (int64_t)count_a);
	for (size_t i = 0; i < count_a; i++)
		model_same_number(p, text, ids_a[i], ids_b[i]);
	for (int pages = 0; pages < 4; pages++) {
		assert_int_equal(p->a->ops->sample_page(p->a, &p->arena, &request, &a, &p->err_a), STATUS_OK);
		assert_int_equal(p->b->ops->sample_page(p->b, &p->arena, &request, &b, &p->err_b), STATUS_OK);
		model_same_number(p, "rows", (int64_t)a.count, (int64_t)b.count);
		for (size_t i = 0; i < a.count; i++)
			same_row(p, &a.rows[i], &b.rows[i]);
		if (a.has_total)
			model_same_number(p, "total", a.total, number_a);
		model_same_number(p, "at start", a.at_start, b.at_start);
		model_same_number(p, "at end", a.at_end, b.at_end);
		model_same_number(p, "cursor", a.after_last.number, b.after_last.number);
		model_same_text(p, "cursor", a.before_first.text, b.before_first.text);
		request.backward = model_roll(4) ? request.backward : !request.backward;
		request.from = request.backward ? a.before_first : a.after_last;
	}
}

/* Some facets; SQLite's may be "not yet". */
static void compare_facets(struct model *p)
{
	enum facet_key keys[FACETS];
	struct query query;
	struct facet_request request = { .query = &query, .keys = keys, .key_count = FACETS, .top = model_roll(2) ? 0 : 2,
					 .sort = (enum sort_key)model_roll(SORT_RELEVANCE) };
	const char *text = model_query();
	struct facets a = { .count = -1 }, b = { .count = -1 };

	for (size_t i = 0; i < FACETS; i++)
		keys[i] = (enum facet_key)model_roll(FACET_COUNT);
	assert_int_equal(query_parse(&p->arena, text, model_reviewers[model_roll(3)], &query, &p->err_a), STATUS_OK);
	for (int tries = 0; tries < 100 && !a.readiness.ready; tries++)
		assert_int_equal(p->a->ops->facets(p->a, &p->arena, &request, &a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->facets(p->b, &p->arena, &request, &b, &p->err_b), STATUS_OK);
	model_same_number(p, text, a.count, b.count);
	model_same_number(p, text, (int64_t)a.list_count, (int64_t)b.list_count);
	for (size_t i = 0; i < a.list_count; i++) {
		const struct facet_list *of_a = &a.lists[i], *of_b = &b.lists[i];
		const char *what = arena_printf(&p->arena, "%s of '%s'", facet_word(keys[i]), text);
		model_same_number(p, what, of_a->key, of_b->key);
		model_same_number(p, what, (int64_t)of_a->count, (int64_t)of_b->count);
		model_same_number(p, what, (int64_t)of_a->more_values, (int64_t)of_b->more_values);
		model_same_number(p, what, of_a->more_count, of_b->more_count);
		for (size_t k = 0; k < of_a->count; k++) {
			model_same_text(p, what, of_a->values[k].value, of_b->values[k].value);
			model_same_number(p, what, of_a->values[k].count, of_b->values[k].count);
		}
	}
}

static void compare_sample(struct model *p)
{
	int64_t id = 1 + model_roll((uint32_t)p->sample_count + 1);
	struct sample *a, *b;
	const struct annotation *list_a, *list_b;
	const char *const *keys_a, *const *keys_b;
	size_t count_a, count_b;

	if (!both(p, &a, &b, sample_get, &p->arena, id))
		return;
	model_same_number(p, "status", a->status, b->status);
	model_same_text(p, "deferred until", a->deferred_until, b->deferred_until);
	model_same_number(p, "duplicate of", a->duplicate_of, b->duplicate_of);
	model_same_number(p, "version", a->version, b->version);
	model_same_number(p, "batch", a->batch, b->batch);
	model_same_number(p, "baseline", a->baseline, b->baseline);
	model_same_number(p, "flags", (int64_t)a->flag_count, (int64_t)b->flag_count);
	assert_true(slice_eq(a->code, b->code) && slice_eq(a->expected, b->expected));
	assert_int_equal(p->a->ops->annotation_list(p->a, &p->arena, id, &list_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->annotation_list(p->b, &p->arena, id, &list_b, &count_b, &p->err_b), STATUS_OK);
	model_same_number(p, "annotations", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		model_same_number(p, "annotation", list_a[i].id, list_b[i].id);
		model_same_number(p, "superseded", list_a[i].superseded_by, list_b[i].superseded_by);
		model_same_number(p, "edit", list_a[i].edit, list_b[i].edit);
		model_same_number(p, "duplicate of", list_a[i].duplicate_of, list_b[i].duplicate_of);
		model_same_number(p, "adjudicated", list_a[i].adjudicated, list_b[i].adjudicated);
		model_same_number(p, "lines", list_a[i].last_line, list_b[i].last_line);
		model_same_text(p, "cause", list_a[i].cause, list_b[i].cause);
		model_same_text(p, "note", list_a[i].note, list_b[i].note);
		model_same_number(p, "symptoms", (int64_t)list_a[i].symptom_count, (int64_t)list_b[i].symptom_count);
		for (size_t k = 0; k < list_a[i].symptom_count; k++)
			model_same_text(p, "symptom", list_a[i].symptoms[k], list_b[i].symptoms[k]);
	}
	assert_int_equal(p->a->ops->sample_incidents(p->a, &p->arena, id, &keys_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->sample_incidents(p->b, &p->arena, id, &keys_b, &count_b, &p->err_b), STATUS_OK);
	model_same_number(p, "incidents", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++)
		model_same_text(p, "incident", keys_a[i], keys_b[i]);
}

/* The members, and the list of them by a query. */
static void compare_members(struct model *p, const char *key)
{
	const enum member_role *roles_a, *roles_b;
	const int64_t *ids_a, *ids_b;
	size_t count_a, count_b;

	assert_int_equal(p->a->ops->incident_members(p->a, &p->arena, key, &ids_a, &roles_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->incident_members(p->b, &p->arena, key, &ids_b, &roles_b, &count_b, &p->err_b), STATUS_OK);
	model_same_number(p, key, (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		model_same_number(p, "member", ids_a[i], ids_b[i]);
		model_same_number(p, "role", roles_a[i], roles_b[i]);
	}
	if (model_roll(PAUSE) == 0)
		compare_list(p, arena_printf(&p->arena, "incident:%s", key));
}

static void compare_incidents(struct model *p)
{
	const struct incident_row *a, *b;
	struct incident *in_a, *in_b;
	const char *key;
	size_t count_a, count_b;

	assert_int_equal(p->a->ops->incident_list(p->a, &p->arena, &a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->incident_list(p->b, &p->arena, &b, &count_b, &p->err_b), STATUS_OK);
	model_same_number(p, "incidents", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		model_same_text(p, "key", a[i].key, b[i].key);
		model_same_number(p, "members", (int64_t)a[i].member_count, (int64_t)b[i].member_count);
		model_same_number(p, "started", a[i].started_at.at_us, b[i].started_at.at_us);
		model_same_number(p, "open actions", (int64_t)a[i].open_action_count, (int64_t)b[i].open_action_count);
	}
	if (!count_a)
		return;
	key = a[model_roll((uint32_t)count_a)].key;
	assert_true(both(p, &in_a, &in_b, incident_get, &p->arena, key));
	model_same_number(p, "version", in_a->version, in_b->version);
	if (!incident_same(in_a, in_b))
		fail_msg("step %ld: %s differs", p->step, in_a->key);
	compare_members(p, key);
}

static void compare_log(struct model *p)
{
	const struct edit *a, *b;
	size_t count_a, count_b;
	int64_t before = model_roll(2) ? 0 : 1 + model_roll(200);
	const struct edit_filter filter = {
		.reviewer = model_roll(3) ? NULL : model_reviewers[model_roll(3)], .verb = model_roll(4) ? NULL : "annotate",
		.sample = model_roll(3) ? 0 : 1 + model_roll((uint32_t)p->sample_count), .incident = model_roll(4) ? NULL : "INC-2026-0001",
		.words = (const char *const[]){ "SAMPLE" }, .word_count = model_roll(4) == 0,
	};

	assert_int_equal(p->a->ops->edit_list(p->a, &p->arena, &filter, before, 20, &a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->edit_list(p->b, &p->arena, &filter, before, 20, &b, &count_b, &p->err_b), STATUS_OK);
	model_same_number(p, "edits", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		model_same_number(p, "edit", a[i].id, b[i].id);
		model_same_number(p, "kind", a[i].kind, b[i].kind);
		model_same_number(p, "state", a[i].state, b[i].state);
		model_same_number(p, "of", a[i].of, b[i].of);
		model_same_text(p, "verb", a[i].verb, b[i].verb);
		model_same_text(p, "summary", a[i].summary, b[i].summary);
		model_same_text(p, "reviewer", a[i].reviewer, b[i].reviewer);
	}
}

void model_compare(struct model *p)
{
	struct query *query = arena_alloc(&p->arena, sizeof(*query));

	assert_int_equal(query_parse(&p->arena, "-batch:0", NULL, query, &p->err_a), STATUS_OK);
	query->names_status = true;
	assert_int_equal(p->b->ops->sample_count(p->b, query, &p->sample_count, &p->err_b), STATUS_OK);
	compare_list(p, model_query());
	compare_sample(p);
	compare_incidents(p);
	compare_log(p);
	if (model_roll(PAUSE) == 0)
		compare_facets(p);
	arena_clear(&p->arena);
}
