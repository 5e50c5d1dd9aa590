/*
 * Claims lead to their evidence: "[[s:123]]" in a text is sample 123 of the store,
 * "[[e:4]]" is E4 of the record, "[[src:2]]" SRC2: any part by its tag, in any case.
 */
#ifndef AITIA_CORE_REFERENCE_H
#define AITIA_CORE_REFERENCE_H

#include "core/base/slice.h"
#include "core/incident_table.h"

struct reference {
	size_t at, len_bytes;      /* in the text, brackets included */
	bool is_valid;             /* else it has the form, and no kind of part is called so */
	bool is_sample;            /* of the store; else a part: */
	enum incident_child kind;
	int64_t number;
};

/* The first one at or behind `from`; false: there is none. Other double brackets are passed over, as "[[user:name]]" of a wiki:
 * a word that no part is called by is taken for a reference gone wrong before a number alone ("[[ev:4]]"). */
bool reference_next(struct slice text, size_t from, struct reference *out);

/* The text without its references and the blank before each: for a line that says what it is about, and for
 * programs. Where that leaves a hole in the sentence ("see and") "[…]" stands in it. */
const char *reference_strip(struct arena *arena, const char *text);

/* Whether it names a part of the record that is there; of samples the store knows. */
bool reference_holds(const struct reference *reference, const struct incident *incident);

#endif
