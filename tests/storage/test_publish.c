/* Publishing: what is gathered, what is written, and that a page somebody edited is left alone. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/file.h"
#include "core/publish.h"
#include "core/publish_members.h"
#include "tests/support/fake_store.h"

static struct arena arena;
static struct store *store;
static struct error err;
static char folder[64];
static struct publish_options options;
static enum publish_outcome outcomes[8];
static char *paths[8];
static size_t outcome_count;
static struct postmortem_input input;
static int64_t ids[12];
static size_t excluded; /* members more, whom nobody counts */

/* ---- a renderer of a page with the title and the samples shown -------------------- */

static const char *page_path = "postmortems/a/one.md";
static bool with_second_page;

static enum status render(struct arena *into, const struct postmortem_input *from, const char *site,
			  const struct page **pages, size_t *count, struct error *error)
{
	struct strbuf text = STRBUF_INIT;
	struct page *made = arena_array(into, 2, sizeof(*made));

	if (strcmp(site, "plain") != 0)
		return error_set(error, STATUS_USAGE, "unknown site '%s'", site);
	strbuf_addf(&text, "# %s\n%s", from->incident->title, from->illustrative ? "illustrative\n" : "");
	for (size_t i = 0; i < from->sample_count; i++)
		strbuf_addf(&text, "- %lld %s\n", (long long)from->samples[i]->id,
			    from->annotations[i] ? from->annotations[i]->cause : "-");
	strbuf_addstr(&text, "no line feed");
	made[0] = (struct page){ .path = page_path, .content = arena_slice(into, strbuf_slice(&text)) };
	made[1] = (struct page){ .path = "postmortems/_category_.json", .content = slice_of("{}\n") };
	strbuf_release(&text);
	*pages = made;
	*count = with_second_page ? 2 : 1;
	return STATUS_OK;
}

static const struct renderer renderer = { .postmortem = render };

static void seen(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	assert_ptr_equal(context, &options);
	assert_string_equal(key, "INC-2026-0001");
	assert_true(outcome_count < ARRAY_LEN(outcomes));
	paths[outcome_count] = arena_strdup(&arena, path);
	outcomes[outcome_count++] = outcome;
}

/* ---- a store with one incident ----------------------------------------------------- */

static int64_t add_sample(int index, enum level level)
{
	struct flag *flag = arena_alloc(&arena, sizeof(*flag));
	struct sample sample = { .code = slice_of("x = 1"), .external_id = arena_printf(&arena, "s%d", index),
				 .flags = flag, .flag_count = 1,
				 .produced_at = { 1000000LL * (1 + index), PRECISION_SECOND } };

	flag->level = level;
	sample.fingerprint = sample_fingerprint(&sample);
	return fake_store_add(store, &sample);
}

static void add_members(const int64_t *samples, size_t count, enum member_role role)
{
	int64_t edit;
	assert_int_equal(store->ops->incident_members_add(store, "ada", "INC-2026-0001", samples, count, role, &edit, &err),
			 STATUS_OK);
}

static int setup(void **state)
{
	struct incident incident;
	const char *key;
	int64_t edit;

	(void)state;
	arena_init(&arena);
	store = fake_store_new();
	for (int i = 0; i < 10; i++)
		ids[i] = add_sample(i, i % 3 == 0 ? LEVEL_ERROR : i % 3 == 1 ? LEVEL_WARNING : LEVEL_NOTE);
	incident_init(&incident, &arena, "Title");
	incident.key = "INC-2026-0001";
	incident_add_cause(&incident, &arena, &(struct incident_cause){
		.code = "model", .evidence = (int64_t[]){ ids[2], ids[9] }, .evidence_count = 2 });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", &incident, "new", &key, &edit, &err), STATUS_OK);
	add_members(ids, 9, MEMBER_CORE);     /* not 9, which is evidence but no member */
	add_members(ids + 3, 1, MEMBER_CONTROL);
	snprintf(folder, sizeof(folder), "/tmp/aitia-publish-XXXXXX");
	assert_non_null(mkdtemp(folder));
	options = (struct publish_options){ .site = "plain", .out_folder = folder, .page = seen, .context = &options };
	outcome_count = 0;
	page_path = "postmortems/a/one.md";
	with_second_page = false;
	excluded = 0;
	return 0;
}

