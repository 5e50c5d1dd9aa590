/* Any bytes as CSV. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct field_map maps[] = { { "code", "b" }, { "plan", "c" } };
	static const struct import_options options = { .maps = maps, .map_count = ARRAY_LEN(maps) };

	return fuzz_import(data, size, csv_run, &options);
}
