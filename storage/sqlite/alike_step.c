/* Making groups, step by step; alike.h explains it. */
#include <stdlib.h>

#include "storage/sqlite/alike.h"

#define CHUNK_LEAST 49152 /* bodies of a pass: 20 MB */
#define CHUNK_SHARE 64    /* or one of so many that there are: the walk is past all of them */
#define TEXTS_SHARE 60    /* percent of the time; the rest is for the end of the transaction */
#define BUSY_LOOK 64      /* rows between two looks at the clock */

struct state {
	int64_t form, epoch, sample_done, grouped, last;
};

struct step {
	int64_t budget_us, until_us;
	unsigned rows;
	bool over;
};

static bool is_over(struct step *step)
{
	if (!step->over && step->rows++ % BUSY_LOOK == BUSY_LOOK - 1)
		step->over = monotonic_us() >= step->until_us;
	return step->over;
}

static enum status read_state(struct sqlite_store *db, struct state *out, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_ALIKE_STATE);
	enum status status;

	*out = (struct state){ .epoch = 0 };
	if (sql_next(db, stmt)) {
		out->form = sqlite3_column_int64(stmt, 0);
		out->epoch = sqlite3_column_int64(stmt, 1);
		out->sample_done = sqlite3_column_int64(stmt, 2);
		out->grouped = sqlite3_column_int64(stmt, 3);
	}
	status = sql_end(db, stmt, err);
	return status == STATUS_OK ? sql_number_plain(db, SQL_ALIKE_SIGN_LAST, &out->last, NULL, err) : status;
}

/* ---- signatures ------------------------------------------------------------------------------ */

static enum status sign(struct sqlite_store *db, int64_t body, int64_t sample, struct slice code, struct error *err)
{
	struct similar_signature signature;
	unsigned char bytes[SIMILAR_PACKED_BYTES];

	similar_sign(code, &signature);
	similar_pack(&signature, bytes);
	return sql_run(db, SQL_ALIKE_SIGN_ADD, err, SQL_INT(body), SQL_INT(sample), SQL_BLOB(bytes, sizeof(bytes)));
}

static enum status sign_row(struct sqlite_store *db, sqlite3_stmt *row, struct error *err)
{
	const char *at = sqlite3_column_blob(row, 2);
	struct slice code = { at ? at : "", (size_t)sqlite3_column_bytes(row, 2) };

	if (sqlite3_column_type(row, 1) == SQLITE_NULL || sqlite3_column_type(row, 2) == SQLITE_NULL)
		return STATUS_OK; /* it has no code, or one that is signed */
	return sign(db, sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 0), code, err);
}

static enum status sign_pending(struct sqlite_store *db, struct step *step, struct error *err)
{
	enum status status = STATUS_OK, end;
	bool found = true;

	while (found && status == STATUS_OK && !is_over(step)) {
		sqlite3_stmt *stmt = sql_start_plain(db, SQL_ALIKE_PENDING_NEXT);
		int64_t sample = 0;
		if ((found = sql_next(db, stmt))) {
			sample = sqlite3_column_int64(stmt, 0);
			status = sign_row(db, stmt, err);
		}
		end = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
		status = status == STATUS_OK ? end : status;
		if (status == STATUS_OK && found)
			status = sql_run(db, SQL_ALIKE_PENDING_DROP, err, SQL_INT(sample));
	}
	return status;
}

static enum status sign_samples(struct sqlite_store *db, struct step *step, int64_t from, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_ALIKE_CODES_FROM, SQL_INT(from));
	enum status status = STATUS_OK, end;
	int64_t done = from;

	while (status == STATUS_OK && !is_over(step) && sql_next(db, stmt)) {
		done = sqlite3_column_int64(stmt, 0);
		status = sign_row(db, stmt, err);
	}
	end = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	status = status == STATUS_OK ? end : status;
	return status == STATUS_OK && done > from ? sql_run(db, SQL_ALIKE_SAMPLES_DONE, err, SQL_INT(done)) : status;
}

/* ---- a pass ---------------------------------------------------------------------------------- */

