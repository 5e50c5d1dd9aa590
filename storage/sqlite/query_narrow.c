/*
 * Filters that few samples can meet. Following the list's order would try every
 * sample of the store to find those few; so their ids are fetched first, from an
 * index (or from the annotations, which are fewer than samples), and sorted. Which
 * way is shorter depends on how many there are, and SQLite does not know: they
 * are counted here, up to a bound.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "storage/sqlite/search.h"

/* What samples have of their own no index finds, but it is narrow: a third of the time that
 * the samples themselves would take. */
static void add_attribute(struct sqlite_store *db, const char *key, const struct query_value *value, struct sql_text *out)
{
	struct strbuf *sql = &out->sql;
	int64_t own = query_own_key(db, key);
	char expr[64];

	strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE provenance IN (SELECT provenance FROM provenance_item"
			   " WHERE shadowed = 0 AND attribute IN (SELECT id FROM attribute WHERE key = ");
	sql_text_bind(out, SQL_TEXT(key));
	strbuf_addstr(sql, " AND ");
	query_compile_fits(out, "value", value);
	strbuf_addstr(sql, "))");
	if (!own)
		return;
	snprintf(expr, sizeof(expr), "own_value(items, %" PRId64 ")", own);
	strbuf_addstr(sql, " UNION ALL SELECT sample FROM sample_own WHERE ");
	query_compile_fits(out, expr, value);
}

/* Whether "reviewers" compared so holds where nobody has judged. */
static bool holds_for_nobody(enum query_op op, int64_t number)
{
	switch (op) {
	case QUERY_LT: return number > 0;
	case QUERY_LE: return number >= 0;
	case QUERY_GT: return number < 0;
	case QUERY_GE: return number <= 0;
	case QUERY_EQ: break;
	}
	return number == 0;
}

/* "SELECT sample … WHERE": the samples that one value of a term can mean, or more;
 * false if no index helps. */
static bool add_source(struct sqlite_store *db, const struct query *query, const struct query_term *term,
		       const struct query_value *value, struct sql_text *out)
{
	static const char standing[] = "SELECT sample FROM annotation WHERE superseded_by IS NULL AND ";
	static const char of_words[] = " IN (SELECT id FROM word WHERE ";
	const char *key = term->provenance_key;
	struct strbuf *sql = &out->sql;

	switch (term->key) {
	case QUERY_KEY_RULE:
		strbuf_addf(sql, "SELECT sample FROM flag WHERE rule%s", of_words);
		query_compile_fits(out, "text", value);
		strbuf_addch(sql, ')');
		return true;
	case QUERY_KEY_MODEL:
		strbuf_addf(sql, "SELECT id AS sample FROM sample WHERE model%s", of_words);
		query_compile_fits(out, "text", value);
		strbuf_addch(sql, ')');
		return true;
	case QUERY_KEY_HARNESS: key = PROVENANCE_HARNESS; break;
	case QUERY_KEY_PROMPT: key = PROVENANCE_PROMPT_VERSION; break;
	case QUERY_KEY_EFFORT: key = PROVENANCE_EFFORT; break;
	case QUERY_KEY_PROVENANCE: break;
	case QUERY_KEY_SESSION:
		strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE ");
		query_compile_fits(out, "session", value);
		return true;
	case QUERY_KEY_PATH:
		if (!value->prefix || !value->text[0])
			return false;
		strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE ");
		query_compile_fits(out, "path", value);
		return true;
	case QUERY_KEY_ID:
		if (term->op != QUERY_EQ)
			return false;
		strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE ");
		query_compile_fits(out, "external_id", value);
		if (value->number && !value->prefix) {
			strbuf_addstr(sql, " UNION ALL SELECT ");
			sql_text_bind(out, SQL_INT(value->number));
		}
		return true;
	case QUERY_KEY_SAMPLED:
		strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE ");
		query_compile_plan(out, "id", value);
		return true;
	case QUERY_KEY_GROUP:
		strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE ");
		query_compile_group(out, "", value->number);
		return true;
	case QUERY_KEY_INCIDENT:
		strbuf_addstr(sql, "SELECT sample FROM incident_member WHERE ");
		query_compile_fits(out, "incident", value);
		return true;
	case QUERY_KEY_CAUSE:
		if (value->number == QUERY_NONE)
			return false;
		strbuf_addf(sql, "%scause IN ", standing);
		query_compile_codes(db, CODE_CAUSE, value, out);
		return true;
	case QUERY_KEY_SYMPTOM:
		if (value->number == QUERY_NONE)
			return false;
		strbuf_addstr(sql, "SELECT a.sample FROM annotation_symptom y JOIN annotation a ON a.id = y.annotation"
				   " WHERE y.code IN ");
		query_compile_codes(db, CODE_SYMPTOM, value, out);
		return true;
	case QUERY_KEY_VERDICT:
	case QUERY_KEY_SEVERITY:
		if (!value->number)
			return false;
		strbuf_addf(sql, "%s%s <> 0", standing, term->key == QUERY_KEY_VERDICT ? "verdict" : "severity");
		return true;
	case QUERY_KEY_REVIEWER:
		strbuf_addstr(sql, standing);
		query_compile_fits(out, "reviewer", value);
		return true;
	case QUERY_KEY_REVIEWERS:
		if (holds_for_nobody(term->op, value->number))
			return false;
		strbuf_addf(sql, "%sadjudicated IS NULL", standing);
		return true;
	case QUERY_KEY_DEFERRED:
		strbuf_addstr(sql, "SELECT id AS sample FROM sample WHERE deferred_until IS NOT NULL");
		return true;
	case QUERY_KEY_DUPLICATE_OF:
		strbuf_addf(sql, "%sduplicate_of = ", standing);
		sql_text_bind(out, SQL_INT(value->number));
		return true;
	case QUERY_KEY_IS:
		if (value->number == QUERY_IS_INCIDENT) {
			strbuf_addstr(sql, "SELECT sample FROM incident_member");
			return true;
		}
		if (value->number == QUERY_IS_DISPUTED) {
			strbuf_addstr(sql, "SELECT a.sample FROM annotation a JOIN annotation b ON b.sample = a.sample AND"
				      " (b.reviewer > a.reviewer OR (a.adjudicated IS NOT NULL AND b.id <> a.id)) WHERE"
				      " a.superseded_by IS NULL AND b.superseded_by IS NULL");
			return true;
		}
		if (value->number == QUERY_IS_ADJUDICATED) {
			strbuf_addf(sql, "%sadjudicated IS NOT NULL", standing);
			return true;
		}
		if (value->number != QUERY_IS_MINE || !query->reviewer)
			return false;
		strbuf_addf(sql, "%sreviewer = ", standing);
		sql_text_bind(out, SQL_TEXT(query->reviewer));
		return true;
	default:
		return false;
	}
	add_attribute(db, key, value, out);
	return true;
}

