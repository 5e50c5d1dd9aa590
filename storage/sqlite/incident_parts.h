/*
 * Parts of incidents as rows, by the table of their fields (core/incident_table.h): the
 * table incident_<kind> has a column for each field, named as it is; a time has two,
 * <field>_us and <field>_precision; lists stand in incident_link and incident_evidence.
 */
#ifndef AITIA_STORAGE_SQLITE_INCIDENT_PARTS_H
#define AITIA_STORAGE_SQLITE_INCIDENT_PARTS_H

#include "core/incident_table.h"
#include "storage/sqlite/sqlite_db.h"

/* All parts of one incident; the codebook must be loaded. Left in the order of number. */
enum status parts_read(struct sqlite_store *db, struct arena *arena, struct incident *to, struct error *err) MUST_CHECK;
enum status parts_write(struct sqlite_store *db, struct arena *arena, const struct incident *in, struct error *err) MUST_CHECK;
/* Of the store "main". */
enum status parts_drop(struct sqlite_store *db, const char *key, struct error *err) MUST_CHECK;

/* ", cause, statement, at_us, at_precision": the columns of its fields, each with what stands
 * before it ("x."); `code`: the expression for the id of a code, NULL: as it is. */
const char *part_columns(struct arena *arena, enum incident_child kind, const char *prefix, const char *code);
/* ", next_cause, next_event …" with what stands before and behind each. */
const char *next_columns(struct arena *arena, const char *before, const char *behind);

#endif
