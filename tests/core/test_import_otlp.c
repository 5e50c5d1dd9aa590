/* OTLP in JSON: the shapes of OpenTelemetry's conventions, old and new, of OpenLLMetry and OpenInference. */
#include "tests/core/test_import_store.h"

#define S(key, text) "{\"key\":\"" key "\",\"value\":{\"stringValue\":\"" text "\"}}"
#define I(key, number) "{\"key\":\"" key "\",\"value\":{\"intValue\":\"" number "\"}}"
#define SPAN(id, attributes, more) "{\"traceId\":\"5b8e\",\"spanId\":\"" id "\",\"name\":\"chat gpt-4\",\"kind\":3," \
	"\"startTimeUnixNano\":\"1767225600123456789\",\"endTimeUnixNano\":\"1767225601623456789\"," \
	"\"attributes\":[" attributes "]" more "}"
#define REQUEST(spans) "{\"resourceSpans\":[{\"resource\":{\"attributes\":[" S("service.name", "shop") "," S("service.version", "7.1") \
	"]},\"scopeSpans\":[{\"scope\":{\"name\":\"otel.openai\",\"version\":\"0.9\"},\"spans\":[" spans "]}]}]}"
#define CHAT S("gen_ai.operation.name", "chat") "," S("gen_ai.provider.name", "openai") "," \
	S("gen_ai.request.model", "gpt-4") "," S("gen_ai.response.model", "gpt-4-0613")

static void must_import_otlp(struct fixture *f, const char *text)
{
	must_import_text(f, text);
	assert_string_equal(f->batch.format, "otlp");
}

static const char *fact(const struct sample *sample, const char *key)
{
	const char *value = sample_provenance(sample, key);

	return value ? value : "";
}

static const char full[] = REQUEST(
	SPAN("s1", CHAT "," S("gen_ai.conversation.id", "conv-5") "," I("gen_ai.usage.input_tokens", "52") ","
	     "{\"key\":\"gen_ai.request.temperature\",\"value\":{\"doubleValue\":0.5}},"
	     "{\"key\":\"gen_ai.response.finish_reasons\",\"value\":{\"arrayValue\":{\"values\":[{\"stringValue\":\"stop\"},{\"stringValue\":\"length\"}]}}},"
	     S("gen_ai.system_instructions", "[{\\\"type\\\":\\\"text\\\",\\\"content\\\":\\\"Be brief.\\\"}]") ","
	     S("gen_ai.input.messages", "[{\\\"role\\\":\\\"user\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\",\\\"content\\\":\\\"Add 2 and 3.\\\"}]}]") ","
	     S("gen_ai.output.messages", "[{\\\"role\\\":\\\"assistant\\\",\\\"parts\\\":[{\\\"type\\\":\\\"reasoning\\\",\\\"content\\\":\\\"hm\\\"},"
	       "{\\\"type\\\":\\\"text\\\",\\\"content\\\":\\\"2 + 3 = 5\\\"}],\\\"finish_reason\\\":\\\"stop\\\"}]"), ",\"status\":{}"));

static void test_chat(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, full);
	assert_int_equal(f->batch.records, 1);
	const struct sample *sample = sample_at(f, 0);
	assert_int_equal(sample->kind, SAMPLE_KIND_COMPLETION);
	assert_slice(sample->prompt, "[system]\nBe brief.\n\n[user]\nAdd 2 and 3.");
	assert_slice(sample->code, "2 + 3 = 5");
	assert_text(sample->external_id, "s1");
	assert_text(sample->session, "conv-5");
	assert_int_equal(sample->produced_at.at_us, 1767225600123456);
	assert_int_equal(sample->flag_count, 0);
	assert_string_equal(fact(sample, PROVENANCE_MODEL), "gpt-4-0613");
	assert_string_equal(fact(sample, PROVENANCE_MODEL_REQUESTED), "gpt-4");
	assert_string_equal(fact(sample, PROVENANCE_PROVIDER), "openai");
	assert_string_equal(fact(sample, PROVENANCE_HARNESS), "7.1");
	assert_string_equal(fact(sample, "service.name"), "shop");
	assert_string_equal(fact(sample, "otel.scope.name"), "otel.openai");
	assert_string_equal(fact(sample, "gen_ai.usage.input_tokens"), "52");
	assert_string_equal(fact(sample, "gen_ai.request.temperature"), "0.5");
	assert_string_equal(fact(sample, "gen_ai.response.finish_reasons"), "stop, length");
	assert_string_equal(fact(sample, "duration_ms"), "1500");
	assert_string_equal(fact(sample, "trace_id"), "5b8e");
	assert_string_equal(fact(sample, "gen_ai.input.messages"), "");
}

