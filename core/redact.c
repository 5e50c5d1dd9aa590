#include "core/redact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/redact_run.h"
#include "core/redact_view.h"

/* ---- the rules ---------------------------------------------------------------------- */

static const struct {
	const char *name;
	int entropy_hundredths;
	const char *pattern, *help;
} built_in[] = {
#define RULE(name, entropy, pattern, help) { name, entropy, pattern, help },
#include "core/redact_rules.def"
};

static void drop_rule(struct redactor *redactor, const char *name)
{
	for (size_t i = 0; i < redactor->rules.len; i++) {
		struct rule *rule = &redactor->rules.items[i];

		if (strcmp(rule->name, name) != 0)
			continue;
		free(rule->name);
		free(rule->help);
		regex_free(rule->regex);
		redactor->rules.len--;
		memmove(rule, rule + 1, (redactor->rules.len - i) * sizeof(*rule));
		return;
	}
}

static enum status add_rule(struct redactor *redactor, const char *name, int entropy, const char *pattern,
			    const char *help, struct error *err)
{
	struct rule rule = { .entropy_hundredths = entropy };
	enum status status = regex_new(slice_of(pattern), &rule.regex, NULL, err);

	if (status != STATUS_OK)
		return error_wrap(err, STATUS_INPUT, "the rule %s", name);
	drop_rule(redactor, name);
	rule.name = mem_strdup(name);
	rule.help = mem_strdup(help);
	vec_push(&redactor->rules, rule);
	return STATUS_OK;
}

/* Names stand on pages and terminals. */
static bool is_name(const char *text)
{
	return *text && !text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")];
}

static bool is_hit(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");

	return digits >= REDACT_HIT_DIGITS && digits <= DIGEST_HEX_LEN && !text[digits];
}

static void add_decision(struct redactor *redactor, enum redact_decision what, const char *hit, const char *reason)
{
	struct decision decision = { mem_strdup(hit), mem_strdup(reason), what };

	vec_push(&redactor->decisions, decision);
}

/* The word at *at, which moves behind it and the blanks that follow. */
static const char *next_word(struct arena *arena, const char **at)
{
	size_t len = strcspn(*at, " \t");
	const char *word = arena_text(arena, (struct slice){ *at, len });

	*at += len;
	*at += strspn(*at, " \t");
	return word;
}

static enum status read_line(struct redactor *redactor, struct arena *arena, const char *line, struct error *err)
{
	const char *verb, *name;

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return STATUS_OK;
	verb = next_word(arena, &line);
	name = next_word(arena, &line);
	if ((strcmp(verb, "rule") == 0 || strcmp(verb, "drop") == 0) && *name && !is_name(name))
		return error_set(err, STATUS_INPUT, "'%.80s' is no name of a rule: letters, digits, '-' and '_'", name);
	if (strcmp(verb, "rule") == 0 && *name && *line)
		return add_rule(redactor, name, 0, line, "a rule of the team's", err);
	if (strcmp(verb, "drop") == 0 && *name && !*line) {
		drop_rule(redactor, name);
		return STATUS_OK;
	}
	if (strcmp(verb, "keep") != 0 && strcmp(verb, "hide") != 0)
		return error_set(err, STATUS_INPUT, "'%.60s' is none of: rule NAME PATTERN, drop NAME, keep HIT WHO: WHY, hide HIT WHO: WHY",
				 verb);
	if (!is_hit(name))
		return error_set(err, STATUS_INPUT, "'%.80s' is not a hit: %d digits of its SHA-256 or more", name,
				 REDACT_HIT_DIGITS);
	if (!strchr(line, ':'))
		return error_set(err, STATUS_INPUT, "who decided, and why, is missing: WHO: WHY");
	add_decision(redactor, strcmp(verb, "keep") == 0 ? REDACT_KEEP : REDACT_HIDE, name, line);
	return STATUS_OK;
}

enum status redactor_new(struct slice rules, const char *name, struct redactor **out, struct error *err)
{
	struct redactor *redactor = mem_zalloc(1, sizeof(*redactor));
	struct arena scratch = ARENA_INIT;
	enum status status = STATUS_OK;
	size_t at = 0;

