/* Incidents that are like earlier ones, or are said to be. */
#include "core/inquiry.h"
#include "core/insight.h"

/* What somebody looked at and found unrelated is none. */
static size_t keep_related(struct arena *arena, const struct recurrence_offer *all, size_t count, const struct recurrence_offer **out)
{
	struct recurrence_offer *kept = arena_array(arena, count, sizeof(*kept));
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		if (!all[i].mentioned || all[i].mentioned->kind != RECURRENCE_UNRELATED)
			kept[len++] = all[i];
	*out = kept;
	return len;
}

static bool is_over(const struct incident_row *row)
{
	return row->status == INCIDENT_CLOSED || row->status == INCIDENT_DUPLICATE;
}

enum status recurred_ask(const struct inquiry *inquiry, const struct recurred **out, size_t *count, struct error *err)
{
	struct store *store = inquiry->store;
	struct recurred *list = arena_array(inquiry->arena, RECURRED_MAX, sizeof(*list));
	const struct incident_row *rows;
	size_t row_count, looked = 0;
	enum status status = store->ops->incident_list(store, inquiry->arena, &rows, &row_count, err);

	*out = list;
	*count = 0;
	for (size_t i = 0; i < row_count && looked < RECURRED_MAX && status == STATUS_OK; i++) {
		struct recurred *to = &list[*count];
		const struct recurrence_offer *offers;
		size_t offer_count;
		if (is_over(&rows[i]))
			continue;
		looked++;
		if (inquiry_cancelled(inquiry))
			return error_set(err, STATUS_CANCELLED, "not compared to the end");
		status = recurrence_ask(inquiry, rows[i].key, &offers, &offer_count, err);
		if (status != STATUS_OK)
			break;
		*to = (struct recurred){ .key = rows[i].key, .title = rows[i].title };
		to->offer_count = keep_related(inquiry->arena, offers, offer_count, &to->offers);
		*count += to->offer_count > 0;
	}
	return status;
}
