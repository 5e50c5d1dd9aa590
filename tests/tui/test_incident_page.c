/* A page that somebody edited: what an export left alone is shown, and taken back or written over. */
#include <stdlib.h>
#include <unistd.h>

#include "core/base/file.h"
#include "tests/tui/incident_fixture.h"

/* Of this process alone; in golden files this stands in its place. */
#define PAGES "/tmp/aitia-test-XXXXXX"

static char folder[] = PAGES;
static char page_path[64], data_path[64];

static bool has_data; /* whether the exports have that too */

static void make_folder(void)
{
	memcpy(folder, PAGES, sizeof(folder));
	assert_non_null(mkdtemp(folder));
	snprintf(page_path, sizeof(page_path), "%s/plain/page.md", folder);
	snprintf(data_path, sizeof(data_path), "%s/plain/data.json", folder);
}

static void remove_folder(void)
{
	char path[64];

	unlink(data_path);
	unlink(page_path);
	snprintf(path, sizeof(path), "%s/.aitia-pages.plain", folder);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/plain", folder);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void shows_path(struct screen_test *t, const char *before, const char *path)
{
	screen_test_shows(t, arena_printf(&arena, "%s%s", before, path));
}

static void golden(struct screen_test *t, const char *name)
{
	char *text = arena_strdup(&arena, screen_test_text(t, false)), *at = text;

	while ((at = strstr(at, folder)))
		memcpy(at, PAGES, strlen(PAGES));
	screen_test_golden_text(t, name, slice_of(text));
}

static const char *page_text(void)
{
	struct slice page;

	assert_int_equal(file_read(&arena, page_path, 0, &page, NULL), STATUS_OK);
	return arena_text(&arena, page);
}

/* A word of the page becomes another one, as an editor would do it. */
static void edit_page(const char *from, const char *to)
{
	const char *text = page_text(), *at = strstr(text, from);
	struct strbuf changed = STRBUF_INIT;

	assert_non_null(at);
	strbuf_add(&changed, text, (size_t)(at - text));
	strbuf_addstr(&changed, to);
	strbuf_addstr(&changed, at + strlen(from));
	assert_int_equal(file_write_atomic(page_path, strbuf_slice(&changed), NULL), STATUS_OK);
	strbuf_release(&changed);
}

/* As templates have it, of this fixture's pages: the summary is what was edited. */
static enum status adopt_summary(struct arena *to, const struct postmortem_input *input, const struct incident *whole, const char *site,
				 struct slice page, struct adopted *out, struct error *err)
{
	static const struct adopt_refusal rest = { 3, "samples are data" };
	struct adopted_text *text = arena_array(to, 1, sizeof(*text));
	bool is_other = strstr(page.at, "samples SHOWN") != NULL;

	(void)input, (void)whole, (void)site, (void)err;
	*text = (struct adopted_text){ "summary", "As the page has it." };
	*out = (struct adopted){ text, 1, &rest, is_other };
	return STATUS_OK;
}

static enum status two_pages(struct arena *to, const struct postmortem_input *input, const char *site, const struct page **pages,
			     size_t *count, struct error *err)
{
	struct page *all = arena_array(to, 2, sizeof(*all));
	enum status status = fixture_renderer()->postmortem(to, input, site, pages, count, err);

	if (status != STATUS_OK || !has_data)
		return status;
	assert_int_equal(*count, 1);
	all[0] = **pages;
	all[1] = (struct page){ .path = "plain/data.json", .content = slice_of("ours\n") };
	*pages = all;
	*count = 2;
	return STATUS_OK;
}

static int setup_pages(void **state)
{
	static struct renderer renderer;
	struct screen_test_options options = { .renderer = &renderer, .export_folder = folder };

	renderer = *fixture_renderer();
	renderer.adopt = adopt_summary;
	renderer.postmortem = two_pages;
	has_data = false;
	make_folder();
	*state = screen_test_new(&options);
	fixture_samples(screen_test_store(*state));
	fixture_incident(screen_test_store(*state));
	screen_test_keys(*state, "I Enter x p i Enter");
	shows_path(*state, "written: ", page_path);
	return 0;
}

static int teardown_pages(void **state)
{
	remove_folder();
	return teardown(state);
}

static void what_was_edited_is_shown(void **state)
{
	struct screen_test *t = *state;

	screen_test_lacks(t, "what differs");
	screen_test_keys(t, "X"); /* nothing was refused */
	screen_test_shows(t, "[Overview]");
	edit_page("Edits call functions", "Edits call FUNCTIONS");
	screen_test_keys(t, "x p i Enter");
	screen_test_shows(t, "X shows what differs");
	screen_test_keys(t, "X");
	golden(t, "refused_80x24");
	screen_test_resize(t, 40, 120);
	golden(t, "refused_120x40");
	screen_test_resize(t, 24, 80);
	/* Left: it is as somebody wrote it, and can be looked at again. */
	screen_test_keys(t, "q");
	assert_non_null(strstr(page_text(), "FUNCTIONS"));
	screen_test_keys(t, "X Esc");
	screen_test_shows(t, "[Overview]");
	screen_test_keys(t, "X F");
	shows_path(t, "written: ", page_path);
	assert_null(strstr(page_text(), "FUNCTIONS"));
	screen_test_lacks(t, "what differs");
}

/* Also between the export and the look at it, and between the look and its end. */
static void no_edit_goes_unseen(void **state)
{
	struct screen_test *t = *state;

	edit_page("Edits call functions", "Edits call FUNCTIONS");
	screen_test_keys(t, "x p i Enter");
	edit_page("samples shown", "samples SEEN");
	screen_test_keys(t, "X");
	screen_test_shows(t, "FUNCTIONS");
	screen_test_shows(t, "samples SEEN");
	edit_page("After an hour", "After a DAY");
	screen_test_keys(t, "F");
	screen_test_shows(t, "edited again since it was shown");
	assert_non_null(strstr(page_text(), "FUNCTIONS"));
	assert_non_null(strstr(page_text(), "After a DAY"));
	screen_test_keys(t, "X");
	screen_test_shows(t, "After a DAY");
	screen_test_keys(t, "F");
	screen_test_shows(t, "written: ");
	assert_null(strstr(page_text(), "DAY"));
	assert_null(strstr(page_text(), "SEEN"));
}

/* What is not read yet is not in view. */
static void nothing_unread_is_written_over(void **state)
{
	struct screen_test *t = *state;

	edit_page("Edits call functions", "Edits call FUNCTIONS");
	screen_test_keys(t, "x p i Enter");
	screen_test_hold(t, true);
	screen_test_keys(t, "X");
	screen_test_shows(t, "reading");
	screen_test_keys(t, "F Tab");
	screen_test_hold(t, false);
	screen_test_shows(t, "FUNCTIONS");
	assert_non_null(strstr(page_text(), "FUNCTIONS"));
	/* Somebody took it back by then. */
	edit_page("FUNCTIONS", "functions");
	screen_test_keys(t, "q X");
	screen_test_shows(t, "no page differs any more");
	screen_test_keys(t, "F");
	screen_test_shows(t, "there is no page here to write over");
}

/* Of several, the one in view alone; and what never was an export's is not called an edit of one. */
static void one_page_at_a_time(void **state)
{
	struct screen_test *t = *state;
	struct slice data;

	screen_test_resize(t, 24, 120);
	has_data = true;
	assert_int_equal(file_write_atomic(data_path, slice_of("mine\n"), NULL), STATUS_OK);
	edit_page("Edits call functions", "Edits call FUNCTIONS");
	screen_test_keys(t, "x p i Enter X");
	screen_test_shows(t, "page 1 of 2");
	screen_test_shows(t, "› Edited by hand  ");
	screen_test_keys(t, "Tab");
	screen_test_shows(t, "page 2 of 2");
	screen_test_shows(t, "› Edited by hand, or not ours");
	screen_test_shows(t, "mine");
	screen_test_keys(t, "Tab");
	screen_test_shows(t, "FUNCTIONS");
	/* While the next one is on its way, it is not known which is meant. */
	screen_test_hold(t, true);
	screen_test_keys(t, "Tab F");
	screen_test_shows(t, "the page is being read");
	screen_test_hold(t, false);
	screen_test_keys(t, "[ F");
	shows_path(t, "X shows what differs; edited by hand, or not ours, and left alone: ", data_path);
	assert_null(strstr(page_text(), "FUNCTIONS"));
	assert_int_equal(file_read(&arena, data_path, 0, &data, NULL), STATUS_OK);
	assert_true(slice_is(data, "mine\n"));
	screen_test_keys(t, "X F");
	assert_int_equal(file_read(&arena, data_path, 0, &data, NULL), STATUS_OK);
	assert_true(slice_is(data, "ours\n"));
}

static void what_was_edited_is_taken_back(void **state)
{
	struct screen_test *t = *state;

	screen_test_resize(t, 24, 120);
	edit_page("Edits call functions", "Edits call FUNCTIONS");
	screen_test_keys(t, "x p i Enter X a");
	screen_test_shows(t, "taken from the page (u undoes that)");
	shows_path(t, "written: ", page_path);
	assert_string_equal(incident_section(stored(t), "summary"), "As the page has it.");
	assert_non_null(strstr(page_text(), "As the page has it."));
	screen_test_keys(t, "u");
	assert_string_not_equal(incident_section(stored(t), "summary"), "As the page has it.");
}

/* What cannot be taken holds the export up, and is named. */
static void what_stays_on_the_page(void **state)
{
	struct screen_test *t = *state;

	screen_test_resize(t, 24, 120);
	edit_page("samples shown", "samples SHOWN");
	screen_test_keys(t, "x p i Enter X a");
	screen_test_shows(t, "1 place stays on it alone, line 3: samples are data");
	assert_non_null(strstr(page_text(), "SHOWN"));
	/* None of ours at all: there is nothing to read it against. */
	assert_int_equal(file_write_atomic(page_path, slice_of("mine"), NULL), STATUS_OK);
	screen_test_keys(t, "x p i Enter X a");
	screen_test_shows(t, "has no mark of an export");
	assert_string_equal(page_text(), "mine");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_edited_is_shown, setup_pages, teardown_pages),
		cmocka_unit_test_setup_teardown(no_edit_goes_unseen, setup_pages, teardown_pages),
		cmocka_unit_test_setup_teardown(nothing_unread_is_written_over, setup_pages, teardown_pages),
		cmocka_unit_test_setup_teardown(one_page_at_a_time, setup_pages, teardown_pages),
		cmocka_unit_test_setup_teardown(what_was_edited_is_taken_back, setup_pages, teardown_pages),
		cmocka_unit_test_setup_teardown(what_stays_on_the_page, setup_pages, teardown_pages),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
