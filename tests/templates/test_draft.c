/* The editor's draft: untouched it reads back as it was, whatever the texts hold; edits arrive. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/file.h"
#include "core/draft.h"
#include "templates/templates.h"

static struct arena arena;
static struct strbuf draft, again;
static struct incident base;
static struct incident *read_back;
static struct error err;

#define MARCH_US 1772323200000000LL /* 2026-03-01 */

static void build(void)
{
	static const int64_t evidence[] = { 3, 9 };

	incident_init(&base, &arena, "Sessions forget what was agreed");
	base.key = "INC-2026-0001";
	base.version = 4;
	base.status = INCIDENT_MITIGATED;
	base.severity = SEVERITY_Q2;
	base.severity_rationale = "a third of all sessions";
	base.signature = "rule:R1 \"clear thinking\"";
	incident_add_cause(&base, &arena, &(struct incident_cause){
		.code = "infrastructure/cache", .statement = "The cache was cleared on every turn.\n\nTwice.",
		.role = ROLE_TRIGGER, .confidence = CONFIDENCE_CONFIRMED, .intent = INTENT_DEFECT,
		.evidence = evidence, .evidence_count = 2 });
	incident_add_cause(&base, &arena, &(struct incident_cause){
		.number = 4, .code = "testing", .statement = "", .role = ROLE_DETECTION_GAP });
	incident_add_event(&base, &arena, &(struct incident_event){
		.at = { MARCH_US, PRECISION_MONTH }, .kind = EVENT_CHANGE, .milestone = MILESTONE_INTRODUCED,
		.text = "The header shipped.", .sources = "release notes", .cohort = "CLI users" });
	incident_add_event(&base, &arena, &(struct incident_event){ .kind = EVENT_REPORT, .text = "A user wrote." });
	incident_add_action(&base, &arena, &(struct incident_action){
		.type = ACTION_FIX, .status = ACTION_STATUS_DONE, .text = "Clear it once.", .cause = 1,
		.owner = "Ada Lovelace", .due = { MARCH_US, PRECISION_DAY }, .link = "https://x.test/(1)",
		.criterion = "p99 (all) < 2 s" });
	incident_add_action(&base, &arena, &(struct incident_action){ .type = ACTION_DETECT, .text = "Watch it." });
	incident_set_section(&base, &arena, "summary", "Short.\n\n## Own heading\n\n```sh\n# comment\n```\n");
	incident_set_section(&base, &arena, "sources", "\n\n    indented code\n\n");
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	strbuf_init(&draft);
	strbuf_init(&again);
	build();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	strbuf_release(&draft);
	strbuf_release(&again);
	arena_release(&arena);
	return 0;
}

static void read_draft(void)
{
	if (draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err) != STATUS_OK)
		fail_msg("%s\n%s", err.text, draft.text);
}

/* Replaces the first `from` in the draft. */
static void edit(const char *from, const char *to)
{
	const char *at = strstr(draft.text, from);
	size_t offset;
	if (!at)
		fail_msg("'%s' is not in:\n%s", from, draft.text);
	offset = (size_t)(at - draft.text);
	strbuf_remove(&draft, offset, strlen(from));
	strbuf_insert(&draft, offset, to, strlen(to));
}

static void start(void)
{
	strbuf_clear(&draft);
	draft_write(&base, templates_renderer(), &draft);
}

static void refused(const char *from, const char *to, const char *reason)
{
	start();
	edit(from, to);
	if (draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err) != STATUS_INPUT)
		fail_msg("'%s' was taken", to);
	if (!strstr(err.text, reason))
		fail_msg("'%s': '%s' does not say '%s'", to, err.text, reason);
}

static void test_it_looks_natural(void **state)
{
	static const char *const lines[] = {
		"\nTitle: Sessions forget what was agreed\n",
		"\nStatus: mitigated\n",
		"\nSeverity: Q2 \xe2\x80\x94 a third of all sessions\nSignature: rule:R1 \"clear thinking\"\n",
		"\n# Summary {#summary}\n<!-- What happened",
		"\n## C1 infrastructure/cache (trigger, confirmed, defect)\n\nThe cache was cleared on every turn.\n\nTwice.\n",
		"\n## C4 testing (detection_gap)\n",
		"\n- E1 2026-03 | change introduced | exact | The header shipped. | sources: release notes | cohort: CLI users\n",
		"\n- E2 unknown | report | exact | A user wrote.\n",
		"\n- A1 [done] fix C1 @Ada Lovelace due 2026-03-01: Clear it once. (criterion: p99 (all) < 2 s) (link: https://x.test/(1))\n",
		"\n- A2 [open] detect: Watch it.\n",
		"\nShort.\n\n## Own heading\n\n```sh\n# comment\n```\n",
	};
	(void)state;
	start();
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (!strstr(draft.text, lines[i]))
			fail_msg("'%s' is not in:\n%s", lines[i], draft.text);
}

