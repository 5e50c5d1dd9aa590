/* Each kind of request against the in-memory store: results, messages, failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "tests/support/fake_store.h"
#include "tui/request.h"

#define SAMPLES 5

struct fixture {
	struct backend backend;
	int64_t ids[SAMPLES];
	struct request *request;
	struct answer *answer;
	char folder[32];
	struct arena arena;
};

/* ---- a renderer that shows what it was given --------------------------------------- */

static const struct site *test_sites(size_t *count)
{
	static const struct site sites[] = { { "plain", "one page", "", "", "", "" } };

	*count = 1;
	return sites;
}

static enum status test_postmortem(struct arena *arena, const struct postmortem_input *input, const char *site,
				   const struct page **pages, size_t *count, struct error *err)
{
	struct page *page = arena_array(arena, 1, sizeof(*page));

	if (strcmp(site, "plain") != 0)
		return error_set(err, STATUS_USAGE, "unknown site '%s'", site);
	page->path = "a/b.md";
	page->content = slice_of(arena_printf(arena, "# %s\n", input->incident->title));
	*pages = page;
	*count = 1;
	return STATUS_OK;
}

static void test_entry(struct arena *arena, const struct postmortem_input *input, const char *site, struct page_entry *out)
{
	(void)arena;
	(void)site;
	*out = (struct page_entry){ .key = input->incident->key, .title = input->incident->title, .description = "", .slug = "b" };
}

static enum status test_draft(struct arena *arena, const struct postmortem_input *input, struct slice *markdown,
			      struct error *err)
{
	(void)err;
	*markdown = slice_of(arena_printf(arena, "%s with %zu", input->incident->title, input->sample_count));
	return STATUS_OK;
}

static void test_layout(struct arena *arena, struct slice markdown, int width_columns, struct rich_text *out)
{
	struct rich_line *line = arena_array(arena, 1, sizeof(*line));
	struct rich_span *span = arena_array(arena, 1, sizeof(*span));

	span->text = arena_text(arena, markdown);
	line->spans = span;
	line->count = 1;
	line->indent_columns = width_columns; /* to be looked at */
	out->lines = line;
	out->count = 1;
}

static const struct renderer test_renderer = {
	.sites = test_sites, .postmortem = test_postmortem, .entry = test_entry, .draft = test_draft, .layout = test_layout,
};

/* ---- set-up ------------------------------------------------------------------------ */

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));

	setenv("AITIA_NOW", "2026-05-04T12:00:00Z", 1);
	arena_init(&f->arena);
	f->backend.store = fake_store_new();
	f->backend.renderer = &test_renderer;
	for (int64_t i = 0; i < SAMPLES; i++) {
		struct flag flag = { .source = SOURCE_SAST, .level = LEVEL_ERROR, .message = i < 2 ? "first two" : "other" };
		struct sample sample = {
			.external_id = arena_printf(&f->arena, "s%d", (int)i),
			.code = slice_of("x = 1\n"),
			.language = i % 2 ? "c" : "python",
			.flags = &flag,
			.flag_count = 1,
		};
		f->ids[i] = fake_store_add(f->backend.store, &sample);
	}
	memcpy(f->folder, "/tmp/aitia-test-XXXXXX", sizeof("/tmp/aitia-test-XXXXXX"));
	*state = f;
	return mkdtemp(f->folder) ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	request_free(f->request);
	answer_free(f->answer);
	f->backend.store->ops->close(f->backend.store);
	unlink(file_join(&f->arena, f->folder, "out/a/b.md"));
	unlink(file_join(&f->arena, f->folder, "out/.aitia-pages.plain"));
	rmdir(file_join(&f->arena, f->folder, "out/a"));
	rmdir(file_join(&f->arena, f->folder, "out"));
	int left = rmdir(f->folder);
	arena_release(&f->arena);
	free(f);
	return left;
}

static struct request *begin(struct fixture *f, enum request_kind kind)
{
	request_free(f->request);
	f->request = request_new(kind);
	f->request->reviewer = "ada";
	return f->request;
}

