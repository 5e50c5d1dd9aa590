/* The tokenizer "code" of FTS5: core/words_of_code.h, handed on word by word. */
#include <string.h>

#include "core/words_of_code.h"
#include "storage/sqlite/search.h"

static int create(void *context, const char **args, int count, Fts5Tokenizer **out)
{
	static char only;

	(void)context;
	(void)args;
	*out = (Fts5Tokenizer *)(void *)&only; /* it keeps nothing */
	return count == 0 ? SQLITE_OK : SQLITE_ERROR;
}

static void drop(Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

/* Every token, with what FTS5 is to know of it. No phrase goes over a break: there a
 * token stands that no query has. */
static int each_token(struct slice text, bool with_parts, int (*token)(void *, int, const char *, int, int, int),
		      void *context)
{
	static const char gap[] = { CODE_TEXT_BREAK };
	struct code_words words;
	struct code_word word;
	size_t position = 0;
	int rc = SQLITE_OK;

	code_words_init(&words, text, with_parts);
	while (rc == SQLITE_OK && code_words_next(&words, &word)) {
		for (; with_parts && position < word.position && rc == SQLITE_OK; position++)
			rc = token(context, 0, gap, sizeof(gap), (int)word.start, (int)word.start);
		if (rc == SQLITE_OK)
			rc = token(context, word.part ? FTS5_TOKEN_COLOCATED : 0, word.text.at, (int)word.text.len_bytes,
				   (int)word.start, (int)word.end);
		position = word.position + 1;
	}
	return rc;
}

/* A query's words are looked for whole; FTS5 finds them among the parts, too. */
static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len,
		    int (*token)(void *context, int flags, const char *text, int len, int start, int end))
{
	(void)tokenizer;
	return each_token((struct slice){ text, len > 0 ? (size_t)len : 0 }, !(flags & FTS5_TOKENIZE_QUERY), token, context);
}

struct counted {
	int (*token)(void *context, int64_t position, struct slice word);
	void *context;
	int64_t position; /* of the next word */
};

static int count_token(void *context, int flags, const char *text, int len, int start, int end)
{
	struct counted *counted = context;

	(void)start;
	(void)end;
	counted->position += !(flags & FTS5_TOKEN_COLOCATED);
	return counted->token(counted->context, counted->position - 1, (struct slice){ text, (size_t)len });
}

void tokenizer_each(struct slice text, int (*token)(void *context, int64_t position, struct slice word), void *context)
{
	struct counted counted = { token, context, 0 };

	(void)each_token(text, true, count_token, &counted);
}

static fts5_api *api_of(sqlite3 *handle)
{
	sqlite3_stmt *stmt = NULL;
	fts5_api *api = NULL;

	if (sqlite3_prepare_v2(handle, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	return api;
}

enum status tokenizer_register(struct sqlite_store *db, struct error *err)
{
	static fts5_tokenizer code = { create, drop, tokenize };
	fts5_api *api = api_of(db->handle);
	int rc;

	if (!api)
		return error_set(err, STATUS_STORE, "the SQLite library was built without FTS5, which search needs");
	rc = api->xCreateTokenizer(api, "code", NULL, &code, NULL);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}
