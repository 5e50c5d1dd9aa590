/* What people say of samples, and the groups that it changes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/alike.h"

/* Some clusters with all that is needed to make them anew. */
struct making {
	VEC_OF(int64_t) bodies; /* ascending */
	struct similar_signature *signatures;
	VEC_OF(struct alike_pair) pairs;
	uint32_t *cluster, *group;
};

static enum status add_cluster_of(struct sqlite_store *db, struct making *making, int64_t body, struct error *err)
{
	int64_t cluster = 0;
	enum status status = sql_number(db, SQL_ALIKE_CLUSTER_OF, &cluster, NULL, err, SQL_INT(body));
	sqlite3_stmt *stmt;

	vec_push(&making->bodies, body);
	if (status != STATUS_OK || !cluster)
		return status;
	stmt = sql_start(db, SQL_ALIKE_BODIES, SQL_INT(cluster));
	while (sql_next(db, stmt))
		vec_push(&making->bodies, sqlite3_column_int64(stmt, 0));
	return sql_end(db, stmt, err);
}

static enum status read_signatures(struct sqlite_store *db, struct making *making, struct error *err)
{
	enum status status = STATUS_OK;

	making->signatures = mem_zalloc(making->bodies.len + 1, sizeof(*making->signatures));
	for (size_t i = 0; i < making->bodies.len && status == STATUS_OK; i++) {
		sqlite3_stmt *stmt = sql_start(db, SQL_ALIKE_SIGN_OF, SQL_INT(making->bodies.items[i]));
		if (sql_next(db, stmt) && sqlite3_column_bytes(stmt, 0) == SIMILAR_PACKED_BYTES)
			similar_unpack(sqlite3_column_blob(stmt, 0), &making->signatures[i]);
		else
			making->signatures[i] = (struct similar_signature){ .is_short = true, .normalised = (uint64_t)i };
		status = sql_end(db, stmt, err);
	}
	return status;
}

/* Its place in the list, or -1. */
static int64_t place_of(const struct making *making, int64_t body)
{
	size_t from = 0, to = making->bodies.len;

	while (from < to) {
		size_t middle = (from + to) / 2;
		if (making->bodies.items[middle] < body)
			from = middle + 1;
		else
			to = middle;
	}
	return from < making->bodies.len && making->bodies.items[from] == body ? (int64_t)from : -1;
}

static enum status read_words(struct sqlite_store *db, struct making *making, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_ALIKE_WORDS);

	while (sql_next(db, stmt)) {
		int64_t a = place_of(making, sqlite3_column_int64(stmt, 0)), b = place_of(making, sqlite3_column_int64(stmt, 1));
		if (a >= 0 && b >= 0)
			vec_push(&making->pairs, ((struct alike_pair){ (uint32_t)a, (uint32_t)b,
								       (enum alike_word)column_term(stmt, 2, ALIKE_WORD_COUNT) }));
	}
	return sql_end(db, stmt, err);
}

/* Those that hang together with others, and no others. */
static enum status write_groups(struct sqlite_store *db, const struct making *making, struct error *err)
{
	size_t count = making->bodies.len;
	uint32_t *sizes = mem_zalloc(count + 1, sizeof(*sizes));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count; i++)
		sizes[making->cluster[i]]++;
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		int64_t body = making->bodies.items[i];
		if (sizes[making->cluster[i]] < 2)
			status = sql_run(db, SQL_ALIKE_DROP, err, SQL_INT(body));
		else
			status = sql_run(db, SQL_ALIKE_ADD, err, SQL_INT(body), SQL_INT(making->bodies.items[making->cluster[i]]),
					 SQL_INT(making->bodies.items[making->group[i]]));
	}
	free(sizes);
	return status;
}

enum status alike_make_anew(struct sqlite_store *db, const int64_t *bodies, size_t count, struct error *err)
{
	struct making making = { .bodies = VEC_INIT };
	enum status status = STATUS_OK;

