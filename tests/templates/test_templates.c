/* Templates: the built-in ones on every site, the names that they can use, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "templates/chart_svg.h"
#include "templates/site.h"
#include "templates/template.h"
#include "templates/templates.h"
#include "tests/templates/example.h"
#include "tests/templates/hostile.h"

struct fixture {
	struct arena arena, scratch;
	struct example x;
	struct flag flag;
	struct provenance provenance;
	struct error err;
	struct strbuf faults;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strbuf_init(&f->faults);
	example_init(&f->x);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->faults);
	arena_release(&f->arena);
	arena_release(&f->scratch);
	free(f);
	return 0;
}

static enum status render(struct fixture *f, const struct page_template *page_template, const char *site, struct slice *out)
{
	const struct page *pages;
	size_t count;
	enum status status;

	f->x.input.page_template = page_template;
	status = templates_renderer()->postmortem(&f->scratch, &f->x.input, site, &pages, &count, &f->err);
	if (status == STATUS_OK)
		*out = pages[0].content;
	return status;
}

static void note(void *context, const char *fault)
{
	strbuf_addf(context, "%s\n", fault);
}

static const char *faults_of(struct fixture *f, const char *text, const char *part)
{
	const struct page_template_part parts[] = { { "own", slice_of(part) } };
	const struct page_template page_template = { .name = "t.mustache", .text = slice_of(text), .parts = parts,
						     .part_count = part ? 1 : 0 };

	strbuf_clear(&f->faults);
	template_check(&f->scratch, &page_template, NULL, note, &f->faults);
	return f->faults.text;
}

/* Every text of the example is `text`; one more sample, cause and change, so that no list is empty. */
static void fill(struct fixture *f, const char *text)
{
	example_fill(&f->x, &f->flag, &f->provenance, text);
	f->x.input.codebook = codebook_default();
}

/* ---- the built-in ones -------------------------------------------------------------------- */

static void built_in_ones_fit(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct page_template *all = template_builtins(&f->arena, false, &count);

	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++) {
		strbuf_clear(&f->faults);
		assert_int_equal(template_check(&f->scratch, &all[i], NULL, note, &f->faults), 0);
		assert_true(all[i].help[0] && all[i].text.len_bytes);
		assert_int_equal(all[i].is_public, strcmp(all[i].name, "notice") == 0);
	}
	assert_null(template_builtin(&f->arena, "section")); /* that is a part */
}

static void golden_pages(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct page_template *all = template_builtins(&f->arena, false, &count);

	fill(f, "A text, *with* marks");
	f->x.advisory_part.status = ADVISORY_FIXED;
	f->x.advisory_part.notified_at = example_at("2026-04-23");
	f->x.causes[0].role = ROLE_TRIGGER;
	for (size_t i = 0; i < count; i++) {
		char *path = arena_printf(&f->arena, "tests/golden/templates/template_%s.md", all[i].name);
		struct slice page = { "", 0 };

		if (render(f, &all[i], "plain", &page) != STATUS_OK)
			fail_msg("%s: %s", all[i].name, f->err.text);
		if (getenv("UPDATE_GOLDEN"))
			assert_int_equal(file_write_atomic(path, page, &f->err), STATUS_OK);
		if (!slice_eq(hostile_read(&f->arena, path), page))
			fail_msg("%s is not what is made now; UPDATE_GOLDEN=1 renews it. Now:\n%.*s", path, (int)page.len_bytes,
				 page.at);
	}
}

/* What users get holds nothing of the team. */
static void a_notice_is_for_users(void **state)
{
	static const char *const hidden[] = { "harness team", "https://example.org/t/1", "src/session_state.py", "C1", "A1",
					      "infrastructure/cache" };
	struct fixture *f = *state;
	struct slice page = { "", 0 };

	assert_int_equal(render(f, template_builtin(&f->arena, "full"), "plain", &page), STATUS_OK);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		assert_non_null(strstr(page.at, hidden[i]));
	assert_int_equal(render(f, template_builtin(&f->arena, "notice"), "plain", &page), STATUS_OK);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		assert_null(strstr(page.at, hidden[i]));
	assert_non_null(strstr(page.at, "## Are you affected?\n\nNot recorded."));
}

