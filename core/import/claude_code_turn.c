/* Turns: gathering what the lines of one answer, and the results of its tools, say. */
#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/claude_code.h"
#include "core/import/fields.h"

#define ARGUMENT_BYTES_MAX ((size_t)2000)
#define MESSAGE_BYTES_MAX ((size_t)4096)

const struct json *claude_session(const struct json *line)
{
	const struct json *session = json_get(line, "sessionId");

	return session ? session : json_get(line, "session_id");
}

void claude_turn_release(struct claude_turn *turn)
{
	arena_release(&turn->arena);
	strbuf_release(&turn->text);
	vec_release(&turn->calls);
	vec_release(&turn->flags);
	vec_release(&turn->facts);
}

static bool starts_with(struct slice text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len_bytes >= len && memcmp(text.at, prefix, len) == 0;
}

/* ---- facts --------------------------------------------------------------------------- */

static void add_fact(struct claude_turn *turn, const char *key, const char *value, enum certainty certainty, bool is_figure)
{
	if (!value || !value[0])
		return;
	struct claude_fact fact = { { key, value, certainty }, is_figure };
	for (size_t i = 0; i < turn->facts.len; i++)
		if (strcmp(turn->facts.items[i].entry.key, key) == 0) {
			turn->facts.items[i] = fact; /* a later line of the turn knows better */
			return;
		}
	vec_push(&turn->facts, fact);
}

static void add_recorded(struct claude_turn *turn, const char *key, const struct json *value, bool is_figure)
{
	const char *text = NULL;

	if (json_is(value, JSON_STRING))
		text = json_text(&turn->arena, value);
	else if (json_is(value, JSON_NUMBER))
		text = arena_text(&turn->arena, value->text);
	else if (json_is(value, JSON_TRUE))
		text = "true";
	add_fact(turn, key, text, CERTAINTY_RECORDED, is_figure);
}

/*
 * The names are OpenTelemetry's (GenAI conventions 1.41) where it has one. input_tokens
 * is as the API says it: without what was read from or written to the cache.
 */
static void add_usage(struct claude_turn *turn, const struct json *usage)
{
	static const struct {
		const char *path, *key;
	} figures[] = {
		{ "input_tokens", "gen_ai.usage.input_tokens" },
		{ "output_tokens", "gen_ai.usage.output_tokens" },
		{ "cache_read_input_tokens", "gen_ai.usage.cache_read.input_tokens" },
		{ "cache_creation_input_tokens", "gen_ai.usage.cache_creation.input_tokens" },
		{ "cache_creation.ephemeral_5m_input_tokens", "cache_creation.ephemeral_5m_input_tokens" },
		{ "cache_creation.ephemeral_1h_input_tokens", "cache_creation.ephemeral_1h_input_tokens" },
		{ "server_tool_use.web_search_requests", "server_tool_use.web_search_requests" },
	};
	int64_t read = json_int(json_get(usage, "cache_read_input_tokens"), -1);
	int64_t written = json_int(json_get(usage, "cache_creation_input_tokens"), -1);

	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		add_recorded(turn, figures[i].key, json_path(usage, figures[i].path), true);
	add_recorded(turn, "service_tier", json_get(usage, "service_tier"), false);
	/* Nothing read and nothing written: the prompt was too short to be cached. */
	if (read > 0)
		add_fact(turn, "cache", "hit", CERTAINTY_DERIVED, false);
	else if (read == 0 && written > 0)
		add_fact(turn, "cache", "miss", CERTAINTY_DERIVED, false);
}

/* The ids of messages tell whose API answered. */
static const char *provider_of(const char *message_id)
{
	static const struct {
		const char *prefix, *provider;
	} providers[] = {
		{ "msg_bdrk_", "aws.bedrock" }, { "msg_vrtx_", "gcp.vertex_ai" }, { "msg_01", "anthropic" },
	};

	for (size_t i = 0; message_id && i < ARRAY_LEN(providers); i++)
		if (strncmp(message_id, providers[i].prefix, strlen(providers[i].prefix)) == 0)
			return providers[i].provider;
	return NULL;
}

