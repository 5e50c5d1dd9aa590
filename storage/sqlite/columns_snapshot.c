/*
 * Columns in a file beside the store, STORE-columns, so that they need not be read from the samples
 * at each start. It holds what they were behind one entry of the log, which it names by its digest: that
 * covers all entries before (edit_seal.c), so that it is of this store and of this course of it, whatever was
 * restored or copied since. Later entries are taken up as ever (columns_follow.c).
 *
 * It can be lost, be of another store, or be damaged, and is made anew then: each of its parts has a
 * digest. So it is not brought to the disk before it gets its name.
 *
 * The head, the keys of all entries, the six columns, the order of time. Numbers are as the machine has them; on one that
 * has them otherwise, the first is another.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/file.h"
#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"
#include "storage/sqlite/migrate.h"

#define FORM INT64_C(0x4149544941434c31) /* changes with what is in it */
#define ENDING "-columns"
#define NEW_ENDING ENDING ".new"
#define NEW_STALE_S 3600 /* whoever was writing it is no more */
#define SAVE_SHARE 16    /* it is written again when one of so many samples is not in it */
/* All dictionaries full, each key as long as can be, take 204 MB; names of reviewers have the rest. */
#define KEYS_BYTES_MAX (INT64_C(256) << 20)

enum { PART_KEYS, PART_COLUMNS, PART_ORDER = PART_COLUMNS + COLUMN_COUNT, PART_COUNT };

struct head {
	int64_t form, version, edit, rows, own_keys, few_keys, without, counts[COLUMN_COUNT];
	int64_t len_bytes[PART_COUNT]; /* the order: 0 if it was not known */
	struct digest entry, parts[PART_COUNT];
	struct digest digest; /* of all before it */
};

struct columns_snapshot {
	struct head head;
	int fd, part; /* to be read next */
};

static char *path_of(const struct sqlite_store *db, const char *ending)
{
	struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s%s", db->path, ending);
	return path.text;
}

static struct digest digest_of_head(const struct head *head)
{
	return digest_of((struct slice){ (const char *)head, offsetof(struct head, digest) });
}

static bool same_digest(struct digest a, struct digest b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* That of an entry of the log, and the version of the schema: what a snapshot must agree with. */
static bool read_state(struct sqlite_store *db, int64_t edit, int64_t *version, struct digest *entry)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_EDIT_DIGEST, SQL_INT(edit));
	bool found = sql_next(db, stmt) && column_digest(stmt, 0, entry);

	return sql_end(db, stmt, NULL) == STATUS_OK && found && schema_version(db, version, NULL) == STATUS_OK;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static bool read_all(int fd, void *to, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t got = read(fd, (char *)to + at, len - at);
		if (got <= 0 && !(got < 0 && errno == EINTR))
			return false;
		at += got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* Whether the parts are as long as can be: room for them is taken before they are read. */
static bool lengths_fit(const struct head *head, int64_t file_bytes)
{
	int64_t size = (int64_t)sizeof(*head), order = head->len_bytes[PART_ORDER];

	if (head->len_bytes[PART_KEYS] < 0 || head->len_bytes[PART_KEYS] > KEYS_BYTES_MAX || order < 0 ||
	    order > head->rows * (int64_t)sizeof(uint32_t) || order % (int64_t)sizeof(uint32_t))
		return false;
	for (int c = 0; c < COLUMN_COUNT; c++)
		if (head->len_bytes[PART_COLUMNS + c] != (head->rows + 1) * (int64_t)sizeof(uint16_t))
			return false;
	for (int part = 0; part < PART_COUNT; part++)
		size += head->len_bytes[part];
	return size == file_bytes;
}

static bool head_fits(struct sqlite_store *db, const struct columns *columns, const struct head *head, int64_t file_bytes)
{
	struct digest entry;
	int64_t version = 0;

	if (head->form != FORM || !same_digest(digest_of_head(head), head->digest) || head->rows < 1 ||
	    head->rows > columns->target || head->own_keys != (int64_t)columns->own_keys.len || head->few_keys != columns->few_keys)
		return false;
	return lengths_fit(head, file_bytes) && read_state(db, head->edit, &version, &entry) && version == head->version &&
	       same_digest(entry, head->entry);
}

bool columns_snapshot_exists(const struct sqlite_store *db)
{
	char *path = db->path[0] ? path_of(db, ENDING) : NULL;
	bool exists = path && file_exists(path);

	free(path);
	return exists;
}

bool columns_snapshot_open(struct sqlite_store *db, struct columns *columns)
{
	struct columns_snapshot snapshot;
	struct stat info;
	char *path;
	bool good;

	if (!db->path[0] || columns->target < db->snapshot_least)
		return false;
	path = path_of(db, ENDING);
	snapshot = (struct columns_snapshot){ .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) };
	free(path);
	good = snapshot.fd >= 0 && fstat(snapshot.fd, &info) == 0 && S_ISREG(info.st_mode) &&
	       read_all(snapshot.fd, &snapshot.head, sizeof(snapshot.head)) &&
	       head_fits(db, columns, &snapshot.head, (int64_t)info.st_size);
	if (good) {
		columns->snapshot = mem_alloc(sizeof(snapshot));
		*columns->snapshot = snapshot;
		columns->edit = snapshot.head.edit; /* they are of then */
	} else if (snapshot.fd >= 0) {
		close(snapshot.fd);
	}
	return good;
}

