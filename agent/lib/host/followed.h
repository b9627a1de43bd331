/* SPDX-License-Identifier: MIT */
/* followed.h — a file that symlinks may lead to by design, such as /etc/resolv.conf. Everything else of ours is opened
 * through no symlink: see file.h. */
#pragma once

#define FOLLOWED_STEPS 40 /* names that are looked up; a path with more leads nowhere */

/* Before `name` is looked up in the directory, and with "" for the file itself before it is read: whoever listens here
 * misses no change. Negative: the walk ends with that. */
typedef int followed_step(void *ctx, int fd, const char *name);

/* Open the regular file at `path` beneath root, for reading. Symlinks are followed as text: none leads out of root, and
 * those of /proc lead nowhere that their text does not say. Neither a device nor a FIFO is opened, so nothing happens
 * to one. A descriptor, or -errno; -EINVAL: not a regular file, -ELOOP: too many steps. */
int followed_open(int root, const char *path, followed_step *step, void *ctx);
