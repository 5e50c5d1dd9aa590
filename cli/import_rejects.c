#include "cli/import_rejects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

#define PIECE_BYTES ((size_t)64 * 1024)

struct reject_file {
	const struct importer *importer;
	struct strbuf header;      /* where the importer has no frame of its own */
	char *path;
	struct atomic_file *file;  /* NULL: written, or never to be */
	int64_t records;
	uint64_t kept_bytes;       /* at the end of the last step that was kept */
	int64_t kept_records;
};

struct import_rejects {
	char *path;
	const struct import_input *guarded;
	size_t guarded_count;
	VEC_OF(struct reject_file) files;
	int64_t lost, kept_lost;
};

/* ---- where to ---------------------------------------------------------------------- */

/* Whatever the path is called: the files are compared, not their names. */
static enum status check_path(const struct import_rejects *self, const char *path, struct error *err)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return STATUS_OK;
	if (!S_ISREG(info.st_mode))
		return error_set(err, STATUS_USAGE, "--rejects %s: it is there, and no file", path);
	for (size_t i = 0; i < self->guarded_count; i++) {
		const struct import_input *input = &self->guarded[i];
		if (input->identified && input->device == info.st_dev && input->inode == info.st_ino)
			return error_set(err, STATUS_USAGE, "--rejects %s would overwrite %s; name another file", path,
					 input->path);
	}
	return STATUS_OK;
}

static enum status check_folder(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_strdup(path) : mem_strdup(".");

	if (slash)
		folder[slash == path ? 1 : slash - path] = '\0';
	bool good = file_is_folder(folder);
	free(folder);
	return good ? STATUS_OK : error_set(err, STATUS_USAGE, "--rejects %s: there is no such folder", path);
}

enum status import_rejects_new(const char *path, const struct import_input *guarded, size_t guarded_count,
			       struct import_rejects **out, struct error *err)
{
	struct import_rejects *self = mem_zalloc(1, sizeof(*self));

	self->path = mem_strdup(path);
	self->guarded = guarded;
	self->guarded_count = guarded_count;
	enum status status = check_folder(path, err);
	if (status == STATUS_OK)
		status = check_path(self, path, err);
	if (status != STATUS_OK) {
		import_rejects_free(self);
		self = NULL;
	}
	*out = self;
	return status;
}

static void file_release(struct reject_file *file)
{
	atomic_file_abandon(file->file);
	strbuf_release(&file->header);
	free(file->path);
}

void import_rejects_free(struct import_rejects *self)
{
	if (!self)
		return;
	for (size_t i = 0; i < self->files.len; i++)
		file_release(&self->files.items[i]);
	vec_release(&self->files);
	free(self->path);
	free(self);
}

/* FILE, FILE.csv, FILE.csv-2, …: the first that no file of this run has. */
static char *free_path(const struct import_rejects *self, const char *format)
{
	for (size_t number = 0;; number++) {
		struct strbuf path = STRBUF_INIT;
		bool taken = false;

		strbuf_addstr(&path, self->path);
		if (number > 0)
			strbuf_addf(&path, ".%s", format);
		if (number > 1)
			strbuf_addf(&path, "-%zu", number);
		for (size_t i = 0; i < self->files.len; i++)
			taken = taken || strcmp(self->files.items[i].path, path.text) == 0;
		if (!taken)
			return strbuf_detach(&path);
		strbuf_release(&path);
	}
}

/* The first row of the head with its line end: what stands in quotes goes on over
 * lines (RFC 4180, section 2, rule 6). */
static struct slice first_row(struct slice head)
{
	bool quoted = false;

	for (size_t i = 0; i < head.len_bytes; i++) {
		if (head.at[i] == '"')
			quoted = !quoted;
		if (head.at[i] == '\n' && !quoted)
			return (struct slice){ head.at, i + 1 };
	}
	return head;
}

static enum status file_for(struct import_rejects *self, const struct importer *importer,
			    const struct import_source *source, struct reject_file **out, struct error *err)
{
	struct slice header = importer->before ? (struct slice){ "", 0 } : first_row(source->head);
	struct reject_file file = { .importer = importer, .header = STRBUF_INIT };

	for (size_t i = 0; i < self->files.len; i++) {
		*out = &self->files.items[i];
		if ((*out)->importer == importer && slice_eq(strbuf_slice(&(*out)->header), header))
			return STATUS_OK;
	}
	file.path = free_path(self, importer->name);
	enum status status = check_path(self, file.path, err);
	if (status == STATUS_OK)
		status = atomic_file_open(file.path, &file.file, err);
	if (status != STATUS_OK) {
		free(file.path);
		return status;
	}
	strbuf_addslice(&file.header, header);
	vec_push(&self->files, file);
	*out = &self->files.items[self->files.len - 1];
	return STATUS_OK;
}

/* ---- records ------------------------------------------------------------------------ */

static bool ends_line(struct slice tail)
{
	return tail.len_bytes > 0 && tail.at[tail.len_bytes - 1] == '\n';
}

/* The length without a line end, where `between` writes one. */
static uint64_t trimmed(const struct reject_file *file, struct slice tail, uint64_t len_bytes)
{
	if (file->importer->between[0] != '\n' || !ends_line(tail))
		return len_bytes;
	return len_bytes - (tail.len_bytes > 1 && tail.at[tail.len_bytes - 2] == '\r' ? 2 : 1);
}

