/* Arrays of a run that stay in the file, and names to find their elements by. */
#include <stdlib.h>

#include "core/import/sarif.h"

/* Offsets that are kept of a segment; with more elements, every second, fourth, … one's. */
#define OFFSETS_MAX ((size_t)8192)

void sarif_array_release(struct sarif_array *array)
{
	for (size_t i = 0; i < array->segments.len; i++)
		vec_release(&array->segments.items[i].offsets);
	vec_release(&array->segments);
	array->count = 0;
}

void sarif_array_extend(struct sarif_array *array, const struct sarif_file *file, bool members)
{
	vec_push(&array->segments, ((struct sarif_segment){ .file = file, .members = members, .step = 1 }));
}

static void thin_out(struct sarif_segment *segment)
{
	size_t kept = 0;

	for (size_t i = 0; i < segment->offsets.len; i += 2)
		segment->offsets.items[kept++] = segment->offsets.items[i];
	segment->offsets.len = kept;
	segment->step *= 2;
}

void sarif_array_note(struct sarif_array *array, uint64_t offset)
{
	struct sarif_segment *segment = &array->segments.items[array->segments.len - 1];

	if (segment->count == segment->offsets.len * segment->step) {
		if (segment->offsets.len == OFFSETS_MAX)
			thin_out(segment);
		if (segment->count == segment->offsets.len * segment->step)
			vec_push(&segment->offsets, offset);
	}
	segment->count++;
	array->count++;
}

static bool seek(struct sarif_segment *segment, size_t index)
{
	struct json_reader *reader = segment->file->reader;
	size_t at = index - index % segment->step;
	uint64_t offset = segment->offsets.items[index / segment->step];

	if (segment->near_offset && segment->near_index >= at && segment->near_index <= index) {
		at = segment->near_index;
		offset = segment->near_offset;
	}
	if (segment->members)
		json_reader_seek_member(reader, offset);
	else
		json_reader_seek_element(reader, offset);
	for (; at < index; at++)
		if (!json_reader_skip(reader) || !json_reader_next(reader, NULL))
			return false; /* it was there a moment ago: the file is being changed */
	segment->near_index = index;
	segment->near_offset = json_reader_offset(reader);
	return true;
}

const struct sarif_file *sarif_array_seek(struct sarif_array *array, int64_t index)
{
	struct sarif_segment *segment = array->segments.items;

	if (index < 0 || (uint64_t)index >= array->count)
		return NULL;
	for (; (size_t)index >= segment->count; segment++)
		index -= (int64_t)segment->count;
	return seek(segment, (size_t)index) ? segment->file : NULL;
}

const struct json *sarif_array_value(struct sarif_array *array, int64_t index, struct arena *arena)
{
	const struct sarif_file *file = sarif_array_seek(array, index);

	return file ? sarif_value(file->reader, arena, SARIF_ELEMENT_BYTES_MAX) : NULL;
}

/* ---- names ----------------------------------------------------------------------------- */

/* FNV-1a (Fowler, Noll, Vo), 64 bits: spreads short names well enough, and whoever makes
 * names collide gains nothing, since only so many of equal hash are looked at. */
uint64_t sarif_hash(struct slice name)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (size_t i = 0; i < name.len_bytes; i++)
		hash = (hash ^ (unsigned char)name.at[i]) * UINT64_C(0x100000001B3);
	return hash;
}

void sarif_names_add(struct sarif_names *names, struct slice name, size_t component, size_t index)
{
	if (names->all.len == SARIF_NAMES_MAX || index > UINT32_MAX)
		return;
	vec_push(&names->all, ((struct sarif_name){ sarif_hash(name), (uint32_t)component, (uint32_t)index }));
	names->sorted = false;
}

static int compare(const void *a, const void *b)
{
	const struct sarif_name *left = a, *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	if (left->component != right->component)
		return left->component < right->component ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

const struct sarif_name *sarif_names_find(struct sarif_names *names, struct slice name, const struct sarif_name **end)
{
	size_t low = 0, high = names->all.len;

	if (high == 0)
		return NULL;
	uint64_t hash = sarif_hash(name);
	if (!names->sorted)
		qsort(names->all.items, names->all.len, sizeof(*names->all.items), compare);
	names->sorted = true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (names->all.items[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < names->all.len && names->all.items[high].hash == hash; high++)
		;
	*end = names->all.items + high;
	return low < high ? names->all.items + low : NULL;
}
