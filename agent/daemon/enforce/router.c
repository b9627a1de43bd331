/* SPDX-License-Identifier: MIT */
/* router.c — 0 or 1 to sysfs `authorized`; 0 only if the domain's `deauthorization` is 1. See router.h. */
#include "enforce/router.h"

#include "enforce/tree.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN "/domain"

enum outcome router_recognise(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note) {
        auto_fd fd = directory_open(u->devices, s->path);
        char id[FACTS_STRING];
        ssize_t n = fd < 0 ? fd : file_read_line(fd, "unique_id", id, sizeof id);

        if (n >= 0 && strcmp(id, s->facts.serial) == 0) {
                *ret_fd = take_fd(&fd);
                return OUTCOME_DONE;
        }
        (void)err_errno(note, n < 0 ? (int)n : -ENODEV, "%s", s->path);
        return n < 0 ? outcome_of((int)n) : OUTCOME_GONE;
}

/* ".../domain0" above the device says whether the kernel can deauthorize it (its own connection manager can, the
 * firmware's cannot). */
static bool can_be_taken_back(struct usb *u, const char *path) {
        const char *mark = strstr(path, DOMAIN), *end = mark ? strchr(mark + 1, '/') : NULL;
        char domain[SIGHTING_PATH];
        auto_fd dir = -1;
        unsigned can;

        (void)snprintf(domain, sizeof domain, "%.*s", end ? (int)(end - path) : 0, path);
        dir = end ? directory_open(u->devices, domain) : -1;
        return dir >= 0 && number_read(dir, "deauthorization", &can) == 0 && can == 1;
}

static enum outcome let_in(int fd, unsigned now, const char *path, struct err *note) {
        int r = now ? 0 : number_put(fd, "authorized", 1);

        if (r == 0)
                return OUTCOME_DONE;
        (void)err_errno(note, r, "%s/authorized", path);
        return outcome_of(r);
}

static enum outcome cut_off(struct usb *u, int fd, unsigned now, const char *path, struct err *note) {
        int r = !now ? 0 : can_be_taken_back(u, path) ? number_put(fd, "authorized", 0) : -ENOTSUP;

        if (r == 0)
                return OUTCOME_DONE;
        (void)err_say_errno(note, r,
                            "%s は、ファームウェアなどがすでに使えるようにしたもので、取り外すまで止められません",
                            "%s was let in by the firmware or by somebody else, and stays in until it is pulled", path);
        return outcome_of(r);
}

enum outcome router_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                          struct err *note) {
        unsigned now = 0;
        int r = number_read(device_fd, "authorized", &now);

        if (r == -ENOENT && faccessat(device_fd, "unique_id", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
                if (v->action == ACTION_DENY)
                        return OUTCOME_DONE; /* the firmware lets no PCI Express through, to any device */
                (void)err_say(note, -EPERM, "%s: ファームウェアが PCI Express を通していません",
                              "%s: the firmware lets no PCI Express through", s->path);
                return OUTCOME_FAILED;
        }
        if (r < 0) {
                (void)err_errno(note, r, "%s/authorized", s->path);
                return outcome_of(r);
        }
        return v->action == ACTION_DENY ? cut_off(u, device_fd, now, s->path, note)
                                        : let_in(device_fd, now, s->path, note);
}
