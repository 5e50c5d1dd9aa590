/*
 * What people of another store said of samples (alike_link). A word is there if its edit stands, as
 * an annotation is; which of several on the same two samples counts is told by their times, in
 * either store the same.
 */
#include "storage/sqlite/alike.h"
#include "storage/sqlite/merge.h"

static const char take[] =
	"DELETE FROM main.alike_link WHERE edit IN (SELECT id FROM temp.flip WHERE now = 1);"
	"INSERT OR IGNORE INTO main.alike_link (low, high, edit, word) SELECT min(x.id, y.id), max(x.id, y.id), m.id, o.word"
	" FROM other.alike_link o JOIN temp.map_edit m ON m.other = o.edit JOIN main.edit e ON e.id = m.id AND e.state = 0"
	" JOIN temp.map_sample x ON x.other = o.low JOIN temp.map_sample y ON y.other = o.high WHERE x.id <> y.id;";

static enum status tell_contradictions(struct merging *merge, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, "SELECT DISTINCT l.low, l.high FROM main.alike_link l JOIN main.alike_link k"
					       " ON k.low = l.low AND k.high = l.high AND k.edit > l.edit AND k.word <> l.word"
					       " WHERE (k.edit IN (SELECT id FROM temp.map_edit WHERE fresh = 1))"
					       " <> (l.edit IN (SELECT id FROM temp.map_edit WHERE fresh = 1))", NULL, 0);

	while (sql_next(merge->db, stmt))
		merge_conflict(merge, "samples %lld and %lld: one says that they belong together, another that they do not; the newer "
			       "word counts", (long long)sqlite3_column_int64(stmt, 0), (long long)sqlite3_column_int64(stmt, 1));
	return sql_end(merge->db, stmt, err);
}

enum status merge_alike(struct merging *merge, struct error *err)
{
	enum status status = merge_run(merge, take, err);

	if (status == STATUS_OK)
		status = tell_contradictions(merge, err);
	return status == STATUS_OK ? alike_follow_words(merge->db, err) : status;
}
