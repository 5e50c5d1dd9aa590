/* Many incidents at a time, on several threads: all comes out as if it were done one by one. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/publish.h"
#include "core/publish_members.h"
#include "core/redact.h"
#include "tests/support/fake_store.h"

#define INCIDENTS 60

static struct arena arena;
static struct store *store;
static struct error err;
static char folder[64];
static struct publish_options options;
static atomic_int rendered;
static VEC_OF(const char *) told; /* in their order: keys of pages, paths of differences */
static enum publish_outcome last_outcome;

static const char *key_of(int number)
{
	return arena_printf(&arena, "INC-2026-%04d", number);
}

/* The sooner it is asked for, the longer it takes; titles that say so are faults. */
static enum status render(struct arena *into, const struct postmortem_input *from, const char *site, const struct page **pages,
			  size_t *count, struct error *error)
{
	struct page *made = arena_array(into, 2, sizeof(*made));
	struct timespec pause = { 0, atomic_fetch_add(&rendered, 1) % 4 ? 0 : 2000000 };

	(void)site;
	nanosleep(&pause, NULL);
	if (strcmp(from->incident->title, "broken") == 0)
		return error_set(error, STATUS_INPUT, "%s is broken", from->incident->key);
	made[0] = (struct page){ .path = arena_printf(into, "%s.md", from->incident->key),
				 .content = slice_of(arena_printf(into, "# %s\n", from->incident->title)) };
	made[1] = (struct page){ .path = arena_printf(into, "%s.json", from->incident->key), .content = slice_of("{}\n") };
	*pages = made;
	*count = 2;
	return STATUS_OK;
}

static const struct renderer renderer = { .postmortem = render };

static void on_page(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	(void)context, (void)path;
	vec_push(&told, arena_strdup(&arena, key));
	last_outcome = outcome;
}

static void on_differs(void *context, const char *path, struct slice there, struct slice made)
{
	(void)context;
	assert_true(slice_is(there, "mine\n"));
	assert_int_equal(strncmp(made.at, "# Title ", 8), 0);
	vec_push(&told, arena_strdup(&arena, path));
}

static void retitle(int number, const char *title)
{
	struct incident incident, *old;
	const char *key;
	int64_t edit;

	if (store->ops->incident_get(store, &arena, key_of(number), &old, &err) == STATUS_OK)
		incident = *old;
	else {
		incident_init(&incident, &arena, title);
		incident.key = key_of(number);
	}
	incident.title = title;
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", &incident, "t", &key, &edit, &err), STATUS_OK);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	store = fake_store_new();
	for (int i = 1; i <= INCIDENTS; i++)
		retitle(i, arena_printf(&arena, "Title %d", i));
	snprintf(folder, sizeof(folder), "/tmp/aitia-many-XXXXXX");
	assert_non_null(mkdtemp(folder));
	options = (struct publish_options){ .site = "plain", .out_folder = folder, .page = on_page, .differs = on_differs };
	vec_clear(&told);
	return 0;
}

static size_t files_there(bool remove_them)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		if (remove_them)
			unlink(file_join(&arena, folder, entry->d_name));
	}
	closedir(dir);
	return count;
}

static int teardown(void **state)
{
	(void)state;
	files_there(true);
	rmdir(folder);
	store->ops->close(store);
	vec_release(&told);
	arena_release(&arena);
	return 0;
}

static enum status publish_all(enum status end)
{
	struct publication *publication;
	enum status status = publish_begin(store, &renderer, &options, &publication, &err);

	if (status != STATUS_OK)
		return status;
	vec_clear(&told);
	for (int i = 1; i <= INCIDENTS && status == STATUS_OK; i++)
		status = publish_add(publication, key_of(i), &err);
	return publish_finish(publication, false, status == STATUS_OK ? end : status, &err);
}

static void test_in_their_order(void **state)
{
	struct slice list;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(publish_all(STATUS_OK), STATUS_OK);
		assert_int_equal(told.len, 2 * INCIDENTS);
		for (size_t i = 0; i < told.len; i++)
			assert_string_equal(told.items[i], key_of((int)i / 2 + 1));
		assert_int_equal(last_outcome, round ? PUBLISH_UNCHANGED : PUBLISH_WRITTEN);
		assert_int_equal(files_there(false), 2 * INCIDENTS + 1);
	}
	assert_int_equal(file_read(&arena, file_join(&arena, folder, PUBLISH_MANIFEST "plain"), 0, &list, &err), STATUS_OK);
	assert_non_null(strstr(list.at, "INC-2026-0060.md"));
}

/* Of two faults the one that comes first in the order is told, however soon the other was found. */
static void test_the_first_fault(void **state)
{
	(void)state;
	retitle(17, "broken");
	for (int i = 18; i <= 40; i++)
		retitle(i, "broken");
	for (int round = 0; round < 5; round++) {
		assert_int_equal(publish_all(STATUS_OK), STATUS_INPUT);
		assert_string_equal(err.text, "INC-2026-0017 is broken");
		assert_int_equal(told.len, 0);
		assert_int_equal(files_there(false), 0); /* nor is a temporary file left */
	}
}

/* The text need not be asked for. */
static void test_a_fault_without_its_text(void **state)
{
	struct publication *publication;

	(void)state;
	retitle(1, "broken");
	assert_int_equal(publish_begin(store, &renderer, &options, &publication, NULL), STATUS_OK);
	assert_int_equal(publish_add(publication, key_of(1), NULL), STATUS_OK);
	assert_int_equal(publish_finish(publication, false, STATUS_OK, NULL), STATUS_INPUT);
}

