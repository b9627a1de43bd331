/* SPDX-License-Identifier: MIT */
/* kernel.c — a thread that watches each `authorized` with inotify and reads drivers_probe, a FIFO; it writes
 * bConfigurationValue and makes or removes `driver` links. See kernel.h. */
#include "support/kernel.h"

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

struct watched {
        int watch;
        char path[512]; /* empty: forgotten */
};

struct kernel {
        pthread_t thread;
        pthread_mutex_t lock;
        int changes, probe, stop;
        char bus[512];
        struct watched devices[WATCHED];
        unsigned n;
};

static char first_character(const char *path, const char *name) {
        char file[1024], c = '\0';
        int fd;

        (void)snprintf(file, sizeof file, "%s/%s", path, name);
        fd = open(file, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return '\0';
        if (read(fd, &c, 1) != 1)
                c = '\0';
        (void)close(fd);
        return c;
}

static void write_text(const char *path, const char *name, const char *text) {
        char file[1024];
        FILE *f;

        (void)snprintf(file, sizeof file, "%s/%s", path, name);
        f = fopen(file, "we");
        assert(f);
        (void)fputs(text, f);
        (void)fclose(f);
}

/* drivers_probe_store(): only what the kernel would bind is bound. */
static void bind_interface(const struct watched *d, const char *name) {
        char interface[1024], link[1100];

        (void)snprintf(interface, sizeof interface, "%s/%s", d->path, name);
        if (first_character(d->path, "authorized") != '1' || first_character(interface, "authorized") != '1')
                return;
        (void)snprintf(link, sizeof link, "%s/driver", interface);
        if (symlink("subsystem/drivers/usb", link) < 0)
                return; /* bound already */
}

/* The pipe holds names, with or without a newline behind each; names of interfaces begin with their device's. */
static void probe(struct kernel *k) {
        char text[4096];
        ssize_t n = read(k->probe, text, sizeof text - 1);

        if (n <= 0)
                return;
        text[n] = '\0';
        for (unsigned i = 0; i < k->n; i++) {
                struct dirent *e;
                DIR *directory = k->devices[i].path[0] ? opendir(k->devices[i].path) : NULL;

                while (directory && (e = readdir(directory))) {
                        if (strchr(e->d_name, ':') && strstr(text, e->d_name))
                                bind_interface(&k->devices[i], e->d_name);
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
                write_text(interface, "authorized", "0\n");
        }
        if (directory)
                (void)closedir(directory);
        write_text(d->path, "bConfigurationValue", "");
}

static void authorized_changed(struct kernel *k, int watch) {
        for (unsigned i = 0; i < k->n; i++) {
                const struct watched *d = &k->devices[i];

                if (d->watch != watch || !d->path[0])
                        continue;
                if (first_character(d->path, "authorized") == '1')
                        write_text(d->path, "bConfigurationValue", "1\n");
                else
                        deauthorize(d);
        }
}

static void read_changes(struct kernel *k) {
        char buffer[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
        ssize_t n = read(k->changes, buffer, sizeof buffer);

        for (ssize_t i = 0; i < n;) {
                const struct inotify_event *e = (const struct inotify_event *)(buffer + i);

                if (e->mask & IN_MODIFY)
                        authorized_changed(k, e->wd);
                i += (ssize_t)(sizeof *e + e->len);
        }
}

static void *run(void *ctx) {
        struct kernel *k = ctx;
        struct pollfd ends[] = { { k->changes, POLLIN, 0 }, { k->probe, POLLIN, 0 }, { k->stop, POLLIN, 0 } };

        while (poll(ends, 3, -1) > 0 && !ends[2].revents) {
                (void)pthread_mutex_lock(&k->lock);
                if (ends[0].revents)
                        read_changes(k);
                if (ends[1].revents)
                        probe(k);
                (void)pthread_mutex_unlock(&k->lock);
        }
        return NULL;
}

struct kernel *kernel_start(const char *bus) {
        struct kernel *k = calloc(1, sizeof *k);
        char pipe[600];

        assert(k);
        (void)snprintf(k->bus, sizeof k->bus, "%s", bus);
        (void)snprintf(pipe, sizeof pipe, "%s/drivers_probe", bus);
        assert(mkfifo(pipe, 0666) == 0 && chmod(pipe, 0666) == 0);
        k->probe = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        k->changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        k->stop = eventfd(0, EFD_CLOEXEC);
        assert(k->probe >= 0 && k->changes >= 0 && k->stop >= 0);
        (void)pthread_mutex_init(&k->lock, NULL);
        assert(pthread_create(&k->thread, NULL, run, k) == 0);
        return k;
}

void kernel_watch(struct kernel *k, const char *path) {
        struct watched *d;
        char file[600];

        (void)pthread_mutex_lock(&k->lock);
        d = &k->devices[k->n++];
        assert(k->n < WATCHED);
        (void)snprintf(d->path, sizeof d->path, "%s", path);
        (void)snprintf(file, sizeof file, "%s/authorized", path);
        d->watch = inotify_add_watch(k->changes, file, IN_MODIFY);
        assert(d->watch >= 0);
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
        int changes = 1, probes = 1;

        (void)pthread_mutex_lock(&k->lock);
        (void)ioctl(k->changes, FIONREAD, &changes);
        (void)ioctl(k->probe, FIONREAD, &probes);
        (void)pthread_mutex_unlock(&k->lock);
        return changes == 0 && probes == 0;
}

void kernel_stop(struct kernel *k) {
        const uint64_t one = 1;

        assert(write(k->stop, &one, sizeof one) == sizeof one);
        (void)pthread_join(k->thread, NULL);
        (void)close(k->probe);
        (void)close(k->changes);
        (void)close(k->stop);
        free(k);
}