static void test_untouched_is_the_same(void **state)
{
	(void)state;
	start();
	read_draft();
	assert_true(incident_same(&base, read_back));
	assert_string_equal(incident_section(read_back, "sources"), "\n\n    indented code\n\n");
	assert_string_equal(read_back->key, "INC-2026-0001");
	assert_int_equal(read_back->version, 4);
	assert_int_equal(read_back->causes[0].evidence_count, 2);
	assert_int_equal(read_back->causes[0].evidence[1], 9);

	/* An editor that ends lines with CR LF, and one that puts a mark in front. */
	for (size_t at = 0; at < draft.len_bytes; at++)
		if (draft.text[at] == '\n')
			strbuf_insert(&draft, at++, "\r", 1);
	strbuf_insert(&draft, 0, "\xef\xbb\xbf", 3);
	read_draft();
	assert_true(incident_same(&base, read_back));
}

static void test_edits_arrive(void **state)
{
	(void)state;
	start();
	edit("Title: Sessions forget", "title:   Sessions  lose \\\\n");
	edit("Status: mitigated", "Status: Resolved");
	edit("Q2 \xe2\x80\x94 a third", "q1 - a half");
	edit("Signature: rule:R1 \"clear thinking\"", "signature:rule:R1 -is:dup ");
	edit("Short.", "Long.");
	edit("# Impact {#impact}\n", "# impact\n\nAll of them.\n");
	edit("## C1 infrastructure/cache (trigger, confirmed, defect)", "## C1 hallucination (likely)");
	edit("Twice.", "Thrice.\n### Deeper\n\\# hash");
	edit("\n# Timeline", "\n## model (latent, possible)\nNew.\n\n# Timeline");
	edit("- E2 unknown | report | exact | A user wrote.",
	     "- 2026-02 | First.\n- 2026-04-01 10:10 | detected | inferred | Seen\n  by us. | cohort: a\\|b\n"
	     "* 2026-05 | report | More\n\n  of it.");
	edit("- A2 [open] detect: Watch it.", "- A2 [verified_effective] detect: Watch it.\n- Do that: now\n"
	     "- mitigate C1: x\n- prevent: y (link: z)\n- [x](http://y) helps");
	read_draft();
	assert_string_equal(read_back->title, "Sessions  lose \\n what was agreed");
	assert_int_equal(read_back->status, INCIDENT_RESOLVED);
	assert_int_equal(read_back->severity, SEVERITY_Q1);
	assert_string_equal(read_back->severity_rationale, "a half of all sessions");
	assert_string_equal(read_back->signature, "rule:R1 -is:dup");
	assert_string_equal(incident_section(read_back, "impact"),
			    "All of them.");
	assert_int_equal(read_back->cause_count, 3);
	assert_string_equal(read_back->causes[0].code, "model/hallucination");
	assert_int_equal(read_back->causes[0].role, ROLE_NONE);
	assert_int_equal(read_back->causes[0].confidence, CONFIDENCE_LIKELY);
	assert_int_equal(read_back->causes[0].intent, INTENT_UNKNOWN);
	assert_int_equal(read_back->causes[0].evidence_count, 2);
	assert_non_null(strstr(read_back->causes[0].statement, "Thrice.\n### Deeper\n# hash"));
	assert_int_equal(read_back->causes[2].number, 5);
	assert_string_equal(read_back->causes[2].code, "model");
	assert_string_equal(read_back->causes[2].statement, "New.");
	assert_int_equal(read_back->event_count, 4);
	assert_string_equal(read_back->events[0].text, "First.");
	assert_int_equal(read_back->events[0].number, 3);
	assert_int_equal(read_back->events[1].number, 1);
	assert_int_equal(read_back->events[2].milestone, MILESTONE_DETECTED);
	assert_int_equal(read_back->events[2].certainty, EVENT_CERTAINTY_INFERRED);
	assert_string_equal(read_back->events[2].text, "Seen\nby us.");
	assert_string_equal(read_back->events[2].cohort, "a|b");
	assert_string_equal(read_back->events[3].text, "More\n\nof it.");
	assert_int_equal(read_back->events[3].kind, EVENT_REPORT);
	assert_int_equal(read_back->action_count, 6);
	assert_int_equal(read_back->actions[1].status, ACTION_STATUS_VERIFIED);
	assert_string_equal(read_back->actions[2].text, "Do that: now");
	assert_int_equal(read_back->actions[2].number, 3);
	assert_int_equal(read_back->actions[3].type, ACTION_MITIGATE);
	assert_int_equal(read_back->actions[3].cause, 1);
	assert_int_equal(read_back->actions[4].type, ACTION_PREVENT);
	assert_string_equal(read_back->actions[4].link, "z");
	assert_string_equal(read_back->actions[5].text, "[x](http://y) helps");
}

