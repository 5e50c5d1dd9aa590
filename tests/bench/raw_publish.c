/*
 * The limit that `make bench-publish` measures exports against: what any program must do
 * that brings texts out of a SQLite store into files. It makes nothing and checks nothing.
 *
 *     raw_publish write STORE FOLDER each|all [MOST]  each row of the table page into a file: written, moved
 *                                               into place; an fsync for each, or a sync before and
 *                                               behind the moving of all
 *     raw_publish read  STORE FOLDER            reads each file that the rows name
 *     raw_publish parse STORE FOLDER            and turns the pages among them into HTML by libcmark
 */
#include <cmark.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static sqlite3 *db;
static sqlite3_stmt *stmt;
static const char *folder;

static void must(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "raw_publish: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
	exit(1);
}

static void prepare(const char *sql)
{
	must(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, sql);
}

static char *file_content(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY);
	struct stat about;
	char *content;

	must(fd >= 0 && fstat(fd, &about) == 0, path);
	content = malloc((size_t)about.st_size + 1);
	must(content && read(fd, content, (size_t)about.st_size) == about.st_size, path);
	close(fd);
	*len = (size_t)about.st_size;
	return content;
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
}

static void write_one(const char *temp, const char *content, size_t len, bool sync_it)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL, 0666);

	must(fd >= 0 && write(fd, content, len) == (ssize_t)len && (!sync_it || fsync(fd) == 0) && close(fd) == 0, temp);
}

static void write_all(bool sync_each, int most)
{
	char path[4096], temp[4200];

	prepare("SELECT path, content FROM page ORDER BY id LIMIT ?1");
	sqlite3_bind_int(stmt, 1, most);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		snprintf(path, sizeof(path), "%s/%s", folder, (const char *)sqlite3_column_text(stmt, 0));
		snprintf(temp, sizeof(temp), "%s.tmp", path);
		make_folders(temp);
		write_one(temp, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1), sync_each);
		if (sync_each)
			must(rename(temp, path) == 0, path);
	}
	if (sync_each)
		return;
	sync();
	sqlite3_reset(stmt);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		snprintf(path, sizeof(path), "%s/%s", folder, (const char *)sqlite3_column_text(stmt, 0));
		snprintf(temp, sizeof(temp), "%s.tmp", path);
		must(rename(temp, path) == 0, path);
	}
	sync();
}

static bool is_markdown(const char *path)
{
	size_t len = strlen(path);

	return len > 3 && strcmp(path + len - 3, ".md") == 0;
}

/* `parse`: pages through libcmark, too, as it reads and as it writes them. */
static void read_all(bool parse)
{
	char path[4096];
	size_t len, sum = 0;

	prepare("SELECT path FROM page ORDER BY id");
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		snprintf(path, sizeof(path), "%s/%s", folder, (const char *)sqlite3_column_text(stmt, 0));
		char *content = file_content(path, &len);
		if (parse && is_markdown(path))
			free(cmark_markdown_to_html(content, len, CMARK_OPT_DEFAULT));
		free(content);
		sum += len;
	}
	printf("%zu bytes\n", sum);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: raw_publish write|read|parse STORE FOLDER [each|all [MOST]]\n");
		return 2;
	}
	must(sqlite3_open(argv[2], &db) == SQLITE_OK, argv[2]);
	folder = argv[3];
	if (strcmp(argv[1], "write") != 0)
		read_all(strcmp(argv[1], "parse") == 0);
	else
		write_all(argc < 5 || strcmp(argv[4], "each") == 0, argc > 5 ? atoi(argv[5]) : -1);
	sqlite3_finalize(stmt);
	return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
