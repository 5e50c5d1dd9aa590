#include <string.h>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/import/diff.h"
#include "core/import/diff_mime.h"

void diff_commit_init(struct diff_commit *commit)
{
	*commit = (struct diff_commit){ .id = STRBUF_INIT, .author = STRBUF_INIT, .subject = STRBUF_INIT };
}

void diff_commit_release(struct diff_commit *commit)
{
	strbuf_release(&commit->id);
	strbuf_release(&commit->author);
	strbuf_release(&commit->subject);
}

void diff_commit_clear(struct diff_commit *commit)
{
	strbuf_clear(&commit->id);
	strbuf_clear(&commit->author);
	strbuf_clear(&commit->subject);
	commit->at = INSTANT_UNKNOWN;
	commit->from_log = commit->from_mercurial = false;
}

/* What stands behind `word` (lower case) in the line, blanks and CR around it dropped. */
static bool behind(struct slice line, const char *word, struct slice *out)
{
	size_t len = strlen(word);

	if (line.len_bytes < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(line.at[i]) != word[i])
			return false;
	*out = (struct slice){ line.at + len, line.len_bytes - len };
	while (out->len_bytes && memchr(" \t", out->at[0], 2)) {
		out->at++;
		out->len_bytes--;
	}
	while (out->len_bytes && memchr(" \t\r", out->at[out->len_bytes - 1], 3))
		out->len_bytes--;
	return true;
}

/* A commit's name at the start, as git and hg write it. */
static struct slice hex_at(struct slice text)
{
	size_t len = 0;

	while (len < text.len_bytes && len < 64 && ascii_hex_value(text.at[len]) >= 0)
		len++;
	bool ends = len == text.len_bytes || memchr(" \t\r", text.at[len], 3);
	return ends && len >= 7 ? (struct slice){ text.at, len } : (struct slice){ NULL, 0 };
}

bool diff_commit_starts(struct slice line)
{
	struct slice rest;

	return (behind(line, "commit ", &rest) && hex_at(rest).len_bytes) || behind(line, "# hg changeset patch", &rest);
}

static void set(struct strbuf *to, struct slice text)
{
	strbuf_clear(to);
	strbuf_addslice(to, text);
}

void diff_commit_field(struct diff_commit *commit, struct slice field)
{
	struct slice value;

	if (behind(field, "from:", &value) || behind(field, "author:", &value)) {
		strbuf_clear(&commit->author);
		mime_add_words(value, &commit->author);
	} else if (behind(field, "subject:", &value) || behind(field, "description:", &value)) {
		strbuf_clear(&commit->subject);
		mime_add_words(value, &commit->subject);
	} else if (behind(field, "date:", &value)) {
		(void)mime_date(value, &commit->at);
	}
}

/* "1381708300 10800": seconds, and the zone's distance from UTC, which does not matter. */
static void set_seconds(struct diff_commit *commit, struct slice text)
{
	int64_t seconds = 0;
	size_t i = 0;

	for (; i < text.len_bytes && i < 11 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
		seconds = seconds * 10 + (text.at[i] - '0');
	if (i > 0 && (i == text.len_bytes || text.at[i] == ' '))
		commit->at = (struct instant){ seconds * 1000000, PRECISION_SECOND };
	else
		(void)mime_date(text, &commit->at);
}

static bool take_start(struct diff_commit *commit, struct slice line)
{
	struct slice rest;

	if (behind(line, "# hg changeset patch", &rest)) {
		commit->from_mercurial = true;
	} else if (behind(line, "commit ", &rest) && hex_at(rest).len_bytes) {
		commit->from_log = true;
		set(&commit->id, hex_at(rest));
	} else if (diff_is_mail_start(line) && hex_at((struct slice){ line.at + 5, line.len_bytes - 5 }).len_bytes >= 40) {
		set(&commit->id, hex_at((struct slice){ line.at + 5, line.len_bytes - 5 }));
	} else {
		return false;
	}
	return true;
}

void diff_commit_line(struct diff_commit *commit, struct slice line)
{
	struct slice rest;

	if (take_start(commit, line))
		return;
	if (commit->from_mercurial) {
		if (behind(line, "# user ", &rest))
			set(&commit->author, rest);
		else if (behind(line, "# date ", &rest))
			set_seconds(commit, rest);
		else if (behind(line, "# node id ", &rest))
			set(&commit->id, rest);
		else if (!behind(line, "#", &rest) && !commit->subject.len_bytes && behind(line, "", &rest))
			set(&commit->subject, rest);
	} else if (commit->from_log) {
		if (behind(line, "author: ", &rest))
			set(&commit->author, rest);
		else if (behind(line, "date: ", &rest) || behind(line, "authordate: ", &rest))
			(void)mime_date(rest, &commit->at);
		else if (!commit->subject.len_bytes && behind(line, "    ", &rest))
			set(&commit->subject, rest);
	} else if (behind(line, "from: ", &rest) && memchr(line.at, '@', line.len_bytes)) {
		/* In the body of a mail it names the author when somebody else sends it (git am). */
		diff_commit_field(commit, line);
	}
}

void diff_commit_apply(const struct diff_commit *commit, struct record *record)
{
	struct arena *arena = &record->arena;

	record_add(record, "commit", utf8_clean(arena, strbuf_slice(&commit->id)), CERTAINTY_RECORDED);
	record_add(record, "author", utf8_clean(arena, strbuf_slice(&commit->author)), CERTAINTY_RECORDED);
	record_add(record, "subject", utf8_clean(arena, strbuf_slice(&commit->subject)), CERTAINTY_RECORDED);
	record->sample.produced_at = commit->at;
}
