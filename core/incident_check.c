/* The rules that an incident must keep before it may be stored: all that are broken are told. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/incident_table.h"
#include "core/incident_times.h"
#include "core/signature.h"
#include "core/words.h"

/* ---- sameness ------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Parts are looked up by number, so that their order in memory does not count;
 * they mostly stand at the same place. */
static bool same_parts(const struct incident *a, const struct incident *b, enum incident_child kind)
{
	size_t count = incident_part_count(a, kind);

	if (count != incident_part_count(b, kind))
		return false;
	for (size_t i = 0; i < count; i++) {
		const void *mine = incident_part_at(a, kind, i), *other = incident_part_at(b, kind, i);
		if (incident_part_number(mine) != incident_part_number(other))
			other = incident_part(b, kind, incident_part_number(mine));
		if (!other || !incident_part_same(kind, mine, other))
			return false;
	}
	return true;
}

bool incident_same(const struct incident *a, const struct incident *b)
{
	if (!same_text(a->title, b->title) || a->status != b->status || a->severity != b->severity ||
	    !same_text(a->severity_rationale, b->severity_rationale) || !same_text(a->partial, b->partial) ||
	    !same_text(a->duplicate_of, b->duplicate_of) || !same_text(a->signature, b->signature) ||
	    a->illustrative != b->illustrative ||
	    a->section_count != b->section_count)
		return false;
	for (size_t i = 0; i < a->section_count; i++)
		if (!same_text(a->sections[i].markdown, incident_section(b, a->sections[i].key)))
			return false;
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		if (!same_parts(a, b, (enum incident_child)kind))
			return false;
	return true;
}

/* ---- telling ------------------------------------------------------------------- */

struct checking {
	const struct incident *incident;
	const struct codebook *book;
	void (*found)(void *context, const char *pointer, const char *reason);
	void *context;
	size_t count;
	/* of the part at hand */
	enum incident_child kind;
	size_t index;
	const void *part;
};

static void PRINTF_LIKE(3, 0) tell(struct checking *check, const char *pointer, const char *format, va_list args)
{
	char reason[512];

	vsnprintf(reason, sizeof(reason), format, args);
	check->count++;
	check->found(check->context, pointer, reason);
}

static void PRINTF_LIKE(3, 4) head_fault(struct checking *check, const char *pointer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(check, pointer, format, args);
	va_end(args);
}

/* Of the part at hand: "/causes/2/code". */
static void PRINTF_LIKE(3, 4) part_fault(struct checking *check, const char *field, const char *format, ...)
{
	char pointer[128];
	va_list args;

	snprintf(pointer, sizeof(pointer), "/%s/%zu/%s", incident_kind(check->kind)->words, check->index, field);
	va_start(args, format);
	tell(check, pointer, format, args);
	va_end(args);
}

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

/* ---- single fields --------------------------------------------------------------- */

static void check_code(struct checking *check, const struct incident_field *field)
{
	const char *name = part_text(field, check->part);
	const struct code *code = codebook_cause(check->book, name);
	struct arena scratch = ARENA_INIT;

	/* "hallucination" alone finds a code, but what is stored is the full name. */
	if (!blank(name) && (!code || strcmp(code_name(&scratch, code), name) != 0)) {
		const struct code *nearest = code ? code : codebook_nearest(check->book, CODE_CAUSE, name);
		if (nearest)
			part_fault(check, field->name, "unknown code '%.80s'; did you mean '%s'?", name,
				   code_name(&scratch, nearest));
		else
			part_fault(check, field->name, "unknown code '%.80s'", name);
	}
	arena_release(&scratch);
}

static bool word_known(const char *list, int64_t index)
{
	return index >= 0 && index < 64 && words_at(list, (size_t)index);
}