static void test_removals(void **state)
{
	(void)state;
	start();
	edit("- E2 unknown | report | exact | A user wrote.\n", "");
	edit("- A1 [done] fix C1 @Ada Lovelace due 2026-03-01: Clear it once. (criterion: p99 (all) < 2 s) (link: https://x.test/(1))\n", "");
	edit("## C4 testing (detection_gap)\n", "");
	edit("Short.\n\n## Own heading\n\n```sh\n# comment\n```\n", "");
	read_draft();
	assert_int_equal(read_back->event_count, 1);
	assert_int_equal(read_back->action_count, 1);
	assert_int_equal(read_back->actions[0].number, 2);
	assert_int_equal(read_back->cause_count, 1);
	assert_string_equal(incident_section(read_back, "summary"), "");
}

static void test_refusals(void **state)
{
	(void)state;
	refused("Title: Sessions forget what was agreed\n", "", "no line 'Title:");
	refused("Sessions forget what was agreed", " ", "line 3: an incident needs a title");
	refused("Status: mitigated", "Status: mitigatd", "line 4: unknown status 'mitigatd'; did you mean 'mitigated'?");
	refused("Severity: Q2", "Severity: Q9", "line 5: unknown severity 'Q9'");
	refused("Signature: rule:R1", "Signature: rule:R1 level:bad", "line 6: signature: at 15: ");
	refused("Status:", "Stat:", "unknown line 'Stat:'");
	refused("Status: mitigated", "Title: x", "Title: stands twice");
	refused("# Impact {#impact}", "# Impcat", "there is no part 'Impcat'; did you mean '# Impact'?");
	refused("# Impact {#impact}", "# Summary", "this part stands twice");
	refused("# comment\n```", "# comment\n", "not closed before this heading");
	refused("Twice.", "```\nTwice.\n", "is not closed before this heading");
	refused("Watch it.", "Watch it.\n\n# Timeline", "stands twice");
	refused("C1 infrastructure/cache", "C1 infrastructure/cash", "did you mean 'infrastructure/cache'?");
	refused("C4 testing", "C9 testing", "there is no C9");
	refused("C4 testing", "C1 testing", "C1 stands twice");
	refused("(detection_gap)", "(detection_gap", "is not closed");
	refused("(detection_gap)", "(detecting)", "'detecting' is no role");
	refused("E2 unknown", "E7 unknown", "there is no E7");
	refused("E2 unknown", "E1 unknown", "E1 stands twice");
	refused("E2 unknown", "E2 yesterday", "'yesterday' is not a time");
	refused("unknown | report | exact", "unknown | reprt | exact", "unknown kind of event 'reprt'; did you mean 'report'?");
	refused("change introduced | exact", "change introducd | exact", "did you mean 'introduced'?");
	refused("change introduced | exact", "change introduced | exct", "unknown certainty 'exct'; did you mean 'exact'?");
	refused("A user wrote.", "A user | wrote.", "a bar in a text is written");
	refused("A user wrote.", "", "has no text");
	refused("- E2", "E2", "an entry starts with '- '");
	refused("[done] fix C1", "[don] fix C1", "unknown status of an action 'don'; did you mean 'done'?");
	refused("[done] fix C1", "[done] fox C1", "unknown type of action 'fox'; did you mean 'fix'?");
	refused("fix C1", "fix C3", "names C3, which is not among the causes");
	refused("due 2026-03-01", "due soon", "'soon' is not a time");
	refused("[open] detect: Watch it.", "[open] detect Watch it.", "an action reads");
	refused("https://x.test/(1))", "https://x.test/(1)) x", "is not closed by the ')' at the end");
}

