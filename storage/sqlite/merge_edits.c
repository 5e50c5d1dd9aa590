/*
 * The log of another store: entries by their uuids, whether they stand, and the judgements
 * that they made.
 *
 * Whether an edit stands is what the newest undo or redo of it says, wherever that was
 * made. An annotation is there if its edit stands; what supersedes it is the newest of
 * what does so in either store, stepping over what is not there any more.
 */
#include <string.h>

#include "storage/sqlite/merge.h"

/* Not taken over: merges of the other store, and the imports by which they brought samples,
 * are its own book-keeping; what they brought comes under its own name. What an undone
 * merge brought is not there. `fresh`: it comes now. */
static const char map_edits[] =
	"CREATE TEMP TABLE own_uuid (uuid BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO temp.own_uuid SELECT uuid, id FROM main.edit;"
	"CREATE TEMP TABLE left_out (other INTEGER PRIMARY KEY);"
	"INSERT INTO temp.left_out SELECT e.id FROM other.edit e WHERE e.kind = 0 AND e.verb = 'merge' AND e.merge IS NULL;"
	"INSERT INTO temp.left_out SELECT e.id FROM other.edit e JOIN other.batch b ON b.id = e.batch"
	" WHERE e.kind = 3 AND b.format = 'aitia';"
	"INSERT OR IGNORE INTO temp.left_out SELECT e.id FROM other.edit e JOIN other.edit m ON m.id = e.merge WHERE m.state = 1;"
	"INSERT OR IGNORE INTO temp.left_out SELECT e.id FROM other.edit e WHERE e.of IN (SELECT other FROM temp.left_out);"
	"CREATE TEMP TABLE map_edit (other INTEGER PRIMARY KEY, id INTEGER, fresh INTEGER NOT NULL);"
	/* Brought before by a merge that was undone: it comes again. */
	"INSERT INTO temp.map_edit SELECT o.id, u.id, u.id IS NULL OR EXISTS (SELECT 1 FROM main.edit e JOIN main.edit m"
	" ON m.id = e.merge WHERE e.id = u.id AND m.state = 1) FROM other.edit o LEFT JOIN temp.own_uuid u ON u.uuid = o.uuid"
	" WHERE o.id NOT IN (SELECT other FROM temp.left_out);";

/* ?1 = the merge. In the order of time, so that the log reads well; `of` waits for all to be there. */
static const char add_entries[] =
	"INSERT INTO main.edit (uuid, at_us, at_precision, reviewer, kind, state, redoable, verb, summary, of, batch,"
	" last_annotation, changes, merge) SELECT o.uuid, o.at_us, o.at_precision, o.reviewer, o.kind, 0, 0, o.verb, o.summary,"
	" NULL, NULL, 0, NULL, ?1 FROM temp.map_edit m JOIN other.edit o ON o.id = m.other WHERE m.id IS NULL"
	" ORDER BY o.at_us, o.id";
static const char readopt_entries[] =
	"UPDATE main.edit SET merge = ?1, state = 0 WHERE id IN (SELECT id FROM temp.map_edit WHERE fresh = 1 AND id IS NOT NULL)";
static const char link_entries[] =
	"INSERT OR IGNORE INTO temp.own_uuid SELECT uuid, id FROM main.edit WHERE merge = ?1";
static const char map_entries[] =
	"UPDATE temp.map_edit AS m SET id = (SELECT u.id FROM other.edit o JOIN temp.own_uuid u ON u.uuid = o.uuid"
	" WHERE o.id = m.other) WHERE m.id IS NULL;"
	"UPDATE main.edit AS e SET of = (SELECT t.id FROM temp.map_edit m JOIN other.edit o ON o.id = m.other"
	" JOIN temp.map_edit t ON t.other = o.of WHERE m.id = e.id)"
	" WHERE e.id IN (SELECT id FROM temp.map_edit WHERE fresh = 1) AND e.kind IN (1, 2);";

