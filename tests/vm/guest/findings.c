/* SPDX-License-Identifier: MIT */
/* findings — see findings.h. Identity comes from sysfs only: what the device is, not what it does. */
#define _GNU_SOURCE
#include "findings.h"

#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FINDINGS_MAX = 8192 };

static struct finding findings[FINDINGS_MAX];
static atomic_size_t findings_used; /* of which all are whole */
static pthread_mutex_t findings_lock = PTHREAD_MUTEX_INITIALIZER;

unsigned long long now_us(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (unsigned long long)t.tv_sec * 1000000ULL + (unsigned long long)t.tv_nsec / 1000ULL;
}

void attribute_read(const char *directory, const char *name, char *ret, size_t size) {
        char path[PATH_MAX];
        ssize_t n = -1;

        snprintf(path, sizeof path, "%s/%s", directory, name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
                n = read(fd, ret, size - 1);
                close(fd);
        }
        ret[n > 0 ? n : 0] = '\0';
        ret[strcspn(ret, "\n")] = '\0';
}

/* Walk up from a resolved sysfs path to the USB device it hangs on. */
static void usb_device_describe(const char *path, struct finding *f) {
        char up[PATH_MAX], vendor[8], product[8];

        snprintf(up, sizeof up, "%s", path);
        for (char *slash; (slash = strrchr(up, '/')) != NULL && slash > up; *slash = '\0') {
                attribute_read(up, "idVendor", vendor, sizeof vendor);
                if (vendor[0] == '\0')
                        continue;
                attribute_read(up, "idProduct", product, sizeof product);
                attribute_read(up, "serial", f->serial, sizeof f->serial);
                snprintf(f->id, sizeof f->id, "%s:%s", vendor, product);
                snprintf(f->usb, sizeof f->usb, "%s", slash + 1);
                return;
        }
}

struct finding *finding_known(const char *kind, const char *node, ino_t instance) {
        size_t used = atomic_load(&findings_used);

        for (size_t i = used; i-- > 0;)
                if (findings[i].instance == instance && strcmp(findings[i].node, node) == 0
                    && strcmp(findings[i].kind, kind) == 0)
                        return &findings[i];
        return NULL;
}

struct finding *finding_new(const char *kind, const char *node, const char *sysfs_link, ino_t instance,
                            const struct spinning *s) {
        struct finding *f, fresh = { .instance = instance };
        char path[PATH_MAX];

        fresh.first_ms = (now_us() - s->started_us) / 1000;
        snprintf(fresh.kind, sizeof fresh.kind, "%s", kind);
        snprintf(fresh.node, sizeof fresh.node, "%s", node);
        if (realpath(sysfs_link, path) != NULL)
                usb_device_describe(path, &fresh);
        pthread_mutex_lock(&findings_lock);
        if (findings_used == FINDINGS_MAX)
                errx(1, "more findings than one scenario can mean");
        f = &findings[findings_used];
        *f = fresh;
        atomic_fetch_add(&findings_used, 1);
        pthread_mutex_unlock(&findings_lock);
        return f;
}

static void json_string(FILE *out, const char *name, const char *text) {
        fprintf(out, "\"%s\": \"", name);
        for (; *text != '\0'; text++) {
                unsigned char c = (unsigned char)*text;

                if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
                        fprintf(out, "\\u%04x", c);
                else
                        fputc(c, out);
        }
        fputs("\", ", out);
}

static void finding_write(FILE *out, const struct finding *f) {
        fputs("  {", out);
        json_string(out, "kind", f->kind);
        json_string(out, "node", f->node);
        json_string(out, "driver", f->driver);
        json_string(out, "usb", f->usb);
        json_string(out, "id", f->id);
        json_string(out, "serial", f->serial);
        fprintf(out, "\"opens\": %u, \"writable_opens\": %u, \"bytes\": %llu, \"first_ms\": %llu}", f->opens,
                f->writable_opens, f->bytes, f->first_ms);
}

void report_write(const char *path, const struct spinning *s) {
        char fresh[PATH_MAX];

        snprintf(fresh, sizeof fresh, "%s.new", path);
        FILE *out = fopen(fresh, "we");
        if (out == NULL)
                err(1, "%s", fresh);
        fprintf(out, "{\"scans\": %llu, \"longest_gap_ms\": %llu, \"running_ms\": %llu, \"found\": [", s->scans,
                s->longest_gap_us / 1000, (now_us() - s->started_us) / 1000);
        for (size_t i = 0; i < findings_used; i++) {
                fputs(i == 0 ? "\n" : ",\n", out);
                finding_write(out, &findings[i]);
        }
        fputs("]}\n", out);
        if (fclose(out) != 0 || rename(fresh, path) < 0)
                err(1, "%s", path);
}
