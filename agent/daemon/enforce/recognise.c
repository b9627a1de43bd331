/* SPDX-License-Identifier: MIT */
/* recognise.c — is the device at that path the one that was sighted? See usb.h. */
#include "enforce/tree.h"
#include "enforce/usb.h"
#include "host/digest.h"
#include "host/file.h"

#include <errno.h>
#include <string.h>

#define DESCRIPTORS_MAX (256 * 1024) /* 255 configurations never get near it; the kernel's own are far smaller */

enum outcome outcome_of(int r) {
        return r == -ENODEV || r == -ENOENT ? OUTCOME_GONE : OUTCOME_FAILED;
}

static bool numbers_are(int fd, const struct sighting *s) {
        unsigned busnum, devnum;

        return number_read(fd, "busnum", &busnum) == 0 && number_read(fd, "devnum", &devnum) == 0 && busnum == s->busnum
               && devnum == s->devnum;
}

/* Compares the device's numbers and descriptor bytes with the sighting. */
static int is_sighted(int fd, const struct sighting *s) {
        auto_free uint8_t *raw = NULL;
        uint8_t digest[FACTS_DIGEST];
        size_t size;
        int r;

        if (!numbers_are(fd, s))
                return -ENODEV;
        r = file_read(fd, "descriptors", DESCRIPTORS_MAX, &raw, &size);
        if (r < 0)
                return r;
        r = digest_sha256(bytes_of(raw, size), digest);
        if (r < 0)
                return r;
        return memcmp(digest, s->descriptors, sizeof digest) == 0 ? 0 : -ENODEV;
}

enum outcome usb_recognise(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note) {
        auto_fd fd = directory_open(u->devices, s->path);
        int r = fd < 0 ? fd : is_sighted(fd, s);

        if (r == 0) {
                *ret_fd = take_fd(&fd);
                return OUTCOME_DONE;
        }
        if (fd >= 0)
                (void)number_set(fd, "authorized", 0);
        (void)err_errno(note, r, "%s", s->path);
        return outcome_of(r);
}

bool usb_is_there(struct usb *u, const struct sighting *s) {
        auto_fd fd = directory_open(u->devices, s->path);

        return fd >= 0 && numbers_are(fd, s);
}
