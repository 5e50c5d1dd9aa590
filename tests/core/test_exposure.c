/* Denominators: files of them, and which breakdown answers a question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/exposure.h"

struct state {
	struct arena arena;
	struct error err;
	char path[64];
};

static int setup(void **state)
{
	struct state *s = mem_zalloc(1, sizeof(*s));

	snprintf(s->path, sizeof(s->path), "/tmp/aitia-exposure-%ld.csv", (long)getpid());
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	unlink(s->path);
	arena_release(&s->arena);
	free(s);
	return 0;
}

static enum status read_text(struct state *s, const char *text, struct exposure_rows *out)
{
	FILE *file = fopen(s->path, "wb");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return exposure_read_csv(&s->arena, s->path, out, &s->err);
}

static void files_are_read_line_by_line(void **state)
{
	struct state *s = *state;
	struct exposure_rows rows;

	/* A quoted cell of two lines, a blank line, an empty value, the same day twice, and what is wrong. */
	assert_int_equal(read_text(s, "\xef\xbb\xbf" "date;count;lang;@plan\n2026-03-04;5;c;\"a\nb\"\n\n2026-03-04T10:00;2;c;\"a\nb\"\n"
				      "2026-03-06;9;c;p\n2026-03-06;1.5;c;p\n2026-03-07;7\n2026-03-05;0;;p\n", &rows), STATUS_OK);
	assert_int_equal(rows.records, 6);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.rows[0].outputs, 7);
	assert_string_equal(rows.rows[0].values[0].key, "lang");
	assert_string_equal(rows.rows[0].values[1].key, "plan");
	assert_string_equal(rows.rows[0].values[1].value, "a\nb");
	assert_int_equal(rows.rows[1].outputs, 0);
	assert_null(rows.rows[1].values[0].value);
	assert_int_equal(rows.rows[1].day, rows.rows[0].day + 1);
	assert_int_equal(rows.reject_count, 3);
	assert_int_equal(rows.rejects[0].line, 7);
	assert_int_equal(rows.rejects[1].line, 8);
	assert_int_equal(rows.rejects[2].line, 9);
	assert_string_equal(rows.rejects[0].reason, "another line of its day is rejected");
	assert_string_equal(rows.rejects[1].reason, "its number of outputs is no whole number, or is too great");
}

/* What is added up would lack a part, and be a number like any other. */
static void a_day_is_taken_whole_or_not(void **state)
{
	struct state *s = *state;
	struct exposure_rows rows;

	assert_int_equal(read_text(s, "day,outputs\n2026-10-01T00:00,100\n2026-10-01T01:00,abc\n2026-10-01T02:00,300\n2026-10-02,5\n", &rows),
			 STATUS_OK);
	assert_int_equal(rows.count, 1);
	assert_int_equal(rows.rows[0].outputs, 5);
	assert_int_equal(rows.reject_count, 3);
	for (int64_t i = 0; i < 3; i++)
		assert_int_equal(rows.rejects[i].line, 2 + i);
	/* Whose part is it? */
	assert_int_equal(read_text(s, "day,outputs\n2026-10-01,100\n2026-10,3\n", &rows), STATUS_INPUT);
	assert_non_null(strstr(s->err.text, "line 3: its day cannot be read"));
	assert_int_equal(read_text(s, "outputs,day\n100,2026-10-01\n3\n", &rows), STATUS_INPUT);
}

static void headers_that_are_wrong(void **state)
{
	static const char *const texts[] = { "", "when,outputs\n", "day,outputs,day\n", "day,outputs,lang,lang\n", "day,outputs,rule\n",
					     "day,outputs,status\n", "day,outputs,\n", "day,outputs,a,b,c,d,e,f,g,h,i\n" };
	struct state *s = *state;
	struct exposure_rows rows;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(read_text(s, texts[i], &rows), STATUS_INPUT);
	assert_int_equal(read_text(s, "day,outputs,model\n", &rows), STATUS_OK);
	assert_int_equal(rows.count, 0);
	assert_int_equal(exposure_read_csv(&s->arena, "/nowhere.csv", &rows, &s->err), STATUS_INPUT);
}

/* By model: 100 a day of a, 10 of b, for three days; by model and language: two days; all: one. */
static size_t fill(struct exposure *rows)
{
	static const struct exposure_value a[] = { { PROVENANCE_MODEL, "a" } }, b[] = { { PROVENANCE_MODEL, "b" } };
	static const struct exposure_value ac[] = { { PROVENANCE_MODEL, "a" }, { "lang", "c" } };
	static const struct exposure_value ap[] = { { PROVENANCE_MODEL, "a" }, { "lang", "python" } };
	size_t count = 0;

	for (int64_t day = 10; day < 13; day++) {
		rows[count++] = (struct exposure){ day, a, 1, 100 };
		rows[count++] = (struct exposure){ day, b, 1, 10 };
	}
	for (int64_t day = 10; day < 12; day++) {
		rows[count++] = (struct exposure){ day, ac, 2, 60 };
		rows[count++] = (struct exposure){ day, ap, 2, 40 };
	}
	rows[count++] = (struct exposure){ 10, NULL, 0, 1 };
	return count;
}

static struct exposure_choice choose(struct state *s, const char *text, const struct table_key *keys, size_t key_count)
{
	struct exposure rows[32];
	size_t count = fill(rows);
	struct query query;
	struct exposure_wish wish = { keys, key_count, &query, NULL };
	struct exposure_choice choice;

