/* Compiler attributes under short names; empty where the compiler has none. */
#ifndef AITIA_BASE_ATTR_H
#define AITIA_BASE_ATTR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define NONNULL_ALL __attribute__((nonnull))
#define RETURNS_NONNULL __attribute__((returns_nonnull))
#define FALLTHROUGH __attribute__((fallthrough))
#define NORETURN __attribute__((noreturn))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
