/* An incident's postmortem: its review to the end, the record in the editor, conflicts, export. */
#include <unistd.h>

#include "core/base/file.h"
#include "core/draft.h"
#include "core/postmortem_state.h"
#include "tests/tui/incident_fixture.h"

/* Steps are taken on the draft, and the reviewer at hand, who wrote of it, does not approve. */
static void steps_of_the_review(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter t '^UAnother title' Enter 6 s");
	screen_test_shows(t, "The postmortem becomes");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "A remark");
	screen_test_keys(t, "Esc"); /* no step without an answer */
	assert_int_equal(stored(t)->step_count, 0);
	screen_test_keys(t, "s Enter 'Look at the impact.' Enter");
	screen_test_shows(t, "somebody else is to read it");
	screen_test_shows(t, "Postmortem: in review (ST1 by ");
	screen_test_shows(t, "): Look at the impact.");
	assert_int_equal(stored(t)->step_count, 1);
	assert_int_equal(stored(t)->steps[0].state, POSTMORTEM_IN_REVIEW);
	assert_string_equal(stored(t)->steps[0].text, "Look at the impact.");
	screen_test_keys(t, "s");
	screen_test_shows(t, "reviewed");
	screen_test_keys(t, "Down Enter Enter");
	screen_test_shows(t, "not saved: ");
	screen_test_shows(t, "wrote of this text");
	assert_int_equal(stored(t)->step_count, 1);
	screen_test_keys(t, "Esc 1");
	screen_test_shows(t, "in review (ST1 by ");
	screen_test_shows(t, "Look at the impact."); /* on the overview */
	screen_test_keys(t, "6 s Enter Enter");
	assert_int_equal(stored(t)->step_count, 2);
	assert_null(stored(t)->steps[1].text); /* Enter: none */
	screen_test_keys(t, "u 7 D"); /* not to be removed like other parts */
	assert_int_equal(stored(t)->step_count, 1);
	screen_test_keys(t, "u");
	assert_int_equal(stored(t)->step_count, 0);
}

/* What somebody else changes while the remark is typed is looked at before the step is taken. */
static void a_step_on_what_changed(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);
	struct incident *copy;
	const char *key;
	int64_t edit;

	screen_test_keys(t, "I Enter 6 s Enter 'Look at it.'");
	copy = incident_copy(&arena, stored(t));
	copy->title = "Another title";
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", copy, "title", &key, &edit, NULL), STATUS_OK);
	for (int i = 0; i < 2; i++) {
		screen_test_keys(t, "Enter");
		screen_test_shows(t, "INC-2026-0001 was changed meanwhile: Esc, look, s again; Up: your remark");
		screen_test_shows(t, "Another title");
	}
	assert_int_equal(stored(t)->step_count, 0);
	screen_test_keys(t, "Esc s Enter Up Enter");
	assert_int_equal(stored(t)->step_count, 1);
	assert_string_equal(stored(t)->steps[0].text, "Look at it.");
}

