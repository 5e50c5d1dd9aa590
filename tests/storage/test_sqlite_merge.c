/*
 * Merging: random edits on two copies of a store, each merged into the other, must come to
 * the same; merging again changes nothing; undone, all is as before. ($AITIA_SEED for one round, $AITIA_ROUNDS for many)
 */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/storage/sqlite_fixture.h"

#define SAMPLES 25
#define STEPS 60

static uint64_t seed;

/* xorshift64*, by Vigna */
static uint32_t roll(uint32_t sides)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 2685821657736338717u) >> 32) % (sides ? sides : 1);
}

struct side {
	struct contract_state c;
	char path[96];
};

static void open_side(struct side *s)
{
	assert_ok(&s->c, sqlite_store_open(s->path, &(struct sqlite_open_options){ .create = true }, &s->c.store, &s->c.err));
	s->c.ops = s->c.store->ops;
}

static void close_side(struct side *s)
{
	if (s->c.store)
		s->c.ops->close(s->c.store);
	s->c.store = NULL;
	arena_release(&s->c.arena);
}

static struct side *new_side(struct fixture *f, const char *name)
{
	struct side *s = arena_alloc(&f->c.arena, sizeof(*s));

	snprintf(s->path, sizeof(s->path), "%s/%s.db", f->folder, name);
	return s;
}

/* The file of a closed store, copied. */
static struct side *copy_side(struct fixture *f, const struct side *from, const char *name)
{
	struct side *s = new_side(f, name);
	struct slice bytes = fixture_bytes(f, from->path);
	FILE *file = fopen(s->path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
	fclose(file);
	open_side(s);
	return s;
}

static struct merge_result merge(struct side *into, const struct side *from)
{
	struct merge_result result;

	assert_ok(&into->c, sqlite_store_merge(into->c.store, from->path, "merger", NULL, &result, &into->c.err));
	return result;
}

/* ---- all that is in a store, by names that every store shares ------------------------ */

#define UUID(column) "(SELECT hex(uuid) FROM edit WHERE id = " column ")"
#define SAMPLE(column) "(SELECT hex(fingerprint) FROM sample WHERE id = " column ")"
#define CODE(column) "(SELECT category || '/' || word FROM code WHERE id = " column ")"
/* An incident by what made it and what it says, not by its key. */
#define MADE(column) "(SELECT hex(e.uuid) FROM edit_incident q JOIN edit e ON e.id = q.edit WHERE q.incident = " column \
		     " ORDER BY e.at_us, e.id LIMIT 1)"

static const char *const dumps[] = {
	"SELECT " SAMPLE("s.id") ", hex(content_digest), status, deferred_until, disposition, severity, " CODE("cause") ", " UUID("version")
	" FROM sample s",
	"SELECT " SAMPLE("a.sample") ", reviewer, at_us, first_line, last_line, verdict, " CODE("cause") ", severity, confidence,"
	" note, blind, adjudicated, " SAMPLE("a.duplicate_of") ", " UUID("edit") ", (SELECT " UUID("b.edit") " FROM annotation b WHERE b.id = a.superseded_by),"
	" (SELECT group_concat(word) FROM (SELECT c.word FROM annotation_symptom x JOIN code c ON c.id = x.code"
	" WHERE x.annotation = a.id ORDER BY c.word)) FROM annotation a",
	"SELECT hex(uuid), at_us, reviewer, kind, state, summary, " UUID("of") " FROM edit WHERE reviewer <> 'merger'"
	" AND (batch IS NULL OR batch NOT IN (SELECT id FROM batch WHERE format = 'aitia')) AND kind <> 3",
	"SELECT " MADE("i.key") ", title, status, severity, severity_rationale, signature, created_us, updated_us, " UUID("version")
	" FROM incident i",
	"SELECT " MADE("incident") ", number, " CODE("code") ", statement, role FROM incident_cause",
	"SELECT " MADE("incident") ", cause, " SAMPLE("sample") " FROM incident_cause_evidence",
	"SELECT " MADE("incident") ", number, at_us, kind, text FROM incident_event",
	"SELECT " MADE("incident") ", number, type, status, text, cause FROM incident_action",
	"SELECT " MADE("incident") ", key, markdown FROM incident_section",
	"SELECT " MADE("incident") ", " SAMPLE("sample") ", role FROM incident_member",
	"SELECT " SAMPLE("sample") ", " UUID("edit") ", triaged, status, deferred_until FROM edit_sample",
	"SELECT attributes, day, outputs, " UUID("edit") " FROM exposure",
	"SELECT min(" SAMPLE("low") ", " SAMPLE("high") "), max(" SAMPLE("low") ", " SAMPLE("high") "), " UUID("edit") ", word"
	" FROM alike_link",
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void dump_one(sqlite3 *db, struct arena *arena, const char *sql, struct strbuf *out)
{
	VEC_OF(char *) lines = VEC_INIT;
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		struct strbuf line = STRBUF_INIT;
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			const void *text = sqlite3_column_text(stmt, i);
			strbuf_addf(&line, "%s|", text ? (const char *)text : "-");
		}
		vec_push(&lines, arena_text(arena, strbuf_slice(&line)));
		strbuf_release(&line);
	}
	sqlite3_finalize(stmt);
	if (lines.len)
		qsort(lines.items, lines.len, sizeof(*lines.items), by_text);
	for (size_t i = 0; i < lines.len; i++)
		strbuf_addf(out, "%s\n", lines.items[i]);
	vec_release(&lines);
}