/* Messages may be structured instead of a string that holds JSON. */
static void test_structured_messages(void **state)
{
#define KV(key, value) "{\"key\":\"" key "\",\"value\":" value "}"
#define LIST(values) "{\"arrayValue\":{\"values\":[" values "]}}"
#define MAP(values) "{\"kvlistValue\":{\"values\":[" values "]}}"
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(SPAN("s1", CHAT ","
		KV("gen_ai.output.messages", LIST(MAP(S("role", "assistant") "," KV("parts", LIST(MAP(
			S("type", "tool_call") "," S("name", "grep") "," KV("arguments", MAP(S("pattern", "x") "," I("limit", "3")))))))))
		"," KV("gen_ai.input.messages", LIST(MAP(S("role", "tool") "," KV("parts", LIST(MAP(
			S("type", "tool_call_response") "," S("response", "none")) "," MAP(S("type", "blob"))))))), "")));
	assert_slice(sample_at(f, 0)->code, "tool call: grep\n  pattern: x\n  limit: 3");
	assert_slice(sample_at(f, 0)->prompt, "[tool]\ntool result:\nnone\n(blob)");
#undef KV
#undef LIST
#undef MAP
}

static void test_openllmetry(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(SPAN("s1",
		S("llm.request.type", "chat") "," S("gen_ai.system", "OpenAI") "," I("llm.usage.prompt_tokens", "9") ","
		S("gen_ai.prompt.0.role", "system") "," S("gen_ai.prompt.0.content", "Be brief.") ","
		S("gen_ai.prompt.1.role", "user") "," S("gen_ai.prompt.1.content", "Hi") ","
		S("gen_ai.completion.0.role", "assistant") "," S("gen_ai.completion.0.content", "Hello.") ","
		S("traceloop.association.properties.session_id", "t-1"), "") ","
		SPAN("s2", S("llm.request.type", "chat") "," S("gen_ai.completion.0.tool_calls.0.name", "run") ","
		     S("gen_ai.completion.0.tool_calls.0.arguments", "{\\\"cmd\\\":\\\"ls\\\"}"), "") ","
		SPAN("s3", S("traceloop.span.kind", "workflow") "," S("traceloop.entity.input", "{}"), "")));
	assert_int_equal(f->batch.records, 2);
	assert_slice(sample_at(f, 0)->prompt, "[system]\nBe brief.\n\n[user]\nHi");
	assert_slice(sample_at(f, 0)->code, "Hello.");
	assert_text(sample_at(f, 0)->session, "t-1");
	assert_string_equal(fact(sample_at(f, 0), PROVENANCE_PROVIDER), "OpenAI");
	assert_string_equal(fact(sample_at(f, 0), "gen_ai.usage.input_tokens"), "9");
	assert_string_equal(fact(sample_at(f, 0), "gen_ai.prompt.0.role"), "");
	assert_slice(sample_at(f, 1)->code, "tool call: run\n  cmd: ls");
}

static void test_openinference(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(
		SPAN("s1", S("openinference.span.kind", "LLM") "," S("llm.model_name", "gpt-4o") "," S("session.id", "p-1") ","
		     I("llm.token_count.completion", "4") "," S("input.value", "{\\\"model\\\":1}") ","
		     S("llm.input_messages.0.message.role", "user") ","
		     S("llm.input_messages.0.message.contents.0.message_content.type", "text") ","
		     S("llm.input_messages.0.message.contents.0.message_content.text", "Why?") ","
		     S("llm.output_messages.0.message.role", "assistant") "," S("llm.output_messages.0.message.content", "Because."), "") ","
		SPAN("s2", S("openinference.span.kind", "CHAIN") "," S("output.value", "Because."), "") ","
		SPAN("s3", S("openinference.span.kind", "AGENT") "," S("input.value", "Plan it.") "," S("output.value", "Planned."), "") ","
		SPAN("s4", S("openinference.span.kind", "TOOL") "," S("tool.name", "sum") "," S("input.value", "{\\\"a\\\":1}"), "")));
	assert_int_equal(f->batch.records, 3);
	assert_slice(sample_at(f, 0)->prompt, "[user]\nWhy?");
	assert_slice(sample_at(f, 0)->code, "Because.");
	assert_text(sample_at(f, 0)->session, "p-1");
	assert_string_equal(fact(sample_at(f, 0), PROVENANCE_MODEL), "gpt-4o");
	assert_string_equal(fact(sample_at(f, 0), "gen_ai.usage.output_tokens"), "4");
	assert_int_equal(sample_at(f, 1)->kind, SAMPLE_KIND_AGENT_TURN);
	assert_slice(sample_at(f, 1)->prompt, "Plan it.");
	assert_slice(sample_at(f, 1)->code, "Planned.");
	assert_slice(sample_at(f, 2)->code, "sum\n{\"a\":1}");
}

