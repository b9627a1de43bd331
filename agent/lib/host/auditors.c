/* SPDX-License-Identifier: MIT */
/* auditors.c — setfsgid to the group, fchownat, setfsgid back: so CAP_CHOWN is not needed. See auditors.h. */
#include "host/auditors.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

/* An owner may give a file to a group that it is in: setfsgid puts us there for this moment, and CAP_CHOWN is not
 * needed. */
static int auditors_give(int fd, const char *name, gid_t group) {
        int r;

        (void)setfsgid(group);
        r = fchownat(fd, name, (uid_t)-1, group, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) < 0 ? -errno : 0;
        (void)setfsgid(getegid());
        return r;
}

int auditors_admit(int dirfd, const char *name, mode_t mode) {
        const struct group *auditors = geteuid() == 0 ? getgrnam(AUDITORS_GROUP) : NULL;
        int r;

        if (!auditors)
                return 0;
        r = auditors_give(dirfd, name ? name : "", auditors->gr_gid);
        if (r == 0 && (name ? fchmodat(dirfd, name, mode, 0) : fchmod(dirfd, mode)) < 0)
                r = -errno;
        return r;
}

int auditors_follow(int dirfd, int fd) {
        struct stat st;

        if (geteuid() != 0)
                return 0;
        return fstat(dirfd, &st) < 0 ? -errno : auditors_give(fd, "", st.st_gid);
}