/* Those of the tables that are about the log. */
static bool is_log(size_t dump)
{
	return dump == 2 || dump == 10;
}

static const char *dump_of(struct fixture *f, struct side *s, bool with_log)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(dumps); i++) {
		if (!with_log && is_log(i))
			continue;
		strbuf_addf(&out, "--- %zu\n", i);
		dump_one(sqlite_of(s->c.store)->handle, &f->c.arena, dumps[i], &out);
	}
	const char *text = arena_text(&f->c.arena, strbuf_slice(&out));
	strbuf_release(&out);
	return text;
}

static const char *dump(struct fixture *f, struct side *s)
{
	return dump_of(f, s, true);
}

static void assert_same(const char *what, const char *a, const char *b)
{
	size_t at = 0, line = 0;

	while (a[at] && a[at] == b[at]) {
		at++;
		if (a[at - 1] == '\n')
			line = at;
	}
	if (a[at] || b[at]) {
		const char *part = a + line;
		while (part > a && strncmp(part, "---", 3) != 0)
			part--;
		fail_msg("%s (seed %llu), in %.6s:\n%.400s\n------ and\n%.400s", what, (unsigned long long)seed, part, a + line,
			 b + line);
	}
}

/* ---- random work -------------------------------------------------------------------------- */

static const char *const reviewers[] = { "ann", "bob", "eve" };
static const char *const causes[] = { "model", "model/hallucination", "testing", "infrastructure/cache" };
static const char *const symptoms[] = { "wrong_logic", "incomplete" };

static void annotate(struct side *s)
{
	int64_t ids[3], edit;
	struct annotate_request request = {
		.samples = ids, .sample_count = 1 + roll(3), .keep_status = roll(6) == 0,
		.annotation = { .first_line = roll(4) == 0, .cause = roll(2) ? causes[roll(4)] : NULL, .symptoms = symptoms,
				.symptom_count = roll(3), .severity = (enum severity)(1 + roll(4)),
				.note = roll(3) ? NULL : "a note" },
	};

	for (int i = 0; i < 3; i++)
		ids[i] = 1 + roll(SAMPLES);
	if (roll(4) == 0)
		request.annotation.duplicate_of = 1 + roll(SAMPLES);
	if (roll(6) == 0) {
		request.annotation.adjudicated = true;
		request.annotation.first_line = 0;
		request.annotation.note = "decided";
	}
	/* Refused where it would duplicate itself, or a decision leaves open what is disputed. */
	if (s->c.ops->annotate(s->c.store, reviewers[roll(3)], &request, &edit, &s->c.err) != STATUS_OK)
		assert_true(s->c.err.status == STATUS_REFUSED ||
			    (request.annotation.adjudicated && strstr(s->c.err.text, "differ in the")));
}

static const char *some_incident(struct side *s)
{
	const struct incident_row *rows;
	size_t count;

	assert_ok(&s->c, s->c.ops->incident_list(s->c.store, &s->c.arena, &rows, &count, &s->c.err));
	return count ? rows[roll((uint32_t)count)].key : NULL;
}