/* The whole way, by keys on the draft but for the approval, which is for somebody else. */
static void a_postmortem_to_its_end(void **state)
{
	static const struct {
		const char *key, *shown;
	} steps[] = { { "p", "the postmortem is now published" }, { "s", "the postmortem is now superseded" } };
	struct screen_test *t = *state;
	struct postmortem_request approval = { .key = "INC-2026-0001", .state = POSTMORTEM_REVIEWED };
	int64_t number, edit;

	screen_test_keys(t, "I Enter 6 s");
	screen_test_shows(t, "not now: it is reviewed before it is approved");
	screen_test_keys(t, "Down Enter"); /* what a draft does not become */
	screen_test_shows(t, "a postmortem that is 'draft' does not become 'reviewed'");
	assert_int_equal(stored(t)->step_count, 0);
	screen_test_keys(t, "s Enter Enter");
	screen_test_shows(t, "Postmortem: in review (ST1 by ada");
	assert_int_equal(postmortem_step(screen_test_store(t), &arena, "bob", &approval, &number, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R");
	screen_test_shows(t, "Postmortem: reviewed (ST2 by bob");
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		screen_test_keys(t, "s");
		screen_test_keys(t, steps[i].key);
		screen_test_keys(t, "Enter");
		screen_test_shows(t, steps[i].shown);
	}
	screen_test_shows(t, "Postmortem: superseded (ST4 by ada");
}

/* A rule of the record refuses, and says what it may be. */
static void a_status_moves_by_rules(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter S w");
	screen_test_shows(t, "not saved: 'investigating' does not become 'watching'");
	assert_int_equal(stored(t)->status, INCIDENT_INVESTIGATING);
	/* "Resolved" while a cohort is open is stated as partial. */
	screen_test_keys(t, "7 a c 'Pro' Enter S r");
	screen_test_shows(t, "while a cohort is open");
	screen_test_keys(t, "o 'Pro waits' Enter S r");
	assert_int_equal(stored(t)->status, INCIDENT_RESOLVED);
	screen_test_keys(t, "1");
	screen_test_shows(t, "still open");
	screen_test_keys(t, "O 'INC-2025-0001' Enter");
	assert_string_equal(stored(t)->duplicate_of, "INC-2025-0001");
}

static void long_texts_go_to_the_editor(void **state)
{
	struct screen_test *t = *state;

	screen_test_editor(t, "one\n\ntwo\n");
	screen_test_keys(t, "I Enter 3 Enter ^U 'short' Enter");
	assert_null(screen_test_edited(t));
	screen_test_editor(t, NULL);
	{
		struct incident *copy = incident_copy(&arena, stored(t));
		struct store *store = screen_test_store(t);
		const char *key;
		int64_t edit;
		copy->causes[0].statement = "several\nlines";
		assert_int_equal(store->ops->incident_put(store, &arena, "ada", copy, "x", &key, &edit, NULL), STATUS_OK);
	}
	screen_test_editor(t, "one\n\ntwo\n");
	screen_test_keys(t, "R Enter");
	assert_string_equal(screen_test_edited(t), "several\nlines");
	assert_string_equal(stored(t)->causes[0].statement, "one\n\ntwo");
}

static void record_in_the_editor(void **state)
{
	struct screen_test *t = *state;
	struct strbuf text = STRBUF_INIT;
	struct incident *changed = incident_copy(&arena, stored(t));

	incident_set_section(changed, &arena, "background", "What one must know.");
	draft_write(changed, fixture_renderer(), &text);
	screen_test_editor(t, arena_strdup(&arena, text.text));
	strbuf_release(&text);
	screen_test_keys(t, "I Enter e");
	assert_string_equal(screen_test_edited_suffix(t), ".md");
	assert_string_equal(incident_section(stored(t), "background"), "What one must know.");
	screen_test_shows(t, "record edited · u undoes");
	screen_test_keys(t, "e");
	screen_test_shows(t, "nothing to change");
}

static void an_unreadable_record_is_not_lost(void **state)
{
	struct screen_test *t = *state;
	struct strbuf text = STRBUF_INIT;

	screen_test_editor(t, "severity: Q99\n# Ti\n## No such section\n");
	screen_test_keys(t, "I Enter e");
	screen_test_golden(t, "incident_record_error", false);
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "unsaved: e");
	draft_write(stored(t), fixture_renderer(), &text);
	screen_test_editor(t, arena_strdup(&arena, text.text));
	strbuf_release(&text);
	screen_test_keys(t, "e");
	assert_string_equal(screen_test_edited(t), "severity: Q99\n# Ti\n## No such section\n");
	screen_test_lacks(t, "unsaved");
	screen_test_editor(t, "nonsense");
	screen_test_keys(t, "e x");
	screen_test_lacks(t, "unsaved");
}

/* What others changed meanwhile stands beside what was typed; both are in the record. */
static void a_conflict_is_merged(void **state)
{
	struct screen_test *t = *state;
	struct strbuf text = STRBUF_INIT;
	struct incident *changed = incident_copy(&arena, stored(t));

	screen_test_keys(t, "I Enter 5 Enter ^U 'My words'");
	change_elsewhere(t, "Their title");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "saved; merged with changes made meanwhile");
	screen_test_shows(t, "Their title");
	assert_string_equal(stored(t)->actions[0].text, "My words");

	changed = incident_copy(&arena, stored(t));
	incident_set_section(changed, &arena, "background", "Mine");
	draft_write(changed, fixture_renderer(), &text);
	screen_test_editor(t, text.text);
	strbuf_release(&text);
	change_elsewhere(t, "Their second title");
	screen_test_keys(t, "e");
	screen_test_shows(t, "saved; merged with changes made meanwhile");
	screen_test_lacks(t, "unsaved");
	assert_string_equal(incident_section(stored(t), "background"), "Mine");
	assert_string_equal(stored(t)->title, "Their second title");
	assert_string_equal(stored(t)->actions[0].text, "My words");

	screen_test_keys(t, "1 t ^U 'My title'");
	change_elsewhere(t, "Their third title");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "saved; both of you changed title: yours stands, theirs is in the log");
	assert_string_equal(stored(t)->title, "My title");
}

