/* Transcripts of Claude Code: real files, and lines in their shape. */
#include "tests/core/test_import_store.h"

#define FOLDER DATA "llm/daaain_claude-code-log/"
#define BASE "\"sessionId\":\"s1\",\"version\":\"2.1.85\",\"cwd\":\"/home/u/app\",\"gitBranch\":\"main\",\"isSidechain\":false,"

/* A line of the user, and one content block of an answer. */
#define USER(at, content) "{\"parentUuid\":null," BASE "\"type\":\"user\",\"uuid\":\"u\",\"timestamp\":\"2026-03-01T" at \
	"Z\",\"message\":{\"role\":\"user\",\"content\":" content "}}\n"
#define RESULT(id, content, more) "{\"parentUuid\":\"p\"," BASE "\"type\":\"user\",\"uuid\":\"r\",\"message\":{\"role\":\"user\"," \
	"\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"" id "\",\"content\":" content "}]}" more "}\n"
#define FAILURE(id, content) RESULT(id, content ",\"is_error\":true", "")
#define BLOCK(at, id, block, out) "{\"parentUuid\":\"p\"," BASE "\"type\":\"assistant\",\"uuid\":\"a\",\"requestId\":\"req_1\"," \
	"\"timestamp\":\"2026-03-01T" at "Z\",\"message\":{\"id\":\"" id "\",\"role\":\"assistant\",\"model\":\"claude-opus-4-6\"," \
	"\"content\":[" block "],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":3,\"output_tokens\":" out "," \
	"\"cache_read_input_tokens\":900,\"cache_creation_input_tokens\":40,\"cache_creation\":{\"ephemeral_5m_input_tokens\":40}," \
	"\"service_tier\":\"standard\"}}}\n"
#define TEXT(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define CALL(id, name, input) "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name "\",\"input\":{" input "}}"
#define EDIT(id, path, old, new) CALL(id, "Edit", "\"file_path\":\"" path "\",\"old_string\":\"" old "\",\"new_string\":\"" new "\"")

static void must_import_transcript(struct fixture *f, const char *text)
{
	must_import_text(f, text);
	assert_string_equal(f->batch.format, "claude-code");
}

/* What a sample says under a key; "" for nothing, so that it can be compared. */
static const char *fact(const struct sample *sample, const char *key)
{
	const char *value = sample_provenance(sample, key);

	return value ? value : "";
}

