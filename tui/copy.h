/*
 * Copying to the clipboard of whoever sits at the terminal, by OSC 52, which works over
 * ssh too. Whether the terminal takes it cannot be known, so the text is kept in a file
 * besides, which the message names.
 */
#ifndef AITIA_TUI_COPY_H
#define AITIA_TUI_COPY_H

#include "tui/sample_view.h"

/* What is longer than this many bytes many terminals do not take: it is in the file alone. */
#define COPY_BYTES_MAX 56000u

/* Copies the lines that are selected; else asks what is to be copied, by a child tagged `tag`. */
void copy_action(struct app *app, struct sample_view *view, int tag);
/* What was chosen there. */
void copy_result(struct app *app, const struct sample_view *view, const char *query, const struct screen *child);

#endif