/* So many that the store is asked what the members are; the answers are the same. */
static int setup_many(void **state)
{
	int64_t more[PUBLISH_MEMBERS_FEW];
	struct triage_request triage = { .samples = more, .sample_count = PUBLISH_MEMBERS_FEW, .status = SAMPLE_EXCLUDED };
	int64_t edit;

	setup(state);
	for (int i = 0; i < PUBLISH_MEMBERS_FEW; i++)
		more[i] = add_sample(50 + i, LEVEL_ERROR);
	add_members(more, PUBLISH_MEMBERS_FEW, MEMBER_CORE);
	assert_int_equal(store->ops->triage(store, "ada", &triage, &edit, &err), STATUS_OK);
	excluded = PUBLISH_MEMBERS_FEW;
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	store->ops->close(store);
	arena_release(&arena);
	return 0;
}

/* ---- gathering ---------------------------------------------------------------------- */

static void gathered(size_t limit, const int *wanted, size_t count)
{
	if (publish_gather(store, &arena, "INC-2026-0001", limit, &input, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_int_equal(input.sample_count, count);
	for (size_t i = 0; i < count; i++)
		if (input.samples[i]->id != ids[wanted[i]])
			fail_msg("sample %zu is %lld, not s%d", i, (long long)input.samples[i]->id, wanted[i]);
}
#define GATHERED(limit, ...)                                                  \
	do {                                                                  \
		static const int wanted_[] = { __VA_ARGS__ };                 \
		gathered(limit, wanted_, ARRAY_LEN(wanted_));                 \
	} while (0)

/* A cause that names no evidence is shown by a sample that reviewers gave it, before heavier ones. */
static void test_each_cause_is_shown(void **state)
{
	(void)state;
	struct incident *incident;
	const char *key;
	int64_t edit;
	const int64_t judged[] = { ids[4], ids[5], ids[7] }; /* two warnings, of which the newer one is taken, and a note */
	struct annotate_request request = { .samples = judged, .sample_count = ARRAY_LEN(judged) };

	request.annotation.cause = "testing/no_soak";
	assert_int_equal(store->ops->annotate(store, "ada", &request, &edit, &err), STATUS_OK);
	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, &err), STATUS_OK);
	incident_add_cause(incident, &arena, &(struct incident_cause){ .code = "testing/no_soak", .statement = "no soak" });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", incident, "more", &key, &edit, &err), STATUS_OK);
	const int wanted[] = { 2, 7, 0 }; /* evidence; the cause's (a warning); the heaviest */
	gathered(3, wanted, ARRAY_LEN(wanted));
}

static void test_which_samples(void **state)
{
	struct triage_request triage = { .samples = &ids[6], .sample_count = 1, .status = SAMPLE_EXCLUDED };
	int64_t edit;

	(void)state;
	/* Evidence, then errors (0, 6; 3 is a control), warnings (1, 4, 7), notes (5, 8), each by id. */
	GATHERED(20, 2, 0, 6, 1, 4, 7, 5, 8);
	GATHERED(4, 2, 0, 6, 1);
	GATHERED(2, 2, 0);
	GATHERED(1, 2);
	gathered(0, NULL, 0);
	assert_string_equal(input.incident->title, "Title");
	assert_int_equal(input.codebook->count, codebook_default()->count);
	assert_false(input.illustrative);
	assert_int_equal(store->ops->triage(store, "ada", &triage, &edit, &err), STATUS_OK);
	GATHERED(20, 2, 0, 1, 4, 7, 5, 8);
	triage.samples = &ids[2];
	assert_int_equal(store->ops->triage(store, "ada", &triage, &edit, &err), STATUS_OK);
	GATHERED(3, 0, 1, 4);
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0099", 3, &input, &err), STATUS_NOT_FOUND);
}

/* More members than a page of rows, all of one level: still the lowest ids. */
/* One made up among heavier real ones, and not even shown: the page says so all the same. */
static void test_illustrative_by_a_member(void **state)
{
	struct sample sample = { .code = slice_of("made up"), .illustrative = true };
	int64_t id;

	(void)state;
	sample.fingerprint = sample_fingerprint(&sample);
	id = fake_store_add(store, &sample);
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 2, &input, &err), STATUS_OK);
	assert_false(input.illustrative);
	add_members(&id, 1, MEMBER_CORE);
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 2, &input, &err), STATUS_OK);
	for (size_t i = 0; i < input.sample_count; i++)
		assert_false(input.samples[i]->illustrative);
	assert_true(input.illustrative);
}

