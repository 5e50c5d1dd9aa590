#include "tests/support/old_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#define STORE_BYTES_MAX 4000000

bool old_store_write(int version, const char *path)
{
	char name[80];
	char *packed = malloc(STORE_BYTES_MAX), *bytes = malloc(STORE_BYTES_MAX);
	size_t packed_len, len;
	FILE *file;

	snprintf(name, sizeof(name), "tests/data/stores/v%d.db.zst", version);
	file = fopen(name, "rb");
	if (file && packed && bytes) {
		packed_len = fread(packed, 1, STORE_BYTES_MAX, file);
		fclose(file);
		len = ZSTD_decompress(bytes, STORE_BYTES_MAX, packed, packed_len);
		file = fopen(path, "wb");
		if (ZSTD_isError(len) || !file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
			abort();
	}
	free(packed);
	free(bytes);
	return file != NULL;
}
