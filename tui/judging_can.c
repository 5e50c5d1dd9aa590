/* Which keys of a sample at hand have something to act on (annotate.h). */
#include "tui/annotate.h"
#include "tui/sample_view.h"

bool judging_can(const struct app *app, const struct sample_view *view, enum action action)
{
	const struct sample *sample = sample_view_ready(view) ? view->sample : NULL;

	switch (action) {
	case ACTION_ID_repeat:
		return judge_again_label(app) != NULL;
	case ACTION_ID_accept_proposal:
		return view->proposal != NULL;
	case ACTION_ID_go_to_duplicate:
		return sample && (sample->duplicate_of || view->duplicate_count);
	case ACTION_ID_decide:
		return sample && annotation_disputed(view->annotations, view->annotation_count);
	case ACTION_ID_next_place:
	case ACTION_ID_previous_place:
		return sample && view->path.rows.len > 0;
	default:
		return true;
	}
}
