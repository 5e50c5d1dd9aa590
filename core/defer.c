#include "core/defer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/mem.h"
#include "core/nearest.h"

#define HITS "hits:"
#define MOST_YEARS 100 /* of a span */
#define DUPLICATES_MAX 16 /* incidents, each covered by the next */

/* ---- times ------------------------------------------------------------------------ */

char *defer_time_text(struct arena *arena, int64_t at_us)
{
	struct instant t = { (at_us + SECOND_US - 1) / SECOND_US * SECOND_US, PRECISION_SECOND };
	struct strbuf text = STRBUF_INIT;
	char *kept;

	instant_format_rfc3339(&text, t);
	kept = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return kept;
}

bool defer_is_time(const char *until, struct instant *out)
{
	struct error ignored;

	return until[0] >= '0' && until[0] <= '9' && instant_parse(slice_of(until), out, &ignored) == STATUS_OK;
}

static bool is_word(const char *text, const char *word)
{
	return strlen(text) == strlen(word) && nearest_distance(text, word, 0) == 0;
}

/* "monday", "mon", "tomorrow": days from today on; 0: no such word. */
static int64_t named_day(const char *text, int64_t today)
{
	static const char *const days[] = { "thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday" };

	if (is_word(text, "tomorrow"))
		return 1;
	for (int64_t i = 0; i < 7; i++) { /* day 0 was a Thursday */
		int64_t ahead = (i - today % 7 + 7) % 7;
		char three[4] = { days[i][0], days[i][1], days[i][2], '\0' };
		if (is_word(text, days[i]) || is_word(text, three))
			return ahead ? ahead : 7;
	}
	return 0;
}

/* "90m", "6h", "3d", "2w"; false: no span. */
static bool read_span(const char *text, int64_t *span_us)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 } };
	size_t digits = strspn(text, "0123456789");
	int64_t number = 0;

	if (digits == 0 || digits > 6 || !text[digits] || text[digits + 1])
		return false;
	number = strtoll(text, NULL, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (ascii_lower(text[digits]) == units[i].unit) {
			*span_us = number * units[i].seconds * SECOND_US;
			return number > 0 && *span_us <= MOST_YEARS * 366 * DAY_US;
		}
	return false;
}

static enum status read_time(struct arena *arena, const char *text, struct instant now, const char **out,
			     struct error *err)
{
	int64_t span, today = now.at_us / DAY_US, days = named_day(text, today);
	struct instant at;
	struct error reason;

	if (days)
		at = (struct instant){ (today + days) * DAY_US, PRECISION_DAY };
	else if (read_span(text, &span))
		at = (struct instant){ now.at_us + span, PRECISION_SECOND };
	else if (!(text[0] >= '0' && text[0] <= '9') || instant_parse(slice_of(text), &at, &reason) != STATUS_OK)
		return error_set(err, STATUS_USAGE, "'%.80s' is nothing to wait for: give a time (2026-12-05, 2026-12-05T14:00, "
				 "6h, 3d, 2w, tomorrow, monday), an incident (INC-2026-0001), hits:QUERY, or rule", text);
	if (at.at_us <= now.at_us)
		return error_set(err, STATUS_USAGE, "'%.80s' has passed already (times are UTC)", text);
	*out = defer_time_text(arena, at.at_us);
	return STATUS_OK;
}

/* ---- what people write --------------------------------------------------------------- */

static bool is_incident(const char *text)
{
	static const char start[] = "INC-";

	for (size_t i = 0; i < sizeof(start) - 1; i++)
		if (ascii_lower(text[i]) != ascii_lower(start[i]))
			return false;
	return true;
}

enum status defer_read(struct arena *arena, const char *text, struct instant now, const char **out, struct error *err)
{
	struct query query;
	enum status status;
	char *key;

	while (*text == ' ')
		text++;
	if (strlen(text) > DEFER_TEXT_MAX)
		return error_set(err, STATUS_USAGE, "what samples wait for is %d bytes long at most", DEFER_TEXT_MAX);
	if (strncmp(text, HITS, strlen(HITS)) == 0) {
		const char *rest = text + strlen(HITS);
		rest += strspn(rest, " ");
		if (!*rest)
			return error_set(err, STATUS_USAGE, "hits: names a query, as in hits:rule:no-eval");
		status = query_parse(arena, rest, NULL, &query, err);
		if (status != STATUS_OK)
			return error_wrap(err, status, "hits:");
		*out = arena_printf(arena, HITS "%s", rest);
		return STATUS_OK;
	}
	if (!is_incident(text))
		return read_time(arena, text, now, out, err);
	*out = key = arena_strdup(arena, text);
	for (; *key; key++)
		if (*key >= 'a' && *key <= 'z')
			*key = (char)(*key - 'a' + 'A');
	return STATUS_OK;
}

