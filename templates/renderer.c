#include "core/base/vec.h"
#include "templates/adopt.h"
#include "templates/index.h"
#include "templates/markdown.h"
#include "templates/postmortem.h"
#include "templates/template.h"
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

	*count = 0;
	return site ? postmortem_pages(arena, input, site, pages, count, err) : unknown_site(name, err);
}

static enum status adopt(struct arena *arena, const struct postmortem_input *input, const struct incident *whole, const char *name,
			 struct slice page, struct adopted *out, struct error *err)
{
	const struct site_writer *site = site_find(name);

	return site ? adopt_page(arena, input, whole, site, page, out, err) : unknown_site(name, err);
}

static void entry(struct arena *arena, const struct postmortem_input *input, const char *name, struct page_entry *out)
{
	const struct site_writer *site = site_find(name);

	index_entry(arena, input, site ? site : &site_plain, out);
}

static enum status indexes(struct arena *arena, const struct page_entry *entries, size_t entry_count, const char *name,
			   const char *base_url, const struct page **pages, size_t *count, struct error *err)
{
	const struct site_writer *site = site_find(name);

	*count = 0;
	return site ? index_pages(arena, entries, entry_count, site, base_url, pages, count, err) : unknown_site(name, err);
}

static enum status notice(struct arena *arena, const char *key, const char *name, struct slice *content,
			  struct error *err)
{
	const struct site_writer *site = site_find(name);

	return site ? index_notice(arena, key, site, content, err) : unknown_site(name, err);
}

static enum status draft(struct arena *arena, const struct postmortem_input *input, struct slice *markdown,
			 struct error *err)
{
	return postmortem_draft(arena, input, &site_plain, markdown, err);
}

static size_t faults(struct arena *arena, const struct page_template *page_template,
		     void (*found)(void *context, const char *fault), void *context)
{
	return template_check(arena, page_template, NULL, found, context);
}

const struct renderer *templates_renderer(void)
{
	static const struct renderer renderer = {
		.sites = sites, .postmortem = postmortem, .adopt = adopt, .entry = entry, .indexes = indexes, .notice = notice,
		.templates = template_builtins, .template_names = template_names, .template_faults = faults,
		.draft = draft, .outline = markdown_outline, .seen = markdown_seen, .layout = markdown_layout,
	};

	return &renderer;
}
