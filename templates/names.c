/* What templates can say: names.def, and the parts of the record by their table of fields. */
#include "core/base/vec.h"
#include "core/incident_table.h"
#include "core/words.h"
#include "templates/template.h"

#define OBJECT "object"
#define LIST "list"
#define TEXT "text"
#define CELL "cell"
#define PROSE "prose"
#define HEADING "heading"
#define BLOCK "block"
#define NUMBER "number"
#define BOOL "bool"

static const struct template_name fixed[] = {
#define NAME(path, type, help) { path, type, help },
#include "templates/names.def"
};

struct naming {
	struct arena *arena;
	VEC_OF(struct template_name) all;
};

static void add(struct naming *n, const char *path, const char *type, const char *help)
{
	vec_push(&n->all, ((struct template_name){ path, type, help }));
}

static void add_field(struct naming *n, const char *part, const struct incident_field *field)
{
	const char *path = arena_printf(n->arena, "%s.%s", part, field->name), *word;

	switch (field->type) {
	case INCIDENT_SAMPLES: /* numbers of the store, which say nothing to readers */
		return;
	case INCIDENT_MARKDOWN:
		add(n, path, BLOCK, field->help);
		add(n, arena_printf(n->arena, "%s_line", path), CELL, "the same in one line");
		return;
	case INCIDENT_TERM:
		add(n, path, TEXT, field->help);
		add(n, arena_printf(n->arena, "%s_is", path), OBJECT, "which word it is");
		for (size_t i = 0; (word = words_at(field->list, i)); i++)
			add(n, arena_printf(n->arena, "%s_is.%s", path, word), BOOL, arena_printf(n->arena, "whether it is %s", word));
		return;
	default:
		add(n, path, strcmp(field->name, "link") == 0 ? CELL : TEXT, field->help);
	}
}

const struct template_name *template_names(struct arena *arena, size_t *count)
{
	struct naming n = { .arena = arena, .all = VEC_INIT };
	struct template_name *all;

	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		vec_push(&n.all, fixed[i]);
	add(&n, "milestones", OBJECT, "when each was reached, for all; nothing where it is not known");
	for (int m = MILESTONE_NONE + 1; m < MILESTONE_COUNT; m++)
		add(&n, arena_printf(arena, "milestones.%s", milestone_word((enum milestone)m)), TEXT, milestone_help((enum milestone)m));
	add(&n, "record", OBJECT, "the parts of the record, field by field");
	for (int k = 0; k < INCIDENT_CHILD_KINDS; k++) {
		const struct incident_kind *kind = incident_kind((enum incident_child)k);
		const char *list = arena_printf(arena, "record.%s", kind->words), *part = arena_printf(arena, "%s[]", list);

		add(&n, list, LIST, kind->help);
		add(&n, part, OBJECT, kind->article);
		add(&n, arena_printf(arena, "%s.number", part), TEXT, arena_printf(arena, "%s1", kind->tag));
		for (size_t f = 0; f < kind->field_count; f++)
			add_field(&n, part, &kind->fields[f]);
	}
	*count = n.all.len;
	all = arena_array(arena, n.all.len, sizeof(*all));
	memcpy(all, n.all.items, n.all.len * sizeof(*all));
	vec_release(&n.all);
	return all;
}
