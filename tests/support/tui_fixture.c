#include "tests/support/tui_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"

static const char python_code[] =
	"import asyncio\n"
	"\n"
	"async def drain(queue, limit=10):\n"
	"    \"\"\"Take what is there, at most `limit`.\"\"\"\n"
	"    taken = []\n"
	"    while not queue.empty():\n"
	"        item = queue.get_nowait_all(limit)  # no such method\n"
	"        taken.append(item)\n"
	"\tif len(taken) > 10:\n"
	"            break\n"
	"    return taken\n";

static const char c_code[] =
	"static int sum(const int *values, size_t count)\n"
	"{\n"
	"\tint total = 0;\n"
	"\tfor (size_t i = 0; i <= count; i++) /* one too many */\n"
	"\t\ttotal += values[i];\n"
	"\treturn total;\n"
	"}\n";

static const char diff_text[] =
	"--- a/src/drain.py\n"
	"+++ b/src/drain.py\n"
	"@@ -4,3 +4,3 @@\n"
	"     while not queue.empty():\n"
	"-        item = queue.get_nowait()\n"
	"+        item = queue.get_nowait_all(limit)\n"
	"         taken.append(item)\n";

static struct instant at(const char *text)
{
	struct instant out;

	assert_int_equal(instant_parse(slice_of(text), &out, NULL), STATUS_OK);
	return out;
}

static void add(struct store *store, const struct sample *sample)
{
	assert_true(fake_store_add(store, sample) > 0);
}

static void first_sample(struct store *store)
{
	static const struct flag flags[] = {
		{ .source = SOURCE_UNIT_TEST, .level = LEVEL_ERROR, .tool = "pytest", .rule = "AttributeError",
		  .message = "'Queue' object has no attribute 'get_nowait_all'", .region = { 47, 9, 47, 44 } },
		{ .source = SOURCE_LINTER, .level = LEVEL_WARNING, .tool = "ruff", .rule = "E101",
		  .message = "Indentation contains mixed spaces and tabs", .region = { 49, 1, 49, 2 } },
	};
	static const struct provenance provenance[] = {
		{ PROVENANCE_MODEL, "opus-4.6", CERTAINTY_RECORDED },
		{ PROVENANCE_HARNESS, "2.1.88", CERTAINTY_RECORDED },
		{ PROVENANCE_EFFORT, "medium", CERTAINTY_DERIVED },
	};

	add(store, &(struct sample){
		.kind = SAMPLE_KIND_EDIT, .external_id = "run-17/3", .code = slice_of(python_code),
		.prompt = slice_of("Drain the queue, but take at most ten items at a time."),
		.expected = slice_of("    while queue.qsize() and len(taken) < limit:\n"), .diff = slice_of(diff_text),
		.language = "python", .path = "services/worker/src/queues/drain.py", .region = { 41, 1, 51, 1 },
		.session = "s-1", .turn = 12, .produced_at = at("2026-05-04T11:30:00Z"), .illustrative = true,
		.flags = flags, .flag_count = 2, .provenance = provenance, .provenance_count = 3 });
}

static void second_sample(struct store *store)
{
	static const struct flag flag = { .source = SOURCE_SAST, .level = LEVEL_WARNING, .tool = "clang-tidy",
					  .rule = "bugprone-loop", .message = "reads one element behind the end",
					  .region = { 4, 0, 0, 0 } };
	static const struct provenance provenance = { PROVENANCE_MODEL, "opus-4.6", CERTAINTY_RECORDED };
	const struct place places[] = {
		{ .role = PLACE_RELATED, .path = "lib/sum.h", .region = { 12, 3, 0, 0 }, .message = "declared here",
		  .text = slice_of("int sum(const int *values, int count);\n") },
		{ .role = PLACE_CODE_FLOW, .group = 1, .path = "lib/sum.c", .region = { 2, 0, 0, 0 }, .message = "count comes in" },
		{ .role = PLACE_CODE_FLOW, .group = 1, .nesting = 1, .path = "lib/sum.c", .region = { 4, 9, 0, 0 },
		  .message = "index may be count" },
		{ .role = PLACE_FIX, .group = 1, .path = "lib/sum.c", .region = { 4, 0, 4, 0 }, .message = "Stop one earlier",
		  .text = slice_of("for (int i = 0; i < count; i++)\n") },
		{ .role = PLACE_FIX, .group = 2, .path = "lib/sum.c", .region = { 3, 0, 4, 0 }, .text = { "", 0 } },
	};

	add(store, &(struct sample){
		.places = places, .place_count = 5,
		.kind = SAMPLE_KIND_COMPLETION, .code = slice_of(c_code), .language = "c", .path = "lib/sum.c",
		.region = { 1, 0, 7, 0 }, .produced_at = at("2026-05-04T09:00:00Z"), .flags = &flag, .flag_count = 1,
		.provenance = &provenance, .provenance_count = 1 });
}

