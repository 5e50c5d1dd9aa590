/*
 * Compiling queries. Each value becomes an expression that is never NULL where
 * it may be negated; values of a term are joined by OR, terms by AND.
 *
 * Which index: the plan follows the list's order, which has an index of its own,
 * and tries the conditions row by row, since pages are short and most filters
 * let a fair share through. A unary plus keeps SQLite from preferring an index
 * on the condition, after which it would have to sort all hits. A condition that
 * few samples can meet is another matter: see query_narrow.c.
 */
#include "storage/sqlite/disputes.h"
#include "storage/sqlite/query_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/defer.h"
#include "storage/sqlite/own.h"

struct compiler {
	struct sqlite_store *db;
	const struct query *query;
	struct sql_text *out;
};

void sql_text_release(struct sql_text *text)
{
	strbuf_release(&text->sql);
	vec_release(&text->values);
	arena_release(&text->arena);
}

void sql_text_bind(struct sql_text *text, struct sql_value value)
{
	vec_push(&text->values, value);
	strbuf_addf(&text->sql, "?%zu", text->values.len);
}

static void add(struct compiler *c, const char *sql)
{
	strbuf_addstr(&c->out->sql, sql);
}

static void bind_text(struct compiler *c, const char *text)
{
	sql_text_bind(c->out, SQL_TEXT(text));
}

static void bind_number(struct compiler *c, int64_t number)
{
	sql_text_bind(c->out, SQL_INT(number));
}

static const char *op_text(enum query_op op)
{
	switch (op) {
	case QUERY_LT: return "<";
	case QUERY_LE: return "<=";
	case QUERY_GT: return ">";
	case QUERY_GE: return ">=";
	case QUERY_EQ: break;
	}
	return "=";
}

int64_t query_own_key(struct sqlite_store *db, const char *key)
{
	struct error err;
	int64_t id;

	/* A store that cannot be read says so where the list itself is. */
	return own_key_find(db, key, &id, &err) == STATUS_OK ? id : 0;
}

/* The least text behind all that start with `prefix`, in the order of bytes;
 * NULL: there is none. */
static const char *behind_prefix(struct arena *arena, const char *prefix)
{
	size_t len = strlen(prefix);
	char *end = arena_strdup(arena, prefix);

	while (len > 0 && (unsigned char)end[len - 1] == 0xff)
		len--;
	if (len == 0)
		return NULL;
	end[len] = '\0';
	end[len - 1] = (char)((unsigned char)end[len - 1] + 1);
	return end;
}

void query_compile_fits(struct sql_text *out, const char *expr, const struct query_value *value)
{
	const char *end;

	if (value->prefix)
		strbuf_addf(&out->sql, "(%s >= ", expr);
	else
		strbuf_addf(&out->sql, "%s = ", expr);
	sql_text_bind(out, SQL_TEXT(value->text));
	if (!value->prefix)
		return;
	if ((end = behind_prefix(&out->arena, value->text)) != NULL) {
		strbuf_addf(&out->sql, " AND %s < ", expr);
		sql_text_bind(out, SQL_TEXT(end));
	}
	strbuf_addch(&out->sql, ')');
}

static void add_fits(struct compiler *c, const char *expr, const struct query_value *value)
{
	query_compile_fits(c->out, expr, value);
}

/* `column` holds an id of table word. */
static void add_word(struct compiler *c, const char *column, const struct query_value *value)
{
	add(c, column);
	add(c, " IN (SELECT id FROM word WHERE ");
	add_fits(c, "text", value);
	add(c, ")");
}

static bool code_fits(const struct query_value *value, const char *text)
{
	if (value->prefix)
		return strncmp(text, value->text, strlen(value->text)) == 0;
	return strcmp(text, value->text) == 0;
}

void query_compile_codes(const struct sqlite_store *db, enum code_kind kind, const struct query_value *value,
			 struct sql_text *out)
{
	const char *comma = "";

