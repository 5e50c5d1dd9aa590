#include "core/revisions.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/diff.h"

#define EDITS_PER_PAGE 200
#define CHANGES_MAX 100000
#define MERGE "merge"

/* A section that an edit changed. NULL: there was none. */
struct saved {
	const char *section, *before, *after;
};

struct saved_edit {
	struct revision revision;
	struct saved *texts;
	size_t count;
};

/* An undo or redo. */
struct move {
	int64_t id, of;
	bool back;
};

struct reading {
	struct store *store;
	struct arena *arena;
	const char *key;
	VEC_OF(struct saved_edit) edits; /* newest first */
	VEC_OF(struct move) moves;
};

/* The section of "INC-2026-0001/summary". */
static const char *section_of(const struct reading *reading, const struct edit_change *change)
{
	size_t len = strlen(reading->key);

	if (strcmp(change->table, "incident_section") != 0 || strncmp(change->key, reading->key, len) != 0 || change->key[len] != '/')
		return NULL;
	return change->key + len + 1;
}

struct text_lines {
	VEC_OF(struct slice) of[2];
};

static bool same_line(const void *context, size_t old_at, size_t new_at)
{
	const struct text_lines *lines = context;

	return slice_eq(lines->of[0].items[old_at], lines->of[1].items[new_at]);
}

static void count_lines(struct revision *revision, const struct saved *saved)
{
	struct text_lines lines = { { VEC_INIT, VEC_INIT } };
	struct diff diff = { VEC_INIT };

	for (size_t i = 0; i < 2; i++) {
		struct slice text = slice_of(i ? saved->after : saved->before), line;
		while (slice_next_line(&text, &line))
			vec_push(&lines.of[i], line);
	}
	diff_make(&diff, lines.of[0].len, lines.of[1].len, same_line, &lines);
	for (size_t i = 0; i < diff.pieces.len; i++) {
		revision->added += diff.pieces.items[i].kind == DIFF_ADDED ? diff.pieces.items[i].count : 0;
		revision->removed += diff.pieces.items[i].kind == DIFF_REMOVED ? diff.pieces.items[i].count : 0;
	}
	diff_release(&diff);
	vec_release(&lines.of[0]);
	vec_release(&lines.of[1]);
}

static enum status read_edit(struct reading *reading, const struct edit *edit, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	const struct edit_change *changes;
	struct saved_edit saved = { .revision = { .edit = edit->id, .at = edit->at, .undone = edit->state == EDIT_UNDONE } };
	struct strbuf names = STRBUF_INIT;
	size_t count = 0;
	enum status status = reading->store->ops->edit_changes(reading->store, &scratch, edit->id, CHANGES_MAX, &changes, &count, err);

	if (status == STATUS_OK && count >= CHANGES_MAX)
		status = error_set(err, STATUS_REFUSED, "edit %lld changed too much to tell which texts of %s it saved",
				   (long long)edit->id, reading->key);
	if (status == STATUS_OK)
		saved.texts = arena_array(reading->arena, count + 1, sizeof(*saved.texts));
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const char *section = section_of(reading, &changes[i]);
		if (!section)
			continue;
		saved.texts[saved.count++] = (struct saved){ arena_strdup(reading->arena, section),
							     arena_strdup(reading->arena, changes[i].before),
							     arena_strdup(reading->arena, changes[i].after) };
		count_lines(&saved.revision, &saved.texts[saved.count - 1]);
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

static enum status read_entry(struct reading *reading, const struct edit *edit, struct error *err)
{
	if (edit->kind == EDIT_UNDO || edit->kind == EDIT_REDO)
		vec_push(&reading->moves, ((struct move){ edit->id, edit->of, edit->kind == EDIT_UNDO }));
	return edit->kind == EDIT_CHANGE ? read_edit(reading, edit, err) : STATUS_OK;
}

/* Those which a merge brought have no changes of their own: what they did here, the merge did. */
static enum status read_filtered(struct reading *reading, const struct edit_filter *filter, struct error *err)
{
	enum status status = STATUS_OK;
	int64_t before = 0;
	size_t rows = 1;

	while (status == STATUS_OK && rows) {
		struct arena page = ARENA_INIT;
		const struct edit *edits;
		status = reading->store->ops->edit_list(reading->store, &page, filter, before, EDITS_PER_PAGE, &edits, &rows, err);
		for (size_t i = 0; status == STATUS_OK && i < rows; i++) {
			before = edits[i].id;
			/* Merges, undos and redos are read by their verbs, once. */
			bool by_verb = filter->incident && (edits[i].kind != EDIT_CHANGE || strcmp(edits[i].verb, MERGE) == 0);
			if (!edits[i].merge && !by_verb)
				status = read_entry(reading, &edits[i], err);
		}
		arena_release(&page);
	}
	return status;
}

static int newest_first(const void *a, const void *b)
{
	int64_t left = ((const struct saved_edit *)a)->revision.edit, right = ((const struct saved_edit *)b)->revision.edit;

	return (left < right) - (left > right);
}

static int newest_move_first(const void *a, const void *b)
{
	int64_t left = ((const struct move *)a)->id, right = ((const struct move *)b)->id;

	return (left < right) - (left > right);
}

/* The log names merges, and what took those back, by their verbs alone, not by incident. */
static enum status read_all(struct reading *reading, struct error *err)
{
	const struct edit_filter filters[] = { { .incident = reading->key }, { .verb = MERGE }, { .verb = "undo" }, { .verb = "redo" } };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < ARRAY_LEN(filters) && status == STATUS_OK; i++)
		status = read_filtered(reading, &filters[i], err);
	if (reading->edits.len)
		qsort(reading->edits.items, reading->edits.len, sizeof(*reading->edits.items), newest_first);
	if (reading->moves.len)
		qsort(reading->moves.items, reading->moves.len, sizeof(*reading->moves.items), newest_move_first);
	return status;
}

