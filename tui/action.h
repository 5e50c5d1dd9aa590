/*
 * Actions: everything a person can do on a screen, in one table (actions.def).
 * Dispatch, keymap, footer, help, the command palette and the key reference in
 * docs/ are all made from it.
 */
#ifndef AITIA_TUI_ACTION_H
#define AITIA_TUI_ACTION_H

#include <stddef.h>

#include "core/base/status.h"
#include "tui/key.h"

/* Where an action applies. A screen has one scope; SCOPE_GLOBAL applies
 * everywhere that a text is not being typed, SCOPE_LIST wherever there is a list. */
enum scope {
	SCOPE_GLOBAL,
	SCOPE_LIST,
	SCOPE_JUDGING,   /* wherever a sample is at hand: queue and sample screen */
	SCOPE_QUEUE,
	SCOPE_SAMPLE,
	SCOPE_FINDING,   /* a search in a sample is on */
	SCOPE_LINES,     /* lines of a sample are being selected */
	SCOPE_SIMILAR,   /* what is like a sample */
	SCOPE_GROUPS,    /* groups of alike samples */
	SCOPE_INCIDENTS,
	SCOPE_INCIDENT,
	SCOPE_PICKER,    /* cause and symptom pickers, menus */
	SCOPE_PROMPT,    /* a line being typed */
	SCOPE_HELP,
	SCOPE_HISTORY,
	SCOPE_REVISIONS,
	SCOPE_REFUSED,   /* pages that an export left alone */
	SCOPE_INSIGHTS,
	SCOPE_CONSOLE,
	SCOPE_VIEWS,     /* the menu of views */
	SCOPE_COUNT
};

enum action {
	ACTION_UNBOUND, /* the key is handed to the screen as it is */
#define ACTION(name, scope, keys, label, help) ACTION_ID_##name,
#include "tui/actions.def"
	ACTION_ID_COUNT
};

struct action_info {
	const char *name;  /* "mark-toggle" */
	enum scope scope;
	const char *keys;  /* "j Down": blank-separated names */
	const char *label; /* one or two words for the footer, "" = not shown there */
	const char *help;  /* a sentence */
};

const struct action_info *action_info(enum action action);
const char *scope_title(enum scope scope); /* "Queue" */
/* The action that `key` means where these scopes apply; earlier scopes win. */
enum action action_find(const enum scope *scopes, size_t count, const struct key *key);
/* Its first key, as shown in the footer; "" if it has none. */
const char *action_key(enum action action, char out[16]);

/* Whether Alt with this character is a key of any action: only then is an escape character
 * right before it taken for Alt, and not for Escape. */
bool action_has_alt(uint32_t code);

/*
 * Keys of one's own, before the workbench is opened. Whatever names keys (help, footer,
 * palette) shows them from then on.
 */
/* "mark-all"; ACTION_UNBOUND: there is none of that name. *nearest: the closest, or NULL. */
enum action action_by_name(const char *name, const char **nearest);
/* These keys, blank-separated, and no others; "": none. Other actions of its scope lose
 * them. STATUS_INPUT: one is no key; or typing, or leaving a menu, would be impossible. */
enum status action_bind(enum action action, const char *keys, struct error *err) MUST_CHECK;
/* A set of keys (presets.def) by its name, "default" for none; false: there is none. */
bool action_preset(const char *name);
const char *action_preset_name(size_t index); /* NULL behind the last */
void action_reset(void); /* as they were in the beginning */

#endif
