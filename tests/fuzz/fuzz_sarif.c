/* Any bytes as a SARIF log. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct field_map maps[] = { { "prompt", "properties.p" }, { "plan", "rule.id" } };
	static const struct import_options options = { .maps = maps, .map_count = ARRAY_LEN(maps) };

	return fuzz_import(data, size, sarif_run, &options);
}
