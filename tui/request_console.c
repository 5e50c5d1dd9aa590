/* A question at the console, and its answer as texts for a table on the screen. */
#include "tui/request_run.h"

#include <inttypes.h>

#include "core/base/utf8.h"
#include "core/base/vec.h"

#define CELL_BYTES 400         /* of a text; the whole of it is for `aitia sql` */
#define ANSWER_BYTES (32 << 20) /* of all */
#define BUDGET_MS 30000

struct taking {
	struct answer *answer;
	VEC_OF(struct console_text) cells;
	size_t bytes;
};

static bool take_columns(void *context, const char *const *names, size_t count)
{
	struct taking *taking = context;
	struct answer *answer = taking->answer;
	const char **kept = arena_array(&answer->arena, count, sizeof(*kept));

	for (size_t i = 0; i < count; i++)
		kept[i] = utf8_clean(&answer->arena, slice_of(names[i]));
	answer->console.names = kept;
	answer->console.columns = count;
	return true;
}

static struct console_text text_of(struct arena *arena, const struct console_cell *cell)
{
	struct slice text = cell->text;

	switch (cell->type) {
	case CONSOLE_NULL:
		return (struct console_text){ NULL, false };
	case CONSOLE_INTEGER:
		return (struct console_text){ arena_printf(arena, "%" PRId64, cell->number), true };
	case CONSOLE_REAL:
		return (struct console_text){ arena_printf(arena, "%.10g", cell->real), true };
	case CONSOLE_BYTES:
		return (struct console_text){ arena_printf(arena, "(%zu bytes)", text.len_bytes), false };
	case CONSOLE_TEXT:
		break;
	}
	if (text.len_bytes > CELL_BYTES)
		text.len_bytes = CELL_BYTES;
	return (struct console_text){ utf8_clean(arena, text), false };
}

static bool take_row(void *context, const struct console_cell *cells, size_t count)
{
	struct taking *taking = context;
	struct console_answer *out = &taking->answer->console;

	out->more = out->rows == CONSOLE_ROWS || taking->bytes > ANSWER_BYTES;
	if (out->more)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct console_text text = text_of(&taking->answer->arena, &cells[i]);
		taking->bytes += text.text ? strlen(text.text) + 1 : 0;
		vec_push(&taking->cells, text);
	}
	out->rows++;
	return true;
}

enum status request_console(const struct backend *backend, const struct request *request, struct answer *answer,
			    struct error *err)
{
	struct taking taking = { .answer = answer, .cells = VEC_INIT };
	const struct console_request asked = { .text = request->query, .budget_ms = BUDGET_MS, .context = &taking,
					       .columns = take_columns, .row = take_row };
	struct console_text *kept;
	enum status status = STATUS_OK;

	answer->console.views = backend->store->ops->console_views(&answer->console.view_count);
	if (request->query)
		status = backend->store->ops->console(backend->store, &asked, err);
	kept = arena_array(&answer->arena, taking.cells.len, sizeof(*kept));
	if (taking.cells.len)
		memcpy(kept, taking.cells.items, taking.cells.len * sizeof(*kept));
	answer->console.cells = kept;
	vec_release(&taking.cells);
	return status;
}
