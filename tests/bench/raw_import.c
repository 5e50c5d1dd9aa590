/*
 * The limit that `make bench-import` measures the import against: what any program must do that
 * brings the generator's JSON Lines into a store of this schema. It scans the file by
 * hand, knows its keys, dedupes in memory without bound, checks nothing, and inserts the
 * rows that an import of the same file gives, with prepared statements in one
 * transaction; indexes that can be dropped are made afterwards.
 *
 *     raw_import STORE FILE [wal|delete]     STORE: an empty one, made by aitia
 */
#include <fcntl.h>
#include <nettle/sha2.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static sqlite3 *db;

static void must(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "raw_import: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
	exit(1);
}

static void run(const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *stmt;

	must(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) == SQLITE_OK, sql);
	return stmt;
}

static void step(sqlite3_stmt *stmt)
{
	must(sqlite3_step(stmt) == SQLITE_DONE, sqlite3_sql(stmt));
	sqlite3_reset(stmt);
}

/* ---- names and bodies in memory: 64 bits of hash → id --------------------------------- */

struct slot {
	uint64_t hash;
	int64_t id;
};

struct table {
	struct slot *slots;
	size_t capacity, len;
};

static struct slot *find(struct table *table, uint64_t hash)
{
	if ((table->len + 1) * 2 > table->capacity) {
		struct table larger = { .capacity = table->capacity ? table->capacity * 2 : 1024, .len = table->len };
		must((larger.slots = calloc(larger.capacity, sizeof(struct slot))) != NULL, "memory");
		for (size_t i = 0; i < table->capacity; i++)
			if (table->slots[i].id)
				*find(&larger, table->slots[i].hash) = table->slots[i];
		free(table->slots);
		*table = larger;
	}
	size_t at = hash & (table->capacity - 1);
	while (table->slots[at].id && table->slots[at].hash != hash)
		at = (at + 1) & (table->capacity - 1);
	return &table->slots[at];
}

static uint64_t fnv(uint64_t hash, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
	return hash;
}

static void sha256(const void *bytes, size_t len, uint8_t out[32])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, bytes);
	sha256_digest(&ctx, 32, out);
}

/* ---- the scan ---------------------------------------------------------------------------- */

/* The keys of ../shared/data/gen_samples.py. */
enum key { ID, TS, MODEL, HARNESS, PROMPT_VERSION, LANGUAGE, REPO, PATH, PROMPT, COMPLETION, TOKENS, LATENCY, VERDICT,
	   SEVERITY, RULE, CWE, LINE, MESSAGE, KEY_COUNT };
static const char *const key_names[KEY_COUNT] = {
	"id", "ts", "model", "harness", "prompt_version", "language", "repo", "path", "prompt", "completion", "tokens_out",
	"latency_ms", "verdict", "severity", "rule_id", "cwe", "line", "message",
};

struct text {
	const char *at; /* NULL: null */
	size_t len;
};

static char *unescape(char *out, const char **from)
{
	const char *at = *from;

	for (;;) {
		const char *plain = at;
		while (*at != '"' && *at != '\\')
			at++;
		memcpy(out, plain, (size_t)(at - plain));
		out += at - plain;
		if (*at++ == '"')
			break;
		switch (*at++) {
		case 'n': *out++ = '\n'; break;
		case 't': *out++ = '\t'; break;
		case 'r': *out++ = '\r'; break;
		case 'b': *out++ = '\b'; break;
		case 'f': *out++ = '\f'; break;
		case 'u': *out++ = (char)strtol((char[]){ at[2], at[3], 0 }, NULL, 16); at += 4; break; /* control characters */
		default: *out++ = at[-1];
		}
	}
	*from = at;
	return out;
}

