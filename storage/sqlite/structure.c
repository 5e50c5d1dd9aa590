/*
 * The pass takes down of each page what it refers to, as if it were one of a tree: whether it is,
 * is known only when all have been read. Then the trees are walked by what was taken down.
 */
#include "storage/sqlite/structure.h"

#include <string.h>
#include <unistd.h>

#include "core/base/vec.h"

#define READ_PAGES 64        /* at a time */
#define FILE_HEADER_BYTES 100
#define DEPTH_MOST 20        /* as SQLite's own limit */
#define LOCK_BYTE 0x40000000 /* its page is never used */

enum page_type { PAGE_OTHER = 0, PAGE_INDEX_INNER = 2, PAGE_TABLE_INNER = 5, PAGE_INDEX_LEAF = 10, PAGE_TABLE_LEAF = 13 };

/* To a child, or where a cell goes on. */
struct page_ref {
	int64_t key;    /* of a table's child: its greatest rowid at most */
	uint32_t page;
	uint32_t chain; /* pages that the cell goes on over; 0: a child */
};

struct page_facts {
	int64_t first, last; /* rowids of a table's leaf, if there are `cells` */
	uint32_t refs, ref_count;
	uint32_t next;       /* if a cell goes on here: the page behind it */
	uint16_t cells;
	uint8_t type;        /* PAGE_OTHER: it cannot be a page of a tree */
};

struct structure {
	int fd;
	size_t page_bytes, usable_bytes;
	unsigned char *buffer;          /* READ_PAGES */
	uint64_t starts[65536 / 64];    /* of the page at hand: bit per byte at which a cell or free block begins */
	uint32_t lens[65536];           /* of these */
	uint32_t read;                  /* the last page that was */
	VEC_OF(struct page_facts) pages; /* from page 1 on */
	VEC_OF(struct page_ref) refs;
	unsigned char *used;            /* bit per page */
	uint32_t used_count, page_count;
};

