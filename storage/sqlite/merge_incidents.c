/*
 * Incidents of another store. Two are the same if the same edit made them; their keys are
 * names that each store gives, and may differ. Of one that both have, the version counts
 * whose edit the other side had not seen; if neither had seen the other's, the newer
 * one, and the older becomes an incident of its own. Whether a sample belongs to an
 * incident is what the newest edit decided that was about it.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/digest.h"
#include "storage/sqlite/incident_parts.h"
#include "storage/sqlite/merge.h"

struct version {
	const char *key;   /* in its store; NULL: it has none such */
	int64_t edit;      /* ours, of its version */
	bool stands;       /* that edit */
	bool seen;         /* by the store that has another version */
	int64_t at_us;
	struct digest uuid; /* the first 16 bytes */
};

/* Where an incident is copied from: the expressions that make its samples and codes ours. */
struct origin {
	const char *schema, *sample, *code;
};
static const struct origin theirs = {
	"other", "(SELECT m.id FROM temp.map_sample m WHERE m.other = x.sample)",
	"(SELECT m.id FROM temp.map_code m WHERE m.other = x.code)",
};
static const struct origin ours = { "main", "x.sample", "x.code" };

static struct sql_value text_of(const char *text)
{
	return SQL_TEXT(text);
}

static enum status run_key(struct merging *merge, const char *sql, const char *key, struct error *err)
{
	return merge_run_with(merge, sql, (const struct sql_value[]){ text_of(key) }, 1, err);
}

/* ---- keys ------------------------------------------------------------------------------ */

/* Nobody's, nor that of one that was undone: those come back under their keys. */
static enum status is_free(struct merging *merge, const char *key, bool *out, struct error *err)
{
	int64_t used = 0;
	enum status status = merge_number(merge, "SELECT EXISTS (SELECT 1 FROM main.incident WHERE key = ?1) OR EXISTS"
					  " (SELECT 1 FROM main.edit_incident WHERE incident = ?1) OR EXISTS"
					  " (SELECT 1 FROM temp.map_incident WHERE key = ?1)", text_of(key), &used, err);

	*out = !used;
	return status;
}

static enum status next_key(struct merging *merge, const char *like, const char **out, struct error *err)
{
	int64_t last = 0, year = strtoll(like + 4, NULL, 10);
	enum status status = merge_number(merge, "SELECT last FROM main.incident_number WHERE year = ?1", SQL_INT(year), &last,
					  err);

	*out = arena_printf(&merge->arena, "INC-%04" PRId64 "-%04" PRId64, year, last + 1);
	return status;
}

static enum status use_key(struct merging *merge, const char *key, struct error *err)
{
	return sql_run(merge->db, SQL_INCIDENT_NUMBER_SET, err, SQL_INT(strtoll(key + 4, NULL, 10)),
		       SQL_INT(strtoll(key + 9, NULL, 10)));
}

/* ---- copying --------------------------------------------------------------------------- */

static enum status drop(struct merging *merge, const char *key, struct error *err)
{
	enum status status = parts_drop(merge->db, key, err);

	return status == STATUS_OK ? run_key(merge, "DELETE FROM main.incident_section WHERE incident = ?1", key, err) : status;
}

/* ", next_cause = the greater of both" and so on. */
static const char *greater_numbers(struct arena *arena)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		const char *word = incident_kind((enum incident_child)kind)->word;
		strbuf_addf(&out, ", next_%s = max(coalesce(next_%s, 1), coalesce(excluded.next_%s, 1))", word, word, word);
	}
	text = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return text;
}

/* The head; numbers of parts are given on from the greater of both. ?1 its key there,
 * ?2 here, ?3 version, ?4 what is put behind its title. */
