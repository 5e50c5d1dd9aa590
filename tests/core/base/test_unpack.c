/* Unpacking: whole, in pieces of every size, several parts, cut, damaged, followed by something. */
#include "base_test.h"

#include "core/base/strbuf.h"
#include "core/base/unpack.h"
#include "packed.h"

struct outcome {
	enum status status;
	struct error error;
	struct slice text; /* in the arena */
	uint64_t garbage, garbage_offset;
};

static struct outcome unpack(struct arena *arena, enum packing packing, struct slice packed, size_t piece, size_t room)
{
	struct unpacker *unpacker = unpacker_open(packing);
	struct strbuf text = STRBUF_INIT;
	struct outcome outcome = { .status = STATUS_OK };
	char *out = arena_alloc(arena, room);

	for (size_t at = 0; at < packed.len_bytes && outcome.status == STATUS_OK; at += piece) {
		struct slice in = { packed.at + at, packed.len_bytes - at < piece ? packed.len_bytes - at : piece };
		size_t made;
		do {
			size_t before = in.len_bytes;
			outcome.status = unpacker_step(unpacker, &in, out, room, &made, &outcome.error);
			assert_true(made <= room);
			assert_true(made > 0 || in.len_bytes < before || before == 0 || outcome.status != STATUS_OK);
			strbuf_add(&text, out, made);
		} while (outcome.status == STATUS_OK && (in.len_bytes || made == room));
	}
	if (outcome.status == STATUS_OK)
		outcome.status = unpacker_end(unpacker, &outcome.error);
	outcome.garbage = unpacker_garbage(unpacker, &outcome.garbage_offset);
	outcome.text = arena_slice(arena, strbuf_slice(&text));
	strbuf_release(&text);
	unpacker_free(unpacker);
	return outcome;
}

static struct slice pack(struct arena *arena, enum packing packing, struct slice plain)
{
	return packing == PACKING_GZIP ? pack_gzip(arena, plain) : pack_zstd(arena, plain, 0);
}

static const enum packing packings[] = { PACKING_GZIP, PACKING_ZSTD };

/* Text that does not pack to nothing. */
static struct slice sample_text(struct arena *arena, size_t len)
{
	char *text = arena_alloc(arena, len);
	uint32_t seed = 1;

	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		text[i] = (char)(seed >> 28 ? 'a' + (seed >> 24) % 26 : '\n');
	}
	return (struct slice){ text, len };
}

static void assert_text(struct outcome outcome, struct slice expected)
{
	if (outcome.status != STATUS_OK)
		fail_msg("%s", outcome.error.text);
	assert_slice(outcome.text, expected.at, expected.len_bytes);
}

static void assert_says(struct outcome outcome, const char *part)
{
	assert_int_equal(outcome.status, STATUS_INPUT);
	if (!strstr(outcome.error.text, part))
		fail_msg("\"%s\" does not say \"%s\"", outcome.error.text, part);
}

static void test_recognition(void **state)
{
	(void)state;
	assert_int_equal(packing_of(SLICE("\x1F\x8B")), PACKING_GZIP);
	assert_int_equal(packing_of(SLICE("\x1F\x8B\x08\x00")), PACKING_GZIP);
	assert_int_equal(packing_of(SLICE("\x28\xB5\x2F\xFD")), PACKING_ZSTD);
	assert_int_equal(packing_of(SLICE("\x50\x2A\x4D\x18\x00")), PACKING_ZSTD);
	assert_int_equal(packing_of(SLICE("\x5F\x2A\x4D\x18")), PACKING_ZSTD);
	assert_int_equal(packing_of(SLICE("\x60\x2A\x4D\x18")), PACKING_NONE);
	assert_int_equal(packing_of(SLICE("\x1F")), PACKING_NONE);
	assert_int_equal(packing_of(SLICE("\x28\xB5\x2F")), PACKING_NONE);
	assert_int_equal(packing_of(SLICE("")), PACKING_NONE);
	assert_int_equal(packing_of(SLICE("{\"code\":1}")), PACKING_NONE);
	assert_string_equal(packing_name(PACKING_GZIP), "gzip");
	assert_string_equal(packing_name(PACKING_ZSTD), "zstd");
}

