/* Unified diffs: the real files of the shared data, and what stands in them by hand. */
#include "tests/core/test_import_store.h"

#define DIFFS DATA "diff/matiasb_python-unidiff/"

/* Hunks as `grep -c '^@@ -'` counts them, files as by hand; three hunks do not keep what
 * their headers promise, and one is cut off at the end of its file. */
static const struct {
	const char *name;
	int hunks, rejected, files;
} real[] = {
	{ "binary.diff", 0, 0, 1 },   { "bzr.diff", 3, 0, 3 },	   { "debdiff.diff", 1, 0, 3 },
	{ "git.diff", 3, 0, 3 },      { "git_cr.diff", 1, 0, 1 },  { "git_delete.diff", 1, 0, 1 },
	{ "git_filenames_with_spaces.diff", 1, 0, 1 },		   { "git_filenames_with_spaces_prefix.diff", 1, 0, 1 },
	{ "git_no_prefix.diff", 4, 0, 3 },			   { "git_quoted_filename.diff", 1, 0, 1 },
	{ "git_quoted_filename_with_spaces.diff", 1, 0, 1 },	   { "git_rename.diff", 2, 0, 3 },
	{ "git_symlink.diff", 1, 0, 1 }, { "hg.diff", 3, 0, 3 },   { "sample0.diff", 5, 0, 3 },
	{ "sample1.diff", 3, 1, 1 },  { "sample2.diff", 2, 1, 2 }, { "sample3.diff", 3, 0, 3 },
	{ "sample4.diff", 3, 0, 3 },  { "sample5.diff", 2, 0, 2 }, { "sample6.diff", 2, 1, 1 },
	{ "sample7.diff", 2, 1, 1 },  { "sample8.diff", 0, 0, 5 }, { "svn.diff", 3, 0, 3 },
};

static void test_real_files(void **state)
{
	struct fixture *f = *state;
	char path[256];
	int hunks = 0;

	for (size_t i = 0; i < ARRAY_LEN(real); i++) {
		snprintf(path, sizeof(path), DIFFS "%s", real[i].name);
		f->options.per = IMPORT_PER_HUNK;
		must_import(f, path);
		assert_string_equal(f->batch.format, "diff");
		assert_int_equal(f->batch.records, real[i].hunks);
		assert_int_equal(f->batch.rejected, real[i].rejected);
		hunks += real[i].hunks;
		for (size_t k = 0; k < f->store->samples.len; k++) {
			assert_int_equal(sample_at(f, k)->kind, SAMPLE_KIND_PATCH);
			assert_non_null(sample_at(f, k)->path);
			assert_true(sample_at(f, k)->diff.len_bytes > 0);
		}
		f->options.per = IMPORT_PER_FILE;
		must_import(f, path);
		assert_int_equal(f->batch.records, real[i].files);
	}
	assert_int_equal(hunks, 48);
	f->options.per = IMPORT_PER_HUNK;
}

static void test_a_hunk(void **state)
{
	struct fixture *f = *state;

	must_import(f, DIFFS "git_rename.diff");
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample->path, "moved");
	assert_int_equal(sample->region.start_line, 9);
	assert_int_equal(sample->region.end_line, 12);
	assert_slice(sample->code, "Some content\nSome content\nSome content\nSome modified content\n");
	assert_slice(sample->diff, "diff --git a/added b/moved\nsimilarity index 85%\nrename from added\nrename to moved\n"
				   "index a071991..4dbab21 100644\n--- a/added\n+++ b/moved\n@@ -9,4 +9,4 @@ Some content\n"
				   " Some content\n Some content\n Some content\n-Some content\n+Some modified content\n");
	assert_text(sample_provenance(sample, "diff.change"), "renamed");
	assert_text(sample_provenance(sample, "diff.old_path"), "added");
	assert_text(sample_provenance(sample, "diff.similarity"), "85%");
	assert_text(sample_provenance(sample, "diff.section"), "Some content");
	assert_int_equal(sample->flag_count, 0);

	must_import(f, DIFFS "git_cr.diff");
	assert_contains(sample_at(f, 0)->code.at, "two lines by CR. \" +\r\t\t\"but");
	assert_text(sample_at(f, 0)->language, "java");

	/* Deleted: the old name, no code, and the line before which it stood, which is none. */
	must_import(f, DIFFS "git_delete.diff");
	assert_text(sample_at(f, 0)->path, "somefile.c");
	assert_text(sample_provenance(sample_at(f, 0), "diff.change"), "deleted");
	assert_null(sample_at(f, 0)->code.at);
	assert_int_equal(sample_at(f, 0)->region.start_line, 0);

	/* No newline at the end is part of the new side. */
	must_import(f, DIFFS "git.diff");
	assert_slice(sample_at(f, 0)->code, "This was missing!\nAdding it now.\n\nOnly for testing purposes.");
	must_import(f, DIFFS "git_symlink.diff");
	assert_text(sample_provenance(sample_at(f, 0), "diff.new_mode"), "120000");
}

