/*
 * Whether a template fits the data, whatever an incident holds: each name is looked up as
 * the engine would look it up, but in the table of names, so that what stands in a section
 * that today is empty is checked too.
 *
 * A scope is what names are looked up in: the path of an object of the table ("timeline[]"),
 * innermost first, as the engine's frames are.
 */
#include <string.h>

#include "core/base/digest.h"
#include "core/base/vec.h"
#include "core/nearest.h"
#include "templates/template.h"

#define NEARBY_MAX 2000
#define STEPS_MAX 200000 /* parts that name others twice double at every level */

struct scope {
	const char *path;   /* "": the data itself */
	const struct scope *outer;
};

/* Parts that are open around a node, so that none holds itself. */
struct opened {
	const char *name;
	const struct opened *outer;
};

struct checking {
	struct arena *arena;
	const struct page_template *page_template;
	const struct template_name *names; /* by path */
	size_t name_count, faults, steps;
	bool with_record;
	void (*found)(void *context, const char *fault);
	void *context;
};

static void check_text(struct checking *c, const char *name, struct slice text, const struct scope *scope,
		       const struct opened *opened);

static void tell(struct checking *c, const char *template, const struct mustache_node *node, const char *reason)
{
	int len = node->text.len_bytes > 80 ? 80 : (int)node->text.len_bytes;

	c->faults++;
	if (c->found)
		c->found(c->context, arena_printf(c->arena, "%s:%d: \"%.*s\" %s", template, node->line, len, node->text.at, reason));
}

/* ---- names -------------------------------------------------------------------------------- */

static const struct template_name *entry_at(const struct checking *c, const char *path)
{
	size_t low = 0, high = c->name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(c->names[middle].path, path);
		if (order == 0)
			return &c->names[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct template_name *)a)->path, ((const struct template_name *)b)->path);
}

static void sort_names(struct checking *c)
{
	const struct template_name *all = template_names(c->arena, &c->name_count);
	struct template_name *sorted = arena_array(c->arena, c->name_count, sizeof(*sorted));

	memcpy(sorted, all, c->name_count * sizeof(*sorted));
	qsort(sorted, c->name_count, sizeof(*sorted), compare_paths);
	c->names = sorted;
}

static const char *member_path(struct checking *c, const char *of, const char *name)
{
	return of[0] ? arena_printf(c->arena, "%s.%s", of, name) : name;
}

static const struct template_name *look_up(struct checking *c, struct slice name, const struct scope *scope)
{
	const char *whole = arena_text(c->arena, name);
	const char *first = arena_text(c->arena, (struct slice){ name.at, strcspn(whole, ".") });

	if (strcmp(whole, ".") == 0)
		return entry_at(c, scope->path);
	for (const struct scope *s = scope; s; s = s->outer)
		if (entry_at(c, member_path(c, s->path, first)))
			return entry_at(c, member_path(c, s->path, whole));
	return NULL;
}

/* The closest of all names that could stand there; NULL: none is near. */
static const char *nearby(struct checking *c, struct slice name, const struct scope *scope)
{
	const char **words = arena_array(c->arena, NEARBY_MAX, sizeof(*words));
	size_t count = 0;

	for (const struct scope *s = scope; s; s = s->outer) {
		size_t len = strlen(s->path);
		for (size_t i = 0; i < c->name_count && count < NEARBY_MAX; i++) {
			const char *path = c->names[i].path;
			if (len && (strncmp(path, s->path, len) != 0 || path[len] != '.'))
				continue;
			path += len ? len + 1 : 0;
			if (!strchr(path, '['))
				words[count++] = path;
		}
	}
	return nearest_word(words, count, arena_text(c->arena, name));
}

static void tell_unknown(struct checking *c, const char *template, const struct mustache_node *node, const struct scope *scope)
{
	const char *near = nearby(c, node->text, scope);

	if (near)
		tell(c, template, node, arena_printf(c->arena, "is not in the data: did you mean \"%s\"?", near));
	else
		tell(c, template, node, "is not in the data; aitia template names lists what is");
}

/* ---- tags ----------------------------------------------------------------------------------- */

static bool is_type(const struct template_name *entry, const char *type)
{
	return strcmp(entry->type, type) == 0;
}

static bool is_block(const struct mustache_node *node)
{
	return node->type == MUSTACHE_SECTION || node->type == MUSTACHE_INVERTED;
}

static const char *variable_fault(struct checking *c, const struct template_name *entry, const struct mustache_node *node)
{
	static const struct { const char *type; enum value_place place; } places[] = {
		{ "prose", VALUE_PROSE }, { "cell", VALUE_CELL }, { "heading", VALUE_HEADING }, { "block", VALUE_BLOCK },
	};

	if (is_type(entry, "text") && node->type == MUSTACHE_UNESCAPED)
		return arena_printf(c->arena, "is text and cannot be inserted unescaped: write {{%s}}", arena_text(c->arena, node->text));
	if (is_type(entry, "list") || is_type(entry, "object") || is_type(entry, "bool"))
		return arena_printf(c->arena, "is %s %s and cannot be shown: write {{#%s}}", entry->type[0] == 'o' ? "an" : "a",
				    entry->type, arena_text(c->arena, node->text));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (is_type(entry, places[i].type))
			return template_misfit(places[i].place, node->place, node->whole);
	return NULL;
}