static uint32_t get2(const unsigned char *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t get4(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The bytes it takes, 0: it does not end before `end`. */
static size_t get_varint(const unsigned char *at, const unsigned char *end, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < 9 && at + i < end; i++) {
		if (i == 8) {
			*out = value << 8 | at[i];
			return 9;
		}
		value = value << 7 | (at[i] & 0x7f);
		if (!(at[i] & 0x80)) {
			*out = value;
			return i + 1;
		}
	}
	return 0;
}

struct structure *structure_begin(int fd, size_t page_bytes)
{
	struct structure *s = mem_zalloc(1, sizeof(*s));

	s->fd = fd;
	s->page_bytes = page_bytes;
	s->buffer = mem_zalloc(READ_PAGES, page_bytes);
	s->read = 1; /* the first, which changes to the end, is read last */
	vec_push(&s->pages, (struct page_facts){ .type = PAGE_OTHER });
	return s;
}

void structure_free(struct structure *s)
{
	if (!s)
		return;
	vec_release(&s->pages);
	vec_release(&s->refs);
	free(s->buffer);
	free(s->used);
	free(s);
}

/* ---- one page ------------------------------------------------------------------------------- */

/* How much of a payload lies in the cell; the rest goes on elsewhere. (section 1.6) */
static size_t local_bytes(size_t usable, bool is_table_leaf, uint64_t payload)
{
	size_t most = is_table_leaf ? usable - 35 : (usable - 12) * 64 / 255 - 23, least = (usable - 12) * 32 / 255 - 23;

	if (payload <= most)
		return (size_t)payload;
	size_t filling = least + (size_t)((payload - least) % (usable - 4));
	return filling <= most ? filling : least;
}

/* One cell at `at`: its length (0: it cannot be), its rowid, and what it refers to. */
static size_t read_cell(struct structure *s, enum page_type type, const unsigned char *at, const unsigned char *end, int64_t *rowid)
{
	bool is_inner = type == PAGE_TABLE_INNER || type == PAGE_INDEX_INNER;
	struct page_ref child = { .key = INT64_MAX };
	uint64_t payload = 0, key = 0;
	size_t len = is_inner ? 4 : 0, part;

	if (is_inner)
		child.page = get4(at);
	if (type != PAGE_TABLE_INNER) {
		if (!(part = get_varint(at + len, end, &payload)))
			return 0;
		len += part;
	}
	if (type == PAGE_TABLE_INNER || type == PAGE_TABLE_LEAF) {
		if (!(part = get_varint(at + len, end, &key)))
			return 0;
		len += part;
		*rowid = child.key = (int64_t)key;
	}
	if (is_inner)
		vec_push(&s->refs, child);
	if (type == PAGE_TABLE_INNER)
		return len;
	part = local_bytes(s->usable_bytes, type == PAGE_TABLE_LEAF, payload);
	if (payload > UINT32_MAX || (size_t)(end - at) < len + part + (part < payload ? 4 : 0))
		return 0;
	len += part;
	if (part < payload) {
		size_t more = (size_t)payload - part, of_page = s->usable_bytes - 4;
		vec_push(&s->refs, ((struct page_ref){ .page = get4(at + len), .chain = (uint32_t)((more + of_page - 1) / of_page) }));
		len += 4;
	}
	return len < 4 ? 4 : len;
}

/* False: one begins there already, or it does not end within the page. */
static bool add_block(struct structure *s, size_t at, size_t len)
{
	uint64_t bit = (uint64_t)1 << (at % 64);

	if (at + len > s->usable_bytes || s->starts[at / 64] & bit)
		return false;
	s->starts[at / 64] |= bit;
	s->lens[at] = (uint32_t)len;
	return true;
}

/* Whether they leave `gaps` bytes behind `content`, and none lies over another. */
static bool blocks_fill(const struct structure *s, size_t content, size_t gaps)
{
	size_t end = content, left = 0;

	for (size_t word = content / 64; word * 64 < s->usable_bytes; word++)
		for (uint64_t bits = s->starts[word]; bits; bits &= bits - 1) {
			size_t at = word * 64 + (size_t)__builtin_ctzll(bits);
			if (at < end)
				return false;
			left += at - end;
			end = at + s->lens[at];
		}
	return left + s->usable_bytes - end == gaps;
}

/* The bytes of a page that lie between its cells, in blocks. */
static bool add_free_blocks(struct structure *s, const unsigned char *page, size_t at, size_t content)
{
	size_t least = content;

	while (at) {
		if (at < least || at + 4 > s->usable_bytes)
			return false;
		size_t size = get2(page + at + 2);
		if (size < 4 || !add_block(s, at, size))
			return false;
		least = at + size;
		at = get2(page + at);
	}
	return true;
}

static bool read_tree_page(struct structure *s, const unsigned char *page, size_t header, struct page_facts *facts)
{
	enum page_type type = page[header];
	bool is_inner = type == PAGE_TABLE_INNER || type == PAGE_INDEX_INNER, is_table = type == PAGE_TABLE_INNER || type == PAGE_TABLE_LEAF;
	size_t cells = get2(page + header + 3), content = get2(page + header + 5), list = header + (is_inner ? 12 : 8);
	int64_t last = INT64_MIN;

	if (type != PAGE_TABLE_LEAF && type != PAGE_INDEX_LEAF && !is_inner)
		return false;
	content = content ? content : 65536;
	if (list + 2 * cells > content || content > s->usable_bytes)
		return false;
	memset(s->starts, 0, (s->usable_bytes + 63) / 64 * sizeof(s->starts[0]));
	if (!add_free_blocks(s, page, get2(page + header + 1), content))
		return false;
	for (size_t i = 0; i < cells; i++) {
		size_t at = get2(page + list + 2 * i), len;
		int64_t rowid = 0;
		if (at < content || at + 4 > s->usable_bytes)
			return false;
		len = read_cell(s, type, page + at, page + s->usable_bytes, &rowid);
		if (!len || !add_block(s, at, len) || (is_table && i && rowid <= last))
			return false;
		if (i == 0)
			facts->first = rowid;
		facts->last = last = rowid;
	}
	if (is_inner)
		vec_push(&s->refs, ((struct page_ref){ .key = INT64_MAX, .page = get4(page + header + 8) }));
	facts->type = (uint8_t)type;
	facts->cells = (uint16_t)cells;
	return blocks_fill(s, content, page[header + 7]);
}

static void take_down(struct structure *s, uint32_t number, const unsigned char *page)
{
	struct page_facts *facts = &s->pages.items[number - 1];

	*facts = (struct page_facts){ .refs = (uint32_t)s->refs.len, .next = get4(page) };
	if (!read_tree_page(s, page, number == 1 ? FILE_HEADER_BYTES : 0, facts)) {
		facts->type = PAGE_OTHER;
		s->refs.len = facts->refs;
	}
	facts->ref_count = (uint32_t)(s->refs.len - facts->refs);
}

static bool read_at(const struct structure *s, uint32_t number, size_t count)
{
	size_t len = count * s->page_bytes, done = 0;

	while (done < len) {
		ssize_t part = pread(s->fd, s->buffer + done, len - done, (off_t)(number - 1) * (off_t)s->page_bytes + (off_t)done);
		if (part <= 0)
			return false;
		done += (size_t)part;
	}
	return true;
}

/* As many bytes of a page as may be used stand on the first. */
static bool learn_usable(struct structure *s)
{
	if (!s->usable_bytes && read_at(s, 1, 1))
		s->usable_bytes = s->page_bytes - s->buffer[20];
	return s->usable_bytes >= 480;
}

bool structure_read(struct structure *s, uint32_t pages, const atomic_bool *cancel)
{
	if (pages > s->read && !learn_usable(s))
		return false;
	while (s->read < pages) {
		uint32_t count = pages - s->read < READ_PAGES ? pages - s->read : READ_PAGES;
		if ((cancel && atomic_load_explicit(cancel, memory_order_relaxed)) || !read_at(s, s->read + 1, count))
			return false;
		vec_reserve(&s->pages, count);
		s->pages.len += count;
		for (uint32_t i = 0; i < count; i++)
			take_down(s, s->read + 1 + i, s->buffer + i * s->page_bytes);
		s->read += count;
		/* Each page is referred to once: what is more comes of pages that are none of a tree. */
		if (s->refs.len > (size_t)4 * s->read + 65536)
			return false;
	}
	return true;
}

/* ---- all of them ------------------------------------------------------------------------------- */

/* False: there is none, or it is used already. */
static bool use(struct structure *s, uint32_t page)
{
	unsigned char bit = (unsigned char)(1u << (page % 8));

	if (page == 0 || page > s->page_count || s->used[page / 8] & bit)
		return false;
	s->used[page / 8] |= bit;
	s->used_count++;
	return true;
}

static bool walk_chain(struct structure *s, const struct page_ref *ref)
{
	uint32_t page = ref->page;

	for (uint32_t i = 0; i < ref->chain; i++) {
		if (!use(s, page))
			return false;
		page = s->pages.items[page - 1].next;
	}
	return page == 0;
}

struct walk {
	bool is_table;
	int leaf_depth; /* 0: none was met */
};

/* Rowids are above `low`, and not above `high`. */
static bool walk_tree(struct structure *s, struct walk *walk, uint32_t page, int depth, int64_t low, int64_t high) // NOLINT(misc-no-recursion)
{
	if (depth > DEPTH_MOST || !use(s, page))
		return false;
	const struct page_facts *facts = &s->pages.items[page - 1];
	bool is_leaf = facts->type == PAGE_TABLE_LEAF || facts->type == PAGE_INDEX_LEAF;
	if (facts->type == PAGE_OTHER || walk->is_table != (facts->type == PAGE_TABLE_LEAF || facts->type == PAGE_TABLE_INNER))
		return false;
	if (walk->is_table && facts->cells && (facts->first <= low || facts->last > high))
		return false;
	if (is_leaf && walk->leaf_depth && walk->leaf_depth != depth)
		return false;
	if (is_leaf)
		walk->leaf_depth = depth;
	for (uint32_t i = 0; i < facts->ref_count; i++) {
		const struct page_ref *ref = &s->refs.items[facts->refs + i];
		int64_t to = ref->key < high ? ref->key : high;
		if (ref->chain ? !walk_chain(s, ref) : !walk_tree(s, walk, ref->page, depth + 1, low, to))
			return false;
		if (walk->is_table && !ref->chain)
			low = to;
	}
	return true;
}

/* Pages that list free ones, one behind the other: the next, how many, these. */
static bool walk_free(struct structure *s, uint32_t trunk, uint32_t count)
{
	uint32_t seen = 0;

	while (trunk) {
		if (!use(s, trunk) || !read_at(s, trunk, 1))
			return false;
		uint32_t listed = get4(s->buffer + 4);
		if (listed > s->usable_bytes / 4 - 2)
			return false;
		for (uint32_t i = 0; i < listed; i++)
			if (!use(s, get4(s->buffer + 8 + (size_t)4 * i)))
				return false;
		seen += 1 + listed;
		trunk = get4(s->buffer);
	}
	return seen == count;
}

bool structure_is_sound(struct structure *s, uint32_t pages, const uint32_t *roots, size_t root_count)
{
	uint32_t trunk, free_count, lock_page = (uint32_t)(LOCK_BYTE / s->page_bytes) + 1;

	if (!pages || s->read != pages || !learn_usable(s) || !read_at(s, 1, 1))
		return false;
	if (s->page_bytes - s->buffer[20] != s->usable_bytes || get4(s->buffer + 28) != pages || get4(s->buffer + 52) != 0)
		return false; /* of another size, or with pages that say who refers to which */
	trunk = get4(s->buffer + 32);
	free_count = get4(s->buffer + 36);
	take_down(s, 1, s->buffer);
	free(s->used);
	s->used = mem_zalloc(pages / 8 + 1, 1);
	s->used_count = 0;
	s->page_count = pages;
	if (!walk_tree(s, &(struct walk){ .is_table = true }, 1, 1, INT64_MIN, INT64_MAX))
		return false;
	for (size_t i = 0; i < root_count; i++) {
		uint32_t root = roots[i];
		if (root == 0 || root > pages)
			return false;
		enum page_type type = s->pages.items[root - 1].type;
		struct walk walk = { .is_table = type == PAGE_TABLE_LEAF || type == PAGE_TABLE_INNER };
		if (!walk_tree(s, &walk, root, 1, INT64_MIN, INT64_MAX))
			return false;
	}
	return walk_free(s, trunk, free_count) && s->used_count == pages - (lock_page <= pages);
}
