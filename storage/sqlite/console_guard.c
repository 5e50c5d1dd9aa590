/*
 * Cuts a question as SQLite's tokenizer does (tokenize.c), whose tokens do not depend on what
 * stands around them. Variables are the one thing not followed, `$a(')` being one: the console's
 * connection has none (SQLITE_LIMIT_VARIABLE_NUMBER).
 */
#include "storage/sqlite/console_guard.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "core/base/slice.h"

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_of_word(unsigned char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '$' || c >= 0x80;
}

/* Behind what is quoted or commented at `at`; `at`: nothing is. A quote twice begins again, and ends there, too. */
static const char *skip(const char *at)
{
	const char *end;

	if (at[0] == '-' && at[1] == '-')
		end = strchr(at, '\n');
	else if (at[0] == '/' && at[1] == '*')
		end = (end = strstr(at + 2, "*/")) ? end + 1 : NULL;
	else if (at[0] == '\'' || at[0] == '"' || at[0] == '`')
		end = strchr(at + 1, at[0]);
	else if (at[0] == '[')
		end = strchr(at, ']');
	else
		return at;
	return end ? end + 1 : at + strlen(at);
}

/* What does not begin with a letter may be two tokens, the second a keyword: `0x1USING`, or with a byte order mark before it. */
static bool ends_in(struct slice word, const char *keyword)
{
	size_t len = strlen(keyword);

	return word.len_bytes >= len && (word.len_bytes == len || !is_letter((unsigned char)word.at[0])) &&
	       strncasecmp(word.at + word.len_bytes - len, keyword, len) == 0;
}

const char *console_named_join(const char *text)
{
	for (const char *at = text; *at;) {
		const char *from = at;
		struct slice word;

		if ((at = skip(from)) != from)
			continue;
		while (is_of_word((unsigned char)*at))
			at++;
		word = (struct slice){ from, (size_t)(at - from) };
		if (ends_in(word, "using"))
			return at - strlen("using");
		if (ends_in(word, "natural"))
			return at - strlen("natural");
		if (at == from)
			at++;
	}
	return NULL;
}
