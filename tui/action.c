/* Look-ups over actions.def. */
#include "tui/action.h"

#include <pthread.h>
#include <string.h>

#include "core/base/attr.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/nearest.h"

static struct action_info table[] = {
	[ACTION_UNBOUND] = { "unbound", SCOPE_GLOBAL, "", "", "" },
#define ACTION(name, scope, keys, label, help) [ACTION_ID_##name] = { #name, SCOPE_##scope, keys, label, help },
#include "tui/actions.def"
};

/* Each key of each action, parsed once. */
struct binding {
	enum scope scope;
	struct key key;
	enum action action;
};

#define NAME_MAX_BYTES 24
#define KEY_MAX_BYTES 16

static char names[ACTION_ID_COUNT][NAME_MAX_BYTES];
static char *own_keys[ACTION_ID_COUNT]; /* where they are not those of the table; else NULL */
static VEC_OF(struct binding) bindings;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static const char *const table_keys[] = {
	[ACTION_UNBOUND] = "",
#define ACTION(name, scope, keys, label, help) [ACTION_ID_##name] = keys,
#include "tui/actions.def"
};

/* The first word of *keys into `out`; false at the end. */
static bool next_key(const char **keys, char out[KEY_MAX_BYTES])
{
	*keys += strspn(*keys, " ");
	size_t len = strcspn(*keys, " ");
	if (len == 0 || len >= KEY_MAX_BYTES)
		return false;
	memcpy(out, *keys, len);
	out[len] = '\0';
	*keys += len;
	return true;
}

static void note_bindings(void)
{
	vec_clear(&bindings);
	for (size_t i = 0; i < ACTION_ID_COUNT; i++) {
		const char *keys = table[i].keys;
		char name[KEY_MAX_BYTES];
		struct key key;
		while (next_key(&keys, name))
			if (key_parse(name, &key))
				vec_push(&bindings, ((struct binding){ table[i].scope, key, (enum action)i }));
	}
}

/* Names are C identifiers in the list and have dashes everywhere else. */
static void prepare(void)
{
	for (size_t i = 0; i < ACTION_ID_COUNT; i++) {
		size_t len = 0;
		for (const char *c = table[i].name; *c && len + 1 < NAME_MAX_BYTES; c++)
			names[i][len++] = *c == '_' ? '-' : *c;
		table[i].name = names[i];
	}
	note_bindings();
}

const struct action_info *action_info(enum action action)
{
	pthread_once(&prepared, prepare);
	return &table[action < ACTION_ID_COUNT ? action : ACTION_UNBOUND];
}

const char *scope_title(enum scope scope)
{
	static const char *const titles[SCOPE_COUNT] = {
		[SCOPE_GLOBAL] = "Everywhere",
		[SCOPE_LIST] = "Lists",
		[SCOPE_JUDGING] = "Sample at hand",
		[SCOPE_QUEUE] = "Queue",
		[SCOPE_SAMPLE] = "Sample",
		[SCOPE_FINDING] = "Searching in a sample",
		[SCOPE_LINES] = "Selecting lines",
		[SCOPE_SIMILAR] = "What is like a sample",
		[SCOPE_GROUPS] = "Groups of alike samples",
		[SCOPE_INCIDENTS] = "Incidents",
		[SCOPE_INCIDENT] = "Incident",
		[SCOPE_PICKER] = "Menus",
		[SCOPE_PROMPT] = "Typing",
		[SCOPE_HELP] = "Help",
		[SCOPE_HISTORY] = "Log of edits",
		[SCOPE_REVISIONS] = "Revisions",
		[SCOPE_REFUSED] = "Pages edited by hand",
		[SCOPE_INSIGHTS] = "Insights",
		[SCOPE_CONSOLE] = "Console",
		[SCOPE_VIEWS] = "Views",
	};

	return scope < SCOPE_COUNT ? titles[scope] : "";
}

enum action action_find(const enum scope *scopes, size_t count, const struct key *key)
{
	pthread_once(&prepared, prepare);
	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < bindings.len; i++)
			if (bindings.items[i].scope == scopes[s] && bindings.items[i].key.code == key->code &&
			    bindings.items[i].key.alt == key->alt)
				return bindings.items[i].action;
	return ACTION_UNBOUND;
}

bool action_has_alt(uint32_t code)
{
	pthread_once(&prepared, prepare);
	for (size_t i = 0; i < bindings.len; i++)
		if (bindings.items[i].key.alt && bindings.items[i].key.code == code)
			return true;
	return false;
}

const char *action_key(enum action action, char out[KEY_MAX_BYTES])
{
	const char *keys = action_info(action)->keys;

	if (!next_key(&keys, out))
		out[0] = '\0';
	return out;
}

/* ---- keys of one's own ----------------------------------------------------------------- */

