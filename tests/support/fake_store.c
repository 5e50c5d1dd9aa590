/* The in-memory engine: its table, opening and closing, and what is simply read. */
#include "tests/support/fake_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fake_fails(struct fake_store *fake, struct error *err)
{
	if (!fake->failing)
		return false;
	if (fake->fail_after > 0) {
		fake->fail_after--;
		return false;
	}
	fake->failing = false;
	(void)error_set(err, fake->failure.status, "%s", fake->failure.text);
	return true;
}

void fake_store_fail(struct store *store, size_t calls, enum status status, const char *text)
{
	struct fake_store *fake = fake_of(store);

	fake->failing = true;
	fake->fail_after = calls;
	(void)error_set(&fake->failure, status, "%s", text);
}

const struct fake_sample *fake_sample(const struct fake_store *fake, int64_t id)
{
	return id >= 1 && (size_t)id <= fake->samples.len ? &fake->samples.items[id - 1] : NULL;
}

int64_t fake_line(const struct sample *sample)
{
	if (sample->region.start_line)
		return sample->region.start_line;
	return sample->flag_count ? sample->flags[0].region.start_line : 0;
}

static void copy_lists(struct arena *arena, struct sample *to, const struct sample *from)
{
	struct flag *flags = arena_array(arena, from->flag_count, sizeof(*flags));
	struct provenance *provenance = arena_array(arena, from->provenance_count, sizeof(*provenance));
	struct place *places = arena_array(arena, from->place_count, sizeof(*places));

	for (size_t i = 0; i < from->flag_count; i++) {
		flags[i] = from->flags[i];
		flags[i].tool = arena_strdup(arena, from->flags[i].tool);
		flags[i].rule = arena_strdup(arena, from->flags[i].rule);
		flags[i].message = arena_strdup(arena, from->flags[i].message);
	}
	for (size_t i = 0; i < from->provenance_count; i++) {
		provenance[i] = from->provenance[i];
		provenance[i].key = arena_strdup(arena, from->provenance[i].key);
		provenance[i].value = arena_strdup(arena, from->provenance[i].value);
	}
	for (size_t i = 0; i < from->place_count; i++) {
		places[i] = from->places[i];
		places[i].path = arena_strdup(arena, from->places[i].path);
		places[i].message = arena_strdup(arena, from->places[i].message);
		places[i].text = arena_slice(arena, from->places[i].text);
	}
	to->places = places;
	to->flags = flags;
	to->provenance = provenance;
}

struct sample *fake_sample_copy(struct arena *arena, const struct fake_sample *from)
{
	struct sample *to = arena_alloc(arena, sizeof(*to));

	*to = from->content;
	to->digests = NULL;
	to->external_id = arena_strdup(arena, to->external_id);
	to->code = arena_slice(arena, to->code);
	to->prompt = arena_slice(arena, to->prompt);
	to->expected = arena_slice(arena, to->expected);
	to->diff = arena_slice(arena, to->diff);
	to->language = arena_strdup(arena, to->language);
	to->path = arena_strdup(arena, to->path);
	to->session = arena_strdup(arena, to->session);
	copy_lists(arena, to, &from->content);
	if (from->triage) {
		to->status = from->triage->status;
		to->disposition = from->triage->disposition;
		to->version = from->triage->version;
		to->deferred_until = arena_strdup(arena, from->triage->deferred_until);
	}
	return to;
}

static enum status sample_get(struct store *store, struct arena *arena, int64_t id, struct sample **out,
			      struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const struct fake_sample *sample = fake_sample(fake, id);

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!sample)
		return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)id);
	*out = fake_sample_copy(arena, sample);
	(*out)->duplicate_of = fake_duplicate_of(fake, id);
	return STATUS_OK;
}

static enum status sample_find(struct store *store, const struct digest *fingerprint, int64_t *id,
			       struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = 0; i < fake->samples.len; i++)
		if (memcmp(&fake->samples.items[i].content.fingerprint, fingerprint, sizeof(*fingerprint)) == 0) {
			*id = (int64_t)i + 1;
			return STATUS_OK;
		}
	return error_set(err, STATUS_NOT_FOUND, "there is no sample of that fingerprint");
}

