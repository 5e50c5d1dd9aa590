/*
 * Completion for bash: tables as case statements, and one function that reads
 * them. Bash takes "--sort=new" apart at the "=", which the function undoes.
 */
#include <string.h>

#include "cli/choices.h"
#include "cli/command.h"
#include "cli/docs.h"
#include "cli/views.h"

static const char completion_function[] =
	"_aitia()\n"
	"{\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} option= command= group= i word\n"
	"	if [ \"$cur\" = \"=\" ]; then\n"
	"		cur=; option=${COMP_WORDS[COMP_CWORD-1]}\n"
	"	elif [ \"$COMP_CWORD\" -gt 2 ] && [ \"${COMP_WORDS[COMP_CWORD-1]}\" = \"=\" ]; then\n"
	"		option=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	else\n"
	"		option=${COMP_WORDS[COMP_CWORD-1]}\n"
	"	fi\n"
	"	for ((i = 1; i < COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]}\n"
	"		case $word in\n"
	"		--store|--reviewer) i=$((i + 1)); [ \"${COMP_WORDS[i]}\" = \"=\" ] && i=$((i + 1)) ;;\n"
	"		-*|=) ;;\n"
	"		*)	if [ -z \"$command\" ]; then command=$word; else command=\"$command $word\"; break; fi\n"
	"			[ -z \"$(_aitia_words \"$command\")\" ] && break ;;\n"
	"		esac\n"
	"	done\n"
	"	COMPREPLY=()\n"
	"	case $option in\n"
	"	--*)	word=$(_aitia_choices \"$command\" \"$option\")\n"
	"		case $word in\n"
	"		'') ;;\n"
	"		@any) return ;;\n"
	"		@file) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
	"		@folder) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
	"		@view)	cur=${cur//\\\\/}\n"
	"			while IFS= read -r word; do\n"
	"				case $word in \"$cur\"*) COMPREPLY+=(\"$word\") ;; esac\n"
	"			done < <(\"$1\" view list 2>/dev/null | cut -f1)\n"
	"			return ;;\n"
	"		*) COMPREPLY=($(compgen -W \"$word\" -- \"$cur\")); return ;;\n"
	"		esac ;;\n"
	"	esac\n"
	"	word=$(_aitia_words \"$command\")\n"
	"	case $cur in\n"
	"	-*) COMPREPLY=($(compgen -W \"$(_aitia_options \"$command\")\" -- \"$cur\")) ;;\n"
	"	*)	if [ -n \"$word\" ]; then\n"
	"			COMPREPLY=($(compgen -W \"$word\" -- \"$cur\"))\n"
	"		else\n"
	"			COMPREPLY=($(compgen -f -- \"$cur\"))\n"
	"		fi ;;\n"
	"	esac\n"
	"}\n"
	"complete -o filenames -F _aitia aitia\n";

/* The first word of a two-word name; false if there is one word. */
static bool group_of(struct arena *arena, const char *name, const char **group)
{
	const char *blank = strchr(name, ' ');
	if (blank)
		*group = arena_text(arena, (struct slice){ name, (size_t)(blank - name) });
	return blank;
}

/* What may follow the words typed so far. */
static void add_words(struct arena *arena, struct strbuf *out)
{
	const char *group, *last = "";

	strbuf_addstr(out, "_aitia_words()\n{\n	case $1 in\n	'') echo '");
	for (const struct command *command = commands(); command->name; command++) {
		if (!group_of(arena, command->name, &group)) {
			strbuf_addf(out, "%s ", command->name);
		} else if (strcmp(group, last) != 0) {
			strbuf_addf(out, "%s ", group);
			last = group;
		}
	}
	strbuf_addstr(out, "' ;;\n");
	last = "";
	for (const struct command *command = commands(); command->name; command++) {
		if (!group_of(arena, command->name, &group))
			continue;
		if (strcmp(group, last) != 0)
			strbuf_addf(out, "	%s) echo '", group);
		last = group;
		strbuf_addf(out, "%s ", command->name + strlen(group) + 1);
		const char *next = NULL;
		if (!command[1].name || !group_of(arena, command[1].name, &next) || strcmp(next, group) != 0)
			strbuf_addstr(out, "' ;;\n");
	}
	strbuf_addstr(out, "	help) echo '");
	for (const struct command *command = commands(); command->name; command++)
		if (!strchr(command->name, ' '))
			strbuf_addf(out, "%s ", command->name);
	strbuf_addstr(out, "' ;;\n	docs) echo '");
	for (const struct docs_kind *kind = docs_kinds(); kind->name; kind++)
		strbuf_addf(out, "%s ", kind->name);
	strbuf_addstr(out, "' ;;\n	esac\n}\n\n");
}

static void add_option_names(struct strbuf *out, const struct option_spec *specs)
{
	for (; specs && specs->name; specs++)
		strbuf_addf(out, "--%s ", specs->name);
}

static void add_option_lists(struct strbuf *out)
{
	strbuf_addstr(out, "_aitia_options()\n{\n	case $1 in\n");
	for (const struct command *command = commands(); command->name; command++) {
		strbuf_addf(out, "	'%s') echo '", command->name);
		add_option_names(out, command->body->options);
		if (command->body->query != QUERY_NOWHERE)
			add_option_names(out, view_options);
		strbuf_addstr(out, "' ;;\n");
	}
	strbuf_addstr(out, "	esac\n	echo '");
	add_option_names(out, cli_global_options);
	strbuf_addstr(out, "'\n}\n\n");
}

static void add_choices_of(struct arena *arena, struct strbuf *out, const char *command,
			   const struct option_spec *specs)
{
	for (; specs && specs->name; specs++) {
		if (specs->type == OPTION_FLAG)
			continue;
		strbuf_addf(out, "	%s%s --%s') echo '", command ? "'" : "*'", command ? command : "", specs->name);
		if (specs->choices)
			for (const struct choice *choice = choices(arena, specs->choices); choice && choice->word; choice++)
				strbuf_addf(out, "%s ", choice->word);
		else if (specs->type == OPTION_FILE)
			strbuf_addstr(out, "@file");
		else if (specs->type == OPTION_FOLDER)
			strbuf_addstr(out, "@folder");
		else if (specs->type == OPTION_VIEW)
			strbuf_addstr(out, "@view");
		else
			strbuf_addstr(out, "@any");
		strbuf_addstr(out, "' ;;\n");
	}
}

void docs_bash(struct arena *arena, struct strbuf *out)
{
	strbuf_addstr(out, "# Completion of aitia(1) for bash: source this file. Made by `aitia docs bash`; do not edit.\n\n");
	add_words(arena, out);
	add_option_lists(out);
	strbuf_addstr(out, "_aitia_choices()\n{\n	case \"$1 $2\" in\n");
	for (const struct command *command = commands(); command->name; command++) {
		add_choices_of(arena, out, command->name, command->body->options);
		if (command->body->query != QUERY_NOWHERE)
			add_choices_of(arena, out, command->name, view_options);
	}
	add_choices_of(arena, out, NULL, cli_global_options);
	strbuf_addstr(out, "	esac\n}\n\n");
	strbuf_addstr(out, completion_function);
}
