/* Allocation, arenas, string buffers, vectors. */
#include "base_test.h"

#include <signal.h>
#include <sys/resource.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"

static void hook(void)
{
	ssize_t ignored = write(STDOUT_FILENO, "hook", 4);
	(void)ignored;
}

/* Runs `body` in a child; true when it ran the hook and then aborted. */
static bool dies_with_hook(void (*body)(void))
{
	int ends[2];
	char said[16] = "";

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		struct rlimit no_core = { 0, 0 };
		setrlimit(RLIMIT_CORE, &no_core);
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDOUT_FILENO);
		close(STDERR_FILENO);
		mem_set_exhausted_hook(hook);
		body();
		_exit(0);
	}
	close(ends[1]);
	ssize_t got = read(ends[0], said, sizeof(said) - 1);
	close(ends[0]);
	int status = 0;
	waitpid(child, &status, 0);
	return got == 4 && strcmp(said, "hook") == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* Sizes the compilers cannot see through: they warn of constants that are too large. */
static volatile size_t half = SIZE_MAX / 2;

static void realloc_overflow(void)
{
	mem_realloc(NULL, half, 3);
}

static void array_overflow(void)
{
	struct arena arena = ARENA_INIT;
	arena_array(&arena, half, 3);
}

/* ASan aborts on calls that are too large for it, before the hook, unless told not to. */
#if defined(__SANITIZE_ADDRESS__)
#define LARGE_MALLOC_DIES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LARGE_MALLOC_DIES 1
#endif
#endif

static void alloc_huge(void)
{
	mem_alloc(half - 64);
}

static void zalloc_overflow(void)
{
	mem_zalloc(half, 3);
}

static void arena_huge(void)
{
	struct arena arena = ARENA_INIT;
	arena_alloc(&arena, SIZE_MAX - 1);
}

static void strbuf_huge(void)
{
	struct strbuf buf = STRBUF_INIT;
	strbuf_reserve(&buf, half);
}

static void test_exhausted_runs_hook_and_aborts(void **state)
{
	(void)state;
	assert_true(dies_with_hook(realloc_overflow));
#ifndef LARGE_MALLOC_DIES
	assert_true(dies_with_hook(array_overflow));
	assert_true(dies_with_hook(alloc_huge));
	assert_true(dies_with_hook(zalloc_overflow));
	assert_true(dies_with_hook(arena_huge));
	assert_true(dies_with_hook(strbuf_huge));
#else
	(void)array_overflow, (void)alloc_huge, (void)zalloc_overflow, (void)arena_huge, (void)strbuf_huge;
#endif
}

static void test_mem_sizes_of_zero(void **state)
{
	(void)state;
	char *empty = mem_alloc(0), *none = mem_zalloc(0, 8), *copy = mem_strdup("");
	empty = mem_realloc(empty, 0, 4);
	assert_string_equal(copy, "");
	free(empty);
	free(none);
	free(copy);
}

static void test_arena_is_cleared_and_aligned(void **state)
{
	struct fixture *fixture = *state;

	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 3000; size += 37) {
			unsigned char *memory = arena_alloc(&fixture->arena, size);
			assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(memory[i], 0);
			memset(memory, 0xAA, size);
		}
		arena_clear(&fixture->arena);
		assert_int_equal(fixture->arena.used_bytes, 0);
	}
	int *numbers = arena_array(&fixture->arena, 10, sizeof(*numbers));
	assert_int_equal(numbers[9], 0);
}

static void test_arena_large_blocks_keep_the_newest(void **state)
{
	struct fixture *fixture = *state;
	char *before = arena_alloc(&fixture->arena, 16);
	char *large = arena_alloc(&fixture->arena, 10 << 20);
	char *after = arena_alloc(&fixture->arena, 16);

	assert_ptr_equal(after, before + 16);
	large[(10 << 20) - 1] = 1;
	assert_true(fixture->arena.used_bytes >= 10 << 20);
	arena_clear(&fixture->arena);
	assert_ptr_equal(arena_alloc(&fixture->arena, 16), before);

	/* A large first block is not kept for ever. */
	arena_release(&fixture->arena);
	arena_alloc(&fixture->arena, 10 << 20);
	arena_clear(&fixture->arena);
	assert_null(fixture->arena.newest);
}

static void test_arena_copies(void **state)
{
	struct fixture *fixture = *state;
	struct arena *arena = &fixture->arena;

	assert_null(arena_strdup(arena, NULL));
	assert_null(arena_text(arena, (struct slice){ NULL, 0 }));
	assert_null(arena_slice(arena, (struct slice){ NULL, 0 }).at);
	assert_string_equal(arena_strdup(arena, "word"), "word");
	struct slice copy = arena_slice(arena, SLICE("a\0b"));
	assert_slice_is(copy, "a\0b");
	assert_int_equal(copy.at[3], '\0');
	assert_non_null(arena_slice(arena, SLICE("")).at);
	assert_string_equal(arena_printf(arena, "%d-%s", 7, "x"), "7-x");
	assert_string_equal(arena_printf(arena, "%s", ""), "");
}

static void test_strbuf(void **state)
{
	(void)state;
	struct strbuf buf = STRBUF_INIT;

	assert_string_equal(buf.text, "");
	strbuf_truncate(&buf, 0);
	strbuf_clear(&buf);
	strbuf_add(&buf, NULL, 0);
	strbuf_addslice(&buf, (struct slice){ NULL, 0 });
	assert_int_equal(buf.capacity, 0);

	for (int i = 0; i < 1000; i++)
		strbuf_addf(&buf, "%d,", i);
	assert_int_equal(buf.len_bytes, 3890);
	assert_int_equal(strlen(buf.text), 3890);
	strbuf_truncate(&buf, 4);
	strbuf_truncate(&buf, 100);
	assert_string_equal(buf.text, "0,1,");
	strbuf_insert(&buf, 2, "abc", 3);
	strbuf_insert(&buf, 99, "!", 1);
	strbuf_insert(&buf, 0, "<", 1);
	assert_string_equal(buf.text, "<0,abc1,!");
	strbuf_remove(&buf, 3, 3);
	assert_string_equal(buf.text, "<0,1,!");
	strbuf_remove(&buf, 5, 99);
	strbuf_remove(&buf, 99, 1);
	assert_string_equal(buf.text, "<0,1,");
	strbuf_addch(&buf, '\0');
	strbuf_addstr(&buf, "z");
	assert_slice_is(strbuf_slice(&buf), "<0,1,\0z");

	char *text = strbuf_detach(&buf);
	assert_int_equal(text[6], 'z');
	free(text);
	assert_string_equal(buf.text, "");
	text = strbuf_detach(&buf); /* of an empty one, too */
	assert_string_equal(text, "");
	free(text);
	strbuf_release(&buf);
	strbuf_release(&buf);
	assert_string_equal(strbuf_empty, "");
}

static void test_vec(void **state)
{
	(void)state;
	VEC_OF(int64_t) vec = VEC_INIT;

	for (int64_t i = 0; i < 1000; i++)
		vec_push(&vec, i);
	assert_int_equal(vec.len, 1000);
	assert_int_equal(vec.items[999], 999);
	vec_clear(&vec);
	vec_release(&vec);
	assert_null(vec.items);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_exhausted_runs_hook_and_aborts),
		unit(test_mem_sizes_of_zero),
		unit(test_arena_is_cleared_and_aligned),
		unit(test_arena_large_blocks_keep_the_newest),
		unit(test_arena_copies),
		unit(test_strbuf),
		unit(test_vec),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