static enum status annotation_list(struct store *store, struct arena *arena, int64_t sample,
				   const struct annotation **out, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct annotation *rows;
	size_t len = 0;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!fake_sample(fake, sample))
		return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)sample);
	rows = arena_array(arena, fake->annotations.len, sizeof(*rows));
	for (size_t i = fake->annotations.len; i-- > 0;) {
		const struct annotation *from = fake->annotations.items[i];
		const char **symptoms;
		if (!from || from->sample != sample)
			continue;
		rows[len] = *from;
		rows[len].reviewer = arena_strdup(arena, from->reviewer);
		rows[len].cause = arena_strdup(arena, from->cause);
		rows[len].note = arena_strdup(arena, from->note);
		symptoms = arena_array(arena, from->symptom_count, sizeof(*symptoms));
		for (size_t s = 0; s < from->symptom_count; s++)
			symptoms[s] = arena_strdup(arena, from->symptoms[s]);
		rows[len++].symptoms = symptoms;
	}
	*out = rows;
	*count = len;
	return STATUS_OK;
}

static enum status codebook_get(struct store *store, struct arena *arena, struct codebook *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct code *codes = arena_array(arena, fake->book.count, sizeof(*codes));

	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = 0; i < fake->book.count; i++) {
		codes[i] = fake->codes[i];
		codes[i].word = arena_strdup(arena, codes[i].word);
		codes[i].help = arena_strdup(arena, codes[i].help);
	}
	*out = (struct codebook){ codes, fake->book.count };
	return STATUS_OK;
}

bool fake_store_retire_code(struct store *store, const char *name)
{
	struct fake_store *fake = fake_of(store);
	const struct code *code = codebook_cause(&fake->book, name);

	if (!code)
		code = codebook_symptom(&fake->book, name);
	if (code)
		fake->codes[code - fake->book.codes].retired = true;
	return code != NULL;
}

static enum status check(struct store *store, bool quick, void (*found)(void *, const char *), void *context,
			 int64_t *findings, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	(void)quick, (void)found, (void)context;
	if (fake_fails(fake, err))
		return fake->failure.status;
	*findings = 0;
	return STATUS_OK;
}

void fake_store_slow(struct store *store, size_t samples)
{
	fake_of(store)->samples_in_time = samples;
}

/* This engine needs no index: it counts the samples that a step would have taken up. */
static enum status index_status(struct store *store, struct index_status *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	*out = (struct index_status){ (int64_t)fake->samples.len, (int64_t)fake->indexed, fake->indexed == fake->samples.len };
	return STATUS_OK;
}

static enum status index_step(struct store *store, int64_t budget_ms, bool patient, bool *whole, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	(void)budget_ms;
	(void)patient;
	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake->importing)
		return error_set(err, STATUS_REFUSED, "an import is under way on this connection");
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	fake->indexed = fake->samples.len;
	*whole = true;
	return STATUS_OK;
}

static enum status index_drop(struct store *store, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake->importing)
		return error_set(err, STATUS_REFUSED, "an import is under way on this connection");
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	fake->indexed = fake->alike_stepped = 0;
	return STATUS_OK;
}

static enum status change_counter(struct store *store, int64_t *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	*out = fake->counter;
	return STATUS_OK;
}

static void interrupt(struct store *store)
{
	(void)store; /* no call takes long enough */
}

static void close_store(struct store *store)
{
	struct fake_store *fake = fake_of(store);

	for (size_t i = 0; i < fake->edits.len; i++)
		vec_release(&fake->edits.items[i].changes);
	vec_release(&fake->samples);
	vec_release(&fake->annotations);
	vec_release(&fake->links);
	vec_release(&fake->plans);
	free(fake->alike_of);
	vec_release(&fake->incidents);
	vec_release(&fake->members);
	vec_release(&fake->exposures);
	vec_release(&fake->batches);
	vec_release(&fake->rejects);
	vec_release(&fake->edits);
	vec_release(&fake->years);
	vec_release(&fake->years_before);
	vec_release(&fake->touched);
	vec_release(&fake->replaced);
	free(fake->codes);
	arena_release(&fake->arena);
	free(fake);
}