static void test_names(void **state)
{
	static const struct {
		const char *header, *path, *old_path, *change;
	} cases[] = {
		{ "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n", "x.c", NULL, NULL },
		{ "diff --git a/b/x.c b/b/x.c\n--- a/b/x.c\n+++ b/b/x.c\n", "b/x.c", NULL, NULL },
		{ "diff --git x/y.c x/y.c\n--- x/y.c\n+++ x/y.c\n", "x/y.c", NULL, NULL },
		{ "diff --git i/x.c w/x.c\n--- i/x.c\n+++ w/x.c\n", "x.c", NULL, NULL },
		{ "diff --git a/x y.c b/x y.c\n--- a/x y.c\t\n+++ b/x y.c\t\n", "x y.c", NULL, NULL },
		{ "diff --git src://foo bar/baz dst://foo bar/baz\nnew file mode 100644\n--- /dev/null\n+++ dst://foo bar/baz\n",
		  "foo bar/baz", NULL, "added" },
		{ "diff --git a/x.c b/x.c\ndeleted file mode 100644\n--- a/x.c\n+++ /dev/null\n", "x.c", NULL, "deleted" },
		{ "diff --git \"a/\\303\\242\\t\\\"q\\\".py\" \"b/\\303\\242\\t\\\"q\\\".py\"\n"
		  "--- \"a/\\303\\242\\t\\\"q\\\".py\"\n+++ \"b/\\303\\242\\t\\\"q\\\".py\"\n", "\xc3\xa2\t\"q\".py", NULL, NULL },
		{ "diff --git a/old.c b/sub/new.c\nsimilarity index 90%\ncopy from old.c\ncopy to sub/new.c\n"
		  "--- a/old.c\n+++ b/sub/new.c\n", "sub/new.c", "old.c", "copied" },
		{ "diff -u orig/x.c new/x.c\n--- orig/x.c\t2020-01-01 00:00:00.000000000 +0100\n"
		  "+++ new/x.c\t2020-01-01 00:00:00.000000000 +0100\n", "new/x.c", "orig/x.c", NULL },
		{ "--- a/x.c\n+++ b/x.c\n", "x.c", NULL, NULL },
		{ "--- x.c 2020-01-01 00:00:00.000000000 +0100\n+++ x.c 2020-01-02 00:00:00.000000000 +0100\n", "x.c", NULL, NULL },
		{ "--- x.c\t1970-01-01 00:00:00 +0000\n+++ x.c\t2013-10-13 23:44:04 +0000\n", "x.c", NULL, "added" },
		{ "Index: t/x.c\n===================================================================\n"
		  "--- t/x.c\t(revision 1)\n+++ t/x.c\t(nonexistent)\n", "t/x.c", NULL, "deleted" },
		{ "diff -r 44299fd3d1a8 x.c\n--- a/x.c\tSun Oct 13 20:51:07 2013 -0300\n+++ b/x.c\tSun Oct 13 20:51:40 2013 -0300\n",
		  "x.c", NULL, NULL },
		{ "=== removed file 'x.c'\n--- x.c\t2013-10-13 23:53:13 +0000\n+++ x.c\t1970-01-01 00:00:00 +0000\n", "x.c", NULL,
		  "deleted" },
		{ "--- a/x.c\r\n+++ b/x.c\r\n", "x.c", NULL, NULL },
		{ "", NULL, NULL, NULL }, /* as web interfaces hand out hunks */
	};
	struct fixture *f = *state;
	char text[1024];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(text, sizeof(text), "%s@@ -1 +1 @@\n-a\n+b\n", cases[i].header);
		must_import_text(f, text);
		const struct sample *sample = sample_at(f, 0);
		const char *old_path = sample_provenance(sample, "diff.old_path"), *change = sample_provenance(sample, "diff.change");
		if (cases[i].path)
			assert_text(sample->path, cases[i].path);
		else
			assert_null(sample->path);
		assert_string_equal(old_path ? old_path : "", cases[i].old_path ? cases[i].old_path : "");
		assert_string_equal(change ? change : "", cases[i].change ? cases[i].change : "");
		assert_slice(sample->diff, text);
	}
}