static void put_incident(struct side *s)
{
	struct incident_cause cause = { .code = causes[roll(4)], .statement = "because",
					.evidence = (const int64_t[]){ 1 + roll(SAMPLES) }, .evidence_count = 1 };
	struct incident_event event = { .at = { 86400000000, PRECISION_DAY }, .text = "event" };
	struct incident_action action = { .text = "do" };
	const char *key = roll(3) ? some_incident(s) : NULL, *out;
	struct incident fresh, *in = &fresh;
	int64_t edit;

	incident_init(&fresh, &s->c.arena, "new");
	if (key)
		assert_ok(&s->c, s->c.ops->incident_get(s->c.store, &s->c.arena, key, &in, &s->c.err));
	in->title = arena_printf(&s->c.arena, "title %u", roll(1000));
	if (roll(2))
		incident_add_cause(in, &s->c.arena, &cause);
	if (roll(2))
		incident_add_event(in, &s->c.arena, &event);
	if (roll(2))
		incident_add_action(in, &s->c.arena, &action);
	if (roll(3) == 0)
		incident_set_section(in, &s->c.arena, "background", "text");
	assert_ok(&s->c, s->c.ops->incident_put(s->c.store, &s->c.arena, reviewers[roll(3)], in, "put", &out, &edit, &s->c.err));
}

static void change_members(struct side *s)
{
	const char *key = some_incident(s), *reviewer = reviewers[roll(3)];
	int64_t ids[2] = { 1 + roll(SAMPLES), 1 + roll(SAMPLES) }, edit;

	if (!key)
		return;
	if (roll(3))
		assert_ok(&s->c, s->c.ops->incident_members_add(s->c.store, reviewer, key, ids, 2,
								(enum member_role)roll(MEMBER_COUNT), &edit, &s->c.err));
	else
		assert_ok(&s->c, s->c.ops->incident_members_remove(s->c.store, reviewer, key, ids, 2, &edit, &s->c.err));
}

static void step_back(struct side *s, bool back)
{
	struct edit edit;
	const char *reviewer = reviewers[roll(3)];
	enum status status = back ? s->c.ops->undo(s->c.store, &s->c.arena, reviewer, 0, &edit, &s->c.err) :
				    s->c.ops->redo(s->c.store, &s->c.arena, reviewer, &edit, &s->c.err);

	assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_CONFLICT);
}

static void put_exposures(struct side *s)
{
	struct exposure_value value = { "lang", roll(2) ? "c" : NULL };
	struct exposure rows[2] = { { roll(3), &value, roll(2), roll(4) }, { 5, NULL, 0, roll(4) } };
	struct exposure_result result;
	int64_t edit;

	assert_ok(&s->c, s->c.ops->exposure_put(s->c.store, reviewers[roll(3)], rows, 2, NULL, &result, &edit, &s->c.err));
}

static void import_some(struct side *s)
{
	struct batch batch = { .source = "more", .format = "jsonl", .reviewer = "importer", .illustrative = roll(4) == 0 }, done;
	enum import_outcome outcome;

	assert_ok(&s->c, s->c.ops->import_begin(s->c.store, &batch, &s->c.err));
	for (int i = 0; i < 3; i++) {
		struct sample sample = contract_sample(&s->c.arena, 1 + roll(SAMPLES * 3));
		sample.baseline = (enum baseline)roll(3);
		assert_ok(&s->c, s->c.ops->import_add(s->c.store, &sample, &outcome, &s->c.err));
	}
	assert_ok(&s->c, s->c.ops->import_commit(s->c.store, NULL, &done, &s->c.err));
}

static void say_something(struct side *s)
{
	int64_t ids[2] = { 1 + roll(SAMPLES), 1 + roll(SAMPLES) }, edit;
	enum status status = s->c.ops->alike_say(s->c.store, reviewers[roll(3)], ids, 2, (enum alike_word)roll(ALIKE_WORD_COUNT),
						 &edit, &s->c.err);

	assert_true(status == STATUS_OK || status == STATUS_USAGE || status == STATUS_REFUSED);
	if (roll(4) == 0) {
		bool whole;
		assert_ok(&s->c, s->c.ops->alike_step(s->c.store, 20, true, &whole, &s->c.err));
	}
}

