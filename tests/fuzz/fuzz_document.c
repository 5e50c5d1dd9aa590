/* Any bytes as an apply document: refused with places and reasons and nothing changed, or taken;
 * what is printed of it then is a document that changes nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/document.h"
#include "tests/support/fake_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t newest_edit(struct store *store, struct arena *arena)
{
	static const struct edit_filter all;
	const struct edit *edits;
	size_t count = 0;

	if (store->ops->edit_list(store, arena, &all, 0, 1, &edits, &count, NULL) != STATUS_OK)
		abort();
	return count ? edits[0].id : 0;
}

static void again(struct store *store, struct arena *arena, const char *key)
{
	struct strbuf text = STRBUF_INIT;
	struct document_report report;
	int64_t before = newest_edit(store, arena);

	if (document_write(store, arena, key, &text, NULL) != STATUS_OK ||
	    document_apply(store, arena, "bob", strbuf_slice(&text), &report, NULL) != STATUS_OK ||
	    newest_edit(store, arena) != before)
		abort();
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct store *store = fake_store_new();
	struct document_report report;
	struct error error = { .text = "" };
	enum status status = document_apply(store, &arena, "ann", (struct slice){ (const char *)data, size }, &report, &error);

	if (status != STATUS_OK && (!error.text[0] || newest_edit(store, &arena) != 0))
		abort();
	for (size_t i = 0; i < report.fault_count && status != STATUS_OK; i++)
		if (!report.faults[i].reason[0] || (report.faults[i].pointer[0] && report.faults[i].pointer[0] != '/'))
			abort();
	for (size_t i = 0; i < report.count && status == STATUS_OK; i++)
		again(store, &arena, report.results[i].key);
	store->ops->close(store);
	arena_release(&arena);
	return 0;
}