/* One line; strings go to `room`. Answers the end of the line. */
static const char *scan(const char *at, char *room, struct text values[KEY_COUNT])
{
	memset(values, 0, KEY_COUNT * sizeof(*values));
	while (*at != '}') {
		at += 2; /* {" or ," */
		const char *name = at;
		at = strchr(at, '"');
		size_t len = (size_t)(at - name), key = 0;
		while (strncmp(key_names[key], name, len) != 0 || key_names[key][len])
			key++;
		at += 2; /* ": */
		struct text *value = &values[key];
		if (*at == '"') {
			at++;
			value->at = room;
			room = unescape(room, &at);
			value->len = (size_t)(room - value->at);
		} else if (*at == 'n') {
			at += 4;
		} else {
			value->at = at;
			at += value->len = strspn(at, "0123456789");
		}
	}
	return at + 2;
}

static int64_t number(struct text text, size_t from, size_t len)
{
	int64_t value = 0;

	for (size_t i = from; i < from + len; i++)
		value = value * 10 + (text.at[i] - '0');
	return value;
}

/* "2025-01-06T01:23:45.678Z"; days by Howard Hinnant's days_from_civil. */
static int64_t time_us(struct text ts)
{
	int64_t y = number(ts, 0, 4), m = number(ts, 5, 2), d = number(ts, 8, 2);

	y -= m <= 2;
	int64_t era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
	int64_t seconds = days * 86400 + number(ts, 11, 2) * 3600 + number(ts, 14, 2) * 60 + number(ts, 17, 2);
	return seconds * 1000000 + number(ts, 20, 3) * 1000;
}

/* ---- rows --------------------------------------------------------------------------------- */

static struct table words, attributes, provenances, bodies;
static sqlite3_stmt *add_word, *add_attribute, *add_provenance, *add_item, *add_body, *add_sample, *add_flag, *add_own;

static void bind_text(sqlite3_stmt *stmt, int at, struct text text)
{
	sqlite3_bind_text(stmt, at, text.at, (int)text.len, SQLITE_STATIC);
}

static int64_t word(struct text text)
{
	if (!text.at)
		return 0;
	uint64_t hash = fnv(14695981039346656037u, text.at, text.len);
	struct slot *slot = find(&words, hash);
	if (!slot->id) {
		*slot = (struct slot){ hash, (int64_t)++words.len };
		sqlite3_bind_int64(add_word, 1, slot->id);
		bind_text(add_word, 2, text);
		step(add_word);
	}
	return slot->id;
}

static int64_t attribute(const char *key, struct text value)
{
	uint64_t hash = fnv(fnv(14695981039346656037u, key, strlen(key) + 1), value.at, value.len);
	struct slot *slot = find(&attributes, hash);

	if (!slot->id) {
		*slot = (struct slot){ hash, (int64_t)++attributes.len };
		sqlite3_bind_int64(add_attribute, 1, slot->id);
		bind_text(add_attribute, 2, (struct text){ key, strlen(key) });
		bind_text(add_attribute, 3, value);
		step(add_attribute);
	}
	return slot->id;
}

static int64_t body(struct text text, uint8_t digest[32])
{
	uint64_t hash;

	sha256(text.at, text.len, digest);
	memcpy(&hash, digest, sizeof(hash));
	struct slot *slot = find(&bodies, hash);
	if (!slot->id) {
		*slot = (struct slot){ hash, (int64_t)++bodies.len };
		sqlite3_bind_int64(add_body, 1, slot->id);
		sqlite3_bind_blob(add_body, 2, digest, 32, SQLITE_STATIC);
		sqlite3_bind_int64(add_body, 3, (int64_t)text.len);
		sqlite3_bind_blob(add_body, 4, text.at, (int)text.len, SQLITE_STATIC);
		step(add_body);
	}
	return slot->id;
}