/* The last line of a file may end with it; more may come behind it here. */
static enum status end_line(struct reject_file *file, bool ended, struct error *err)
{
	if (ended || file->importer->between[0])
		return STATUS_OK;
	return atomic_file_add(file->file, slice_of("\n"), err);
}

static enum status copy_piece(int fd, char *piece, size_t len_bytes, uint64_t offset, struct error *err)
{
	for (size_t have = 0; have < len_bytes;) {
		ssize_t got = pread(fd, piece + have, len_bytes - have, (off_t)(offset + have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(err, STATUS_INPUT, "cannot be read: %s", strerror(errno));
		if (got == 0)
			return error_set(err, STATUS_INPUT, "it has become shorter while it was read");
		have += (size_t)got;
	}
	return STATUS_OK;
}

static enum status copy_record(struct reject_file *file, int fd, uint64_t offset, uint64_t len_bytes, struct error *err)
{
	char *piece = mem_alloc(PIECE_BYTES);
	size_t tail = len_bytes < 2 ? (size_t)len_bytes : 2;
	enum status status = copy_piece(fd, piece, tail, offset + len_bytes - tail, err);

	bool ended = status == STATUS_OK && ends_line((struct slice){ piece, tail });
	if (status == STATUS_OK)
		len_bytes = trimmed(file, (struct slice){ piece, tail }, len_bytes);
	while (status == STATUS_OK && len_bytes > 0) {
		size_t part = len_bytes < PIECE_BYTES ? (size_t)len_bytes : PIECE_BYTES;
		status = copy_piece(fd, piece, part, offset, err);
		if (status == STATUS_OK)
			status = atomic_file_add(file->file, (struct slice){ piece, part }, err);
		offset += part;
		len_bytes -= part;
	}
	free(piece);
	return status == STATUS_OK ? end_line(file, ended, err) : status;
}

static enum status add_text(struct reject_file *file, const char *text, struct error *err)
{
	return atomic_file_add(file->file, slice_of(text), err);
}

static enum status add_front(struct reject_file *file, struct error *err)
{
	if (file->records > 0)
		return add_text(file, file->importer->between, err);
	if (file->importer->before)
		return add_text(file, file->importer->before, err);
	return atomic_file_add(file->file, strbuf_slice(&file->header), err);
}

enum status import_rejects_add(struct import_rejects *self, const struct importer *importer,
			       const struct import_source *source, const struct batch_reject *reject, struct error *err)
{
	struct reject_file *file;

	if (!reject->raw.at && (reject->offset_bytes < 0 || reject->len_bytes <= 0)) {
		self->lost++;
		return STATUS_OK;
	}
	enum status status = file_for(self, importer, source, &file, err);
	if (status == STATUS_OK)
		status = add_front(file, err);
	if (status != STATUS_OK)
		return status;
	file->records++;
	if (!reject->raw.at)
		return copy_record(file, source->fd, (uint64_t)reject->offset_bytes, (uint64_t)reject->len_bytes, err);
	struct slice raw = reject->raw;
	raw.len_bytes = (size_t)trimmed(file, raw, raw.len_bytes);
	status = atomic_file_add(file->file, raw, err);
	return status == STATUS_OK ? end_line(file, ends_line(reject->raw), err) : status;
}

/* ---- steps -------------------------------------------------------------------------- */

void import_rejects_keep(struct import_rejects *self)
{
	for (size_t i = 0; i < self->files.len; i++) {
		struct reject_file *file = &self->files.items[i];
		file->kept_bytes = atomic_file_len(file->file);
		file->kept_records = file->records;
	}
	self->kept_lost = self->lost;
}

enum status import_rejects_take_back(struct import_rejects *self, struct error *err)
{
	enum status status = STATUS_OK;

	self->lost = self->kept_lost;
	/* Files that this step has made stand last, and leave their names to others. */
	while (self->files.len > 0 && self->files.items[self->files.len - 1].kept_records == 0)
		file_release(&self->files.items[--self->files.len]);
	for (size_t i = 0; i < self->files.len && status == STATUS_OK; i++) {
		struct reject_file *file = &self->files.items[i];
		status = atomic_file_truncate(file->file, file->kept_bytes, err);
		file->records = file->kept_records;
	}
	return status;
}

enum status import_rejects_finish(struct import_rejects *self, struct error *err)
{
	for (size_t i = 0; i < self->files.len; i++) {
		struct reject_file *file = &self->files.items[i];
		enum status status = add_text(file, file->importer->after, err);
		if (status != STATUS_OK)
			return status;
		struct atomic_file *done = file->file;
		file->file = NULL; /* the commit frees it, whatever comes of it */
		status = atomic_file_commit(done, err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

size_t import_rejects_file_count(const struct import_rejects *self)
{
	return self->files.len;
}

const char *import_rejects_file(const struct import_rejects *self, size_t index, int64_t *records)
{
	*records = self->files.items[index].records;
	return self->files.items[index].path;
}

int64_t import_rejects_lost(const struct import_rejects *self)
{
	return self->lost;
}
