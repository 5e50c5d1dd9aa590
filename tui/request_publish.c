/* Requests about an incident's pages: written for a site, and an edit by hand taken back from one. */
#include "tui/request_run.h"

#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/publish_adopt.h"
#include "core/redact.h"
#include "tui/prose.h"

#define RULES_BYTES_MAX (4u << 20)

enum status request_need_renderer(const struct backend *backend, struct error *err)
{
	if (backend->renderer)
		return STATUS_OK;
	return error_set(err, STATUS_REFUSED, "there is no renderer: documents cannot be made");
}

/* Pages by outcome, for the message, and those that were refused. */
struct published {
	struct strbuf paths[PUBLISH_OUTCOMES];
	struct arena *arena;
	VEC_OF(struct refused_page) refused;
	bool is_told;               /* the publication came to its end; what is refused then is pages */
	const char *wanted;         /* REQUEST_DIFFERS: whose texts are kept; NULL: the first one's */
	struct slice there, made;
	size_t at;
};

static void note_page(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	struct published *published = context;
	struct strbuf *paths = &published->paths[outcome];

	(void)key;
	published->is_told = true;
	if (paths->len_bytes)
		strbuf_addstr(paths, ", ");
	strbuf_addstr(paths, path);
}

static void note_refused(void *context, const char *path, struct slice there, struct slice made)
{
	struct published *published = context;
	char digits[DIGEST_HEX_LEN + 1];
	size_t at, len;
	struct refused_page page = { .looked = { arena_strdup(published->arena, path), digest_of(there) },
				     .is_marked = publish_mark_find(there, &at, &len, digits) };

	(void)made;
	vec_push(&published->refused, page);
}

/* Likewise, and keeps what is to be shown. */
static void note_differing(void *context, const char *path, struct slice there, struct slice made)
{
	struct published *published = context;

	note_refused(context, path, there, made);
	if (published->refused.len > 1 && (!published->wanted || strcmp(published->wanted, path) != 0))
		return;
	published->at = published->refused.len - 1;
	published->there = arena_slice(published->arena, there);
	published->made = arena_slice(published->arena, made);
}

static const char *published_text(struct arena *arena, const struct published *published)
{
	static const char *const words[PUBLISH_OUTCOMES] = {
		[PUBLISH_WRITTEN] = "written",
		[PUBLISH_UNCHANGED] = "unchanged",
		[PUBLISH_REFUSED] = "edited by hand, or not ours, and left alone",
		[PUBLISH_STALE] = "stale",
		[PUBLISH_KEPT] = "kept",
		[PUBLISH_REMOVED] = "removed",
	};
	struct strbuf text = STRBUF_INIT;

	/* What people must know of first. */
	if (published->paths[PUBLISH_REFUSED].len_bytes)
		strbuf_addf(&text, "%s: %s", words[PUBLISH_REFUSED], published->paths[PUBLISH_REFUSED].text);
	for (size_t i = 0; i < PUBLISH_OUTCOMES; i++)
		if (i != PUBLISH_REFUSED && published->paths[i].len_bytes)
			strbuf_addf(&text, "%s%s: %s", text.len_bytes ? "; " : "", words[i],
				    published->paths[i].text);
	const char *copy = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return copy;
}

/* The team's rules and decisions; without a file, those that are built in. */
static enum status open_redactor(const struct backend *backend, struct answer *answer, struct redactor **out, struct error *err)
{
	struct slice rules = { NULL, 0 };
	const char *path = backend->redact_rules ? backend->redact_rules : "";
	enum status status = STATUS_OK;

	if (path[0])
		status = file_read_optional(&answer->arena, path, RULES_BYTES_MAX, &rules, err);
	if (status != STATUS_OK)
		return error_wrap(err, status, "the rules of redaction cannot be read");
	return redactor_new(rules.at ? rules : slice_of(""), path, out, err);
}

/* As the request says it. *options owns a redactor, if it has one. */
static enum status open_options(const struct backend *backend, const struct request *request, struct answer *answer,
				struct publish_options *options, struct error *err)
{
	enum status status = request_need_key(request, err);

	*options = (struct publish_options){
		.site = request->site,
		.out_folder = request->folder ? request->folder : ".",
		.page_template = backend->page_template,
	};
	if (status == STATUS_OK)
		status = request_need_renderer(backend, err);
	if (status != STATUS_OK)
		return status;
	if (options->page_template && options->page_template->is_public && !request->is_public)
		return error_set(err, STATUS_REFUSED, "the template '%s' is for users: export it for the public", options->page_template->name);
	if (!options->site) {
		size_t count;
		const struct site *sites = backend->renderer->sites(&count);
		options->site = count ? sites[0].name : "";
	}
	return request->is_public ? open_redactor(backend, answer, &options->redactor, err) : STATUS_OK;
}

