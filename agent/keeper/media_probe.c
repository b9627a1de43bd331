/* SPDX-License-Identifier: MIT */
/* media_probe.c — a forked process opens the disk read-only and closes all but it and the socket; then seccomp allows
 * reading this descriptor only, the ioctls of libblkid, and sendmsg of the answer. See media_probe.h. */
#include "keeper/media_probe.h"

#include "host/file.h"
#include "host/listing.h"
#include "host/sandbox.h"
#include "wire/keeper.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/blkzoned.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#define DISK_FD 3 /* the only two descriptors that it keeps */
#define LINE_FD 4
#define SECTOR 512 /* the kernel's unit, whatever the disk's sector size */

/* Allowed beside memory calls and the rules below. Any other call answers EPERM. */
static const int allowed[] = { SCMP_SYS(fadvise64) };

/* What libblkid asks a block device. */
static const unsigned long questions[] = { BLKGETSIZE64, BLKSSZGET, BLKGETZONESZ, CDROM_GET_CAPABILITY,
                                           CDROM_LAST_WRITTEN };
#define QUESTIONS (sizeof questions / sizeof *questions)

int media_probe_lock(int disk, int to) {
        const struct sandbox_limits limits = { .file_bytes = 0, .locked_bytes = 0, .memory_bytes = 128 << 20 };
        struct sandbox_rule rules[5 + QUESTIONS] = {
                { SCMP_SYS(read), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)disk) },
                { SCMP_SYS(pread64), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)disk) },
                { SCMP_SYS(sendmsg), SCMP_ACT_ALLOW, 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)to) },
                { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };
        int r;

        for (size_t i = 0; i < QUESTIONS; i++)
                rules[5 + i] = (struct sandbox_rule){ SCMP_SYS(ioctl), SCMP_ACT_ALLOW, 1,
                                                      SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)questions[i]) };
        r = sandbox_give_up(&limits);
        return r < 0 ? r
                     : sandbox_forbid(SCMP_ACT_ERRNO(EPERM), SANDBOX_MEMORY, allowed, sizeof allowed / sizeof *allowed,
                                      rules, sizeof rules / sizeof *rules);
}

_Noreturn void media_probe_shut_in(int fd, int to, uint64_t size, const struct span *spans, size_t n) {
        uint8_t raw[KEEPER_MEDIUM_SIZE];
        struct medium_facts m;

        if (media_probe_lock(fd, to) < 0)
                _exit(1);
        m = medium_examine(fd, size, spans, n);
        keeper_medium_encode(&m, raw);
        _exit(socket_send(to, raw, sizeof raw, -1) < 0);
}

static uint64_t media_probe_number(int dir, const char *name, const char *attribute) {
        char file[64 + NAME_MAX], text[32];

        (void)snprintf(file, sizeof file, "%.255s/%s", name, attribute);
        return file_read_line(dir, file, text, sizeof text) > 0 ? strtoull(text, NULL, 10) : 0;
}

/* The number of partitions, at most SPANS_MAX + 1. */
static size_t spans_of(const struct media_probe_target *at, struct span ret[SPANS_MAX + 1]) {
        auto_fd dir = directory_open(at->dirs->sys, at->path);
        auto_dir all = dir < 0 ? NULL : listing_open(dir, ".");
        struct dirent *entry;
        size_t n = 0;

        while (all && n <= SPANS_MAX && (entry = readdir(all)))
                if (entry->d_name[0] != '.' && media_probe_number(dir, entry->d_name, "partition"))
                        ret[n++] = (struct span){ media_probe_number(dir, entry->d_name, "start") * SECTOR,
                                                  media_probe_number(dir, entry->d_name, "size") * SECTOR };
        return n;
}

static int disk_of(const struct media_probe_target *at) {
        int fd = openat(at->dirs->dev, at->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), status;
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0 || !S_ISBLK(st.st_mode) || major(st.st_rdev) != at->node.major
            || minor(st.st_rdev) != at->node.minor)
                _exit(1);
        status = ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT); /* other disks do not know this ioctl */
        if (status >= 0 && status != CDS_DISC_OK && status != CDS_NO_INFO)
                _exit(1);
        return fd;
}

/* Opening and querying may block as long as the disk likes: that blocks this process, not the keeper. */
static void media_probe_run(int line, const void *ctx) {
        const struct media_probe_target *at = ctx;
        struct pollfd go = { .fd = line, .events = POLLIN };
        struct span spans[SPANS_MAX + 1];
        uint64_t size = 0;
        size_t n;
        char c;
        int disk;

        if (poll(&go, 1, -1) != 1 || socket_receive(line, &c, 1, NULL) != 1)
                _exit(1);
        disk = disk_of(at);
        if (at->rescan)
                (void)ioctl(disk, BLKRRPART); /* fails while a partition is in use: the kernel has the table then */
        if (socket_send(line, "", 1, -1) < 0 || ioctl(disk, BLKGETSIZE64, &size) < 0)
                _exit(1);
        n = spans_of(at, spans);
        disk = fcntl(disk, F_DUPFD_CLOEXEC, 16), line = fcntl(line, F_DUPFD_CLOEXEC, 16);
        if (dup3(disk, DISK_FD, O_CLOEXEC) < 0 || dup3(line, LINE_FD, O_CLOEXEC) < 0)
                _exit(1);
        (void)syscall(SYS_close_range, LINE_FD + 1, ~0U, 0);
        media_probe_shut_in(DISK_FD, LINE_FD, size, spans, n);
}

int media_probe_start(const struct media_probe_target *at, struct child *ret, struct err *err) {
        return child_fork(media_probe_run, at, ret, err);
}

int media_probe_go(const struct child *c) {
        return socket_send(c->fd, "", 1, -1);
}

enum media_probe_word media_probe_hear(const struct child *c, struct medium_facts *ret) {
        uint8_t raw[KEEPER_MEDIUM_SIZE + 1];
        ssize_t n = socket_receive(c->fd, raw, sizeof raw, NULL);

        if (n == -EAGAIN)
                return MEDIA_PROBE_NOTHING;
        if (n == 1)
                return MEDIA_PROBE_OPENED;
        return n > 0 && keeper_medium_decode(bytes_of(raw, (size_t)n), ret) == 0 ? MEDIA_PROBE_DONE
                                                                                 : MEDIA_PROBE_FAILED;
}