/* Edits that stood here and do no more (now = 1), or the other way round. */
static const char flip_states[] =
	"CREATE TEMP TABLE state_now (id INTEGER PRIMARY KEY, was INTEGER NOT NULL, now INTEGER NOT NULL, fresh INTEGER NOT NULL);"
	"INSERT INTO temp.state_now SELECT e.id, e.state, coalesce((SELECT m.kind = 1 FROM main.edit m WHERE m.of = e.id"
	" AND m.kind IN (1, 2) AND m.state = 0 ORDER BY m.at_us DESC, m.uuid DESC LIMIT 1), 0),"
	" EXISTS (SELECT 1 FROM temp.map_edit f WHERE f.id = e.id AND f.fresh = 1) FROM main.edit e WHERE e.kind = 0"
	" AND (e.id IN (SELECT id FROM temp.map_edit WHERE fresh = 1) OR e.id IN (SELECT of FROM main.edit"
	"  WHERE id IN (SELECT id FROM temp.map_edit WHERE fresh = 1) AND kind IN (1, 2)));"
	"UPDATE main.edit AS e SET state = (SELECT now FROM temp.state_now s WHERE s.id = e.id), redoable = 0"
	" WHERE e.id IN (SELECT id FROM temp.state_now WHERE fresh = 1 OR was <> now);"
	"CREATE TEMP TABLE flip AS SELECT id, now FROM temp.state_now WHERE fresh = 0 AND was <> now;";

enum status merge_log(struct merging *merge, struct error *err)
{
	const struct sql_value id[] = { SQL_INT(merge->work.id) };
	enum status status;

	if ((status = merge_run(merge, map_edits, err)) != STATUS_OK ||
	    (status = merge_number(merge, "SELECT count(*) FROM temp.map_edit WHERE fresh = 1", SQL_NULL(),
				   &merge->result->edits, err)) != STATUS_OK ||
	    (status = merge_run_with(merge, readopt_entries, id, 1, err)) != STATUS_OK ||
	    (status = merge_run_with(merge, add_entries, id, 1, err)) != STATUS_OK ||
	    (status = merge_run_with(merge, link_entries, id, 1, err)) != STATUS_OK ||
	    (status = merge_run(merge, map_entries, err)) != STATUS_OK ||
	    (status = merge_run(merge, flip_states, err)) != STATUS_OK)
		return status;
	return merge_number(merge, "SELECT count(*) FROM temp.flip", SQL_NULL(), &merge->result->flipped, err);
}

/* ---- annotations --------------------------------------------------------------------- */

/* What fresh and flipped edits are about, and the codes that they use. */
static const char map_samples[] =
	"CREATE TEMP TABLE map_sample (other INTEGER PRIMARY KEY, id INTEGER NOT NULL);"
	"INSERT INTO temp.map_sample SELECT o.id, s.id FROM other.sample o JOIN main.sample s"
	" ON substr(s.fingerprint, 1, 8) = substr(o.fingerprint, 1, 8) AND s.fingerprint = o.fingerprint"
	" WHERE o.id IN (SELECT sample FROM other.edit_sample UNION SELECT sample FROM other.edit_member"
	"  UNION SELECT sample FROM other.incident_member UNION SELECT sample FROM other.incident_cause_evidence"
	"  UNION SELECT duplicate_of FROM other.annotation WHERE duplicate_of IS NOT NULL"
	"  UNION SELECT low FROM other.alike_link UNION SELECT high FROM other.alike_link"
	"  UNION SELECT sample FROM other.plan_sample);"
	"INSERT INTO main.code (kind, category, word, hotkey, help, retired) SELECT o.kind, o.category, o.word, NULL, o.help,"
	" o.retired FROM other.code o WHERE NOT EXISTS (SELECT 1 FROM main.code c WHERE c.kind = o.kind"
	" AND c.category = o.category AND c.word = o.word) ORDER BY o.id;"
	"CREATE TEMP TABLE map_code (other INTEGER PRIMARY KEY, id INTEGER NOT NULL);"
	"INSERT INTO temp.map_code SELECT o.id, c.id FROM other.code o JOIN main.code c ON c.kind = o.kind"
	" AND c.category = o.category AND c.word = o.word;"
	"INSERT OR IGNORE INTO main.edit_sample (sample, at_us, edit, triaged, status, was, deferred_until) SELECT s.id, x.at_us,"
	" e.id, x.triaged, x.status, x.was, x.deferred_until"
	" FROM temp.map_edit e JOIN other.edit_sample x ON x.edit = e.other JOIN temp.map_sample s ON s.other = x.sample"
	" WHERE e.fresh = 1;"
	"CREATE TEMP TABLE touched (sample INTEGER PRIMARY KEY);"
	"INSERT OR IGNORE INTO temp.touched SELECT x.sample FROM main.edit_sample x WHERE x.edit IN"
	" (SELECT id FROM temp.map_edit WHERE fresh = 1 UNION SELECT id FROM temp.flip);";

/* An annotation is known by its edit, its sample, its lines, and its place among those that
 * the edit made there. Who supersedes whom is noted first: rows will go. Annotations
 * that the other store alone has are named by their id below 0. */
