#include "tests/support/store_read.h"

#include <inttypes.h>

#define PAGE 7
#define SAMPLES_MOST 200

struct reading {
	struct store *store;
	const struct store_ops *ops;
	struct arena arena;
	struct strbuf *out;
	struct error *err;
	bool state_only;
};

static const char *shown(const char *text)
{
	return text ? text : "-";
}

static void add_slice(struct strbuf *out, struct slice bytes)
{
	struct digest digest = digest_of(bytes);
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, hex);
	strbuf_addf(out, " %.16s", bytes.at ? hex : "-");
}

static enum status parse(struct reading *r, const char *text, struct query *query)
{
	return query_parse(&r->arena, text, "ann", query, r->err);
}

static void add_row(struct strbuf *out, const struct sample_row *row)
{
	strbuf_addf(out, "row %" PRId64 " %d %d %d %d %d %" PRId64 "/%d '%s' %s:%" PRId64 " %s %s %s %s %" PRId64 "\n", row->id,
		    (int)row->status, (int)row->disposition, (int)row->level, (int)row->severity, row->illustrative,
		    row->produced_at.at_us, (int)row->produced_at.precision, shown(row->title), shown(row->path), row->line,
		    shown(row->language), shown(row->rule), shown(row->model), shown(row->cause), row->incident_count);
}

static enum status read_list(struct reading *r, const char *text, enum sort_key sort, bool backward)
{
	struct query query;
	struct page_request request = { .query = &query, .sort = sort, .backward = backward, .limit = PAGE };
	struct sample_page page = { .count = 0 };
	enum status status = parse(r, text, &query);

	strbuf_addf(r->out, "list %s %d %d\n", text, (int)sort, backward);
	for (int pages = 0; status == STATUS_OK && pages < SAMPLES_MOST / PAGE; pages++) {
		status = r->ops->sample_page(r->store, &r->arena, &request, &page, r->err);
		for (size_t i = 0; status == STATUS_OK && i < page.count; i++)
			add_row(r->out, &page.rows[i]);
		if (status != STATUS_OK || (backward ? page.at_start : page.at_end))
			break;
		request.from = backward ? page.before_first : page.after_last;
	}
	return status;
}

static enum status read_count(struct reading *r, const char *text)
{
	struct query query;
	int64_t count = -1;
	enum status status = parse(r, text, &query);

	if (status == STATUS_OK)
		status = r->ops->sample_count(r->store, &query, &count, r->err);
	strbuf_addf(r->out, "count %s %" PRId64 "\n", text, count);
	return status;
}

static enum status read_facets(struct reading *r)
{
	enum facet_key keys[FACET_COUNT];
	struct query query;
	struct facet_request request = { .query = &query, .keys = keys, .key_count = FACET_COUNT };
	struct facets facets = { .count = 0 };
	enum status status = parse(r, "level:error,warning", &query);

	for (int key = 0; key < FACET_COUNT; key++)
		keys[key] = (enum facet_key)key;
	for (int tries = 0; status == STATUS_OK && !facets.readiness.ready && tries < 100; tries++)
		status = r->ops->facets(r->store, &r->arena, &request, &facets, r->err);
	if (status != STATUS_OK)
		return status;
	strbuf_addf(r->out, "facets %" PRId64 "\n", facets.count);
	for (size_t i = 0; i < facets.list_count; i++)
		for (size_t k = 0; k < facets.lists[i].count; k++)
			strbuf_addf(r->out, "facet %zu %s %" PRId64 "\n", i, shown(facets.lists[i].values[k].value),
				    facets.lists[i].values[k].count);
	return STATUS_OK;
}

static void add_flags(struct strbuf *out, const struct sample *sample)
{
	for (size_t i = 0; i < sample->flag_count; i++) {
		const struct flag *flag = &sample->flags[i];
		strbuf_addf(out, "flag %d %d %s %s '%s' %" PRId64 "-%" PRId64 "\n", (int)flag->source, (int)flag->level,
			    shown(flag->tool), shown(flag->rule), shown(flag->message), flag->region.start_line,
			    flag->region.end_line);
	}
	for (size_t i = 0; i < sample->provenance_count; i++)
		strbuf_addf(out, "provenance %s=%s %d\n", sample->provenance[i].key, sample->provenance[i].value,
			    (int)sample->provenance[i].certainty);
}