static enum status copy_head(struct merging *merge, const struct origin *from, const char *key, const char *to,
			     int64_t version, const char *suffix, struct error *err)
{
	const struct sql_value values[] = { text_of(key), text_of(to), SQL_INT(version), text_of(suffix) };
	const char *sql = arena_printf(&merge->arena,
		"INSERT INTO main.incident (key, version, title, status, severity, severity_rationale, illustrative,"
		" created_us, created_precision, updated_us, updated_precision, partial, duplicate_of, signature%s)"
		" SELECT ?2, ?3, x.title || ?4, x.status, x.severity, x.severity_rationale, x.illustrative, x.created_us,"
		" x.created_precision, x.updated_us, x.updated_precision, x.partial, x.duplicate_of, x.signature%s"
		" FROM %s.incident x WHERE x.key = ?1 ON CONFLICT (key) DO UPDATE SET version = excluded.version,"
		" title = excluded.title, status = excluded.status, severity = excluded.severity,"
		" severity_rationale = excluded.severity_rationale, illustrative = excluded.illustrative,"
		" created_us = excluded.created_us, created_precision = excluded.created_precision,"
		" updated_us = excluded.updated_us, updated_precision = excluded.updated_precision,"
		" partial = excluded.partial, duplicate_of = excluded.duplicate_of, signature = excluded.signature%s",
		next_columns(&merge->arena, "", ""), next_columns(&merge->arena, "x.", ""), from->schema,
		greater_numbers(&merge->arena));

	return merge_run_with(merge, sql, values, ARRAY_LEN(values), err);
}

static enum status copy_kind(struct merging *merge, const struct origin *from, enum incident_child kind,
			     const struct sql_value *keys, struct error *err)
{
	const char *table = incident_kind(kind)->word;

	return merge_run_with(merge, arena_printf(&merge->arena, "INSERT INTO main.incident_%s (incident, number%s)"
						  " SELECT ?2, x.number%s FROM %s.incident_%s x WHERE x.incident = ?1", table,
						  part_columns(&merge->arena, kind, "", NULL),
						  part_columns(&merge->arena, kind, "x.", from->code), from->schema, table),
			      keys, 2, err);
}

static enum status copy_children(struct merging *merge, const struct origin *from, const char *key, const char *to,
				 struct error *err)
{
	const struct sql_value keys[] = { text_of(key), text_of(to) };
	const char *const statements[] = {
		arena_printf(&merge->arena, "INSERT INTO main.incident_cause_evidence (incident, cause, sample) SELECT ?2, x.cause,"
			     " %s FROM %s.incident_cause_evidence x WHERE x.incident = ?1", from->sample, from->schema),
		arena_printf(&merge->arena, "INSERT INTO main.incident_evidence (incident, kind, number, sample) SELECT ?2, x.kind,"
			     " x.number, %s FROM %s.incident_evidence x WHERE x.incident = ?1", from->sample, from->schema),
		arena_printf(&merge->arena, "INSERT INTO main.incident_link (incident, kind, number, field, target) SELECT ?2,"
			     " x.kind, x.number, x.field, x.target FROM %s.incident_link x WHERE x.incident = ?1", from->schema),
		arena_printf(&merge->arena, "INSERT INTO main.incident_section (incident, key, markdown) SELECT ?2, x.key,"
			     " x.markdown FROM %s.incident_section x WHERE x.incident = ?1", from->schema),
	};
	enum status status = STATUS_OK;

	for (int kind = 0; kind < INCIDENT_CHILD_KINDS && status == STATUS_OK; kind++)
		status = copy_kind(merge, from, (enum incident_child)kind, keys, err);
	for (size_t i = 0; i < ARRAY_LEN(statements) && status == STATUS_OK; i++)
		status = merge_run_with(merge, statements[i], keys, 2, err);
	return status;
}

static enum status copy(struct merging *merge, const struct origin *from, const char *key, const char *to, int64_t version,
			const char *suffix, struct error *err)
{
	enum status status = drop(merge, to, err);

	if (status == STATUS_OK)
		status = copy_head(merge, from, key, to, version, suffix, err);
	if (status == STATUS_OK)
		status = copy_children(merge, from, key, to, err);
	if (status == STATUS_OK && from == &theirs)
		status = run_key(merge, "INSERT OR IGNORE INTO temp.taken_incident VALUES (?1)", to, err);
	return status == STATUS_OK ? use_key(merge, to, err) : status;
}

/* ---- the version that does not stay ------------------------------------------------------ */

/* Both stores must name the entry alike, or the incident would come again with each merge. */
static struct digest kept_uuid(const struct digest *version)
{
	struct digest_builder *builder = digest_begin();