	for (size_t i = 0; bodies && i < count && status == STATUS_OK; i++)
		status = add_cluster_of(db, &making, bodies[i], err);
	making.bodies.len = making.bodies.items ? sort_unique_ids(making.bodies.items, making.bodies.len) : 0;
	if (status == STATUS_OK)
		status = read_signatures(db, &making, err);
	if (status == STATUS_OK)
		status = read_words(db, &making, err);
	if (status == STATUS_OK && making.bodies.len) {
		making.cluster = mem_alloc(making.bodies.len * sizeof(*making.cluster));
		making.group = mem_alloc(making.bodies.len * sizeof(*making.group));
		alike_make(making.signatures, making.bodies.len, making.pairs.items, making.pairs.len, making.cluster, making.group);
		status = write_groups(db, &making, err);
	}
	vec_release(&making.bodies);
	vec_release(&making.pairs);
	free(making.signatures);
	free(making.cluster);
	free(making.group);
	return status;
}

/* Both bodies of each row that the statement answers. */
static enum status read_bodies(struct sqlite_store *db, enum statement statement, int64_t **out, size_t *count, struct error *err)
{
	VEC_OF(int64_t) bodies = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, statement);

	while (sql_next(db, stmt)) {
		vec_push(&bodies, sqlite3_column_int64(stmt, 0));
		vec_push(&bodies, sqlite3_column_int64(stmt, 1));
	}
	*count = sort_unique_ids(bodies.items, bodies.len);
	*out = bodies.items;
	return sql_end(db, stmt, err);
}

enum status alike_follow_words(struct sqlite_store *db, struct error *err)
{
	int64_t *bodies;
	size_t count;
	enum status status = read_bodies(db, SQL_ALIKE_WORDS_CHANGED, &bodies, &count, err);

	if (status == STATUS_OK && count) {
		status = sql_run_plain(db, SQL_ALIKE_WORDS_FORGET, err);
		if (status == STATUS_OK)
			status = sql_run_plain(db, SQL_ALIKE_WORDS_APPLY, err);
		if (status == STATUS_OK)
			status = alike_make_anew(db, bodies, count, err);
	}
	free(bodies);
	return status;
}

enum status alike_mend(struct sqlite_store *db, const int64_t *clusters, size_t count, struct error *err)
{
	int64_t *bodies = NULL, *touched;
	size_t body_count = 0, touched_count, kept = 0;
	enum status status = count ? read_bodies(db, SQL_ALIKE_WORDS, &bodies, &body_count, err) : STATUS_OK;

	touched = unique_ids(clusters, body_count ? count : 0, &touched_count);
	for (size_t i = 0; i < body_count && status == STATUS_OK; i++) {
		int64_t cluster = 0;
		bool is_touched = false;
		status = sql_number(db, SQL_ALIKE_CLUSTER_OF, &cluster, NULL, err, SQL_INT(bodies[i]));
		for (size_t k = 0; k < touched_count && !is_touched; k++)
			is_touched = touched[k] == cluster;
		if (is_touched)
			bodies[kept++] = bodies[i];
	}
	if (status == STATUS_OK && kept)
		status = alike_make_anew(db, bodies, kept, err);
	free(touched);
	free(bodies);
	return status;
}

/* ---- saying --------------------------------------------------------------------------------------- */

struct saying {
	struct sqlite_store *db;
	struct edit_work work;
	enum alike_word word;
	size_t said;
};

/* Nothing new is no edit. */
static enum status say_pair(struct saying *saying, int64_t a, int64_t b, struct error *err)
{
	int64_t now = ALIKE_UNSAID;
	enum status status = sql_number(saying->db, SQL_ALIKE_LINK_NOW, &now, NULL, err, SQL_INT(a), SQL_INT(b));

	if (status != STATUS_OK || now == (int64_t)saying->word || a == b)
		return status;
	saying->said++;
	return sql_run(saying->db, SQL_ALIKE_LINK_ADD, err, SQL_INT(a), SQL_INT(b), SQL_INT(saying->work.id),
		       SQL_INT((int64_t)saying->word));
}

/* What was said of any two of them. */
static enum status unsay(struct saying *saying, const int64_t *samples, size_t count, struct error *err)
{
	struct arena arena = ARENA_INIT;
	const struct alike_link *links;
	size_t link_count = 0;
	enum status status = db_alike_links(&saying->db->base, &arena, 0, &links, &link_count, err);

	for (size_t i = 0; i < link_count && status == STATUS_OK; i++) {
		int both = 0;
		for (size_t k = 0; k < count; k++)
			both += samples[k] == links[i].low || samples[k] == links[i].high;
		if (both == 2)
			status = say_pair(saying, links[i].low, links[i].high, err);
	}
	arena_release(&arena);
	return status;
}