/* "Not yet" of what is closed would frighten users for nothing. */
static void a_notice_tells_an_open_end_from_an_unknown_one(void **state)
{
	static const struct { enum incident_status status; bool affected; const char *says; } cases[] = {
		{ INCIDENT_INVESTIGATING, false, "- Over for everybody: not yet\n" },
		{ INCIDENT_REOPENED, false, "- Over for everybody: not yet\n" },
		{ INCIDENT_CLOSED, false, "- Over for everybody: not known\n" },
		{ INCIDENT_DUPLICATE, false, "- Over for everybody: not known\n" },
		{ INCIDENT_CLOSED, true, "- Over for everybody: not yet\n" },
	};
	struct fixture *f = *state;
	static struct incident_cohort cohorts[] = { { .number = 1, .name = "Pro", .state = COHORT_AFFECTED }, { .number = 2, .name = "Team", .state = COHORT_AFFECTED } };
	static const int64_t one[] = { 1 };

	f->x.incident.cohorts = cohorts;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice page = { "", 0 };

		f->x.incident.status = cases[i].status;
		f->x.incident.cohort_count = cases[i].affected ? 2 : 0;
		/* Over for one of two, or for nobody that is known. */
		f->x.events[6].milestone = cases[i].affected ? MILESTONE_RESOLVED : MILESTONE_NONE;
		f->x.events[6].cohorts = cases[i].affected ? one : NULL;
		f->x.events[6].cohorts_count = cases[i].affected ? 1 : 0;
		assert_int_equal(render(f, template_builtin(&f->arena, "notice"), "plain", &page), STATUS_OK);
		if (!strstr(arena_text(&f->arena, page), cases[i].says))
			fail_msg("%zu: %.*s", i, (int)page.len_bytes, page.at);
	}
	/* What began again has its end in the record still. */
	f->x.incident.cohort_count = 0;
	f->x.events[6].milestone = MILESTONE_RESOLVED;
	f->x.events[6].cohorts_count = 0;
	for (int again = 0; again < 2; again++) {
		struct slice page = { "", 0 };

		f->x.incident.status = again ? INCIDENT_REOPENED : INCIDENT_RESOLVED;
		assert_int_equal(render(f, template_builtin(&f->arena, "notice"), "plain", &page), STATUS_OK);
		assert_true(!strstr(arena_text(&f->arena, page), "- Over for everybody: not yet\n") == !again);
	}
}

/* A source's or cohort's name is none. */
static void of_a_contradiction_the_dispute_alone_is_markdown(void **state)
{
	struct fixture *f = *state;
	struct slice page = { "", 0 };

	fill(f, "x");
	f->x.events[0].sources = "*P* [q](https://evil.example/x)";
	f->x.dispute_part.text = "It was *later*, see [r](https://example.org/r).";
	assert_int_equal(render(f, template_builtin(&f->arena, "brief"), "plain", &page), STATUS_OK);
	if (!strstr(page.at, "(E1, DI1): \\*P\\* \\[q\\](https\\://evil.example/x): 2026-02; another source: 2020. "
			     "It was *later*, see [r](https://example.org/r)."))
		fail_msg("%s", strstr(page.at, "## Contradictions"));
}

static void a_unit_without_a_number_has_a_column(void **state)
{
	static struct incident_impact impacts[] = {
		{ .number = 1, .measure = "people", .unit = "people", .denominator_unit = "accounts" },
		{ .number = 2, .measure = "calls", .value = "12", .unit = "%", .denominator = "40", .denominator_unit = "sessions" },
	};
	struct fixture *f = *state;
	struct slice page = { "", 0 };

	f->x.incident.impacts = impacts;
	f->x.incident.impact_count = 2;
	assert_int_equal(render(f, template_builtin(&f->arena, "brief"), "plain", &page), STATUS_OK);
	assert_non_null(strstr(page.at, "| No. | Measure | During | Unit | Of | Denominator unit |\n| --- | --- | --- | --- | --- | --- |\n"
					"| IM1 | people |  | people |  | accounts |\n| IM2 | calls | 12 % |  | 40 sessions |  |\n"));
	f->x.incident.impacts = &impacts[1];
	f->x.incident.impact_count = 1;
	assert_int_equal(render(f, template_builtin(&f->arena, "brief"), "plain", &page), STATUS_OK);
	assert_non_null(strstr(page.at, "| No. | Measure | During | Of |\n"));
}

