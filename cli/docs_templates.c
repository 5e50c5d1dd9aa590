/* docs/template-names.md, from the table of names. */
#include <string.h>

#include "cli/docs.h"
#include "templates/templates.h"

void docs_template_names(struct arena *arena, struct strbuf *out)
{
	size_t count;
	const struct template_name *all = templates_renderer()->template_names(arena, &count);
	const char *part = "";
	size_t part_len = 0;

	strbuf_addstr(out, "# Names for templates\n\nMade by `aitia docs template-names` from the program's tables; do not edit. "
			   "docs/templates.md tells how they are used.\n\n`x[]` is an item of the list `x`; within `{{#x}}` its "
			   "members are called without the path before them.\n");
	for (size_t i = 0; i < count; i++) {
		const char *path = all[i].path;
		/* A heading for each kind of the record: the rest is one list. */
		if (strncmp(path, "record.", 7) == 0 && (strncmp(path, part, part_len) != 0 || !strchr(".[", path[part_len]) || !part_len)) {
			part = path;
			part_len = strlen(path);
			strbuf_addf(out, "\n## %s\n\n", path);
		} else if (i == 0)
			strbuf_addstr(out, "\n## The data\n\n");
		strbuf_addf(out, "- `%s` (%s): %s\n", path, all[i].type, all[i].help);
	}
}
