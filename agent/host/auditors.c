/* SPDX-License-Identifier: MIT */
/* auditors.c — see auditors.h. */
#include "host/auditors.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

int auditors_admit(int dirfd, const char *name, mode_t mode) {
        const struct group *auditors = geteuid() == 0 ? getgrnam("sekimori-audit") : NULL;

        if (!auditors)
                return 0;
        if (!name)
                return fchown(dirfd, 0, auditors->gr_gid) < 0 || fchmod(dirfd, mode) < 0 ? -errno : 0;
        if (fchownat(dirfd, name, 0, auditors->gr_gid, AT_SYMLINK_NOFOLLOW) < 0 || fchmodat(dirfd, name, mode, 0) < 0)
                return -errno;
        return 0;
}