char *defer_words(struct arena *arena, const char *until)
{
	struct instant at;

	if (defer_is_time(until, &at)) {
		at.precision = at.at_us % (60 * SECOND_US) ? PRECISION_SECOND : PRECISION_MINUTE;
		return arena_printf(arena, "until %s", instant_text(arena, at));
	}
	if (is_incident(until))
		return arena_printf(arena, "until %s is resolved", until);
	if (strncmp(until, HITS, strlen(HITS)) == 0)
		return arena_printf(arena, "until there are hits of %s", until + strlen(HITS));
	return arena_printf(arena, "until %s", until);
}

/* ---- whether it has happened --------------------------------------------------------- */

/* Of a duplicate, whether the incident that covers it is; `said`, in the arena: which one that is. */
static enum status resolved(struct store *store, struct arena *arena, const char *key, const char **said, bool *is,
			    struct error *err)
{
	enum status status = STATUS_OK;

	*said = key;
	*is = false;
	/* Duplicates of each other cover nothing. */
	for (int step = 0; key && !*is && step < DUPLICATES_MAX && status == STATUS_OK; step++) {
		struct incident *incident = NULL;
		status = store->ops->incident_get(store, arena, key, &incident, err);
		if (status != STATUS_OK)
			break;
		*said = key;
		*is = incident->status == INCIDENT_RESOLVED || incident->status == INCIDENT_WATCHING ||
		      incident->status == INCIDENT_CLOSED;
		key = incident->status == INCIDENT_DUPLICATE ? incident->duplicate_of : NULL;
	}
	return status;
}

/* The first hit; 0: none, as far as was looked. */
static enum status first_hit(struct store *store, const char *text, int64_t *id, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct query query;
	struct sample_page page = { .count = 0 };
	enum status status = query_parse(&arena, text, NULL, &query, err);

	if (status == STATUS_OK)
		status = store->ops->sample_page(store, &arena, &(struct page_request){ .query = &query, .sort = SORT_ID,
						 .backward = true, .limit = 1, .budget_ms = DEFER_QUERY_MS }, &page, err);
	*id = status == STATUS_OK && page.count ? page.rows[0].id : 0;
	arena_release(&arena);
	return status;
}

/* What cannot be asked any more (a query that this version does not read, an incident that an
 * undo took away) goes on waiting: it is shown with the sample. */
static bool has_happened(struct store *store, const char *until, struct instant now)
{
	struct arena arena = ARENA_INIT;
	const char *said;
	struct instant at;
	struct error ignored;
	bool is = false;
	int64_t hit = 0;

	if (defer_is_time(until, &at))
		is = at.at_us <= now.at_us;
	else if (is_incident(until))
		is = resolved(store, &arena, until, &said, &is, &ignored) == STATUS_OK && is;
	else
		is = strncmp(until, HITS, strlen(HITS)) == 0 &&
		     first_hit(store, until + strlen(HITS), &hit, &ignored) == STATUS_OK && hit;
	arena_release(&arena);
	return is;
}

/* ---- putting off ------------------------------------------------------------------------ */

static enum status refuse_if_happened(struct store *store, const char *until, struct error *err)
{
	struct arena arena = ARENA_INIT;
	enum status status = STATUS_OK;
	const char *said = until;
	int64_t hit = 0;
	bool is = false;

	if (is_incident(until))
		status = resolved(store, &arena, until, &said, &is, err);
	else if (strncmp(until, HITS, strlen(HITS)) == 0)
		status = first_hit(store, until + strlen(HITS), &hit, err);
	if (status == STATUS_OK && is && strcmp(said, until) != 0)
		status = error_set(err, STATUS_REFUSED, "%s is a duplicate, and %s, which covers it, is resolved already", until, said);
	else if (status == STATUS_OK && is)
		status = error_set(err, STATUS_REFUSED, "%s is resolved already", until);
	arena_release(&arena);
	if (status == STATUS_OK && hit)
		return error_set(err, STATUS_REFUSED, "the query has hits already (sample %lld): the samples would come back "
				 "at once", (long long)hit);
	return status;
}

/* "hits:rule:"…" batch>12", of the sample's first flag. */
static enum status until_rule(struct store *store, struct arena *arena, int64_t sample, int64_t batch, const char **out,
			      struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct strbuf text = STRBUF_INIT;
	struct sample *is = NULL;
	enum status status = store->ops->sample_get(store, &scratch, sample, &is, err);
	const char *rule = status == STATUS_OK && is->flag_count ? is->flags[0].rule : NULL;

	if (status == STATUS_OK && !rule)
		status = error_set(err, STATUS_REFUSED, "sample %lld was flagged by no rule", (long long)sample);
	strbuf_addstr(&text, HITS "rule:\"");
	for (; rule && *rule; rule++) {
		if (*rule == '"' || *rule == '\\')
			strbuf_addch(&text, '\\');
		strbuf_addch(&text, *rule);
	}
	strbuf_addf(&text, "\" batch>%lld", (long long)batch);
	*out = arena_strdup(arena, text.text);
	strbuf_release(&text);
	arena_release(&scratch);
	return status;
}

struct put_off {
	const char *until;
	int64_t sample;
};

static int by_until(const void *a, const void *b)
{
	const struct put_off *left = a, *right = b;
	int order = strcmp(left->until, right->until);

	return order ? order : (left->sample > right->sample) - (left->sample < right->sample);
}

