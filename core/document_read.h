/* Reading the apply document into incidents. Private to document*.c. */
#ifndef AITIA_CORE_DOCUMENT_READ_H
#define AITIA_CORE_DOCUMENT_READ_H

#include "core/base/json.h"
#include "core/base/vec.h"
#include "core/document.h"

#define DOCUMENT_VERSION 1
#define DOCUMENT_FINGERPRINT "sha256:"

struct document_member {
	int64_t sample;
	enum member_role role;
	bool named;          /* by fingerprint; else found by a query */
};

/* One incident as the document wants it, checked. */
struct document_incident {
	struct incident *base;     /* as stored, or NULL: to be created */
	struct incident *incident;
	struct document_member *members; /* by id, each once */
	size_t member_count;
};

struct document_reader {
	struct store *store;
	struct arena *arena;
	const struct codebook *book;
	const char *reviewer;
	struct strbuf pointer;     /* JSON pointer (RFC 6901) of the value at hand */
	VEC_OF(struct document_fault) faults; /* the first DOCUMENT_FAULTS_MAX */
	size_t fault_count;        /* of all */
	struct error *err;         /* of the store */
};

/*
 * Faults of the document are noted, and the reading goes on. Functions that read one
 * value answer STATUS_INPUT where it is wrong, so that the caller need not use it; those
 * that read several (an incident, its members, a part) answer the store's errors alone.
 */
static inline enum status document_go_on(enum status status)
{
	return status == STATUS_INPUT ? STATUS_OK : status;
}

/* The value at reader->pointer, an incident. *out has no incident if that cannot be told. */
enum status document_read_incident(struct document_reader *reader, const struct json *value,
				   struct document_incident *out) MUST_CHECK;
enum status document_read_members(struct document_reader *reader, const struct json *value,
				  struct document_incident *out) MUST_CHECK;
/* A whole list of parts at reader->pointer into the incident; absent, it stays as it is. */
enum status document_read_parts(struct document_reader *reader, const struct json *value, enum incident_child kind,
				struct incident *out) MUST_CHECK;
/* The list "exposures" of the whole document. */
void document_read_exposures(struct document_reader *reader, const struct json *list, const struct exposure **out, size_t *count);
/* Faults at a pointer of the incident ("/causes/0/code"), unless one is noted there already. */
void document_note(struct document_reader *reader, const char *pointer, const char *reason);

/* ---- typed values: an absent one (NULL) leaves *out as it is ---------------------- */

/* Notes a fault at the pointer; answers STATUS_INPUT. */
enum status document_fail(struct document_reader *reader, const char *format, ...) PRINTF_LIKE(2, 3);
/* Lengthens the pointer by a name or an index; the answer restores it. */
size_t document_enter(struct document_reader *reader, const char *name);
size_t document_enter_index(struct document_reader *reader, size_t index);
void document_leave(struct document_reader *reader, size_t mark);

/* The members of an object by the names given, found[i] NULL where absent. Unknown names
 * and names that stand twice are noted; STATUS_INPUT: it is no object. */
enum status document_names(struct document_reader *reader, const struct json *value,
			   const char *const *names, size_t count, const struct json **found) MUST_CHECK;
/* null: "" … */
enum status document_text(struct document_reader *reader, const struct json *value, const char *name,
			  const char **out) MUST_CHECK;
/* … null: the first of the list, "not said" … */
enum status document_word(struct document_reader *reader, const struct json *value, const char *name,
			  const char *list, size_t *out) MUST_CHECK;
/* … null: unknown … */
enum status document_instant(struct document_reader *reader, const struct json *value, const char *name,
			     struct instant *out) MUST_CHECK;
/* … null: 0. */
enum status document_number(struct document_reader *reader, const struct json *value, const char *name,
			    int64_t *out) MUST_CHECK;
/* "sha256:…" to the id of a sample in the store. */
enum status document_sample(struct document_reader *reader, const struct json *value, const char *name,
			    int64_t *out) MUST_CHECK;

#endif