static void hand_out_refused(const struct published *published, struct answer *answer)
{
	struct refused_page *refused = arena_array(&answer->arena, published->refused.len + 1, sizeof(*refused));

	if (published->refused.len)
		memcpy(refused, published->refused.items, published->refused.len * sizeof(*refused));
	answer->refused = refused;
	answer->refused_count = published->refused.len;
}

/* Whether the page that was to be written over is not what was shown of it any more. */
static bool is_another(const struct published *published, const struct request *request)
{
	for (size_t i = 0; request->over.path && i < published->refused.len; i++)
		if (strcmp(published->refused.items[i].looked.path, request->over.path) == 0)
			return true;
	return false;
}

/* STATUS_OK also where all that is wrong is the pages' outcomes, which are noted then. */
static enum status publish_noting(const struct backend *backend, const struct request *request, struct answer *answer,
				  struct publish_options *options, struct published *published, struct error *err)
{
	struct error own;
	enum status status;

	options->page = note_page;
	options->context = published;
	for (size_t i = 0; i < PUBLISH_OUTCOMES; i++)
		strbuf_init(&published->paths[i]);
	status = publish_incident(backend->store, backend->renderer, &answer->arena, request->key, options, &own);
	redactor_free(options->redactor);
	if (status == STATUS_REFUSED && published->is_told)
		status = STATUS_OK;
	if (status != STATUS_OK)
		*err = own;
	return status;
}

static void published_release(struct published *published)
{
	for (size_t i = 0; i < PUBLISH_OUTCOMES; i++)
		strbuf_release(&published->paths[i]);
	vec_release(&published->refused);
}

enum status request_publish(const struct backend *backend, const struct request *request,
			    struct answer *answer, struct error *err)
{
	struct published published = { .arena = &answer->arena, .refused = VEC_INIT };
	struct publish_options options;
	enum status status = open_options(backend, request, answer, &options, err);

	if (status != STATUS_OK)
		return status;
	options.over = request->over;
	options.differs = note_refused;
	status = publish_noting(backend, request, answer, &options, &published, err);
	/* The export is done, and what becomes of these pages is the person's to say. */
	if (status == STATUS_OK)
		hand_out_refused(&published, answer);
	answer->key = arena_strdup(&answer->arena, request->key);
	answer->message = published_text(&answer->arena, &published);
	if (is_another(&published, request))
		answer->message = arena_printf(&answer->arena, "edited again since it was shown; %s", answer->message);
	published_release(&published);
	return status;
}

enum status request_differs(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	struct published published = { .arena = &answer->arena, .refused = VEC_INIT, .wanted = request->path };
	struct publish_options options;
	enum status status = open_options(backend, request, answer, &options, err);

	if (status != STATUS_OK)
		return status;
	options.check_only = true;
	options.differs = note_differing;
	status = publish_noting(backend, request, answer, &options, &published, err);
	if (status == STATUS_OK) {
		hand_out_refused(&published, answer);
		answer->refused_at = published.at;
		answer->then = prose_broken(&answer->arena, published.there, request->text_width);
		answer->now = prose_broken(&answer->arena, published.made, request->text_width);
	}
	published_release(&published);
	return status;
}

/* What was taken, and the first of what was not. */
static const char *adopted_text(struct arena *arena, const struct adoption_result *result)
{
	const struct adopt_refusal *first = result->refusals;
	const char *taken = result->untouched ? "nobody edited the page itself" :
			    result->edit ? arena_printf(arena, "%zu text%s taken from the page", result->texts, result->texts == 1 ? "" : "s") :
					   "the record has what could be taken from the page";

	if (!result->refusal_count)
		return taken;
	return arena_printf(arena, "%s; %zu place%s on it alone, line %zu: %s", taken, result->refusal_count,
			    result->refusal_count == 1 ? " stays" : "s stay", first->line, first->reason);
}

enum status request_adopt(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	struct publish_options options;
	struct adoption_result result;
	enum status status = open_options(backend, request, answer, &options, err);

	if (status != STATUS_OK)
		return status;
	status = publish_adopt(backend->store, backend->renderer, &answer->arena, request->reviewer, request->key, NULL, &options, &result, err);
	redactor_free(options.redactor);
	/* What was taken is in the record, also where the page could not be signed then. */
	answer->edit = result.edit;
	answer->key = arena_strdup(&answer->arena, request->key);
	answer->message = status == STATUS_OK ? adopted_text(&answer->arena, &result) : NULL;
	answer->has_rest = status == STATUS_OK && (result.refusal_count || result.untouched);
	return status;
}