static int64_t provenance(const struct text values[KEY_COUNT])
{
	static const struct { enum key key; const char *name; } items[] = {
		{ MODEL, "gen_ai.response.model" }, { HARNESS, "harness.version" }, { PROMPT_VERSION, "prompt.version" },
		{ REPO, "repo" }, { VERDICT, "verdict" }, { SEVERITY, "severity" }, { CWE, "cwe" },
	};
	int64_t ids[sizeof(items) / sizeof(items[0])];
	uint8_t digest[32];
	int count = 0;

	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		if (values[items[i].key].at && (items[i].key != VERDICT || values[RULE].at))
			ids[count++] = attribute(items[i].name, values[items[i].key]);
	uint64_t hash = fnv(14695981039346656037u, (const char *)ids, (size_t)count * sizeof(ids[0]));
	struct slot *slot = find(&provenances, hash);
	if (slot->id)
		return slot->id;
	*slot = (struct slot){ hash, (int64_t)++provenances.len };
	sha256(ids, (size_t)count * sizeof(ids[0]), digest);
	sqlite3_bind_int64(add_provenance, 1, slot->id);
	sqlite3_bind_blob(add_provenance, 2, digest, 32, SQLITE_STATIC);
	step(add_provenance);
	for (int i = 0; i < count; i++) {
		sqlite3_bind_int64(add_item, 1, slot->id);
		sqlite3_bind_int(add_item, 2, i + 1);
		sqlite3_bind_int64(add_item, 3, ids[i]);
		step(add_item);
	}
	return slot->id;
}

/* storage/sqlite/own.h: the two values that hardly two samples share. */
static void own(int64_t id, const struct text values[KEY_COUNT])
{
	char items[64], *out = items;

	for (int key = 0; key < 2; key++) {
		const struct text *value = &values[key ? LATENCY : TOKENS];
		*out++ = (char)(4 + key);
		*out++ = (char)(1 + key);
		*out++ = 0;
		*out++ = (char)value->len;
		memcpy(out, value->at, value->len);
		out += value->len;
	}
	sqlite3_bind_int64(add_own, 1, id);
	sqlite3_bind_blob(add_own, 2, items, (int)(out - items), SQLITE_STATIC);
	step(add_own);
}

static void sample(int64_t id, const struct text values[KEY_COUNT])
{
	static const struct text verdict = { "verdict", 7 };
	uint8_t digest[32 + 8], fingerprint[32], content[32], prompt_digest[32];
	bool flagged = values[RULE].at;
	int level = !flagged ? 0 : values[SEVERITY].at[0] == 'c' || values[SEVERITY].at[0] == 'h' ? 3 : 2;
	char message[64], title[300];
	struct text said = flagged ? values[MESSAGE] :
			   (struct text){ message, (size_t)snprintf(message, 64, "verdict: %.*s", (int)values[VERDICT].len,
								    values[VERDICT].at) };
	int title_len = snprintf(title, sizeof(title), "%.*s: %.*s", (int)values[ID].len, values[ID].at, (int)said.len, said.at);
	int64_t rule = word(flagged ? values[RULE] : verdict), line = values[LINE].at ? number(values[LINE], 0, values[LINE].len) : 0;

	sqlite3_bind_int64(add_sample, 6, body(values[COMPLETION], digest));
	sqlite3_bind_int64(add_sample, 7, body(values[PROMPT], prompt_digest));
	memcpy(digest + 32, &id, 8);
	sha256(digest, 40, fingerprint);
	sha256(fingerprint, 32, content);
	sqlite3_bind_int64(add_sample, 1, id);
	sqlite3_bind_blob(add_sample, 2, fingerprint, 32, SQLITE_STATIC);
	sqlite3_bind_blob(add_sample, 3, content, 32, SQLITE_STATIC);
	sqlite3_bind_int(add_sample, 4, 1);
	bind_text(add_sample, 5, values[ID]);
	sqlite3_bind_int64(add_sample, 8, word(values[LANGUAGE]));
	bind_text(add_sample, 9, values[PATH]);
	sqlite3_bind_int64(add_sample, 10, time_us(values[TS]));
	bind_text(add_sample, 11, (struct text){ title, (size_t)title_len });
	sqlite3_bind_int(add_sample, 12, level);
	sqlite3_bind_int64(add_sample, 13, line);
	sqlite3_bind_int64(add_sample, 14, rule);
	sqlite3_bind_int64(add_sample, 15, word(values[MODEL]));
	sqlite3_bind_int64(add_sample, 16, provenance(values));
	step(add_sample);
	sqlite3_bind_int64(add_flag, 1, id);
	sqlite3_bind_int(add_flag, 2, flagged ? 1 : 6);
	sqlite3_bind_int(add_flag, 3, level);
	sqlite3_bind_int64(add_flag, 4, rule);
	bind_text(add_flag, 5, said);
	line ? sqlite3_bind_int64(add_flag, 6, line) : sqlite3_bind_null(add_flag, 6);
	step(add_flag);
	own(id, values);
}

