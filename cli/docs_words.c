/* docs/keys.md, docs/terms.md, docs/query.md */
#include "cli/choices.h"
#include "cli/docs.h"
#include "core/codebook.h"
#include "core/incident.h"
#include "core/query.h"
#include "core/terms.h"
#include "tui/action.h"

static void add_origin(struct strbuf *out, const char *heading, const char *kind)
{
	strbuf_addf(out, "# %s\n\nMade by `aitia docs %s` from the program's tables; do not edit.\n", heading, kind);
}

/* ---- keys ------------------------------------------------------------------------ */

/* "j Down" as "`j`, `Down`"; a key that is a backquote needs two around it. */
static void add_keys(struct strbuf *out, const char *keys)
{
	bool first = true;
	while (*keys) {
		size_t len = strcspn(keys, " ");
		strbuf_addf(out, "%s`%.*s`", first ? "" : ", ", (int)len, keys);
		first = false;
		keys += len;
		keys += *keys == ' ';
	}
}

void docs_keys(struct arena *arena, struct strbuf *out)
{
	(void)arena;
	add_origin(out, "Keys of the workbench", "keys");
	strbuf_addstr(out, "\n`^R` is Ctrl-R, `S-Tab` is Shift-Tab. On every screen `?` shows the keys that apply there.\n");
	for (int scope = 0; scope < SCOPE_COUNT; scope++) {
		bool begun = false;
		for (int id = ACTION_UNBOUND + 1; id < ACTION_ID_COUNT; id++) {
			const struct action_info *info = action_info((enum action)id);
			if (info->scope != (enum scope)scope)
				continue;
			if (!begun)
				strbuf_addf(out, "\n## %s\n\n", scope_title((enum scope)scope));
			begun = true;
			strbuf_addstr(out, "- ");
			add_keys(out, info->keys);
			strbuf_addf(out, ": %s (*%s*)\n", info->help, info->name);
		}
	}
}

/* ---- terms ----------------------------------------------------------------------- */

static void add_codes(struct arena *arena, struct strbuf *out, const char *heading, const char *list)
{
	const struct choice *all = choices(arena, list);
	strbuf_addf(out, "\n## %s\n\n", heading);
	for (; all->word; all++)
		strbuf_addf(out, "- `%s`: %s\n", all->word, all->help);
}

void docs_terms(struct arena *arena, struct strbuf *out)
{
	const char *name;

	add_origin(out, "Words", "terms");
	strbuf_addstr(out, "\nThe closed vocabularies, as they stand on the command line, in queries and in documents; then the "
			   "codebook that\na new store starts with, the fields of imported records, and the sections of a "
			   "postmortem.\n");
	for (size_t list = 0; (name = terms_list_name(list)); list++) {
		strbuf_addf(out, "\n## %s\n\n", name);
		for (size_t term = 0; terms_list_word(list, term); term++)
			strbuf_addf(out, "- `%s`: %s\n", terms_list_word(list, term), terms_list_help(list, term));
	}
	add_codes(arena, out, "Causes", "cause");
	add_codes(arena, out, "Symptoms", "symptom");

	static const struct {
		const char *word, *names, *help;
	} fields[] = {
#define FIELD(constant, word, names, help) { word, names, help },
#include "core/import/fields.def"
	};
	strbuf_addstr(out, "\n## Fields of imported records\n\nWhat `aitia import --map` takes, and the names under which a "
			   "field is found without it, best first. What fits none is kept in\nthe provenance under its own "
			   "name.\n`--map` takes any other name as a key of the provenance, unless it is nearly one of these; "
			   "`@KEY=PATH` is always a key.\n\n");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		strbuf_addf(out, "- `%s`: %s%s%s%s\n", fields[i].word, fields[i].help, fields[i].names[0] ? " (`" : "",
			    fields[i].names, fields[i].names[0] ? "`)" : "");

	size_t count;
	const struct section_kind *kinds = section_kinds(&count);
	strbuf_addstr(out, "\n## Sections\n\n");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, "- `%s`: %s. %s\n", kinds[i].key, kinds[i].title, kinds[i].prompt);
}

/* ---- query ----------------------------------------------------------------------- */

void docs_query(struct arena *arena, struct strbuf *out)
{
	static const char *const forms[] = {
		"words", ("each must occur in the code, a message or a note: a whole identifier or a part of one, in any case. "
			 "`getUserName` is found by itself and by get, user and name"),
		"word*", "what begins so",
		"\"two words\"", "a phrase: one behind the other, whatever signs stand between",
		"text:PART", "any part of these texts, as it stands, in any case; so is what has no word in it (`==`)",
		"re:PATTERN", "a regular expression (PCRE2) over them; case counts unless it says `(?i)`",
		"key:value", "the value, in any case where it is a text",
		"key:a,b", "any of these",
		"key:pre*", "a value that begins so",
		"key:\"quoted value\"", "a value with blanks, commas or a star in it; behind text: and re: only blanks need it",
		"-key:value", "not; also `-word`",
		"key>=value", "also `>`, `<`, `<=`: for severity, level, produced (a time), line, turn, id",
		"before:2026-04", "produced earlier than April 2026",
		"after:2026-03-04", "produced when that day was over",
		NULL
	};

	add_origin(out, "The query language", "query");
	strbuf_addstr(out, "\nThe same in the filter line of the workbench, in `aitia list`, `aitia count` and `--where`, and in "
			   "documents. Terms\nare joined by and. An empty query is everything but excluded samples; "
			   "`status:excluded` shows those.\n\n## Forms\n\n");
	for (size_t i = 0; forms[i]; i += 2)
		strbuf_addf(out, "- `%s`: %s\n", forms[i], forms[i + 1]);
	strbuf_addstr(out, "\n## Keys\n\n");
	for (int key = 0; key < QUERY_KEY_WORDS; key++)
		strbuf_addf(out, "- `%s`: %s\n", query_key_word((enum query_key)key), query_key_help((enum query_key)key));
	strbuf_addstr(out, "\nAny other key names an attribute of the provenance: `platform:linux`, "
			   "`gen_ai.request.model:x*`. What is nearly a key of the list\nis taken for a slip; `@key:value` "
			   "always names an attribute. The values of `cause` and `symptom` must be in the codebook of\nthe "
			   "store, or `none`; a prefix may name anything.\n\n## Orders\n\n");
	for (const struct choice *sort = choices(arena, "sort"); sort->word; sort++)
		strbuf_addf(out, "- `%s`: %s\n", sort->word, sort->help);
}