static void test_refusals_tell_the_line(void **state)
{
	(void)state;
	start();
	edit("A user wrote.", "A user wrote.\n\n- E9 x | y");
	assert_int_equal(draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err), STATUS_INPUT);
	size_t line = 1;
	for (const char *at = draft.text; at < strstr(draft.text, "- E9"); at++)
		line += *at == '\n';
	char wanted[32];
	snprintf(wanted, sizeof(wanted), "line %zu: ", line);
	assert_int_equal(strncmp(err.text, wanted, strlen(wanted)), 0);
	/* An empty file, and rubbish. */
	strbuf_clear(&draft);
	assert_int_equal(draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err), STATUS_INPUT);
	strbuf_add(&draft, "Title: \xff", 8);
	assert_int_equal(draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err), STATUS_INPUT);
	start();
	strbuf_addstr(&draft, "<!-- open");
	assert_int_equal(draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, "is not closed by '-->'"));
}

/* ---- any text comes back --------------------------------------------------------- */

static unsigned seed = 1;

static unsigned random_below(unsigned limit)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % limit;
}

static char *nasty(unsigned pieces_max)
{
	static const char *const pieces[] = {
		"\n", "\n\n", "\n\n\n", " ", "  ", "\t", "\r", "\r\n", "\\", "\\\\", "\\n", "\\s", "\\|", "\\(", "|", " | ", "#",
		"# ", "# Summary", "# Causes", "\n# Timeline\n", "## ", "\n## C1 model\n", "## C2", "\n# Actions\n", "\n# Record\n", "## CO1\nname: x", "# x {#impact}", "\n\\# x", "<!--", "\n<!-- ",
		"-->", "```", "\n```\n", "\n~~~\n", "````", "\n```sh\n", "\n   ```\n", "\n```` `\n", "- ", "\n- E1 2026 | x\n", "* ", "(criterion: ", "(link: ",
		")", " due ", " due", "due ", "@", ":", ": ", " :", "sources: ", "cohort:", "Title: x", "[done]", "A1 ", "C1", "E1 ", "a", "word",
		"\xc3\xa4", "\xf0\x9f\x98\x80", "\xe2\x80\x94", "\xe2\x80\xae", "\x1b[31m", "\x01", "\xc2\xa0", "{{", "1. ", "> ",
		"\n===\n", "\n  === \n", "\n---\n", "=", "<script>\n", "\n<pre>\n", "<div>\n", "\n  ```\n", "\n- ```\n", "\n> ~~~\n", "\n #\t", "\n   # ", "    ",
		"\n[a]: b\n", "<![CDATA[", "<?", "\n</div>\n", "\r# ", "\r===", "*_", "[",
	};
	struct strbuf text = STRBUF_INIT;
	for (unsigned i = random_below(pieces_max + 1); i > 0; i--)
		strbuf_addstr(&text, pieces[random_below(ARRAY_LEN(pieces))]);
	char *copy = arena_text(&arena, strbuf_slice(&text));
	strbuf_release(&text);
	return copy;
}

/* Where the rules demand a text that is not blank. */
static char *nasty_filled(unsigned pieces_max)
{
	return arena_printf(&arena, "%sx%s", nasty(pieces_max / 2), nasty(pieces_max / 2));
}