/* The statuses that a term lets through, as a set of bits; 0 if it is about something else. */
static unsigned statuses_of(const struct query_term *term)
{
	unsigned set = 0;

	for (size_t i = 0; i < term->value_count; i++) {
		int64_t number = term->values[i].number;
		if (term->key == QUERY_KEY_STATUS && number >= 0 && number < SAMPLE_COUNT)
			set |= 1u << number;
		else if (term->key == QUERY_KEY_IS && number == QUERY_IS_UNTRIAGED)
			set |= 1u << SAMPLE_UNTRIAGED;
		else if (term->key == QUERY_KEY_IS && number == QUERY_IS_ANNOTATED)
			set |= 1u << SAMPLE_ANNOTATED;
		else
			return 0;
	}
	return term->negated ? ~set & ((1u << SAMPLE_COUNT) - 1) : set;
}

static void add_statuses(unsigned set, struct sql_text *out)
{
	const char *comma = "";

	strbuf_addstr(&out->sql, "SELECT id AS sample FROM sample WHERE status IN (");
	for (int status = 0; status < SAMPLE_COUNT; status++)
		if (set & (1u << status)) {
			strbuf_addf(&out->sql, "%s%d", comma, status);
			comma = ",";
		}
	strbuf_addch(&out->sql, ')');
}

/* All values of a term: any of them. What was appended is to be dropped on false. */
static bool add_term(struct sqlite_store *db, const struct query *query, const struct query_term *term,
		     struct sql_text *out)
{
	unsigned statuses = statuses_of(term);

	if (statuses) {
		add_statuses(statuses, out);
		return true;
	}
	for (size_t i = 0; i < term->value_count; i++) {
		if (i > 0)
			strbuf_addstr(&out->sql, " UNION ALL ");
		if (!add_source(db, query, term, &term->values[i], out))
			return false;
	}
	return term->value_count > 0 && !term->negated;
}

