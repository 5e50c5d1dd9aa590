#include "core/base/vec.h"
#include "templates/markdown.h"
#include "templates/postmortem.h"
#include "templates/templates.h"

static const struct site *sites(size_t *count)
{
	return site_list(count);
}

static enum status unknown_site(const char *name, struct error *err)
{
	struct strbuf names = STRBUF_INIT;
	size_t count;
	const struct site *known = site_list(&count);
	enum status status;

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", known[i].name);
	status = error_set(err, STATUS_USAGE, "There is no site \"%s\"; there are: %s.", name ? name : "", names.text);
	strbuf_release(&names);
	return status;
}

static enum status postmortem(struct arena *arena, const struct postmortem_input *input, const char *name,
			      const struct page **pages, size_t *count, struct error *err)
{
	const struct site_writer *site = site_find(name);
	const struct page *shared = NULL;
	size_t shared_count = 0;
	struct page *made;
	enum status status;

	*count = 0;
	if (!site)
		return unknown_site(name, err);
	if (site->shared_pages)
		shared = site->shared_pages(&shared_count);
	made = arena_array(arena, 1 + shared_count, sizeof(*made));
	status = postmortem_page(arena, input, site, true, &made[0], err);
	if (status != STATUS_OK)
		return status;
	if (shared_count)
		memcpy(made + 1, shared, shared_count * sizeof(*shared));
	*pages = made;
	*count = 1 + shared_count;
	return STATUS_OK;
}

static enum status draft(struct arena *arena, const struct postmortem_input *input, struct slice *markdown,
			 struct error *err)
{
	struct page page;
	enum status status = postmortem_page(arena, input, &site_plain, false, &page, err);

	if (status == STATUS_OK)
		*markdown = page.content;
	return status;
}

const struct renderer *templates_renderer(void)
{
	static const struct renderer renderer = { sites, postmortem, draft, markdown_layout };

	return &renderer;
}
