/* The queue on the screen: list and preview, what an empty one says, the header's right end. */
#include "tui/queue.h"

static void draw_lines(struct surface *surface, struct area area, const char *const *lines, size_t count)
{
	struct area box = area_centre(area, (int)count, area.columns < 64 ? area.columns - 2 : 64);

	for (size_t i = 0; i < count; i++)
		surface_fit(surface, box, (int)i, 0, box.columns, i ? STYLE_TEXT : STYLE_TITLE, lines[i]);
}

static void draw_empty(const struct queue *self, struct surface *surface, struct area area)
{
	static const char *const no_samples[] = {
		"There are no samples in this store yet.",
		"",
		"D  explores the demo: a real public incident",
		"   (it has a store of its own; this one stays empty)",
		"",
		"q  quits; then fill it from the shell:",
		"   aitia import FILE...    SARIF logs, JSONL records",
		"",
		"R  reads the store again.  ?  shows all keys.",
	};
	const char *nothing[] = { "Nothing matches this filter:", "", self->list.query, "",
				  "Esc clears the filter, / changes it." };

	if (self->list.query[0])
		draw_lines(surface, area, nothing, ARRAY_LEN(nothing));
	else
		draw_lines(surface, area, no_samples, ARRAY_LEN(no_samples));
}

void queue_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct queue *self = (const struct queue *)screen;
	struct split layout = queue_layout(self, app, area);

	if (!self->list.window.rows.len) {
		if (self->list.loaded && !sample_list_searching(&self->list))
			draw_empty(self, surface, area);
		else
			surface_puts(surface, area, 0, 1, STYLE_MUTED, self->list.loaded ? "searching" : "reading");
		return;
	}
	const struct sample_marks marks = queue_marks_shown(&self->marks, &self->list);
	sample_list_view(&self->list, app, surface, layout.list, &marks);
	if (layout.between.columns)
		surface_vline(surface, layout.between, 0, STYLE_FRAME);
	if (layout.preview.rows > 0)
		sample_view_view(&self->preview, app, surface, layout.preview, self->on_preview);
}

void queue_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct queue *self = (const struct queue *)screen;
	const char *between = app_sign(app, " · ", " - ");
	size_t marks = queue_marks_count(&self->marks, &self->list), elsewhere = self->marks.elsewhere;

	queue_progress_add(&self->progress, app, &self->counts, out);
	sample_list_status(&self->list, app, out);
	strbuf_addf(out, "%s%s", between, sort_word(self->list.sort));
	if (sample_list_searching(&self->list))
		strbuf_addf(out, "%ssearching", between);
	if (marks)
		strbuf_addf(out, "%s%zu marked", between, marks);
	if (elsewhere && marks)
		strbuf_addf(out, " + %zu in other lists", elsewhere);
	else if (elsewhere)
		strbuf_addf(out, "%s%zu marked in other lists", between, elsewhere);
	if (self->marks.range_from)
		strbuf_addstr(out, " (range)");
}
