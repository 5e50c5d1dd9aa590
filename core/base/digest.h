/*
 * SHA-256 (FIPS 180-4), by nettle, in digest.c alone. Bodies of samples are
 * addressed by it: their content is untrusted, so collisions must not be makeable.
 */
#ifndef AITIA_BASE_DIGEST_H
#define AITIA_BASE_DIGEST_H

#include <stdint.h>

#include "core/base/slice.h"

#define DIGEST_BYTES 32
#define DIGEST_HEX_LEN 64

struct digest {
	uint8_t bytes[DIGEST_BYTES];
};

struct digest digest_of(struct slice content);
void digest_hex(const struct digest *digest, char out[DIGEST_HEX_LEN + 1]);

/* A digest over several fields: each is preceded by its length, so that
 * ("ab","c") and ("a","bc") differ; an absent slice differs from an empty one. */
struct digest_builder;
struct digest_builder *digest_begin(void);                        /* to be ended */
void digest_field(struct digest_builder *builder, struct slice field);
void digest_number(struct digest_builder *builder, int64_t number);
struct digest digest_end(struct digest_builder *builder);         /* frees the builder */

#endif