static void test_many_members(void **state)
{
	int64_t many[1200];

	(void)state;
	for (int i = 0; i < 1200; i++)
		many[i] = add_sample(100 + i, LEVEL_ERROR);
	add_members(many, 1200, MEMBER_CORE);
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 5, &input, &err), STATUS_OK);
	assert_int_equal(input.samples[0]->id, ids[2]);
	assert_int_equal(input.samples[1]->id, ids[0]);
	assert_int_equal(input.samples[2]->id, ids[6]);
	assert_int_equal(input.samples[3]->id, many[0]);
	assert_int_equal(input.samples[4]->id, many[1]);
}

static void annotate(int64_t sample, const char *reviewer, const char *cause)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1,
					    .annotation = { .cause = cause, .verdict = VERDICT_CONFIRMED } };
	int64_t edit;
	assert_int_equal(store->ops->annotate(store, reviewer, &request, &edit, &err), STATUS_OK);
}

static void test_which_judgement(void **state)
{
	(void)state;
	annotate(ids[2], "ada", "model/tool_use");
	annotate(ids[2], "ada", "model/hallucination"); /* supersedes hers */
	annotate(ids[2], "bob", NULL);
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 2, &input, &err), STATUS_OK);
	assert_string_equal(input.annotations[0]->cause, "model/hallucination");
	assert_null(input.annotations[1]);
	annotate(ids[2], "ada", NULL); /* a verdict leaves her cause as it is */
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 2, &input, &err), STATUS_OK);
	assert_string_equal(input.annotations[0]->cause, "model/hallucination");
	annotate(ids[3], "bob", NULL);
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 5, &input, &err), STATUS_OK);
	for (size_t i = 0; i < input.sample_count; i++)
		if (input.samples[i]->id == ids[3])
			assert_null(input.annotations[i]->cause);
}

static int64_t counted(const struct facet_list *list, const char *value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->values[i].value && strcmp(list->values[i].value, value) == 0)
			return list->values[i].count;
	return 0;
}

static void withhold(const char *what, const int64_t *samples, size_t count)
{
	struct incident *incident;
	const char *key;
	int64_t edit;

	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, &err), STATUS_OK);
	incident_add(incident, &arena, INCIDENT_RESTRICTION, &(struct incident_restriction){
		.what = what, .evidence = samples, .evidence_count = count });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", incident, "not outside", &key, &edit, &err), STATUS_OK);
}

/* Neither samples that are withheld nor causes that only withheld entries name are counted. */
static void test_what_is_withheld_is_not_counted(void **state)
{
	struct sample late = { .code = slice_of("late"), .produced_at = { 3 * 86400000000LL, PRECISION_SECOND } };
	struct incident *incident;
	const char *key;
	int64_t id, edit;

	(void)state;
	late.fingerprint = sample_fingerprint(&late);
	id = fake_store_add(store, &late);
	add_members(&id, 1, MEMBER_LIKELY);
	annotate(id, "ada", "model/tool_use");
	annotate(id, "bob", "model/tool_use");
	annotate(id, "eve", "testing/no_soak");
	annotate(ids[4], "ada", "model/tool_use");
	annotate(ids[5], "ada", "infrastructure/cache");
	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, &err), STATUS_OK);
	incident_add_cause(incident, &arena, &(struct incident_cause){ .code = "infrastructure/cache", .statement = "cleared" });
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", incident, "more", &key, &edit, &err), STATUS_OK);
	assert_int_equal(publish_gather_public(store, &arena, "INC-2026-0001", 20, &input, &err), STATUS_OK);
	assert_int_equal(counted(input.found, "model/tool_use"), 2);
	assert_int_equal(counted(input.found, "testing/no_soak"), 1);
	assert_int_equal(counted(input.found, "infrastructure/cache"), 1);
	assert_int_equal(counted(input.days, "1970-01-04"), 1);

	const int64_t hidden[] = { ids[0], ids[9], id }; /* 9 is no member */
	withhold("C2", hidden, 3);
	withhold(NULL, &id, 1); /* twice */
	assert_int_equal(publish_gather_public(store, &arena, "INC-2026-0001", 20, &input, &err), STATUS_OK);
	assert_int_equal(counted(input.found, "model/tool_use"), 1);
	assert_int_equal(counted(input.found, "testing/no_soak"), 0);
	assert_int_equal(counted(input.found, "infrastructure/cache"), 0);
	for (size_t i = 0; i < input.found->count; i++)
		if (!input.found->values[i].value)
			assert_int_equal(input.found->values[i].count, 6);
	assert_int_equal(counted(input.days, "1970-01-04"), 0);
	assert_int_equal(counted(input.days, "1970-01-01"), 8);
	assert_int_equal(input.days->count, 1);
	assert_int_equal(input.incident->member_counts[MEMBER_CORE], 7 + excluded);
	assert_int_equal(input.incident->member_counts[MEMBER_LIKELY], 0);
	assert_int_equal(input.incident->member_counts[MEMBER_CONTROL], 1);
	for (size_t i = 0; i < input.sample_count; i++)
		if (input.samples[i]->id == ids[5])
			assert_null(input.annotations[i]->cause);
	/* Readers inside are told of all. */
	assert_int_equal(publish_gather(store, &arena, "INC-2026-0001", 20, &input, &err), STATUS_OK);
	assert_int_equal(counted(input.found, "infrastructure/cache"), 1);
	assert_int_equal(counted(input.found, "model/tool_use"), 2);
	assert_int_equal(input.incident->member_counts[MEMBER_CORE], 8 + excluded);
}

