/* Any bytes as verdicts, joined to a few samples. */
#include "tests/fuzz/fuzz_import.h"

#include "core/import/verdicts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char rows[] = "[{\"id\":\"a\",\"completions\":[\"x\",\"y\"]},{\"id\":\"b\",\"task_id\":\"t\",\"code\":\"z\"}]";
	static FILE *file;
	struct import_options options = { .format = NULL };
	struct error error = { .status = STATUS_OK };
	char path[32];

	if (!file)
		file = tmpfile();
	if (!file || ftruncate(fileno(file), 0) != 0 || pwrite(fileno(file), data, size, 0) != (ssize_t)size)
		return -1;
	snprintf(path, sizeof(path), "/dev/fd/%d", fileno(file));
	if (verdicts_open(&options.verdicts, path, &error) != STATUS_OK)
		return error.text[0] ? 0 : (abort(), 0);
	/* Found by what the rows have, whatever the verdicts say of it. */
	struct sample samples[] = { { .external_id = "a" }, { .external_id = "b" }, { .external_id = "" } };
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct flag *flags;
		size_t count = verdicts_find(options.verdicts, &samples[i], &flags);
		for (size_t k = 0; k < count; k++) {
			fuzz_text(flags[k].rule);
			fuzz_text(flags[k].message);
			fuzz_text(flags[k].tool);
		}
	}
	int answer = fuzz_import((const uint8_t *)rows, sizeof(rows) - 1, json_run, &options);
	struct verdict_counts counts = verdicts_count(options.verdicts);
	if (counts.unmatched > counts.verdicts)
		abort();
	verdicts_close(options.verdicts);
	return answer;
}
