#include "cli/import_report.h"

#include "cli/output.h"
#include "core/base/json.h"

/* ---- a file ------------------------------------------------------------------------ */

void import_report_notes(struct json_writer *json, const char *const *notes, size_t count)
{
	json_write_name(json, "notes");
	json_write_begin(json, '[');
	for (size_t i = 0; i < count; i++)
		json_write_text(json, notes[i]);
	json_write_end(json, ']');
}

static void print_json(const char *file, const struct batch *batch, const char *error, const char *const *notes,
		       size_t note_count)
{
	static const struct batch nothing;
	const struct batch *of = batch ? batch : &nothing;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;
	const struct {
		const char *name;
		int64_t number;
	} counts[] = {
		{ "records", of->records },	  { "imported", of->imported }, { "updated", of->updated },
		{ "duplicates", of->duplicates }, { "rejected", of->rejected }, { "batch", of->id },
	};

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "file", file);
	json_write_member(&json, "format", of->format);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		json_write_name(&json, counts[i].name);
		if (batch)
			json_write_int(&json, counts[i].number);
		else
			json_write_null(&json);
	}
	import_report_notes(&json, notes, note_count);
	json_write_member_if(&json, "error", error);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

void import_report_json(const char *file, const struct batch *batch, const char *const *notes, size_t note_count)
{
	print_json(file, batch, NULL, notes, note_count);
}

void import_report_error(const char *file, const char *error, const char *const *notes, size_t note_count)
{
	print_json(file, NULL, error, notes, note_count);
}

void import_report_text(const char *file, const struct batch *batch)
{
	struct strbuf line = STRBUF_INIT;

	out_clean(&line, slice_of(file));
	strbuf_addf(&line, ": %lld record%s: %lld imported, %lld updated, %lld duplicate%s, %lld rejected (%s, batch %lld)\n",
		    (long long)batch->records, plural(batch->records), (long long)batch->imported,
		    (long long)batch->updated, (long long)batch->duplicates, plural(batch->duplicates),
		    (long long)batch->rejected, batch->format, (long long)batch->id);
	out_flush(&line);
	strbuf_release(&line);
}

/* ---- all of them -------------------------------------------------------------------- */

static void note_names(const char *const *names, size_t name_count, size_t count)
{
	for (size_t i = 0; i < name_count; i++)
		out_note("  %s", names[i]);
	if (name_count < count)
		out_note("  … and %zu more", count - name_count);
}

void import_report_passed(const char *const *names, size_t name_count, size_t count, bool verbose)
{
	if (count == 0)
		return;
	out_note("%zu file%s no input of any known format%s:", count, count == 1 ? " was" : "s were",
		 verbose ? "" : " (--verbose says why)");
	note_names(names, name_count, count);
}

void import_report_failed(const char *const *names, size_t name_count, size_t count)
{
	if (count == 0)
		return;
	out_note("%zu failed; why stands above:", count);
	note_names(names, name_count, count);
}

void import_report_totals(const struct import_totals *totals, bool dry_run)
{
	out_printf("%zu file%s, %lld record%s: ", totals->files, plural((int64_t)totals->files),
		   (long long)totals->records, plural(totals->records));
	if (dry_run)
		out_printf("%lld new, %lld known, ", (long long)totals->imported, (long long)totals->duplicates);
	else
		out_printf("%lld imported, %lld updated, %lld duplicate%s, ", (long long)totals->imported,
			   (long long)totals->updated, (long long)totals->duplicates, plural(totals->duplicates));
	out_printf("%lld rejected; %zu file%s passed over, %zu failed%s\n", (long long)totals->rejected, totals->passed,
		   plural((int64_t)totals->passed), totals->failed, dry_run ? " (dry run: nothing was written)" : "");
}

/* ---- formats and profiles ------------------------------------------------------------- */

static void format_json(const struct importer *importer)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "kind", "format");
	json_write_member(&json, "name", importer->name);
	json_write_member(&json, "help", importer->help);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void profile_json(const struct import_profile *profile, const char *origin)
{
	struct strbuf line = STRBUF_INIT, map = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "kind", "profile");
	json_write_member(&json, "name", profile->name);
	json_write_member(&json, "origin", origin);
	json_write_member(&json, "format", profile->format);
	json_write_name(&json, "map");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < profile->map_count; i++) {
		strbuf_clear(&map);
		strbuf_addf(&map, "%s=%s", profile->maps[i].field, profile->maps[i].path);
		json_write_slice(&json, strbuf_slice(&map));
	}
	json_write_end(&json, ']');
	json_write_member(&json, "per", profile->has_per ? import_per_word(profile->per) : NULL);
	json_write_name(&json, "illustrative");
	json_write_bool(&json, profile->illustrative);
	json_write_name(&json, "strict");
	json_write_bool(&json, profile->strict);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
	strbuf_release(&map);
}

static void profile_text(struct strbuf *out, const struct import_profile *profile)
{
	strbuf_addstr(out, "  ");
	out_clean_fit(out, profile->name, 12);
	strbuf_addf(out, "  %s", profile->format ? profile->format : "any format");
	for (size_t i = 0; i < profile->map_count; i++) {
		strbuf_addstr(out, ", ");
		out_clean(out, slice_of(profile->maps[i].field));
		strbuf_addch(out, '=');
		out_clean(out, slice_of(profile->maps[i].path));
	}
	if (profile->has_per)
		strbuf_addf(out, ", per %s", import_per_word(profile->per));
	strbuf_addf(out, "%s%s\n", profile->illustrative ? ", illustrative" : "", profile->strict ? ", strict" : "");
}

void import_report_formats(const struct config *config, bool json)
{
	struct strbuf out = STRBUF_INIT;

	for (const struct importer *importer = importers(); importer->name; importer++) {
		if (json)
			format_json(importer);
		else
			strbuf_addf(&out, "  %-12s  %s\n", importer->name, importer->help);
	}
	for (size_t i = 0; json && i < config->profile_count; i++)
		profile_json(&config->profiles[i], config->path);
	if (!json && config->profile_count > 0) {
		strbuf_addstr(&out, "\nprofiles of ");
		out_clean(&out, slice_of(config->path));
		strbuf_addch(&out, '\n');
	}
	for (size_t i = 0; !json && i < config->profile_count; i++)
		profile_text(&out, &config->profiles[i]);
	out_flush(&out);
	strbuf_release(&out);
}
