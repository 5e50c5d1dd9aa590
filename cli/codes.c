#include "cli/codes.h"

static enum status find(struct arena *arena, const struct codebook *book, enum code_kind kind, const char *what,
			const char *name, const char **out, struct error *err)
{
	const struct code *code = kind == CODE_CAUSE ? codebook_cause(book, name) : codebook_symptom(book, name);
	if (code && code->retired)
		return error_set(err, STATUS_USAGE, "the %s '%s' is retired", what, name);
	if (code) {
		*out = code_name(arena, code);
		return STATUS_OK;
	}
	const struct code *near = codebook_nearest(book, kind, name);
	if (near)
		return error_set(err, STATUS_USAGE, "there is no %s '%s': did you mean '%s'?", what, name,
				 code_name(arena, near));
	return error_set(err, STATUS_USAGE, "there is no %s '%s'; `aitia docs terms` lists them", what, name);
}

enum status codes_cause(struct arena *arena, const struct codebook *book, const char *name, const char **out,
			struct error *err)
{
	return find(arena, book, CODE_CAUSE, "cause", name, out, err);
}

enum status codes_symptom(struct arena *arena, const struct codebook *book, const char *name, const char **out,
			  struct error *err)
{
	return find(arena, book, CODE_SYMPTOM, "symptom", name, out, err);
}