/* ---- what is no hunk ---------------------------------------------------------------- */

static void test_broken_hunks_are_rejected_and_the_rest_goes_on(void **state)
{
	static const char text[] =
		"--- a/x.c\n+++ b/x.c\n"
		"@@ -1,2 +1,2 @@\n a\n-b\n+c\n+more\n" /* one too many */
		"@@ -9 +9 @@\n-y\n+z\n"
		"--- a/y.c\n+++ b/y.c\n"
		"@@ -1,9 +1,9 @@\n a\n" /* too few: the next file's header looks like lines of it */
		"--- a/z.c\n+++ b/z.c\n"
		"@@ -1 +1 @@\n-1\n+2\n"
		"@@ -5,3 +5,3 @@\n a\n-b"; /* cut off */
	struct fixture *f = *state;

	must_import_text(f, text);
	assert_int_equal(f->batch.imported, 2);
	assert_int_equal(f->batch.rejected, 3);
	assert_text(sample_at(f, 0)->path, "x.c");
	assert_text(sample_at(f, 1)->path, "z.c");
	assert_slice(sample_at(f, 1)->diff, "--- a/z.c\n+++ b/z.c\n@@ -1 +1 @@\n-1\n+2\n");
	const struct batch_reject *rejects = f->store->rejects.items;
	assert_int_equal(rejects[0].record, 1);
	assert_int_equal(rejects[0].offset_bytes, 20);
	assert_int_equal(rejects[0].len_bytes, strlen("@@ -1,2 +1,2 @@\n a\n-b\n+c\n+more\n"));
	assert_contains(rejects[0].reason, "promises 2 old and 2 new lines, but 2 and 3 stand there");
	assert_int_equal(rejects[1].record, 3);
	assert_int_equal(rejects[1].len_bytes, strlen("@@ -1,9 +1,9 @@\n a\n"));
	assert_contains(rejects[1].reason, "promises 9 old and 9 new lines, but 1 and 1 stand there");
	assert_int_equal(rejects[2].record, 5);
	assert_contains(rejects[2].reason, "the file ends in the middle of it");
	assert_int_equal(rejects[2].offset_bytes + rejects[2].len_bytes, strlen(text));

	f->options.per = IMPORT_PER_FILE;
	must_import_text(f, text);
	f->options.per = IMPORT_PER_HUNK;
	assert_int_equal(f->batch.records, 3);
	assert_int_equal(f->batch.rejected, 3);
	assert_contains(f->store->rejects.items[0].reason, "of its hunk 1: ");
	assert_int_equal(f->store->rejects.items[0].offset_bytes, 0);
}

static void test_texts_that_are_no_diff(void **state)
{
	struct fixture *f = *state;

	f->options.format = "diff";
	assert_int_equal(import_text(f, "--- a rule\n\nprose, -- and more\n"), STATUS_INPUT);
	assert_contains(f->error.text, "no diff");
	assert_int_equal(import_text(f, ""), STATUS_INPUT);
	/* Changes of which no line can be shown are a diff all the same. */
	must_import_text(f, "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n");
	assert_int_equal(f->batch.records, 0);
	f->options.format = NULL;
}

