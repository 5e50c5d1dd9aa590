#include "storage/sqlite/own.h"

static void add_number(struct strbuf *out, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		strbuf_addch(out, (char)(number | 0x80));
	strbuf_addch(out, (char)number);
}

static bool take_number(struct slice *from, uint64_t *number)
{
	*number = 0;
	for (unsigned shift = 0; shift < 63 && from->len_bytes > 0; shift += 7) {
		unsigned char byte = (unsigned char)*from->at;
		from->at++;
		from->len_bytes--;
		*number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

void own_add(struct strbuf *items, const struct own_item *item)
{
	add_number(items, item->place);
	add_number(items, item->key);
	strbuf_addch(items, (char)item->certainty);
	add_number(items, item->value.len_bytes);
	strbuf_addslice(items, item->value);
}

bool own_next(struct slice *items, struct own_item *out)
{
	struct slice rest = *items;
	uint64_t len = 0;

	if (!take_number(&rest, &out->place) || !take_number(&rest, &out->key) || rest.len_bytes == 0)
		return false;
	unsigned char certainty = (unsigned char)*rest.at;
	out->certainty = certainty < CERTAINTY_COUNT ? (enum certainty)certainty : (enum certainty)0;
	rest.at++;
	rest.len_bytes--;
	if (!take_number(&rest, &len) || len > rest.len_bytes)
		return false;
	out->value = (struct slice){ rest.at, (size_t)len };
	*items = (struct slice){ rest.at + len, rest.len_bytes - (size_t)len };
	return true;
}

enum status own_key_find(struct sqlite_store *db, const char *key, int64_t *id, struct error *err)
{
	*id = 0;
	return sql_number(db, SQL_OWN_KEY_FIND, id, NULL, err, SQL_TEXT(key));
}
