/* Any bytes as a log of Inspect, JSON or archive. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_options options;

	return fuzz_import(data, size, inspect_run, &options);
}
