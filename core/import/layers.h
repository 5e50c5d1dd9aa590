/*
 * What may lie around a text: gzip, zstd, UTF-16, UTF-32, one in another up to three deep.
 * Each layer is taken off whole, into a temporary file, before an importer sees anything:
 * importers seek, and a file that is damaged at its end must not be taken by half.
 */
#ifndef AITIA_CORE_IMPORT_LAYERS_H
#define AITIA_CORE_IMPORT_LAYERS_H

#include "core/import/import.h"

/* Replaces *fd (a regular file; closed then) by a temporary file of the plain text, if
 * there are layers; *packed tells of one that was packing. STATUS_INPUT: damaged, truncated,
 * or a bomb (unpack_limit_bytes() of the outermost file); STATUS_OUTPUT: the temporary
 * folder is full or not there; STATUS_CANCELLED. What is odd goes to options->note. */
enum status layers_take_off(int *fd, bool *packed, const struct import_options *options, struct error *err) MUST_CHECK;

/* A copy of what `from` still has to give, in a new temporary file: for pipes. */
enum status layers_spool(int from, int *fd, const struct import_options *options, struct error *err) MUST_CHECK;

/* Up to `want` bytes from `offset`; short only at the end of the file. */
enum status layers_read_at(int fd, char *into, size_t want, uint64_t offset, size_t *got, struct error *err) MUST_CHECK;

#endif