	digest_field(builder, slice_of("aitia kept version 1"));
	digest_field(builder, (struct slice){ (const char *)version->bytes, 16 });
	return digest_end(builder);
}

static enum status keep_aside(struct merging *merge, const struct origin *from, const struct version *version,
			      const char *stays, struct error *err)
{
	struct digest uuid = kept_uuid(&version->uuid);
	const struct sql_value entry[] = { SQL_BLOB(uuid.bytes, 16), SQL_INT(version->edit), SQL_INT(merge->work.id) };
	const char *key = NULL, *who = "";
	int64_t edit = 0;
	enum status status = merge_number(merge, "SELECT id FROM main.edit WHERE uuid = ?1", entry[0], &edit, err);
	sqlite3_stmt *stmt;

	if (status != STATUS_OK || edit)
		return status; /* it was kept by an earlier merge */
	stmt = sql_start(merge->db, SQL_EDIT_WHO, SQL_INT(version->edit));
	if (sql_next(merge->db, stmt))
		who = column_string(&merge->arena, stmt, 0);
	if ((status = sql_end(merge->db, stmt, err)) != STATUS_OK ||
	    (status = next_key(merge, stays, &key, err)) != STATUS_OK)
		return status;
	status = merge_run_with(merge, "INSERT INTO main.edit (uuid, at_us, at_precision, reviewer, kind, state, redoable, verb,"
				" summary, of, batch, last_annotation, changes, merge) SELECT ?1, at_us, at_precision, reviewer, 0, 0,"
				" 0, 'incident', 'version kept beside another: ' || summary, NULL, NULL, 0, NULL, ?3"
				" FROM main.edit WHERE id = ?2", entry, 3, err);
	if (status == STATUS_OK)
		status = merge_number(merge, "SELECT id FROM main.edit WHERE uuid = ?1", entry[0], &edit, err);
	if (status == STATUS_OK)
		status = copy(merge, from, version->key, key, edit, arena_printf(&merge->arena, " (version of %s)", who), err);
	if (status == STATUS_OK)
		status = sql_run(merge->db, SQL_EDIT_INCIDENT_NOTE, err, text_of(key), SQL_INT(edit));
	const struct sql_value members[] = { text_of(version->key), text_of(key), SQL_INT(edit) };
	if (status == STATUS_OK)
		status = merge_run_with(merge, arena_printf(&merge->arena, "INSERT INTO main.edit_member (incident, sample, edit,"
					" role) SELECT ?2, %s, ?3, x.role FROM %s.incident_member x WHERE x.incident = ?1",
					from->sample, from->schema), members, 3, err);
	if (status == STATUS_OK)
		status = run_key(merge, "INSERT INTO temp.open_incident VALUES (?1)", key, err);
	merge_conflict(merge, "%s was changed in both stores: the newer version stays, that of %s is kept as %s", stays, who, key);
	return status;
}

/* ---- which version --------------------------------------------------------------------------- */

/* Ours of the same making; NULL: there was none. An edit may have made several: then by their keys. */
static enum status find_counterpart(struct merging *merge, const char *key, const char **out, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db,
		"SELECT i.incident FROM (SELECT x.edit FROM other.edit_incident x JOIN other.edit e ON e.id = x.edit"
		" WHERE x.incident = ?1 ORDER BY e.at_us, e.id LIMIT 1) c JOIN temp.map_edit m ON m.other = c.edit"
		" JOIN main.edit_incident i ON i.edit = m.id ORDER BY i.incident = ?1 DESC, i.incident LIMIT 1",
		(const struct sql_value[]){ text_of(key) }, 1);

	*out = sql_next(merge->db, stmt) ? column_string(&merge->arena, stmt, 0) : NULL;
	return sql_end(merge->db, stmt, err);
}

#define VERSION_COLUMNS "e.id, e.state = 0, e.at_us, e.uuid"

