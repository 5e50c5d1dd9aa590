/* What file.c and file_set.c share. Paths are to be free()d. */
#ifndef AITIA_BASE_FILE_TEMP_H
#define AITIA_BASE_FILE_TEMP_H

#include <stdbool.h>
#include <sys/types.h>

/* A new file in the folder, its mode less umask; -1 and errno. */
int file_open_temp(const char *folder, mode_t mode, char **temp_path);
/* So that new names survive a power cut, where the file system can. */
void file_sync_folder(const char *folder);

#endif
