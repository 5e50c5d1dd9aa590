#include "cli/history.h"
#include "cli/output.h"

void history_json(struct json_writer *json, const struct history *history)
{
	json_write_member(json, "outputs_from", outputs_from_word(history->from));
	json_write_member(json, "breakdown", history->breakdown);
}

void history_text(struct strbuf *out, const struct history *history)
{
	if (history->from == OUTPUTS_STORE || history->from == OUTPUTS_FILE) {
		strbuf_addstr(out, history->from == OUTPUTS_STORE ? "outputs: the store's denominators" : "outputs: those of the file");
		if (history->breakdown[0]) {
			strbuf_addstr(out, ", by ");
			out_clean(out, slice_of(history->breakdown));
		}
		strbuf_addch(out, '\n');
	} else if (history->from == OUTPUTS_NONE && !history->cannot) {
		strbuf_addstr(out, "no denominators: these are counts, and a busier day looks like a worse one\n");
	}
}

void history_text_adjusted(struct arena *arena, struct strbuf *out, const struct history *history, const struct series *series)
{
	const char *adjusted = history_adjusted(arena, history, series);

	if (!adjusted)
		return;
	strbuf_addstr(out, "  adjusted for ");
	out_clean(out, slice_of(adjusted));
	strbuf_addch(out, '\n');
}