/* Reads the chunk, then walks the others past it; no lock is needed for that. */
static enum status look(struct sqlite_store *db, struct alike_pass *pass, struct step *step, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_ALIKE_SIGNS, SQL_INT(pass->at), SQL_INT(pass->walking ? pass->first : pass->last));
	bool whole = true;
	enum status status;

	while (sql_next(db, stmt)) {
		int64_t body = sqlite3_column_int64(stmt, 1);
		const unsigned char *bytes = sqlite3_column_blob(stmt, 2);
		pass->at = sqlite3_column_int64(stmt, 0);
		if (sqlite3_column_bytes(stmt, 2) != SIMILAR_PACKED_BYTES)
			continue; /* `check` tells */
		if (pass->walking)
			alike_pass_walk(pass, body, bytes);
		else
			alike_pass_load(pass, pass->at, body, bytes);
		if (is_over(step)) {
			whole = false;
			break;
		}
	}
	status = sql_end(db, stmt, err);
	if (status != STATUS_OK || !whole)
		return status;
	if (pass->walking) {
		alike_pass_end(pass);
	} else {
		pass->walking = true;
		pass->at = 0;
	}
	return STATUS_OK;
}

/* What a node and its neighbours are from now on; *cluster: what they are all in. */
static enum status join_node(struct sqlite_store *db, const struct alike_pass *pass, size_t edges, int64_t *cluster,
			     struct error *err)
{
	const struct alike_edge *edge = &pass->edges.items[pass->edge_at];
	int64_t own = pass->nodes.items[pass->node_at].body, to = 0, of;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < edges && status == STATUS_OK; i++) {
		of = 0;
		status = sql_number(db, SQL_ALIKE_CLUSTER_OF, &of, NULL, err, SQL_INT(edge[i].body));
		if (!to)
			to = of ? of : edge[i].body;
		if (status == STATUS_OK && !of)
			status = sql_run(db, SQL_ALIKE_ADD, err, SQL_INT(edge[i].body), SQL_INT(to), SQL_INT(to));
		else if (status == STATUS_OK && of != to)
			status = sql_run(db, SQL_ALIKE_CLUSTER_MOVE, err, SQL_INT(to), SQL_INT(of));
	}
	*cluster = to;
	return status == STATUS_OK ? sql_run(db, SQL_ALIKE_ADD, err, SQL_INT(own), SQL_INT(to), SQL_INT(to)) : status;
}

/* The number up to which the groups are written. */
static int64_t written(const struct alike_pass *pass)
{
	if (pass->found && pass->node_at == pass->nodes.len)
		return pass->last;
	return pass->node_at ? pass->nodes.items[pass->node_at - 1].number : pass->first;
}

/* In the order of the new bodies, as far as the time goes. */
static enum status write_pass(struct sqlite_store *db, struct alike_pass *pass, struct step *step, struct error *err)
{
	VEC_OF(int64_t) clusters = VEC_INIT;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && pass->node_at < pass->nodes.len && !is_over(step)) {
		size_t edges = 0;
		int64_t cluster;
		while (pass->edge_at + edges < pass->edges.len && pass->edges.items[pass->edge_at + edges].node == pass->node_at)
			edges++;
		if (edges && (status = join_node(db, pass, edges, &cluster, err)) == STATUS_OK)
			vec_push(&clusters, cluster);
		pass->edge_at += edges;
		pass->node_at++;
	}
	if (status == STATUS_OK)
		status = sql_run(db, SQL_ALIKE_GROUPED, err, SQL_INT(written(pass)));
	if (status == STATUS_OK)
		status = alike_mend(db, clusters.items, clusters.len, err);
	vec_release(&clusters);
	return status;
}

/* The pass at hand, if it is still what is to be done. */
static bool fits(const struct alike_pass *pass, const struct state *state)
{
	return pass->epoch == state->epoch && state->grouped == written(pass);
}

static void choose_pass(struct sqlite_store *db, const struct state *state)
{
	int64_t most = state->grouped / CHUNK_SHARE > CHUNK_LEAST ? state->grouped / CHUNK_SHARE : CHUNK_LEAST;

	if (db->alike && (!fits(db->alike, state) || (db->alike->found && db->alike->node_at == db->alike->nodes.len))) {
		alike_pass_free(db->alike);
		db->alike = NULL;
	}
	if (!db->alike && state->grouped < state->last)
		db->alike = alike_pass_new(state->epoch, state->grouped,
					   state->last - state->grouped > most ? state->grouped + most : state->last);
}