static void test_pieces_of_all_sizes(void **state)
{
	struct fixture *f = *state;
	static const size_t sizes[] = { 1, 2, 3, 5, 17, 1000, 65536, 1000000 };
	struct slice text = sample_text(&f->arena, 200000);

	for (size_t p = 0; p < ARRAY_LEN(packings); p++) {
		struct slice packed = pack(&f->arena, packings[p], text);
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			assert_text(unpack(&f->arena, packings[p], packed, sizes[i], 4096), text);
			assert_text(unpack(&f->arena, packings[p], packed, 4096, sizes[i]), text);
		}
		/* A room that the output fills to the last byte. */
		assert_text(unpack(&f->arena, packings[p], packed, packed.len_bytes, text.len_bytes), text);
		assert_text(unpack(&f->arena, packings[p], pack(&f->arena, packings[p], SLICE("")), 1, 1), SLICE(""));
	}
}

static void test_several_parts(void **state)
{
	struct fixture *f = *state;
	struct slice skippable = SLICE("\x53\x2A\x4D\x18\x05\x00\x00\x00hello");

	for (size_t p = 0; p < ARRAY_LEN(packings); p++) {
		struct slice packed = pack(&f->arena, packings[p], SLICE("first\n"));
		packed = join(&f->arena, packed, pack(&f->arena, packings[p], SLICE("")));
		packed = join(&f->arena, packed, pack(&f->arena, packings[p], SLICE("second\n")));
		for (size_t piece = 1; piece <= packed.len_bytes; piece++)
			assert_text(unpack(&f->arena, packings[p], packed, piece, 3), SLICE("first\nsecond\n"));
		if (packings[p] != PACKING_ZSTD)
			continue;
		packed = join(&f->arena, skippable, join(&f->arena, packed, skippable));
		for (size_t piece = 1; piece <= packed.len_bytes; piece++)
			assert_text(unpack(&f->arena, packings[p], packed, piece, 3), SLICE("first\nsecond\n"));
		assert_text(unpack(&f->arena, packings[p], skippable, 1, 3), SLICE(""));
	}
}

static void test_cut_at_every_byte(void **state)
{
	struct fixture *f = *state;

	for (size_t p = 0; p < ARRAY_LEN(packings); p++) {
		struct slice first = pack(&f->arena, packings[p], sample_text(&f->arena, 100));
		struct slice both = join(&f->arena, first, pack(&f->arena, packings[p], sample_text(&f->arena, 60)));
		for (size_t len = 0; len < both.len_bytes; len++) {
			struct outcome outcome = unpack(&f->arena, packings[p], (struct slice){ both.at, len }, 7, 50);
			char says[64];
			if (len == first.len_bytes) {
				assert_text(outcome, sample_text(&f->arena, 100));
				continue;
			}
			snprintf(says, sizeof(says), "is truncated: it ends at byte %zu, inside", len);
			assert_says(outcome, says);
			assert_int_equal(outcome.garbage, 0);
		}
	}
}