static void add_facts(struct claude_thread *thread, const struct json *line, const struct json *message)
{
	static const struct {
		const char *path, *key;
	} facts[] = {
		{ "message.stop_reason", "gen_ai.response.finish_reasons" },
		{ "version", PROVENANCE_HARNESS }, { "gitBranch", "gitBranch" }, { "isSidechain", "isSidechain" },
		{ "agentId", "gen_ai.agent.id" }, { "requestId", "requestId" }, { "entrypoint", "entrypoint" },
		{ "userType", "userType" }, { "slug", "slug" }, { "uuid", "uuid" }, { "apiErrorStatus", "apiErrorStatus" },
	};
	struct claude_turn *turn = &thread->turn;
	const struct json *model = json_get(message, "model");

	add_fact(turn, "harness.name", "claude-code", CERTAINTY_DERIVED, false);
	add_fact(turn, PROVENANCE_PROVIDER, provider_of(turn->message_id), CERTAINTY_DERIVED, false);
	if (!slice_is(json_slice(model), "<synthetic>")) /* the harness's own words */
		add_recorded(turn, PROVENANCE_MODEL, model, false);
	add_fact(turn, "gen_ai.response.id", turn->message_id, CERTAINTY_RECORDED, false);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		add_recorded(turn, facts[i].key, json_path(line, facts[i].path), false);
	add_usage(turn, json_get(message, "usage"));
}

static void add_derived_number(struct claude_turn *turn, const char *key, int64_t number)
{
	add_fact(turn, key, arena_printf(&turn->arena, "%" PRId64, number), CERTAINTY_DERIVED, false);
}

/* ---- flags --------------------------------------------------------------------------- */

static bool is_known_flag(const struct flag *flag)
{
	return flag->level != LEVEL_NONE;
}

static struct flag make_flag(struct claude_turn *turn, enum flag_source source, enum level level, const char *rule,
			     struct slice message)
{
	message.len_bytes = utf8_cut(message.at, message.len_bytes, MESSAGE_BYTES_MAX);
	return (struct flag){ .source = source, .level = level, .tool = "claude-code", .rule = rule,
			      .message = utf8_clean(&turn->arena, message) };
}

/* The text of a string, or of the text blocks of an array. */
static struct slice text_of(struct arena *arena, const struct json *content)
{
	struct strbuf text = STRBUF_INIT;
	struct slice joined;

	if (json_is(content, JSON_STRING))
		return json_slice(content);
	if (!json_is(content, JSON_ARRAY))
		return (struct slice){ NULL, 0 };
	for (const struct json *block = content->first; block; block = block->next) {
		struct slice part = json_slice(json_get(block, "text"));
		if (!part.at || !slice_is(json_slice(json_get(block, "type")), "text"))
			continue;
		if (text.len_bytes)
			strbuf_addch(&text, '\n');
		strbuf_addslice(&text, part);
	}
	joined = text.len_bytes ? arena_slice(arena, strbuf_slice(&text)) : (struct slice){ NULL, 0 };
	strbuf_release(&text);
	return joined;
}

