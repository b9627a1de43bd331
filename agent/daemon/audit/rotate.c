/* SPDX-License-Identifier: MIT */
/* rotate.c — a log is set aside by renameat2() or copy_file_range(), rotated by RENAME_EXCHANGE. See rotate.h. */
#include "audit/rotate.h"

#include "base/cleanup.h"
#include "host/auditors.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ASIDE_MAX 9999
#define ROTATED "audit-%012" PRIu64 ".jsonl"

int rotate_set_aside(int dirfd, const char *name, char *ret_name, size_t size) {
        for (int i = 1; i <= ASIDE_MAX; i++) {
                (void)snprintf(ret_name, size, "audit.torn.%d", i);
                if (renameat2(dirfd, name, dirfd, ret_name, RENAME_NOREPLACE) == 0)
                        return fsync(dirfd) < 0 ? -errno : 0;
                if (errno != EEXIST)
                        return -errno;
        }
        return -EEXIST;
}

static int make_aside(int dirfd, char *ret_name, size_t size) {
        for (int i = 1; i <= ASIDE_MAX; i++) {
                int fd;

                (void)snprintf(ret_name, size, "audit.torn.%d", i);
                fd = openat(dirfd, ret_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
                if (fd >= 0)
                        (void)auditors_follow(dirfd, fd);
                if (fd >= 0 || errno != EEXIST)
                        return fd < 0 ? -errno : fd;
        }
        return -EEXIST;
}

static int rotate_copy(int from, off_t start, off_t end, int to) {
        while (start < end) {
                ssize_t n = copy_file_range(from, &start, to, NULL, (size_t)(end - start), 0);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        return n < 0 ? -errno : -EIO;
        }
        return fsync(to) < 0 ? -errno : 0;
}

int rotate_copy_aside(int dirfd, int fd, uint64_t from, uint64_t to, char *ret_name, size_t size) {
        auto_fd aside = make_aside(dirfd, ret_name, size);
        int r = aside < 0 ? aside : rotate_copy(fd, (off_t)from, (off_t)to, aside);

        if (r == 0 && fsync(dirfd) < 0)
                r = -errno;
        if (r < 0 && aside >= 0)
                (void)unlinkat(dirfd, ret_name, 0); /* a partial copy is no evidence, and the original is unchanged */
        if (r < 0)
                ret_name[0] = '\0';
        return r;
}

uint64_t rotate_seq(const char *name) {
        char again[48];
        uint64_t seq;

        if (sscanf(name, "audit-%" SCNu64 ".jsonl", &seq) != 1)
                return 0;
        (void)snprintf(again, sizeof again, ROTATED, seq);
        return strcmp(again, name) == 0 ? seq : 0;
}

int rotate_newest(int dirfd) {
        auto_dir directory = listing_open(dirfd, ".");
        uint64_t newest = 0;
        struct dirent *entry;
        char name[48];
        int fd;

        if (!directory)
                return -errno;
        while ((entry = readdir(directory)))
                if (rotate_seq(entry->d_name) > newest)
                        newest = rotate_seq(entry->d_name);
        if (!newest)
                return -ENOENT;
        (void)snprintf(name, sizeof name, ROTATED, newest);
        fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        return fd < 0 ? -errno : fd;
}

static uint64_t first_seq(int fd) {
        char head[64] = "";
        uint64_t seq;

        if (pread(fd, head, sizeof head - 1, 0) <= 0 || sscanf(head, "{\"seq\":%" SCNu64 ",", &seq) != 1)
                return 0;
        return seq;
}

int rotate_log(int dirfd, int fd, const char *name, mode_t mode) {
        uint64_t first = first_seq(fd);
        auto_fd new_fd = -1;
        struct stat st;
        char rotated[48];

        if (!first)
                return -EBADMSG;
        (void)snprintf(rotated, sizeof rotated, ROTATED, first);
        new_fd = openat(dirfd, rotated, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
        if (new_fd < 0 || fstat(new_fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode) || st.st_size != 0) /* an empty file is left over from a crash in here */
                return -EEXIST;
        (void)auditors_follow(dirfd, new_fd);
        if (fchmod(new_fd, mode) < 0 || renameat2(dirfd, name, dirfd, rotated, RENAME_EXCHANGE) < 0 || fsync(dirfd) < 0)
                return -errno;
        return take_fd(&new_fd);
}
