/* What the files of the sample's view share: sample_view.c shows it, sample_view_read.c reads it. */
#ifndef AITIA_TUI_SAMPLE_VIEW_INSIDE_H
#define AITIA_TUI_SAMPLE_VIEW_INSIDE_H

#include "tui/sample_view.h"

/* Shows the part at hand from its beginning. */
void sample_view_open_part(struct sample_view *view);
/* After a change of size, or of what stands above the text. */
void sample_view_lay_out(struct sample_view *view);
/* Notes which folds are open, for the same sample read again. */
void sample_view_keep_folds(struct sample_view *view);

/* Nothing is shown. */
void sample_view_forget(struct sample_view *view);
/* What was read ahead is not wanted. */
void sample_view_drop_ahead(struct sample_view *view);

#endif
