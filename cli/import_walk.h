/*
 * Which files an import reads: those that were named, and those of named folders, in
 * the order of the names within each folder, so that the same tree gives the same import.
 *
 * Hidden folders (.git) are left out. Links to files are followed; links to folders that
 * are met in a folder are not, so that a walk ends and stays where it was sent.
 */
#ifndef AITIA_CLI_IMPORT_WALK_H
#define AITIA_CLI_IMPORT_WALK_H

#include <stdatomic.h>
#include <sys/types.h>

#include "cli/options.h"
#include "core/base/vec.h"

struct import_input {
	const char *path;
	bool found;          /* in a folder: nobody named it */
	bool identified;     /* the next two are known: it is there, and not standard input */
	dev_t device;
	ino_t inode;
};

/* What was met and is no file, or a folder that cannot be read. */
struct import_obstacle {
	const char *path, *reason;
};

struct import_inputs {
	VEC_OF(struct import_input) files;
	VEC_OF(struct import_obstacle) passed; /* sockets, links to nowhere and to folders */
	VEC_OF(struct import_obstacle) faults; /* folders that cannot be read */
	bool has_folder;
};

/* Texts live in the arena. Ends early when `cancel` (may be NULL) is raised. */
void import_walk(struct arena *arena, const struct option_words *words, const atomic_bool *cancel,
		 struct import_inputs *out);
void import_inputs_release(struct import_inputs *inputs);

#endif
