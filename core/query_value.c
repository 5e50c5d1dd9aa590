#include "core/query_value.h"

#include <errno.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/instant.h"
#include "core/base/strbuf.h"
#include "core/language.h"
#include "core/words.h"

enum value_kind {
	VALUE_TEXT,
	VALUE_LIST,   /* a word of a closed list */
	VALUE_NUMBER,
	VALUE_TIME,
	VALUE_DAY,    /* a time that is a whole day, month or year */
	VALUE_CODE,   /* cause, symptom: open text, but "none" is special */
	VALUE_UPPER,  /* upper-cased text */
	VALUE_LANGUAGE,
	VALUE_ID,
	VALUE_UNTIL,  /* a time, or another thing that deferred samples wait for */
};

/* What a key takes; `list` is a name of terms.h's lists, or "is". */
static const struct value_rule {
	enum value_kind kind;
	bool compares;
	const char *list;
} rules[QUERY_KEY_COUNT] = {
	[QUERY_KEY_STATUS] = { VALUE_LIST, false, "sample_status" },
	[QUERY_KEY_CAUSE] = { VALUE_CODE, false, "code_category" },
	[QUERY_KEY_SYMPTOM] = { VALUE_CODE, false, NULL },
	[QUERY_KEY_VERDICT] = { VALUE_LIST, false, "verdict" },
	[QUERY_KEY_DISPOSITION] = { VALUE_LIST, false, "verdict" },
	[QUERY_KEY_SEVERITY] = { VALUE_LIST, true, "severity" },
	[QUERY_KEY_LEVEL] = { VALUE_LIST, true, "level" },
	[QUERY_KEY_LANG] = { VALUE_LANGUAGE, false, NULL },
	[QUERY_KEY_SOURCE] = { VALUE_LIST, false, "flag_source" },
	[QUERY_KEY_INCIDENT] = { VALUE_UPPER, false, NULL },
	[QUERY_KEY_REVIEWERS] = { VALUE_NUMBER, true, NULL },
	[QUERY_KEY_BATCH] = { VALUE_NUMBER, true, NULL },
	[QUERY_KEY_GROUP] = { VALUE_NUMBER, false, NULL },
	[QUERY_KEY_BEFORE] = { VALUE_TIME, false, NULL },
	[QUERY_KEY_AFTER] = { VALUE_TIME, false, NULL },
	[QUERY_KEY_DAY] = { VALUE_DAY, false, NULL },
	[QUERY_KEY_KIND] = { VALUE_LIST, false, "sample_kind" },
	[QUERY_KEY_ID] = { VALUE_ID, true, NULL },
	[QUERY_KEY_LINE] = { VALUE_NUMBER, true, NULL },
	[QUERY_KEY_TURN] = { VALUE_NUMBER, true, NULL },
	[QUERY_KEY_DEFERRED] = { VALUE_UNTIL, true, NULL },
	[QUERY_KEY_DUPLICATE_OF] = { VALUE_NUMBER, false, NULL },
	[QUERY_KEY_IS] = { VALUE_LIST, false, "is" },
	/* the others: VALUE_TEXT */
};

bool query_key_compares(enum query_key key)
{
	return rules[key].compares;
}

/* Whether `word` starts with (or, if !prefix, is) `text`, in any case. */
static bool fits(const char *word, const char *text, bool prefix)
{
	while (*text && ascii_lower(*word) == ascii_lower(*text)) {
		word++;
		text++;
	}
	return !*text && (prefix || !*word);
}

static enum status unknown_word(enum query_key key, const char *text, struct error *err)
{
	struct strbuf reason = STRBUF_INIT;

	words_explain(&reason, rules[key].list, text);
	error_set(err, STATUS_USAGE, "unknown %s %s", query_key_word(key), reason.text);
	strbuf_release(&reason);
	return STATUS_USAGE;
}

static enum status read_list(enum query_key key, enum query_op op, const char *text, bool prefix,
			     struct query_values *out, struct error *err)
{
	size_t before = out->len;
	const char *word;

