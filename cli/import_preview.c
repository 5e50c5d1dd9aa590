#include "cli/import_preview.h"

#include "cli/answer.h"
#include "cli/import_report.h"
#include "cli/output.h"
#include "core/base/utf8.h"

/* Of code, prompt or diff: enough to see whether the right thing was taken for it. */
#define LINES_SHOWN 5
#define LINE_BYTES_SHOWN ((size_t)160)
#define MESSAGE_BYTES_SHOWN ((size_t)400)
#define MESSAGE_INDENT "                  "

static struct import_preview *preview_of(struct store *store)
{
	return (struct import_preview *)(void *)store;
}

/* ---- a sample for people -------------------------------------------------------------- */

static void add_cut(struct strbuf *out, struct slice text, size_t limit)
{
	size_t len = text.len_bytes > limit ? utf8_cut(text.at, text.len_bytes, limit) : text.len_bytes;

	out_clean(out, (struct slice){ text.at, len });
	if (len < text.len_bytes)
		strbuf_addstr(out, "…");
}

static void add_name(struct strbuf *out, const char *name)
{
	strbuf_addf(out, "     %-10s ", name);
}

static void add_field(struct strbuf *out, const char *name, const char *value)
{
	if (!value || !value[0])
		return;
	add_name(out, name);
	add_cut(out, slice_of(value), LINE_BYTES_SHOWN);
	strbuf_addch(out, '\n');
}

static void add_place(struct strbuf *out, const struct sample *sample)
{
	if (!sample->path)
		return;
	add_name(out, "place");
	out_clean(out, slice_of(sample->path));
	if (sample->region.start_line)
		strbuf_addf(out, ":%lld", (long long)sample->region.start_line);
	strbuf_addch(out, '\n');
}

/* A message of several lines stands below its flag, a line each. */
static void add_message(struct strbuf *out, struct slice message)
{
	struct slice shown = { message.at, utf8_cut(message.at, message.len_bytes, MESSAGE_BYTES_SHOWN) };

	if (!memchr(message.at, '\n', message.len_bytes)) {
		add_cut(out, message, MESSAGE_BYTES_SHOWN);
		strbuf_addch(out, '\n');
		return;
	}
	strbuf_truncate(out, out->len_bytes - 1); /* the blank behind the colon */
	strbuf_addch(out, '\n');
	out_clean_lines(out, shown, MESSAGE_INDENT);
	if (shown.len_bytes < message.len_bytes)
		strbuf_addstr(out, MESSAGE_INDENT "…\n");
}

static void add_flag(struct strbuf *out, const struct flag *flag)
{
	const char *const words[] = { flag->source ? flag_source_word(flag->source) : NULL, flag->tool, flag->rule };

	add_name(out, "flag");
	strbuf_addstr(out, level_word(flag->level));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i]) {
			strbuf_addstr(out, ", ");
			out_clean(out, slice_of(words[i]));
		}
	strbuf_addstr(out, flag->message ? ": " : "\n");
	if (flag->message)
		add_message(out, slice_of(flag->message));
}

static void add_keys(struct strbuf *out, const struct sample *sample)
{
	if (sample->provenance_count == 0)
		return;
	add_name(out, "provenance");
	for (size_t i = 0; i < sample->provenance_count; i++) {
		strbuf_addstr(out, i ? ", " : "");
		out_clean(out, slice_of(sample->provenance[i].key));
	}
	strbuf_addch(out, '\n');
}

/* The first lines of what the sample is about. */
static void add_body(struct strbuf *out, const struct sample *sample)
{
	const struct {
		const char *name;
		struct slice text;
	} bodies[] = { { "code", sample->code }, { "diff", sample->diff }, { "prompt", sample->prompt } };
	size_t which = 0;

	while (which < ARRAY_LEN(bodies) - 1 && bodies[which].text.len_bytes == 0)
		which++;
	struct slice rest = bodies[which].text;
	for (int line = 0; rest.len_bytes > 0; line++) {
		const char *feed = memchr(rest.at, '\n', rest.len_bytes);
		size_t len = feed ? (size_t)(feed - rest.at) : rest.len_bytes;
		size_t shown = len > 0 && rest.at[len - 1] == '\r' ? len - 1 : len;
		if (line == LINES_SHOWN) {
			strbuf_addf(out, "     %-10s | …\n", "");
			return;
		}
		strbuf_addf(out, "     %-10s | ", line ? "" : bodies[which].name);
		struct strbuf text = STRBUF_INIT;
		out_clean_lines(&text, (struct slice){ rest.at, utf8_cut(rest.at, shown, LINE_BYTES_SHOWN) }, "");
		if (text.len_bytes > 0)
			strbuf_truncate(&text, text.len_bytes - 1);
		strbuf_addf(out, "%s%s\n", text.text, shown > LINE_BYTES_SHOWN ? "…" : "");
		strbuf_release(&text);
		rest = (struct slice){ rest.at + len + (feed != NULL), rest.len_bytes - len - (feed != NULL) };
	}
}

