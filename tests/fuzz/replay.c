/*
 * Runs a fuzzer's entry point over files, without libFuzzer: what once broke stays
 * mended with any compiler. Linked with one fuzz_*.c and named for it, replay_NAME;
 * without arguments it takes the corpus of NAME and what data/hostile has, with
 * arguments these files. The last name that it printed is the input that broke it.
 */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/base/mem.h"

#define HOSTILE "../shared/data/hostile"
/* So that a run over everything takes a second or two. */
#define INPUT_BYTES_MAX ((off_t)128 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int inputs;

/* Copied to memory of its exact size: a sanitizer sees the first byte behind it. */
static int replay(const char *path)
{
	struct arena arena = ARENA_INIT;
	struct error error;
	struct slice bytes;

	printf("%s\n", path);
	if (file_read(&arena, path, 0, &bytes, &error) != STATUS_OK) {
		printf("%s\n", error.text);
		arena_release(&arena);
		return -1;
	}
	uint8_t *copy = mem_alloc(bytes.len_bytes ? bytes.len_bytes : 1);
	if (bytes.len_bytes)
		memcpy(copy, bytes.at, bytes.len_bytes);
	LLVMFuzzerTestOneInput(copy, bytes.len_bytes);
	free(copy);
	arena_release(&arena);
	inputs++;
	return 0;
}

static int visit(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)place;
	return type == FTW_F && info->st_size <= INPUT_BYTES_MAX ? replay(path) : 0;
}

/* All files in a folder, of which there must be some. */
static int replay_folder(const char *folder)
{
	int before = inputs;

	return nftw(folder, visit, 16, FTW_PHYS) == 0 && inputs > before ? 0 : -1;
}

static int replay_own(const char *program)
{
	const char *name = strstr(program, "replay_");
	char corpus[256];

	if (!name)
		return -1;
	snprintf(corpus, sizeof(corpus), "tests/fuzz/corpus/%s", name + strlen("replay_"));
	return replay_folder(corpus) == 0 ? replay_folder(HOSTILE) : -1;
}

int main(int argc, char **argv)
{
	int failed = argc > 1 ? 0 : replay_own(argv[0]);

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	for (int i = 1; i < argc && failed == 0; i++)
		failed = replay(argv[i]);
	/* As cmocka says it, for tests/run.py. */
	if (failed == 0)
		printf("[       OK ] %d inputs\n", inputs);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