void fixture_samples(struct store *store)
{
	static const char *const languages[] = { "python", "go", "rust" };
	static const enum level levels[] = { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTE, LEVEL_NONE };

	first_sample(store);
	second_sample(store);
	for (int i = 3; i <= FIXTURE_SAMPLES; i++) {
		char message[80], path[64], code[160], day[32];
		struct flag flag = { .source = SOURCE_EVAL, .level = levels[i % 4], .tool = "eval", .rule = "wrong-answer",
				     .message = message, .region = { 2, 0, 2, 0 } };
		struct provenance provenance = { PROVENANCE_MODEL, i % 2 ? "opus-4.6" : "haiku-4.5", CERTAINTY_RECORDED };
		snprintf(message, sizeof(message), "case %d of the eval fails: expected %d", i, i * i);
		snprintf(path, sizeof(path), "evals/case_%02d.%s", i, languages[i % 3]);
		snprintf(code, sizeof(code), "// case %d\nresult = %d\nprint(result)\n", i, i * i + 1);
		snprintf(day, sizeof(day), "2026-05-%02dT08:00:00Z", i > 4 ? 1 : 4 - i % 4);
		add(store, &(struct sample){
			.kind = SAMPLE_KIND_COMPLETION, .code = slice_of(code), .language = languages[i % 3], .path = path,
			.region = { 1, 0, 3, 0 },
			.produced_at = { at("2026-05-03T08:00:00Z").at_us - (int64_t)i * 3600000000, PRECISION_SECOND },
			.flags = &flag, .flag_count = 1, .provenance = &provenance, .provenance_count = 1 });
	}
}

void fixture_many(struct store *store, int count)
{
	for (int i = 0; i < count; i++) {
		char message[64];
		struct flag flag = { .source = SOURCE_EVAL, .level = LEVEL_NOTE, .message = message };
		snprintf(message, sizeof(message), "number %05d", i);
		add(store, &(struct sample){
			.kind = SAMPLE_KIND_COMPLETION, .code = slice_of(message), .language = "python",
			.produced_at = { at("2026-04-01T00:00:00Z").at_us - (int64_t)i * 1000000, PRECISION_SECOND },
			.flags = &flag, .flag_count = 1 });
	}
}

void fixture_illustrative(struct store *store, int count)
{
	for (int i = 0; i < count; i++) {
		char message[96];
		struct flag flag = { .source = SOURCE_EVAL, .level = LEVEL_ERROR, .message = message,
				     .rule = "session/forgot-decision-of-earlier" };
		snprintf(message, sizeof(message), "shown %05d: the last element of the list is never looked at by the loop", i);
		add(store, &(struct sample){
			.kind = SAMPLE_KIND_COMPLETION, .code = slice_of(message), .language = "python", .illustrative = true,
			.path = "services/billing/src/invoices/rounding.py", .flags = &flag, .flag_count = 1 });
	}
}

void fixture_rules(struct store *store, int count)
{
	for (int i = 0; i < count; i++)
		for (int twice = i < count / 2 ? 2 : 1; twice; twice--) {
			char rule[16], message[64];
			struct flag flag = { .source = SOURCE_LINTER, .level = LEVEL_NOTE, .message = message, .rule = rule };
			snprintf(rule, sizeof(rule), "%s%03d", i % 2 ? "RARE" : "S", i);
			snprintf(message, sizeof(message), "rule %05d, sample %d", i, twice);
			add(store, &(struct sample){
				.kind = SAMPLE_KIND_COMPLETION, .code = slice_of(message), .language = i % 3 ? "python" : "go",
				.produced_at = { at("2026-03-01T00:00:00Z").at_us - (int64_t)i * 1000000, PRECISION_SECOND },
				.flags = &flag, .flag_count = 1 });
		}
}

