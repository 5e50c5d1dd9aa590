/* Any bytes as a diff, per hunk or per file by their number. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_options options[] = { { .per = IMPORT_PER_HUNK }, { .per = IMPORT_PER_FILE } };

	return fuzz_import(data, size, diff_run, &options[size % 2]);
}
