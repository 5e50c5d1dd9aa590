/* Any bytes as OTLP in JSON. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_options options = { .format = NULL };

	return fuzz_import(data, size, otlp_run, &options);
}
