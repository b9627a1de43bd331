/* SPDX-License-Identifier: MIT */
/* kernel.c — a thread that watches each `authorized`, `remove` and port's `disable` with inotify and reads
 * drivers_probe and each driver's `bind`, which are FIFOs; it writes bConfigurationValue, makes or removes `driver`
 * links, and lets devices leave and come back. See kernel.h. */
#include "support/kernel.h"

#include "support/ports.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCHED 256

/* The drivers that are registered, by the class that each matches. */
static const struct {
        const char *class, *driver;
} drivers[] = {
        { "01", "snd-usb-audio" }, { "02", "cdc_ether" }, { "03", "usbhid" },    { "07", "usblp" },
        { "08", "usb-storage" },   { "09", "hub" },       { "0a", "cdc_ether" }, { "0e", "uvcvideo" },
        { "e0", "btusb" },         { "ff", "ftdi_sio" },
};
#define DRIVERS (sizeof drivers / sizeof *drivers)

struct watched {
        int watch, removal, port;
        char path[512]; /* empty: forgotten */
        char hub[640];  /* the port's directory */
        bool away;
};

struct kernel {
        pthread_t thread;
        pthread_mutex_t lock;
        int changes, stop;
        int probe[DRIVERS + 1]; /* each driver's `bind`; the last is drivers_probe */
        char bus[512];
        struct kernel_voice voice;
        struct watched devices[WATCHED];
        unsigned n;
};

/* The first two characters, as far as there are any. */
static void read_two(const char *path, const char *name, char to[static 3]) {
        char file[1024];
        ssize_t n;
        int fd;

        (void)snprintf(file, sizeof file, "%s/%s", path, name);
        fd = open(file, O_RDONLY | O_CLOEXEC);
        n = fd < 0 ? 0 : read(fd, to, 2);
        to[n < 0 ? 0 : n] = '\0';
        if (fd >= 0)
                (void)close(fd);
}

static char first_character(const char *path, const char *name) {
        char text[3];

        read_two(path, name, text);
        return text[0];
}

/* bind_store(), drivers_probe_store(): only what the kernel would bind is bound, to a driver that matches. `driver`
 * DRIVERS: any. */
static void bind_interface(const struct watched *d, const char *name, size_t driver) {
        char interface[1024], link[1100], target[128], class[3];

        (void)snprintf(interface, sizeof interface, "%s/%s", d->path, name);
        if (first_character(d->path, "authorized") != '1' || first_character(interface, "authorized") != '1')
                return;
        read_two(interface, "bInterfaceClass", class);
        (void)snprintf(link, sizeof link, "%s/driver", interface);
        for (size_t i = 0; i < DRIVERS; i++) {
                if (strcmp(drivers[i].class, class) != 0
                    || (driver < DRIVERS && strcmp(drivers[i].driver, drivers[driver].driver) != 0))
                        continue;
                (void)snprintf(target, sizeof target, "subsystem/drivers/%s", drivers[i].driver);
                if (symlink(target, link) < 0)
                        return; /* bound already */
        }
}

/* The pipe holds names, with or without a newline behind each; names of interfaces begin with their device's. */
static void probe(struct kernel *k, size_t driver) {
        char text[4096];
        ssize_t n = read(k->probe[driver], text, sizeof text - 1);

        if (n <= 0)
                return;
        text[n] = '\0';
        for (unsigned i = 0; i < k->n; i++) {
                struct dirent *e;
                DIR *directory = k->devices[i].path[0] && !k->devices[i].away ? opendir(k->devices[i].path) : NULL;

                while (directory && (e = readdir(directory))) {
                        if (strchr(e->d_name, ':') && strstr(text, e->d_name))
                                bind_interface(&k->devices[i], e->d_name, driver);
                }
                if (directory)
                        (void)closedir(directory);
        }
}

/* usb_deauthorize_device(): no configuration, no drivers, interfaces back to their default. */
static void deauthorize(const struct watched *d) {
        DIR *directory = opendir(d->path);
        struct dirent *e;

        while (directory && (e = readdir(directory))) {
                char interface[1024], link[1100];

                if (!strchr(e->d_name, ':'))
                        continue;
                (void)snprintf(interface, sizeof interface, "%s/%s", d->path, e->d_name);
                (void)snprintf(link, sizeof link, "%s/driver", interface);
                (void)unlink(link);
                file_write(interface, "authorized", "0\n");
        }
        if (directory)
                (void)closedir(directory);
        file_write(d->path, "bConfigurationValue", "");
}

static void authorized_changed(struct kernel *k, int watch) {
        for (unsigned i = 0; i < k->n; i++) {
                const struct watched *d = &k->devices[i];

                if (d->watch != watch || !d->path[0] || d->away)
                        continue;
                if (first_character(d->path, "authorized") == '1')
                        file_write(d->path, "bConfigurationValue", "1\n");
                else
                        deauthorize(d);
        }
}

