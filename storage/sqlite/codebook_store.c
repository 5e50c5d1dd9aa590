/* The team's codebook: kept in memory until another connection writes. */
#include "storage/sqlite/sqlite_db.h"

#include <string.h>

static enum status read_codes(struct sqlite_store *db, struct error *err)
{
	VEC_OF(struct code) codes = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_CODES);
	struct code *kept;

	while (sql_next(db, stmt)) {
		const unsigned char *hotkey = sqlite3_column_text(stmt, 4);
		struct code code = {
			.id = sqlite3_column_int64(stmt, 0),
			.kind = column_term(stmt, 1, 2) ? CODE_SYMPTOM : CODE_CAUSE,
			.category = (enum code_category)column_term(stmt, 2, CATEGORY_COUNT),
			.word = column_string(&db->book_arena, stmt, 3),
			.hotkey = hotkey ? (char)hotkey[0] : '\0',
			.help = column_string(&db->book_arena, stmt, 5),
			.retired = sqlite3_column_int(stmt, 6) != 0,
		};
		vec_push(&codes, code);
	}
	kept = arena_array(&db->book_arena, codes.len, sizeof(*kept));
	if (codes.len)
		memcpy(kept, codes.items, codes.len * sizeof(*kept));
	db->book = (struct codebook){ kept, codes.len };
	db->code_names = mem_realloc(db->code_names, codes.len + 1, sizeof(*db->code_names));
	for (size_t i = 0; i < codes.len; i++)
		db->code_names[i] = code_name(&db->book_arena, &kept[i]);
	vec_release(&codes);
	return sql_end(db, stmt, err);
}

enum status codebook_load(struct sqlite_store *db, struct error *err)
{
	int64_t version = 0;
	enum status status = sql_number_plain(db, SQL_DATA_VERSION, &version, NULL, err);

	if (status != STATUS_OK || version == db->book_version)
		return status;
	arena_clear(&db->book_arena);
	db->book_version = -1;
	db->book = (struct codebook){ NULL, 0 };
	status = read_codes(db, err);
	if (status == STATUS_OK)
		db->book_version = version;
	return status;
}

const char *code_name_of(const struct sqlite_store *db, int64_t id)
{
	size_t low = 0, high = db->book.count;

	while (low < high) { /* the book is in the order of id */
		size_t middle = low + (high - low) / 2;
		if (db->book.codes[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < db->book.count && db->book.codes[low].id == id ? db->code_names[low] : NULL;
}

enum status code_resolve(struct sqlite_store *db, enum code_kind kind, const char *name, int64_t *id, struct error *err)
{
	const struct code *code = kind == CODE_CAUSE ? codebook_cause(&db->book, name) : codebook_symptom(&db->book, name);
	const char *what = kind == CODE_CAUSE ? "cause" : "symptom";

	if (!code) {
		const struct code *near = codebook_nearest(&db->book, kind, name);
		if (near)
			return error_set(err, STATUS_USAGE, "there is no %s '%s' in the codebook; did you mean '%s'?", what,
					 name, db->code_names[near - db->book.codes]);
		return error_set(err, STATUS_USAGE, "there is no %s '%s' in the codebook", what, name);
	}
	if (code->retired)
		return error_set(err, STATUS_REFUSED, "the %s '%s' is retired: choose another", what, name);
	*id = code->id;
	return STATUS_OK;
}

enum status db_codebook_get(struct store *store, struct arena *arena, struct codebook *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = codebook_load(db, err);
	struct code *codes;

	if (status != STATUS_OK)
		return status;
	codes = arena_array(arena, db->book.count, sizeof(*codes));
	for (size_t i = 0; i < db->book.count; i++) {
		codes[i] = db->book.codes[i];
		codes[i].word = arena_strdup(arena, codes[i].word);
		codes[i].help = arena_strdup(arena, codes[i].help);
	}
	*out = (struct codebook){ codes, db->book.count };
	return STATUS_OK;
}