	strbuf_addch(&out->sql, '(');
	for (size_t i = 0; i < db->book.count; i++) {
		const struct code *code = &db->book.codes[i];
		bool fits;
		if (code->kind != kind)
			continue;
		if (kind == CODE_CAUSE && value->number != CATEGORY_NONE)
			fits = (int64_t)code->category == value->number;
		else
			fits = code_fits(value, db->code_names[i]) || (code->word[0] && code_fits(value, code->word));
		if (fits) {
			strbuf_addf(&out->sql, "%s%" PRId64, comma, code->id);
			comma = ",";
		}
	}
	strbuf_addch(&out->sql, ')');
}

#define STANDING "SELECT 1 FROM annotation a WHERE a.sample = s.id AND a.superseded_by IS NULL"
#define STANDING_SYMPTOM                                                                       \
	"SELECT 1 FROM annotation a JOIN annotation_symptom y ON y.annotation = a.id WHERE a.sample = s.id" \
	" AND a.superseded_by IS NULL AND " COUNTS("a")

static void add_cause(struct compiler *c, const struct query_value *value)
{
	if (value->number == QUERY_NONE) {
		add(c, "NOT EXISTS (" STANDING " AND " COUNTS("a") " AND a.cause IS NOT NULL)");
		return;
	}
	add(c, "EXISTS (" STANDING " AND " COUNTS("a") " AND +a.cause IN ");
	query_compile_codes(c->db, CODE_CAUSE, value, c->out);
	add(c, ")");
}

static void add_symptom(struct compiler *c, const struct query_value *value)
{
	if (value->number == QUERY_NONE) {
		add(c, "NOT EXISTS (" STANDING_SYMPTOM ")");
		return;
	}
	add(c, "EXISTS (" STANDING_SYMPTOM " AND y.code IN ");
	query_compile_codes(c->db, CODE_SYMPTOM, value, c->out);
	add(c, ")");
}

static void add_judgement(struct compiler *c, const struct query_term *term, const struct query_value *value)
{
	const char *column = term->key == QUERY_KEY_SEVERITY ? "a.severity" : "a.verdict";

	add(c, value->number ? "EXISTS (" STANDING " AND " COUNTS("a") " AND " : "NOT EXISTS (" STANDING " AND " COUNTS("a") " AND ");
	add(c, column);
	add(c, " <> 0");
	if (value->number) {
		strbuf_addf(&c->out->sql, " AND %s %s ", column, op_text(term->op));
		bind_number(c, value->number);
	}
	add(c, ")");
}

/* A function of functions.c over the code, the messages and the standing notes. */
static void add_texts(struct compiler *c, const char *function, const struct query_value *value, bool has_prefix)
{
	static const struct {
		const char *before, *text, *after;
	} texts[] = {
		{ "(", "(SELECT bytes FROM body WHERE id = s.code)", "" },
		{ " OR EXISTS (SELECT 1 FROM flag f WHERE f.sample = s.id AND ", "f.message", ")" },
		{ " OR EXISTS (" STANDING " AND a.note IS NOT NULL AND ", "a.note", "))" },
	};
	size_t number = c->out->values.len + 1;

	vec_push(&c->out->values, SQL_TEXT(value->text));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		strbuf_addf(&c->out->sql, "%s%s(%s, ?%zu%s)%s", texts[i].before, function, texts[i].text, number,
			    !has_prefix ? "" : value->prefix ? ", 1" : ", 0", texts[i].after);
}

static void add_flag(struct compiler *c, const struct query_term *term, const struct query_value *value)
{
	add(c, "EXISTS (SELECT 1 FROM flag f WHERE f.sample = s.id AND ");
	if (term->key == QUERY_KEY_SOURCE) {
		add(c, "f.source = ");
		bind_number(c, value->number);
	} else {
		add_word(c, term->key == QUERY_KEY_RULE ? "+f.rule" : "f.tool", value);
	}
	add(c, ")");
}

/* Queries look at the first value of a key, as sample_provenance() does. */
static void add_attribute(struct compiler *c, const char *key, const struct query_value *value)
{
	int64_t own = query_own_key(c->db, key);
	char expr[64];

	add(c, own ? "(+s.provenance IN (" : "+s.provenance IN (");
	add(c, "SELECT provenance FROM provenance_item WHERE shadowed = 0 AND attribute IN"
	       " (SELECT id FROM attribute WHERE key = ");
	bind_text(c, key);
	add(c, " AND ");
	add_fits(c, "value", value);
	add(c, "))");
	if (!own)
		return;
	add(c, " OR EXISTS (SELECT 1 FROM sample_own o WHERE o.sample = s.id AND ");
	snprintf(expr, sizeof(expr), "own_value(o.items, %" PRId64 ")", own);
	add_fits(c, expr, value);
	add(c, "))");
}