static bool contains(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

/*
 * Whether a command that ended with `code` was a run of tests that failed: only what is
 * sure, the runner's own command as the last one, whose status the shell hands on. 126
 * and above are the shell's own and signals.
 */
static bool is_failed_test(const char *command, long code)
{
	static const char *const runners[] = {
		"pytest", "python -m unittest", "python3 -m unittest", "tox", "nox", "cargo test", "cargo nextest", "go test",
		"npm test", "npm run test", "yarn test", "pnpm test", "bun test", "deno test", "npx jest", "npx vitest",
		"npx playwright test", "ctest", "make test", "make check", "mvn test", "gradle test", "./gradlew test",
		"dotnet test", "swift test", "mix test", "rspec", "bundle exec rspec", "phpunit", "bazel test",
	};
	const char *last = command;

	if (!command || code < 1 || code > 125 || strpbrk(command, "|;"))
		return false;
	for (const char *and; (and = strstr(last, "&&")) != NULL;)
		last = and + 2;
	for (size_t i = 0; i < ARRAY_LEN(runners); i++)
		if (contains(last, runners[i]))
			return true;
	return false;
}

static struct slice without_tags(struct slice text)
{
	static const char open[] = "<tool_use_error>", end[] = "</tool_use_error>";
	size_t len = sizeof(end) - 1;

	if (!starts_with(text, open))
		return text;
	text.at += sizeof(open) - 1;
	text.len_bytes -= sizeof(open) - 1;
	if (text.len_bytes >= len && memcmp(text.at + text.len_bytes - len, end, len) == 0)
		text.len_bytes -= len;
	return text;
}

static struct flag flag_of_result(struct claude_turn *turn, const struct claude_call *call, struct slice text)
{
	static const char rejected[] = "The user doesn't want to proceed with this tool use";
	static const char stopped[] = "The user doesn't want to take this action right now";
	char code[16] = "";

	if (starts_with(text, rejected) || starts_with(text, stopped))
		return make_flag(turn, SOURCE_USER_REPORT, LEVEL_WARNING, "rejected", text);
	text = without_tags(text);
	if (text.len_bytes == 0)
		text = slice_of("the tool reported an error");
	if (starts_with(text, "Exit code ")) {
		size_t len = text.len_bytes - 10 < sizeof(code) - 1 ? text.len_bytes - 10 : sizeof(code) - 1;
		memcpy(code, text.at + 10, len);
		code[len] = '\0';
		if (is_failed_test(call->command, strtol(code, NULL, 10)))
			return make_flag(turn, SOURCE_UNIT_TEST, LEVEL_ERROR, call->tool, text);
	}
	/* Commands fail for good reasons too (grep finds nothing); an edit never should. */
	return make_flag(turn, SOURCE_MONITOR, call->is_edit ? LEVEL_ERROR : LEVEL_WARNING, call->tool, text);
}

void claude_turn_result(struct claude_turn *turn, const struct json *block, const struct json *account)
{
	struct slice id = json_slice(json_get(block, "tool_use_id"));

	for (size_t i = 0; turn->is_open && id.at && i < turn->calls.len; i++) {
		struct claude_call *call = &turn->calls.items[i];
		if (!call->id || !slice_is(id, call->id))
			continue;
		if (json_bool(json_get(block, "is_error"), false))
			call->flag = flag_of_result(turn, call, text_of(&turn->arena, json_get(block, "content")));
		else if (call->is_edit)
			claude_edit_result(&turn->arena, call, account);
		else if (json_bool(json_get(account, "interrupted"), false))
			call->flag = make_flag(turn, SOURCE_MONITOR, LEVEL_NOTE, call->tool,
					       slice_of("the command was interrupted"));
		return;
	}
}

void claude_turn_interrupt(struct claude_turn *turn, struct slice text)
{
	if (!turn->is_open)
		return;
	for (size_t i = 0; i < turn->calls.len; i++) /* "… for tool use" only repeats a rejection */
		if (turn->calls.items[i].flag.source == SOURCE_USER_REPORT)
			return;
	struct flag flag = make_flag(turn, SOURCE_USER_REPORT, LEVEL_WARNING, "interrupted", text);
	struct claude_call *last = turn->calls.len ? &turn->calls.items[turn->calls.len - 1] : NULL;
	if (last && last->is_edit && !turn->has_text && !is_known_flag(&last->flag))
		last->flag = flag;
	else
		vec_push(&turn->flags, flag);
}

/* ---- content ------------------------------------------------------------------------- */

static void add_text(struct claude_turn *turn, struct slice text)
{
	struct strbuf *all = &turn->text;
	bool is_blank = true;

	for (size_t i = 0; i < text.len_bytes && is_blank; i++)
		is_blank = strchr(" \t\r\n", text.at[i]) && text.at[i];
	if (is_blank)
		return;
	/* A line that was written twice, as it happens when a session is resumed. */
	if (turn->has_text && slice_eq(text, (struct slice){ all->text + turn->text_at, all->len_bytes - turn->text_at }))
		return;
	if (all->len_bytes)
		strbuf_addstr(all, "\n\n");
	turn->text_at = all->len_bytes;
	strbuf_addslice(all, text);
	turn->has_text = true;
}

/* What tells most about a call, else all of its input. */
static struct slice argument_of(struct claude_turn *turn, const struct json *input, const char *cwd)
{
	static const char *const paths[] = { "file_path", "notebook_path" };
	static const char *const names[] = { "command", "pattern", "path", "url", "query", "description", "skill", "prompt" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		if (json_is(json_get(input, paths[i]), JSON_STRING))
			return slice_of(claude_path(&turn->arena, json_get(input, paths[i]), cwd));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice text = json_slice(json_get(input, names[i]));
		if (text.at)
			return text;
	}
	return input ? input->raw : (struct slice){ NULL, 0 };
}

static void add_call_line(struct claude_turn *turn, const struct claude_call *call, struct slice argument)
{
	struct strbuf *all = &turn->text;
	size_t len = utf8_cut(argument.at, argument.len_bytes, ARGUMENT_BYTES_MAX);

	if (all->len_bytes)
		strbuf_addstr(all, turn->calls.len ? "\n" : "\n\n");
	strbuf_addf(all, "[%s]", call->tool);
	if (!len)
		return;
	strbuf_addch(all, ' ');
	strbuf_add(all, argument.at, len);
	if (len < argument.len_bytes)
		strbuf_addstr(all, "\xe2\x80\xa6");
}

static void add_call(struct claude_turn *turn, const struct json *block, const char *cwd)
{
	const struct json *input = json_get(block, "input");
	struct claude_call call = { .id = json_text(&turn->arena, json_get(block, "id")),
				    .tool = json_text(&turn->arena, json_get(block, "name")) };

	if (!call.tool || !call.tool[0] || turn->calls.len == CLAUDE_CALLS_MAX)
		return;
	for (size_t i = 0; call.id && i < turn->calls.len; i++)
		if (turn->calls.items[i].id && strcmp(turn->calls.items[i].id, call.id) == 0)
			return; /* written twice */
	if (!claude_edit_read(&turn->arena, &call, input, cwd))
		call.command = json_text(&turn->arena, json_get(input, "command"));
	add_call_line(turn, &call, argument_of(turn, input, cwd));
	vec_push(&turn->calls, call);
}

static void add_block(struct claude_turn *turn, const struct json *block, const char *cwd)
{
	struct slice type = json_slice(json_get(block, "type"));

	if (slice_is(type, "text"))
		add_text(turn, json_slice(json_get(block, "text")));
	else if (slice_is(type, "tool_use"))
		add_call(turn, block, cwd);
	else if (slice_is(type, "thinking") || slice_is(type, "redacted_thinking"))
		add_fact(turn, "thinking", "true", CERTAINTY_DERIVED, false);
}

/* ---- lines --------------------------------------------------------------------------- */

static void open_turn(struct claude_thread *thread, const struct json *line, const struct json *message)
{
	struct claude_turn *turn = &thread->turn;

	arena_clear(&turn->arena);
	strbuf_clear(&turn->text);
	vec_clear(&turn->calls);
	vec_clear(&turn->flags);
	vec_clear(&turn->facts);
	turn->is_open = true;
	turn->has_text = false;
	turn->message_id = json_text(&turn->arena, json_get(message, "id"));
	turn->session = json_text(&turn->arena, claude_session(line));
	turn->number = ++thread->turns;
	if (!field_instant(json_get(line, "timestamp"), &turn->at))
		turn->at = INSTANT_UNKNOWN;
	turn->ended_at = turn->at;
	add_fact(turn, "permissionMode", arena_text(&turn->arena, strbuf_slice(&thread->permission_mode)), CERTAINTY_RECORDED,
		 false);
	/* Since the session's last output: long pauses lose caches. */
	if (instant_known(thread->last_at) && instant_known(turn->at) && turn->at.at_us >= thread->last_at.at_us)
		add_derived_number(turn, "idle_seconds", (turn->at.at_us - thread->last_at.at_us) / 1000000);
	if (thread->compactions)
		add_derived_number(turn, "compactions", thread->compactions);
}

void claude_turn_add(struct claude_thread *thread, const struct json *line)
{
	struct claude_turn *turn = &thread->turn;
	const struct json *message = json_get(line, "message"), *content = json_get(message, "content");
	struct instant at;

	if (!turn->is_open)
		open_turn(thread, line, message);
	if (field_instant(json_get(line, "timestamp"), &at))
		turn->ended_at = thread->last_at = at;
	add_facts(thread, line, message);
	const char *cwd = json_text(&turn->arena, json_get(line, "cwd"));
	if (json_is(content, JSON_STRING))
		add_text(turn, json_slice(content));
	for (const struct json *block = json_is(content, JSON_ARRAY) ? content->first : NULL; block; block = block->next)
		add_block(turn, block, cwd);
	if (json_bool(json_get(line, "isApiErrorMessage"), false) && turn->flags.len == 0)
		vec_push(&turn->flags, make_flag(turn, SOURCE_MONITOR, LEVEL_ERROR, "api_error", text_of(&turn->arena, content)));
}
