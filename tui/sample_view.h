/*
 * One sample to look at, in parts: code with its flags, prompt, expected, diff, code and expected compared, the
 * places that its finding speaks of, provenance, history of annotations. The preview of a list and the sample
 * screen are made of it.
 */
#ifndef AITIA_TUI_SAMPLE_VIEW_H
#define AITIA_TUI_SAMPLE_VIEW_H

#include "tui/app.h"
#include "tui/code_view.h"
#include "tui/diff_view.h"
#include "tui/pane.h"
#include "tui/path_view.h"

enum sample_part { PART_CODE, PART_PROMPT, PART_EXPECTED, PART_DIFF, PART_COMPARE, PART_PLACES, PART_PROVENANCE, PART_HISTORY, PART_COUNT };

struct sample_view {
	int64_t wanted;          /* the sample that is to be shown; 0: none */
	struct screen *owner;    /* that asks for it */
	uint64_t serial;         /* of the request under way; 0: none */
	uint64_t seen;           /* change serial when it was asked for */
	struct {                 /* the sample that is likely wanted next */
		int64_t sample;  /* 0: none */
		uint64_t serial, seen;
		struct answer answer; /* its arena is kept; sample NULL: not here yet */
	} ahead;
	struct arena arena;      /* holds what follows */
	struct sample *sample;   /* NULL: not read yet */
	bool blind;              /* others' annotations are left out */
	const struct annotation *annotations;
	size_t annotation_count;
	const int64_t *duplicates; /* the first of those that duplicate it */
	size_t duplicate_count;
	const char *const *incident_keys;
	size_t incident_key_count;
	char *warning;           /* of hidden text in it; or NULL */
	char *dispute;           /* that judgements of it differ, and what to do; or NULL */
	uint64_t group_serial;   /* of the question what its group proposes; 0: not asked */
	char *proposal;          /* the answer, or NULL: nothing, or it has a cause */
	char *failure;           /* why it cannot be shown, or NULL */

	struct arena query_arena; /* holds: */
	struct query *query;     /* what is looked for in it; NULL: nothing */
	struct {
		char *needle;    /* of a search in the sample; NULL: there is none. As a query: */
		struct query query;
		struct query_term term;
		struct query_value value;
	} search;

	enum sample_part part;   /* asked for; samples without it show another */
	enum sample_part coded;  /* the text in `code` */
	VEC_OF(bool) unfolded[PART_COMPARE]; /* which folds of each text are open, as they were left */
	bool wraps, wraps_prompt; /* long lines of code, of the prompt: go on in the next row */
	struct code_view code;
	struct diff_view compared; /* of the code, from what it is to what was expected */
	struct path_view path;   /* its places */
	struct pane pane;
	bool in_words;           /* for screen readers: what stands above the text is in `head`, in as many lines as it needs */
	struct pane head;
	int rows, columns;       /* of the whole view, heading and flags included */
	int head_rows_max;       /* rows that flags may take */
};

void sample_view_init(struct sample_view *view);
void sample_view_release(struct sample_view *view);
/* Shows this sample (0: nothing); asks for it if it is another one or was changed. */
void sample_view_want(struct sample_view *view, struct app *app, struct screen *screen, int64_t sample);
/* Once the wanted one is here: reads the one that is likely wanted next (0: none is), so that
 * it can be shown at once. */
void sample_view_expect(struct sample_view *view, struct app *app, struct screen *screen, int64_t sample);
/* Shows where its texts are what the query looks for ("": nowhere). */
void sample_view_find(struct sample_view *view, const char *query);
bool sample_view_answer(struct sample_view *view, struct app *app, struct answer *answer);
bool sample_view_action(struct sample_view *view, enum action action); /* scrolling, other parts */
bool sample_view_wheel(struct sample_view *view, const struct key *key);
/* A click on the name of a part shows it; false: it was none. `area` is where the view is drawn. */
bool sample_view_click(struct sample_view *view, struct area area, const struct key *key);
void sample_view_resize(struct sample_view *view, int rows, int columns);
void sample_view_view(const struct sample_view *view, const struct app *app, struct surface *surface,
		      struct area area, bool focused);

/* Looks for a text, letter for letter in any case, in the part shown, else in the others, of
 * which the first that has it is shown; how many hits there are. NULL ends the search. */
size_t sample_view_search(struct sample_view *view, const char *needle);
/* Shows the places and goes to the next (1) or previous (-1) one; the first time, to the one
 * at hand. False: there is none. */
bool sample_view_walk(struct sample_view *view, int step);
bool sample_view_ready(const struct sample_view *view); /* the wanted sample is here */
/* What this reviewer has said last about these lines (0, 0: the whole sample) and still stands, or NULL. */
const struct annotation *standing_annotation(const struct annotation *annotations, size_t count, const char *reviewer,
					     int64_t first_line, int64_t last_line);
/* The text of the part that is shown; where that is no text, the code. */
struct slice sample_view_text(const struct sample_view *view);
/* Appends what is shown, of whatever kind: a comparison as a diff, the place at hand with what is said of it. */
void sample_view_page(const struct sample_view *view, struct strbuf *out);
/* Begins or ends the selection of lines; false: what is shown has no lines to say something of. */
bool sample_view_select(struct sample_view *view, bool on);

#endif