void columns_snapshot_close(struct columns *columns)
{
	if (!columns->snapshot)
		return;
	close(columns->snapshot->fd);
	free(columns->snapshot);
	columns->snapshot = NULL;
}

/* Numbers are taken from the front of what is left of a part. */
static bool take_number(struct slice *from, int64_t *out)
{
	if (from->len_bytes < sizeof(*out))
		return false;
	memcpy(out, from->at, sizeof(*out));
	*from = (struct slice){ from->at + sizeof(*out), from->len_bytes - sizeof(*out) };
	return true;
}

static bool take_reviewers(struct columns *columns, struct slice *from)
{
	int64_t count, len;

	if (!take_number(from, &count))
		return false;
	for (int64_t i = 0; i < count; i++) {
		if (!take_number(from, &len) || len < 0 || (uint64_t)len > from->len_bytes || memchr(from->at, '\0', (size_t)len))
			return false;
		char *name = mem_alloc((size_t)len + 1);
		memcpy(name, from->at, (size_t)len);
		name[len] = '\0';
		vec_push(&columns->reviewers, name);
		*from = (struct slice){ from->at + len, from->len_bytes - (size_t)len };
	}
	return true;
}

static enum status take_entry(struct sqlite_store *db, struct columns *columns, enum column column, uint32_t number,
			      struct slice *from, bool *fits, struct error *err)
{
	struct columns_key key = { .len = 0 };
	int64_t len = 0, value = 0;
	uint32_t is = DICTIONARY_NONE;
	enum status status;

	*fits = take_number(from, &len) && len >= 0 && len <= COLUMNS_KEY_MAX;
	while (*fits && (int64_t)key.len < len && (*fits = take_number(from, &value)))
		columns_key_add(&key, value);
	*fits = *fits && columns_key_is_sound(columns, column, &key);
	if (!*fits)
		return STATUS_OK;
	status = columns_entry(db, columns, column, &key, &is, err);
	*fits = is == number;
	return status;
}

static enum status take_keys(struct sqlite_store *db, struct columns *columns, struct slice from, bool *fits, struct error *err)
{
	const struct head *head = &columns->snapshot->head;
	enum status status = STATUS_OK;

	*fits = take_reviewers(columns, &from);
	for (int c = 0; c < COLUMN_COUNT; c++)
		for (int64_t i = DICTIONARY_FIRST; i < head->counts[c] && *fits && status == STATUS_OK; i++)
			status = take_entry(db, columns, (enum column)c, (uint32_t)i, &from, fits, err);
	*fits = *fits && from.len_bytes == 0;
	return status;
}

/* As they are in the file; how many have each entry is counted. */
static bool take_column(struct columns *columns, enum column column, const uint16_t *numbers)
{
	struct dictionary *dictionary = &columns->dictionaries[column];
	int64_t rows = columns->snapshot->head.rows;

	for (int64_t id = 1; id <= rows; id++) {
		if (numbers[id] >= dictionary->entries.len)
			return false;
		dictionary->entries.items[numbers[id]].rows++;
	}
	memcpy(columns->of[column], numbers, (size_t)(rows + 1) * sizeof(*numbers));
	columns->of[column][0] = DICTIONARY_NONE;
	dictionary->entries.items[DICTIONARY_NONE].rows = 0;
	if (column == COLUMN_STATE)
		for (int64_t id = 1; id <= rows; id++)
			columns->present += numbers[id] != DICTIONARY_NONE;
	return true;
}

static bool take_order(struct columns *columns, const uint32_t *ids, size_t count)
{
	struct columns_order *order = &columns->by_time;
	const struct head *head = &columns->snapshot->head;

	if (!count)
		return true;
	if ((int64_t)count != columns->present || head->without < 0 || head->without > columns->present)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (ids[i] < 1 || ids[i] > head->rows)
			return false;
		vec_push(&order->ids, ids[i]);
	}
	order->without = (size_t)head->without;
	order->whole = true;
	return true;
}

static enum status take_part(struct sqlite_store *db, struct columns *columns, int part, void *bytes, size_t len, bool *fits,
			     struct error *err)
{
	if (part == PART_KEYS)
		return take_keys(db, columns, (struct slice){ bytes, len }, fits, err);
	*fits = part == PART_ORDER ? take_order(columns, bytes, len / sizeof(uint32_t)) :
				     take_column(columns, (enum column)(part - PART_COLUMNS), bytes);
	return STATUS_OK;
}

