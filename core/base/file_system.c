#include "core/base/file_system.h"

#include <stddef.h>

#ifdef __linux__
#include <sys/vfs.h>

/* statfs(2) and the kernel's include/uapi/linux/magic.h; FUSE is what sshfs and many
 * others are made with, and does not say which. */
static const struct {
	unsigned long magic;
	const char *name;
} network_systems[] = {
	{ 0x6969, "NFS" },	  { 0x517B, "SMB" },	    { 0xFF534D42, "CIFS" },   { 0xFE534D42, "SMB" },
	{ 0x65735546, "FUSE" },	  { 0x01021997, "9P" },	    { 0x00C36400, "Ceph" },   { 0x0BD00BD0, "Lustre" },
	{ 0x5346414F, "AFS" },	  { 0x6B414653, "AFS" },    { 0x73757245, "Coda" },   { 0x47504653, "GPFS" },
	{ 0x19830326, "BeeGFS" }, { 0x564C, "NCP" },
};

const char *file_network_system(const char *path)
{
	struct statfs info;

	if (statfs(path, &info) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(network_systems) / sizeof(network_systems[0]); i++)
		if (((unsigned long)info.f_type & 0xFFFFFFFF) == network_systems[i].magic)
			return network_systems[i].name;
	return NULL;
}
#else
const char *file_network_system(const char *path)
{
	(void)path;
	return NULL;
}
#endif