/* Counted by hand: answers with a text, edits, and calls that failed. */
static void test_real_files(void **state)
{
	static const struct {
		const char *path;
		int64_t turns, edits, rejected;
	} files[] = {
		{ FOLDER "representative_messages.jsonl", 3, 1, 0 },
		{ FOLDER "session_b.jsonl", 1, 0, 0 },
		{ FOLDER "todowrite_examples.jsonl", 3, 0, 0 },
		{ FOLDER "edge_cases.jsonl", 3, 1, 4 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		int64_t turns = 0, edits = 0;
		must_import(f, files[i].path);
		assert_string_equal(f->batch.format, "claude-code");
		for (size_t k = 0; k < f->store->samples.len; k++) {
			turns += sample_at(f, k)->kind == SAMPLE_KIND_AGENT_TURN;
			edits += sample_at(f, k)->kind == SAMPLE_KIND_EDIT;
			assert_true(sample_at(f, k)->prompt.len_bytes > 0);
			assert_true(instant_known(sample_at(f, k)->produced_at));
		}
		assert_int_equal(turns, files[i].turns);
		assert_int_equal(edits, files[i].edits);
		assert_int_equal(f->batch.rejected, files[i].rejected);
	}
}

/* The three values that are no objects, and the object without a type. */
static void test_rejects_of_edge_cases(void **state)
{
	static const int64_t lines[] = { 13, 14, 15, 16 };
	struct fixture *f = *state;

	must_import(f, FOLDER "edge_cases.jsonl");
	assert_int_equal(f->store->rejects.len, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(f->store->rejects.items[i].record, lines[i]);
	assert_contains(f->store->rejects.items[0].reason, "not an object");
	assert_contains(f->store->rejects.items[1].reason, "no type");
	assert_int_equal(f->store->rejects.items[2].len_bytes, 3); /* "42\n" */
	const struct sample *failed = sample_at(f, 1);
	assert_int_equal(failed->flags[0].source, SOURCE_MONITOR);
	assert_text(failed->flags[0].rule, "FailingTool");
	assert_text(failed->flags[0].message, "Error: Tool execution failed with error: Command not found");
}

static const char two_blocks[] =
	USER("10:00:00", "\"Mend the parser.\"")
	BLOCK("10:00:05", "msg_01a", "{\"type\":\"thinking\",\"thinking\":\"hm\"}", "1")
	BLOCK("10:00:06", "msg_01a", TEXT("I'll mend it."), "7")
	BLOCK("10:00:07", "msg_01a", EDIT("t1", "/home/u/app/src/p.py", "a = 1", "a = 2"), "42")
	RESULT("t1", "\"done\"", ",\"toolUseResult\":{\"structuredPatch\":[{\"oldStart\":7,\"oldLines\":2,\"newStart\":7,"
	       "\"newLines\":2,\"lines\":[\" x = 0\",\"-a = 1\",\"+a = 2\"]}]}")
	BLOCK("10:02:07", "msg_01b", TEXT("Done."), "5");

/* Lines of one message are one turn; its figures stand on its first sample alone. */
static void test_blocks_of_a_message_are_one_turn(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f, two_blocks);
	assert_int_equal(f->batch.records, 3);
	const struct sample *turn = sample_at(f, 0), *edit = sample_at(f, 1), *next = sample_at(f, 2);
	assert_int_equal(turn->kind, SAMPLE_KIND_AGENT_TURN);
	assert_slice(turn->code, "I'll mend it.\n\n[Edit] src/p.py");
	assert_slice(turn->prompt, "Mend the parser.");
	assert_text(turn->session, "s1");
	assert_text(turn->external_id, "msg_01a");
	assert_int_equal(turn->turn, 1);
	assert_int_equal(edit->turn, 1);
	assert_int_equal(next->turn, 2);
	assert_int_equal(turn->flag_count, 0);
	assert_string_equal(fact(turn, "gen_ai.usage.output_tokens"), "42");
	assert_string_equal(fact(turn, "gen_ai.usage.cache_read.input_tokens"), "900");
	assert_string_equal(fact(turn, "cache_creation.ephemeral_5m_input_tokens"), "40");
	assert_string_equal(fact(turn, "thinking"), "true");
	assert_string_equal(fact(edit, "gen_ai.usage.output_tokens"), "");
	assert_string_equal(fact(edit, "cache"), "hit");
	assert_string_equal(fact(edit, PROVENANCE_MODEL), "claude-opus-4-6");
	assert_string_equal(fact(edit, PROVENANCE_HARNESS), "2.1.85");
	assert_string_equal(fact(edit, "harness.name"), "claude-code");
	assert_string_equal(fact(edit, PROVENANCE_PROVIDER), "anthropic");
	assert_string_equal(fact(edit, "gitBranch"), "main");
	assert_string_equal(fact(next, "idle_seconds"), "120");
	assert_string_equal(fact(turn, "idle_seconds"), "");
	assert_string_equal(fact(next, "thinking"), "");
}

static void test_edit_has_the_harness_diff(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f, two_blocks);
	const struct sample *edit = sample_at(f, 1);
	assert_int_equal(edit->kind, SAMPLE_KIND_EDIT);
	assert_text(edit->external_id, "t1");
	assert_text(edit->path, "src/p.py");
	assert_text(edit->language, "python");
	assert_slice(edit->code, "a = 2");
	assert_slice(edit->diff, "--- a/src/p.py\n+++ b/src/p.py\n@@ -7,2 +7,2 @@\n x = 0\n-a = 1\n+a = 2\n");
	assert_int_equal(edit->region.start_line, 8);
	assert_int_equal(edit->region.end_line, 8);
	assert_string_equal(fact(edit, "gen_ai.tool.name"), "Edit");
	assert_int_equal(edit->flag_count, 0);
}

