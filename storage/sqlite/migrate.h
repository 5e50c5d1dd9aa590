/* Migrations as data, so that tests can add one. */
#ifndef AITIA_STORAGE_SQLITE_MIGRATE_H
#define AITIA_STORAGE_SQLITE_MIGRATE_H

#include "core/base/file.h"
#include "storage/sqlite/sqlite_db.h"

struct migration {
	int version;      /* 1, 2, 3 … without gaps */
	const char *sql;
	enum status (*step)(struct sqlite_store *db, struct error *err); /* or NULL; same transaction */
};

/* All of them, oldest first (migrations.def). */
extern const struct migration migrations[];
extern const size_t migration_count;

/* Brings the store from its version to that of the last in the list. */
enum status migrate_with(struct sqlite_store *db, const struct migration *list, size_t count,
			 struct error *err) MUST_CHECK;
enum status schema_version(struct sqlite_store *db, int64_t *version, struct error *err) MUST_CHECK;

#endif
