/* The contract of the console: what is asked of every engine. What SQL it knows is its own. */
#include <stdio.h>
#include <string.h>

#include "tests/support/store_contract.h"

struct seen {
	size_t columns, rows, most;
	int64_t ids;
	char name[32];
};

static bool see_columns(void *context, const char *const *names, size_t count)
{
	struct seen *seen = context;

	seen->columns = count;
	snprintf(seen->name, sizeof(seen->name), "%s", names[count - 1]);
	return true;
}

static bool see_row(void *context, const struct console_cell *cells, size_t count)
{
	struct seen *seen = context;

	assert_int_equal(count, seen->columns);
	assert_int_equal(cells[0].type, CONSOLE_INTEGER);
	assert_int_equal(cells[1].type, CONSOLE_TEXT);
	seen->ids += cells[0].number;
	return ++seen->rows < seen->most;
}

static enum status ask(struct contract_state *c, const char *text, struct seen *seen)
{
	return c->ops->console(c->store, &(struct console_request){ .text = text, .context = seen, .columns = see_columns,
			       .row = see_row }, &c->err);
}

static void console_answers(void **state)
{
	struct contract_state *c = *state;
	struct seen seen = { .most = 100 };

	contract_import(c, 1, 5);
	assert_ok(c, ask(c, "SELECT id, title FROM samples ORDER BY id", &seen));
	assert_int_equal(seen.columns, 2);
	assert_string_equal(seen.name, "title");
	assert_int_equal(seen.rows, 5);
	assert_int_equal(seen.ids, 15);
	seen = (struct seen){ .most = 2 };
	assert_ok(c, ask(c, "SELECT id, title FROM samples ORDER BY id", &seen));
	assert_int_equal(seen.rows, 2);
	seen = (struct seen){ .most = 2 };
	assert_ok(c, ask(c, "SELECT id, title FROM samples WHERE 0", &seen));
	assert_int_equal(seen.columns, 2);
	assert_int_equal(seen.rows, 0);
}

static void console_says_what_is_wrong(void **state)
{
	struct contract_state *c = *state;
	struct seen seen = { .most = 2 };

	assert_status(c, STATUS_USAGE, ask(c, "SELECT titel FROM samples", &seen));
	assert_true(strncmp(c->err.text, "at 8: no such column", 20) == 0);
	assert_status(c, STATUS_USAGE, ask(c, " ", &seen));
	assert_int_equal(seen.columns, 0);
}

static void console_tells_its_views(void **state)
{
	struct contract_state *c = *state;
	size_t count = 0;
	const struct console_view *views = c->ops->console_views(&count);

	assert_true(count > 0);
	assert_string_equal(views[0].name, "samples");
	assert_true(views[0].column_count > 1);
	assert_string_equal(views[0].columns[0].name, "id");
}

const struct CMUnitTest contract_console_tests[] = {
	CONTRACT_TEST(console_answers),
	CONTRACT_TEST(console_says_what_is_wrong),
	CONTRACT_TEST(console_tells_its_views),
};
const size_t contract_console_count = sizeof(contract_console_tests) / sizeof(contract_console_tests[0]);
