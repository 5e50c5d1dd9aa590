/*
 * Migrations: numbered, forward only. A new store runs them all, so that there
 * is one truth about the schema. Each runs in a transaction of its own, in which
 * the version is read again (another process may have been faster) and set; those of
 * a new store in one, so that half a store never stands there, and the disk is waited
 * for once instead of at each.
 */
#include "storage/sqlite/sqlite_db.h"

#include <stdio.h>
#include <string.h>

#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/migrate.h"

#define MIGRATION(version, sql, step) extern const unsigned char sql[];
#include "storage/sqlite/migrations.def"

static enum status execute(struct sqlite_store *db, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}

/* A pragma with a number of ours: pragmas cannot be bound. */
static enum status set_pragma(struct sqlite_store *db, const char *name, int number, struct error *err)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA %s = %d", name, number);
	return execute(db, sql, err);
}

enum status schema_version(struct sqlite_store *db, int64_t *version, struct error *err)
{
	return sql_number_plain(db, SQL_USER_VERSION, version, NULL, err);
}

/* The default codebook becomes the team's own. */
static enum status codebook_seed(struct sqlite_store *db, struct error *err)
{
	const struct codebook *book = codebook_default();

	for (size_t i = 0; i < book->count; i++) {
		const struct code *code = &book->codes[i];
		char hotkey[2] = { code->hotkey, '\0' };
		enum status status = sql_run(db, SQL_CODE_ADD, err, SQL_INT((int64_t)i + 1), SQL_INT((int64_t)code->kind),
					     SQL_INT((int64_t)code->category), SQL_TEXT(code->word),
					     SQL_TEXT(code->hotkey ? hotkey : NULL), SQL_TEXT(code->help),
					     SQL_INT(code->retired));
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status migrate_step(struct sqlite_store *db, const struct migration *migration, struct error *err)
{
	int64_t version = 0;
	enum status status = schema_version(db, &version, err);

	if (status != STATUS_OK || version != migration->version - 1)
		return status;
	status = execute(db, migration->sql, err);
	if (status == STATUS_OK && migration->step)
		status = migration->step(db, err);
	if (status == STATUS_OK && migration->version == 1)
		status = set_pragma(db, "application_id", STORE_APPLICATION_ID, err);
	if (status == STATUS_OK)
		status = set_pragma(db, "user_version", migration->version, err);
	return status;
}

static enum status migrate_together(struct sqlite_store *db, const struct migration *list, size_t count, struct error *err)
{
	enum status status = write_begin(db, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = migrate_step(db, &list[i], err);
	return write_end(db, status, err);
}

/* PATH.v1.bak, or the first of .bak2, .bak3 … that is free; its name is the answer. Where
 * another process is at it at the same time, its copy will do. */
static enum status copy_before(struct sqlite_store *db, int64_t version, char *name, size_t size, struct error *err)
{
	struct error why;
	int64_t is_now = version;

	for (int copy = 1; copy < 100; copy++) {
		int len = copy == 1 ? snprintf(name, size, "%s.v%d.bak", db->path, (int)version) :
				      snprintf(name, size, "%s.v%d.bak%d", db->path, (int)version, copy);
		if (len < 0 || (size_t)len >= size)
			break;
		if (file_exists(name))
			continue;
		if (copy > 1 && schema_version(db, &is_now, err) == STATUS_OK && is_now != version) {
			name[0] = '\0'; /* the copy that was in the way is the one of this very migration */
			return STATUS_OK;
		}
		if (sqlite_store_backup(&db->base, name, NULL, &why) == STATUS_OK || file_exists(name))
			return STATUS_OK;
		return error_set(err, STATUS_STORE, "%s must be brought up to date, but no copy of it can be made first: %s",
				 db->path, why.text);
	}
	return error_set(err, STATUS_STORE, "%s must be brought up to date, but no copy of it can be made first: remove "
			 "old copies beside it", db->path);
}

enum status migrate_with(struct sqlite_store *db, const struct migration *list, size_t count, struct error *err)
{
	int64_t version = 0;
	int newest = list[count - 1].version;
	char copy[4096] = "";
	enum status status = schema_version(db, &version, err);

	if (status != STATUS_OK)
		return status;
	if (version > newest)
		return error_set(err, STATUS_STORE, "%s was made by a newer version of Aitia (its schema is %d, this program "
				 "knows %d): update Aitia; the store was left as it is", db->path, (int)version, newest);
	if (version == newest)
		return STATUS_OK;
	if (db->read_only)
		return error_set(err, STATUS_STORE, "%s is of an older version of Aitia (schema %d): open it once for "
				 "writing to bring it up to date", db->path, (int)version);
	if (version > 0 && db->path[0] && (status = copy_before(db, version, copy, sizeof(copy), err)) != STATUS_OK)
		return status;
	/* A table that others refer to may be made anew; `aitia check` looks references up. */
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	if (version == 0)
		status = migrate_together(db, list, count, err);
	for (size_t i = 0; version > 0 && i < count && status == STATUS_OK; i++)
		status = migrate_together(db, &list[i], 1, err);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	if (status != STATUS_OK && copy[0])
		return error_wrap(err, status, "bringing the store up to date failed (a copy of it as it was is %s)", copy);
	return status;
}

const struct migration migrations[] = {
#define MIGRATION(version, sql, step) { version, (const char *)sql, step },
#include "storage/sqlite/migrations.def"
};
const size_t migration_count = sizeof(migrations) / sizeof(migrations[0]);

enum status migrate(struct sqlite_store *db, struct error *err)
{
	return migrate_with(db, migrations, migration_count, err);
}