enum status columns_snapshot_step(struct sqlite_store *db, struct columns *columns, bool *fits, struct error *err)
{
	struct columns_snapshot *snapshot = columns->snapshot;
	int part = snapshot->part++;
	size_t len = (size_t)snapshot->head.len_bytes[part];
	char *bytes = mem_alloc(len + 1);
	enum status status = STATUS_OK;

	*fits = read_all(snapshot->fd, bytes, len) &&
		same_digest(digest_of((struct slice){ bytes, len }), snapshot->head.parts[part]);
	if (*fits)
		status = take_part(db, columns, part, bytes, len, fits, err);
	free(bytes);
	if (status != STATUS_OK) {
		columns_clear(columns); /* half of a part is none */
	} else if (*fits && snapshot->part == PART_COUNT) {
		columns->rows = columns->target = snapshot->head.rows;
		columns_snapshot_close(columns);
	}
	return status;
}

/* ---- writing ----------------------------------------------------------------------------------- */

static void add_number(struct strbuf *to, int64_t number)
{
	strbuf_add(to, (const char *)&number, sizeof(number));
}

static void add_keys(const struct columns *columns, struct head *head, struct strbuf *to)
{
	add_number(to, (int64_t)columns->reviewers.len);
	for (size_t i = 0; i < columns->reviewers.len; i++) {
		add_number(to, (int64_t)strlen(columns->reviewers.items[i]));
		strbuf_addstr(to, columns->reviewers.items[i]);
	}
	for (int c = 0; c < COLUMN_COUNT; c++) {
		const struct dictionary *dictionary = &columns->dictionaries[c];
		head->counts[c] = (int64_t)dictionary->entries.len;
		for (size_t i = DICTIONARY_FIRST; i < dictionary->entries.len; i++) {
			const struct dictionary_entry *entry = &dictionary->entries.items[i];
			add_number(to, (int64_t)entry->key_len);
			strbuf_add(to, (const char *)entry->key, entry->key_len * sizeof(*entry->key));
		}
	}
}

static bool write_parts(int fd, const struct columns *columns, struct head *head)
{
	struct strbuf keys = STRBUF_INIT;
	struct slice parts[PART_COUNT];
	bool good;

	add_keys(columns, head, &keys);
	parts[PART_KEYS] = strbuf_slice(&keys);
	for (int c = 0; c < COLUMN_COUNT; c++)
		parts[PART_COLUMNS + c] = (struct slice){ (const char *)columns->of[c],
							  (size_t)(columns->rows + 1) * sizeof(uint16_t) };
	parts[PART_ORDER] = (struct slice){ (const char *)columns->by_time.ids.items,
					    columns->by_time.whole ? columns->by_time.ids.len * sizeof(uint32_t) : 0 };
	head->without = (int64_t)columns->by_time.without;
	for (int i = 0; i < PART_COUNT; i++) {
		head->len_bytes[i] = (int64_t)parts[i].len_bytes;
		head->parts[i] = digest_of(parts[i]);
	}
	head->digest = digest_of_head(head);
	good = file_write_all(fd, (struct slice){ (const char *)head, sizeof(*head) });
	for (int i = 0; good && i < PART_COUNT; i++)
		good = file_write_all(fd, parts[i]);
	strbuf_release(&keys);
	return good;
}

/* One process at a time; another leaves it at that. It is to be read by those who may read the store. */
static int open_new(const char *path, const struct stat *like)
{
	struct stat info;
	int fd;

	if (lstat(path, &info) == 0 && time(NULL) - info.st_mtime > NEW_STALE_S)
		(void)unlink(path);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)fchmod(fd, like->st_mode & 0666 & (like->st_gid == getegid() ? 0666 : 0606));
	return fd;
}

static bool is_worth_saving(const struct sqlite_store *db, const struct columns *columns)
{
	return db->path[0] && !db->read_only && !db->network && columns->is_file && columns->begun && !columns->snapshot &&
	       !columns->taking.edit && columns->rows >= columns->target && columns->rows >= db->snapshot_least &&
	       columns->unsaved > columns->rows / SAVE_SHARE && columns->rows < UINT32_MAX;
}

void columns_snapshot_save(struct sqlite_store *db, struct columns *columns)
{
	struct head head = { .form = FORM, .edit = columns->edit, .rows = columns->rows,
			     .own_keys = (int64_t)columns->own_keys.len, .few_keys = columns->few_keys };
	struct stat like;
	char *path, *fresh;
	bool good = false;
	int fd;

	if (!is_worth_saving(db, columns) || sqlite_store_has_moved(&db->base) || !read_state(db, head.edit, &head.version, &head.entry) || stat(db->path, &like) != 0)
		return;
	path = path_of(db, ENDING);
	fresh = path_of(db, NEW_ENDING);
	fd = open_new(fresh, &like);
	if (fd >= 0) {
		good = write_parts(fd, columns, &head);
		good = close(fd) == 0 && good && rename(fresh, path) == 0;
		if (!good)
			(void)unlink(fresh);
	}
	if (good)
		columns->unsaved = 0;
	free(path);
	free(fresh);
}