static void work(struct side *s, int steps)
{
	for (int i = 0; i < steps; i++) {
		int64_t edit, id = 1 + roll(SAMPLES);
		struct triage_request triage = { .samples = &id, .sample_count = 1, .status = (enum sample_status)roll(SAMPLE_COUNT) };
		if (triage.status == SAMPLE_DEFERRED)
			triage.deferred_until = roll(2) ? "2020-01-01T00:00:00Z" : roll(2) ? "hits:rule:x" : NULL;
		triage.due = triage.status == SAMPLE_UNTRIAGED && roll(2);
		switch (roll(15)) {
		case 0:
			if (roll(3) == 0)
				import_some(s);
			break;
		case 1:
		case 2:
		case 3: annotate(s); break;
		case 4:
			assert_ok(&s->c, s->c.ops->triage(s->c.store, reviewers[roll(3)], &triage, &edit, &s->c.err));
			break;
		case 5:
		case 6: put_incident(s); break;
		case 7:
		case 8: change_members(s); break;
		case 9:
		case 10: step_back(s, true); break;
		case 11: put_exposures(s); break;
		case 12:
		case 13: say_something(s); break;
		default: step_back(s, false); break;
		}
	}
}

/* ---- the properties -------------------------------------------------------------------------- */

static void assert_nothing_new(struct side *into, const struct side *from)
{
	struct merge_result result = merge(into, from);

	assert_int_equal(result.edits, 0);
	assert_int_equal(result.samples_new + result.samples_updated + result.annotations, 0);
	assert_int_equal(result.edit, 0);
}

static void one_round(struct fixture *f, uint64_t start)
{
	struct side *base = new_side(f, "base"), *a, *b, *b_before;
	struct merge_result result;
	struct edit edit;

	seed = start;
	open_side(base);
	contract_import(&base->c, 1, SAMPLES);
	work(base, STEPS / 2);
	close_side(base);
	a = copy_side(f, base, "a");
	b = copy_side(f, base, "b");
	/* Turn by turn, so that times interlock. */
	for (int i = 0; i < 6; i++) {
		work(a, STEPS / 12);
		work(b, STEPS / 12);
	}
	contract_check_clean(&a->c);
	contract_check_clean(&b->c);
	close_side(b);
	b_before = copy_side(f, b, "b-before");
	close_side(b_before);
	open_side(b);
	const char *before = dump_of(f, a, false);
	result = merge(a, b_before);
	contract_check_clean(&a->c);
	const char *merged = dump(f, a);
	assert_nothing_new(a, b_before);
	assert_same("merging twice", merged, dump(f, a));
	if (result.edit && !result.samples_updated && !result.samples_new) { /* which stay */
		assert_ok(&a->c, a->c.ops->undo(a->c.store, &a->c.arena, "merger", 0, &edit, &a->c.err));
		contract_check_clean(&a->c);
		assert_same("undone", before, dump_of(f, a, false));
		assert_ok(&a->c, a->c.ops->redo(a->c.store, &a->c.arena, "merger", &edit, &a->c.err));
		contract_check_clean(&a->c);
		assert_same("undone and redone", merged, dump(f, a));
	}
	merge(b, a); /* a holds all of b by now: b becomes as a */
	contract_check_clean(&b->c);
	assert_same("b merged with a", merged, dump(f, b));
	assert_nothing_new(a, b);
	assert_same("and a with that", merged, dump(f, a));
	close_side(a);
	close_side(b);
}

/* From the same beginning, each into the other. */
static void order_does_not_matter(struct fixture *f, uint64_t start)
{
	struct side *base = new_side(f, "base"), *a, *b, *ab, *ba;

	seed = start;
	open_side(base);
	contract_import(&base->c, 1, SAMPLES);
	work(base, STEPS / 2);
	close_side(base);
	a = copy_side(f, base, "a");
	b = copy_side(f, base, "b");
	for (int i = 0; i < 6; i++) {
		work(a, STEPS / 12);
		work(b, STEPS / 12);
	}
	close_side(a);
	close_side(b);
	ab = copy_side(f, a, "ab");
	ba = copy_side(f, b, "ba");
	merge(ab, b);
	merge(ba, a);
	contract_check_clean(&ab->c);
	contract_check_clean(&ba->c);
	assert_same("a with b, b with a", dump(f, ab), dump(f, ba));
	close_side(ab);
	close_side(ba);
}

static void remove_files(struct fixture *f)
{
	static const char *const names[] = { "base", "a", "b", "b-before", "ab", "ba" };
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s.db", f->folder, names[i]);
		unlink(path);
	}
}