static void add_text(struct import_preview *self, const struct sample *sample, bool known)
{
	struct strbuf *out = &self->text;

	strbuf_addf(out, "  %lld. ", (long long)self->shown);
	out_tone(out, TONE_STRONG);
	strbuf_addstr(out, sample_kind_word(sample->kind));
	out_tone(out, TONE_PLAIN);
	strbuf_addf(out, ", %s%s\n", level_word(sample_level(sample)), known ? ", known" : "");
	add_place(out, sample);
	add_field(out, "language", sample->language);
	add_field(out, "model", sample_provenance(sample, PROVENANCE_MODEL));
	for (size_t i = 0; i < sample->flag_count; i++)
		add_flag(out, &sample->flags[i]);
	add_keys(out, sample);
	add_body(out, sample);
}

/* ---- the store -------------------------------------------------------------------------- */

static enum status preview_begin(struct store *store, const struct batch *batch, struct error *err)
{
	struct import_preview *self = preview_of(store);

	(void)err;
	self->batch = *batch;
	self->known = self->shown = 0;
	strbuf_clear(&self->text);
	if (self->as_json) {
		json_write_init(&self->json, &self->text, 0);
		json_write_begin(&self->json, '{');
		json_write_member(&self->json, "file", batch->source);
		json_write_member(&self->json, "format", batch->format);
		json_write_name(&self->json, "dry_run");
		json_write_bool(&self->json, true);
		json_write_name(&self->json, "samples");
		json_write_begin(&self->json, '[');
	}
	return STATUS_OK;
}

static enum status preview_add(struct store *store, const struct sample *sample, enum import_outcome *outcome,
			       struct error *err)
{
	struct import_preview *self = preview_of(store);
	bool known = false;
	int64_t id;

	if (self->known_to) {
		enum status status = self->known_to->ops->sample_find(self->known_to, &sample->fingerprint, &id, err);
		if (status != STATUS_OK && status != STATUS_NOT_FOUND)
			return status;
		known = status == STATUS_OK;
	}
	*outcome = known ? IMPORT_DUPLICATE : IMPORT_NEW;
	self->batch.records++;
	self->known += known;
	if (self->shown >= self->show)
		return STATUS_OK;
	self->shown++;
	if (self->as_json)
		answer_sample(&self->json, &(struct answer_sample){ .sample = sample });
	else
		add_text(self, sample, known);
	return STATUS_OK;
}

static enum status preview_reject(struct store *store, const struct batch_reject *reject, struct error *err)
{
	struct import_preview *self = preview_of(store);

	(void)reject;
	(void)err;
	self->batch.records++;
	self->batch.rejected++;
	return STATUS_OK;
}

static enum status preview_commit(struct store *store, const struct digest *file_digest, struct batch *out,
				  struct error *err)
{
	(void)file_digest;
	(void)err;
	*out = preview_of(store)->batch;
	out->duplicates = preview_of(store)->known; /* or updated: that takes an import to tell */
	out->imported = out->records - out->rejected - out->duplicates;
	return STATUS_OK;
}

static void preview_abort(struct store *store)
{
	(void)store; /* the next begin clears it */
}

void import_preview_init(struct import_preview *self, struct store *known_to, int64_t show, bool as_json)
{
	static const struct store_ops ops = {
		.import_begin = preview_begin,
		.import_add = preview_add,
		.import_reject = preview_reject,
		.import_commit = preview_commit,
		.import_abort = preview_abort,
	};

	*self = (struct import_preview){ .store = { &ops }, .known_to = known_to, .show = show, .as_json = as_json };
	strbuf_init(&self->text);
}

void import_preview_release(struct import_preview *self)
{
	strbuf_release(&self->text);
}

/* ---- the answer ----------------------------------------------------------------------- */

static void print_json(struct import_preview *self, const struct batch *batch, const char *const *notes,
		       size_t note_count)
{
	static const char *const untold[] = { "imported", "updated", "duplicates", "batch" };
	struct json_writer *json = &self->json;

	json_write_end(json, ']');
	json_write_member_int(json, "records", batch->records);
	json_write_member_int(json, "new", batch->imported);
	json_write_name(json, "known");
	if (self->known_to)
		json_write_int(json, batch->duplicates);
	else
		json_write_null(json);
	json_write_member_int(json, "rejected", batch->rejected);
	for (size_t i = 0; i < ARRAY_LEN(untold); i++) {
		json_write_name(json, untold[i]);
		json_write_null(json);
	}
	import_report_notes(json, notes, note_count);
	json_write_end(json, '}');
	out_json(&self->text);
}

void import_preview_print(struct import_preview *self, const char *file, const struct batch *batch,
			  const char *const *notes, size_t note_count)
{
	struct strbuf line = STRBUF_INIT;

	if (self->as_json) {
		print_json(self, batch, notes, note_count);
		return;
	}
	out_clean(&line, slice_of(file));
	strbuf_addf(&line, ": %s, %lld record%s: %lld new, %lld known, %lld rejected\n", batch->format,
		    (long long)batch->records, batch->records == 1 ? "" : "s", (long long)batch->imported,
		    (long long)batch->duplicates, (long long)batch->rejected);
	strbuf_addslice(&line, strbuf_slice(&self->text));
	out_flush(&line);
	strbuf_release(&line);
	strbuf_clear(&self->text);
}