static enum status read_annotations(struct reading *r, int64_t id)
{
	const struct annotation *list = NULL;
	const char *const *keys = NULL;
	size_t count = 0;
	enum status status = r->ops->annotation_list(r->store, &r->arena, id, &list, &count, r->err);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		strbuf_addf(r->out, "annotation %" PRId64 " %s %d %s %d '%s' %" PRId64 " %" PRId64, list[i].id, list[i].reviewer,
			    (int)list[i].verdict, shown(list[i].cause), (int)list[i].severity, shown(list[i].note),
			    list[i].superseded_by, list[i].edit);
		for (size_t k = 0; k < list[i].symptom_count; k++)
			strbuf_addf(r->out, " %s", list[i].symptoms[k]);
		strbuf_addch(r->out, '\n');
	}
	if (status == STATUS_OK)
		status = r->ops->sample_incidents(r->store, &r->arena, id, &keys, &count, r->err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		strbuf_addf(r->out, "in %s\n", keys[i]);
	return status;
}

static enum status read_sample(struct reading *r, int64_t id)
{
	struct sample *sample = NULL;
	enum status status = r->ops->sample_get(r->store, &r->arena, id, &sample, r->err);

	if (status != STATUS_OK)
		return status;
	strbuf_addf(r->out, "sample %" PRId64 " %d %s %s %s:%" PRId64 " %s %" PRId64 " %" PRId64 "/%d %d %d %d %" PRId64 " %" PRId64,
		    sample->id, (int)sample->kind, shown(sample->external_id), shown(sample->language), shown(sample->path),
		    sample->region.start_line, shown(sample->session), sample->turn, sample->produced_at.at_us,
		    (int)sample->produced_at.precision, (int)sample->baseline, (int)sample->status, (int)sample->disposition,
		    sample->batch, r->state_only ? 0 : sample->version);
	add_slice(r->out, sample->code);
	add_slice(r->out, sample->prompt);
	add_slice(r->out, sample->expected);
	strbuf_addch(r->out, '\n');
	add_flags(r->out, sample);
	return read_annotations(r, id);
}

static enum status read_samples(struct reading *r)
{
	const int64_t *ids = NULL;
	struct query query;
	size_t count = 0;
	enum status status = parse(r, "", &query);

	if (status == STATUS_OK)
		status = r->ops->sample_ids(r->store, &r->arena, &query, &ids, &count, r->err);
	for (size_t i = 0; status == STATUS_OK && i < count && i < SAMPLES_MOST; i++)
		status = read_sample(r, ids[i]);
	return status;
}

static void add_incident(const struct reading *r, struct strbuf *out, const struct incident *in)
{
	strbuf_addf(out, "incident %s %" PRId64 " '%s' %d %d\n", in->key, r->state_only ? 0 : in->version, in->title, (int)in->status, (int)in->severity);
	for (size_t i = 0; i < in->cause_count; i++)
		strbuf_addf(out, "cause %s '%s' %zu\n", shown(in->causes[i].code), in->causes[i].statement,
			    in->causes[i].evidence_count);
	for (size_t i = 0; i < in->event_count; i++)
		strbuf_addf(out, "event %" PRId64 " '%s'\n", in->events[i].at.at_us, in->events[i].text);
	for (size_t i = 0; i < in->action_count; i++)
		strbuf_addf(out, "action %d '%s'\n", (int)in->actions[i].status, in->actions[i].text);
	for (size_t i = 0; i < in->section_count; i++)
		strbuf_addf(out, "section %s '%s'\n", in->sections[i].key, in->sections[i].markdown);
}