	redactor->digest = digest_of(rules);
	for (size_t i = 0; i < ARRAY_LEN(built_in) && status == STATUS_OK; i++)
		status = add_rule(redactor, built_in[i].name, built_in[i].entropy_hundredths, built_in[i].pattern,
				  built_in[i].help, err);
	for (int number = 1; at < rules.len_bytes && status == STATUS_OK; number++) {
		const char *end = memchr(rules.at + at, '\n', rules.len_bytes - at);
		size_t len = end ? (size_t)(end - rules.at) - at : rules.len_bytes - at;
		struct slice line = { rules.at + at, len && rules.at[at + len - 1] == '\r' ? len - 1 : len };

		status = read_line(redactor, &scratch, arena_text(&scratch, line), err);
		if (status != STATUS_OK)
			error_wrap(err, status, "%s, line %d", name, number);
		at += len + 1;
	}
	arena_release(&scratch);
	if (status != STATUS_OK) {
		redactor_free(redactor);
		return status;
	}
	*out = redactor;
	return STATUS_OK;
}

void redactor_free(struct redactor *redactor)
{
	if (!redactor)
		return;
	while (redactor->rules.len)
		drop_rule(redactor, redactor->rules.items[redactor->rules.len - 1].name);
	for (size_t i = 0; i < redactor->decisions.len; i++) {
		free(redactor->decisions.items[i].hit);
		free(redactor->decisions.items[i].reason);
	}
	vec_release(&redactor->rules);
	vec_release(&redactor->decisions);
	vec_release(&redactor->hits);
	free(redactor);
}

struct digest redactor_digest(const struct redactor *redactor)
{
	return redactor->digest;
}

/* ---- one text ------------------------------------------------------------------------ */

/* Shannon's, in bits a byte. */
static double entropy_of(struct slice text)
{
	size_t counts[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < text.len_bytes; i++)
		counts[(unsigned char)text.at[i]]++;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (counts[i]) {
			double share = (double)counts[i] / (double)text.len_bytes;
			bits -= share * log2(share);
		}
	return bits;
}

struct found {
	size_t start, end;
	const struct rule *rule;
};

/* The rule's first hit at or behind `from`; start == end: there is none. A search that
 * takes too long is a hit of all that is left: nobody can say what is in it. */
static struct found next_of_rule(const struct rule *rule, struct slice text, size_t from)
{
	struct found found = { 0, 0, rule };
	enum regex_found result;

	while (from <= text.len_bytes &&
	       (result = regex_find(rule->regex, text, from, &found.start, &found.end)) != REGEX_NONE) {
		struct slice hit = { text.at + found.start, found.end - found.start };

		if (result == REGEX_TOO_COSTLY)
			return (struct found){ from, text.len_bytes, rule };
		if (hit.len_bytes && (!rule->entropy_hundredths || entropy_of(hit) * 100 >= rule->entropy_hundredths))
			return found;
		from = found.end > from ? found.end : from + 1;
	}
	return (struct found){ text.len_bytes, text.len_bytes, rule };
}

/* The first hit at or behind `from`; of several at one place that of the first rule.
 * `ahead`: of each rule the next hit that is known, so that each searches the text once. */
static bool find_hit(const struct redactor *redactor, struct slice text, size_t from, struct found *ahead,
		     struct found *out)
{
	*out = (struct found){ text.len_bytes, text.len_bytes, NULL };
	for (size_t i = 0; i < redactor->rules.len; i++) {
		if (ahead[i].start < from)
			ahead[i] = next_of_rule(&redactor->rules.items[i], text, from);
		if (ahead[i].end > ahead[i].start && ahead[i].start < out->start)
			*out = ahead[i];
	}
	return out->rule != NULL;
}

static const struct decision *decision_of(const struct redactor *redactor, const char *digits)
{
	for (size_t i = redactor->decisions.len; i-- > 0;) {
		const struct decision *decision = &redactor->decisions.items[i];
		if (strncmp(decision->hit, digits, strlen(decision->hit)) == 0)
			return decision;
	}
	return NULL;
}

/* Enough to know it again, not enough to use it. */
static const char *preview_of(struct arena *arena, struct slice hit)
{
	size_t shown = hit.len_bytes >= 16 ? 4 : hit.len_bytes >= 8 ? 2 : 1;
	struct strbuf text = STRBUF_INIT;
	const char *preview;

	for (size_t i = 0; i < shown; i++)
		strbuf_addch(&text, hit.at[i] > ' ' && hit.at[i] < 0x7f ? hit.at[i] : '?');
	strbuf_addstr(&text, "…");
	if (hit.len_bytes >= 16)
		for (size_t i = hit.len_bytes - 2; i < hit.len_bytes; i++)
			strbuf_addch(&text, hit.at[i] > ' ' && hit.at[i] < 0x7f ? hit.at[i] : '?');
	preview = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return preview;
}