static void test_kinds_of_edits(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f,
		BLOCK("10:00:00", "m1", EDIT("e", "/elsewhere/a.c", "x\\ny", ""), "1")
		BLOCK("10:00:00", "m1", CALL("m", "MultiEdit", "\"file_path\":\"/home/u/app/b.c\",\"edits\":["
		      "{\"old_string\":\"\",\"new_string\":\"one\"},{\"old_string\":\"2\",\"new_string\":\"two\\n\"}]"), "1")
		BLOCK("10:00:00", "m1", CALL("w", "Write", "\"file_path\":\"/home/u/app/c.go\",\"content\":\"package c\\n\""), "1")
		BLOCK("10:00:00", "m1", CALL("n", "NotebookEdit", "\"notebook_path\":\"/home/u/app/d.ipynb\",\"new_source\":\"z\""), "1")
		BLOCK("10:00:00", "m1", CALL("?", "Write", "\"content\":\"no path\""), "1")
		RESULT("w", "\"ok\"", ",\"toolUseResult\":{\"type\":\"create\",\"structuredPatch\":[]}")
		RESULT("n", "\"ok\"", ",\"toolUseResult\":{\"old_source\":\"y\",\"language\":\"r\"}"));
	assert_int_equal(f->batch.records, 4);
	assert_text(sample_at(f, 0)->path, "/elsewhere/a.c");
	assert_slice(sample_at(f, 0)->diff, "--- a/elsewhere/a.c\n+++ b/elsewhere/a.c\n@@ -1,2 +0,0 @@\n-x\n-y\n");
	assert_slice(sample_at(f, 1)->code, "one\ntwo\n");
	assert_slice(sample_at(f, 1)->diff, "--- a/b.c\n+++ b/b.c\n@@ -0,0 +1,1 @@\n+one\n@@ -1,1 +1,1 @@\n-2\n+two\n");
	assert_slice(sample_at(f, 2)->code, "package c\n");
	assert_slice(sample_at(f, 2)->diff, "--- /dev/null\n+++ b/c.go\n@@ -0,0 +1,1 @@\n+package c\n");
	assert_text(sample_at(f, 2)->language, "go");
	assert_int_equal(sample_at(f, 2)->region.start_line, 1);
	assert_text(sample_at(f, 3)->language, "r");
	assert_slice(sample_at(f, 3)->diff, "--- a/d.ipynb\n+++ b/d.ipynb\n@@ -1,1 +1,1 @@\n-y\n+z\n");
	/* Nothing was said: the figures are on the first edit. */
	assert_string_equal(fact(sample_at(f, 0), "gen_ai.usage.input_tokens"), "3");
	assert_string_equal(fact(sample_at(f, 1), "gen_ai.usage.input_tokens"), "");
}

struct expected_flag {
	enum flag_source source;
	enum level level;
	const char *rule, *message;
};

/* One flag a sample. */
static void assert_flags(const struct fixture *f, const struct expected_flag *flags, size_t count)
{
	assert_int_equal(f->batch.records, count);
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = sample_at(f, i);
		assert_int_equal(sample->flag_count, 1);
		assert_int_equal(sample->flags[0].source, flags[i].source);
		assert_int_equal(sample->flags[0].level, flags[i].level);
		assert_text(sample->flags[0].rule, flags[i].rule);
		assert_text(sample->flags[0].message, flags[i].message);
		assert_text(sample->flags[0].tool, "claude-code");
	}
}

