/* Plans of another store: there if the edit that made one stands. */
#include "storage/sqlite/merge.h"

static const char take[] =
	"DELETE FROM main.plan_sample WHERE plan IN (SELECT id FROM temp.flip WHERE now = 1);"
	"DELETE FROM main.plan_stratum WHERE plan IN (SELECT id FROM temp.flip WHERE now = 1);"
	"DELETE FROM main.plan WHERE edit IN (SELECT id FROM temp.flip WHERE now = 1);"
	"INSERT OR IGNORE INTO main.plan (edit, name, form, query, key, seed) SELECT m.id, p.name, p.form, p.query, p.key, p.seed"
	" FROM other.plan p JOIN temp.map_edit m ON m.other = p.edit JOIN main.edit e ON e.id = m.id AND e.state = 0;"
	"INSERT OR IGNORE INTO main.plan_stratum (plan, number, value, population) SELECT m.id, x.number, x.value, x.population"
	" FROM other.plan_stratum x JOIN temp.map_edit m ON m.other = x.plan JOIN main.plan p ON p.edit = m.id;"
	"INSERT OR IGNORE INTO main.plan_sample (plan, sample, stratum) SELECT m.id, s.id, x.stratum FROM other.plan_sample x"
	" JOIN temp.map_edit m ON m.other = x.plan JOIN main.plan p ON p.edit = m.id JOIN temp.map_sample s ON s.other = x.sample;";

enum status merge_plans(struct merging *merge, struct error *err)
{
	return merge_run(merge, take, err);
}
