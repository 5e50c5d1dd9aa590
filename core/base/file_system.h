/* What kind of file system a path lies on. */
#ifndef AITIA_BASE_FILE_SYSTEM_H
#define AITIA_BASE_FILE_SYSTEM_H

/* The name ("NFS") of a file system that other computers may write to at the same time, or
 * that may be one (FUSE); NULL: a local one, or it cannot be told. */
const char *file_network_system(const char *path);

#endif