static void random_work_on_two_copies(void **state)
{
	struct fixture *f = *state;
	const char *given = getenv("AITIA_SEED"), *many = getenv("AITIA_ROUNDS");
	uint64_t rounds = given ? 1 : many ? strtoull(many, NULL, 10) : 5;

	for (uint64_t round = 0; round < rounds; round++) {
		uint64_t start = given ? strtoull(given, NULL, 10) : 20260101 + round;
		one_round(f, start);
		remove_files(f);
		order_does_not_matter(f, start);
		remove_files(f);
	}
}

/* What there is to be said, and what is refused. */
static void take_text(void *context, const char *what)
{
	strbuf_addf(context, "%s\n", what);
}

static int64_t put(struct side *s, const char *key, const char *title, const char **out)
{
	struct incident fresh, *in = &fresh;
	int64_t edit;

	incident_init(&fresh, &s->c.arena, title);
	if (key)
		assert_ok(&s->c, s->c.ops->incident_get(s->c.store, &s->c.arena, key, &in, &s->c.err));
	in->title = title;
	assert_ok(&s->c, s->c.ops->incident_put(s->c.store, &s->c.arena, "ann", in, NULL, out, &edit, &s->c.err));
	return edit;
}

static void decide(struct side *s, const char *reviewer, int64_t sample, const char *cause)
{
	const struct annotate_request request = { .samples = &sample, .sample_count = 1,
		.annotation = { .cause = cause, .note = "looked", .adjudicated = true } };
	int64_t edit;

	assert_ok(&s->c, s->c.ops->annotate(s->c.store, reviewer, &request, &edit, &s->c.err));
}

/* A decision stands beside its maker's own judgement, but not beside another decision. */
static void decisions_side_by_side_are_told(void **state)
{
	struct fixture *f = *state;
	struct side *a = new_side(f, "a"), *b;
	struct strbuf told = STRBUF_INIT;
	struct merge_options options = { .conflict = take_text, .context = &told };
	struct merge_result result;

	open_side(a);
	contract_import(&a->c, 1, 5);
	contract_annotate(&a->c, "ann", 2, "model");
	contract_annotate(&a->c, "bob", 2, "testing");
	close_side(a);
	b = copy_side(f, a, "b");
	open_side(a);
	decide(b, "ann", 2, "model");
	decide(a, "ann", 3, "model");
	decide(b, "bob", 3, "testing");
	assert_ok(&a->c, sqlite_store_merge(a->c.store, b->path, "merger", &options, &result, &a->c.err));
	assert_int_equal(contract_count(&a->c, "id:3 is:disputed"), 1);
	assert_string_equal(told.text, "sample 3: 2 decisions stand side by side (ann, bob); all count until it is decided again\n");
	assert_int_equal(result.conflicts, 1);
	decide(a, "cem", 3, "data_gap");
	assert_int_equal(contract_count(&a->c, "id:3 -is:disputed cause:data_gap -cause:model -cause:testing"), 1);
	contract_check_clean(&a->c);
	strbuf_release(&told);
	close_side(a);
	close_side(b);
}