/* Removed and added lines may look like headers; a signature or a blank line ends nothing early. */
static void test_lines_that_look_like_something_else(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "--- a/x.sql\n+++ b/x.sql\n@@ -1,3 +1,3 @@\n--- old comment\n+++ plus\n \n diff --git\n@@ -8 +8 @@\n-a\n+b\n"
			    "-- \n2.38.1\n");
	assert_int_equal(f->batch.imported, 2);
	assert_slice(sample_at(f, 0)->code, "++ plus\n\ndiff --git\n");
	assert_text(sample_at(f, 1)->path, "x.sql");
	must_import_text(f, "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n"); /* the blank of the empty line was lost */
	assert_slice(sample_at(f, 0)->code, "a\n\nc\n");
	must_import_text(f, "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n\\ Kein Zeilenumbruch am Dateiende.\n");
	assert_int_equal(f->batch.imported, 1);
	must_import_text(f, "--- a/x\n+++ b/x\n@@ -99999999999999999999 +1 @@\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n");
	assert_int_equal(f->batch.records, 1);
}

static void test_combined(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "diff --cc src/x.c\nindex 1111111,2222222..3333333\n--- a/src/x.c\n+++ b/src/x.c\n"
			    "@@@ -1,3 -1,4 +1,4 @@@ int x\n  a\n- b\n -c\n++d\n+ e\n  f\n");
	assert_int_equal(f->batch.imported, 1);
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample->path, "src/x.c");
	assert_text(sample_provenance(sample, "diff.parents"), "2");
	assert_slice(sample->code, "a\nd\ne\nf\n");
}

static void test_per_file(void **state)
{
	struct fixture *f = *state;

	f->options.per = IMPORT_PER_FILE;
	must_import(f, DIFFS "git_no_prefix.diff");
	assert_int_equal(f->batch.imported, 3);
	const struct sample *sample = sample_at(f, 1);
	assert_text(sample->path, "file2");
	assert_text(sample_provenance(sample, "diff.hunks"), "2");
	assert_null(sample->code.at); /* there are lines between the hunks that nobody knows */
	assert_int_equal(sample->region.start_line, 5);
	assert_contains(sample->diff.at, "@@ -15,0 +19,3 @@ line215");
	assert_slice(sample_at(f, 2)->code, "line31\nline32\nline33\n");

	must_import(f, DIFFS "binary.diff");
	sample = sample_at(f, 0);
	assert_text(sample->path, "1x1.png");
	assert_text(sample_provenance(sample, "diff.binary"), "true");
	assert_contains(sample->diff.at, "\nliteral 95\nzcmeAS@N?(olHy`uVBq!");
	assert_text(sample_provenance(sample, "commit"), "62ea0eaf7e00170a8fca79f665442f9f44725956");
	must_import(f, DIFFS "git_rename.diff");
	assert_text(sample_at(f, 2)->path, "otherfile");
	f->options.per = IMPORT_PER_HUNK;
}

/* ---- commits ------------------------------------------------------------------------- */

static void assert_commit(const struct sample *sample, const char *id, const char *author, const char *subject, const char *at)
{
	struct arena arena = ARENA_INIT;
	const char *commit = sample_provenance(sample, "commit");

	assert_string_equal(commit ? commit : "", id);
	assert_text(sample_provenance(sample, "author"), author);
	assert_text(sample_provenance(sample, "subject"), subject);
	assert_string_equal(instant_text(&arena, sample->produced_at), at);
	arena_release(&arena);
}

#define ID "62ea0eaf7e00170a8fca79f665442f9f44725956"
#define PATCH "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n"