static void test_failed_edits(void **state)
{
	struct fixture *f = *state;
	static const struct expected_flag flags[] = {
		{ SOURCE_MONITOR, LEVEL_ERROR, "Edit", "File has not been read yet." },
		{ SOURCE_USER_REPORT, LEVEL_WARNING, "rejected",
		  "The user doesn't want to proceed with this tool use. The tool use was rejected" },
	};

	must_import_transcript(f,
		BLOCK("10:00:00", "m1", EDIT("e1", "/home/u/app/a.c", "x", "y"), "1")
		FAILURE("e1", "\"<tool_use_error>File has not been read yet.</tool_use_error>\"")
		BLOCK("10:01:00", "m2", EDIT("e2", "/home/u/app/a.c", "x", "y"), "1")
		FAILURE("e2", "[{\"type\":\"text\",\"text\":\"The user doesn't want to proceed with this tool use. The tool use was rejected\"}]")
		USER("10:01:01", "[{\"type\":\"text\",\"text\":\"[Request interrupted by user for tool use]\"}]"));
	assert_flags(f, flags, ARRAY_LEN(flags));
	assert_int_equal(sample_at(f, 0)->kind, SAMPLE_KIND_EDIT);
}

/* Only the status of a runner of tests speaks of tests. */
static void test_failed_commands(void **state)
{
	struct fixture *f = *state;
	static const struct expected_flag flags[] = {
		{ SOURCE_UNIT_TEST, LEVEL_ERROR, "Bash", "Exit code 1\n1 failed" },
		{ SOURCE_MONITOR, LEVEL_WARNING, "Bash", "Exit code 1" },
		{ SOURCE_MONITOR, LEVEL_WARNING, "Bash", "Exit code 127\npytest: command not found" },
		{ SOURCE_MONITOR, LEVEL_NOTE, "Grep", "the command was interrupted" },
	};

	must_import_transcript(f,
		BLOCK("10:02:00", "m3", CALL("b1", "Bash", "\"command\":\"cd app && pytest -q\""), "1")
		FAILURE("b1", "\"Exit code 1\\n1 failed\"")
		BLOCK("10:03:00", "m4", CALL("b2", "Bash", "\"command\":\"pytest -q | tail\""), "1")
		FAILURE("b2", "\"Exit code 1\"")
		BLOCK("10:04:00", "m5", CALL("b3", "Bash", "\"command\":\"pytest\""), "1")
		FAILURE("b3", "\"Exit code 127\\npytest: command not found\"")
		BLOCK("10:05:00", "m6", TEXT("Looking.") "," CALL("b4", "Grep", "\"pattern\":\"x\""), "1")
		RESULT("b4", "\"nothing\"", ",\"toolUseResult\":{\"interrupted\":true}"));
	assert_flags(f, flags, ARRAY_LEN(flags));
	assert_slice(sample_at(f, 0)->code, "[Bash] cd app && pytest -q");
	assert_slice(sample_at(f, 3)->code, "Looking.\n\n[Grep] x");
}

static void test_interruptions_and_api_errors(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f,
		USER("10:00:00", "\"Go on.\"")
		BLOCK("10:00:01", "m1", TEXT("Deleting everything."), "1")
		USER("10:00:02", "[{\"type\":\"text\",\"text\":\"[Request interrupted by user]\"}]")
		BLOCK("10:00:03", "m2", TEXT("Sorry."), "1")
		"{\"parentUuid\":\"p\"," BASE "\"type\":\"assistant\",\"isApiErrorMessage\":true,\"apiErrorStatus\":529,\"message\":{"
		"\"id\":\"x\",\"model\":\"<synthetic>\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"API Error: 529\"}]}}\n");
	assert_int_equal(f->batch.records, 3);
	assert_text(sample_at(f, 0)->flags[0].rule, "interrupted");
	assert_int_equal(sample_at(f, 0)->flags[0].source, SOURCE_USER_REPORT);
	assert_int_equal(sample_at(f, 1)->flag_count, 0);
	assert_slice(sample_at(f, 1)->prompt, "Go on.");
	const struct sample *error = sample_at(f, 2);
	assert_text(error->flags[0].rule, "api_error");
	assert_int_equal(error->flags[0].level, LEVEL_ERROR);
	assert_text(error->flags[0].message, "API Error: 529");
	assert_string_equal(fact(error, PROVENANCE_MODEL), "");
	assert_string_equal(fact(error, "apiErrorStatus"), "529");
}