/* ---- the step ---------------------------------------------------------------------------------- */

static enum status take_step(struct sqlite_store *db, struct step *step, struct error *err)
{
	struct state state;
	enum status status = read_state(db, &state, err);

	if (status == STATUS_OK && state.form != SIMILAR_FORM) {
		if ((status = alike_drop(db, err)) == STATUS_OK)
			status = read_state(db, &state, err);
	}
	if (status == STATUS_OK)
		status = sign_pending(db, step, err);
	if (status == STATUS_OK && !step->over)
		status = sign_samples(db, step, state.sample_done, err);
	if (status != STATUS_OK || step->over || (status = read_state(db, &state, err)) != STATUS_OK)
		return status;
	choose_pass(db, &state);
	if (db->alike && db->alike->found)
		status = write_pass(db, db->alike, step, err);
	return status == STATUS_OK ? alike_follow_words(db, err) : status;
}

/* What can be done without the lock: *done. A transaction that is taken back must not leave a pass half written. */
static enum status look_alone(struct sqlite_store *db, struct step *step, bool *done, struct error *err)
{
	bool began = read_begin(db);
	struct state state;
	enum status status = read_state(db, &state, err);

	step->until_us = monotonic_us() + step->budget_us;
	*done = false;
	if (status == STATUS_OK && db->alike && fits(db->alike, &state) && !db->alike->found) {
		*done = true;
		status = look(db, db->alike, step, err);
	}
	read_end(db, began);
	return status;
}

static enum status step_with_lock(struct sqlite_store *db, struct step *step, bool patient, struct error *err)
{
	int64_t changes = sqlite3_total_changes64(db->handle);
	enum status status;

	if (!patient)
		sqlite3_busy_handler(db->handle, NULL, NULL);
	status = write_begin(db, err);
	if (!patient)
		busy_register(db);
	if (status != STATUS_OK)
		return status;
	step->until_us = monotonic_us() + step->budget_us; /* others may have been at it until now */
	status = write_end(db, take_step(db, step, err), err);
	db->index_changes += sqlite3_total_changes64(db->handle) - changes;
	if (status != STATUS_OK) {
		alike_pass_free(db->alike);
		db->alike = NULL;
	}
	return status;
}

enum status db_alike_step(struct store *store, int64_t budget_ms, bool patient, bool *whole, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct step step = { .budget_us = budget_ms * 1000 * TEXTS_SHARE / 100 };
	struct alike_status is = { .whole = false };
	bool done = false;
	enum status status;

	*whole = false;
	if (db->import || db->group)
		return error_set(err, STATUS_REFUSED, "groups cannot be made while an import or a group of edits is under way");
	status = look_alone(db, &step, &done, err);
	if (status == STATUS_OK && !done)
		status = step_with_lock(db, &step, patient, err);
	if (status == STATUS_OK)
		status = db_alike_status(store, &is, err);
	*whole = status == STATUS_OK && is.whole;
	if (status == STATUS_OK && !*whole && !done)
		sqlite3_sleep(BUSY_TURN_MS);
	return status;
}

enum status db_alike_status(struct store *store, struct alike_status *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db), changed = false;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_ALIKE_STATUS);
	enum status status;

	*out = (struct alike_status){ .whole = true };
	if (sql_next(db, stmt)) {
		out->samples = sqlite3_column_int64(stmt, 0);
		out->samples_done = sqlite3_column_int64(stmt, 1);
		out->whole = sqlite3_column_int(stmt, 2) != 0;
	}
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK && out->whole)
		status = sql_number_plain(db, SQL_ALIKE_WORDS_CHANGED, NULL, &changed, err);
	out->whole = out->whole && !changed;
	read_end(db, began);
	return status;
}

enum status alike_drop(struct sqlite_store *db, struct error *err)
{
	static const enum statement parts[] = { SQL_ALIKE_EMPTY, SQL_ALIKE_WORDS_FORGET, SQL_ALIKE_SIGNS_EMPTY, SQL_ALIKE_PENDING_EMPTY };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < ARRAY_LEN(parts) && status == STATUS_OK; i++)
		status = sql_run_plain(db, parts[i], err);
	return status == STATUS_OK ? sql_run(db, SQL_ALIKE_RESET, err, SQL_INT(SIMILAR_FORM)) : status;
}
