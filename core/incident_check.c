/* Comparing incidents, and the rules that one must keep before it may be stored. */
#include <string.h>

#include "core/codebook.h"
#include "core/incident.h"

/* ---- sameness ------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_instant(struct instant a, struct instant b)
{
	return a.precision == b.precision && (!instant_known(a) || a.at_us == b.at_us);
}

static bool same_cause(const struct incident_cause *a, const struct incident_cause *b)
{
	return a->number == b->number && same_text(a->code, b->code) && same_text(a->statement, b->statement) &&
	       a->role == b->role && a->confidence == b->confidence && a->intent == b->intent &&
	       a->evidence_count == b->evidence_count &&
	       (!a->evidence_count ||
		memcmp(a->evidence, b->evidence, a->evidence_count * sizeof(*a->evidence)) == 0);
}

static bool same_event(const struct incident_event *a, const struct incident_event *b)
{
	return a->number == b->number && same_instant(a->at, b->at) && a->certainty == b->certainty &&
	       a->kind == b->kind && a->milestone == b->milestone && same_text(a->text, b->text) &&
	       same_text(a->sources, b->sources) && same_text(a->cohort, b->cohort);
}

static bool same_action(const struct incident_action *a, const struct incident_action *b)
{
	return a->number == b->number && a->type == b->type && a->status == b->status &&
	       same_text(a->text, b->text) && a->cause == b->cause && same_text(a->owner, b->owner) &&
	       same_instant(a->due, b->due) && same_text(a->link, b->link) &&
	       same_text(a->criterion, b->criterion);
}

/* Children are looked up by number, so that their order in memory does not count;
 * they mostly stand at the same place. */
#define SAME_CHILDREN(a, b, items, count, same, out)                                                  \
	do {                                                                                          \
		*(out) = (a)->count == (b)->count;                                                    \
		for (size_t i_ = 0; *(out) && i_ < (a)->count; i_++) {                                \
			size_t k_ = i_;                                                               \
			if ((b)->items[k_].number != (a)->items[i_].number)                           \
				for (k_ = 0; k_ < (b)->count; k_++)                                   \
					if ((b)->items[k_].number == (a)->items[i_].number)           \
						break;                                                \
			*(out) = k_ < (b)->count && same(&(a)->items[i_], &(b)->items[k_]);           \
		}                                                                                     \
	} while (0)

bool incident_same(const struct incident *a, const struct incident *b)
{
	bool same;

	if (!same_text(a->title, b->title) || a->status != b->status || a->severity != b->severity ||
	    !same_text(a->severity_rationale, b->severity_rationale) || a->illustrative != b->illustrative ||
	    a->section_count != b->section_count)
		return false;
	for (size_t i = 0; i < a->section_count; i++)
		if (!same_text(a->sections[i].markdown, incident_section(b, a->sections[i].key)))
			return false;
	SAME_CHILDREN(a, b, causes, cause_count, same_cause, &same);
	if (same)
		SAME_CHILDREN(a, b, events, event_count, same_event, &same);
	if (same)
		SAME_CHILDREN(a, b, actions, action_count, same_action, &same);
	return same;
}

/* ---- rules --------------------------------------------------------------------- */

static bool blank(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n")];
}

bool incident_key_valid(const char *key)
{
	size_t digits;

	if (!key || strncmp(key, "INC-", 4) != 0 || strspn(key + 4, "0123456789") != 4 || key[8] != '-')
		return false;
	digits = strspn(key + 9, "0123456789");
	return digits >= 4 && digits <= 9 && key[9 + digits] == '\0';
}

static enum status wrong_word(struct error *err, const char *list, size_t index, const char *field)
{
	return error_set(err, STATUS_INPUT, "/%s/%zu/%s: not one of its words", list, index, field);
}

static enum status check_code(const struct codebook *book, const char *name, size_t index, struct error *err)
{
	const struct code *code = codebook_cause(book, name);
	struct arena scratch = ARENA_INIT;
	enum status status = STATUS_OK;

	/* "hallucination" alone finds a code, but what is stored is the full name. */
	if (!code || strcmp(code_name(&scratch, code), name) != 0) {
		const struct code *nearest = code ? code : codebook_nearest(book, CODE_CAUSE, name);
		if (blank(name))
			status = error_set(err, STATUS_INPUT, "/causes/%zu/code: a cause needs a code", index);
		else if (nearest)
			status = error_set(err, STATUS_INPUT, "/causes/%zu/code: unknown code '%.80s'; did you mean '%s'?",
					   index, name, code_name(&scratch, nearest));
		else
			status = error_set(err, STATUS_INPUT, "/causes/%zu/code: unknown code '%.80s'", index, name);
	}
	arena_release(&scratch);
	return status;
}

static enum status check_number(struct error *err, const char *list, size_t index, int64_t number, bool unique)
{
	if (number <= 0)
		return error_set(err, STATUS_INPUT, "/%s/%zu/number: must be above 0", list, index);
	if (!unique)
		return error_set(err, STATUS_INPUT, "/%s/%zu/number: %lld stands twice", list, index,
				 (long long)number);
	return STATUS_OK;
}

/* Whether no earlier child has the number; children are few, so a scan will do. */
#define IS_UNIQUE(items, index, out)                                            \
	do {                                                                    \
		*(out) = true;                                                  \
		for (size_t k_ = 0; k_ < (index); k_++)                         \
			*(out) &= (items)[k_].number != (items)[index].number;  \
	} while (0)