/* What the harness says in the user's name is no prompt. */
static void test_prompts(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f,
		USER("10:00:00", "[{\"type\":\"text\",\"text\":\"One\"},{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"and two.\"}]")
		USER("10:00:01", "\"<local-command-stdout>bye</local-command-stdout>\"")
		"{" BASE "\"type\":\"user\",\"isMeta\":true,\"uuid\":\"u\",\"message\":{\"role\":\"user\",\"content\":\"meta\"}}\n"
		"{" BASE "\"type\":\"user\",\"permissionMode\":\"plan\",\"isCompactSummary\":true,\"message\":{\"content\":\"so far\"}}\n"
		"{" BASE "\"type\":\"system\",\"subtype\":\"compact_boundary\"}\n"
		BLOCK("10:00:02", "m1", TEXT("Yes."), "1"));
	assert_int_equal(f->batch.records, 1);
	assert_slice(sample_at(f, 0)->prompt, "One\nand two.");
	assert_string_equal(fact(sample_at(f, 0), "permissionMode"), "plan");
	assert_string_equal(fact(sample_at(f, 0), "compactions"), "1");
}

/* A side chain runs between the lines of the session that started it. */
static void test_side_chains_have_their_own_turns(void **state)
{
#define SIDE(more) "{\"parentUuid\":null,\"sessionId\":\"s1\",\"isSidechain\":true,\"agentId\":\"a7\"," more "}\n"
	struct fixture *f = *state;

	must_import_transcript(f,
		USER("10:00:00", "\"Main.\"")
		BLOCK("10:00:01", "m1", TEXT("First."), "1")
		SIDE("\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"Side.\"}")
		SIDE("\"type\":\"assistant\",\"message\":{\"id\":\"k\",\"role\":\"assistant\",\"content\":\"Found.\"}")
		BLOCK("10:00:02", "m1", TEXT("Second."), "2"));
	assert_int_equal(f->batch.records, 2);
	assert_slice(sample_at(f, 0)->code, "First.\n\nSecond.");
	assert_slice(sample_at(f, 0)->prompt, "Main.");
	assert_slice(sample_at(f, 1)->code, "Found.");
	assert_slice(sample_at(f, 1)->prompt, "Side.");
	assert_int_equal(sample_at(f, 1)->turn, 1);
	assert_string_equal(fact(sample_at(f, 1), "isSidechain"), "true");
	assert_string_equal(fact(sample_at(f, 1), "gen_ai.agent.id"), "a7");
#undef SIDE
}

static void test_lines_written_twice_count_once(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f,
		BLOCK("10:00:00", "m1", TEXT("Hi."), "1") BLOCK("10:00:00", "m1", TEXT("Hi."), "1")
		BLOCK("10:00:00", "m1", EDIT("e", "a.c", "x", "y"), "1") BLOCK("10:00:00", "m1", EDIT("e", "a.c", "x", "y"), "1"));
	assert_int_equal(f->batch.records, 2);
	assert_slice(sample_at(f, 0)->code, "Hi.\n\n[Edit] a.c");
}

static void test_stream_json(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f,
		"{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"r1\"}\n"
		"{\"type\":\"assistant\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[" EDIT("e", "a.c", "x", "y") "]},"
		"\"session_id\":\"r1\"}\n"
		"{\"type\":\"user\",\"session_id\":\"r1\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"e\"}]},"
		"\"tool_use_result\":{\"structuredPatch\":[{\"oldStart\":3,\"newStart\":3,\"lines\":[\"-x\",\"+y\"]}]}}\n"
		"{\"type\":\"result\",\"session_id\":\"r1\"}\n");
	assert_int_equal(f->batch.records, 1);
	assert_text(sample_at(f, 0)->session, "r1");
	assert_int_equal(sample_at(f, 0)->region.start_line, 3);
}