static void exact_times_have_no_column_of_certainty(void **state)
{
	struct fixture *f = *state;
	struct slice page = { "", 0 };

	for (size_t i = 0; i < f->x.incident.event_count; i++)
		f->x.events[i].certainty = EVENT_CERTAINTY_EXACT;
	assert_int_equal(render(f, template_builtin(&f->arena, "full"), "plain", &page), STATUS_OK);
	assert_non_null(strstr(page.at, "| When | What | Kind | Who | Source |\n| --- | --- | --- | --- | --- |\n"
					"| 2026-02 (month) | Reports that the interface seems *frozen* | report |  | P |\n"));
	f->x.events[4].certainty = EVENT_CERTAINTY_DISPUTED;
	assert_int_equal(render(f, template_builtin(&f->arena, "full"), "plain", &page), STATUS_OK);
	assert_non_null(strstr(page.at, "| When | What | Kind | Certainty | Who | Source |\n| --- | --- | --- | --- | --- | --- |\n"));
	assert_non_null(strstr(page.at, "| Effort change reverted | milestone: **mitigated** | **disputed** |"));
}

static void hostile_texts_on_every_site(void **state)
{
	struct fixture *f = *state;
	struct texts texts = hostile_texts(&f->arena);
	size_t site_count, count;
	const struct site *sites = site_list(&site_count);
	const struct page_template *all = template_builtins(&f->arena, false, &count);

	for (size_t i = 0; i < texts.count; i++) {
		fill(f, utf8_clean(&f->arena, texts.items[i]));
		for (size_t s = 0; s < site_count; s++) {
			const struct page_template *one = &all[(i + s) % count]; /* all with each are too many to wait for */
			struct slice page = { "", 0 };
			/* The page is read back, and refused if anything is not as it was. */
			if (render(f, one, sites[s].name, &page) != STATUS_OK)
				fail_msg("%s, %s: <<%s>>: %s", one->name, sites[s].name, texts.items[i].at, f->err.text);
			hostile_assert_visible(page, one->name);
			arena_clear(&f->scratch);
		}
	}
}

/* ---- names --------------------------------------------------------------------------------- */

/* A template that shows one name, within the lists that hold it: "a[].b" as {{#a}} {{b}} {{/a}}. */
static const char *template_for(struct fixture *f, const struct template_name *name)
{
	struct strbuf text = STRBUF_INIT, ends = STRBUF_INIT;
	const char *at = name->path, *list, *made;
	bool held = strcmp(name->type, "list") == 0 || strcmp(name->type, "object") == 0 || strcmp(name->type, "bool") == 0;

	while ((list = strstr(at, "[]"))) {
		strbuf_addf(&text, "{{#%.*s}}\n", (int)(list - at), at);
		strbuf_insert(&ends, 0, arena_printf(&f->scratch, "{{/%.*s}}\n", (int)(list - at), at),
			      (size_t)(list - at) + strlen("{{/}}\n"));
		at = list + 2 + (list[2] == '.');
	}
	if (!*at)
		at = ".";
	strbuf_addf(&text, held ? "{{#%s}}{{/%s}}\n" : strcmp(name->type, "text") == 0 ? "{{%s}}\n" : "{{{%s}}}\n", at, at);
	strbuf_addf(&text, "\nreached\n%s", ends.text);
	made = arena_strdup(&f->scratch, text.text);
	strbuf_release(&text);
	strbuf_release(&ends);
	return made;
}

