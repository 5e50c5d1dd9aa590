/* Look-ups over actions.def. */
#include "tui/action.h"

#include <pthread.h>
#include <string.h>

#include "core/base/attr.h"

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
#define BINDINGS_MAX (3 * ACTION_ID_COUNT)

static char names[ACTION_ID_COUNT][NAME_MAX_BYTES];
static struct binding bindings[BINDINGS_MAX];
static size_t binding_count;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

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

/* Names are C identifiers in the list and have dashes everywhere else. */
static void prepare(void)
{
	for (size_t i = 0; i < ACTION_ID_COUNT; i++) {
		size_t len = 0;
		for (const char *c = table[i].name; *c && len + 1 < NAME_MAX_BYTES; c++)
			names[i][len++] = *c == '_' ? '-' : *c;
		table[i].name = names[i];

		const char *keys = table[i].keys;
		char name[KEY_MAX_BYTES];
		struct key key;
		while (next_key(&keys, name))
			if (key_parse(name, &key) && binding_count < BINDINGS_MAX)
				bindings[binding_count++] = (struct binding){ table[i].scope, key, (enum action)i };
	}
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
		[SCOPE_LINES] = "Selecting lines",
		[SCOPE_INCIDENTS] = "Incidents",
		[SCOPE_INCIDENT] = "Incident",
		[SCOPE_PICKER] = "Menus",
		[SCOPE_PROMPT] = "Typing",
		[SCOPE_HELP] = "Help",
		[SCOPE_HISTORY] = "Log of edits",
	};

	return scope < SCOPE_COUNT ? titles[scope] : "";
}

enum action action_find(const enum scope *scopes, size_t count, const struct key *key)
{
	pthread_once(&prepared, prepare);
	for (size_t s = 0; s < count; s++)
		for (size_t i = 0; i < binding_count; i++)
			if (bindings[i].scope == scopes[s] && bindings[i].key.code == key->code &&
			    bindings[i].key.alt == key->alt)
				return bindings[i].action;
	return ACTION_UNBOUND;
}

const char *action_key(enum action action, char out[KEY_MAX_BYTES])
{
	const char *keys = action_info(action)->keys;

	if (!next_key(&keys, out))
		out[0] = '\0';
	return out;
}
