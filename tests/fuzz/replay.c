/*
 * Runs a fuzzer's entry point over files, without libFuzzer: what once broke stays
 * mended with any compiler. Linked with one fuzz_*.c; names of files as arguments.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	struct arena arena = ARENA_INIT;
	struct error error;
	struct slice bytes;

	for (int i = 1; i < argc; i++) {
		arena_clear(&arena);
		if (file_read(&arena, argv[i], 0, &bytes, &error) != STATUS_OK) {
			fprintf(stderr, "%s\n", error.text);
			return EXIT_FAILURE;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)bytes.at, bytes.len_bytes);
	}
	arena_release(&arena);
	printf("%d inputs\n", argc - 1);
	return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