static void add_is(struct compiler *c, int64_t what)
{
	switch ((enum query_is)what) {
	case QUERY_IS_UNTRIAGED:
		strbuf_addf(&c->out->sql, "+s.status = %d", SAMPLE_UNTRIAGED);
		return;
	case QUERY_IS_ANNOTATED:
		strbuf_addf(&c->out->sql, "+s.status = %d", SAMPLE_ANNOTATED);
		return;
	case QUERY_IS_MINE:
		if (!c->query->reviewer)
			break;
		add(c, "EXISTS (" STANDING " AND a.reviewer = ");
		bind_text(c, c->query->reviewer);
		add(c, ")");
		return;
	case QUERY_IS_DUP:
		add(c, "EXISTS (SELECT 1 FROM sample d WHERE d.code = s.code AND d.id <> s.id)");
		return;
	case QUERY_IS_ILLUSTRATIVE:
		add(c, "s.illustrative <> 0");
		return;
	case QUERY_IS_INCIDENT:
		add(c, "EXISTS (SELECT 1 FROM incident_member m WHERE m.sample = s.id)");
		return;
	case QUERY_IS_DISPUTED:
		add(c, IS_DISPUTED);
		return;
	case QUERY_IS_ALIKE:
		add(c, "(EXISTS (SELECT 1 FROM sample d WHERE d.code = s.code AND d.id <> s.id) OR EXISTS (SELECT 1 FROM alike g"
		       " JOIN alike h ON h.head = g.head AND h.body <> g.body JOIN sample d ON d.code = h.body WHERE g.body = s.code))");
		return;
	case QUERY_IS_REPRESENTATIVE:
		add(c, "(NOT EXISTS (SELECT 1 FROM sample d WHERE d.code = s.code AND d.id < s.id) AND NOT EXISTS (SELECT 1 FROM"
		       " alike g JOIN alike h ON h.head = g.head JOIN sample d ON d.code = h.body AND d.id < s.id WHERE g.body = s.code))");
		return;
	case QUERY_IS_ADJUDICATED:
		add(c, IS_DECIDED);
		return;
	case QUERY_IS_DUE:
	case QUERY_IS_HIDDEN_TEXT:
	case QUERY_IS_COUNT:
		break;
	}
	add(c, "0");
}

static void add_number(struct compiler *c, const char *column, enum query_op op, int64_t number)
{
	add(c, column);
	strbuf_addf(&c->out->sql, " %s ", op_text(op));
	bind_number(c, number);
}

/* What has the code of one of its group, and itself, which may have none. */
void query_compile_group(struct sql_text *out, const char *sample, int64_t id)
{
	strbuf_addf(&out->sql, "(%sid = ", sample);
	sql_text_bind(out, SQL_INT(id));
	strbuf_addf(&out->sql, " OR %scode IN (SELECT coalesce(h.body, d.code) FROM sample d LEFT JOIN alike g ON g.body = d.code"
		    " LEFT JOIN alike h ON h.head = g.head WHERE d.code IS NOT NULL AND d.id = ", sample);
	sql_text_bind(out, SQL_INT(id));
	strbuf_addstr(&out->sql, "))");
}

void query_compile_plan(struct sql_text *out, const char *id, const struct query_value *value)
{
	strbuf_addf(&out->sql, "%s IN (SELECT x.sample FROM plan_sample x JOIN (SELECT p.edit, row_number() OVER (PARTITION BY p.name"
		    " ORDER BY e.at_us DESC, e.uuid DESC) AS place FROM plan p JOIN edit e ON e.id = p.edit WHERE ", id);
	query_compile_fits(out, "p.name", value);
	strbuf_addstr(&out->sql, ") n ON n.edit = x.plan AND n.place = 1)");
}

