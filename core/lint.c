#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/audience.h"
#include "core/lint_run.h"
#include "core/recurrence_ask.h"
#include "core/store.h"

/* Bits of enum severity; one that is not said counts as Q2. */
#define ALL 0x3fu
#define Q1_TO_Q3 (1u << SEVERITY_Q1 | 1u << SEVERITY_Q2 | 1u << SEVERITY_Q3)
#define Q1_Q2 (1u << SEVERITY_Q1 | 1u << SEVERITY_Q2)

static const struct lint_rule_info rules[LINT_COUNT] = {
#define RULE(name, id, level, severities, text, why) { id, LEVEL_##level, severities, text, why },
#include "core/lint_rules.def"
};

const struct lint_rule_info *lint_rule_info(enum lint_rule rule)
{
	return &rules[rule];
}

bool lint_rule_find(const char *id, enum lint_rule *out)
{
	for (int i = 0; i < LINT_COUNT; i++)
		if (strcmp(rules[i].id, id) == 0) {
			*out = (enum lint_rule)i;
			return true;
		}
	return false;
}

void lint_note(struct linting *lint, enum lint_rule rule, const char *pointer, const char *place, const char *suggestion,
	       const char *format, ...)
{
	struct lint_finding finding = { .rule = rule, .pointer = arena_strdup(lint->arena, pointer),
					.place = arena_strdup(lint->arena, place),
					.suggestion = arena_strdup(lint->arena, suggestion) };
	char text[600];
	va_list args;

	if (!(rules[rule].severities & lint->severity))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	finding.text = arena_strdup(lint->arena, text);
	vec_push(&lint->found, finding);
}

void lint_part(struct linting *lint, enum lint_rule rule, enum incident_child kind, size_t index, const char *name,
	       const char *suggestion, const char *text)
{
	const struct incident_kind *table = incident_kind(kind);
	const void *part = incident_part_at(lint->incident, kind, index);

	lint_note(lint, rule, arena_printf(lint->arena, "/%s/%zu/%s", table->words, index, name),
		  arena_printf(lint->arena, "%s%lld %s", table->tag, (long long)incident_part_number(part), name), suggestion,
		  "%s", text);
}

/* ---- waivers ---------------------------------------------------------------------------- */

static const char *waived(const struct linting *lint, enum lint_rule rule)
{
	for (size_t i = 0; i < lint->request->waiver_count; i++)
		if (strcmp(lint->request->waivers[i].rule, rules[rule].id) == 0)
			return lint->request->waivers[i].reason;
	for (size_t i = 0; i < lint->incident->waiver_count; i++)
		if (strcmp(lint->incident->waivers[i].rule, rules[rule].id) == 0)
			return lint->incident->waivers[i].reason;
	return NULL;
}

static void check_waivers(struct linting *lint)
{
	enum lint_rule rule;

	for (size_t i = 0; i < lint->incident->waiver_count; i++)
		if (!lint_rule_find(lint->incident->waivers[i].rule, &rule))
			lint_part(lint, LINT_WAIVER_UNKNOWN, INCIDENT_WAIVER, i, "rule", "aitia lint --rules lists them",
				  "There is no such rule.");
}

static void check_restrictions(struct linting *lint)
{
	for (size_t i = 0; i < lint->incident->restriction_count; i++) {
		const char *fault = audience_fault(lint->arena, lint->incident, i);
		if (fault)
			lint_part(lint, LINT_RESTRICTION_UNKNOWN, INCIDENT_RESTRICTION, i, "what",
				  "name E4, A2 owner, a section's key, title; samples as evidence", fault);
	}
}

/* ---- the whole --------------------------------------------------------------------------- */

struct lint_report lint_incident(struct arena *arena, const struct lint_request *request)
{
	const struct incident *incident = request->review->incident;
	enum severity severity = incident->severity == SEVERITY_NONE ? SEVERITY_Q2 : incident->severity;
	struct linting lint = { .arena = arena, .incident = incident, .request = request, .severity = 1u << severity,
				.found = VEC_INIT };
	struct lint_report report = { .count = 0 };
	struct lint_finding *findings;

	lint_record(&lint);
	lint_language(&lint);
	check_waivers(&lint);
	check_restrictions(&lint);
	findings = arena_array(arena, lint.found.len, sizeof(*findings));
	for (int rule = 0; rule < LINT_COUNT; rule++)
		for (size_t i = 0; i < lint.found.len; i++) {
			if ((int)lint.found.items[i].rule != rule)
				continue;
			findings[report.count] = lint.found.items[i];
			findings[report.count].waived = waived(&lint, (enum lint_rule)rule);
			report.counted[rules[rule].level] += !findings[report.count].waived;
			report.count++;
		}
	report.findings = findings;
	vec_release(&lint.found);
	return report;
}

struct lint_report lint_references(struct arena *arena, const struct incident *incident, const struct lint_request *request)
{
	struct linting lint = { .arena = arena, .incident = incident, .request = request, .severity = ALL,
				.references_only = true, .found = VEC_INIT };
	struct lint_report report = { .count = 0 };
	struct lint_finding *findings;

	lint_language(&lint);
	findings = arena_array(arena, lint.found.len, sizeof(*findings));
	for (size_t i = 0; i < lint.found.len; i++)
		findings[report.count++] = lint.found.items[i];
	report.counted[LEVEL_ERROR] = report.count;
	report.findings = findings;
	vec_release(&lint.found);
	return report;
}

/* ---- out of a store ------------------------------------------------------------------------ */