static void test_stopped(void **state)
{
	(void)state;
	assert_int_equal(publish_all(STATUS_CANCELLED), STATUS_CANCELLED);
	assert_int_equal(files_there(false), 0);
}

static void test_differences_in_their_order(void **state)
{
	(void)state;
	assert_int_equal(publish_all(STATUS_OK), STATUS_OK);
	for (int i = 1; i <= INCIDENTS; i += 7)
		assert_int_equal(file_write_atomic(file_join(&arena, folder, arena_printf(&arena, "%s.md", key_of(i))), slice_of("mine\n"),
						   &err), STATUS_OK);
	assert_int_equal(publish_all(STATUS_OK), STATUS_REFUSED);
	for (int i = 1, k = 0; i <= INCIDENTS; i += 7, k++)
		assert_string_equal(told.items[k], file_join(&arena, folder, arena_printf(&arena, "%s.md", key_of(i))));
	assert_int_equal(told.len, 9 + 2 * INCIDENTS);
}

/* Nothing is made for those behind one that may not go out yet, not even a folder. */
static void test_nothing_is_laid_behind_a_refusal(void **state)
{
	struct publication *publication;
	struct redactor *redactor;

	(void)state;
	assert_int_equal(redactor_new(slice_of(""), "rules", &redactor, &err), STATUS_OK);
	retitle(1, "Asked by ann.miller@mail.corp-site.net of AKIAQ3EGVZ7XK2M4WRTB");
	options.redactor = redactor;
	options.unreviewed = true;
	options.out_folder = file_join(&arena, folder, "out");
	assert_int_equal(publish_begin(store, &renderer, &options, &publication, &err), STATUS_OK);
	rendered = 0;
	for (int i = 1; i <= INCIDENTS; i++)
		assert_int_equal(publish_add(publication, key_of(i), &err), STATUS_OK);
	assert_int_equal(publish_finish(publication, false, STATUS_OK, &err), STATUS_REFUSED);
	assert_int_equal(rendered, 0);
	assert_int_equal(files_there(false), 0);
	redactor_free(redactor);
}

/* ---- while others write ------------------------------------------------------------------ */

static struct store_ops own_ops;
static int views, late; /* views that were begun, and so many of them are late */
static bool is_viewing, never_ready;

static enum status count_views(struct store *of, bool *began, struct error *error)
{
	(void)of;
	if (late < 0)
		return error_set(error, STATUS_STORE, "no view");
	assert_false(is_viewing);
	views++;
	*began = is_viewing = true;
	return STATUS_OK;
}

static void end_view(struct store *of, bool began)
{
	(void)of;
	assert_true(began);
	is_viewing = false;
}

static enum status late_facets(struct store *of, struct arena *into, const struct facet_request *request, struct facets *out,
			       struct error *error)
{
	(void)of;
	assert_true(is_viewing);
	*out = (struct facets){ .readiness = { !never_ready, 0, 1 } };
	if (views <= late)
		return error_set(error, STATUS_CONFLICT, "too late");
	out->lists = arena_array(into, request->key_count, sizeof(*out->lists));
	out->list_count = request->key_count;
	return STATUS_OK;
}

/* The first incident with so many members that the store is asked to count their values. */
static const struct store_ops *watch_views(int late_views)
{
	const struct store_ops *before = store->ops;
	struct sample sample = { .code = slice_of("x") };
	int64_t ids[PUBLISH_MEMBERS_FEW + 1], edit;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		sample.external_id = arena_printf(&arena, "s%zu", i);
		sample.fingerprint = sample_fingerprint(&sample);
		ids[i] = fake_store_add(store, &sample);
	}
	assert_int_equal(before->incident_members_add(store, "ada", key_of(1), ids, ARRAY_LEN(ids), MEMBER_CORE, &edit, &err), STATUS_OK);
	own_ops = *before;
	own_ops.view_begin = count_views;
	own_ops.view_end = end_view;
	own_ops.facets = late_facets;
	views = 0;
	late = late_views;
	never_ready = false;
	store->ops = &own_ops;
	return before;
}

static void test_what_others_changed_is_read_again(void **state)
{
	const struct store_ops *before = watch_views(4);

	(void)state;
	assert_int_equal(publish_all(STATUS_OK), STATUS_OK);
	assert_int_equal(views, 4 + INCIDENTS);
	assert_int_equal(told.len, 2 * INCIDENTS);
	store->ops = before;
}

static void test_changes_without_end_are_given_up(void **state)
{
	const struct store_ops *before = watch_views(1000);

	(void)state;
	assert_int_equal(publish_all(STATUS_OK), STATUS_CONFLICT);
	assert_string_equal(err.text, "too late");
	late = 0;
	never_ready = true;
	assert_int_equal(publish_all(STATUS_OK), STATUS_CONFLICT);
	late = -1;
	assert_int_equal(publish_all(STATUS_OK), STATUS_STORE);
	assert_string_equal(err.text, "no view");
	assert_int_equal(files_there(false), 0);
	store->ops = before;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_their_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_first_fault, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_fault_without_its_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(test_differences_in_their_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_is_laid_behind_a_refusal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_others_changed_is_read_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes_without_end_are_given_up, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