#define NTH(alias) "row_number() OVER (PARTITION BY " alias ".edit, " alias ".sample, " alias ".first_line, " alias \
		   ".last_line ORDER BY " alias ".id)"
static const char add_annotations[] =
	"CREATE TEMP TABLE own_annotation AS SELECT a.id, a.edit, a.sample, a.first_line, a.last_line, " NTH("a") " AS nth"
	" FROM temp.touched t JOIN main.annotation a ON a.sample = t.sample;"
	"CREATE INDEX temp.own_annotation_edit ON own_annotation(edit, sample);"
	"CREATE TEMP TABLE other_annotation AS SELECT a.id AS other, e.id AS edit, e.fresh, s.id AS sample, a.first_line,"
	" a.last_line, a.superseded_by, a.at_us, " NTH("a") " AS nth FROM temp.touched t JOIN temp.map_sample s ON s.id = t.sample"
	" JOIN other.annotation a ON a.sample = s.other JOIN temp.map_edit e ON e.other = a.edit;"
	"CREATE TEMP TABLE map_annotation (other INTEGER PRIMARY KEY, id INTEGER NOT NULL);"
	"INSERT INTO temp.map_annotation SELECT o.other, w.id FROM temp.other_annotation o JOIN temp.own_annotation w"
	" ON w.edit = o.edit AND w.sample = o.sample AND w.first_line = o.first_line AND w.last_line = o.last_line"
	" AND w.nth = o.nth;"
	"CREATE TEMP TABLE edge (x INTEGER NOT NULL, y INTEGER NOT NULL);"
	"CREATE INDEX temp.edge_x ON edge(x);"
	"INSERT INTO temp.edge SELECT a.id, a.superseded_by FROM temp.own_annotation w JOIN main.annotation a ON a.id = w.id"
	" WHERE a.superseded_by IS NOT NULL;"
	"DELETE FROM main.annotation_symptom WHERE annotation IN (SELECT w.id FROM temp.flip f JOIN temp.own_annotation w"
	" ON w.edit = f.id WHERE f.now = 1);"
	"DELETE FROM main.annotation WHERE id IN (SELECT w.id FROM temp.flip f JOIN temp.own_annotation w ON w.edit = f.id"
	" WHERE f.now = 1);";

/* Behind redo_flipped(): its rows are known too. */
static const char map_returned[] =
	"INSERT OR IGNORE INTO temp.map_annotation SELECT o.other, w.id FROM temp.other_annotation o JOIN"
	" (SELECT a.id, a.edit, a.sample, a.first_line, a.last_line, " NTH("a") " AS nth FROM temp.touched t"
	"  JOIN main.annotation a ON a.sample = t.sample WHERE a.edit IN (SELECT id FROM temp.flip WHERE now = 0)) w"
	" ON w.edit = o.edit AND w.sample = o.sample AND w.first_line = o.first_line AND w.last_line = o.last_line"
	" AND w.nth = o.nth";
/* ?1 = the greatest id given so far. New rows, in the order of time. */
static const char number_annotations[] =
	"INSERT INTO temp.map_annotation SELECT o.other, ?1 + row_number() OVER (ORDER BY o.at_us, o.other)"
	" FROM temp.other_annotation o JOIN main.edit e ON e.id = o.edit WHERE e.state = 0"
	" AND (o.fresh = 1 OR (e.changes IS NULL AND o.edit IN (SELECT id FROM temp.flip WHERE now = 0)))"
	" AND o.other NOT IN (SELECT other FROM temp.map_annotation)";
/* ?1 = the same. */
static const char copy_annotations[] =
	"INSERT INTO main.annotation (id, sample, reviewer, at_us, at_precision, first_line, last_line, verdict, cause,"
	" severity, confidence, note, blind, superseded_by, edit, adjudicated, duplicate_of) SELECT m.id, o.sample, a.reviewer, a.at_us, a.at_precision,"
	" a.first_line, a.last_line, a.verdict, (SELECT c.id FROM temp.map_code c WHERE c.other = a.cause), a.severity,"
	" a.confidence, a.note, a.blind, NULL, o.edit, a.adjudicated,"
	" (SELECT d.id FROM temp.map_sample d WHERE d.other = a.duplicate_of) FROM temp.map_annotation m JOIN temp.other_annotation o ON o.other = m.other"
	" JOIN other.annotation a ON a.id = m.other WHERE m.id > ?1 ORDER BY m.id";