static enum status run(struct fixture *f)
{
	answer_free(f->answer);
	f->answer = request_run(&f->backend, f->request);
	assert_int_equal(f->answer->kind, f->request->kind);
	assert_int_equal(f->answer->status == STATUS_OK, f->answer->error.text[0] == '\0');
	return f->answer->status;
}

#define assert_done(f, text)                                          \
	do {                                                          \
		assert_int_equal(run(f), STATUS_OK);                  \
		assert_string_equal((f)->answer->message, (text));    \
	} while (0)

static enum status annotate(struct fixture *f, size_t count, const char *cause)
{
	struct request *request = begin(f, REQUEST_ANNOTATE);

	request->annotate.samples = f->ids;
	request->annotate.sample_count = count;
	request->annotate.annotation.cause = cause;
	request->annotate.annotation.verdict = VERDICT_CONFIRMED;
	return run(f);
}

/* An incident of two samples; its key. */
static const char *make_incident(struct fixture *f)
{
	struct request *request = begin(f, REQUEST_MEMBERS_ADD);

	request->samples = f->ids;
	request->sample_count = 2;
	request->title = "Wrong code";
	assert_int_equal(run(f), STATUS_OK);
	return arena_strdup(&f->arena, f->answer->key);
}

/* ---- reading ---------------------------------------------------------------------- */

static void page_count_and_ids_follow_the_query(void **state)
{
	struct fixture *f = *state;
	struct request *request = begin(f, REQUEST_PAGE);

	request->query = "lang:python";
	request->limit = 2;
	request->sort = SORT_ID;
	request->serial = 77;
	request->owner = 5;
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->serial, 77);
	assert_int_equal(f->answer->owner, 5);
	assert_int_equal(f->answer->page.count, 2);
	assert_false(f->answer->page.at_end);
	request->from = f->answer->page.after_last;
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->page.count, 1);
	assert_true(f->answer->page.at_end);
	request->backward = true;
	memset(&request->from, 0, sizeof(request->from));
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->page.count, 2);
	assert_true(f->answer->page.at_end);

	begin(f, REQUEST_COUNT)->query = "lang:c";
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->count, 2);
	begin(f, REQUEST_IDS); /* no query: all */
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->id_count, SAMPLES);
	assert_int_equal(f->answer->ids[4], f->ids[4]);
}

static void wrong_query_is_told(void **state)
{
	static const enum request_kind kinds[] = { REQUEST_PAGE, REQUEST_COUNT, REQUEST_IDS };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		begin(f, kinds[i])->query = "status:foo";
		assert_int_equal(run(f), STATUS_USAGE);
		assert_non_null(strstr(f->answer->error.text, "foo"));
	}
}

static void mine_means_the_reviewer(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(annotate(f, 2, "model"), STATUS_OK);
	begin(f, REQUEST_COUNT)->query = "is:mine";
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->count, 2);
	f->request->reviewer = "bob";
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->count, 0);
}

static void sample_comes_with_annotations_and_incidents(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(annotate(f, 1, "model/hallucination"), STATUS_OK);
	const char *key = make_incident(f);
	begin(f, REQUEST_SAMPLE)->sample = f->ids[0];
	assert_int_equal(run(f), STATUS_OK);
	assert_true(slice_is(f->answer->sample->code, "x = 1\n"));
	assert_int_equal(f->answer->annotation_count, 1);
	assert_string_equal(f->answer->annotations[0].cause, "model/hallucination");
	assert_int_equal(f->answer->incident_key_count, 1);
	assert_string_equal(f->answer->incident_keys[0], key);
	f->request->sample = 9999;
	assert_int_equal(run(f), STATUS_NOT_FOUND);
}

static void codebook_is_the_stores(void **state)
{
	struct fixture *f = *state;

	begin(f, REQUEST_CODEBOOK);
	assert_int_equal(run(f), STATUS_OK);
	assert_non_null(codebook_cause(&f->answer->codebook, "model/hallucination"));
}

