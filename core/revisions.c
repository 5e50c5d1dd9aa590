#include "core/revisions.h"

#include <string.h>

#include "core/base/vec.h"

#define EDITS_PER_PAGE 200
#define CHANGES_MAX 100000

/* A saved text of a section. */
struct saved {
	const char *section, *text; /* NULL: taken out */
};

struct saved_edit {
	struct revision revision;
	struct saved *texts;
	size_t count;
};

struct reading {
	struct store *store;
	struct arena *arena;
	const char *key;
	VEC_OF(struct saved_edit) edits; /* newest first */
};

/* The section of "INC-2026-0001/summary". */
static const char *section_of(const struct reading *reading, const struct edit_change *change)
{
	size_t len = strlen(reading->key);

	if (strcmp(change->table, "incident_section") != 0 || strncmp(change->key, reading->key, len) != 0 || change->key[len] != '/')
		return NULL;
	return change->key + len + 1;
}

static enum status read_edit(struct reading *reading, const struct edit *edit, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	const struct edit_change *changes;
	struct saved_edit saved = { .revision = { .edit = edit->id, .at = edit->at, .undone = edit->state == EDIT_UNDONE } };
	struct strbuf names = STRBUF_INIT;
	size_t count = 0;
	enum status status = reading->store->ops->edit_changes(reading->store, &scratch, edit->id, CHANGES_MAX, &changes, &count, err);

	if (status == STATUS_OK)
		saved.texts = arena_array(reading->arena, count + 1, sizeof(*saved.texts));
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const char *section = section_of(reading, &changes[i]);
		if (!section)
			continue;
		saved.texts[saved.count++] = (struct saved){ arena_strdup(reading->arena, section),
							     arena_strdup(reading->arena, changes[i].after) };
		strbuf_addf(&names, "%s%s", names.len_bytes ? ", " : "", section);
	}
	if (status == STATUS_OK && saved.count) {
		saved.revision.reviewer = arena_strdup(reading->arena, edit->reviewer);
		saved.revision.summary = arena_strdup(reading->arena, edit->summary);
		saved.revision.sections = arena_strdup(reading->arena, names.text);
		vec_push(&reading->edits, saved);
	}
	strbuf_release(&names);
	arena_release(&scratch);
	return status;
}

static enum status read_all(struct reading *reading, struct error *err)
{
	const struct edit_filter filter = { .incident = reading->key };
	enum status status = STATUS_OK;
	int64_t before = 0;
	size_t rows = 1;

	while (status == STATUS_OK && rows) {
		struct arena page = ARENA_INIT;
		const struct edit *edits;
		status = reading->store->ops->edit_list(reading->store, &page, &filter, before, EDITS_PER_PAGE, &edits, &rows, err);
		for (size_t i = 0; status == STATUS_OK && i < rows; i++) {
			before = edits[i].id;
			if (edits[i].kind == EDIT_CHANGE)
				status = read_edit(reading, &edits[i], err);
		}
		arena_release(&page);
	}
	return status;
}

enum status revision_list(struct store *store, struct arena *arena, const char *key, const struct revision **out, size_t *count,
			  struct error *err)
{
	struct reading reading = { .store = store, .arena = arena, .key = key, .edits = VEC_INIT };
	enum status status = read_all(&reading, err);
	struct revision *list = arena_array(arena, reading.edits.len + 1, sizeof(*list));

	for (size_t i = 0; i < reading.edits.len; i++)
		list[i] = reading.edits.items[i].revision;
	*out = list;
	*count = reading.edits.len;
	vec_release(&reading.edits);
	return status;
}

/* The newest text of the section that was saved at or before `from`. */
static const char *text_at(const struct reading *reading, size_t from, const char *section)
{
	for (size_t i = from; i < reading->edits.len; i++) {
		const struct saved_edit *edit = &reading->edits.items[i];
		for (size_t k = 0; k < edit->count && (i == from || !edit->revision.undone); k++)
			if (strcmp(edit->texts[k].section, section) == 0)
				return edit->texts[k].text ? edit->texts[k].text : "";
	}
	return "";
}

enum status revision_get(struct store *store, struct arena *arena, const char *key, int64_t edit, struct incident **out,
			 struct error *err)
{
	struct reading reading = { .store = store, .arena = arena, .key = key, .edits = VEC_INIT };
	size_t count, at = 0;
	const struct section_kind *kinds = section_kinds(&count);
	enum status status = store->ops->incident_get(store, arena, key, out, err);

	if (status == STATUS_OK && edit)
		status = read_all(&reading, err);
	while (at < reading.edits.len && reading.edits.items[at].revision.edit != edit)
		at++;
	if (status == STATUS_OK && edit && at == reading.edits.len)
		status = error_set(err, STATUS_NOT_FOUND, "edit %lld saved no text of %s; aitia incident revisions %s lists those that did",
				   (long long)edit, key, key);
	for (size_t i = 0; i < count && status == STATUS_OK && edit; i++)
		incident_set_section(*out, arena, kinds[i].key, text_at(&reading, at, kinds[i].key));
	vec_release(&reading.edits);
	return status;
}

void revision_text(const struct incident *incident, struct strbuf *out)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	for (size_t i = 0; i < count; i++) {
		const char *text = incident_section(incident, kinds[i].key);
		if (text[0])
			strbuf_addf(out, "%s# %s\n\n%s%s", out->len_bytes ? "\n" : "", kinds[i].title, text,
				    text[strlen(text) - 1] == '\n' ? "" : "\n");
	}
}