	for (size_t i = 0; (word = words_at(rules[key].list, i)); i++) {
		struct query_value value = { word, false, (int64_t)i, 0, 0 };
		if (!fits(word, text, prefix))
			continue;
		/* "severity:*" is "has a severity". */
		if (prefix && !text[0] && strcmp(word, "none") == 0 && key != QUERY_KEY_LEVEL)
			continue;
		vec_push(out, value);
	}
	if (out->len == before)
		return unknown_word(key, text, err);
	if (op != QUERY_EQ && key == QUERY_KEY_SEVERITY && out->items[before].number == SEVERITY_NONE)
		return error_set(err, STATUS_USAGE, "severity cannot be compared with none; use severity:none");
	return STATUS_OK;
}

/* A whole number that fits; blanks and signs other than '-' are refused. */
static bool read_number(const char *text, int64_t *out)
{
	char *end;
	long long number;

	if (!(text[0] >= '0' && text[0] <= '9') && !(text[0] == '-' && text[1] >= '0' && text[1] <= '9'))
		return false;
	errno = 0;
	number = strtoll(text, &end, 10);
	*out = number;
	return errno == 0 && *end == '\0';
}

static enum status read_time(const char *text, bool of_days, struct query_value *value, struct error *err)
{
	struct error reason;
	struct instant at;

	if (instant_parse(slice_of(text), &at, &reason) != STATUS_OK)
		return error_set(err, STATUS_USAGE, "%s", reason.text);
	if (of_days && at.precision > PRECISION_DAY)
		return error_set(err, STATUS_USAGE, "'%.40s' is no day, month or year; after: and before: take any time", text);
	value->number = at.at_us;
	value->number_end = instant_end_us(at);
	return STATUS_OK;
}

static enum status read_code(struct arena *arena, enum query_key key, struct query_value *value)
{
	char *text = arena_strdup(arena, value->text);
	enum code_category category;

	for (char *at = text; *at; at++)
		*at = ascii_lower(*at);
	value->text = text;
	if (value->prefix)
		return STATUS_OK;
	if (strcmp(text, "none") == 0)
		value->number = QUERY_NONE;
	else if (key == QUERY_KEY_CAUSE && code_category_parse(text, &category))
		value->number = (int64_t)category;
	return STATUS_OK;
}

enum status query_value_read(struct arena *arena, enum query_key key, enum query_op op, const char *text,
			     bool prefix, struct query_values *out, struct error *err)
{
	const struct value_rule *rule = &rules[key];
	struct query_value value = { text, prefix, 0, 0, 0 };
	enum status status = STATUS_OK;
	char *copy;

	if (rule->kind == VALUE_LIST)
		return read_list(key, op, text, prefix, out, err);
	if (prefix && (rule->kind == VALUE_NUMBER || rule->kind == VALUE_TIME || rule->kind == VALUE_DAY || op != QUERY_EQ))
		return error_set(err, STATUS_USAGE, "a prefix ('%.80s*') cannot be used here", text);
	switch (rule->kind) {
	case VALUE_NUMBER:
		if (!read_number(text, &value.number))
			return error_set(err, STATUS_USAGE, "%s takes a whole number, not '%.80s'",
					 query_key_word(key), text);
		break;
	case VALUE_TIME:
	case VALUE_DAY:
		status = read_time(text, rule->kind == VALUE_DAY, &value, err);
		break;
	case VALUE_CODE:
		status = read_code(arena, key, &value);
		break;
	case VALUE_ID:
		if ((prefix || !read_number(text, &value.number)) && op != QUERY_EQ)
			return error_set(err, STATUS_USAGE, "id is compared with a whole number, not '%.80s'", text);
		break;
	case VALUE_UNTIL: /* only what is no time is looked for as a text */
		status = prefix ? STATUS_USAGE : read_time(text, false, &value, err);
		if (op == QUERY_EQ)
			status = STATUS_OK;
		break;
	case VALUE_UPPER:
		value.text = copy = arena_strdup(arena, text);
		for (; *copy; copy++)
			if (*copy >= 'a' && *copy <= 'z')
				*copy = (char)(*copy - 'a' + 'A');
		break;
	case VALUE_LANGUAGE:
		value.text = copy = arena_strdup(arena, text);
		for (; *copy; copy++)
			*copy = ascii_lower(*copy);
		if (!prefix && language_find(text))
			value.text = language_find(text)->name;
		break;
	case VALUE_TEXT:
	case VALUE_LIST:
		break;
	}
	if (status == STATUS_OK)
		vec_push(out, value);
	return status;
}