static enum status triage_each(struct store *store, struct arena *arena, const char *reviewer, struct put_off *all,
			       size_t count, struct error *err)
{
	int64_t *ids = arena_array(arena, count, sizeof(*ids));
	enum status status = STATUS_OK;

	qsort(all, count, sizeof(*all), by_until);
	for (size_t i = 0, end; i < count && status == STATUS_OK; i = end) {
		int64_t ignored;
		for (end = i; end < count && strcmp(all[end].until, all[i].until) == 0; end++)
			ids[end - i] = all[end].sample;
		status = store->ops->triage(store, reviewer, &(struct triage_request){ .samples = ids, .sample_count = end - i,
					    .status = SAMPLE_DEFERRED, .deferred_until = all[i].until }, &ignored, err);
	}
	return status;
}

static enum status defer_by_rule(struct store *store, struct arena *arena, const char *reviewer, const int64_t *samples,
				 size_t count, int64_t *edit_id, struct error *err)
{
	struct put_off *all = arena_array(arena, count, sizeof(*all));
	const struct batch *batches = NULL;
	size_t batch_count = 0;
	enum status status = store->ops->batch_list(store, arena, &batches, &batch_count, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		all[i].sample = samples[i];
		status = until_rule(store, arena, samples[i], batch_count ? batches[0].id : 0, &all[i].until, err);
	}
	if (status == STATUS_OK)
		status = store->ops->group_begin(store, reviewer, "triage", err);
	if (status != STATUS_OK)
		return status;
	status = triage_each(store, arena, reviewer, all, count, err);
	return store->ops->group_end(store, status, arena_printf(arena, "%zu sample%s: deferred until their rules are met again",
								 count, count == 1 ? "" : "s"), edit_id, err);
}

enum status defer_samples(struct store *store, const char *reviewer, const int64_t *samples, size_t count,
			  const char *text, struct instant now, int64_t *edit_id, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct triage_request request = { .samples = samples, .sample_count = count, .status = SAMPLE_DEFERRED };
	enum status status;

	*edit_id = 0;
	if (is_word(text, DEFER_RULE)) {
		status = defer_by_rule(store, &arena, reviewer, samples, count, edit_id, err);
	} else {
		status = defer_read(&arena, text, now, &request.deferred_until, err);
		if (status == STATUS_OK && request.deferred_until)
			status = refuse_if_happened(store, request.deferred_until, err);
		if (status == STATUS_OK)
			status = store->ops->triage(store, reviewer, &request, edit_id, err);
	}
	arena_release(&arena);
	return status;
}

/* ---- coming back ------------------------------------------------------------------------- */

/* The samples that wait for this, added to `ids`. */
static enum status add_waiting(struct store *store, const char *until, int64_t **ids, size_t *count, struct error *err)
{
	struct arena arena = ARENA_INIT;
	const struct query_value value = { .text = until };
	const struct query_term term = { .key = QUERY_KEY_DEFERRED, .values = &value, .value_count = 1 };
	const struct query query = { .text = arena_printf(&arena, "deferred:\"%s\"", until), .terms = &term, .term_count = 1 };
	const int64_t *found = NULL;
	size_t found_count = 0;
	enum status status = store->ops->sample_ids(store, &arena, &query, &found, &found_count, err);

	if (status == STATUS_OK && found_count) {
		*ids = mem_realloc(*ids, *count + found_count, sizeof(**ids));
		memcpy(*ids + *count, found, found_count * sizeof(*found));
		*count += found_count;
	}
	arena_release(&arena);
	return status;
}

enum status defer_wake(struct store *store, const char *reviewer, enum defer_look look, struct instant now,
		       int64_t *edit_id, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct triage_request request = { .status = SAMPLE_UNTRIAGED, .due = true };
	const char *const *all = NULL;
	int64_t *ids = NULL;
	size_t count = 0, times = 0, waiting = 0;
	enum status status = store->ops->deferrals(store, &arena, &all, &count, err);
	struct instant at;

	*edit_id = 0;
	while (status == STATUS_OK && times < count && defer_is_time(all[times], &at))
		times++;
	for (size_t i = 0; status == STATUS_OK && i < times && has_happened(store, all[i], now); i++)
		status = add_waiting(store, all[i], &ids, &waiting, err);
	/* Of the others a part, another one each minute. */
	for (size_t i = 0, rest = look == DEFER_ALL ? count - times : 0; status == STATUS_OK && i < rest && i < DEFER_QUERIES_MAX; i++) {
		size_t minute = (size_t)(now.at_us / (60 * SECOND_US));
		const char *until = all[times + (minute * DEFER_QUERIES_MAX + i) % rest];
		if (has_happened(store, until, now))
			status = add_waiting(store, until, &ids, &waiting, err);
	}
	request.samples = ids;
	request.sample_count = waiting;
	if (status == STATUS_OK && waiting)
		status = store->ops->triage(store, reviewer, &request, edit_id, err);
	free(ids);
	arena_release(&arena);
	return status;
}