enum action action_by_name(const char *name, const char **nearest)
{
	const char *all[ACTION_ID_COUNT] = { NULL };

	pthread_once(&prepared, prepare);
	for (size_t i = 1; i < ACTION_ID_COUNT; i++) {
		if (strcmp(table[i].name, name) == 0)
			return (enum action)i;
		all[i] = table[i].name;
	}
	if (nearest)
		*nearest = nearest_word(all, ACTION_ID_COUNT, name);
	return ACTION_UNBOUND;
}

static void set_keys(enum action action, char *keys)
{
	free(own_keys[action]);
	own_keys[action] = keys;
	table[action].keys = keys ? keys : table_keys[action];
}

/* What is left of the keys of `action` without those of `taken`. */
static void lose_keys(enum action action, const char *taken)
{
	const char *keys = table[action].keys;
	struct strbuf left = STRBUF_INIT;
	char name[KEY_MAX_BYTES], other[KEY_MAX_BYTES];
	bool loses = false;

	while (next_key(&keys, name)) {
		const char *all = taken;
		bool is_taken = false;
		while (next_key(&all, other))
			is_taken |= strcmp(name, other) == 0;
		if (!is_taken)
			strbuf_addf(&left, "%s%s", left.len_bytes ? " " : "", name);
		loses |= is_taken;
	}
	if (loses)
		set_keys(action, mem_strdup(left.text));
	strbuf_release(&left);
}

static void give_keys(enum action action, const char *keys)
{
	for (size_t i = 1; i < ACTION_ID_COUNT; i++)
		if (i != (size_t)action && table[i].scope == table[action].scope)
			lose_keys((enum action)i, keys);
	set_keys(action, mem_strdup(keys));
	note_bindings();
}

/* Where text is typed, or a menu's rows have letters, a letter is no command. */
static bool takes_letters(enum scope scope)
{
	return scope == SCOPE_PROMPT || scope == SCOPE_PICKER || scope == SCOPE_HELP || scope == SCOPE_VIEWS;
}

static enum status check_keys(enum action action, const char *keys, struct error *err)
{
	const char *rest = keys;
	char name[KEY_MAX_BYTES];
	struct key key;

	rest += strspn(rest, " ");
	while (*rest) {
		const char *word = rest;
		size_t len = strcspn(word, " ");
		if (!next_key(&rest, name) || !key_parse(name, &key))
			return error_set(err, STATUS_INPUT, "'%.*s' is no key (keys are written j, ^R, Enter, Space, M-x, F5)",
					 len > 40 ? 40 : (int)len, word);
		if (takes_letters(table[action].scope) && !key.alt && key.code > ' ' && key.code < KEY_NAMED_FIRST &&
		    key.code != INPUT_BACKSPACE)
			return error_set(err, STATUS_INPUT, "'%s' is typed there, it cannot be %s", name, table[action].name);
		rest += strspn(rest, " ");
	}
	return STATUS_OK;
}

/* What must not be left without a key: the ways out. */
static const enum action needed[] = { ACTION_ID_quit, ACTION_ID_back, ACTION_ID_pick, ACTION_ID_pick_cancel,
				      ACTION_ID_prompt_accept, ACTION_ID_prompt_cancel, ACTION_ID_help_close };

enum status action_bind(enum action action, const char *keys, struct error *err)
{
	char name[KEY_MAX_BYTES];
	enum status status;

	pthread_once(&prepared, prepare);
	status = check_keys(action, keys, err);
	if (status != STATUS_OK)
		return status;
	give_keys(action, keys);
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (!action_key(needed[i], name)[0])
			return error_set(err, STATUS_INPUT, "%s would be left without a key", table[needed[i]].name);
	return STATUS_OK;
}

static const struct {
	const char *preset;
	enum action action;
	const char *keys;
} presets[] = {
#define PRESET_KEYS(preset, action, keys) { #preset, ACTION_ID_##action, keys },
#include "tui/presets.def"
};

bool action_preset(const char *name)
{
	bool found = strcmp(name, "default") == 0;

	pthread_once(&prepared, prepare);
	for (size_t i = 0; i < ARRAY_LEN(presets); i++)
		if (strcmp(presets[i].preset, name) == 0) {
			give_keys(presets[i].action, presets[i].keys);
			found = true;
		}
	return found;
}

const char *action_preset_name(size_t index)
{
	if (index == 0)
		return "default";
	for (size_t i = 0; i < ARRAY_LEN(presets); i++)
		if ((i == 0 || strcmp(presets[i].preset, presets[i - 1].preset) != 0) && --index == 0)
			return presets[i].preset;
	return NULL;
}

void action_reset(void)
{
	pthread_once(&prepared, prepare);
	for (size_t i = 0; i < ACTION_ID_COUNT; i++)
		set_keys((enum action)i, NULL);
	note_bindings();
}
