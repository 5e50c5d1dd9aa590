/* Any bytes as a JSON document of rows. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct field_map maps[] = { { "verdict", "a.b" }, { "plan", "c.0" } };
	static const struct import_options options = { .maps = maps, .map_count = ARRAY_LEN(maps) };

	return fuzz_import(data, size, json_run, &options);
}