static void check_words(struct checking *check, const struct incident_field *field)
{
	int64_t value = part_value(field, check->part);
	bool known = field->type == INCIDENT_TERM ? word_known(field->list, value) : value >= 0;

	for (int bit = 0; field->type == INCIDENT_TERMS && bit < 63; bit++)
		known &= !(value & (int64_t)1 << bit) || word_known(field->list, bit);
	if (!known)
		part_fault(check, field->name, "not one of its words");
}

static void check_reference(struct checking *check, const struct incident_field *field, int64_t number, const char *place)
{
	if (number && !incident_part(check->incident, field->kind, number))
		part_fault(check, place, "there is no %s %" PRId64, incident_kind(field->kind)->word, number);
}

static void check_list(struct checking *check, const struct incident_field *field)
{
	size_t count;
	const int64_t *ids = part_list(field, check->part, &count);
	char place[64];

	for (size_t i = 0; i < count; i++) {
		snprintf(place, sizeof(place), "%s/%zu", field->name, i);
		if (field->type == INCIDENT_REFS)
			check_reference(check, field, ids[i], place);
		else if (ids[i] <= 0)
			part_fault(check, place, "no sample has this id");
		if (field->type == INCIDENT_REFS && i && ids[i] <= ids[i - 1])
			part_fault(check, place, "%" PRId64 " stands twice", ids[i]);
	}
}

static void check_text(struct checking *check, const struct incident_field *field)
{
	const char *text = part_text(field, check->part);

	if (!text || !text[0])
		return;
	if (strlen(text) > INCIDENT_TEXT_MAX)
		part_fault(check, field->name, "longer than %zu bytes", INCIDENT_TEXT_MAX);
	else if (field->type == INCIDENT_DECIMAL && !decimal_valid(text))
		part_fault(check, field->name, "'%.40s' is not a number", text);
	else if (field->type == INCIDENT_KEY && !incident_key_valid(text))
		part_fault(check, field->name, "'%.80s' is not of the form INC-2026-0001", text);
	else if (field->type == INCIDENT_KEY && check->incident->key && strcmp(text, check->incident->key) == 0)
		part_fault(check, field->name, "an incident is not its own predecessor");
}

static void check_field(struct checking *check, const struct incident_field *field)
{
	if ((field->flags & FIELD_NEEDED) == FIELD_NEEDED && part_is_blank(field, check->part))
		part_fault(check, field->name, "%s needs a %s", incident_kind(check->kind)->article, field->name);
	if (field->type == INCIDENT_CODE)
		check_code(check, field);
	if (field_is_text(field))
		check_text(check, field);
	else if (field_is_list(field))
		check_list(check, field);
	else if (field->type == INCIDENT_REF)
		check_reference(check, field, part_value(field, check->part), field->name);
	else if (field->type == INCIDENT_TERM || field->type == INCIDENT_TERMS)
		check_words(check, field);
}

/* ---- what one field demands of another --------------------------------------------- */

static void check_event(struct checking *check, const struct incident_event *event)
{
	if (event->kind == EVENT_MILESTONE && event->milestone == MILESTONE_NONE)
		part_fault(check, "milestone", "a milestone must say which one");
	else if (event->milestone == MILESTONE_NONE && blank(event->text))
		part_fault(check, "text", "an event needs a text");
}

static void check_action(struct checking *check, const struct incident_action *action)
{
	bool measured = action->status == ACTION_STATUS_VERIFIED || action->status == ACTION_STATUS_INEFFECTIVE;

	if (measured && blank(action->criterion))
		part_fault(check, "criterion", "'%s' wants the criterion that was measured", action_status_word(action->status));
	if (measured && blank(action->result))
		part_fault(check, "result", "'%s' wants what was measured", action_status_word(action->status));
}