/* A text that could not be read is kept; what came in before it is put right is not removed. */
static void a_kept_record_removes_nothing_that_came_in_since(void **state)
{
	struct screen_test *t = *state;
	struct incident *changed = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	struct strbuf text = STRBUF_INIT;
	const char *key;
	int64_t edit;

	screen_test_editor(t, "severity: Q99\n");
	screen_test_keys(t, "I Enter e Esc");
	screen_test_shows(t, "unsaved: e");
	incident_set_section(changed, &arena, "background", "Mine");
	draft_write(changed, fixture_renderer(), &text);
	screen_test_editor(t, text.text);
	strbuf_release(&text);

	changed = incident_copy(&arena, stored(t));
	incident_set_section(changed, &arena, "lessons", "Theirs");
	incident_add_cause(changed, &arena, &(struct incident_cause){ .code = "model", .statement = "Theirs too" });
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", changed, "x", &key, &edit, NULL), STATUS_OK);
	screen_test_keys(t, "R"); /* it is on the screen, not in the text */
	screen_test_shows(t, "[Overview]");
	screen_test_keys(t, "e");
	screen_test_lacks(t, "unsaved");
	assert_string_equal(incident_section(stored(t), "background"), "Mine");
	assert_string_equal(incident_section(stored(t), "lessons"), "Theirs");
	assert_int_equal(stored(t)->cause_count, 3);
}

static void export_a_page(void **state)
{
	struct screen_test *t = *state;
	char folder[] = "/tmp/aitia-test-XXXXXX";
	char keys[128];
	struct slice page;

	assert_non_null(mkdtemp(folder));
	screen_test_keys(t, "I Enter x");
	screen_test_shows(t, "Export for");
	snprintf(keys, sizeof(keys), "p i ^U '%s' Enter", folder);
	screen_test_keys(t, keys);
	screen_test_shows(t, "written: ");
	snprintf(keys, sizeof(keys), "%s/plain/page.md", folder);
	assert_int_equal(file_read(&arena, keys, 0, &page, NULL), STATUS_OK);
	assert_non_null(strstr(arena_text(&arena, page), "Edits call functions"));
	/* What a hand edited is left; for the public nobody has approved it. */
	assert_int_equal(file_write_atomic(keys, slice_of("mine"), NULL), STATUS_OK);
	snprintf(keys, sizeof(keys), "x p i ^U '%s' Enter", folder);
	screen_test_keys(t, keys);
	screen_test_shows(t, "X shows what differs");
	snprintf(keys, sizeof(keys), "%s/plain/page.md", folder);
	assert_int_equal(unlink(keys), 0);
	screen_test_keys(t, "x p");
	screen_test_shows(t, "not now: nobody approved it");
	screen_test_keys(t, "p");
	screen_test_shows(t, "nobody approved it: on Draft, s takes");
	screen_test_lacks(t, "Into the folder");
	/* "~" is whose home it is. */
	assert_int_equal(setenv("HOME", folder, 1), 0);
	screen_test_keys(t, "x p i ^U '~/b c' Enter");
	screen_test_shows(t, "written: ");
	snprintf(keys, sizeof(keys), "%s/b c/plain/page.md", folder);
	assert_int_equal(unlink(keys), 0);
	snprintf(keys, sizeof(keys), "%s/b c/.aitia-pages.plain", folder);
	assert_int_equal(unlink(keys), 0);
	snprintf(keys, sizeof(keys), "%s/b c/plain", folder);
	assert_int_equal(rmdir(keys), 0);
	snprintf(keys, sizeof(keys), "%s/b c", folder);
	assert_int_equal(rmdir(keys), 0);
	snprintf(keys, sizeof(keys), "%s/.aitia-pages.plain", folder); /* what was written, for the next time */
	assert_int_equal(unlink(keys), 0);
	snprintf(keys, sizeof(keys), "%s/plain", folder);
	assert_int_equal(rmdir(keys), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(steps_of_the_review, setup, teardown),
		cmocka_unit_test_setup_teardown(a_step_on_what_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_postmortem_to_its_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_status_moves_by_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(long_texts_go_to_the_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(record_in_the_editor, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unreadable_record_is_not_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(a_conflict_is_merged, setup, teardown),
		cmocka_unit_test_setup_teardown(a_kept_record_removes_nothing_that_came_in_since, setup, teardown),
		cmocka_unit_test_setup_teardown(export_a_page, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
