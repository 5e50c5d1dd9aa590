/* Look-ups in a parsed tree, and numbers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/utf8.h"

static const struct json *member(const struct json *object, struct slice name)
{
	const struct json *found = NULL;
	char first = name.len_bytes ? name.at[0] : '\0';

	if (!json_is(object, JSON_OBJECT))
		return NULL;
	/* Importers ask for dozens of names that are not there: most differ in length or at once. */
	for (const struct json *child = object->first; child; child = child->next)
		if (child->name.len_bytes == name.len_bytes &&
		    (!name.len_bytes || (child->name.at[0] == first && slice_eq(child->name, name))))
			found = child;
	return found;
}

const struct json *json_get(const struct json *object, const char *name)
{
	return object ? member(object, slice_of(name)) : NULL;
}

const struct json *json_at(const struct json *array, size_t index)
{
	if (!json_is(array, JSON_ARRAY) || index >= array->count)
		return NULL;
	const struct json *child = array->first;
	while (index--)
		child = child->next;
	return child;
}

/* An index as json_path() takes it: decimal digits only. */
static bool index_of(struct slice part, size_t *index)
{
	*index = 0;
	if (part.len_bytes == 0 || part.len_bytes > 10)
		return false;
	for (size_t i = 0; i < part.len_bytes; i++) {
		if (part.at[i] < '0' || part.at[i] > '9')
			return false;
		*index = *index * 10 + (size_t)(part.at[i] - '0');
	}
	return true;
}

const struct json *json_path(const struct json *value, const char *dotted)
{
	for (;;) {
		struct slice part = { dotted, strcspn(dotted, ".") };
		size_t index;
		if (json_is(value, JSON_ARRAY))
			value = index_of(part, &index) ? json_at(value, index) : NULL;
		else
			value = member(value, part);
		if (!value || !dotted[part.len_bytes])
			return value;
		dotted += part.len_bytes + 1;
	}
}

bool json_is(const struct json *value, enum json_type type)
{
	return value && value->type == type;
}

struct slice json_slice(const struct json *value)
{
	return json_is(value, JSON_STRING) ? value->text : (struct slice){ NULL, 0 };
}

char *json_text(struct arena *arena, const struct json *value)
{
	return utf8_clean(arena, json_slice(value));
}

bool json_bool(const struct json *value, bool fallback)
{
	if (json_is(value, JSON_TRUE))
		return true;
	return json_is(value, JSON_FALSE) ? false : fallback;
}

/* ---- numbers ----------------------------------------------------------------- */

/* A number as sign, digits (integer and fraction run together, still with the point
 * between) and the power of ten behind the last digit. */
struct decimal {
	bool negative;
	struct slice digits;
	int64_t exponent;
};

#define EXPONENT_MAX INT64_C(1000000000000000) /* far beyond any number of digits in memory */

/* The text was checked by the parser; another one gives a harmless answer. */
static struct decimal decimal_of(struct slice text)
{
	struct decimal decimal = { .negative = text.len_bytes && text.at[0] == '-' };
	const char *at = text.at + decimal.negative, *end = text.at + text.len_bytes;
	const char *digits = at, *point = NULL;

	for (; at < end && *at != 'e' && *at != 'E'; at++)
		if (*at == '.')
			point = at;
	decimal.digits = (struct slice){ digits, (size_t)(at - digits) };

	if (at < end) {
		bool negative = ++at < end && *at == '-';
		if (at < end && (*at == '-' || *at == '+'))
			at++;
		for (; at < end; at++)
			if (decimal.exponent < EXPONENT_MAX)
				decimal.exponent = decimal.exponent * 10 + (*at - '0');
		if (negative)
			decimal.exponent = -decimal.exponent;
	}
	if (point)
		decimal.exponent -= digits + decimal.digits.len_bytes - point - 1;
	return decimal;
}

/* value * 10 + digit towards the negative, where int64_t has one number more. */
static bool push_digit(int64_t *negative, int digit)
{
	if (*negative < (INT64_MIN + digit) / 10)
		return false;
	*negative = *negative * 10 - digit;
	return true;
}

int64_t json_int(const struct json *value, int64_t fallback)
{
	if (!json_is(value, JSON_NUMBER))
		return fallback;
	struct decimal decimal = decimal_of(value->text);
	struct slice digits = decimal.digits;
	int64_t negative = 0;

	/* "3.00" and "300e-2" are integral: their last zeros are none of the value. */
	while (digits.len_bytes && (digits.at[digits.len_bytes - 1] == '0' || digits.at[digits.len_bytes - 1] == '.'))
		decimal.exponent += digits.at[--digits.len_bytes] == '0';
	for (size_t i = 0; i < digits.len_bytes; i++)
		if (digits.at[i] != '.' && !push_digit(&negative, digits.at[i] - '0'))
			return fallback;
	if (negative == 0)
		return 0;
	if (decimal.exponent < 0)
		return fallback;
	for (; decimal.exponent > 0; decimal.exponent--)
		if (!push_digit(&negative, 0))
			return fallback;
	if (decimal.negative)
		return negative;
	return negative == INT64_MIN ? fallback : -negative;
}

/*
 * strtod() follows the locale's decimal point, which curses programs set. So it is
 * given a text without one: "-12.5e3" becomes "-125e2". A number beyond a double's
 * range gives the fallback, one too small gives 0 or a denormal one.
 */
double json_double(const struct json *value, double fallback)
{
	if (!json_is(value, JSON_NUMBER))
		return fallback;
	struct decimal decimal = decimal_of(value->text);
	struct strbuf text = STRBUF_INIT;

	if (decimal.negative)
		strbuf_addch(&text, '-');
	for (size_t i = 0; i < decimal.digits.len_bytes; i++)
		if (decimal.digits.at[i] != '.')
			strbuf_addch(&text, decimal.digits.at[i]);
	strbuf_addf(&text, "e%lld", (long long)decimal.exponent);
	int saved_errno = errno;
	errno = 0;
	double number = strtod(text.text, NULL);
	if (errno == ERANGE && (number > 1 || number < -1))
		number = fallback;
	errno = saved_errno;
	strbuf_release(&text);
	return number;
}