static void check_together(struct checking *check)
{
	const struct incident_hypothesis *hypothesis;
	const struct incident_change *change;

	switch (check->kind) {
	case INCIDENT_EVENT:
		check_event(check, check->part);
		break;
	case INCIDENT_ACTION:
		check_action(check, check->part);
		break;
	case INCIDENT_HYPOTHESIS:
		hypothesis = check->part;
		if (hypothesis->status == HYPOTHESIS_RULED_OUT && blank(hypothesis->reason))
			part_fault(check, "reason", "'ruled_out' wants what ruled it out");
		break;
	case INCIDENT_CHANGE:
		change = check->part;
		if (change->announced & 1 << ANNOUNCED_NOWHERE && change->announced != 1 << ANNOUNCED_NOWHERE)
			part_fault(check, "announced", "'none' stands alone: it was announced, or it was not");
		break;
	default:
		break;
	}
}

/* ---- the whole ----------------------------------------------------------------------- */

static void check_number(struct checking *check)
{
	int64_t number = incident_part_number(check->part);

	if (number <= 0)
		part_fault(check, "number", "must be above 0");
	/* Parts are few, so a scan will do. */
	for (size_t i = 0; number > 0 && i < check->index; i++)
		if (incident_part_number(incident_part_at(check->incident, check->kind, i)) == number) {
			part_fault(check, "number", "%" PRId64 " stands twice", number);
			break;
		}
}

static void check_parts(struct checking *check, enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);
	size_t count = incident_part_count(check->incident, kind);
	char pointer[64];

	/* The scans for equal numbers are quadratic: this keeps them in milliseconds. */
	const size_t most = kind == INCIDENT_COHORT ? INCIDENT_COHORTS_MAX : INCIDENT_CHILDREN_MAX;
	if (count > most) {
		snprintf(pointer, sizeof(pointer), "/%s", table->words);
		head_fault(check, pointer, "more than %zu", most);
		return;
	}
	check->kind = kind;
	for (check->index = 0; check->index < count; check->index++) {
		check->part = incident_part_at(check->incident, kind, check->index);
		check_number(check);
		for (size_t i = 0; i < table->field_count; i++)
			check_field(check, &table->fields[i]);
		check_together(check);
	}
}

static void check_sections(struct checking *check)
{
	const struct incident *incident = check->incident;
	char pointer[128];

	for (size_t i = 0; i < incident->section_count; i++) {
		const char *key = incident->sections[i].key;
		snprintf(pointer, sizeof(pointer), "/sections/%.80s", key ? key : "");
		if (!section_kind_find(key))
			head_fault(check, pointer, "there is no such section");
		if (incident->sections[i].markdown && strlen(incident->sections[i].markdown) > 8 * INCIDENT_TEXT_MAX)
			head_fault(check, pointer, "longer than %zu bytes", 8 * INCIDENT_TEXT_MAX);
		for (size_t k = 0; k < i; k++)
			if (key && incident->sections[k].key && strcmp(incident->sections[k].key, key) == 0)
				head_fault(check, pointer, "it stands twice");
	}
}

static void check_signature(struct checking *check, const char *signature)
{
	struct error why;

	if (strlen(signature) > INCIDENT_TEXT_MAX)
		head_fault(check, "/signature", "longer than %zu bytes", INCIDENT_TEXT_MAX);
	else if (signature_check(signature, check->book, &why) != STATUS_OK)
		head_fault(check, "/signature", "%s", why.text);
}

static void check_head(struct checking *check)
{
	const struct incident *incident = check->incident;

	if (incident->key && !incident_key_valid(incident->key))
		head_fault(check, "/key", "'%.80s' is not of the form INC-2026-0001", incident->key);
	if (blank(incident->title))
		head_fault(check, "/title", "an incident needs a title");
	else if (strlen(incident->title) > INCIDENT_TEXT_MAX)
		head_fault(check, "/title", "longer than %zu bytes", INCIDENT_TEXT_MAX);
	if ((size_t)incident->status >= INCIDENT_COUNT)
		head_fault(check, "/status", "not one of its words");
	if ((size_t)incident->severity >= SEVERITY_COUNT)
		head_fault(check, "/severity", "not one of its words");
	if (incident->severity_rationale && strlen(incident->severity_rationale) > INCIDENT_TEXT_MAX)
		head_fault(check, "/severity_rationale", "longer than %zu bytes", INCIDENT_TEXT_MAX);
	if (incident->partial && strlen(incident->partial) > INCIDENT_TEXT_MAX)
		head_fault(check, "/partial", "longer than %zu bytes", INCIDENT_TEXT_MAX);
	if (incident->duplicate_of && !incident_key_valid(incident->duplicate_of))
		head_fault(check, "/duplicate_of", "'%.80s' is not of the form INC-2026-0001", incident->duplicate_of);
	else if (incident->duplicate_of && incident->key && strcmp(incident->duplicate_of, incident->key) == 0)
		head_fault(check, "/duplicate_of", "an incident is not a duplicate of itself");
	if (incident->signature)
		check_signature(check, incident->signature);
}

