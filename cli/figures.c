#include "cli/figures.h"

void figure_json_double(struct json_writer *json, const char *name, double value)
{
	json_write_name(json, name);
	json_write_double(json, value);
}

void figure_json(struct json_writer *json, const char *name, double value, struct interval within)
{
	char key[64];

	figure_json_double(json, name, value);
	snprintf(key, sizeof(key), "%s_low", name);
	figure_json_double(json, key, within.low);
	snprintf(key, sizeof(key), "%s_high", name);
	figure_json_double(json, key, within.high);
}

void figure_bar(struct strbuf *out, double share, int columns)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int whole = (int)(share * columns * 8 + 0.5), used = 0;

	if (!(share > 0))
		whole = 0;
	if (whole > columns * 8)
		whole = columns * 8;
	for (; used < whole / 8; used++)
		strbuf_addstr(out, "█");
	if (whole % 8) {
		strbuf_addstr(out, eighths[whole % 8]);
		used++;
	}
	strbuf_addf(out, "%*s", columns - used, "");
}
