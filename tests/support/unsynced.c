/* SPDX-License-Identifier: MIT */
/* unsynced.c — what a Criterion program writes need not survive a power cut: on a disk that works for others, too,
 * 20000 records would take minutes. That it is synced, and what happens where it cannot be, is tested by tests/fault.
 */
#include <fcntl.h>
#include <unistd.h>

int fsync(int fd) {
        return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

int fdatasync(int fd) {
        return fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}
