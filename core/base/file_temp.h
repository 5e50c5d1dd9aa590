/* What file.c and file_set.c share. Paths are to be free()d. */
#ifndef AITIA_BASE_FILE_TEMP_H
#define AITIA_BASE_FILE_TEMP_H

#include <stdbool.h>
#include <sys/types.h>

/* To be told of a file's path before it is made; false and errno: it is not to be. */
typedef bool file_temp_noted(void *context, const char *temp_path);
/* A new file in the folder, its mode less umask; -1 and errno. `noted` may be NULL. */
int file_open_temp(const char *folder, mode_t mode, file_temp_noted *noted, void *context, char **temp_path);
/* Whether a path is named as these are. */
bool file_is_temp_name(const char *path);
/* So that new names survive a power cut, where the file system can. */
void file_sync_folder(const char *folder);

#endif