/* Conventions before 1.37 put messages into events of the span. */
static void test_old_events(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(
		SPAN("s1", CHAT, ",\"events\":[{\"name\":\"gen_ai.content.prompt\",\"attributes\":["
		     S("gen_ai.prompt", "[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"One?\\\"}]") "]},"
		     "{\"name\":\"gen_ai.content.completion\",\"attributes\":[" S("gen_ai.completion", "One.") "]}]") ","
		SPAN("s2", CHAT, ",\"events\":[{\"name\":\"gen_ai.user.message\",\"attributes\":[" S("content", "Two?") "]},"
		     "{\"name\":\"gen_ai.choice\",\"attributes\":["
		     S("gen_ai.event.content", "{\\\"index\\\":0,\\\"message\\\":{\\\"content\\\":\\\"Two.\\\"}}") "]}]")));
	assert_slice(sample_at(f, 0)->prompt, "[user]\nOne?");
	assert_slice(sample_at(f, 0)->code, "One.");
	assert_slice(sample_at(f, 1)->prompt, "[user]\nTwo?");
	assert_slice(sample_at(f, 1)->code, "Two.");
}

static void test_flags(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(
		SPAN("s1", CHAT "," S("error.type", "timeout"), ",\"status\":{\"code\":2,\"message\":\"took 30 s\"}") ","
		SPAN("s2", CHAT, ",\"status\":{\"code\":\"STATUS_CODE_ERROR\"},\"events\":[{\"name\":\"exception\",\"attributes\":["
		     S("exception.type", "RateLimitError") "," S("exception.message", "slow down") "]}]") ","
		SPAN("s3", CHAT, ",\"events\":[{\"name\":\"gen_ai.evaluation.result\",\"attributes\":[" S("gen_ai.evaluation.name", "Correctness")
		     "," S("gen_ai.evaluation.score.label", "fail") ",{\"key\":\"gen_ai.evaluation.score.value\",\"value\":{\"doubleValue\":0.25}},"
		     S("gen_ai.evaluation.explanation", "off by one") "]},{\"name\":\"gen_ai.evaluation.result\",\"attributes\":["
		     S("gen_ai.evaluation.name", "Tone") "," S("gen_ai.evaluation.score.label", "pass") "]}]")));
	assert_int_equal(f->batch.records, 3);
	assert_int_equal(sample_at(f, 0)->flag_count, 1);
	assert_text(sample_at(f, 0)->flags[0].rule, "timeout");
	assert_text(sample_at(f, 0)->flags[0].message, "took 30 s");
	assert_int_equal(sample_at(f, 0)->flags[0].level, LEVEL_ERROR);
	assert_int_equal(sample_at(f, 1)->flag_count, 1); /* the status only repeats the exception */
	assert_text(sample_at(f, 1)->flags[0].rule, "RateLimitError");
	assert_text(sample_at(f, 1)->flags[0].message, "slow down");
	const struct sample *judged = sample_at(f, 2);
	assert_int_equal(judged->flag_count, 2);
	assert_int_equal(judged->flags[0].source, SOURCE_EVAL);
	assert_int_equal(judged->flags[0].level, LEVEL_ERROR);
	assert_text(judged->flags[0].rule, "Correctness");
	assert_text(judged->flags[0].message, "Correctness: fail: off by one");
	assert_true(judged->flags[0].has_score && judged->flags[0].score == 0.25);
	assert_int_equal(judged->flags[1].level, LEVEL_NOTE);
}

/* What is not of generative AI, and what no model said, is passed over unless it was judged. */
static void test_what_is_taken(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(
		SPAN("s1", S("http.method", "GET"), ",\"status\":{\"code\":2}") "," SPAN("s2", S("gen_ai.operation.name", "embeddings"), "") ","
		SPAN("s3", S("gen_ai.operation.name", "execute_tool") "," S("gen_ai.tool.name", "ls") "," S("gen_ai.tool.call.arguments", "{}"), "") ","
		SPAN("s4", S("gen_ai.operation.name", "invoke_agent"), "") "," SPAN("s5", S("gen_ai.system", "cohere"), "") ","
		SPAN("s6", S("gen_ai.operation.name", "retrieval"), ",\"events\":[{\"name\":\"gen_ai.evaluation.result\"}]")));
	assert_int_equal(f->batch.records, 4);
	assert_text(sample_at(f, 0)->external_id, "s3");
	assert_slice(sample_at(f, 0)->code, "ls\n{}");
	assert_text(sample_at(f, 3)->external_id, "s6");
	/* A request in which nothing is. */
	must_import_otlp(f, "{\"resourceSpans\":[]}");
	assert_int_equal(f->batch.records, 0);
}