void fixture_incident(struct store *store)
{
	static const int64_t members[] = { 1, 2, 3 };
	struct arena arena = ARENA_INIT;
	struct incident incident;
	const char *key;
	int64_t edit;

	incident_init(&incident, &arena, "Edits call functions that do not exist");
	incident.status = INCIDENT_INVESTIGATING;
	incident.severity = SEVERITY_Q2;
	incident_add_cause(&incident, &arena, &(struct incident_cause){
		.code = "infrastructure/context_management", .role = ROLE_TRIGGER, .confidence = CONFIDENCE_LIKELY,
		.statement = "After an hour of idleness the harness dropped the earlier thinking on **every** turn, not once." });
	incident_add_cause(&incident, &arena, &(struct incident_cause){
		.code = "testing/no_long_session_case", .role = ROLE_DETECTION_GAP, .confidence = CONFIDENCE_CONFIRMED,
		.statement = "No test resumed a stale session." });
	incident_add_event(&incident, &arena, &(struct incident_event){
		.at = at("2026-03-26"), .kind = EVENT_MILESTONE, .milestone = MILESTONE_INTRODUCED,
		.text = "The change shipped." });
	incident_add_event(&incident, &arena, &(struct incident_event){
		.at = at("2026-03-27T14:05"), .kind = EVENT_MILESTONE, .milestone = MILESTONE_FIRST_IMPACT,
		.certainty = EVENT_CERTAINTY_APPROXIMATE, .text = "First reports of forgetfulness.", .sources = "issue tracker" });
	incident_add_event(&incident, &arena, &(struct incident_event){
		.at = at("2026-04-10T09:30"), .kind = EVENT_MILESTONE, .milestone = MILESTONE_DETECTED,
		.text = "Reproduced in a session that had been idle." });
	incident_add_action(&incident, &arena, &(struct incident_action){
		.type = ACTION_FIX, .status = ACTION_STATUS_DONE, .text = "Drop the thinking once.", .cause = 1, .owner = "mira" });
	incident_add_action(&incident, &arena, &(struct incident_action){
		.type = ACTION_DETECT, .status = ACTION_STATUS_OPEN, .text = "Add stale sessions to the evals.", .cause = 2 });
	incident_set_section(&incident, &arena, "summary", "Edits called what does not exist.");
	assert_int_equal(store->ops->incident_put(store, &arena, "ada", &incident, "new", &key, &edit, NULL), STATUS_OK);
	assert_int_equal(store->ops->incident_members_add(store, "ada", key, members, 3, MEMBER_CORE, &edit, NULL), STATUS_OK);
	arena_release(&arena);
}

/* ---- renderer ------------------------------------------------------------------------ */

static const struct site *sites(size_t *count)
{
	static const struct site all[] = { { "plain", "", "", "", "", "" }, { "hugo", "", "", "", "", "" } };

	*count = ARRAY_LEN(all);
	return all;
}

static void put_sections(const struct incident *incident, struct strbuf *out)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	for (size_t i = 0; i < count; i++)
		if (incident_section(incident, kinds[i].key)[0])
			strbuf_addf(out, "\n## %s\n\n%s\n", kinds[i].title, incident_section(incident, kinds[i].key));
}

static enum status draft(struct arena *arena, const struct postmortem_input *input, struct slice *markdown,
			 struct error *err)
{
	struct strbuf out = STRBUF_INIT;

