/*
 * Whether compressing bodies would pay: size and speed of zstd, body by body, at two levels,
 * with and without a dictionary trained on some of them.
 *
 *     compress STORE         the first 100 MB of its code bodies
 *
 * Times are of CPU. What they compare with: reading such bodies out of the store.
 */
#include <string.h>
#include <zdict.h>
#include <zstd.h>

#include "tests/bench/store.h"

#define BYTES_MOST (100 << 20)
#define DICTIONARY_BYTES 112640 /* zstd's own default */
#define TRAINED_MOST 20000

struct bodies {
	struct strbuf bytes;
	VEC_OF(size_t) ends;
};

static void read_bodies(sqlite3 *db, struct bodies *out)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, "SELECT bytes FROM body WHERE len_bytes > 0 AND id IN (SELECT code FROM sample) ORDER BY id", -1,
			       &stmt, NULL) != SQLITE_OK)
		exit(1);
	while (sqlite3_step(stmt) == SQLITE_ROW && out->bytes.len_bytes < BYTES_MOST) {
		strbuf_add(&out->bytes, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
		vec_push(&out->ends, out->bytes.len_bytes);
	}
	sqlite3_finalize(stmt);
}

static struct slice body(const struct bodies *bodies, size_t i)
{
	size_t start = i ? bodies->ends.items[i - 1] : 0;

	return (struct slice){ bodies->bytes.text + start, bodies->ends.items[i] - start };
}

/* From every so many-th body, as an import's first ones would give it. */
static size_t train(const struct bodies *bodies, void *dictionary)
{
	size_t count = bodies->ends.len, step = count / TRAINED_MOST + 1, used = 0;
	size_t *sizes = mem_zalloc(count + 1, sizeof(*sizes));
	struct strbuf all = STRBUF_INIT;
	size_t len;

	for (size_t i = 0; i < count; i += step) {
		strbuf_addslice(&all, body(bodies, i));
		sizes[used++] = body(bodies, i).len_bytes;
	}
	len = ZDICT_trainFromBuffer(dictionary, DICTIONARY_BYTES, all.text, sizes, (unsigned)used);
	free(sizes);
	strbuf_release(&all);
	return ZDICT_isError(len) ? 0 : len;
}

static void measure(const struct bodies *bodies, int level, const void *dictionary, size_t dictionary_len)
{
	ZSTD_CCtx *compressor = ZSTD_createCCtx();
	ZSTD_DCtx *opener = ZSTD_createDCtx();
	ZSTD_CDict *to = dictionary_len ? ZSTD_createCDict(dictionary, dictionary_len, level) : NULL;
	ZSTD_DDict *from = dictionary_len ? ZSTD_createDDict(dictionary, dictionary_len) : NULL;
	double mib = (double)bodies->bytes.len_bytes / 1048576, began = cpu_ms(), packing, opening;
	struct strbuf packed = STRBUF_INIT, opened = STRBUF_INIT;
	VEC_OF(size_t) ends = VEC_INIT;
	size_t kept = 0;

	for (size_t i = 0; i < bodies->ends.len; i++) {
		struct slice one = body(bodies, i);
		size_t room = ZSTD_compressBound(one.len_bytes), len;
		strbuf_reserve(&packed, room);
		len = to ? ZSTD_compress_usingCDict(compressor, packed.text + packed.len_bytes, room, one.at, one.len_bytes, to) :
			   ZSTD_compressCCtx(compressor, packed.text + packed.len_bytes, room, one.at, one.len_bytes, level);
		packed.len_bytes += len;
		vec_push(&ends, packed.len_bytes);
		kept += len < one.len_bytes ? len : one.len_bytes;
	}
	packing = cpu_ms() - began;
	began = cpu_ms();
	for (size_t i = 0, start = 0; i < ends.len; start = ends.items[i++]) {
		size_t len = body(bodies, i).len_bytes;
		strbuf_clear(&opened);
		strbuf_reserve(&opened, len);
		if (ZSTD_isError(from ? ZSTD_decompress_usingDDict(opener, opened.text, len, packed.text + start, ends.items[i] - start,
								   from) :
					ZSTD_decompressDCtx(opener, opened.text, len, packed.text + start, ends.items[i] - start)))
			exit(1);
	}
	opening = cpu_ms() - began;
	printf("| zstd, level %d%s | %.2f | %.0f | %.0f |\n", level, to ? ", dictionary" : "",
	       (double)kept / (double)bodies->bytes.len_bytes, mib / packing * 1e3, mib / opening * 1e3);
	vec_release(&ends);
	strbuf_release(&packed);
	strbuf_release(&opened);
	ZSTD_freeCDict(to);
	ZSTD_freeDDict(from);
	ZSTD_freeCCtx(compressor);
	ZSTD_freeDCtx(opener);
}

int main(int argc, char **argv)
{
	static char dictionary[DICTIONARY_BYTES];
	struct bodies bodies = { STRBUF_INIT, VEC_INIT };
	struct store *store;
	size_t dictionary_len;
	double began, mib;

	if (argc != 2) {
		fprintf(stderr, "usage: compress STORE\n");
		return 2;
	}
	store = need_store(argv[1]);
	read_bodies(sqlite_of(store)->handle, &bodies); /* so that the file is in memory */
	strbuf_clear(&bodies.bytes);
	vec_clear(&bodies.ends);
	began = cpu_ms();
	read_bodies(sqlite_of(store)->handle, &bodies);
	mib = (double)bodies.bytes.len_bytes / 1048576;
	printf("%zu bodies, %.1f MiB\n\n| what | size | packing MiB/s | opening MiB/s |\n| --- | --- | --- | --- |\n", bodies.ends.len, mib);
	printf("| as they are, read from the store | 1 | | %.0f |\n", mib / (cpu_ms() - began) * 1e3);
	dictionary_len = train(&bodies, dictionary);
	for (int level = 1; level <= 3; level += 2) {
		measure(&bodies, level, NULL, 0);
		if (dictionary_len)
			measure(&bodies, level, dictionary, dictionary_len);
	}
	strbuf_release(&bodies.bytes);
	vec_release(&bodies.ends);
	store->ops->close(store);
	return 0;
}
