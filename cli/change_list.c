#include "cli/change_list.h"

#include <string.h>

#include "core/base/vec.h"

#define VALUE_BYTES_LEAST 2 /* "1" stands in every other text */

enum status change_list_read(struct cli *cli, struct store *store, struct change_list *out, struct error *err)
{
	VEC_OF(struct named_change) list = VEC_INIT;
	const struct incident_row *rows;
	struct named_change *kept;
	size_t count;
	enum status status = store->ops->incident_list(store, &cli->arena, &rows, &count, err);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		struct incident *incident;
		status = store->ops->incident_get(store, &cli->arena, rows[i].key, &incident, err);
		for (size_t c = 0; status == STATUS_OK && c < incident->change_count; c++)
			vec_push(&list, ((struct named_change){ incident->key, incident->changes[c] }));
	}
	kept = arena_array(&cli->arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	*out = (struct change_list){ kept, list.len };
	vec_release(&list);
	return status;
}

static bool is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* "2.2.0" stands in "harness 2.2.0." but not in "12.2.0" or "2.2.01". */
static bool has_words(const char *text, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = text; (at = strstr(at, value)); at++) {
		bool begins = at == text || !(is_word_byte(at[-1]) || at[-1] == '.');
		bool ends = !is_word_byte(at[len]) && !(at[len] == '.' && is_word_byte(at[len + 1]));
		if (begins && ends)
			return true;
	}
	return false;
}

bool change_mentions(const struct incident_change *change, const char *value)
{
	const char *const fields[] = { change->version, change->before, change->after };

	if (!value || !value[0])
		return false;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i] && strcmp(fields[i], value) == 0)
			return true;
	return strlen(value) >= VALUE_BYTES_LEAST && change->text && has_words(change->text, value);
}
