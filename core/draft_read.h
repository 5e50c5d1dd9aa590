/* What the readers of a draft share. Private to draft*.c. */
#ifndef AITIA_CORE_DRAFT_READ_H
#define AITIA_CORE_DRAFT_READ_H

#include "core/base/vec.h"
#include "core/codebook.h"
#include "core/draft_text.h"
#include "core/incident.h"

#define DRAFT_SECTIONS_MAX 64

struct draft_reader {
	struct arena *arena;
	const struct incident *base;
	const struct codebook *book;
	struct incident *out;       /* base with what was read so far */
	size_t line;                /* of the part at hand, from 1 */
	struct error *err;

	VEC_OF(struct incident_cause) causes;
	VEC_OF(struct incident_event) events;
	VEC_OF(struct incident_action) actions;
	VEC_OF(size_t) action_lines; /* where each action stood */
};

enum status draft_fail(struct draft_reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);
/* A word of a closed list; `what` names it in the message. */
enum status draft_word(struct draft_reader *reader, struct slice word, const char *list, const char *what,
		       size_t *out);

/* The heading behind "## " of a cause, its statement still to come; an entry
 * behind "- ", its lines joined. Each is pushed to its list. */
enum status draft_read_cause(struct draft_reader *reader, struct slice heading);
enum status draft_read_event(struct draft_reader *reader, struct slice entry);
enum status draft_read_action(struct draft_reader *reader, struct slice entry);

#endif