static enum redact_decision note_hit(struct redactor *redactor, struct arena *arena, const char *where,
				     const struct found *found, struct slice hit)
{
	struct digest digest = digest_of(hit);
	char digits[DIGEST_HEX_LEN + 1];
	const struct decision *decision;
	struct redact_hit noted = { .rule = arena_strdup(arena, found->rule->name), .help = arena_strdup(arena, found->rule->help),
				    .where = arena_strdup(arena, where), .preview = preview_of(arena, hit) };

	digest_hex(&digest, digits);
	decision = decision_of(redactor, digits);
	noted.hit = arena_printf(arena, "%.*s", REDACT_HIT_DIGITS, digits);
	if (decision) {
		noted.decision = decision->decision;
		noted.reason = arena_strdup(arena, decision->reason);
	}
	vec_push(&redactor->hits, noted);
	return noted.decision;
}

/* As it stands. */
static struct slice redact_plain(struct redactor *redactor, struct arena *arena, const char *where, struct slice text)
{
	struct strbuf out = STRBUF_INIT;
	struct slice result = text;
	struct found *ahead, found;
	size_t at = 0, kept_start = 0, kept_end = 0;

	ahead = mem_zalloc(redactor->rules.len + 1, sizeof(*ahead));
	for (size_t i = 0; i < redactor->rules.len; i++)
		ahead[i] = next_of_rule(&redactor->rules.items[i], text, 0);
	while (at < text.len_bytes && find_hit(redactor, text, at, ahead, &found)) {
		struct slice hit = { text.at + found.start, found.end - found.start };

		/* What was kept may hold something that was not: other rules look into it. */
		if ((found.start == kept_start && found.end == kept_end) ||
		    note_hit(redactor, arena, where, &found, hit) == REDACT_KEEP) {
			kept_start = found.start;
			kept_end = found.end;
			ahead[found.rule - redactor->rules.items] = next_of_rule(found.rule, text, found.end);
			continue;
		}
		strbuf_add(&out, text.at + at, found.start - at);
		strbuf_addf(&out, "[redacted: %s]", found.rule->name);
		at = found.end;
	}
	if (at > 0) {
		strbuf_add(&out, text.at + at, text.len_bytes - at);
		result = arena_slice(arena, strbuf_slice(&out));
	}
	free(ahead);
	strbuf_release(&out);
	return result;
}

/* Whether it is one of the hits behind `first` that were kept, which are found again. */
static bool is_kept(const struct redactor *redactor, size_t first, struct slice hit)
{
	struct digest digest = digest_of(hit);
	char digits[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, digits);
	for (size_t i = first; i < redactor->hits.len; i++)
		if (redactor->hits.items[i].decision == REDACT_KEEP &&
		    strncmp(redactor->hits.items[i].hit, digits, REDACT_HIT_DIGITS) == 0)
			return true;
	return false;
}

/* In lines that read otherwise than they stand; from `at` on all is written to `out`, up to the view's end. */
static size_t redact_seen_lines(struct redactor *redactor, struct arena *arena, const char *where, size_t first, struct slice text,
				const struct redact_view *view, size_t at, struct strbuf *out)
{
	struct found *ahead = mem_zalloc(redactor->rules.len + 1, sizeof(*ahead)), found;

	for (size_t i = 0; i < redactor->rules.len; i++)
		ahead[i] = next_of_rule(&redactor->rules.items[i], view->text, 0);
	for (size_t seen = 0; seen < view->text.len_bytes && find_hit(redactor, view->text, seen, ahead, &found);) {
		struct slice hit = { view->text.at + found.start, found.end - found.start };
		size_t from = view->from[found.start], to = view->from[found.end];

		if (is_kept(redactor, first, hit) || note_hit(redactor, arena, where, &found, hit) == REDACT_KEEP) {
			ahead[found.rule - redactor->rules.items] = next_of_rule(found.rule, view->text, found.end);
			seen = found.start;
			continue;
		}
		strbuf_add(out, text.at + at, from - at);
		strbuf_addf(out, "[redacted: %s]", found.rule->name);
		at = to;
		seen = found.end;
	}
	free(ahead);
	return at;
}

struct slice redact_text(struct redactor *redactor, struct arena *arena, const char *where, struct slice text)
{
	size_t first = redactor->hits.len, next = 0, at = 0;
	struct strbuf out = STRBUF_INIT;
	struct arena scratch = ARENA_INIT;
	struct redact_view view;

	if (!text.at)
		return text;
	text = redact_plain(redactor, arena, where, text);
	while (redact_view_next(&scratch, text, &next, &view)) {
		at = redact_seen_lines(redactor, arena, where, first, text, &view, at, &out);
		arena_clear(&scratch);
	}
	if (at > 0) {
		strbuf_add(&out, text.at + at, text.len_bytes - at);
		text = arena_slice(arena, strbuf_slice(&out));
	}
	strbuf_release(&out);
	arena_release(&scratch);
	return text;
}
