/* Where a site's pages belong, by configurations as people write them. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/publish_place.h"

static struct arena arena;
static struct error err;
static char folder[64];

static const struct site hugo = { "hugo", "", "content", "contentDir", "hugo.toml config.yaml", "" };
static const struct site vitepress = { "vitepress", "", "", "srcDir", ".vitepress/config.js", "" };
static const struct site plain = { "plain", "", "", "", "", "" };

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/aitia-place-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&arena);
	return 0;
}

static void put(const char *name, const char *text)
{
	char *path = file_join(&arena, folder, name);
	char *slash = strrchr(path, '/');

	*slash = '\0';
	assert_int_equal(file_make_folders(path, &err), STATUS_OK);
	*slash = '/';
	assert_int_equal(file_write_atomic(path, slice_of(text), &err), STATUS_OK);
}

/* `content` is below the folder; "" is the folder itself. */
static void found(const struct site *site, const char *content, bool configured)
{
	struct publish_place place;

	if (publish_find_place(&arena, site, folder, &place, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	assert_string_equal(place.content, *content ? file_join(&arena, folder, content) : folder);
	assert_int_equal(place.config != NULL, configured);
}

static void test_defaults(void **state)
{
	(void)state;
	found(&hugo, "content", false);
	found(&plain, "", false);
	put("hugo.toml", "title = 'x'\n# contentDir = 'no'\nmycontentDir = 'no'\ncontentDirs = 'no'\n");
	found(&hugo, "content", true);
}

static void test_settings(void **state)
{
	static const char *const lines[] = { "contentDir = \"pages/all\"", "  contentDir: 'pages/all' # here", "contentDir: pages/all",
					     "\"contentDir\": \"./pages/all\",", "contentDir=pages/all\r" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		put("hugo.toml", arena_printf(&arena, "a = 1\n%s\nb = 2\n", lines[i]));
		found(&hugo, "pages/all", true);
	}
	put("hugo.toml", "contentDir = \".\"\n");
	found(&hugo, "", true);
	put("hugo.toml", "contentDir = \"\"\n");
	found(&hugo, "content", true);
}

static void test_below(void **state)
{
	(void)state;
	put("docs/.vitepress/config.js", "export default { title: 'x' }\n");
	found(&vitepress, "docs", true);
	put("docs/.vitepress/config.js", "export default {\n  srcDir: './src',\n}\n");
	found(&vitepress, "docs/src", true);
	put("docs/.vitepress/config.js", "export default { title: 'x, srcDir: \"no\"', srcDir: \"./pages\" }\n");
	found(&vitepress, "docs/pages", true);
	put("docs/.vitepress/config.js", "export default {title:'x',srcDir:'pages'}");
	found(&vitepress, "docs/pages", true);
	put("docs/.vitepress/config.js", "export default { title: 'it\\'s', // { srcDir: 'no' }\n  srcDir: somewhere() }\n");
	found(&vitepress, "docs", true); /* a comment, and what is computed */
	put(".vitepress/config.js", "");
	found(&vitepress, "", true); /* the root itself comes first */
}

static void test_outside(void **state)
{
	static const char *const bad[] = { "/etc", "../x", "a/../../x", "..", "a\\\\b" };
	struct publish_place place;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		put("hugo.toml", arena_printf(&arena, "contentDir = \"%s\"\n", bad[i]));
		assert_int_equal(publish_find_place(&arena, &hugo, folder, &place, &err), STATUS_INPUT);
		assert_non_null(strstr(err.text, "contentDir"));
	}
}

static void found_from(const char *from, const char *root, const char *content)
{
	struct publish_place place;

	assert_int_equal(publish_find_place(&arena, &hugo, file_join(&arena, folder, from), &place, &err), STATUS_OK);
	assert_string_equal(place.root, *root ? file_join(&arena, folder, root) : folder);
	assert_string_equal(place.content, file_join(&arena, folder, content));
	assert_int_equal(place.config != NULL, strcmp(root, from) != 0);
}

/* Who stands among a site's pages means that site; who stands elsewhere in it, or nowhere yet, another. */
static void test_above(void **state)
{
	(void)state;
	put("hugo.toml", "contentDir = 'pages'\n");
	put("pages/a/b/x.md", "");
	put("pagesx/x.md", "");
	put("layouts/x.html", "");
	found_from("pages/a/b", "", "pages");
	found_from("pages", "", "pages");
	found_from("pagesx", "pagesx", "pagesx/content");
	found_from("layouts", "layouts", "layouts/content");
	put("pages/a/config.yaml", "contentDir: b\n"); /* the nearest */
	found_from("pages/a/b", "pages/a", "pages/a/b");
	put("pages/a/config.yaml", "contentDir: ../../x\n"); /* nothing of ours */
	found_from("pages/a/b", "pages/a/b", "pages/a/b/content");
	put("pages/a/config.yaml", "contentDir: .\n"); /* pages have no folder of their own */
	found_from("pages/a/b", "pages/a/b", "pages/a/b/content");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_below, setup, teardown),
		cmocka_unit_test_setup_teardown(test_outside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_above, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