/* Each name of the table is in the data, and is what the table says. */
static void names_are_in_the_data(void **state)
{
	static const struct incident_change other = { .number = 2, .text = "two", .type = CHANGE_PROMPT };
	static const struct facet day_counts[] = { { "2026-03-05", 2 }, { "2026-03-04", 1 } }, cause_counts[] = { { "model", 2 } };
	static const struct facet_list days = { .key = FACET_DAY, .values = day_counts, .count = 2 };
	static const struct facet_list found = { .key = FACET_CAUSE, .values = cause_counts, .count = 1 };
	struct fixture *f = *state;
	size_t count, reached = 0;
	const struct template_name *names = template_names(&f->arena, &count);
	struct incident_change changes[2];
	struct incident_cause causes[4];

	fill(f, "text");
	f->x.input.days = &days;
	f->x.input.found = &found;
	f->x.input.document = slice_of("{}");
	changes[0] = f->x.change_part;
	changes[1] = other;
	changes[1].at = example_at("2026-03-02");
	f->x.incident.changes = changes;
	f->x.incident.change_count = 2;
	for (size_t i = 0; i < 3; i++)
		causes[i] = f->x.causes[i];
	causes[3] = (struct incident_cause){ .number = 4, .code = "model", .statement = "x", .role = ROLE_LATENT };
	f->x.incident.causes = causes;
	f->x.incident.cause_count = 4;
	f->x.input.document = slice_of("{}\n");
	for (size_t i = 0; i < count; i++) {
		const struct page_template page_template = { .name = "one", .text = slice_of(template_for(f, &names[i])) };
		struct slice page = { "", 0 };

		if (render(f, &page_template, "plain", &page) != STATUS_OK)
			fail_msg("%s: %s\n%s", names[i].path, f->err.text, page_template.text.at);
		reached += strstr(page.at, "reached") != NULL;
		if (!strstr(page.at, "reached"))
			print_message("not reached: %s\n", names[i].path);
		arena_clear(&f->scratch);
	}
	assert_int_equal(reached, count);
	assert_true(count > 400);
}

/* ---- what is refused ---------------------------------------------------------------------- */