/* ---- the indexes ---------------------------------------------------------------------------- */

static char *remake[64];
static size_t remake_count;

static void drop_indexes(void)
{
	char *drops[64];
	sqlite3_stmt *stmt = prepare("SELECT sql, 'DROP INDEX ' || name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
				     " AND tbl_name IN ('sample', 'flag', 'body', 'provenance', 'provenance_item')");

	while (sqlite3_step(stmt) == SQLITE_ROW) {
		must(remake_count < 64, "indexes");
		drops[remake_count] = strdup((const char *)sqlite3_column_text(stmt, 1));
		remake[remake_count++] = strdup((const char *)sqlite3_column_text(stmt, 0));
	}
	sqlite3_finalize(stmt);
	for (size_t i = 0; i < remake_count; i++)
		run(drops[i]);
}

static void open_store(const char *path, const char *journal)
{
	char pragma[64];

	must(sqlite3_open(path, &db) == SQLITE_OK, path);
	snprintf(pragma, sizeof(pragma), "PRAGMA journal_mode = %s", journal);
	run(pragma);
	run("PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; BEGIN");
	drop_indexes();
	add_word = prepare("INSERT INTO word (id, text) VALUES (?, ?)");
	add_attribute = prepare("INSERT INTO attribute (id, key, value) VALUES (?, ?, ?)");
	add_provenance = prepare("INSERT INTO provenance (id, sha256) VALUES (?, ?)");
	add_item = prepare("INSERT INTO provenance_item (provenance, number, attribute, certainty, shadowed) VALUES (?, ?, ?, 0, 0)");
	add_body = prepare("INSERT INTO body (id, sha256, len_bytes, bytes) VALUES (?, ?, ?, ?)");
	add_sample = prepare("INSERT INTO sample (id, fingerprint, content_digest, batch, kind, external_id, code, prompt, language,"
			     " path, produced_us, produced_precision, baseline, illustrative, title, level, line, rule, model,"
			     " provenance, status, disposition, severity, version)"
			     " VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 7, 0, 0, ?11, ?12, ?13, ?14, ?15, ?16, 0, 0, 0, 0)");
	run("INSERT INTO own_key (id, text) VALUES (1, 'tokens_out'), (2, 'latency_ms')");
	add_own = prepare("INSERT INTO sample_own (sample, items) VALUES (?, ?)");
	add_flag = prepare("INSERT INTO flag (sample, number, source, level, rule, message, start_line) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)");
}

int main(int argc, char **argv)
{
	static char room[1 << 20];
	struct text values[KEY_COUNT];
	struct stat info;
	int64_t id = 0;

	must(argc > 2, "usage: raw_import STORE FILE [wal|delete]");
	int fd = open(argv[2], O_RDONLY);
	must(fd >= 0 && fstat(fd, &info) == 0, argv[2]);
	const char *start = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0), *at = start;
	must(start != MAP_FAILED, "mmap");
	open_store(argv[1], argc > 3 ? argv[3] : "delete");
	while (at < start + info.st_size) {
		at = scan(at, room, values);
		sample(++id, values);
	}
	for (size_t i = 0; i < remake_count; i++)
		run(remake[i]);
	char batch[96];
	snprintf(batch, sizeof(batch), "UPDATE batch SET records = %lld, imported = %lld", (long long)id, (long long)id);
	run(batch);
	run("COMMIT");
	/* Statements need not be finalized, nor memory freed, by a program that ends here. */
	printf("%lld samples\n", (long long)id);
	return 0;
}
