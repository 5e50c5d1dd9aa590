/* "members" of the apply document: samples by fingerprint and by query. */
#include <string.h>

#include "core/document_read.h"

struct member_list {
	struct document_member *items;
	size_t len, capacity;
};

static enum status add_query(struct document_reader *reader, const char *text, enum member_role role,
			     struct member_list *list)
{
	struct query query;
	struct error reason;
	const int64_t *ids;
	size_t count, mark = document_enter(reader, "query");
	enum status status;

	if (query_parse(reader->arena, text, reader->reviewer, &query, &reason) != STATUS_OK) {
		document_fail(reader, "%s", reason.text);
		document_leave(reader, mark);
		return STATUS_INPUT;
	}
	status = reader->store->ops->sample_ids(reader->store, reader->arena, &query, &ids, &count, reader->err);
	if (status != STATUS_OK)
		return error_wrap(reader->err, status, "%s", reader->pointer.text);
	for (size_t i = 0; i < count; i++) {
		struct document_member member = { ids[i], role, false };
		vec_push(list, member);
	}
	document_leave(reader, mark);
	return STATUS_OK;
}

static enum status read_member(struct document_reader *reader, const struct json *value, struct member_list *list)
{
	static const char *const names[] = { "sample", "query", "role" };
	const struct json *found[ARRAY_LEN(names)];
	struct document_member member = { 0, MEMBER_CORE, true };
	const char *query = NULL;
	size_t role = MEMBER_CORE;
	enum status status = document_names(reader, value, names, ARRAY_LEN(names), found);

	if (status == STATUS_OK)
		status = document_word(reader, found[2], "role", "member_role", &role);
	if (status == STATUS_OK)
		status = document_text(reader, found[1], "query", &query);
	if (status != STATUS_OK)
		return status;
	if (!found[0] == !found[1])
		return document_fail(reader, "must have either a 'sample' or a 'query'");
	if (query)
		return add_query(reader, query, (enum member_role)role, list);
	member.role = (enum member_role)role;
	status = document_sample(reader, found[0], "sample", &member.sample);
	if (status == STATUS_OK)
		vec_push(list, member);
	return status;
}

/* By id; of one sample the named one last, so that it wins. */
static int compare_members(const void *left, const void *right)
{
	const struct document_member *a = left, *b = right;

	if (a->sample != b->sample)
		return a->sample < b->sample ? -1 : 1;
	if (a->named != b->named)
		return a->named ? 1 : -1;
	return (int)b->role - (int)a->role; /* core before likely before control */
}

enum status document_read_members(struct document_reader *reader, const struct json *value,
				  struct document_incident *out)
{
	struct member_list list = VEC_INIT;
	enum status status = STATUS_OK;
	size_t mark, index = 0;

	if (!value || json_is(value, JSON_NULL))
		return STATUS_OK;
	mark = document_enter(reader, "members");
	if (!json_is(value, JSON_ARRAY))
		document_fail(reader, "must be an array");
	for (const struct json *item = json_is(value, JSON_ARRAY) ? value->first : NULL; item && status == STATUS_OK; item = item->next) {
		size_t item_mark = document_enter_index(reader, index++);
		status = document_go_on(read_member(reader, item, &list));
		document_leave(reader, item_mark);
	}
	document_leave(reader, mark);
	if (status == STATUS_OK) {
		if (list.len > 1)
			qsort(list.items, list.len, sizeof(*list.items), compare_members);
		out->members = arena_array(reader->arena, list.len, sizeof(*out->members));
		for (size_t i = 0; i < list.len; i++)
			if (i + 1 == list.len || list.items[i].sample != list.items[i + 1].sample)
				out->members[out->member_count++] = list.items[i];
	}
	vec_release(&list);
	return status;
}