static enum status read_version(struct merging *merge, const char *sql, const char *key, struct version *out,
				struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, sql, (const struct sql_value[]){ text_of(key) }, 1);
	const void *uuid;

	*out = (struct version){ .key = NULL };
	if (key && sql_next(merge->db, stmt)) {
		out->key = key;
		out->edit = sqlite3_column_int64(stmt, 0);
		out->stands = sqlite3_column_int(stmt, 1) != 0;
		out->at_us = sqlite3_column_int64(stmt, 2);
		if ((uuid = sqlite3_column_blob(stmt, 3)) != NULL && sqlite3_column_bytes(stmt, 3) == 16)
			memcpy(out->uuid.bytes, uuid, 16);
		out->seen = sqlite3_column_int(stmt, 4) != 0;
	}
	return sql_end(merge->db, stmt, err);
}

/* The other's version is an edit of ours by now; it was seen here if that was so before. */
static const char their_version[] =
	"SELECT " VERSION_COLUMNS ", m.fresh = 0 FROM other.incident i JOIN temp.map_edit m ON m.other = i.version"
	" JOIN main.edit e ON e.id = m.id WHERE i.key = ?1";
static const char our_version[] =
	"SELECT " VERSION_COLUMNS ", EXISTS (SELECT 1 FROM temp.map_edit m WHERE m.id = e.id) FROM main.incident i"
	" JOIN main.edit e ON e.id = i.version WHERE i.key = ?1";

static bool is_newer(const struct version *a, const struct version *b)
{
	return a->at_us != b->at_us ? a->at_us > b->at_us : memcmp(a->uuid.bytes, b->uuid.bytes, 16) > 0;
}

static enum status take(struct merging *merge, const struct version *version, const char *to, bool is_new, struct error *err)
{
	if (is_new)
		merge->result->incidents_new++;
	else
		merge->result->incidents_updated++;
	return copy(merge, &theirs, version->key, to, version->edit, "", err);
}

static enum status choose(struct merging *merge, const struct version *mine, const struct version *their, const char *here,
			  struct error *err)
{
	bool conflict = mine->stands && their->stands && !mine->seen && !their->seen;
	bool their_stay = !mine->stands || (their->stands && (mine->seen != their->seen ? mine->seen : is_newer(their, mine)));
	enum status status = STATUS_OK;

	if (mine->edit == their->edit || !their->stands)
		return STATUS_OK;
	if (conflict)
		status = keep_aside(merge, their_stay ? &ours : &theirs, their_stay ? mine : their, here, err);
	return status == STATUS_OK && their_stay ? take(merge, their, here, false, err) : status;
}

static enum status merge_one(struct merging *merge, const char *key, struct error *err)
{
	const char *here = NULL;
	struct version mine, their;
	bool free_key = false;
	enum status status;

	if ((status = find_counterpart(merge, key, &here, err)) != STATUS_OK ||
	    (status = read_version(merge, their_version, key, &their, err)) != STATUS_OK ||
	    (status = read_version(merge, our_version, here, &mine, err)) != STATUS_OK)
		return status;
	bool is_new = !here;
	if (!here) {
		here = key;
		if ((status = is_free(merge, key, &free_key, err)) != STATUS_OK ||
		    (!free_key && (status = next_key(merge, key, &here, err)) != STATUS_OK) ||
		    (status = use_key(merge, here, err)) != STATUS_OK)
			return status;
		if (!free_key && their.stands)
			merge_conflict(merge, "%s of the other store is another incident than %s here: it becomes %s", key, key, here);
	}
	const struct sql_value keys[] = { text_of(key), text_of(here) };
	status = merge_run_with(merge, "INSERT INTO temp.map_incident VALUES (?1, ?2)", keys, 2, err);
	if (status != STATUS_OK || !their.key)
		return status;
	if (!mine.key)
		return their.stands ? take(merge, &their, here, is_new, err) : STATUS_OK;
	return choose(merge, &mine, &their, here, err);
}

static enum status list_keys(struct merging *merge, const char *sql, const char *const **keys, size_t *count,
			     struct error *err)
{
	return sql_strings(merge->db, sql_start_dynamic(merge->db, sql, NULL, 0), &merge->arena, keys, count, err);
}