/* How many samples the term can mean, counted to most + 1; -1 if no index helps. */
static int64_t count_term(struct sqlite_store *db, const struct query *query, const struct query_term *term, int64_t most)
{
	struct sql_text text = SQL_TEXT_INIT;
	int64_t count = -1;

	strbuf_addstr(&text.sql, "SELECT count(*) FROM (SELECT 1 FROM (");
	if (add_term(db, query, term, &text)) {
		sqlite3_stmt *stmt;
		strbuf_addstr(&text.sql, ") LIMIT ");
		sql_text_bind(&text, SQL_INT(most + 1));
		strbuf_addch(&text.sql, ')');
		stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
		if (sql_next(db, stmt))
			count = sqlite3_column_int64(stmt, 0);
		/* An error shows again where the list itself is read. */
		if (sql_end(db, stmt, NULL) != STATUS_OK)
			count = -1;
	}
	sql_text_release(&text);
	return count;
}

bool query_narrow(struct sqlite_store *db, const struct query *query, int64_t most, struct sql_text *out)
{
	const struct query_term *best = NULL;
	int64_t planned = db->plan ? search_plan_count(db->plan) : -1;

	if (planned >= 0 && planned <= most)
		most = planned;
	else
		planned = -1;
	for (size_t i = 0; i < query->term_count && most > 0; i++) {
		int64_t count = count_term(db, query, &query->terms[i], most);
		if (count < 0 || count > most || count == planned)
			continue;
		most = count;
		best = &query->terms[i];
	}
	if (!best && planned < 0)
		return false;
	if (!best) {
		search_plan_narrow(db->plan, out);
		return true;
	}
	strbuf_addstr(&out->sql, "s.id IN (SELECT sample FROM (");
	(void)add_term(db, query, best, out);
	strbuf_addstr(&out->sql, ")) AND ");
	return true;
}

/* ---- texts ------------------------------------------------------------------------------------- */

#define PROBES 200         /* bodies that are looked into first */
#define PROBES_HIT_MOST 10 /* more, and most of what is found would be looked into twice */

/* As query_sql.c has it of a sample's texts. Bodies that are no code (prompts) are not looked into, here
 * and below: a pattern may take too long on them. */
#define CODE_HAS "CASE WHEN EXISTS (SELECT 1 FROM sample WHERE code = b.id) THEN %s(b.bytes, ?1) END"

static const char *text_function(const struct query_term *term)
{
	if (term->negated || term->value_count != 1)
		return NULL;
	return term->key == QUERY_KEY_TEXT ? "holds" : term->key == QUERY_KEY_RE ? "has_regex" : NULL;
}

/* STATUS_OK or STATUS_CANCELLED: what else hinders the probe, the question itself meets too, and tells. */
static enum status look_if_rare(struct sqlite_store *db, const char *function, const char *text, bool *rare, struct error *err)
{
	struct sql_value value = SQL_TEXT(text);
	struct strbuf sql = STRBUF_INIT;
	int64_t last = 0, hits = PROBES;
	sqlite3_stmt *stmt;
	enum status status;

	*rare = false;
	if (sql_number_plain(db, SQL_MAX_BODY, &last, NULL, NULL) != STATUS_OK)
		return STATUS_OK;
	strbuf_addf(&sql, "SELECT count(*) FROM body b WHERE b.id IN (0");
	for (int64_t i = 0; i < PROBES; i++)
		strbuf_addf(&sql, ",%" PRId64, 1 + i * last / PROBES);
	strbuf_addf(&sql, ") AND " CODE_HAS, function);
	stmt = sql_start_dynamic(db, sql.text, &value, 1);
	if (sql_next(db, stmt))
		hits = sqlite3_column_int64(stmt, 0);
	status = sql_end(db, stmt, err);
	*rare = status == STATUS_OK && hits <= PROBES_HIT_MOST;
	strbuf_release(&sql);
	return status == STATUS_CANCELLED ? status : STATUS_OK;
}

enum status query_narrow_texts(struct sqlite_store *db, const struct query *query, struct sql_text *out, struct error *err)
{
	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		const char *function = text_function(term);
		bool rare = false;
		if (function && look_if_rare(db, function, term->values[0].text, &rare, err) != STATUS_OK)
			return STATUS_CANCELLED;
		if (!rare)
			continue;
		vec_push(&out->values, SQL_TEXT(term->values[0].text));
		/* Each body that is code once, in the order of the index, which is that of the bodies. */
		strbuf_addf(&out->sql, "s.id IN (SELECT x.id FROM (SELECT DISTINCT code FROM sample WHERE code IS NOT NULL) c"
			    " CROSS JOIN body b ON b.id = c.code CROSS JOIN sample x ON x.code = b.id WHERE %s(b.bytes, ?1)"
			    " UNION ALL SELECT sample FROM flag WHERE %s(message, ?1)"
			    " UNION ALL SELECT sample FROM annotation WHERE superseded_by IS NULL AND note IS NOT NULL"
			    " AND %s(note, ?1)) AND ", function, function, function);
		break;
	}
	return STATUS_OK;
}
