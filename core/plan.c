#include "core/plan.h"

#include <string.h>

#define NAME_BYTES_MAX 64

const char *plan_form_word(enum plan_form form)
{
	static const char *const words[PLAN_FORM_COUNT] = { "random", "stratified", "uncertain", "targeted" };

	return (unsigned)form < PLAN_FORM_COUNT ? words[form] : words[0];
}

bool plan_represents(enum plan_form form)
{
	return form != PLAN_TARGETED;
}

enum status plan_check_name(const char *name, struct error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (name && name[0] && name[0] != '-' && strlen(name) <= NAME_BYTES_MAX && !name[strspn(name, allowed)])
		return STATUS_OK;
	return error_set(err, STATUS_USAGE, "'%.80s' is no name of a plan: letters, digits, '-', '_' and '.', %d at most", name ? name : "",
			 NAME_BYTES_MAX);
}
