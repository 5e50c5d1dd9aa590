/* Incidents within the engine: reading one for a writer. */
#ifndef AITIA_STORAGE_SQLITE_INCIDENT_DB_H
#define AITIA_STORAGE_SQLITE_INCIDENT_DB_H

#include "core/incident.h"
#include "storage/sqlite/sqlite_db.h"

enum status incident_read(struct sqlite_store *db, struct arena *arena, const char *key, struct incident **out,
			  struct error *err) MUST_CHECK;
enum status incident_exists(struct sqlite_store *db, const char *key, struct error *err) MUST_CHECK;

#endif