/* Nobody else writes. */
static enum status view_begin(struct store *store, bool *began, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	(void)err;
	*began = !fake->viewing;
	fake->viewing = true;
	return STATUS_OK;
}

static void view_end(struct store *store, bool began)
{
	if (began)
		fake_of(store)->viewing = false;
}

/* There is no other process. */
static void fake_on_wait(struct store *store, bool (*waiting)(void *, int64_t), void *context)
{
	(void)store, (void)waiting, (void)context;
}

static const struct store_ops ops = {
	.close = close_store,
	.sample_page = fake_sample_page,
	.sample_count = fake_sample_count,
	.facets = fake_facets,
	.sample_table = fake_sample_table,
	.sample_seek = fake_sample_seek,
	.sample_ids = fake_sample_ids,
	.sample_codes = fake_sample_codes,
	.sample_get = sample_get,
	.sample_find = sample_find,
	.annotation_list = annotation_list,
	.judgements = fake_judgements,
	.codebook_get = codebook_get,
	.import_begin = fake_import_begin,
	.import_add = fake_import_add,
	.import_reject = fake_import_reject,
	.import_commit = fake_import_commit,
	.import_abort = fake_import_abort,
	.batch_list = fake_batch_list,
	.batch_get = fake_batch_get,
	.batch_rejects = fake_batch_rejects,
	.annotate = fake_annotate,
	.triage = fake_triage,
	.deferrals = fake_deferrals,
	.incident_list = fake_incident_list,
	.incident_get = fake_incident_get,
	.incident_put = fake_incident_put,
	.incident_members_add = fake_members_add,
	.incident_members_remove = fake_members_remove,
	.incident_members = fake_members,
	.sample_incidents = fake_sample_incidents,
	.exposure_put = fake_exposure_put,
	.exposure_list = fake_exposure_list,
	.edit_list = fake_edit_list,
	.edit_changes = fake_edit_changes,
	.undo = fake_undo,
	.redo = fake_redo,
	.group_begin = fake_group_begin,
	.group_end = fake_group_end,
	.console = fake_console,
	.console_views = fake_console_views,
	.index_status = index_status,
	.index_step = index_step,
	.index_drop = index_drop,
	.plan_put = fake_plan_put,
	.plan_list = fake_plan_list,
	.plan_get = fake_plan_get,
	.alike_status = fake_alike_status,
	.alike_step = fake_alike_step,
	.alike_say = fake_alike_say,
	.alike_links = fake_alike_links,
	.alike_groups = fake_alike_groups,
	.alike_group = fake_alike_group,
	.check = check,
	.on_wait = fake_on_wait,
	.view_begin = view_begin,
	.view_end = view_end,
	.change_counter = change_counter,
	.interrupt = interrupt,
};

struct store *fake_store_new(void)
{
	struct fake_store *fake = mem_zalloc(1, sizeof(*fake));
	const struct codebook *book = codebook_default();

	fake->base.ops = &ops;
	arena_init(&fake->arena);
	fake->codes = mem_zalloc(book->count, sizeof(*fake->codes));
	for (size_t i = 0; i < book->count; i++) {
		fake->codes[i] = book->codes[i];
		fake->codes[i].id = (int64_t)i + 1;
	}
	fake->book = (struct codebook){ fake->codes, book->count };
	return &fake->base;
}

int64_t fake_store_add(struct store *store, const struct sample *sample)
{
	struct fake_store *fake = fake_of(store);
	struct batch batch = { .source = "-", .format = "test", .reviewer = "test" };
	struct sample copy = *sample;
	enum import_outcome outcome;
	int64_t id = 0;
	static const struct digest unset;

	if (memcmp(&copy.fingerprint, &unset, sizeof(unset)) == 0)
		copy.fingerprint = sample_fingerprint(&copy);
	if (fake_import_begin(store, &batch, NULL) != STATUS_OK ||
	    fake_import_add(store, &copy, &outcome, NULL) != STATUS_OK ||
	    fake_import_commit(store, NULL, &batch, NULL) != STATUS_OK)
		abort();
	for (size_t i = 0; i < fake->samples.len; i++)
		if (memcmp(&fake->samples.items[i].content.fingerprint, &copy.fingerprint, sizeof(unset)) == 0)
			id = (int64_t)i + 1;
	return id;
}