static void incidents_are_listed_and_read(void **state)
{
	struct fixture *f = *state;
	const char *key = make_incident(f);

	begin(f, REQUEST_INCIDENTS);
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->incident_count, 1);
	assert_string_equal(f->answer->incidents[0].key, key);
	begin(f, REQUEST_INCIDENT)->key = key;
	assert_int_equal(run(f), STATUS_OK);
	assert_string_equal(f->answer->incident->title, "Wrong code");
	assert_string_equal(f->answer->key, key);
	assert_int_equal(f->answer->incident->member_counts[MEMBER_CORE], 2);
	f->request->key = "INC-2026-0999";
	assert_int_equal(run(f), STATUS_NOT_FOUND);
	f->request->key = NULL;
	assert_int_equal(run(f), STATUS_USAGE);
}

/* ---- edits ------------------------------------------------------------------------ */

static void annotations_say_what_they_did(void **state)
{
	static const char *const symptoms[] = { "wrong_logic", "slow_code", "repetition" };
	struct fixture *f = *state;

	assert_int_equal(annotate(f, 3, "model/hallucination"), STATUS_OK);
	assert_string_equal(f->answer->message, "3 samples: model/hallucination");
	assert_int_equal(f->answer->count, 3);
	assert_true(f->answer->edit > 0);

	struct annotation *annotation = &f->request->annotate.annotation;
	f->request->annotate.sample_count = 1;
	annotation->cause = NULL;
	assert_done(f, "nothing to change"); /* it stands already */
	annotation->verdict = VERDICT_INTENDED;
	assert_done(f, "1 sample: intended");
	annotation->symptoms = symptoms;
	annotation->symptom_count = 3;
	assert_done(f, "1 sample: wrong_logic and 2 more");
	annotation->symptom_count = 0;
	annotation->verdict = VERDICT_NONE;
	annotation->note = "see there";
	assert_done(f, "1 sample: noted");
	f->request->annotate.sample_count = 0;
	assert_int_equal(run(f), STATUS_USAGE);
}

static void triage_sets_the_status(void **state)
{
	struct fixture *f = *state;
	struct request *request = begin(f, REQUEST_TRIAGE);

	request->samples = f->ids;
	request->sample_count = 2;
	request->status = SAMPLE_DEFERRED;
	assert_done(f, "2 samples: deferred");
	assert_done(f, "nothing to change");
	assert_int_equal(f->answer->edit, 0);
	assert_int_equal(f->answer->count, 0);
}

static void incident_is_made_and_saved(void **state)
{
	struct fixture *f = *state;
	struct request *request = begin(f, REQUEST_INCIDENT_PUT);
	struct incident incident;

	assert_int_equal(run(f), STATUS_USAGE); /* none was given */
	incident_init(&incident, &f->arena, "Titled");
	request->incident = &incident;
	request->summary = "new";
	assert_done(f, "INC-2026-0001 made");
	begin(f, REQUEST_INCIDENT)->key = "INC-2026-0001";
	assert_int_equal(run(f), STATUS_OK);
	struct incident *read = incident_copy(&f->arena, f->answer->incident);
	begin(f, REQUEST_INCIDENT_PUT)->incident = read;
	assert_done(f, "INC-2026-0001 is as it was");
	read->title = "Other";
	assert_done(f, "INC-2026-0001 saved");
	assert_true(f->answer->edit > 0);
	/* The version that was read is not the newest any more. */
	read->title = "Third";
	assert_int_equal(run(f), STATUS_CONFLICT);
}

static void members_are_added_and_removed(void **state)
{
	struct fixture *f = *state;
	struct request *request = begin(f, REQUEST_MEMBERS_ADD);

	request->samples = f->ids;
	request->sample_count = 4;
	assert_int_equal(run(f), STATUS_USAGE); /* a new one needs a title */
	request->title = "Wrong code";
	assert_done(f, "INC-2026-0001 made with 4 samples");
	assert_string_equal(f->answer->key, "INC-2026-0001");
	request->key = "INC-2026-0001";
	assert_done(f, "INC-2026-0001: already in it");
	request->samples = f->ids + 4;
	request->sample_count = 1;
	assert_done(f, "1 sample added to INC-2026-0001");

	request = begin(f, REQUEST_MEMBERS_REMOVE);
	request->samples = f->ids;
	request->sample_count = 2;
	assert_int_equal(run(f), STATUS_USAGE);
	request->key = "INC-2026-0001";
	assert_done(f, "2 samples removed from INC-2026-0001");
	begin(f, REQUEST_COUNT)->query = "incident:INC-2026-0001";
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->count, 3);
}