	assert_int_equal(query_parse(&s->arena, text, NULL, &query, &s->err), STATUS_OK);
	exposure_choose(&s->arena, rows, count, &wish, &choice);
	return choice;
}

static void the_breakdown_that_can_tell_is_taken(void **state)
{
	const struct table_key lang = { .facet = FACET_LANG }, model = { .provenance = PROVENANCE_MODEL }, plan = { .provenance = "plan" };
	struct state *s = *state;
	struct exposure_choice choice = choose(s, "rule:S101 cause:model \"words\"", NULL, 0);

	/* Flags and judgements make cases; most days win; the outputs are counted once. */
	assert_true(choice.known);
	assert_string_equal(choice.by, PROVENANCE_MODEL);
	assert_int_equal(choice.table.count, 330);
	assert_int_equal(choice.table.row_count, 3);
	choice = choose(s, "rule:S101 model:b", NULL, 0);
	assert_int_equal(choice.table.count, 30);
	choice = choose(s, "-model:b after:1970-01-11", NULL, 0);
	assert_int_equal(choice.table.count, 200);
	choice = choose(s, "model:a", &lang, 1);
	assert_string_equal(choice.by, PROVENANCE_MODEL ", lang");
	assert_int_equal(choice.table.count, 200);
	assert_int_equal(choice.table.row_count, 4);
	choice = choose(s, "lang:c", &model, 1);
	assert_int_equal(choice.table.count, 120);
	/* And what none of them tells. */
	choice = choose(s, "", &plan, 1);
	assert_false(choice.known);
	assert_string_equal(choice.missing, "@plan");
	choice = choose(s, "harness:2", NULL, 0);
	assert_string_equal(choice.missing, "harness");
	choice = choose(s, "path:src", NULL, 0);
	assert_string_equal(choice.missing, "path");
	exposure_choose(&s->arena, NULL, 0, &(struct exposure_wish){ NULL, 0, NULL, NULL }, &choice);
	assert_false(choice.known);
	assert_null(choice.missing);
}

/* 14 days of 1970, 60 of another year: cases say which of them is wanted. */
static void the_breakdown_of_the_cases_time_is_taken(void **state)
{
	static const struct exposure_value c[] = { { "lang", "c" } };
	const struct table_key day = { .facet = FACET_DAY };
	struct state *s = *state;
	struct exposure rows[74];
	struct exposure_choice choice;
	struct table cases;
	struct table_builder *builder = table_builder_new(&day, 1);
	uint32_t cell = table_builder_value(builder, 0, "1970-01-12");

	for (int64_t i = 0; i < 74; i++)
		rows[i] = i < 14 ? (struct exposure){ 5 + i, c, 1, 10 } : (struct exposure){ 1000 + i, NULL, 0, 10 };
	table_builder_add(builder, &cell, 3);
	cell = table_builder_value(builder, 0, NULL);
	table_builder_add(builder, &cell, 1);
	table_builder_end(builder, &s->arena, &cases);
	table_builder_free(builder);
	exposure_choose(&s->arena, rows, 74, &(struct exposure_wish){ NULL, 0, NULL, &cases }, &choice);
	assert_string_equal(choice.by, "lang");
	/* What is known of its days. */
	assert_int_equal(choice.day_count, 14);
	assert_true(exposure_covers(&choice, 5, 19) && exposure_covers(&choice, 18, 19) && exposure_covers(&choice, 3, 3));
	assert_false(exposure_covers(&choice, 4, 6) || exposure_covers(&choice, 18, 20) || exposure_covers(&choice, INT64_MIN, 6));
	/* Without any, and where they are as good, the one of most days. */
	exposure_choose(&s->arena, rows, 74, &(struct exposure_wish){ NULL, 0, NULL, NULL }, &choice);
	assert_string_equal(choice.by, "");
}

static void terms_about_outputs_alone(void **state)
{
	struct state *s = *state;
	struct query query;

	assert_int_equal(query_parse(&s->arena, "rule:x -lang:\"c d\",py word after:2026 -before:2025-01 plan:a* level>=error", NULL, &query,
				     &s->err), STATUS_OK);
	assert_string_equal(exposure_query(&s->arena, &query), "-lang:\"c d\",py after:2026 -before:2025-01 plan:a*");
}

static void attributes_come_back(void **state)
{
	const struct exposure_value values[] = { { "a\"", "\\ \n\xe2\x80\xae" }, { "b", NULL } };
	const struct exposure row = { 3, values, 2, 1 };
	struct state *s = *state;
	struct exposure out = { 0 };
	char *text = exposure_attributes(&s->arena, &row);

	assert_true(exposure_read_attributes(&s->arena, slice_of(text), &out));
	assert_int_equal(exposure_compare_values(&row, &out), 0);
	assert_false(exposure_read_attributes(&s->arena, slice_of("[1]"), &out));
	assert_false(exposure_read_attributes(&s->arena, slice_of("{\"a\":1}"), &out));
	assert_false(exposure_read_attributes(&s->arena, slice_of("{"), &out));
}

int main(int argc, char **argv)
{
#define EXPOSURE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		EXPOSURE_TEST(files_are_read_line_by_line),
		EXPOSURE_TEST(a_day_is_taken_whole_or_not),
		EXPOSURE_TEST(headers_that_are_wrong),
		EXPOSURE_TEST(the_breakdown_that_can_tell_is_taken),
		EXPOSURE_TEST(the_breakdown_of_the_cases_time_is_taken),
		EXPOSURE_TEST(terms_about_outputs_alone),
		EXPOSURE_TEST(attributes_come_back),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