static void test_lines(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(SPAN("a", CHAT, "")) "\n\n{\"resourceMetrics\":[]}\n"
			    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" SPAN("b", CHAT, "") ",{\"name\":\n"
			    "{\"resourceSpans\":[{\"instrumentationLibrarySpans\":[{\"instrumentationLibrary\":{\"name\":\"old\"},\"spans\":[7,"
			    SPAN("c", CHAT, "") "]}]}]}\n");
	assert_int_equal(f->batch.imported, 3);
	assert_int_equal(f->batch.rejected, 2);
	assert_string_equal(fact(sample_at(f, 1), PROVENANCE_HARNESS), ""); /* of its own resource only */
	assert_string_equal(fact(sample_at(f, 2), "otel.scope.name"), "old");
	assert_contains(f->store->rejects.items[0].reason, "in the line: broken JSON");
	assert_string_equal(f->store->rejects.items[1].reason, "the span or log record is no object");
	/* The offset is the file's. */
	struct slice seven = { NULL, 0 };
	assert_int_equal(file_read(&f->arena, f->path, 0, &seven, &f->error), STATUS_OK);
	assert_int_equal(seven.at[f->store->rejects.items[1].offset_bytes], '7');
}

static void test_documents(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, "[" REQUEST(SPAN("a", CHAT, "")) ",\n" REQUEST(SPAN("b", CHAT, "")) "]");
	assert_int_equal(f->batch.records, 2);
	must_import_otlp(f, "{\n\"resourceSpans\": [\n{\"scopeSpans\": [null, {\"spans\": [" SPAN("a", CHAT, "") "]}]}, 3]}\n{\"resourceSpans\": []}\n");
	assert_int_equal(f->batch.records, 1);
	f->options.format = "otlp";
	assert_int_equal(import_text(f, "{\"a\":1}"), STATUS_INPUT);
	assert_contains(f->error.text, "neither \"resourceSpans\" nor \"resourceLogs\"");
	assert_int_equal(import_text(f, ""), STATUS_OK);
	for (size_t len = 1; len < sizeof(full) - 1; len++)
		assert_int_equal(import_bytes(f, (struct slice){ full, len }), STATUS_INPUT);
}

static void test_logs(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f,
		"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":["
		"{\"timeUnixNano\":\"1767225600000000000\",\"eventName\":\"gen_ai.client.inference.operation.details\",\"traceId\":\"t\","
		"\"spanId\":\"s\",\"attributes\":[" CHAT ","
		S("gen_ai.output.messages", "[{\\\"role\\\":\\\"assistant\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\",\\\"content\\\":\\\"Hi.\\\"}]}]") "]},"
		"{\"observedTimeUnixNano\":\"1767225600000000000\",\"attributes\":[" S("event.name", "gen_ai.evaluation.result") ","
		S("gen_ai.evaluation.name", "Relevance") "," S("gen_ai.evaluation.score.label", "failed") "," S("gen_ai.response.id", "r") "]},"
		"{\"body\":{\"stringValue\":\"some line\"}}]}]}]}");
	assert_int_equal(f->batch.records, 2);
	assert_slice(sample_at(f, 0)->code, "Hi.");
	assert_int_equal(sample_at(f, 0)->produced_at.precision, PRECISION_SECOND);
	assert_int_equal(sample_at(f, 1)->flags[0].level, LEVEL_ERROR);
	assert_string_equal(fact(sample_at(f, 1), "gen_ai.response.id"), "r");
}

/* Wrong types read as absent. */
static void test_odd_values(void **state)
{
	struct fixture *f = *state;

	must_import_otlp(f, REQUEST(
		"{\"attributes\":[null,7,{\"key\":5},{\"key\":\"\"},{\"key\":\"k\",\"value\":{\"bytesValue\":\"AAE=\"}},{\"key\":\"gen_ai.prompt.99999.role\","
		"\"value\":{\"stringValue\":\"x\"}}," S("gen_ai.operation.name", "chat") "," S("gen_ai.input.messages", "[not json") "],"
		"\"events\":{},\"status\":[],\"startTimeUnixNano\":\"soon\",\"spanId\":\"\"}"));
	assert_int_equal(f->batch.records, 1);
	assert_slice(sample_at(f, 0)->prompt, "[not json");
	assert_false(instant_known(sample_at(f, 0)->produced_at));
	assert_null(sample_at(f, 0)->external_id);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_chat), CASE(test_structured_messages), CASE(test_openllmetry), CASE(test_openinference), CASE(test_old_events),
		CASE(test_flags), CASE(test_what_is_taken), CASE(test_lines), CASE(test_documents), CASE(test_logs), CASE(test_odd_values),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
