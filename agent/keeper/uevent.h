/* SPDX-License-Identifier: MIT */
/* uevent.h — one uevent of the kernel, as its netlink socket brings it. Only names and numbers that the kernel made. */
#pragma once

#include "base/bytes.h"

#define UEVENT_MAX 8192
#define UEVENT_PATH 512
#define UEVENT_WORD 64

struct uevent {
        char action[UEVENT_WORD]; /* add, remove, change … */
        char path[UEVENT_PATH];   /* beneath /sys, without a leading slash: devices/… */
        char subsystem[UEVENT_WORD], type[UEVENT_WORD], name[UEVENT_WORD]; /* "" where there is none */
        uint32_t major, minor;
        uint64_t diskseq; /* 0: none */
        uint64_t seq;     /* the kernel's sequence number of uevents */
};

/* -EBADMSG: not a uevent, or longer than it may be. */
int uevent_decode(struct bytes from, struct uevent *ret);

/* A socket for the kernel's own uevents, not udev's. Never blocks. -errno. */
int uevent_listen(void);

/* 1: *ret is set; 0: none now (messages that are not the kernel's are skipped); -ENOBUFS: some were lost; -EBADMSG: one
 * could not be read. */
int uevent_receive(int fd, struct uevent *ret);
