/* Any text as a query: parsed, or refused with a reason; then asked of a sample. */
#include <stdint.h>
#include <stdlib.h>

#include "core/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct flag flag = { .source = SOURCE_CI, .level = LEVEL_ERROR, .tool = "t", .rule = "r", .message = "m" };
	static const struct provenance provenance = { "plan", "pro", CERTAINTY_RECORDED };
	static const struct sample sample = { .id = 7, .code = { "int main;", 9 }, .path = "a/b.c", .language = "c",
					      .flags = &flag, .flag_count = 1, .provenance = &provenance,
					      .provenance_count = 1 };
	struct query_subject subject = { .sample = &sample };
	struct arena arena = ARENA_INIT;
	struct error error = { .text = "" };
	struct query query;

	char *text = arena_text(&arena, (struct slice){ (const char *)data, size });
	if (query_parse(&arena, size ? text : "", "ann", &query, &error) == STATUS_OK) {
		for (size_t i = 0; i < query.term_count; i++)
			if (query.terms[i].at + query.terms[i].len > size)
				abort();
		(void)query_matches(&query, &subject);
	} else if (!error.text[0]) {
		abort();
	}
	arena_release(&arena);
	return 0;
}
