/* A sample's provenance and history as lines of text. */
#ifndef AITIA_TUI_SAMPLE_TEXT_H
#define AITIA_TUI_SAMPLE_TEXT_H

#include "core/sample.h"
#include "tui/pane.h"

/* Messages and notes show what `query` looks for; NULL: nothing. */
void sample_text_provenance(struct pane *pane, const struct sample *sample, const struct query *query, int columns);
/* Annotations newest first; superseded ones are dimmed and say so. */
void sample_text_history(struct pane *pane, bool blind, const struct annotation *annotations, size_t count,
			 const char *const *incidents, size_t incident_count, const struct query *query, int columns);

/* "hidden text: 12 characters in the code, 2 in messages; …", or NULL: there is none. */
char *sample_text_hidden(struct arena *arena, const struct sample *sample);

#endif
