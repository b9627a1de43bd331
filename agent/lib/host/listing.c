/* SPDX-License-Identifier: MIT */
/* listing.c — openat with O_NOFOLLOW, so with a reading position of its own, then fdopendir. See listing.h. */
#include "host/listing.h"

#include <fcntl.h>

DIR *listing_open(int dirfd, const char *name) {
        auto_fd fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        DIR *d = fd < 0 ? NULL : fdopendir(fd);

        if (d)
                (void)take_fd(&fd); /* the stream's now */
        return d;
}