static void faults_are_named(void **state)
{
	static const struct { const char *text, *fault; } cases[] = {
		{ "a\n{{sumary}}", "t.mustache:2: \"sumary\" is not in the data: did you mean \"summary\"?\n" },
		{ "{{qqqqqqqqqqqqqqqq}}", "t.mustache:1: \"qqqqqqqqqqqqqqqq\" is not in the data; aitia template names lists what is\n" },
		/* whatever today's incident holds */
		{ "{{#record.advisories}}\n\n{{prodcut}}\n{{/record.advisories}}", "t.mustache:3: \"prodcut\" is not in the data: did you mean \"product\"?\n" },
		{ "{{^causes}}{{nothing_such}}{{/causes}}", "t.mustache:1: \"nothing_such\" is not in the data; aitia template names lists what is\n" },
		{ "{{#record.cohort}}{{x}}{{/record.cohort}}", "t.mustache:1: \"record.cohort\" is not in the data: did you mean \"record.cohorts\"?\n" },
		{ "{{{incident.title}}}", "t.mustache:1: \"incident.title\" is text and cannot be inserted unescaped: write {{incident.title}}\n" },
		{ "{{&incident.title}}", "t.mustache:1: \"incident.title\" is text and cannot be inserted unescaped: write {{incident.title}}\n" },
		{ "{{causes}}", "t.mustache:1: \"causes\" is a list and cannot be shown: write {{#causes}}\n" },
		{ "{{incident}}", "t.mustache:1: \"incident\" is an object and cannot be shown: write {{#incident}}\n" },
		{ "{{#summary}}x {{{body}}}{{/summary}}", "t.mustache:1: \"body\" is a block: it needs a line of its own, with nothing before or behind it\n" },
		{ "- \n{{#contradictions}}\n| {{{parts}}} |\n{{/contradictions}}", "t.mustache:3: \"parts\" is no cell, and cannot stand in a table's row\n" },
		{ "{{#timeline}}\n## {{{what}}}\n{{/timeline}}", "t.mustache:2: \"what\" is no heading, and cannot stand in one\n" },
		{ "{{>tabel}}", "t.mustache:1: \"tabel\" is no part that exists: did you mean \"table\"?\n" },
		{ "| {{>table}} |", "t.mustache:1: \"table\" is a part: it needs a line of its own, with nothing before or behind it\n" },
		{ "x\n{{#causes}}", "t.mustache:2: this section is never ended: \"causes\"\n" },
		{ "{{title.more}}", "t.mustache:1: \"title.more\" is not in the data; aitia template names lists what is\n" },
		{ "{{#causes}}{{>cause}}{{/causes}}", "t.mustache:1: \"cause\" is a part: it needs a line of its own, with nothing before or behind it\n" },
		{ "{{incident.title}}\n| {{incident.key}} |\n# {{incident.status}}\n{{#causes}}\n{{>cause}}\n{{/causes}}\n", "" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(faults_of(f, cases[i].text, NULL), cases[i].fault);
	assert_string_equal(faults_of(f, "{{>own}}\n", "a\n{{gone_away}}"), "own:2: \"gone_away\" is not in the data; aitia template names lists what is\n");
	assert_string_equal(faults_of(f, "{{>own}}\n", "{{>own}}\n"), "own:1: \"own\" is a part within itself\n");
	/* A part of one's own goes before the built-in one. */
	assert_string_equal(faults_of(f, "{{>own}}\n", "fine"), "");
}

/* The check goes before the first page, not at the first incident that fills the section. */
static void a_page_is_refused_at_once(void **state)
{
	struct fixture *f = *state;
	const struct page_template wrong = { .name = "t.mustache", .text = slice_of("{{#record.waivers}}{{ruel}}{{/record.waivers}}") };
	struct slice page = { "", 0 };

	assert_int_equal(render(f, &wrong, "plain", &page), STATUS_INPUT);
	assert_non_null(strstr(f->err.text, "t.mustache:1: \"ruel\" is not in the data: did you mean \"rule\"?"));
}

static void text_leads_nowhere(void **state)
{
	static const char *const texts[] = { "[x]({{incident.title}})", "[x](<{{incident.title}}>)", "<{{incident.title}}>",
					     "[x]: {{incident.title}}", "[x]({{#incident}}{{title}}{{/incident}})" };
	struct fixture *f = *state;
	struct slice page = { "", 0 };

	f->x.incident.title = "javascript:alert(1)";
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct page_template page_template = { .name = "t.mustache", .text = slice_of(texts[i]) };
		if (render(f, &page_template, "plain", &page) == STATUS_OK)
			fail_msg("%s gives %s", texts[i], page.at);
		assert_non_null(strstr(f->err.text, "where an address is read"));
	}
}

/* Text is escaped for the place where it stands. */
static void text_fits_its_place(void **state)
{
	struct fixture *f = *state;
	const struct page_template page_template = {
		.name = "t.mustache", .text = slice_of("{{incident.title}}\n\n- {{incident.title}}, {{incident.title}}\n\n"
						       "## {{incident.title}}\n\n| a | b |\n| --- | --- |\n| {{incident.title}} | b |\n") };
	struct slice page = { "", 0 };

	f->x.incident.title = "1. a | b #";
	assert_int_equal(render(f, &page_template, "plain", &page), STATUS_OK);
	assert_string_equal(page.at, "1\\. a \\| b #\n\n- 1\\. a \\| b #, 1. a \\| b #\n\n## 1. a \\| b \\#\n\n| a | b |\n| --- | --- |\n"
				     "| 1. a \\| b # | b |\n");
}

/* Numbers of pictures are written as printf() writes them. */
static void numbers_of_pictures(void **state)
{
	char wanted[200];
	struct strbuf line = STRBUF_INIT;

	(void)state;
	for (int i = -2000; i < 20000; i++) {
		double x = i / 7.0, y = i * 3.1;

		strbuf_clear(&line);
		svg_line(&line, x, y, i, 12345.0 * i, "grid");
		snprintf(wanted, sizeof(wanted), "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", x, y, (double)i,
			 12345.0 * i);
		if (strcmp(line.text, wanted) != 0)
			fail_msg("%s is not %s", line.text, wanted);
	}
	strbuf_release(&line);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_pictures),
		cmocka_unit_test_setup_teardown(built_in_ones_fit, setup, teardown),
		cmocka_unit_test_setup_teardown(golden_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(a_notice_is_for_users, setup, teardown),
		cmocka_unit_test_setup_teardown(exact_times_have_no_column_of_certainty, setup, teardown),
		cmocka_unit_test_setup_teardown(a_unit_without_a_number_has_a_column, setup, teardown),
		cmocka_unit_test_setup_teardown(of_a_contradiction_the_dispute_alone_is_markdown, setup, teardown),
		cmocka_unit_test_setup_teardown(a_notice_tells_an_open_end_from_an_unknown_one, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_texts_on_every_site, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_in_the_data, setup, teardown),
		cmocka_unit_test_setup_teardown(faults_are_named, setup, teardown),
		cmocka_unit_test_setup_teardown(a_page_is_refused_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(text_leads_nowhere, setup, teardown),
		cmocka_unit_test_setup_teardown(text_fits_its_place, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