static void conflicts_are_kept_and_told(void **state)
{
	struct fixture *f = *state;
	struct side *a = new_side(f, "a"), *b;
	struct strbuf told = STRBUF_INIT;
	struct merge_options options = { .dry_run = true, .conflict = take_text, .context = &told };
	struct merge_result result;
	const struct incident_row *rows;
	const struct annotation *list;
	const char *both, *mine, *theirs;
	size_t count;

	open_side(a);
	contract_import(&a->c, 1, 5);
	put(a, NULL, "both know it", &both);
	both = arena_strdup(&f->c.arena, both);
	contract_annotate(&a->c, "ann", 1, "model");
	close_side(a);
	b = copy_side(f, a, "b");
	open_side(a);
	put(a, both, "as a has it", &mine);
	put(b, both, "as b has it", &theirs);
	put(a, NULL, "of a alone", &mine);
	put(b, NULL, "of b alone", &theirs);
	assert_string_equal(mine, theirs);
	contract_annotate(&a->c, "ann", 1, "testing");
	contract_annotate(&b->c, "ann", 1, "infrastructure/cache");
	contract_annotate(&b->c, "bob", 1, "model/hallucination");
	contract_import(&b->c, 6, 8);
	const char *before = dump(f, a);
	assert_ok(&a->c, sqlite_store_merge(a->c.store, b->path, "merger", &options, &result, &a->c.err));
	assert_int_equal(result.samples_new, 3);
	assert_int_equal(result.edits, 5); /* and the import */
	assert_int_equal(result.edit, 0);
	assert_same("a dry run", before, dump(f, a));
	assert_int_equal(contract_count(&a->c, ""), 5);
	options.dry_run = false;
	strbuf_clear(&told);
	assert_ok(&a->c, sqlite_store_merge(a->c.store, b->path, "merger", &options, &result, &a->c.err));
	assert_int_equal(result.conflicts, 3);
	assert_non_null(strstr(told.text, "sample 1: 2 judgements of ann stand side by side"));
	assert_non_null(strstr(told.text, "was changed in both stores: the newer version stays, that of ann is kept as"));
	assert_non_null(strstr(told.text, "of the other store is another incident"));
	assert_int_equal(contract_count(&a->c, ""), 8);
	assert_int_equal(contract_count(&a->c, "cause:model/hallucination"), 1);
	assert_ok(&a->c, a->c.ops->annotation_list(a->c.store, &a->c.arena, 1, &list, &count, &a->c.err));
	assert_int_equal(count, 4);
	assert_ok(&a->c, a->c.ops->incident_list(a->c.store, &a->c.arena, &rows, &count, &a->c.err));
	assert_int_equal(count, 4); /* both, its other version, of a, of b */
	contract_check_clean(&a->c);
	/* The next judgement of ann joins her two. */
	contract_annotate(&a->c, "ann", 1, "data_gap");
	contract_check_clean(&a->c);
	/* The merge itself is built upon by now. */
	assert_status(&a->c, STATUS_CONFLICT, a->c.ops->undo(a->c.store, &a->c.arena, "merger", 0, &(struct edit){ 0 },
							     &a->c.err));
	assert_status(&a->c, STATUS_NOT_FOUND, a->c.ops->undo(a->c.store, &a->c.arena, "bob", 0, &(struct edit){ 0 },
							      &a->c.err));
	strbuf_release(&told);
	close_side(a);
	close_side(b);
}

static void defer(struct side *s, int64_t sample, const char *until)
{
	int64_t edit;

	assert_ok(&s->c, s->c.ops->triage(s->c.store, "bob", &(struct triage_request){ .samples = &sample, .sample_count = 1,
					  .status = SAMPLE_DEFERRED, .deferred_until = until }, &edit, &s->c.err));
}

static void assert_waits(struct side *s, int64_t sample, const char *until)
{
	const struct sample *is = contract_get(&s->c, sample);

	assert_int_equal(is->status, SAMPLE_DEFERRED);
	assert_string_equal(is->deferred_until, until);
}

/* Two stores gave one key to different incidents: what names one by it names the same one after the merge. */
static void incidents_name_others_by_their_keys_here(void **state)
{
	struct fixture *f = *state;
	struct side *a = new_side(f, "a"), *b = new_side(f, "b");
	struct incident_recurrence again = { .number = 1, .kind = RECURRENCE_SAME_CAUSE, .text = "again" };
	struct incident copy, *is;
	const char *mine, *theirs, *covered = NULL, *here = NULL, *pointer = NULL;
	const struct incident_row *rows;
	size_t count;
	int64_t edit;

	open_side(a);
	open_side(b);
	put(a, NULL, "of a", &mine);
	put(b, NULL, "of b", &theirs);
	assert_string_equal(mine, theirs);
	incident_init(&copy, &b->c.arena, "covered");
	copy.status = INCIDENT_DUPLICATE;
	copy.duplicate_of = again.earlier = theirs;
	copy.recurrences = &again;
	copy.recurrence_count = 1;
	assert_ok(&b->c, b->c.ops->incident_put(b->c.store, &b->c.arena, "bob", &copy, NULL, &covered, &edit, &b->c.err));
	merge(a, b);
	assert_ok(&a->c, a->c.ops->incident_list(a->c.store, &a->c.arena, &rows, &count, &a->c.err));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++) {
		here = strcmp(rows[i].title, "of b") == 0 ? rows[i].key : here;
		pointer = strcmp(rows[i].title, "covered") == 0 ? rows[i].key : pointer;
	}
	assert_string_not_equal(here, theirs);
	assert_ok(&a->c, a->c.ops->incident_get(a->c.store, &a->c.arena, pointer, &is, &a->c.err));
	assert_string_equal(is->duplicate_of, here);
	assert_string_equal(is->recurrences[0].earlier, here);
	contract_check_clean(&a->c);
	close_side(a);
	close_side(b);
}