/* ---- pages ----------------------------------------------------------------------------- */

static enum status publish(void)
{
	outcome_count = 0;
	return publish_incident(store, &renderer, &arena, "INC-2026-0001", &options, &err);
}

static struct slice on_disk(const char *name)
{
	struct slice content;
	if (file_read(&arena, file_join(&arena, folder, name), 0, &content, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return content;
}

static void put_on_disk(const char *name, const char *content)
{
	assert_int_equal(file_write_atomic(file_join(&arena, folder, name), slice_of(content), &err), STATUS_OK);
}

static void retitle(const char *title)
{
	struct incident *incident;
	const char *key;
	int64_t edit;
	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, &err), STATUS_OK);
	incident->title = title;
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", incident, "t", &key, &edit, &err), STATUS_OK);
}

static void test_written_once(void **state)
{
	struct slice first;

	(void)state;
	assert_int_equal(publish(), STATUS_OK);
	assert_int_equal(outcome_count, 1);
	assert_int_equal(outcomes[0], PUBLISH_WRITTEN);
	assert_string_equal(paths[0], file_join(&arena, folder, "postmortems/a/one.md"));
	first = on_disk(page_path);
	assert_int_equal(strncmp(first.at, "# Title\n- ", 10), 0);
	assert_true(publish_mark_holds(first));
	assert_int_equal(publish(), STATUS_OK);
	assert_int_equal(outcomes[0], PUBLISH_UNCHANGED);
	retitle("Other");
	assert_int_equal(publish(), STATUS_OK);
	assert_int_equal(outcomes[0], PUBLISH_WRITTEN);
	assert_int_equal(strncmp(on_disk(page_path).at, "# Other\n", 8), 0);
	retitle("Title");
	assert_int_equal(publish(), STATUS_OK);
	assert_true(slice_eq(first, on_disk(page_path)));
}

static void test_edited_pages_are_left(void **state)
{
	char *edited;

	(void)state;
	assert_int_equal(publish(), STATUS_OK);
	edited = arena_text(&arena, on_disk(page_path));
	edited[2] = 'X';
	put_on_disk(page_path, edited);
	assert_int_equal(publish(), STATUS_REFUSED);
	assert_int_equal(outcomes[0], PUBLISH_REFUSED);
	assert_true(slice_is(on_disk(page_path), edited));
	options.check_only = true;
	assert_int_equal(publish(), STATUS_REFUSED);
	assert_int_equal(outcomes[0], PUBLISH_REFUSED);
	options.force = true;
	assert_int_equal(publish(), STATUS_REFUSED);
	assert_int_equal(outcomes[0], PUBLISH_STALE);
	assert_true(slice_is(on_disk(page_path), edited));
	options.check_only = false;
	assert_int_equal(publish(), STATUS_OK);
	assert_int_equal(outcomes[0], PUBLISH_WRITTEN);
	assert_true(publish_mark_holds(on_disk(page_path)));
	/* A page of somebody else, without a mark. */
	options.force = false;
	put_on_disk(page_path, "# Mine\n");
	assert_int_equal(publish(), STATUS_REFUSED);
	assert_true(slice_is(on_disk(page_path), "# Mine\n"));
}

