/* Pages about pages: lists, indexes, feeds, and notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/templates/pages.h"

static const struct page *find_page(const struct page *pages, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(pages[i].path, path) == 0)
			return &pages[i];
	return NULL;
}

static const struct page *make_indexes(struct fixture *f, const struct page_entry *entries, size_t entry_count,
				       const char *site, size_t *count)
{
	const struct page *pages = NULL;

	if (templates_renderer()->indexes(&f->arena, entries, entry_count, site, "https://x.example/a/", &pages, count,
					  &f->err) != STATUS_OK)
		fail_msg("%s", f->err.text);
	return pages;
}

/* No two values share a page. */
static void labels_have_pages_of_their_own(void **state)
{
	static const char *const models[] = {
		"gpt", "gpt-2", "GPT-2", "gpt--2", "\xe6\xa8\xa1", "\xe5\x9e\x8b", "other",
		"a-model-with-a-name-that-is-much-too-long-one", "a-model-with-a-name-that-is-much-too-long-two",
	};
	enum { ENTRIES = 1201 };
	struct fixture *f = *state;
	struct page_entry *entries = arena_array(&f->arena, ENTRIES, sizeof(*entries));
	const struct page *pages;
	size_t count, lists = 0;

	templates_renderer()->entry(&f->arena, &f->x.input, "plain", &entries[0]);
	for (int i = 0; i < ENTRIES; i++) {
		entries[i] = entries[0];
		entries[i].models = &models[i < (int)ARRAY_LEN(models) ? i : 0];
		entries[i].model_count = 1;
	}
	pages = make_indexes(f, entries, ENTRIES, "plain", &count);
	for (size_t i = 0; i < count; i++) {
		lists += strncmp(pages[i].path, "by-model-", 9) == 0;
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(pages[i].path, pages[j].path);
	}
	assert_int_equal(lists, ARRAY_LEN(models) + 2); /* "gpt" has three */
	assert_non_null(find_page(pages, count, "by-model-gpt.md"));
	assert_non_null(find_page(pages, count, "by-model-gpt--p3.md"));
	assert_null(find_page(pages, count, "by-model-gpt-2.md")); /* three labels have that one */
	for (size_t i = 1; i < ARRAY_LEN(models); i++) {
		size_t pages_of = 0;

		for (size_t p = 0; p < count; p++)
			pages_of += strncmp(pages[p].path, "by-model-", 9) == 0 &&
				    strstr(pages[p].content.at, arena_printf(&f->arena, "# By model: %s\n", models[i])) != NULL;
		assert_true(pages_of <= 1);
	}
}

/* A label that Docusaurus would alter must not make HTML of the list: its links would be dead, and end the build. */
static void lists_stay_markdown(void **state)
{
	static const char *const models[] = { "a:heart:\\", "plain {#id}" };
	struct fixture *f = *state;
	struct page_entry entry;
	const struct page *page;
	size_t count;

	templates_renderer()->entry(&f->arena, &f->x.input, "docusaurus", &entry);
	entry.models = models;
	entry.model_count = ARRAY_LEN(models);
	page = find_page(make_indexes(f, &entry, 1, "docusaurus", &count), count, "postmortems/index.md");
	assert_non_null(page);
	assert_non_null(strstr(page->content.at, "[a\xef\xbc\x9aheart\xef\xbc\x9a\xef\xbc\xbc](./by-model-"));
	assert_null(strstr(page->content.at, "<a href"));
}

static void indexes_of_many(void **state)
{
	enum { ENTRIES = 1201 };
	struct fixture *f = *state;
	struct page_entry *entries = arena_array(&f->arena, ENTRIES, sizeof(*entries));
	const struct page *pages, *page, *shuffled;
	size_t count, site_count, shuffled_count;
	const struct site *sites = site_list(&site_count);

	templates_renderer()->entry(&f->arena, &f->x.input, "plain", &entries[0]);
	assert_int_equal(entries[0].model_count, 1);
	assert_string_equal(entries[0].models[0], "opus-4.6");
	assert_int_equal(entries[0].category_count, 2);
	for (int i = 1; i < ENTRIES; i++) {
		entries[i] = entries[0];
		entries[i].key = arena_printf(&f->arena, "INC-2026-%04d", i + 1);
		entries[i].slug = arena_printf(&f->arena, "inc-2026-%04d", i + 1);
		entries[i].title = i % 2 ? "</title><script>alert(1)</script>" : "a [b](javascript:x) `c` {{ d }}";
		entries[i].date.at_us += i * INT64_C(1000000);
	}
	pages = make_indexes(f, entries, ENTRIES, "plain", &count);
	page = find_page(pages, count, "by-date-2026--p3.md");
	assert_non_null(page);
	assert_non_null(strstr(page->content.at, "(page 3 of 3)"));
	assert_null(strstr(page->content.at, "Older ones"));
	assert_non_null(strstr(find_page(pages, count, "by-date-2026.md")->content.at, "](by-date-2026--p2.md)"));
	assert_non_null(strstr(find_page(pages, count, "by-date-2026.md")->content.at, "(inc-2026-1201.md)")); /* the newest */
	assert_non_null(find_page(pages, count, "by-model-opus-4-6.md"));
	assert_non_null(find_page(pages, count, "README.md"));
	page = find_page(pages, count, "feed.xml");
	assert_non_null(page);
	assert_null(strstr(page->content.at, "<script>"));
	assert_int_equal(occurrences(page->content.at, "<entry>"), 50);
	assert_non_null(strstr(page->content.at, "<id>https://x.example/a/inc-2026-1201.md</id>"));

	/* In another order, the same bytes. */
	for (int i = 0; i < ENTRIES / 2; i++) {
		struct page_entry moved = entries[i];
		entries[i] = entries[ENTRIES - 1 - i];
		entries[ENTRIES - 1 - i] = moved;
	}
	shuffled = make_indexes(f, entries, ENTRIES, "plain", &shuffled_count);
	assert_int_equal(count, shuffled_count);
	for (size_t i = 0; i < count; i++)
		assert_true(slice_eq(pages[i].content, shuffled[i].content));

	/* Everywhere; mdBook has its list of chapters. */
	for (size_t i = 0; i < site_count; i++) {
		pages = make_indexes(f, entries, 3, sites[i].name, &count);
		assert_true(count >= 7);
		assert_int_equal(find_page(pages, count, "SUMMARY.md") != NULL, strcmp(sites[i].name, "mdbook") == 0);
		make_indexes(f, entries, 0, sites[i].name, &count); /* an empty store */
		assert_true(count >= 1);
	}
}

static void a_notice(void **state)
{
	struct fixture *f = *state;
	size_t site_count;
	const struct site *sites = site_list(&site_count);

	for (size_t i = 0; i < site_count; i++) {
		struct slice content;

		assert_int_equal(templates_renderer()->notice(&f->arena, "INC-2026-0009", sites[i].name, &content, &f->err), STATUS_OK);
		assert_non_null(strstr(content.at, "was withdrawn"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(labels_have_pages_of_their_own, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_stay_markdown, setup, teardown),
		cmocka_unit_test_setup_teardown(indexes_of_many, setup, teardown),
		cmocka_unit_test_setup_teardown(a_notice, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