/* An incident and its samples are one edit: both or neither. */
static void new_incident_and_its_members_are_one_edit(void **state)
{
	struct fixture *f = *state;
	struct request *request = begin(f, REQUEST_MEMBERS_ADD);

	request->samples = f->ids;
	request->sample_count = 1;
	request->title = "Half";
	for (size_t calls = 0; calls < 2; calls++) {
		fake_store_fail(f->backend.store, calls, STATUS_STORE, "the store is full");
		assert_int_equal(run(f), STATUS_STORE);
		assert_string_equal(f->answer->error.text, "the store is full");
		assert_null(f->answer->key);
		begin(f, REQUEST_INCIDENTS);
		assert_int_equal(run(f), STATUS_OK);
		assert_int_equal(f->answer->incident_count, 0);
		request = begin(f, REQUEST_MEMBERS_ADD);
		request->samples = f->ids;
		request->sample_count = 1;
		request->title = "Half";
	}
	assert_done(f, "INC-2026-0001 made with 1 sample");
	assert_true(f->answer->edit > 0);
	begin(f, REQUEST_EDITS);
	assert_int_equal(run(f), STATUS_OK);
	assert_string_equal(f->answer->edits[0].verb, "incident");
	assert_string_equal(f->answer->edits[0].summary, "INC-2026-0001: new, 1 sample");
	begin(f, REQUEST_UNDO);
	assert_int_equal(run(f), STATUS_OK);
	begin(f, REQUEST_INCIDENTS);
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->incident_count, 0);
}

/* Put on what is not the newest any more: with its base it is merged. */
static void incident_changed_meanwhile_is_merged(void **state)
{
	struct fixture *f = *state;
	const char *key = make_incident(f);
	struct incident *base, *mine, *theirs;
	struct request *request;

	begin(f, REQUEST_INCIDENT)->key = key;
	assert_int_equal(run(f), STATUS_OK);
	base = incident_copy(&f->arena, f->answer->incident);
	mine = incident_copy(&f->arena, base);
	theirs = incident_copy(&f->arena, base);
	theirs->title = "Theirs";
	incident_set_section(theirs, &f->arena, "impact", "Theirs.");
	begin(f, REQUEST_INCIDENT_PUT)->incident = theirs;
	assert_int_equal(run(f), STATUS_OK);
	assert_null(f->answer->both_changed);
	incident_set_section(mine, &f->arena, "background", "Mine.");
	request = begin(f, REQUEST_INCIDENT_PUT);
	request->incident = mine;
	request->base = base;
	assert_int_equal(run(f), STATUS_OK);
	assert_string_equal(f->answer->both_changed, "");
	mine->title = "Mine";
	assert_int_equal(run(f), STATUS_OK);
	assert_string_equal(f->answer->both_changed, "title");
	begin(f, REQUEST_INCIDENT)->key = key;
	assert_int_equal(run(f), STATUS_OK);
	assert_string_equal(f->answer->incident->title, "Mine");
	assert_string_equal(incident_section(f->answer->incident, "impact"), "Theirs.");
	assert_string_equal(incident_section(f->answer->incident, "background"), "Mine.");
}

static void undo_redo_and_their_log(void **state)
{
	struct fixture *f = *state;

	begin(f, REQUEST_UNDO);
	assert_int_equal(run(f), STATUS_NOT_FOUND);
	assert_int_equal(annotate(f, 1, "model"), STATUS_OK);
	begin(f, REQUEST_UNDO);
	assert_int_equal(run(f), STATUS_OK);
	assert_non_null(strstr(f->answer->message, "undone: "));
	assert_string_equal(f->answer->edited.verb, "annotate");
	begin(f, REQUEST_REDO);
	assert_int_equal(run(f), STATUS_OK);
	assert_non_null(strstr(f->answer->message, "done again: "));

	begin(f, REQUEST_EDITS);
	assert_int_equal(run(f), STATUS_OK);
	size_t all = f->answer->edit_count;
	assert_true(all >= 3);
	assert_int_equal(f->answer->edits[0].kind, EDIT_REDO);
	f->request->limit = 1;
	f->request->from.id = f->answer->edits[0].id;
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->edit_count, 1);
	assert_int_equal(f->answer->edits[0].kind, EDIT_UNDO);
}