/* "Resolved" is said of all cohorts, or it says what is left. */
static void check_cohorts(struct checking *check)
{
	const struct incident *incident = check->incident;
	struct arena scratch = ARENA_INIT;
	const char *open;

	if ((incident->status == INCIDENT_RESOLVED || incident->status == INCIDENT_WATCHING ||
	     incident->status == INCIDENT_CLOSED) && blank(incident->partial) &&
	    (open = incident_open_cohorts(incident, &scratch)))
		head_fault(check, "/status", "not '%s' while a cohort is open: no undisputed entry says 'resolved' or "
			   "'rollout_complete' for %.200s; say so, or state in 'partial' what is still open",
			   incident_status_word(incident->status), open);
	arena_release(&scratch);
}

static size_t check_form(struct checking *check)
{
	check_head(check);
	check_sections(check);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		check_parts(check, (enum incident_child)kind);
	return check->count;
}

size_t incident_faults(const struct incident *incident, const struct codebook *book,
		       void (*found)(void *context, const char *pointer, const char *reason), void *context)
{
	struct checking check = { .incident = incident, .book = book, .found = found, .context = context };

	if (!check_form(&check))
		check_cohorts(&check);
	return check.count;
}

static void keep_first(void *context, const char *pointer, const char *reason)
{
	struct error *first = context;

	if (first->status == STATUS_OK)
		error_set(first, STATUS_INPUT, "%s: %s", pointer, reason);
}

enum status incident_check(const struct incident *incident, const struct codebook *book, struct error *err)
{
	struct error first = { .status = STATUS_OK };
	struct checking check = { .incident = incident, .book = book, .found = keep_first, .context = &first };

	if (check_form(&check))
		return error_set(err, STATUS_INPUT, "%s", first.text);
	check_cohorts(&check);
	return check.count ? error_set(err, STATUS_REFUSED, "%s", first.text) : STATUS_OK;
}

/* ---- moves ----------------------------------------------------------------------------- */

static const unsigned moves[INCIDENT_COUNT][INCIDENT_COUNT] = {
#define STAYS(from, reason)
#define MOVE(from, to) [INCIDENT_##from][INCIDENT_##to] = 1,
#include "core/incident_moves.def"
};
static const char *const stays[INCIDENT_COUNT] = {
#define STAYS(from, reason) [INCIDENT_##from] = reason,
#define MOVE(from, to)
#include "core/incident_moves.def"
};

enum status incident_may_move(enum incident_status from, enum incident_status to, struct error *err)
{
	struct strbuf may = STRBUF_INIT;

	if (from == to || (size_t)from >= INCIDENT_COUNT || (size_t)to >= INCIDENT_COUNT || moves[from][to])
		return STATUS_OK;
	for (size_t i = 0; i < INCIDENT_COUNT; i++)
		if (moves[from][i])
			strbuf_addf(&may, "%s%s", may.len_bytes ? ", " : "", incident_status_word((enum incident_status)i));
	error_set(err, STATUS_REFUSED, "'%s' does not become '%s': %s; it may become %s", incident_status_word(from),
		  incident_status_word(to), stays[from], may.text);
	strbuf_release(&may);
	return STATUS_REFUSED;
}
