/* SPDX-License-Identifier: MIT */
/* sysfs_dirs.c — opens the directories with O_NOFOLLOW; a device's path is the target of its sysfs symlink without
 * the leading `../`. See sysfs_dirs.h. */
#include "keeper/system/sysfs_dirs.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int sysfs_dirs_directory(const char *path, int *ret, struct err *err) {
        *ret = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        return *ret < 0 ? err_errno(err, -errno, "%s", path) : 0;
}

int sysfs_dirs_open(struct sysfs_dirs *g, struct err *err) {
        int r;

        *g = (struct sysfs_dirs){ -1, -1, -1, -1, -1 };
        if ((r = sysfs_dirs_directory("/sys", &g->sys, err)) < 0
            || (r = sysfs_dirs_directory("/proc", &g->proc, err)) < 0
            || (r = sysfs_dirs_directory("/etc", &g->etc, err)) < 0
            || (r = sysfs_dirs_directory("/dev", &g->dev, err)) < 0)
                return r;
        return sysfs_dirs_directory("/run", &g->run, err);
}

void sysfs_dirs_close(struct sysfs_dirs *g) {
        cleanup_close(&g->sys);
        cleanup_close(&g->proc);
        cleanup_close(&g->etc);
        cleanup_close(&g->dev);
        cleanup_close(&g->run);
        *g = (struct sysfs_dirs){ -1, -1, -1, -1, -1 };
}

int sysfs_dirs_block(const struct sysfs_dirs *g, const char *link, char ret[SYSFS_DIRS_PATH]) {
        return file_sysfs_link(g->sys, link, ret, SYSFS_DIRS_PATH);
}
