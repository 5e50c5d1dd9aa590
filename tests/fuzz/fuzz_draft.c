/* Any bytes as an edited postmortem: read or refused with a line, and what is read is written to
 * a text that reads back as the same record. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/codebook.h"
#include "core/draft.h"
#include "core/incident_table.h"
#include "templates/templates.h"

static void make_base(struct incident *base, struct arena *arena)
{
	static const int64_t one = 1;

	incident_init(base, arena, "Answers forget");
	base->key = "INC-2026-0001";
	incident_set_section(base, arena, "summary", "In short.");
	incident_add(base, arena, INCIDENT_SOURCE, &(struct incident_source){ .name = "P" });
	incident_add(base, arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro", .cites = &one, .cites_count = 1 });
	incident_add_cause(base, arena, &(struct incident_cause){ .code = "model", .statement = "So.", .evidence = &one, .evidence_count = 1 });
	incident_add_event(base, arena, &(struct incident_event){ .text = "It ships.", .cites = &one, .cites_count = 1 });
	incident_add_action(base, arena, &(struct incident_action){ .text = "Mend.", .cause = 1, .result = "held" });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct strbuf text = STRBUF_INIT;
	struct incident base, *read, *again;
	struct error err;

	make_base(&base, &arena);
	if (draft_read(&arena, &base, codebook_default(), templates_renderer(), (struct slice){ (const char *)data, size }, &read, &err) != STATUS_OK) {
		if (!err.text[0])
			abort();
	} else {
		draft_write(read, templates_renderer(), &text);
		if (draft_read(&arena, read, codebook_default(), templates_renderer(), strbuf_slice(&text), &again, &err) != STATUS_OK ||
		    !incident_same(read, again))
			abort();
	}
	strbuf_release(&text);
	arena_release(&arena);
	return 0;
}