/* ---- documents --------------------------------------------------------------------- */

static bool has_line(const struct rich_text *rich, const char *text)
{
	for (size_t i = 0; i < rich->count; i++)
		for (size_t k = 0; k < rich->lines[i].count; k++)
			if (strstr(rich->lines[i].spans[k].text, text))
				return true;
	return false;
}

static void draft_is_laid_out(void **state)
{
	struct fixture *f = *state;
	struct request *request;
	const char *key = make_incident(f);

	request = begin(f, REQUEST_DRAFT);
	request->key = key;
	request->width = 72;
	assert_int_equal(run(f), STATUS_OK);
	assert_non_null(strstr(f->answer->rich.lines[0].spans[0].text, "Still to do, at the end: 11 empty sections, "));
	assert_true(has_line(&f->answer->rich, "Wrong code with 2"));
	assert_true(has_line(&f->answer->rich, "- Background: What a reader must know to follow the rest."));
	assert_true(has_line(&f->answer->rich, "- error, **section summary**: "));
	assert_int_equal(f->answer->rich.lines[0].indent_columns, 72);
	request->width = 0; /* a terminal too narrow for it still gets lines */
	assert_int_equal(run(f), STATUS_OK);
	assert_true(f->answer->rich.lines[0].indent_columns > 0);
}

static void pages_are_written_and_named(void **state)
{
	struct fixture *f = *state;
	struct request *request;
	struct slice page;
	const char *key = make_incident(f);
	const char *path = file_join(&f->arena, f->folder, "out/a/b.md");
	struct publish_looked looked;

	request = begin(f, REQUEST_PUBLISH);
	request->key = key;
	request->folder = file_join(&f->arena, f->folder, "out");
	assert_done(f, arena_printf(&f->arena, "written: %s", path)); /* no site: the first */
	assert_int_equal(file_read(&f->arena, path, 0, &page, NULL), STATUS_OK);
	assert_int_equal(strncmp(page.at, "# Wrong code\n", 13), 0);
	request->site = "plain";
	assert_done(f, arena_printf(&f->arena, "unchanged: %s", path));
	assert_int_equal(file_write_atomic(path, slice_of("by hand\n"), NULL), STATUS_OK);
	assert_done(f, arena_printf(&f->arena, "edited by hand, or not ours, and left alone: %s", path));
	assert_int_equal(f->answer->refused_count, 1);
	assert_string_equal(f->answer->refused[0].looked.path, path);
	assert_false(f->answer->refused[0].is_marked);
	request = begin(f, REQUEST_DIFFERS);
	request->key = key;
	request->folder = file_join(&f->arena, f->folder, "out");
	request->text_width = 40;
	assert_int_equal(run(f), STATUS_OK);
	assert_int_equal(f->answer->refused_count, 1);
	assert_true(slice_is(f->answer->then, "by hand\n"));
	assert_int_equal(strncmp(f->answer->now.at, "# Wrong code\n", 13), 0);
	looked = (struct publish_looked){ path, f->answer->refused[0].looked.there };
	request = begin(f, REQUEST_PUBLISH);
	request->key = key;
	request->folder = file_join(&f->arena, f->folder, "out");
	request->over = looked;
	assert_int_equal(file_write_atomic(path, slice_of("again\n"), NULL), STATUS_OK);
	assert_done(f, arena_printf(&f->arena, "edited again since it was shown; edited by hand, or not ours, and left alone: %s", path));
	assert_int_equal(f->answer->refused_count, 1);
	assert_int_equal(file_write_atomic(path, slice_of("by hand\n"), NULL), STATUS_OK);
	assert_done(f, arena_printf(&f->arena, "written: %s", path));
	assert_int_equal(f->answer->refused_count, 0);
	request->site = "nosuch";
	assert_int_equal(run(f), STATUS_USAGE);
}

