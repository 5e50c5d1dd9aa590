#include "core/base/digest.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "core/base/mem.h"

/* What stands in front of each field; part of what is stored, so never to be changed. */
enum field_tag { FIELD_ABSENT = 'a', FIELD_BYTES = 'b', FIELD_NUMBER = 'n' };

/* Most fields are shorter than the call that hashes them is long: they are put together. */
#define PENDING_BYTES 512

struct digest_builder {
	struct sha256_ctx sha256;
	size_t pending_bytes;
	uint8_t pending[PENDING_BYTES];
};

static void update(struct sha256_ctx *sha256, struct slice bytes)
{
	if (bytes.len_bytes)
		sha256_update(sha256, bytes.len_bytes, (const uint8_t *)bytes.at);
}

struct digest digest_of(struct slice content)
{
	struct sha256_ctx sha256;
	struct digest digest;

	sha256_init(&sha256);
	update(&sha256, content);
	sha256_digest(&sha256, sizeof(digest.bytes), digest.bytes);
	return digest;
}

void digest_hex(const struct digest *digest, char out[DIGEST_HEX_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[digest->bytes[i] >> 4];
		out[2 * i + 1] = digits[digest->bytes[i] & 15];
	}
	out[DIGEST_HEX_LEN] = '\0';
}

struct digest_builder *digest_begin(void)
{
	struct digest_builder *builder = mem_alloc(sizeof(*builder));

	sha256_init(&builder->sha256);
	builder->pending_bytes = 0;
	return builder;
}

static void flush(struct digest_builder *builder)
{
	sha256_update(&builder->sha256, builder->pending_bytes, builder->pending);
	builder->pending_bytes = 0;
}

static void add(struct digest_builder *builder, const void *bytes, size_t len_bytes)
{
	if (len_bytes > PENDING_BYTES - builder->pending_bytes)
		flush(builder);
	if (len_bytes > PENDING_BYTES) {
		sha256_update(&builder->sha256, len_bytes, bytes);
		return;
	}
	memcpy(builder->pending + builder->pending_bytes, bytes, len_bytes);
	builder->pending_bytes += len_bytes;
}

/* The tag and eight bytes, most significant first. */
static void add_tagged(struct digest_builder *builder, enum field_tag tag, uint64_t number)
{
	uint8_t bytes[9] = { (uint8_t)tag };

	for (int i = 0; i < 8; i++)
		bytes[1 + i] = (uint8_t)(number >> (56 - 8 * i));
	add(builder, bytes, sizeof(bytes));
}

void digest_field(struct digest_builder *builder, struct slice field)
{
	add_tagged(builder, field.at ? FIELD_BYTES : FIELD_ABSENT, field.len_bytes);
	if (field.at && field.len_bytes)
		add(builder, field.at, field.len_bytes);
}

void digest_number(struct digest_builder *builder, int64_t number)
{
	add_tagged(builder, FIELD_NUMBER, (uint64_t)number);
}

struct digest digest_end(struct digest_builder *builder)
{
	struct digest digest;

	flush(builder);
	sha256_digest(&builder->sha256, sizeof(digest.bytes), digest.bytes);
	free(builder);
	return digest;
}
