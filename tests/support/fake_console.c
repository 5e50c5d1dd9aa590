/* The console of the in-memory engine: it understands one kind of question, for the screens. */
#include "tests/support/fake_state.h"

#include <string.h>

#define QUESTION "SELECT id, title FROM samples"

const struct console_view *fake_console_views(size_t *count)
{
	static const struct console_column columns[] = { { "id", "its number" }, { "title", "one line" } };
	static const struct console_view views[] = { { "samples", "a sample", columns, 2 } };

	*count = 1;
	return views;
}

enum status fake_console(struct store *store, const struct console_request *request, struct error *err)
{
	static const char *const names[] = { "id", "title" };
	struct fake_store *fake = fake_of(store);
	const char *rest;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!request->text[strspn(request->text, " \n")])
		return error_set(err, STATUS_USAGE, "there is no question: SELECT … FROM samples");
	if (strncmp(request->text, QUESTION, strlen(QUESTION)) != 0)
		return error_set(err, STATUS_USAGE, "at 8: no such column: %.40s", request->text + 7);
	rest = request->text + strlen(QUESTION);
	if (*rest && strcmp(rest, " WHERE 0") != 0 && strcmp(rest, " ORDER BY id") != 0)
		return error_set(err, STATUS_USAGE, "at 31: near \"%.20s\": syntax error", rest + 1);
	if (!request->columns(request->context, names, 2))
		return STATUS_OK;
	for (size_t i = 0; i < fake->samples.len && strcmp(rest, " WHERE 0") != 0; i++) {
		const struct console_cell cells[] = {
			{ .type = CONSOLE_INTEGER, .number = (int64_t)i + 1 },
			{ .type = CONSOLE_TEXT, .text = slice_of(fake->samples.items[i].title) },
		};
		if (!request->row(request->context, cells, 2))
			break;
	}
	return STATUS_OK;
}