/* disable_store(), remove_store(): what was written once is there until the device is back. */
static void port_changed(struct kernel *k, int watch) {
        for (unsigned i = 0; i < k->n; i++) {
                struct watched *d = &k->devices[i];
                char aside[600], text[16];

                if ((d->removal != watch && d->port != watch) || !d->path[0])
                        continue;
                (void)snprintf(aside, sizeof aside, "%s/.away%u", k->bus, i);
                if (!d->away && (port_written(d->path, "remove", text) || port_written(d->hub, "disable", text))) {
                        deauthorize(d);
                        port_empties(d->path);
                        k->voice.say(k->voice.ctx, d->path, "remove");
                        port_leaves(d->path, aside);
                        d->away = true;
                }
                if (d->away && d->port == watch && port_written(d->hub, "disable", text) && strchr(text, '0')) {
                        file_write(d->hub, "disable", "");
                        port_comes_back(d->path, aside);
                        k->voice.say(k->voice.ctx, d->path, "add");
                        d->away = false;
                }
        }
}

static void read_changes(struct kernel *k) {
        char buffer[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
        ssize_t n = read(k->changes, buffer, sizeof buffer);

        for (ssize_t i = 0; i < n;) {
                const struct inotify_event *e = (const struct inotify_event *)(buffer + i);

                if (e->mask & IN_MODIFY) {
                        authorized_changed(k, e->wd);
                        port_changed(k, e->wd);
                }
                i += (ssize_t)(sizeof *e + e->len);
        }
}

static void *run(void *ctx) {
        struct kernel *k = ctx;
        struct pollfd ends[DRIVERS + 3] = { { k->changes, POLLIN, 0 }, { k->stop, POLLIN, 0 } };

        for (size_t i = 0; i <= DRIVERS; i++)
                ends[i + 2] = (struct pollfd){ k->probe[i], POLLIN, 0 };
        while (poll(ends, DRIVERS + 3, -1) > 0 && !ends[1].revents) {
                (void)pthread_mutex_lock(&k->lock);
                if (ends[0].revents)
                        read_changes(k);
                for (size_t i = 0; i <= DRIVERS; i++)
                        if (ends[i + 2].revents)
                                probe(k, i);
                (void)pthread_mutex_unlock(&k->lock);
        }
        return NULL;
}

static int pipe_make(const char *bus, const char *name) {
        char pipe[600];
        int fd;

        (void)snprintf(pipe, sizeof pipe, "%s/%s", bus, name);
        if (mkfifo(pipe, 0666) == 0)
                assert(chmod(pipe, 0666) == 0);
        fd = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        assert(fd >= 0);
        return fd;
}

struct kernel *kernel_start(const char *bus, const struct kernel_voice *voice) {
        struct kernel *k = calloc(1, sizeof *k);
        char name[600];

        assert(k);
        (void)snprintf(k->bus, sizeof k->bus, "%s", bus);
        k->voice = *voice;
        for (size_t i = 0; i < DRIVERS; i++) {
                (void)snprintf(name, sizeof name, "%s/drivers/%s", bus, drivers[i].driver);
                (void)mkdir(name, 0755);
                (void)snprintf(name, sizeof name, "drivers/%s/bind", drivers[i].driver);
                k->probe[i] = pipe_make(bus, name);
        }
        k->probe[DRIVERS] = pipe_make(bus, "drivers_probe");
        k->changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        k->stop = eventfd(0, EFD_CLOEXEC);
        assert(k->changes >= 0 && k->stop >= 0);
        (void)pthread_mutex_init(&k->lock, NULL);
        assert(pthread_create(&k->thread, NULL, run, k) == 0);
        return k;
}

static int kernel_hear(struct kernel *k, const char *path, const char *name) {
        char file[600];
        int watch;

        (void)snprintf(file, sizeof file, "%s/%s", path, name);
        watch = inotify_add_watch(k->changes, file, IN_MODIFY);
        assert(watch >= 0);
        return watch;
}

void kernel_watch(struct kernel *k, const char *path) {
        struct watched *d;

        (void)pthread_mutex_lock(&k->lock);
        d = &k->devices[k->n++];
        assert(k->n < WATCHED);
        (void)snprintf(d->path, sizeof d->path, "%s", path);
        d->watch = kernel_hear(k, path, "authorized");
        d->removal = kernel_hear(k, path, "remove");
        port_of(path, d->hub, sizeof d->hub);
        d->port = kernel_hear(k, d->hub, "disable");
        (void)pthread_mutex_unlock(&k->lock);
}

void kernel_forget(struct kernel *k, const char *path) {
        (void)pthread_mutex_lock(&k->lock);
        for (unsigned i = 0; i < k->n; i++) {
                if (strcmp(k->devices[i].path, path) == 0)
                        k->devices[i].path[0] = '\0';
        }
        (void)pthread_mutex_unlock(&k->lock);
}

/* An event is in its queue before the write that made it returns, and is taken out and acted upon under the lock. */
bool kernel_is_idle(struct kernel *k) {
        int changes = 1, waiting = 0;

        (void)pthread_mutex_lock(&k->lock);
        (void)ioctl(k->changes, FIONREAD, &changes);
        for (size_t i = 0; i <= DRIVERS; i++) {
                int written = 1;

                (void)ioctl(k->probe[i], FIONREAD, &written);
                waiting += written;
        }
        (void)pthread_mutex_unlock(&k->lock);
        return changes == 0 && waiting == 0;
}

void kernel_stop(struct kernel *k) {
        const uint64_t one = 1;

        assert(write(k->stop, &one, sizeof one) == sizeof one);
        (void)pthread_join(k->thread, NULL);
        for (size_t i = 0; i <= DRIVERS; i++)
                (void)close(k->probe[i]);
        (void)close(k->changes);
        (void)close(k->stop);
        free(k);
}
