/* URIs (RFC 3986, RFC 8089) as paths, and their bases (3.4.4, 3.14.14). */
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/sarif.h"

/* Bases refer to bases; a longer chain is a circle (3.14.14, step 6). */
#define BASES_DEPTH_MAX 16

static bool is_letter(char c)
{
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

bool sarif_uri_is_absolute(const char *uri)
{
	size_t len = 0;

	if (!is_letter(uri[0]))
		return false;
	while (is_letter(uri[len]) || (uri[len] >= '0' && uri[len] <= '9') || (uri[len] && strchr("+-.", uri[len])))
		len++;
	return uri[len] == ':' && len > 1;
}

bool sarif_uri_has_scheme(const char *uri, const char *scheme)
{
	for (; *scheme; scheme++, uri++)
		if (ascii_lower(*uri) != *scheme)
			return false;
	return *uri == ':';
}

/* %41 is A; what is no escape stays (many tools write plain paths). */
static char *decode(struct arena *arena, const char *text)
{
	struct strbuf out = STRBUF_INIT;

	if (!strchr(text, '%'))
		return arena_strdup(arena, text);
	for (; *text; text++) {
		int high = text[0] == '%' ? ascii_hex_value(text[1]) : -1;
		int low = high >= 0 ? ascii_hex_value(text[2]) : -1;
		if (low >= 0) {
			strbuf_addch(&out, (char)(high * 16 + low));
			text += 2;
		} else {
			strbuf_addch(&out, *text);
		}
	}
	char *clean = utf8_clean(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return clean;
}

const char *sarif_path_of_uri(struct arena *arena, const char *uri)
{
	static const char local[] = "localhost";

	if (!sarif_uri_has_scheme(uri, "file"))
		return sarif_uri_is_absolute(uri) ? uri : decode(arena, uri);
	uri += strlen("file:");
	if (uri[0] == '/' && uri[1] == '/') {
		const char *authority = uri + 2;
		size_t len = strcspn(authority, "/");
		if (len == 0 || (len == strlen(local) && strncmp(authority, local, len) == 0))
			uri = authority + len; /* RFC 8089: none, or this host; else a share: //server/share/x */
	}
	char *path = decode(arena, uri);
	bool drive = path[0] == '/' && is_letter(path[1]) && path[2] == ':';
	return drive ? path + 1 : path;
}

static const struct sarif_base *base_find(const struct sarif_run *run, const char *id)
{
	for (size_t i = 0; i < run->bases.len; i++)
		if (strcmp(run->bases.items[i].id, id) == 0)
			return &run->bases.items[i];
	return NULL;
}

/* By concatenation (3.14.14, note 2), with one slash between. */
static const char *join(struct arena *arena, const char *base, const char *uri)
{
	size_t len = strlen(base);
	const char *slash = len && base[len - 1] != '/' ? "/" : "";

	return sarif_concat(arena, base, slash, uri[0] == '/' ? uri + 1 : uri);
}

/*
 * Relative bases are put in front; an absolute one is not, since it differs from machine
 * to machine while the sample is the same: 3.4.7 has uriBaseId for just that.
 */
const char *sarif_path_of(struct sarif_run *run, struct arena *arena, const char *uri, const char *base_id,
			  const char **whole)
{
	*whole = NULL;
	if (!uri || !uri[0])
		return NULL;
	for (int depth = 0; base_id && depth < BASES_DEPTH_MAX && !sarif_uri_is_absolute(uri); depth++) {
		const struct sarif_base *base = base_find(run, base_id);
		if (!base)
			break;
		if (base->uri && sarif_uri_is_absolute(base->uri)) {
			*whole = join(arena, base->uri, uri);
			break;
		}
		if (base->uri)
			uri = join(arena, base->uri, uri);
		base_id = base->base_id;
	}
	const char *path = sarif_path_of_uri(arena, uri);
	return path[0] ? path : NULL;
}