static void add_time(struct compiler *c, const struct query_term *term, const struct query_value *value)
{
	strbuf_addf(&c->out->sql, "(s.produced_us <> %" PRId64, TIME_UNKNOWN_US);
	if (term->key != QUERY_KEY_BEFORE) {
		add(c, " AND s.produced_us >= ");
		bind_number(c, term->key == QUERY_KEY_DAY ? value->number : value->number_end);
	}
	if (term->key != QUERY_KEY_AFTER) {
		add(c, " AND s.produced_us < ");
		bind_number(c, term->key == QUERY_KEY_DAY ? value->number_end : value->number);
	}
	add(c, ")");
}

/* `number` as the times that samples wait for are written: in their order. */
static void bind_until(struct compiler *c, int64_t number)
{
	bind_text(c, defer_time_text(&c->out->arena, number));
}

/* What is no time sorts behind the digits, and is in no range of times. */
static void add_deferred(struct compiler *c, const struct query_term *term, const struct query_value *value)
{
	if (!value->number_end) {
		add_fits(c, "s.deferred_until", value);
		return;
	}
	add(c, "(s.deferred_until < ':'");
	if (term->op == QUERY_LT || term->op == QUERY_LE || term->op == QUERY_EQ) {
		add(c, " AND s.deferred_until < ");
		bind_until(c, term->op == QUERY_LT ? value->number : value->number_end);
	}
	if (term->op == QUERY_GT || term->op == QUERY_GE || term->op == QUERY_EQ) {
		add(c, " AND s.deferred_until >= ");
		bind_until(c, term->op == QUERY_GT ? value->number_end : value->number);
	}
	add(c, ")");
}

static void add_path(struct compiler *c, const struct query_value *value)
{
	if (value->prefix) {
		add_fits(c, "+s.path", value);
		return;
	}
	add(c, "contains(s.path, ");
	bind_text(c, value->text);
	add(c, ")");
}

static void add_id(struct compiler *c, const struct query_term *term, const struct query_value *value)
{
	if (term->op != QUERY_EQ) {
		add_number(c, "s.id", term->op, value->number);
		return;
	}
	add(c, "(");
	if (value->number && !value->prefix) {
		add_number(c, "+s.id", QUERY_EQ, value->number);
		add(c, " OR ");
	}
	add_fits(c, "+s.external_id", value);
	add(c, ")");
}