/* Lines that were cut down to what they say are a transcript too. */
static void test_bare_lines(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f, "{\"type\":\"mode\"}\n{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"Hi\"}}\n"
				  "{\"type\":\"assistant\",\"message\":{\"content\":[" TEXT("Hello.") "]}}\n");
	assert_int_equal(f->batch.records, 1);
	assert_slice(sample_at(f, 0)->prompt, "Hi");
	assert_null(sample_at(f, 0)->session);
}

static void test_broken_lines(void **state)
{
	struct fixture *f = *state;

	must_import_transcript(f,
		BLOCK("10:00:00", "m1", TEXT("One."), "1")
		"{\"type\":\"assistant\",\n"
		"\n"
		"{\"type\":\"assistant\",\"message\":\"lost\"}\n"
		"{\"type\":\"assistant\",\"message\":{\"content\":[null,7,{\"type\":\"text\"},{\"type\":\"tool_use\",\"name\":\"Edit\",\"input\":[]}]}}\n"
		"{\"type\":\"user\",\"message\":{\"content\":[null,{\"type\":\"tool_result\",\"tool_use_id\":5}]}}\n"
		BLOCK("10:00:01", "m2", TEXT("Two \\u0000\\ud800."), "1"));
	assert_int_equal(f->batch.imported, 2);
	assert_int_equal(f->batch.rejected, 2);
	assert_int_equal(f->store->rejects.items[0].record, 2);
	assert_contains(f->store->rejects.items[0].reason, "broken JSON");
	assert_contains(f->store->rejects.items[1].reason, "without a message");
}

static void test_what_is_no_transcript(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "{\"type\":\"user\",\"code\":\"x\",\"sessionId\":\"s\"}\n{\"type\":\"user\",\"code\":\"y\"}\n");
	assert_string_equal(f->batch.format, "jsonl");
	f->options.format = "claude-code";
	assert_int_equal(import_text(f, "{\"code\":\"x\"}\n7\n"), STATUS_INPUT);
	assert_contains(f->error.text, "no line of it is one of a transcript; line 1: it has no type");
	assert_int_equal(import_text(f, "{\"type\":\"summary\",\"summary\":\"s\"}\n"), STATUS_OK);
	assert_int_equal(f->batch.records, 0);
	assert_int_equal(import_text(f, ""), STATUS_OK);
}

/* Cut at every byte: what was whole is there, and at most the cut line is rejected. */
static void test_truncation(void **state)
{
	struct fixture *f = *state;

	f->options.format = "claude-code";
	for (size_t len = 0; len < sizeof(two_blocks); len++) {
		enum status status = import_bytes(f, (struct slice){ two_blocks, len });
		if (status == STATUS_OK)
			assert_true(f->batch.rejected <= 1);
		else
			assert_int_equal(status, STATUS_INPUT); /* not even the first line */
	}
	assert_int_equal(f->batch.imported, 3);
}

/* More threads than are held: the oldest ends early, and nothing is lost. */
static void test_many_sessions(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&text, "{\"parentUuid\":null,\"isSidechain\":false,\"sessionId\":\"s%d\",\"type\":\"assistant\",\"message\":"
			    "{\"id\":\"m\",\"content\":\"Answer %d\"}}\n", i, i);
	assert_int_equal(import_bytes(f, strbuf_slice(&text)), STATUS_OK);
	strbuf_release(&text);
	assert_int_equal(f->batch.records, 100);
	assert_text(sample_at(f, 0)->session, "s0");
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_real_files), CASE(test_rejects_of_edge_cases), CASE(test_blocks_of_a_message_are_one_turn),
		CASE(test_edit_has_the_harness_diff), CASE(test_kinds_of_edits), CASE(test_failed_edits), CASE(test_failed_commands),
		CASE(test_interruptions_and_api_errors), CASE(test_prompts), CASE(test_side_chains_have_their_own_turns),
		CASE(test_lines_written_twice_count_once), CASE(test_stream_json), CASE(test_bare_lines), CASE(test_broken_lines),
		CASE(test_what_is_no_transcript), CASE(test_truncation), CASE(test_many_sessions),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
