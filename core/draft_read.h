/* What the readers of a draft share. Private to draft*.c. */
#ifndef AITIA_CORE_DRAFT_READ_H
#define AITIA_CORE_DRAFT_READ_H

#include "core/base/vec.h"
#include "core/codebook.h"
#include "core/draft_text.h"
#include "core/incident_table.h"

#define DRAFT_SECTIONS_MAX 64

/* A part of the record as it was read: of the kinds without a form of their own, or fields of
 * one that has (draft_record.c). */
struct draft_part_read {
	enum incident_child kind;
	int64_t number;             /* 0: a new one */
	void *part;
	size_t line;
};

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
	VEC_OF(struct draft_part_read) parts;
	const struct incident_field *field; /* at hand, of the last part; NULL: none … */
	size_t field_line, blank_lines;
	struct strbuf value;        /* … and its text so far */
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

/* A line of "# Record", and whether it is a heading "## …"; the end of the field at hand; all of it into the incident, unless the
 * draft has no such part. */
enum status draft_record_line(struct draft_reader *reader, struct slice line, bool is_heading);
enum status draft_record_end(struct draft_reader *reader);
enum status draft_record_finish(struct draft_reader *reader, bool seen);

#endif