	(void)err;
	strbuf_addf(&out, "# %s\n\n%zu samples shown\n", input->incident->title, input->sample_count);
	for (size_t i = 0; i < input->incident->cause_count; i++)
		strbuf_addf(&out, "%s: %s\n", input->incident->causes[i].code, input->incident->causes[i].statement);
	put_sections(input->incident, &out);
	*markdown = arena_slice(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return STATUS_OK;
}

static enum status postmortem(struct arena *arena, const struct postmortem_input *input, const char *site,
			      const struct page **pages, size_t *count, struct error *err)
{
	struct page *page = arena_array(arena, 1, sizeof(*page));

	page->path = arena_printf(arena, "%s/page.md", site);
	*pages = page;
	*count = 1;
	return draft(arena, input, &page->content, err);
}

static void layout(struct arena *arena, struct slice markdown, int width, struct rich_text *out)
{
	struct rich_line *lines = arena_array(arena, markdown.len_bytes + 1, sizeof(*lines));
	const char *text = arena_text(arena, markdown);

	out->count = 0;
	out->lines = lines;
	for (size_t number = 1; *text; text += strcspn(text, "\n"), text += *text == '\n', number++) {
		struct rich_span *span = arena_array(arena, 1, sizeof(*span));
		size_t len = strcspn(text, "\n");
		span->style = text[0] == '#' ? RICH_HEADING : RICH_PLAIN;
		if (text[0] == '#') {
			len -= strspn(text, "# ");
			text += strspn(text, "# ");
		}
		span->text = arena_text(arena, (struct slice){ text, len < (size_t)width ? len : (size_t)width });
		lines[out->count++] = (struct rich_line){ span, 1, span->style == RICH_HEADING ? 0 : 2, number };
	}
}

/* Headings that start with "#" alone: no text of these tests has another one, or code. */
static void outline(struct arena *arena, struct slice markdown, const struct outline_block **blocks, size_t *count)
{
	struct outline_block *found = arena_array(arena, markdown.len_bytes + 1, sizeof(*found));
	const char *text = arena_text(arena, markdown);

	*count = 0;
	*blocks = found;
	for (size_t line = 1; *text; line++, text += strcspn(text, "\n"), text += *text == '\n') {
		size_t level = strspn(text, "#");
		if (level >= 1 && level <= 2 && text[level] == ' ')
			found[(*count)++] = (struct outline_block){ OUTLINE_HEADING, (int)level,
				arena_text(arena, (struct slice){ text + level + 1, strcspn(text, "\n") - level - 1 }), line, line };
		else if (text[0] == '<')
			found[(*count)++] = (struct outline_block){ .kind = OUTLINE_HTML, .first_line = line, .last_line = line };
	}
}

const struct renderer *fixture_renderer(void)
{
	static const struct renderer renderer = { .sites = sites, .postmortem = postmortem, .draft = draft, .outline = outline,
		.layout = layout };

	return &renderer;
}

/* ---- looking into the store --------------------------------------------------------------- */

const struct annotation *fixture_standing(struct store *store, struct arena *arena, int64_t sample,
					  const char *reviewer)
{
	const struct annotation *all;
	size_t count;

	assert_int_equal(store->ops->annotation_list(store, arena, sample, &all, &count, NULL), STATUS_OK);
	for (size_t i = 0; i < count; i++)
		if (!all[i].superseded_by && strcmp(all[i].reviewer, reviewer) == 0)
			return &all[i];
	return NULL;
}

int64_t fixture_count(struct store *store, const char *text)
{
	struct arena arena = ARENA_INIT;
	struct query query;
	int64_t count = -1;

	assert_int_equal(query_parse(&arena, text, "ada", &query, NULL), STATUS_OK);
	assert_int_equal(store->ops->sample_count(store, &query, &count, NULL), STATUS_OK);
	arena_release(&arena);
	return count;
}

struct screen_test *fixture_screen(int rows, int columns)
{
	struct screen_test_options options = { .rows = rows, .columns = columns, .renderer = fixture_renderer() };
	struct screen_test *t = screen_test_new(&options);

	fixture_samples(screen_test_store(t));
	return t;
}

static const char *cause_of(struct screen_test *t, int64_t sample, struct arena *arena)
{
	const struct annotation *standing = fixture_standing(screen_test_store(t), arena, sample, "ada");

	return standing ? standing->cause : NULL;
}

void assert_cause(struct screen_test *t, int64_t sample, const char *cause)
{
	struct arena arena = ARENA_INIT;
	const char *is = cause_of(t, sample, &arena);

	if (cause && (!is || strcmp(is, cause) != 0))
		fail_msg("sample %d has cause %s, not %s", (int)sample, is ? is : "(none)", cause);
	if (!cause && is)
		fail_msg("sample %d has cause %s", (int)sample, is);
	arena_release(&arena);
}