static void release(struct reading *reading)
{
	vec_release(&reading->edits);
	vec_release(&reading->moves);
}

enum status revision_list(struct store *store, struct arena *arena, const char *key, const struct revision **out, size_t *count,
			  struct error *err)
{
	struct reading reading = { .store = store, .arena = arena, .key = key, .edits = VEC_INIT, .moves = VEC_INIT };
	enum status status = read_all(&reading, err);
	struct revision *list = arena_array(arena, reading.edits.len + 1, sizeof(*list));

	for (size_t i = 0; i < reading.edits.len; i++)
		list[i] = reading.edits.items[i].revision;
	*out = list;
	*count = reading.edits.len;
	release(&reading);
	return status;
}

static const struct saved_edit *find(const struct reading *reading, int64_t edit)
{
	for (size_t i = 0; i < reading->edits.len; i++)
		if (reading->edits.items[i].revision.edit == edit)
			return &reading->edits.items[i];
	return NULL;
}

/* Its sections become what they were before it, or (`forth`) behind it. What does not lead to the text at hand was
 * changed past the log: then nobody knows. */
static enum status take_back(const struct reading *reading, const struct saved_edit *edit, bool forth, int64_t entry,
			     struct incident *incident, struct error *err)
{
	for (size_t i = 0; i < edit->count; i++) {
		const struct saved *text = &edit->texts[i];
		const char *left = forth ? text->before : text->after, *found = forth ? text->after : text->before;
		if (strcmp(incident_section(incident, text->section), left ? left : "") != 0)
			return error_set(err, STATUS_REFUSED, "the log does not tell the %s of %s before edit %lld, which left another text than there is",
					 text->section, reading->key, (long long)entry);
		incident_set_section(incident, reading->arena, text->section, found ? found : "");
	}
	return STATUS_OK;
}

/* From the text of now back to that behind the edit. */
static enum status go_back(const struct reading *reading, int64_t edit, struct incident *incident, struct error *err)
{
	enum status status = STATUS_OK;
	size_t e = 0, m = 0;

	while (status == STATUS_OK) {
		const struct saved_edit *saved = e < reading->edits.len ? &reading->edits.items[e] : NULL;
		const struct move *move = m < reading->moves.len ? &reading->moves.items[m] : NULL;
		bool moved = move && (!saved || move->id > saved->revision.edit);
		int64_t id = moved ? move->id : saved ? saved->revision.edit : 0;
		if (id <= edit)
			break;
		if (moved) {
			saved = find(reading, move->of);
			m++;
		} else {
			e++;
		}
		if (saved)
			status = take_back(reading, saved, moved && move->back, id, incident, err);
	}
	return status;
}

enum status revision_get(struct store *store, struct arena *arena, const char *key, int64_t edit, struct incident **out,
			 struct error *err)
{
	struct reading reading = { .store = store, .arena = arena, .key = key, .edits = VEC_INIT, .moves = VEC_INIT };
	enum status status = store->ops->incident_get(store, arena, key, out, err);

	if (status == STATUS_OK && edit)
		status = read_all(&reading, err);
	if (status == STATUS_OK && edit && !find(&reading, edit))
		status = error_set(err, STATUS_NOT_FOUND, "edit %lld saved no text of %s; aitia incident revisions %s lists those that did",
				   (long long)edit, key, key);
	if (status == STATUS_OK && edit)
		status = go_back(&reading, edit, *out, err);
	release(&reading);
	return status;
}

enum status revision_restore(struct store *store, struct arena *arena, const char *reviewer, const char *key, int64_t edit,
			     const char *section, int64_t *edit_out, struct error *err)
{
	struct incident *then, *put;
	const char *key_out, *what = arena_printf(arena, "%s as of edit %lld", section ? section : "sections", (long long)edit);
	enum status status = STATUS_OK;

	if (section && !section_kind_find(section))
		return error_set(err, STATUS_USAGE, "there is no section '%s'", section);
	status = revision_get(store, arena, key, edit, &then, err);
	put = then;
	if (status == STATUS_OK && section)
		status = store->ops->incident_get(store, arena, key, &put, err);
	if (status == STATUS_OK && section)
		incident_set_section(put, arena, section, incident_section(then, section));
	return status == STATUS_OK ? store->ops->incident_put(store, arena, reviewer, put, what, &key_out, edit_out, err) : status;
}

bool revision_changes(const struct revision *revision, const char *section)
{
	const char *at = revision->sections;
	size_t len = section ? strlen(section) : 0;

	for (; section && at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
		if (strncmp(at, section, len) == 0 && (at[len] == ',' || !at[len]))
			return true;
	return !section;
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
