/* Denominators in the in-memory engine: each edit's word, of which the newest counts. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_state.h"

/* "EDIT attributes" */
static int64_t split_key(const char *key, const char **attributes)
{
	char *end;
	int64_t edit = strtoll(key, &end, 10);

	*attributes = end + 1;
	return edit;
}

const int64_t **fake_exposure_at(struct fake_store *fake, const char *key, int64_t day)
{
	const char *attributes;
	int64_t edit = split_key(key, &attributes);

	for (size_t i = 0; i < fake->exposures.len; i++) {
		struct fake_exposure *is = &fake->exposures.items[i];
		if (is->day == day && is->edit == edit && strcmp(is->attributes, attributes) == 0)
			return &is->outputs;
	}
	vec_push(&fake->exposures, ((struct fake_exposure){ arena_strdup(&fake->arena, attributes), day, edit, NULL }));
	return &fake->exposures.items[fake->exposures.len - 1].outputs;
}

char *fake_exposure_key(struct arena *arena, const char *key, int64_t day)
{
	const char *attributes;

	split_key(key, &attributes);
	return arena_printf(arena, "%s/%s", attributes, instant_text(arena, (struct instant){ day * 86400 * 1000000, PRECISION_DAY }));
}

char *fake_exposure_text(struct arena *arena, const int64_t *outputs)
{
	return outputs ? arena_printf(arena, "%" PRId64, *outputs) : NULL;
}

static const int64_t *newest(const struct fake_store *fake, const char *attributes, int64_t day)
{
	const struct fake_exposure *out = NULL;

	for (size_t i = 0; i < fake->exposures.len; i++) {
		const struct fake_exposure *is = &fake->exposures.items[i];
		if (is->outputs && is->day == day && strcmp(is->attributes, attributes) == 0 && (!out || is->edit > out->edit))
			out = is;
	}
	return out ? out->outputs : NULL;
}

/* Whether the reviewer said it himself, since anybody said otherwise. */
static bool has_said(const struct fake_store *fake, const char *reviewer, const char *attributes, int64_t day, int64_t outputs)
{
	int64_t since = 0, said = 0;

	for (size_t i = 0; i < fake->exposures.len; i++) {
		const struct fake_exposure *is = &fake->exposures.items[i];
		if (!is->outputs || is->day != day || strcmp(is->attributes, attributes) != 0)
			continue;
		if (*is->outputs != outputs)
			since = is->edit > since ? is->edit : since;
		else if (strcmp(fake->edits.items[is->edit - 1].edit.reviewer, reviewer) == 0)
			said = is->edit > said ? is->edit : said;
	}
	return said > since;
}

enum status fake_exposure_put(struct store *store, const char *reviewer, const struct exposure *rows, size_t count,
			      const char *source, struct exposure_result *out, int64_t *edit_id, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	char summary[300];
	enum status status = STATUS_OK;

	*edit_id = 0;
	*out = (struct exposure_result){ .added = 0 };
	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_editor(fake, reviewer, err)) != STATUS_OK)
		return status;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = exposure_check(&rows[i], err);
	if (status != STATUS_OK)
		return status;
	int64_t edit = fake_edit_begin(fake, reviewer, EDIT_CHANGE, "exposure")->edit.id;
	for (size_t i = 0; i < count; i++) {
		const char *attributes = exposure_attributes(&fake->arena, &rows[i]);
		const int64_t *is = newest(fake, attributes, rows[i].day);
		int64_t *outputs = arena_alloc(&fake->arena, sizeof(*outputs));
		*outputs = rows[i].outputs;
		*(!is ? &out->added : *is != *outputs ? &out->changed : &out->unchanged) += 1;
		bool said = is && *is == *outputs && has_said(fake, reviewer, attributes, rows[i].day, *outputs);
		out->borne_out += is && *is == *outputs && !said;
		if (!said)
			fake_set(fake, FAKE_EXPOSURE, arena_printf(&fake->arena, "%" PRId64 " %s", edit, attributes), rows[i].day, outputs);
	}
	exposure_summary(summary, sizeof(summary), source, out);
	*edit_id = fake_edit_end(fake, summary);
	return STATUS_OK;
}

static int by_attributes(const void *a, const void *b)
{
	const struct fake_exposure *x = a, *y = b;
	int order = strcmp(x->attributes, y->attributes);

	order = order ? order : (x->day > y->day) - (x->day < y->day);
	return order ? order : (x->edit < y->edit) - (x->edit > y->edit);
}

enum status fake_exposure_list(struct store *store, struct arena *arena, const struct exposure **out, size_t *count,
			       struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct exposure *rows = arena_array(arena, fake->exposures.len, sizeof(*rows));
	const struct fake_exposure *before = NULL;

	*count = 0;
	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake->exposures.len)
		qsort(fake->exposures.items, fake->exposures.len, sizeof(fake->exposures.items[0]), by_attributes);
	for (size_t i = 0; i < fake->exposures.len; i++) {
		const struct fake_exposure *from = &fake->exposures.items[i];
		if (!from->outputs || (before && before->day == from->day && strcmp(before->attributes, from->attributes) == 0))
			continue;
		before = from;
		rows[*count] = (struct exposure){ .day = from->day, .outputs = *from->outputs };
		(void)exposure_read_attributes(arena, slice_of(arena_strdup(arena, from->attributes)), &rows[*count]);
		++*count;
	}
	*out = rows;
	return STATUS_OK;
}