static const char copy_symptoms[] =
	"INSERT INTO main.annotation_symptom (annotation, code) SELECT m.id, c.id FROM temp.map_annotation m"
	" JOIN other.annotation_symptom x ON x.annotation = m.other JOIN temp.map_code c ON c.other = x.code WHERE m.id > ?1"
	" ORDER BY 1, 2";

static const char supersede[] =
	"INSERT INTO temp.edge SELECT coalesce(x.id, -o.other), coalesce(y.id, -o.superseded_by) FROM temp.other_annotation o"
	" LEFT JOIN temp.map_annotation x ON x.other = o.other LEFT JOIN temp.map_annotation y ON y.other = o.superseded_by"
	" WHERE o.superseded_by IS NOT NULL;"
	"CREATE TEMP TABLE successor AS WITH RECURSIVE reach(x, y) AS (SELECT x, y FROM temp.edge UNION SELECT r.x, e.y"
	"  FROM reach r JOIN temp.edge e ON e.x = r.y WHERE NOT EXISTS (SELECT 1 FROM main.annotation a WHERE a.id = r.y))"
	" SELECT r.x AS id, r.y AS by, row_number() OVER (PARTITION BY r.x ORDER BY a.at_us DESC, e.uuid DESC, a.id DESC) AS place"
	" FROM reach r JOIN main.annotation a ON a.id = r.y JOIN main.edit e ON e.id = a.edit;"
	"CREATE INDEX temp.successor_id ON successor(id) WHERE place = 1;"
	"UPDATE main.annotation AS a SET superseded_by = (SELECT s.by FROM temp.successor s WHERE s.id = a.id AND s.place = 1)"
	" WHERE a.sample IN (SELECT sample FROM temp.touched)"
	" AND a.superseded_by IS NOT (SELECT s.by FROM temp.successor s WHERE s.id = a.id AND s.place = 1);";

static int annotations_alone(void *context, const char *table)
{
	(void)context;
	return strncmp(table, "annotation", strlen("annotation")) == 0;
}

/* What stands in its way is put right afterwards (supersede). */
static int omit(void *context, int why, sqlite3_changeset_iter *iter)
{
	(void)context;
	(void)iter;
	return why == SQLITE_CHANGESET_FOREIGN_KEY ? SQLITE_CHANGESET_ABORT : SQLITE_CHANGESET_OMIT;
}

/* Edits of this store that were undone and stand again: their rows come back under their ids. */
static enum status redo_flipped(struct merging *merge, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, "SELECT e.changes FROM temp.flip f JOIN main.edit e ON e.id = f.id"
					       " WHERE f.now = 0 AND e.changes IS NOT NULL ORDER BY e.id", NULL, 0);
	VEC_OF(struct slice) list = VEC_INIT;
	enum status status;

	while (sql_next(merge->db, stmt))
		vec_push(&list, column_slice(&merge->arena, stmt, 0));
	status = sql_end(merge->db, stmt, err);
	for (size_t i = 0; i < list.len && status == STATUS_OK; i++) {
		void *copy = mem_alloc(list.items[i].len_bytes + 1);
		memcpy(copy, list.items[i].at, list.items[i].len_bytes);
		int rc = sqlite3changeset_apply(merge->db->handle, (int)list.items[i].len_bytes, copy, annotations_alone, omit,
						NULL);
		free(copy);
		if (rc != SQLITE_OK)
			status = db_error(merge->db, rc, err);
	}
	vec_release(&list);
	return status;
}

static enum status restore_touched(struct merging *merge, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, "SELECT sample FROM temp.touched", NULL, 0);
	VEC_OF(int64_t) samples = VEC_INIT;
	struct strbuf ids = STRBUF_INIT;
	enum status status;

	while (sql_next(merge->db, stmt))
		vec_push(&samples, sqlite3_column_int64(stmt, 0));
	status = sql_end(merge->db, stmt, err);
	if (status == STATUS_OK)
		status = sql_run(merge->db, SQL_SAMPLES_RESTORE, err, ids_as_json(&ids, samples.items, samples.len));
	strbuf_release(&ids);
	vec_release(&samples);
	return status;
}

/* One reviewer at work on both copies: both judgements stand, and the newer counts. Likewise decisions, of which
 * a sample has one, whoever made it. */