static void build_nasty(void)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	incident_init(&base, &arena, nasty_filled(6));
	base.key = "INC-2026-0002";
	base.severity = (enum severity)random_below(SEVERITY_COUNT);
	base.status = (enum incident_status)random_below(INCIDENT_COUNT);
	base.severity_rationale = nasty(5);
	for (size_t i = 0; i < count; i++)
		incident_set_section(&base, &arena, kinds[i].key, nasty(12));
	for (unsigned i = random_below(3); i > 0; i--)
		incident_add_cause(&base, &arena, &(struct incident_cause){
			.number = (int64_t)random_below(50), .code = random_below(4) ? "model/tool_use" : nasty(3),
			.statement = nasty(12), .role = (enum cause_role)random_below(ROLE_COUNT),
			.confidence = (enum confidence)random_below(CONFIDENCE_COUNT),
			.intent = (enum intent)random_below(INTENT_COUNT) });
	for (unsigned i = random_below(4); i > 0; i--) {
		struct incident_event event = {
			.number = (int64_t)random_below(50), .kind = (enum event_kind)random_below(EVENT_COUNT),
			.certainty = (enum event_certainty)random_below(EVENT_CERTAINTY_COUNT),
			.milestone = (enum milestone)random_below(MILESTONE_COUNT), .text = nasty_filled(8),
			.sources = nasty(5), .cohort = nasty(5) };
		if (event.kind == EVENT_MILESTONE && event.milestone == MILESTONE_NONE)
			event.milestone = MILESTONE_DETECTED;
		if (random_below(3))
			event.at = (struct instant){ MARCH_US, (enum precision)(1 + random_below(7)) };
		if (event.at.precision == PRECISION_YEAR)
			event.at.precision = PRECISION_DAY;
		if (event.at.precision == PRECISION_MICROSECOND)
			event.at.at_us += 36000000001LL;
		incident_add_event(&base, &arena, &event);
	}
	for (unsigned i = random_below(4); i > 0; i--)
		incident_add_action(&base, &arena, &(struct incident_action){
			.number = (int64_t)random_below(50), .type = (enum action_type)random_below(ACTION_COUNT),
			.status = (enum action_status)random_below(ACTION_STATUS_COUNT), .text = nasty_filled(8),
			.cause = base.cause_count ? base.causes[0].number : 0, .owner = nasty(4), .link = nasty(4),
			.criterion = nasty(4),
			.due = random_below(2) ? (struct instant){ MARCH_US + 36000000000LL, PRECISION_MINUTE } : INSTANT_UNKNOWN });
}

/* The kinds without a form of their own, and what the others have no place for. */
static void add_record(void)
{
	static const int64_t samples[] = { 3, 7 }, source = 4;

	incident_add(&base, &arena, INCIDENT_SOURCE, &(struct incident_source){ .number = 4, .name = nasty_filled(5), .title = nasty(6) });
	incident_add(&base, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .number = 2, .name = nasty_filled(4), .plan = nasty(4),
		.state = COHORT_NOT_AFFECTED, .cites = (const int64_t[]){ 4 }, .cites_count = 1 });
	incident_add(&base, &arena, INCIDENT_IMPACT, &(struct incident_impact){ .measure = nasty_filled(4), .value = "-1.5e3", .text = nasty(9),
		.peak_at = { MARCH_US + 36000000001LL, PRECISION_MICROSECOND }, .cohorts = (const int64_t[]){ 2 }, .cohorts_count = 1 });
	incident_add(&base, &arena, INCIDENT_CHANGE, &(struct incident_change){ .text = nasty_filled(6), .announced = 5,
		.at = { MARCH_US, PRECISION_DAY } });
	incident_add(&base, &arena, INCIDENT_RESTRICTION, &(struct incident_restriction){ .what = nasty(5), .evidence = samples, .evidence_count = 2 });
	incident_add(&base, &arena, INCIDENT_STEP, &(struct incident_step){ .reviewer = "bob", .text = nasty(5) });
	for (size_t i = 0; i < base.event_count; i++) {
		base.events[i].cites = &source;
		base.events[i].cites_count = random_below(2);
		base.events[i].change = random_below(2);
		base.events[i].evidence = samples;
		base.events[i].evidence_count = 2;
	}
	for (size_t i = 0; i < base.action_count; i++)
		base.actions[i].result = nasty(6);
	base = *incident_copy(&arena, &base);
}

static void test_any_text_comes_back(void **state)
{
	(void)state;
	for (int round = 0; round < 6000; round++) {
		build_nasty();
		add_record();
		start();
		read_draft();
		if (!incident_same(&base, read_back)) {
			strbuf_clear(&again);
			draft_write(read_back, templates_renderer(), &again);
			fail_msg("round %d: not the same\n=== %s\n=== %s", round, draft.text, again.text);
		}
		/* An edit elsewhere must leave all other texts as they are. */
		edit("Status: ", "Status:   ");
		strbuf_clear(&again);
		draft_write(read_back, templates_renderer(), &again);
		start();
		assert_string_equal(draft.text, again.text);
		arena_clear(&arena);
	}
}

