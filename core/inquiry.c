#include "core/inquiry.h"

#include <string.h>

bool inquiry_cancelled(const struct inquiry *inquiry)
{
	return inquiry->cancel && atomic_load_explicit(inquiry->cancel, memory_order_relaxed);
}

enum status inquiry_query(const struct inquiry *inquiry, const char *text, struct query *out, struct error *err)
{
	struct codebook book;
	enum status status = query_parse(inquiry->arena, text, inquiry->reviewer, out, err);

	if (status != STATUS_OK)
		return error_wrap(err, status, "query");
	status = inquiry->store->ops->codebook_get(inquiry->store, inquiry->arena, &book, err);
	if (status != STATUS_OK)
		return status;
	status = query_check_codes(out, &book, err);
	return status == STATUS_OK ? status : error_wrap(err, status, "query");
}

enum status inquiry_count(const struct inquiry *inquiry, const char *text, int64_t *out, struct error *err)
{
	struct query query;
	enum status status = inquiry_query(inquiry, text, &query, err);

	return status == STATUS_OK ? inquiry->store->ops->sample_count(inquiry->store, &query, out, err) : status;
}

/* Whether to ask again; *status is STATUS_CANCELLED where nobody wants it any more. */
static bool go_on(const struct inquiry *inquiry, const struct readiness *readiness, enum status *status, struct error *err)
{
	if (*status != STATUS_OK)
		return false;
	if (inquiry_cancelled(inquiry)) {
		*status = error_set(err, STATUS_CANCELLED, "not counted to the end");
		return false;
	}
	if (readiness->ready)
		return false;
	if (inquiry->not_yet) {
		*inquiry->not_yet = *readiness;
		*status = error_set(err, STATUS_CANCELLED, "not counted yet");
		return false;
	}
	if (inquiry->progress)
		inquiry->progress(inquiry->context, readiness->done, readiness->total);
	return true;
}

enum status inquiry_table(const struct inquiry *inquiry, const struct table_request *request, struct table *out,
			  struct error *err)
{
	struct readiness readiness = { true, 0, 0 };
	struct table_request asked = *request;
	enum status status;

	asked.cancel = inquiry->cancel;
	do
		status = inquiry->store->ops->sample_table(inquiry->store, inquiry->arena, &asked, out, &readiness, err);
	while (go_on(inquiry, &readiness, &status, err));
	return status;
}

enum status inquiry_facets(const struct inquiry *inquiry, const char *text, const enum facet_key *keys, size_t count, size_t top,
			   struct facets *out, struct error *err)
{
	struct query query;
	const struct facet_request request = { .query = &query, .keys = keys, .key_count = count, .top = top, .sort = SORT_ID };
	enum status status = inquiry_query(inquiry, text, &query, err);

	if (status != STATUS_OK)
		return status;
	do
		status = inquiry->store->ops->facets(inquiry->store, inquiry->arena, &request, out, err);
	while (go_on(inquiry, &out->readiness, &status, err));
	return status;
}

void inquiry_narrow(struct arena *arena, struct strbuf *query, const struct table_key *key, const char *const *values,
		    size_t count)
{
	const char *word = table_key_query(arena, key);

	if (count && !values[0]) {
		strbuf_addf(query, "%s-%s:*", query->len_bytes ? " " : "", word);
		return;
	}
	strbuf_addf(query, "%s%s:", query->len_bytes ? " " : "", word);
	for (size_t i = 0; i < count; i++) {
		const char *value = values[i];
		if (i)
			strbuf_addch(query, ',');
		if (value[0] && !value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/+")]) {
			strbuf_addstr(query, value);
			continue;
		}
		strbuf_addch(query, '"');
		for (; *value; value++) {
			if (*value == '"' || *value == '\\')
				strbuf_addch(query, '\\');
			strbuf_addch(query, *value);
		}
		strbuf_addch(query, '"');
	}
}

/* How many of the days, from the first of a month on, are all of that month; else 1. */
static size_t whole_month(const int64_t *days, size_t count)
{
	const struct instant month = { days[0] * DAY_US, PRECISION_MONTH };
	int64_t end = instant_end_us(month) / DAY_US;
	size_t length = (size_t)(end - days[0]);
	const struct instant eve = { month.at_us - DAY_US, PRECISION_MONTH };

	if (instant_end_us(eve) != month.at_us) /* it is no first one */
		return 1;
	return length <= count && days[length - 1] == end - 1 ? length : 1;
}

void inquiry_days(struct arena *arena, struct strbuf *query, bool negated, const int64_t *days, size_t count)
{
	for (size_t i = 0, length; i < count; i += length) {
		length = whole_month(days + i, count - i);
		strbuf_addstr(query, i ? "," : query->len_bytes ? " " : "");
		if (i == 0)
			strbuf_addf(query, "%s%s:", negated ? "-" : "", query_key_word(QUERY_KEY_DAY));
		strbuf_addstr(query, instant_text(arena, (struct instant){ days[i] * DAY_US, length > 1 ? PRECISION_MONTH : PRECISION_DAY }));
	}
}

char *inquiry_both(struct arena *arena, const char *a, const char *b)
{
	return a[0] && b[0] ? arena_printf(arena, "%s %s", a, b) : arena_strdup(arena, a[0] ? a : b);
}