static enum status tell_doubles(struct merging *merge, struct error *err)
{
	const struct sql_value id[] = { SQL_INT(merge->work.id) };
	enum status status;
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, "SELECT a.sample, a.reviewer, count(*) FROM temp.touched t"
					       " JOIN main.annotation a ON a.sample = t.sample WHERE a.superseded_by IS NULL"
					       " AND a.adjudicated IS NULL"
					       " GROUP BY a.sample, a.reviewer, a.first_line, a.last_line HAVING count(*) > 1"
					       " AND max(a.id) > (SELECT last_annotation FROM main.edit WHERE id = ?1)", id, 1);

	while (sql_next(merge->db, stmt))
		merge_conflict(merge, "sample %lld: %lld judgements of %s stand side by side; the newest counts until it is "
			       "judged again", (long long)sqlite3_column_int64(stmt, 0),
			       (long long)sqlite3_column_int64(stmt, 2), (const char *)sqlite3_column_text(stmt, 1));
	if ((status = sql_end(merge->db, stmt, err)) != STATUS_OK)
		return status;
	stmt = sql_start_dynamic(merge->db, "SELECT sample, count(*), group_concat(reviewer, ', ') FROM (SELECT a.sample, a.reviewer, a.id"
				 " FROM temp.touched t JOIN main.annotation a ON a.sample = t.sample WHERE a.superseded_by IS NULL"
				 " AND a.adjudicated IS NOT NULL ORDER BY a.sample, a.reviewer, a.id) GROUP BY sample HAVING count(*) > 1"
				 " AND max(id) > (SELECT last_annotation FROM main.edit WHERE id = ?1)", id, 1);
	while (sql_next(merge->db, stmt))
		merge_conflict(merge, "sample %lld: %lld decisions stand side by side (%s); all count until it is decided again",
			       (long long)sqlite3_column_int64(stmt, 0), (long long)sqlite3_column_int64(stmt, 1),
			       (const char *)sqlite3_column_text(stmt, 2));
	return sql_end(merge->db, stmt, err);
}

/* What a sample waits for is named by that store's keys and numbers. An import to come there is one to
 * come here. Told from what that store has: edits that come again have ours already. */
#define LESS_NUMBER "rtrim(x.deferred_until, '0123456789')"
static const char map_deferrals[] =
	"UPDATE main.edit_sample AS s SET deferred_until = d.until FROM (SELECT t.id AS sample, e.id AS edit,"
	" CASE WHEN x.deferred_until GLOB 'hits:*[0-9]' AND substr(" LESS_NUMBER ", -7) = ' batch>'"
	" THEN " LESS_NUMBER " || (SELECT coalesce(max(id), 0) FROM main.batch)"
	" ELSE coalesce((SELECT k.key FROM temp.map_incident k WHERE k.other = x.deferred_until), x.deferred_until) END AS until"
	" FROM temp.map_edit e JOIN other.edit_sample x ON x.edit = e.other JOIN temp.map_sample t ON t.other = x.sample"
	" WHERE e.fresh = 1 AND x.deferred_until IS NOT NULL) d WHERE s.edit = d.edit AND s.sample = d.sample";

enum status merge_annotations(struct merging *merge, struct error *err)
{
	const struct sql_value last[] = { SQL_INT(merge->work.last_annotation) };
	int64_t greatest = 0;
	enum status status;

	if ((status = merge_run(merge, map_deferrals, err)) != STATUS_OK ||
	    (status = merge_run(merge, add_annotations, err)) != STATUS_OK ||
	    (status = redo_flipped(merge, err)) != STATUS_OK ||
	    (status = merge_run(merge, map_returned, err)) != STATUS_OK ||
	    (status = merge_run_with(merge, number_annotations, last, 1, err)) != STATUS_OK ||
	    (status = merge_run_with(merge, copy_annotations, last, 1, err)) != STATUS_OK ||
	    (status = merge_run_with(merge, copy_symptoms, last, 1, err)) != STATUS_OK ||
	    (status = merge_run(merge, supersede, err)) != STATUS_OK ||
	    (status = restore_touched(merge, err)) != STATUS_OK ||
	    (status = tell_doubles(merge, err)) != STATUS_OK ||
	    (status = merge_number(merge, "SELECT coalesce(max(id), 0) FROM temp.map_annotation", SQL_NULL(), &greatest,
				   err)) != STATUS_OK)
		return status;
	status = merge_number(merge, "SELECT count(*) FROM temp.map_annotation WHERE id > ?1", last[0],
			      &merge->result->annotations, err);
	if (greatest > merge->work.last_annotation)
		merge->work.last_annotation = greatest;
	return status;
}

enum status merge_map(struct merging *merge, struct error *err)
{
	return merge_run(merge, map_samples, err);
}