static void test_the_record_is_edited(void **state)
{
	(void)state;
	incident_add(&base, &arena, INCIDENT_SOURCE, &(struct incident_source){ .name = "P" });
	incident_add(&base, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro", .cites = (const int64_t[]){ 1 }, .cites_count = 1 });
	base.next_numbers[INCIDENT_COHORT] = 4;
	start();
	edit("## CO1\nname: Pro\ncites: SRC1\n", "## CO1\nname: Pro and\n  Max\n\n  too\nplan: Pro, Max\n\n## cohort\nname: Team\nstate: not_affected\n\n"
	     "## E1\ncohorts: CO1\ncites: 1\n");
	read_draft();
	assert_int_equal(read_back->cohort_count, 2);
	assert_string_equal(read_back->cohorts[0].name, "Pro and\nMax\n\ntoo");
	assert_string_equal(read_back->cohorts[0].plan, "Pro, Max");
	assert_int_equal(read_back->cohorts[0].cites_count, 0);
	assert_int_equal(read_back->cohorts[1].number, 4); /* numbers are never given twice */
	assert_int_equal(read_back->cohorts[1].state, COHORT_NOT_AFFECTED);
	assert_int_equal(read_back->events[0].cohorts[0], 1);
	assert_int_equal(read_back->events[0].cites[0], 1);
	/* What is taken out goes, and with it what named it; without the heading all stays. */
	start();
	edit("## CO1\nname: Pro\ncites: SRC1\n", "");
	read_draft();
	assert_int_equal(read_back->cohort_count, 0);
	draft.text[strstr(draft.text, "# Record {#record}") - draft.text] = '\0';
	draft.len_bytes = strlen(draft.text);
	read_draft();
	assert_int_equal(read_back->cohort_count, 1);
}

static void test_the_record_tells_what_is_wrong(void **state)
{
	(void)state;
	incident_add(&base, &arena, INCIDENT_COHORT, &(struct incident_cohort){ .name = "Pro" });
	refused("## CO1\n", "## CO9\n", "there is no CO9; '## cohort' adds one");
	refused("## CO1\n", "## pony\n", "'pony' is no part of the record");
	refused("## CO1\n", "## event\n", "begin in their own place");
	refused("name: Pro", "nmae: Pro", "expected 'field: value' of a cohort: name, state, plan");
	refused("name: Pro", "name: Pro\nand more", "expected 'field: value'");
	refused("name: Pro", "state: perhaps", "perhaps");
	refused("name: Pro", "cites: SRC5", "cites names SRC5, which is not in the draft");
	refused("name: Pro", "name: Pro\n\n## CO1", "CO1 stands twice");
	refused("## CO1\n", "## ST1\n", "there is no ST1");
	refused("## CO1\n", "", "a part begins with '## CO1'");
}

static void test_titles_and_places_of_parts_are_free(void **state)
{
	(void)state;
	start();
	edit("# Summary {#summary}", "# Kurz gesagt {#summary}");
	edit("# Timeline {#timeline}", "# What happened when {#TIMELINE}");
	read_draft();
	assert_true(incident_same(&base, read_back));
	refused("# Summary {#summary}", "# Kurz gesagt", "there is no part 'Kurz gesagt'");
	refused("# Summary {#summary}", "# Summary {#sumary}", "there is no part");
}

/* As a section keeps it: without blank lines at its edges. */
static const char *draft_block_of(const char *text)
{
	size_t len = strlen(text);

	while (len && (text[len - 1] == ' ' || text[len - 1] == '\n'))
		len--;
	return arena_text(&arena, (struct slice){ text, len });
}

static void put(const char *in_summary)
{
	start();
	edit("Short.\n\n## Own heading\n\n```sh\n# comment\n```\n", in_summary);
}

/* libcmark says what a heading is: what only looks like one stays in the text that it stands in. */
static void test_what_looks_like_a_heading_is_text(void **state)
{
	static const char *const texts[] = {
		"```\n# Timeline\n```", "````\n```\n# Impact\n```\n````", "~~~ sh\n```\n# Impact {#impact}\n~~~",
		"`````````````\n# Impact\n`````````````", "```\n# Impact\n``\n````` ", "> # Impact\n> ===", "    # Impact", "- a\n\n  # Impact",
		"1. # Impact\n   ===", "> ```\n> # Impact", "- ```\n  # Impact", "<div>\n# Impact\n</div>", "<pre>\n# Impact\n\n# Causes\n</pre>",
		"<script>\n# Impact\n</script>", "\t# Impact", "#Impact", "####### Impact", "> a\n===", "<div>\n<!-- kept -->\n</div>",
		"```\n<!-- kept -->\n```",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		put(arena_printf(&arena, "%s\n", texts[i]));
		read_draft();
		assert_string_equal(incident_section(read_back, "summary"),
				    draft_block_of(texts[i]));
		assert_string_equal(incident_section(read_back, "impact"), "");
		assert_int_equal(read_back->event_count, 2);
		/* And so it does in the text that is made of it. */
		base = *incident_copy(&arena, read_back);
		start();
		read_draft();
		assert_true(incident_same(&base, read_back));
		arena_clear(&arena);
		build();
	}
}

static void test_headings_of_every_form(void **state)
{
	static const char *const forms[] = {
		"Impact {#impact}\n===", "Impact\n=", "  Impact  \n  ======  ", "#\tImpact", "   # Impact", "# Impact #", "# Impact {#impact} ###",
		"# **Impact**", "*Wen es traf* {#impact}\n===", "# `Impact`",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		start();
		edit("# Impact {#impact}\n", arena_printf(&arena, "%s\nAll of them.\n", forms[i]));
		read_draft();
		assert_string_equal(incident_section(read_back, "impact"), "All of them.");
		assert_string_equal(incident_section(read_back, "summary"), incident_section(&base, "summary"));
		for (size_t at = 0; at < draft.len_bytes; at++)
			if (draft.text[at] == '\n')
				strbuf_insert(&draft, at++, "\r", 1);
		read_draft();
		assert_string_equal(incident_section(read_back, "impact"), "All of them.");
	}
	/* Parts may move, and lose nothing. */
	start();
	edit("# Sources {#sources}\n", "# Elsewhere {#sources}\n");
	size_t from = (size_t)(strstr(draft.text, "\n# Summary") - draft.text), to = (size_t)(strstr(draft.text, "\n# Are you") - draft.text);
	char *summary = arena_text(&arena, (struct slice){ draft.text + from, to - from });
	strbuf_remove(&draft, from, to - from);
	strbuf_addstr(&draft, summary);
	read_draft();
	assert_true(incident_same(&base, read_back));
}

/* What would be lost is refused, with the line. */
static void test_nothing_is_swallowed(void **state)
{
	(void)state;
	refused("Short.\n\n## Own heading\n\n```sh\n# comment\n```\n", "```\nShort.\n", "is not closed before this heading");
	refused("Short.\n\n## Own heading\n\n```sh\n# comment\n```\n", "<pre>\nShort.\n", "HTML that does not end before it");
	refused("# Impact {#impact}\n<!--", "<div>\n# Impact {#impact}\n<!--", "HTML that does not end before it");
	refused("Short.", "One\ntwo\n===", "line 11: the line of '=' below makes a heading of 2 lines");
	refused("# Impact {#impact}", "One\ntwo\nImpact\n===", "a heading of 3 lines");
	refused("# Impact {#impact}", "# Impact {#impact}\nOne.\n\nImpact\n======", "this part stands twice");
	/* A fence of one statement that ends with the one of the next. */
	base.causes[1].statement = "```sh\nmake\n```";
	refused("Twice.\n", "```\nTwice.\n", "is not closed before this heading");
	assert_int_equal(draft_read(&arena, &base, codebook_default(), templates_renderer(), (struct slice){ "Title: x\0", 9 }, &read_back, &err),
			 STATUS_INPUT);
}

/* A megabyte, with AITIA_SLOW ten, of what is dear to read are read or refused, soon. */
static void test_much_is_read_soon(void **state)
{
	static const char *const pieces[] = { "# x\n", "> ", "- ", "```\n", "<div>\n\n", "a\n===\n", "[", "*_", "word word\n", "    x\n", "<!-- -->\n", "1. ",
					      "`", "\r", "\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		struct strbuf much = STRBUF_INIT;

		while (much.len_bytes < (size_t)(getenv("AITIA_SLOW") ? 10 : 1) << 20)
			strbuf_addstr(&much, pieces[i]);
		incident_set_section(&base, &arena, "impact", much.text);
		start();
		read_draft();
		assert_true(incident_same(&base, read_back));
		put(much.text);
		if (draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err) != STATUS_OK)
			assert_true(err.text[0] != '\0');
		strbuf_release(&much);
		arena_clear(&arena);
		build();
	}
}

