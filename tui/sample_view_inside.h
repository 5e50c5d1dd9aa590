/* What the files of the sample's view share: sample_view.c has its parts and keys, sample_view_draw.c draws, sample_view_read.c reads it. */
#ifndef AITIA_TUI_SAMPLE_VIEW_INSIDE_H
#define AITIA_TUI_SAMPLE_VIEW_INSIDE_H

#include "tui/sample_view.h"

/* Shows the part at hand from its beginning. */
void sample_view_open_part(struct sample_view *view);
/* After a change of size, or of what stands above the text. */
void sample_view_lay_out(struct sample_view *view);
/* Notes which folds are open, for the same sample read again. */
void sample_view_keep_folds(struct sample_view *view);

/* The part asked for, or what comes nearest to the code. */
enum sample_part sample_view_part(const struct sample_view *view);
bool sample_has_part(const struct sample *sample, enum sample_part part);
bool sample_view_is_pane(enum sample_part part); /* laid out as lines, not as code */
/* Rows above the text, the heading apart; of these the flags. */
int sample_view_head_rows(const struct sample_view *view);
int sample_view_flag_rows(const struct sample_view *view);
/* Lays out the head of a view in words. */
void sample_view_say_head(struct sample_view *view);

/* Nothing is shown. */
void sample_view_forget(struct sample_view *view);
/* What was read ahead is not wanted. */
void sample_view_drop_ahead(struct sample_view *view);

#endif