/* The checksums see every change of a byte, but for those that mean nothing. */
static void test_damage_at_every_byte(void **state)
{
	struct fixture *f = *state;
	struct slice text = sample_text(&f->arena, 300);

	for (size_t p = 0; p < ARRAY_LEN(packings); p++) {
		struct slice packed = pack(&f->arena, packings[p], text);
		size_t refused = 0;
		for (size_t at = 0; at < packed.len_bytes; at++) {
			char *copy = arena_text(&f->arena, packed);
			copy[at] ^= 0x11;
			struct outcome outcome = unpack(&f->arena, packings[p], (struct slice){ copy, packed.len_bytes }, 64, 64);
			refused += outcome.status != STATUS_OK;
			if (outcome.status == STATUS_OK)
				assert_slice(outcome.text, text.at, text.len_bytes);
		}
		/* gzip: time, extra flags and system in its header are free to be anything. */
		assert_true(refused + (packings[p] == PACKING_GZIP ? 6 : 0) >= packed.len_bytes);
	}
	struct slice packed = pack_gzip(&f->arena, text);
	char *copy = arena_text(&f->arena, packed);
	copy[packed.len_bytes - 5] ^= 1; /* CRC-32 (RFC 1952, 2.3.1) */
	assert_says(unpack(&f->arena, PACKING_GZIP, (struct slice){ copy, packed.len_bytes }, 64, 64), "damaged (incorrect data check)");
	packed = pack_zstd(&f->arena, text, 0);
	copy = arena_text(&f->arena, packed);
	copy[packed.len_bytes - 1] ^= 1;
	assert_says(unpack(&f->arena, PACKING_ZSTD, (struct slice){ copy, packed.len_bytes }, 64, 64), "checksum");
	assert_says(unpack(&f->arena, PACKING_GZIP, SLICE("no gzip"), 64, 64), "byte 1 of the gzip data: it is damaged");
}

static void test_what_follows(void **state)
{
	struct fixture *f = *state;
	static const struct {
		struct slice tail;
		uint64_t garbage;
	} tails[] = {
		{ { "\0\0\0\0\0", 5 }, 0 }, { { "\n", 1 }, 1 }, { { "trailing garbage", 16 }, 16 }, { { "\0\0garbage", 9 }, 7 },
		{ { "\x1F\x8C", 2 }, 2 }, { { "\x28\xB5\x2Fx", 4 }, 4 }, { { "x\x1F\x8B\x08\x28\xB5\x2F\xFD", 8 }, 8 },
	};

	for (size_t p = 0; p < ARRAY_LEN(packings); p++) {
		struct slice packed = pack(&f->arena, packings[p], SLICE("text\n"));
		for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
			struct slice all = join(&f->arena, packed, tails[i].tail);
			for (size_t piece = 1; piece <= all.len_bytes; piece++) {
				struct outcome outcome = unpack(&f->arena, packings[p], all, piece, 64);
				assert_text(outcome, SLICE("text\n"));
				assert_int_equal(outcome.garbage, tails[i].garbage);
				if (outcome.garbage)
					assert_int_equal(outcome.garbage_offset, all.len_bytes - tails[i].garbage);
			}
		}
	}
}

static void test_windows(void **state)
{
	struct fixture *f = *state;
	struct slice text = sample_text(&f->arena, 1000);

	assert_text(unpack(&f->arena, PACKING_ZSTD, pack_zstd(&f->arena, text, 27), 64, 64), text);
	assert_says(unpack(&f->arena, PACKING_ZSTD, pack_zstd(&f->arena, text, 28), 64, 64), "more than 128 MiB of memory");
	assert_says(unpack(&f->arena, PACKING_ZSTD, pack_zstd(&f->arena, text, 31), 64, 64), "zstd --long=31 -dc FILE");
	/* RFC 8878, 3.1.1.1: a frame header that names a dictionary, and a raw block. */
	assert_says(unpack(&f->arena, PACKING_ZSTD, SLICE("\x28\xB5\x2F\xFD\x21\x07\x01\x09\x00\x00x"), 64, 64), "dictionary");
}

static void test_limits(void **state)
{
	const uint64_t mib = 1024 * 1024;

	(void)state;
	assert_int_equal(unpack_limit_bytes(0), 256 * mib);
	assert_int_equal(unpack_limit_bytes(mib), 256 * mib);
	assert_int_equal(unpack_limit_bytes(2 * mib), 400 * mib);
	assert_int_equal(unpack_limit_bytes(1024 * mib), 64 * 1024 * mib);
	assert_int_equal(unpack_limit_bytes(UINT64_MAX), 64 * 1024 * mib);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_recognition), unit(test_pieces_of_all_sizes), unit(test_several_parts),
		unit(test_cut_at_every_byte), unit(test_damage_at_every_byte), unit(test_what_follows),
		unit(test_windows), unit(test_limits),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