/* Without the base's help too: only blank lines at the edges of blocks may go. */
static void test_blocks_survive_without_the_base(void **state)
{
	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct incident other;
		incident_init(&base, &arena, "x");
		char *text = nasty(14);
		incident_set_section(&base, &arena, "impact", text);
		strbuf_clear(&draft);
		draft_write(&base, templates_renderer(), &draft);
		incident_init(&other, &arena, "x");
		if (draft_read(&arena, &other, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err) != STATUS_OK)
			fail_msg("%s\n%s", err.text, draft.text);
		strbuf_clear(&again);
		draft_write(read_back, templates_renderer(), &again);
		if (strcmp(draft.text + strcspn(draft.text, "\n"), again.text + strcspn(again.text, "\n")) != 0)
			fail_msg("=== %s\n=== %s", draft.text, again.text);
		assert_non_null(strstr(text, incident_section(read_back, "impact")));
		arena_clear(&arena);
	}
}

/* Postmortems that people published, as a section and as a statement. */
static size_t files_seen;

static int read_published(const char *path, const struct stat *info, int type, struct FTW *place)
{
	size_t len = strlen(path);
	struct slice text;
	const char *markdown;

	(void)info;
	(void)place;
	if (type != FTW_F || len < 3 || strcmp(path + len - 3, ".md") != 0)
		return 0;
	assert_int_equal(file_read(&arena, path, 0, &text, NULL), STATUS_OK);
	markdown = arena_text(&arena, text);
	incident_init(&base, &arena, path);
	incident_set_section(&base, &arena, "background", markdown);
	incident_add_cause(&base, &arena, &(struct incident_cause){ .code = "model", .statement = markdown });
	incident_add_action(&base, &arena, &(struct incident_action){ .text = markdown, .criterion = markdown });
	start();
	read_draft();
	if (!incident_same(&base, read_back))
		fail_msg("%s is not the same", path);
	files_seen++;
	return 0;
}

