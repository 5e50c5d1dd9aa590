/* Files beside the page: what programs read of the incident. */
#include "core/advisory.h"
#include "templates/build.h"

static void add_file(struct builder *b, struct value *links, const char *name, const char *label, struct slice content)
{
	struct attachment file = { name, content, false };
	struct strbuf link = STRBUF_INIT;

	if (!content.len_bytes)
		return;
	vec_push(&b->attachments, file);
	strbuf_addch(&link, '[');
	build_put(b, &link, label, ESCAPE_PROSE);
	strbuf_addf(&link, "](%s)", site_beside_link(b->arena, &b->site->files, b->slug, name));
	value_add(links, build_markup(b, &link, VALUE_PROSE));
}

static struct instant published_at(const struct incident *incident)
{
	struct time_span published = incident_reached(incident, MILESTONE_PUBLISHED);
	struct instant at = published.known ? published.event->at : INSTANT_UNKNOWN;

	for (size_t i = 0; i < incident->advisory_count; i++) {
		struct instant told = incident->advisories[i].notified_at;

		if (instant_known(told) && (!instant_known(at) || told.at_us < at.at_us))
			at = told;
	}
	return at;
}

struct value *build_files(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	struct value *links = value_list(b->arena);
	struct strbuf osv = STRBUF_INIT, openvex = STRBUF_INIT;

	if (b->slug && b->input->document.len_bytes) {
		advisory_write_osv(&osv, incident, published_at(incident));
		advisory_write_openvex(&openvex, incident);
		add_file(b, links, "osv.json", "Advisories as OSV", arena_slice(b->arena, strbuf_slice(&osv)));
		add_file(b, links, "openvex.json", "Advisories as OpenVEX", arena_slice(b->arena, strbuf_slice(&openvex)));
		add_file(b, links, "incident.json", "The record, as aitia apply reads it", b->input->document);
	}
	strbuf_release(&osv);
	strbuf_release(&openvex);
	return links;
}
