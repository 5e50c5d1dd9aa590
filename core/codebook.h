/*
 * The codebook: causes under the four categories, and symptoms. Codes are named
 * "model/hallucination" (cause), "model" (a category without a sub-cause) or
 * "wrong_logic" (symptom). The store keeps a team's own; this is its shape and
 * the default that a new store starts with (codebook.def).
 */
#ifndef AITIA_CORE_CODEBOOK_H
#define AITIA_CORE_CODEBOOK_H

#include "core/base/arena.h"
#include "core/terms.h"

enum code_kind { CODE_CAUSE, CODE_SYMPTOM };

struct code {
	int64_t id;                  /* the store's; 0 in the default */
	enum code_kind kind;
	enum code_category category; /* causes; CATEGORY_NONE for symptoms */
	const char *word;            /* sub-cause or symptom; "" for the bare category */
	char hotkey;                 /* 0: none */
	const char *help;
	bool retired;                /* kept for old annotations, offered no more */
};

struct codebook {
	const struct code *codes;    /* the categories themselves are codes with word "" */
	size_t count;
};

/* The default, static. */
const struct codebook *codebook_default(void);

/* "model/hallucination", "model", or "wrong_logic". */
char *code_name(struct arena *arena, const struct code *code);

/* By exact name; NULL if there is none. A cause's sub-cause may be given alone
 * where it is unique ("hallucination"). */
const struct code *codebook_cause(const struct codebook *book, const char *name);
const struct code *codebook_symptom(const struct codebook *book, const char *name);
/* The closest name by edit distance, for "did you mean"; NULL if none is near. */
const struct code *codebook_nearest(const struct codebook *book, enum code_kind kind, const char *name);

/* 'm' 'i' 't' 'd': the first key of the cause picker. */
char code_category_key(enum code_category category);

#endif