struct names {
	struct arena *arena;
	VEC_OF(const char *) list;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* As words of their own: "sre-team" has "sre", "sreeja" has not. */
static bool has_word(const char *folded, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = folded; (at = strstr(at, word)); at++) {
		const char *end = at + len + (at[len] == 's'); /* owners */

		if ((at == folded || !is_letter(at[-1])) && !is_letter(*end))
			return true;
	}
	return false;
}

/* Teams, roles and what is no name at all may stand in a text. */
static bool is_person(const char *name)
{
	static const char *const roles[] = { "team", "group", "staff", "on-call", "oncall", "sre", "owner", "engineering", "support",
					     "security", "platform", "infra", "infrastructure", "ops", "devops", "everybody", "demo", "root" };
	struct strbuf folded = STRBUF_INIT;
	bool person = strlen(name) > 2;

	for (const char *at = name; *at; at++)
		strbuf_addch(&folded, (char)(*at >= 'A' && *at <= 'Z' ? *at + ('a' - 'A') : *at));
	for (size_t i = 0; i < ARRAY_LEN(roles) && person; i++)
		person = !has_word(folded.text, roles[i]);
	strbuf_release(&folded);
	return person;
}

static void add_name(struct names *names, const char *name)
{
	if (!name || !is_person(name))
		return;
	for (size_t i = 0; i < names->list.len; i++)
		if (strcmp(names->list.items[i], name) == 0)
			return;
	vec_push(&names->list, arena_strdup(names->arena, name));
}

/* A long history is read in pages, for its names alone. */
static enum status add_reviewers(struct store *store, const char *key, struct names *names, struct error *err)
{
	const struct edit_filter filter = { .incident = key };
	enum status status = STATUS_OK;
	int64_t before = 0;
	size_t count = 1;

	while (status == STATUS_OK && count) {
		struct arena page = ARENA_INIT;
		const struct edit *edits;
		status = store->ops->edit_list(store, &page, &filter, before, 200, &edits, &count, err);
		for (size_t i = 0; status == STATUS_OK && i < count; i++) {
			add_name(names, edits[i].reviewer);
			before = edits[i].id;
		}
		arena_release(&page);
	}
	return status;
}

struct looking {
	struct store *store;
	enum status status; /* the first that failed otherwise than by there being none */
	struct error *err;
};

static bool has_sample(void *context, int64_t sample)
{
	struct looking *look = context;
	struct arena scratch = ARENA_INIT;
	struct sample *found;
	struct error err;
	enum status status = look->store->ops->sample_get(look->store, &scratch, sample, &found, &err);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND && look->status == STATUS_OK)
		look->status = error_set(look->err, status, "%s", err.text);
	arena_release(&scratch);
	return status == STATUS_OK;
}

/* What recurrence_ask() offers, as sentences. */
static enum status add_earlier(struct store *store, struct arena *arena, const char *key, struct lint_request *request, struct error *err)
{
	const struct recurrence_offer *offers;
	size_t count;
	const struct inquiry inquiry = { .store = store, .arena = arena };
	enum status status = recurrence_ask(&inquiry, key, &offers, &count, err);
	struct lint_earlier *earlier = arena_array(arena, count + 1, sizeof(*earlier));

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (!offers[i].mentioned)
			earlier[request->earlier_count++] = (struct lint_earlier){
				offers[i].key,
				arena_printf(arena, "%s (%s) is much like it, %.0f of 100 points: %s.", offers[i].key, offers[i].title,
					     offers[i].score.points, offers[i].score.reasons[0].text),
			};
	request->earlier = earlier;
	return status;
}

enum status lint_load(struct store *store, struct arena *arena, const char *key, const struct lint_waiver *waivers,
		      size_t waiver_count, struct lint_report *out, struct error *err)
{
	struct names names = { .arena = arena, .list = VEC_INIT };
	struct looking look = { .store = store, .status = STATUS_OK, .err = err };
	struct lint_request request = { .waivers = waivers, .waiver_count = waiver_count, .has_sample = has_sample, .context = &look };
	struct incident *incident;
	enum status status = store->ops->incident_get(store, arena, key, &incident, err);

	memset(out, 0, sizeof(*out));
	if (status == STATUS_OK)
		status = incident_review_load(store, arena, incident, &request.review, err);
	if (status == STATUS_OK)
		status = add_reviewers(store, incident->key, &names, err);
	if (status == STATUS_OK)
		status = add_earlier(store, arena, incident->key, &request, err);
	if (status == STATUS_OK) {
		for (size_t i = 0; i < incident->action_count; i++)
			add_name(&names, incident->actions[i].owner);
		request.names = names.list.items;
		request.name_count = names.list.len;
		*out = lint_incident(arena, &request);
		status = look.status;
	}
	vec_release(&names.list);
	return status;
}

enum status lint_references_hold(struct store *store, struct arena *arena, const struct incident *incident, struct error *err)
{
	struct looking look = { .store = store, .status = STATUS_OK, .err = err };
	const struct lint_request request = { .has_sample = has_sample, .context = &look };
	struct lint_report report = lint_references(arena, incident, &request);

	if (look.status != STATUS_OK || !report.count)
		return look.status;
	return error_set(err, STATUS_REFUSED, "%s, %s: %s%s What is no reference stands in backticks.", incident->key, report.findings[0].place, report.findings[0].text,
			 report.count > 1 ? arena_printf(arena, " (and %zu more; aitia lint lists them)", report.count - 1) : "");
}