static void documents_need_a_renderer_and_an_incident(void **state)
{
	static const enum request_kind kinds[] = { REQUEST_DRAFT, REQUEST_PUBLISH, REQUEST_DIFFERS, REQUEST_ADOPT };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		f->backend.renderer = &test_renderer;
		begin(f, kinds[i])->folder = f->folder;
		assert_int_equal(run(f), STATUS_USAGE);
		f->request->key = "INC-2026-0999";
		assert_int_equal(run(f), STATUS_NOT_FOUND);
		f->backend.renderer = NULL;
		assert_int_equal(run(f), STATUS_REFUSED);
	}
}

/* ---- all of them -------------------------------------------------------------------- */

static void store_failures_reach_the_answer(void **state)
{
	struct fixture *f = *state;
	struct incident incident;
	const char *key = make_incident(f);

	incident_init(&incident, &f->arena, "Titled");
	for (int kind = REQUEST_PAGE; kind < REQUEST_KINDS; kind++) {
		struct request *request;
		if (kind == REQUEST_KEEP || kind == REQUEST_VIEW || kind == REQUEST_STOP) /* has nothing to do with the store */
			continue;
		request = begin(f, (enum request_kind)kind);
		request->key = key;
		request->sample = f->ids[0];
		request->samples = f->ids;
		request->sample_count = 1;
		request->annotate.samples = f->ids;
		request->annotate.sample_count = 1;
		request->incident = &incident;
		request->folder = f->folder;
		request->facet = "rule";
		if (kind == REQUEST_CONSOLE)
			request->query = "SELECT id, title FROM samples";
		fake_store_fail(f->backend.store, 0, STATUS_STORE, "the store is locked");
		assert_int_equal(run(f), STATUS_STORE);
		assert_non_null(strstr(f->answer->error.text, "the store is locked"));
	}
}

static void lanes_keep_pages_apart_from_counts(void **state)
{
	(void)state;
	assert_int_equal(request_lane(REQUEST_COUNT), LANE_SLOW);
	assert_int_equal(request_lane(REQUEST_IDS), LANE_SLOW);
	assert_int_equal(request_lane(REQUEST_PAGE), LANE_FAST);
	assert_true(request_is_edit(REQUEST_ANNOTATE));
	assert_true(request_is_edit(REQUEST_UNDO));
	assert_true(request_is_edit(REQUEST_PUBLISH));
	assert_false(request_is_edit(REQUEST_PAGE));
	/* Edits of the store stay in one lane, or they could overtake each other, and in one of
	 * their own, where waiting for another process holds up no page. */
	for (int kind = REQUEST_PAGE; kind < REQUEST_KINDS; kind++)
		/* Two are none of the store's. */
		if (request_is_edit((enum request_kind)kind) && kind != REQUEST_VIEW && kind != REQUEST_PUBLISH)
			assert_int_equal(request_lane((enum request_kind)kind), LANE_EDIT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(page_count_and_ids_follow_the_query),
		TEST(wrong_query_is_told),
		TEST(mine_means_the_reviewer),
		TEST(sample_comes_with_annotations_and_incidents),
		TEST(codebook_is_the_stores),
		TEST(incidents_are_listed_and_read),
		TEST(annotations_say_what_they_did),
		TEST(triage_sets_the_status),
		TEST(incident_is_made_and_saved),
		TEST(members_are_added_and_removed),
		TEST(new_incident_and_its_members_are_one_edit),
		TEST(incident_changed_meanwhile_is_merged),
		TEST(undo_redo_and_their_log),
		TEST(draft_is_laid_out),
		TEST(pages_are_written_and_named),
		TEST(documents_need_a_renderer_and_an_incident),
		TEST(store_failures_reach_the_answer),
		cmocka_unit_test(lanes_keep_pages_apart_from_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