static void test_published_ones_come_back(void **state)
{
	(void)state;
	assert_int_equal(nftw("../shared/data/markdown", read_published, 16, FTW_PHYS), 0);
	assert_true(files_seen >= 25);
}

/* Whatever a person makes of the file, reading ends with an answer. */
static void test_any_damage_is_answered(void **state)
{
	(void)state;
	build_nasty();
	for (int round = 0; round < 4000; round++) {
		start();
		for (unsigned i = 1 + random_below(4); i > 0; i--) {
			size_t at = random_below((unsigned)draft.len_bytes);
			if (random_below(2))
				strbuf_remove(&draft, at, random_below(40) < draft.len_bytes - at ? random_below(20) % (draft.len_bytes - at) : 0);
			else {
				char *piece = nasty(3);
				strbuf_insert(&draft, at, piece, strlen(piece));
			}
		}
		if (draft_read(&arena, &base, codebook_default(), templates_renderer(), strbuf_slice(&draft), &read_back, &err) != STATUS_OK)
			assert_true(err.text[0]);
		else
			assert_true(read_back->title[0]);
		if (round % 50 == 0) {
			arena_clear(&arena);
			build_nasty();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_it_looks_natural, setup, teardown),
		cmocka_unit_test_setup_teardown(test_untouched_is_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edits_arrive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_removals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals_tell_the_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_text_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_record_is_edited, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_record_tells_what_is_wrong, setup, teardown),
		cmocka_unit_test_setup_teardown(test_titles_and_places_of_parts_are_free, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocks_survive_without_the_base, setup, teardown),
		cmocka_unit_test_setup_teardown(test_published_ones_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_damage_is_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_looks_like_a_heading_is_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_headings_of_every_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_is_swallowed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_much_is_read_soon, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
