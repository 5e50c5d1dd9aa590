/* Codes of a store's codebook as they are typed, with "did you mean". */
#ifndef AITIA_CLI_CODES_H
#define AITIA_CLI_CODES_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/codebook.h"

/* The full name in the arena ("hallucination" gives "model/hallucination"). STATUS_USAGE. */
enum status codes_cause(struct arena *arena, const struct codebook *book, const char *name, const char **out,
			struct error *err) MUST_CHECK;
enum status codes_symptom(struct arena *arena, const struct codebook *book, const char *name, const char **out,
			  struct error *err) MUST_CHECK;

#endif