/* Those whose making was undone there, and which nothing here has touched since. */
static enum status drop_undone(struct merging *merge, struct error *err)
{
	const char *const *keys;
	size_t count;
	enum status status = list_keys(merge, "SELECT i.key FROM main.incident i JOIN main.edit e ON e.id = i.version"
				       " WHERE e.state = 1 ORDER BY i.key", &keys, &count, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		status = run_key(merge, "DELETE FROM main.incident_member WHERE incident = ?1", keys[i], err);
		if (status == STATUS_OK)
			status = drop(merge, keys[i], err);
		if (status == STATUS_OK)
			status = run_key(merge, "DELETE FROM main.incident WHERE key = ?1", keys[i], err);
	}
	return status;
}

/* What came from the other store names incidents by their keys there; once all are known, by those here. */
static const char name_by_keys_here[] =
	"UPDATE main.incident SET duplicate_of = (SELECT k.key FROM temp.map_incident k WHERE k.other = duplicate_of)"
	" WHERE key IN (SELECT key FROM temp.taken_incident) AND duplicate_of IN (SELECT other FROM temp.map_incident);"
	"UPDATE main.incident_recurrence SET earlier = (SELECT k.key FROM temp.map_incident k WHERE k.other = earlier)"
	" WHERE incident IN (SELECT key FROM temp.taken_incident) AND earlier IN (SELECT other FROM temp.map_incident);";

/* ---- members ------------------------------------------------------------------------------------ */

static const char merge_members[] =
	"INSERT OR IGNORE INTO main.edit_incident SELECT k.key, e.id FROM temp.map_edit e JOIN other.edit_incident x"
	" ON x.edit = e.other JOIN temp.map_incident k ON k.other = x.incident WHERE e.fresh = 1;"
	"INSERT OR IGNORE INTO main.edit_member (incident, sample, edit, role) SELECT k.key, s.id, e.id, x.role"
	" FROM temp.map_edit e JOIN other.edit_member x ON x.edit = e.other JOIN temp.map_incident k ON k.other = x.incident"
	" JOIN temp.map_sample s ON s.other = x.sample WHERE e.fresh = 1;"
	"CREATE TEMP TABLE decided AS SELECT DISTINCT x.incident, x.sample FROM main.edit_member x WHERE x.edit IN"
	" (SELECT id FROM temp.map_edit WHERE fresh = 1 UNION SELECT id FROM temp.flip)"
	" OR x.incident IN (SELECT key FROM temp.open_incident);"
	"CREATE TEMP TABLE decision AS SELECT d.incident, d.sample, (SELECT x.role FROM main.edit_member x JOIN main.edit e"
	" ON e.id = x.edit WHERE x.incident = d.incident AND x.sample = d.sample AND e.state = 0"
	" ORDER BY e.at_us DESC, e.uuid DESC LIMIT 1) AS role FROM temp.decided d"
	" WHERE d.incident IN (SELECT key FROM main.incident);"
	"DELETE FROM main.incident_member WHERE (incident, sample) IN (SELECT incident, sample FROM temp.decision WHERE role IS NULL);"
	"INSERT INTO main.incident_member (incident, sample, role) SELECT incident, sample, role FROM temp.decision"
	" WHERE role IS NOT NULL ON CONFLICT (incident, sample) DO UPDATE SET role = excluded.role WHERE role <> excluded.role;";

enum status merge_incidents(struct merging *merge, struct error *err)
{
	const char *const *keys;
	size_t count = 0;
	enum status status = merge_run(merge, "CREATE TEMP TABLE map_incident (other TEXT PRIMARY KEY, key TEXT NOT NULL)"
				       " WITHOUT ROWID; CREATE TEMP TABLE open_incident (key TEXT NOT NULL);"
				       " CREATE TEMP TABLE taken_incident (key TEXT PRIMARY KEY) WITHOUT ROWID", err);

	if (status == STATUS_OK) /* undone ones too: their edits may be redone */
		status = list_keys(merge, "SELECT DISTINCT incident FROM other.edit_incident WHERE edit IN (SELECT other FROM"
				   " temp.map_edit) ORDER BY incident", &keys, &count, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = merge_one(merge, keys[i], err);
	if (status == STATUS_OK)
		status = merge_run(merge, name_by_keys_here, err);
	if (status == STATUS_OK)
		status = drop_undone(merge, err);
	return status == STATUS_OK ? merge_run(merge, merge_members, err) : status;
}
