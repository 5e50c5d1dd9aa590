/* What tests of sites' pages begin with; include it after cmocka.h. */
#ifndef AITIA_TESTS_TEMPLATES_PAGES_H
#define AITIA_TESTS_TEMPLATES_PAGES_H

#include "templates/site.h"
#include "templates/templates.h"
#include "tests/templates/example.h"
#include "tests/templates/hostile.h"

struct fixture {
	struct arena arena;
	struct arena scratch;
	struct example x;
	struct error err;
	struct strbuf buf, seen;
};

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strbuf_init(&f->buf);
	strbuf_init(&f->seen);
	example_init(&f->x);
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->buf);
	strbuf_release(&f->seen);
	arena_release(&f->arena);
	arena_release(&f->scratch);
	free(f);
	return 0;
}

static inline const struct page *make(struct fixture *f, const char *site, size_t *count)
{
	const struct page *pages;

	if (templates_renderer()->postmortem(&f->scratch, &f->x.input, site, &pages, count, &f->err) != STATUS_OK)
		fail_msg("%s: %s", site, f->err.text);
	assert_true(*count >= 1);
	return pages;
}

/* The page without its front matter. */
static inline struct slice body_of(struct slice page)
{
	if (page.len_bytes > 4 && memcmp(page.at, "---\n", 4) == 0) {
		const char *end = strstr(page.at + 4, "\n---\n");

		assert_non_null(end);
		return slice_of(end + 5);
	}
	return page;
}

static inline size_t occurrences(const char *text, const char *needle)
{
	size_t count = 0;

	for (const char *at = strstr(text, needle); at; at = strstr(at + strlen(needle), needle))
		count++;
	return count;
}

#endif