static enum status say_all(struct saying *saying, const int64_t *samples, size_t count, struct error *err)
{
	int64_t *ids = NULL;
	size_t unique = 0;
	enum status status = unique_samples(saying->db, samples, count, &ids, &unique, err);

	if (status == STATUS_OK && unique < 2)
		status = error_set(err, STATUS_USAGE, "two samples at least: what is said is of one and another");
	if (status == STATUS_OK && saying->word == ALIKE_UNSAID)
		status = unsay(saying, ids, unique, err);
	for (size_t i = 1; i < count && status == STATUS_OK && saying->word != ALIKE_UNSAID; i++)
		status = say_pair(saying, samples[0], samples[i], err);
	free(ids);
	return status;
}

/* All words as they would stand; samples of equal code are one thing there. */
static enum status check_words(struct sqlite_store *db, struct error *err)
{
	VEC_OF(struct alike_pair) pairs = VEC_INIT;
	VEC_OF(int64_t) bodies = VEC_INIT, samples = VEC_INIT; /* two of each a pair */
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_ALIKE_WORDS_OF_SAMPLES);
	struct making places = { .bodies = VEC_INIT };
	size_t wrong;
	enum status status;

	while (sql_next(db, stmt)) {
		vec_push(&pairs, ((struct alike_pair){ .word = (enum alike_word)column_term(stmt, 2, ALIKE_WORD_COUNT) }));
		for (int column = 0; column < 2; column++) {
			vec_push(&samples, sqlite3_column_int64(stmt, column));
			vec_push(&bodies, sqlite3_column_int64(stmt, 3 + column));
			vec_push(&places.bodies, bodies.items[bodies.len - 1]);
		}
	}
	status = sql_end(db, stmt, err);
	places.bodies.len = places.bodies.items ? sort_unique_ids(places.bodies.items, places.bodies.len) : 0;
	for (size_t i = 0; i < pairs.len; i++) {
		pairs.items[i].a = (uint32_t)place_of(&places, bodies.items[2 * i]);
		pairs.items[i].b = (uint32_t)place_of(&places, bodies.items[2 * i + 1]);
	}
	if (status == STATUS_OK && pairs.items && samples.items &&
	    alike_contradiction(places.bodies.len, pairs.items, pairs.len, &wrong)) {
		const int64_t *two = samples.items + 2 * wrong;
		if (pairs.items[wrong].a == pairs.items[wrong].b)
			status = error_set(err, STATUS_REFUSED, "samples %" PRId64 " and %" PRId64 " have the same code: they cannot be "
					   "parted", two[0], two[1]);
		else
			status = error_set(err, STATUS_REFUSED, "samples %" PRId64 " and %" PRId64 " are parted, but put together by way of "
					   "others: take back one or the other", two[0], two[1]);
	}
	vec_release(&pairs);
	vec_release(&bodies);
	vec_release(&samples);
	vec_release(&places.bodies);
	return status;
}

enum status db_alike_say(struct store *store, const char *reviewer, const int64_t *samples, size_t count, enum alike_word word,
			 int64_t *edit_id, struct error *err)
{
	struct saying saying = { .db = sqlite_of(store), .word = word };
	char summary[128] = "";
	enum status status;

	*edit_id = 0;
	if ((status = check_reviewer(reviewer, err)) != STATUS_OK)
		return status;
	if ((unsigned)word >= ALIKE_WORD_COUNT)
		return error_set(err, STATUS_USAGE, "there is no such word about samples");
	status = edit_begin(saying.db, reviewer, "alike", &saying.work, err);
	if (status == STATUS_OK)
		status = say_all(&saying, samples, count, err);
	if (status == STATUS_OK && saying.said)
		status = check_words(saying.db, err);
	if (status == STATUS_OK && saying.said)
		status = alike_follow_words(saying.db, err);
	if (count == 2)
		snprintf(summary, sizeof(summary), "samples %" PRId64 " and %" PRId64 ": %s", samples[0], samples[1],
			 alike_word_word(word));
	else if (count > 2)
		snprintf(summary, sizeof(summary), "samples %" PRId64 ", %" PRId64 " and %zu more: %s", samples[0], samples[1],
			 count - 2, alike_word_word(word));
	return edit_end(saying.db, &saying.work, status, summary, edit_id, err);
}