static void test_commits(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "From " ID " Mon Sep 17 00:00:00 2001\nFrom: =?UTF-8?q?Martin_Li=C5=A1ka?=\n =?utf-8?b?IDxtQHguY3o+?=\n"
			    "Date: Fri, 9 Dec 2022 12:05:32 +0100\nSubject: [PATCH 1/2] add\n pixel\n\nbody\n---\n x.c | 2\n\n" PATCH
			    "-- \n2.38.1\n\n"
			    "From " ID " Mon Sep 17 00:00:00 2001\nFrom: B <b@x.org>\nDate: Sat, 10 Dec 2022 00:30:00 +0100\n"
			    "Subject: two\n\nFrom: C <c@x.org>\n\n---\n" PATCH);
	assert_int_equal(f->batch.imported, 2);
	assert_commit(sample_at(f, 0), ID, "Martin Li\xc5\xa1ka <m@x.cz>", "[PATCH 1/2] add pixel", "2022-12-09 11:05:32");
	assert_commit(sample_at(f, 1), ID, "C <c@x.org>", "two", "2022-12-09 23:30:00");
	must_import_text(f, "commit " ID "\nMerge: 1111111 2222222\nAuthor: A <a@x>\nDate:   Fri Dec 9 12:05:32 2022 +0100\n\n"
			    "    Subject of it\n\n    more\n\ndiff --git a/x.c b/x.c\n" PATCH
			    "\ncommit 1234567\nAuthor: B <b@x>\nDate:   2022-12-10 01:00:00 -0500\n\n    two\n\n" PATCH);
	assert_commit(sample_at(f, 0), ID, "A <a@x>", "Subject of it", "2022-12-09 11:05:32");
	assert_commit(sample_at(f, 1), "1234567", "B <b@x>", "two", "2022-12-10 06:00:00");
	must_import_text(f, "# HG changeset patch\n# User A <a@x>\n# Date 1381708300 10800\n# Node ID " ID "\n# Parent  0\nAdd it\n\n"
			    "diff -r 0 -r 1 x.c\n" PATCH);
	assert_commit(sample_at(f, 0), ID, "A <a@x>", "Add it", "2013-10-13 23:51:40");
	must_import_text(f, "Description: mend it\nAuthor: A <a@x>\nLast-Update: 2020-01-01\n\n" PATCH);
	assert_text(sample_provenance(sample_at(f, 0), "subject"), "mend it");
	assert_false(instant_known(sample_at(f, 0)->produced_at));
}

static void test_encoded_mails(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "From: A <a@x.org>\nSubject: q\nContent-Transfer-Encoding: quoted-printable\n\n---\n--- a/x.c\n+++ b/x.c\n"
			    "@@ -1 +1 @@\n-a=3D1\n+caf=C3=A9=20=\n and more\n--=20\n2.1\n");
	assert_slice(sample_at(f, 0)->code, "caf\xc3\xa9  and more\n");
	/* The base64 of PATCH in an attachment, its last line cut in the middle of a line. */
	must_import_text(f, "From: A <a@x.org>\r\nSubject: b\r\nContent-Type: multipart/mixed;\r\n boundary=\"=-1\"\r\n\r\n--=-1\r\n"
			    "Content-Type: text/plain\r\n\r\nsee it\r\n--=-1\r\nContent-Type: text/x-patch; name=x.patch\r\n"
			    "Content-Transfer-Encoding: base64\r\n\r\nLS0tIGEveC5jCisrKyBiL3guYwpA\r\nQCAtMSArMSBAQAotYQorYgo=\r\n"
			    "--=-1--\r\n");
	assert_int_equal(f->batch.imported, 1);
	assert_slice(sample_at(f, 0)->diff, PATCH);
	assert_text(sample_provenance(sample_at(f, 0), "subject"), "b");
	/* A rejected one cannot be cut out of the file: it brings its bytes. */
	must_import_text(f, "From: A <a@x.org>\nContent-Transfer-Encoding: base64\n\n"
			    "LS0tIGEveC5jCisrKyBiL3guYwpAQCAtMSArMSBAQAotYQo=\n");
	assert_int_equal(f->batch.rejected, 1);
}

static void test_truncated_at_every_byte(void **state)
{
	static const char text[] = "From " ID " Mon Sep 17 00:00:00 2001\nSubject: =?UTF-8?q?a?= b\n\n"
				   "diff --git \"a/\\303\\242.c\" b/x y.c\nsimilarity index 1%\nrename from q\nrename to r\n"
				   "--- a/x\n+++ b/x\n@@ -1,2 +1 @@ s\n a\n-b\n\\ No newline\n";
	struct fixture *f = *state;

	for (size_t len = 0; len < sizeof(text); len++) {
		enum status status = import_bytes(f, (struct slice){ text, len });
		assert_true(status == STATUS_OK || status == STATUS_INPUT);
	}
	assert_int_equal(f->batch.imported, 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_real_files, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_a_hunk, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_names, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_broken_hunks_are_rejected_and_the_rest_goes_on, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_texts_that_are_no_diff, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_lines_that_look_like_something_else, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_combined, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_per_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_commits, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_encoded_mails, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_truncated_at_every_byte, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