static enum status check_causes(const struct incident *incident, const struct codebook *book, struct error *err)
{
	for (size_t i = 0; i < incident->cause_count; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		enum status status;
		bool unique;

		IS_UNIQUE(incident->causes, i, &unique);
		status = check_number(err, "causes", i, cause->number, unique);
		if (status == STATUS_OK)
			status = check_code(book, cause->code, i, err);
		if (status != STATUS_OK)
			return status;
		if ((size_t)cause->role >= ROLE_COUNT)
			return wrong_word(err, "causes", i, "role");
		if ((size_t)cause->confidence >= CONFIDENCE_COUNT)
			return wrong_word(err, "causes", i, "confidence");
		if ((size_t)cause->intent >= INTENT_COUNT)
			return wrong_word(err, "causes", i, "intent");
		for (size_t k = 0; k < cause->evidence_count; k++)
			if (cause->evidence[k] <= 0)
				return error_set(err, STATUS_INPUT, "/causes/%zu/evidence/%zu: no sample has this id", i, k);
	}
	return STATUS_OK;
}

static enum status check_events(const struct incident *incident, struct error *err)
{
	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		enum status status;
		bool unique;

		IS_UNIQUE(incident->events, i, &unique);
		status = check_number(err, "events", i, event->number, unique);
		if (status != STATUS_OK)
			return status;
		if ((size_t)event->certainty >= EVENT_CERTAINTY_COUNT)
			return wrong_word(err, "events", i, "certainty");
		if ((size_t)event->kind >= EVENT_COUNT)
			return wrong_word(err, "events", i, "kind");
		if ((size_t)event->milestone >= MILESTONE_COUNT)
			return wrong_word(err, "events", i, "milestone");
		if (event->kind == EVENT_MILESTONE && event->milestone == MILESTONE_NONE)
			return error_set(err, STATUS_INPUT, "/events/%zu/milestone: a milestone must say which one", i);
		if (event->milestone == MILESTONE_NONE && blank(event->text))
			return error_set(err, STATUS_INPUT, "/events/%zu/text: an event needs a text", i);
	}
	return STATUS_OK;
}

static enum status check_actions(const struct incident *incident, struct error *err)
{
	for (size_t i = 0; i < incident->action_count; i++) {
		const struct incident_action *action = &incident->actions[i];
		enum status status;
		bool unique;

		IS_UNIQUE(incident->actions, i, &unique);
		status = check_number(err, "actions", i, action->number, unique);
		if (status != STATUS_OK)
			return status;
		if ((size_t)action->type >= ACTION_COUNT)
			return wrong_word(err, "actions", i, "type");
		if ((size_t)action->status >= ACTION_STATUS_COUNT)
			return wrong_word(err, "actions", i, "status");
		if (blank(action->text))
			return error_set(err, STATUS_INPUT, "/actions/%zu/text: an action needs a text", i);
		if (action->cause && !incident_cause(incident, action->cause))
			return error_set(err, STATUS_INPUT, "/actions/%zu/cause: there is no cause %lld", i,
					 (long long)action->cause);
	}
	return STATUS_OK;
}

static enum status check_sections(const struct incident *incident, struct error *err)
{
	for (size_t i = 0; i < incident->section_count; i++) {
		const char *key = incident->sections[i].key;
		if (!section_kind_find(key))
			return error_set(err, STATUS_INPUT, "/sections/%.80s: there is no such section", key ? key : "");
		for (size_t k = 0; k < i; k++)
			if (strcmp(incident->sections[k].key, key) == 0)
				return error_set(err, STATUS_INPUT, "/sections/%s: it stands twice", key);
	}
	return STATUS_OK;
}

/* The scans for equal numbers are quadratic: this keeps them in milliseconds. */
static enum status check_counts(const struct incident *incident, struct error *err)
{
	const char *list = incident->cause_count > INCIDENT_CHILDREN_MAX    ? "causes"
			   : incident->event_count > INCIDENT_CHILDREN_MAX  ? "events"
			   : incident->action_count > INCIDENT_CHILDREN_MAX ? "actions"
									    : NULL;
	if (list)
		return error_set(err, STATUS_INPUT, "/%s: more than %d", list, INCIDENT_CHILDREN_MAX);
	return STATUS_OK;
}

enum status incident_check(const struct incident *incident, const struct codebook *book, struct error *err)
{
	enum status status;

	if (incident->key && !incident_key_valid(incident->key))
		return error_set(err, STATUS_INPUT, "/key: '%.80s' is not of the form INC-2026-0001", incident->key);
	if (blank(incident->title))
		return error_set(err, STATUS_INPUT, "/title: an incident needs a title");
	if ((size_t)incident->status >= INCIDENT_COUNT)
		return error_set(err, STATUS_INPUT, "/status: not one of its words");
	if ((size_t)incident->severity >= SEVERITY_COUNT)
		return error_set(err, STATUS_INPUT, "/severity: not one of its words");
	status = check_counts(incident, err);
	if (status == STATUS_OK)
		status = check_sections(incident, err);
	if (status == STATUS_OK)
		status = check_causes(incident, book, err);
	if (status == STATUS_OK)
		status = check_events(incident, err);
	if (status == STATUS_OK)
		status = check_actions(incident, err);
	return status;
}