static void test_check_writes_nothing(void **state)
{
	(void)state;
	options.check_only = true;
	assert_int_equal(publish(), STATUS_REFUSED);
	assert_int_equal(outcomes[0], PUBLISH_STALE);
	assert_false(file_exists(file_join(&arena, folder, "postmortems")));
	options.check_only = false;
	assert_int_equal(publish(), STATUS_OK);
	options.check_only = true;
	assert_int_equal(publish(), STATUS_OK);
	assert_int_equal(outcomes[0], PUBLISH_UNCHANGED);
}

static void test_pages_that_bear_no_mark(void **state)
{
	(void)state;
	with_second_page = true;
	assert_int_equal(publish(), STATUS_OK);
	assert_int_equal(outcome_count, 2);
	assert_true(slice_is(on_disk("postmortems/_category_.json"), "{}\n"));
	put_on_disk("postmortems/_category_.json", "{\"label\": \"mine\"}\n");
	retitle("Other");
	assert_int_equal(publish(), STATUS_REFUSED);
	assert_int_equal(outcomes[0], PUBLISH_WRITTEN); /* the others are written */
	assert_int_equal(outcomes[1], PUBLISH_REFUSED);
}

static void test_what_cannot_be(void **state)
{
	static const char *const bad[] = { "", "/etc/x.md", "../x.md", "a/../../x.md", "a//x.md", "./x.md", "a/" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		page_path = bad[i];
		if (publish() != STATUS_OUTPUT)
			fail_msg("'%s' was written", bad[i]);
	}
	page_path = "a/one.md";
	put_on_disk("a", "a file in the way");
	assert_int_equal(publish(), STATUS_OUTPUT);
	page_path = "b.md";
	assert_int_equal(mkdir(file_join(&arena, folder, "b.md"), 0777), 0);
	assert_int_equal(publish(), STATUS_OUTPUT);
	options.site = "nowhere";
	assert_int_equal(publish(), STATUS_USAGE);
	options.site = "plain";
	assert_int_equal(publish_incident(store, &renderer, &arena, "INC-2026-0077", &options, &err), STATUS_NOT_FOUND);
}

static void test_the_mark(void **state)
{
	struct strbuf page = STRBUF_INIT;
	size_t len;

	(void)state;
	strbuf_addstr(&page, "text");
	publish_mark(&page);
	assert_int_equal(strncmp(page.text, "text\n<!-- aitia:sha256:", 23), 0);
	assert_string_equal(page.text + page.len_bytes - 5, " -->\n");
	len = page.len_bytes;
	assert_true(publish_mark_holds(strbuf_slice(&page)));
	/* Any single change shows. */
	for (size_t at = 0; at < len; at++) {
		page.text[at] ^= 1;
		assert_false(publish_mark_holds(strbuf_slice(&page)));
		page.text[at] ^= 1;
		assert_false(publish_mark_holds((struct slice){ page.text, at }));
		assert_false(at > 0 && publish_mark_holds((struct slice){ page.text + at, len - at }));
	}
	strbuf_addch(&page, '\n');
	assert_false(publish_mark_holds(strbuf_slice(&page)));
	strbuf_clear(&page);
	assert_false(publish_mark_holds(strbuf_slice(&page)));
	publish_mark(&page);
	assert_true(publish_mark_holds(strbuf_slice(&page)));
	strbuf_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_cause_is_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_each_cause_is_shown, setup_many, teardown),
		cmocka_unit_test_setup_teardown(test_which_samples, setup, teardown),
		cmocka_unit_test_setup_teardown(test_which_samples, setup_many, teardown),
		cmocka_unit_test_setup_teardown(test_illustrative_by_a_member, setup, teardown),
		cmocka_unit_test_setup_teardown(test_illustrative_by_a_member, setup_many, teardown),
		cmocka_unit_test_setup_teardown(test_many_members, setup, teardown),
		cmocka_unit_test_setup_teardown(test_which_judgement, setup, teardown),
		cmocka_unit_test_setup_teardown(test_which_judgement, setup_many, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_withheld_is_not_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_withheld_is_not_counted, setup_many, teardown),
		cmocka_unit_test_setup_teardown(test_written_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edited_pages_are_left, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_writes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages_that_bear_no_mark, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_mark, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