static const char *nearest_part(struct checking *c, struct slice name)
{
	size_t count, own = c->page_template->part_count;
	const struct page_template *shared = template_builtins(c->arena, true, &count);
	const char **words = arena_array(c->arena, own + count, sizeof(*words));

	for (size_t i = 0; i < own; i++)
		words[i] = c->page_template->parts[i].name;
	for (size_t i = 0; i < count; i++)
		words[own + i] = shared[i].name;
	return nearest_word(words, own + count, arena_text(c->arena, name));
}

static void check_part(struct checking *c, const char *template, const struct mustache_node *node, const struct scope *scope,
		       const struct opened *opened)
{
	const char *name = arena_text(c->arena, node->text);
	const struct opened inner = { name, opened };
	struct slice text;

	for (const struct opened *o = opened; o; o = o->outer)
		if (strcmp(o->name, name) == 0) {
			tell(c, template, node, "is a part within itself");
			return;
		}
	if (!template_part(c->page_template, node->text, &text)) {
		const char *near = nearest_part(c, node->text);
		tell(c, template, node, near ? arena_printf(c->arena, "is no part that exists: did you mean \"%s\"?", near) :
						"is no part that exists");
	} else if (node->place != MUSTACHE_PROSE || !node->whole)
		tell(c, template, node, "is a part: it needs a line of its own, with nothing before or behind it");
	else
		check_text(c, name, text, scope, &inner);
}

static void check_nodes(struct checking *c, const struct mustache_template *t, size_t from, size_t to,
			const struct scope *scope, const struct opened *opened)
{
	for (size_t at = from; at < to; at++) {
		const struct mustache_node *node = &t->nodes[at];
		const struct template_name *entry;
		const char *fault = NULL;

		if (node->type == MUSTACHE_TEXT || c->steps > STEPS_MAX)
			continue;
		if (++c->steps > STEPS_MAX) {
			tell(c, t->name, node, "is where the check was stopped: parts name parts without end");
			return;
		}
		if (node->type == MUSTACHE_PARTIAL) {
			check_part(c, t->name, node, scope, opened);
			continue;
		}
		entry = look_up(c, node->text, scope);
		if (!entry) {
			tell_unknown(c, t->name, node, scope);
			if (is_block(node)) /* what it holds would be unknown as well: one fault is enough */
				at = node->end - 1;
			continue;
		}
		c->with_record |= strncmp(entry->path, "record", 6) == 0;
		if (is_block(node)) {
			bool enters = node->type == MUSTACHE_SECTION;
			const struct scope inner = {
				!enters ? "" : is_type(entry, "list") ? arena_printf(c->arena, "%s[]", entry->path) : entry->path, scope,
			};

			check_nodes(c, t, at + 1, node->end, enters ? &inner : scope, opened);
			at = node->end - 1;
			continue;
		}
		fault = variable_fault(c, entry, node);
		if (fault)
			tell(c, t->name, node, fault);
	}
}

static void check_text(struct checking *c, const char *name, struct slice text, const struct scope *scope,
		       const struct opened *opened)
{
	struct mustache_template template;
	struct error err;

	if (mustache_parse(c->arena, name, text, &template, &err) == STATUS_OK) {
		check_nodes(c, &template, 0, template.count, scope, opened);
		return;
	}
	c->faults++;
	if (c->found)
		c->found(c->context, arena_strdup(c->arena, err.text));
}

size_t template_check(struct arena *arena, const struct page_template *page_template, bool *with_record,
		      void (*found)(void *context, const char *fault), void *context)
{
	struct checking c = { .arena = arena, .page_template = page_template, .found = found, .context = context };
	const struct scope root = { "", NULL };

	sort_names(&c);
	check_text(&c, page_template->name, page_template->text, &root, NULL);
	if (with_record)
		*with_record = c.with_record;
	return c.faults;
}

/* ---- the one that was checked last ------------------------------------------------------------------ */

static struct digest digest_of_template(const struct page_template *page_template)
{
	struct digest_builder *builder = digest_begin();

	digest_field(builder, slice_of(page_template->name));
	digest_field(builder, page_template->text);
	for (size_t i = 0; i < page_template->part_count; i++) {
		digest_field(builder, slice_of(page_template->parts[i].name));
		digest_field(builder, page_template->parts[i].text);
	}
	return digest_end(builder);
}

size_t template_check_again(struct arena *arena, const struct page_template *page_template, bool *with_record,
			    void (*found)(void *context, const char *fault), void *context)
{
	static _Thread_local struct {
		struct digest digest;
		bool is_set, with_record;
	} last; /* without faults */
	struct digest digest = digest_of_template(page_template);
	size_t faults;

	if (last.is_set && memcmp(digest.bytes, last.digest.bytes, DIGEST_BYTES) == 0) {
		*with_record = last.with_record;
		return 0;
	}
	faults = template_check(arena, page_template, with_record, found, context);
	if (faults == 0) {
		last.digest = digest;
		last.with_record = *with_record;
		last.is_set = true;
	}
	return faults;
}