static void add_value(struct compiler *c, const struct query_term *term, const struct query_value *value)
{
	switch (term->key) {
	case QUERY_KEY_WORDS: add_texts(c, "has_words", value, true); break;
	case QUERY_KEY_TEXT: add_texts(c, "holds", value, false); break;
	case QUERY_KEY_RE: add_texts(c, "has_regex", value, false); break;
	case QUERY_KEY_STATUS: add_number(c, "+s.status", QUERY_EQ, value->number); break;
	case QUERY_KEY_CAUSE: add_cause(c, value); break;
	case QUERY_KEY_SYMPTOM: add_symptom(c, value); break;
	case QUERY_KEY_VERDICT:
	case QUERY_KEY_SEVERITY: add_judgement(c, term, value); break;
	case QUERY_KEY_DISPOSITION: add_number(c, "s.disposition", QUERY_EQ, value->number); break;
	case QUERY_KEY_LEVEL: add_number(c, "+s.level", term->op, value->number); break;
	case QUERY_KEY_LANG: add_word(c, "s.language", value); break;
	case QUERY_KEY_RULE:
	case QUERY_KEY_TOOL:
	case QUERY_KEY_SOURCE: add_flag(c, term, value); break;
	case QUERY_KEY_MODEL: add_word(c, "+s.model", value); break;
	case QUERY_KEY_HARNESS: add_attribute(c, PROVENANCE_HARNESS, value); break;
	case QUERY_KEY_PROMPT: add_attribute(c, PROVENANCE_PROMPT_VERSION, value); break;
	case QUERY_KEY_EFFORT: add_attribute(c, PROVENANCE_EFFORT, value); break;
	case QUERY_KEY_PROVENANCE: add_attribute(c, term->provenance_key, value); break;
	case QUERY_KEY_PATH: add_path(c, value); break;
	case QUERY_KEY_SESSION: add_fits(c, "+s.session", value); break;
	case QUERY_KEY_INCIDENT:
		add(c, "EXISTS (SELECT 1 FROM incident_member m WHERE m.sample = s.id AND ");
		add_fits(c, "m.incident", value);
		add(c, ")");
		break;
	case QUERY_KEY_REVIEWER:
		add(c, "EXISTS (" STANDING " AND ");
		add_fits(c, "a.reviewer", value);
		add(c, ")");
		break;
	case QUERY_KEY_REVIEWERS:
		add_number(c, "(SELECT count(DISTINCT a.reviewer) FROM annotation a WHERE a.sample = s.id AND a.superseded_by IS NULL"
			   " AND a.adjudicated IS NULL)", term->op, value->number);
		break;
	case QUERY_KEY_GROUP: query_compile_group(c->out, "+s.", value->number); break;
	case QUERY_KEY_SAMPLED: query_compile_plan(c->out, "+s.id", value); break;
	case QUERY_KEY_BATCH: add_number(c, "s.batch", term->op, value->number); break;
	case QUERY_KEY_BEFORE:
	case QUERY_KEY_AFTER:
	case QUERY_KEY_DAY: add_time(c, term, value); break;
	case QUERY_KEY_KIND: add_number(c, "s.kind", QUERY_EQ, value->number); break;
	case QUERY_KEY_ID: add_id(c, term, value); break;
	case QUERY_KEY_LINE:
		add(c, "(s.line <> 0 AND ");
		add_number(c, "s.line", term->op, value->number);
		add(c, ")");
		break;
	case QUERY_KEY_TURN: add_number(c, "s.turn", term->op, value->number); break;
	case QUERY_KEY_DEFERRED: add_deferred(c, term, value); break;
	case QUERY_KEY_DUPLICATE_OF:
		add(c, "EXISTS (" STANDING " AND +a.duplicate_of = ");
		bind_number(c, value->number);
		add(c, ")");
		break;
	case QUERY_KEY_IS: add_is(c, value->number); break;
	case QUERY_KEY_COUNT: add(c, "0"); break;
	}
}

/* SQLite takes expressions up to a depth of 1000, and a OR b OR … has one for each. Days are many, where the analyses name those
 * that no denominator knows: they stand in groups. */
#define GROUP_DAYS 64

static void add_term(struct compiler *c, const struct query_term *term)
{
	size_t group = term->key == QUERY_KEY_DAY ? GROUP_DAYS : SIZE_MAX;

	add(c, term->negated ? "NOT coalesce(((" : "((");
	for (size_t i = 0; i < term->value_count; i++) {
		if (i > 0)
			add(c, i % group ? " OR " : ") OR (");
		add_value(c, term, &term->values[i]);
	}
	if (term->value_count == 0)
		add(c, "0");
	add(c, term->negated ? ")), 0)" : "))");
}

/* What hit() answers for: words that must be there. */
static bool is_planned(const struct compiler *c, const struct query_term *term)
{
	return c->db->plan && term->key == QUERY_KEY_WORDS && !term->negated;
}

/* The index first: of all conditions it costs the least. Words are read only where it
 * does not know them; with text: and re: it says no more than where they can be. */
static void add_plan(struct compiler *c)
{
	add(c, "CASE hit(s.id) WHEN 1 THEN 1 WHEN 2 THEN 1");
	for (size_t i = 0; i < c->query->term_count; i++)
		if (is_planned(c, &c->query->terms[i])) {
			add(c, " AND ");
			add_term(c, &c->query->terms[i]);
		}
	add(c, " ELSE 0 END AND ");
}

void query_compile(struct sqlite_store *db, const struct query *query, struct sql_text *out)
{
	struct compiler c = { db, query, out };

	if (db->plan)
		add_plan(&c);
	if (query->names_status)
		add(&c, "1");
	else
		strbuf_addf(&out->sql, "+s.status <> %d", SAMPLE_EXCLUDED);
	for (size_t i = 0; i < query->term_count; i++) {
		if (is_planned(&c, &query->terms[i]))
			continue;
		add(&c, " AND ");
		add_term(&c, &query->terms[i]);
	}
}
