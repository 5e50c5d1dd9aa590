/* Chat messages of each API as text. */
#include "core/import/chat.h"
#include "tests/core/test_import_store.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static const struct json *parse(const char *text)
{
	const struct json *value;
	struct error error;

	if (json_parse(&arena, slice_of(text), true, NULL, &value, &error) != STATUS_OK)
		fail_msg("%s", error.text);
	return value;
}

static void a_string_is_its_own_text(void **state)
{
	(void)state;
	assert_slice(chat_text(&arena, parse("\"one\\ntwo\""), NULL), "one\ntwo");
	assert_null(chat_text(&arena, NULL, NULL).at);
	assert_null(chat_text(&arena, parse("[]"), NULL).at);
	assert_null(chat_text(&arena, parse("17"), NULL).at);
}

static void openai_messages(void **state)
{
	(void)state;
	const struct json *messages = parse(
		"[{\"role\":\"system\",\"content\":\"Be brief.\"},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},{\"type\":\"image_url\","
		"\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]},"
		"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":"
		"{\"name\":\"run\",\"arguments\":\"{\\\"code\\\":\\\"a = 1\\\\nb = 2\\\",\\\"n\\\":3}\"}}]},"
		"{\"role\":\"tool\",\"name\":\"run\",\"tool_call_id\":\"c1\",\"content\":\"done\\n\"},"
		"{\"role\":\"assistant\",\"content\":\"A cat.\"}]");

	assert_slice(chat_text(&arena, messages, NULL),
		     "[system]\nBe brief.\n\n[user]\nWhat is it?\n(image_url)\n\n"
		     "[assistant]\ntool call: run\n  code:\n    a = 1\n    b = 2\n  n: 3\n\n"
		     "[tool run]\ndone\n\n[assistant]\nA cat.");
	assert_int_equal(chat_tool_call_count(json_at(messages, 2)), 1);
	assert_slice(chat_answer(&arena, json_at(messages, 2), NULL),
		     "tool call: run\n  code:\n    a = 1\n    b = 2\n  n: 3");
	assert_slice(chat_answer(&arena, json_at(messages, 4), NULL), "A cat.");
}

static void openai_leftovers(void **state)
{
	(void)state;
	assert_slice(chat_answer(&arena, parse("{\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{oops\"}}"),
				 NULL), "tool call: f\n  {oops");
	assert_slice(chat_answer(&arena, parse("{\"content\":null,\"refusal\":\"I will not.\"}"), NULL), "I will not.");
	assert_slice(chat_answer(&arena, parse("{\"tool_calls\":[{\"custom\":{\"name\":\"sh\",\"input\":\"ls -l\"}}]}"), NULL),
		     "tool call: sh\n  ls -l");
}

static void anthropic_messages(void **state)
{
	(void)state;
	const struct json *messages = parse(
		"[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"I look.\"},"
		"{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"Read\",\"input\":{\"path\":\"a.c\"}}]},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"is_error\":true,"
		"\"content\":[{\"type\":\"text\",\"text\":\"no such file\"}]}]}]");

	assert_slice(chat_text(&arena, messages, NULL),
		     "[assistant]\n(reasoning) hm\nI look.\ntool call: Read\n  path: a.c\n\n"
		     "[user]\ntool error:\nno such file");
	assert_slice(chat_answer(&arena, json_at(messages, 0), NULL), "I look.");
	assert_int_equal(chat_tool_call_count(json_at(messages, 0)), 1);
}

static void inspect_messages(void **state)
{
	(void)state;
	const struct json *attachments = parse("{\"h1\":\"the long text\",\"h2\":\"ls\\npwd\",\"n\":5}");
	const struct json *messages = parse(
		"[{\"role\":\"user\",\"content\":\"attachment://h1\"},"
		"{\"role\":\"assistant\",\"content\":[{\"type\":\"reasoning\",\"reasoning\":\"x\"}],\"tool_calls\":"
		"[{\"id\":\"1\",\"function\":\"bash\",\"arguments\":{\"cmd\":\"attachment://h2\"}}]},"
		"{\"role\":\"tool\",\"function\":\"bash\",\"content\":\"attachment://n\",\"error\":"
		"{\"type\":\"timeout\",\"message\":\"too slow\"}}]");

	assert_slice(chat_text(&arena, messages, attachments),
		     "[user]\nthe long text\n\n[assistant]\n(reasoning) x\ntool call: bash\n  cmd:\n    ls\n    pwd\n\n"
		     "[tool bash]\nattachment://n\nerror: too slow");
	assert_slice(chat_answer(&arena, json_at(messages, 1), attachments), "tool call: bash\n  cmd:\n    ls\n    pwd");
	assert_slice(chat_answer(&arena, json_at(messages, 0), attachments), "the long text");
	assert_slice(chat_answer(&arena, json_at(messages, 0), NULL), "attachment://h1");
}

static void other_shapes_are_passed_over(void **state)
{
	(void)state;
	assert_slice(chat_text(&arena, parse("[null, 3, {\"role\":7,\"content\":{\"a\":1},\"tool_calls\":[4,null,{}]}]"), NULL),
		     "[message]\ntool call: (no name)");
	assert_null(chat_answer(&arena, parse("[]"), NULL).at);
	assert_null(chat_answer(&arena, parse("{\"content\":[null,5,{\"type\":\"text\",\"text\":null}]}"), NULL).at);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_string_is_its_own_text, setup, teardown),
		cmocka_unit_test_setup_teardown(openai_messages, setup, teardown),
		cmocka_unit_test_setup_teardown(openai_leftovers, setup, teardown),
		cmocka_unit_test_setup_teardown(anthropic_messages, setup, teardown),
		cmocka_unit_test_setup_teardown(inspect_messages, setup, teardown),
		cmocka_unit_test_setup_teardown(other_shapes_are_passed_over, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