static enum status read_incidents(struct reading *r)
{
	const struct incident_row *rows = NULL;
	size_t count = 0;
	enum status status = r->ops->incident_list(r->store, &r->arena, &rows, &count, r->err);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const enum member_role *roles = NULL;
		const int64_t *members = NULL;
		struct incident *in = NULL;
		size_t member_count = 0;
		strbuf_addf(r->out, "incident row %s '%s' %zu %zu\n", rows[i].key, rows[i].title, rows[i].member_count,
			    rows[i].cause_count);
		status = r->ops->incident_get(r->store, &r->arena, rows[i].key, &in, r->err);
		if (status == STATUS_OK)
			add_incident(r, r->out, in);
		if (status == STATUS_OK)
			status = r->ops->incident_members(r->store, &r->arena, rows[i].key, &members, &roles, &member_count, r->err);
		for (size_t k = 0; status == STATUS_OK && k < member_count; k++)
			strbuf_addf(r->out, "member %" PRId64 " %d\n", members[k], (int)roles[k]);
	}
	return status;
}

static enum status read_log(struct reading *r)
{
	const struct edit *edits = NULL;
	const struct batch *batches = NULL;
	size_t count = 0;
	enum status status = r->ops->edit_list(r->store, &r->arena, &(struct edit_filter){ 0 }, 0, 100, &edits, &count, r->err);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const struct edit_change *changes = NULL;
		size_t change_count = 0;
		strbuf_addf(r->out, "edit %" PRId64 " %s %d %d %s '%s' %" PRId64 "\n", edits[i].id, edits[i].reviewer,
			    (int)edits[i].kind, (int)edits[i].state, edits[i].verb, edits[i].summary, edits[i].of);
		status = r->ops->edit_changes(r->store, &r->arena, edits[i].id, 100, &changes, &change_count, r->err);
		for (size_t k = 0; status == STATUS_OK && k < change_count; k++)
			strbuf_addf(r->out, "change %s %s %s '%s' '%s'\n", changes[k].table, changes[k].key, changes[k].field,
				    shown(changes[k].before), shown(changes[k].after));
	}
	if (status == STATUS_OK)
		status = r->ops->batch_list(r->store, &r->arena, &batches, &count, r->err);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		strbuf_addf(r->out, "batch %" PRId64 " %s %s %" PRId64 " %" PRId64 " %" PRId64 "\n", batches[i].id,
			    shown(batches[i].source), shown(batches[i].format), batches[i].records, batches[i].imported,
			    batches[i].rejected);
	return status;
}

static enum status read_all(struct reading *r)
{
	static const char *const lists[] = { "", "is:untriaged", "level:error -cause:testing", "return", "note", "text:linter",
					     "model:model-b* path:src/*" };
	enum status status = STATUS_OK;

	for (int sort = 0; sort < SORT_COUNT && status == STATUS_OK; sort++)
		status = read_list(r, lists[(size_t)sort % 3], (enum sort_key)sort, sort % 2);
	for (size_t i = 3; i < sizeof(lists) / sizeof(lists[0]) && status == STATUS_OK; i++)
		status = read_list(r, lists[i], (enum sort_key)0, i % 2);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && status == STATUS_OK; i++)
		status = read_count(r, lists[i]);
	if (status == STATUS_OK)
		status = read_facets(r);
	if (status == STATUS_OK)
		status = read_samples(r);
	if (status == STATUS_OK)
		status = read_incidents(r);
	return status == STATUS_OK && !r->state_only ? read_log(r) : status;
}

enum status store_read(struct store *store, struct strbuf *out, struct error *err)
{
	struct reading reading = { .store = store, .ops = store->ops, .arena = ARENA_INIT, .out = out, .err = err };
	enum status status = read_all(&reading);

	arena_release(&reading.arena);
	return status;
}

enum status store_read_state(struct store *store, struct strbuf *out, struct error *err)
{
	struct reading reading = { .store = store, .ops = store->ops, .arena = ARENA_INIT, .out = out, .err = err,
				   .state_only = true };
	enum status status = read_all(&reading);

	arena_release(&reading.arena);
	return status;
}