/* The other store's keys and numbers of imports are not ours. */
static void deferrals_wait_for_what_they_did(void **state)
{
	struct fixture *f = *state;
	struct side *a = new_side(f, "a"), *b = new_side(f, "b");
	const char *mine, *theirs, *here = NULL;
	const struct batch *batches;
	const struct incident_row *rows;
	struct edit undone;
	size_t count;

	open_side(a);
	open_side(b);
	contract_import(&a->c, 1, 2);
	contract_import(&a->c, 3, 4);
	contract_import(&a->c, 5, 9);
	contract_import(&b->c, 1, 9);
	put(a, NULL, "of a", &mine);
	put(b, NULL, "of b", &theirs);
	assert_string_equal(mine, theirs);
	defer(b, 1, theirs);
	defer(b, 2, "hits:rule:\"r1\" batch>1");
	defer(b, 3, "hits:rule:\"r batch>1\"");
	defer(b, 4, "2999-01-01T00:00:00Z");
	for (int round = 0; round < 2; round++) {
		merge(a, b);
		assert_ok(&a->c, a->c.ops->incident_list(a->c.store, &a->c.arena, &rows, &count, &a->c.err));
		assert_int_equal(count, 2);
		for (size_t i = 0; i < count; i++)
			if (strcmp(rows[i].title, "of b") == 0)
				here = rows[i].key;
		assert_string_not_equal(here, mine);
		assert_waits(a, 1, here);
		assert_ok(&a->c, a->c.ops->batch_list(a->c.store, &a->c.arena, &batches, &count, &a->c.err));
		assert_true(batches[0].id >= 3);
		assert_waits(a, 2, arena_printf(&a->c.arena, "hits:rule:\"r1\" batch>%lld", (long long)batches[0].id));
		assert_waits(a, 3, "hits:rule:\"r batch>1\"");
		assert_waits(a, 4, "2999-01-01T00:00:00Z");
		contract_check_clean(&a->c);
		assert_ok(&a->c, a->c.ops->undo(a->c.store, &a->c.arena, "merger", 0, &undone, &a->c.err));
		assert_int_equal(contract_get(&a->c, 1)->status, SAMPLE_UNTRIAGED);
		contract_check_clean(&a->c);
	}
	close_side(a);
	close_side(b);
}

static void others_that_are_no_stores(void **state)
{
	struct fixture *f = *state;
	struct side *a = new_side(f, "a");
	struct merge_result result;

	open_side(a);
	contract_import(&a->c, 1, 5);
	const char *before = dump(f, a);
	assert_status(&a->c, STATUS_USAGE, sqlite_store_merge(a->c.store, a->path, "m", NULL, &result, &a->c.err));
	assert_status(&a->c, STATUS_STORE, sqlite_store_merge(a->c.store, "/nonexistent", "m", NULL, &result, &a->c.err));
	fixture_write(f, slice_of("no store"));
	assert_status(&a->c, STATUS_STORE, sqlite_store_merge(a->c.store, f->path, "m", NULL, &result, &a->c.err));
	assert_non_null(strstr(a->c.err.text, "not a store of Aitia"));
	assert_status(&a->c, STATUS_USAGE, sqlite_store_merge(a->c.store, f->path, "", NULL, &result, &a->c.err));
	unlink(f->path);
	fixture_create(f);
	fixture_close(f);
	fixture_sql(f, "PRAGMA user_version = 1");
	assert_status(&a->c, STATUS_STORE, sqlite_store_merge(a->c.store, f->path, "m", NULL, &result, &a->c.err));
	assert_non_null(strstr(a->c.err.text, "older version"));
	assert_same("refused", before, dump(f, a));
	close_side(a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(random_work_on_two_copies),
		FIXTURE_TEST(conflicts_are_kept_and_told),
		FIXTURE_TEST(decisions_side_by_side_are_told),
		FIXTURE_TEST(deferrals_wait_for_what_they_did),
		FIXTURE_TEST(incidents_name_others_by_their_keys_here),
		FIXTURE_TEST(others_that_are_no_stores),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: merging", tests, NULL, NULL);
}
