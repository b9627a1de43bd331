/* SPDX-License-Identifier: MIT */
/* push_once.c — starts on a store, and pushes one envelope into it, as the agent does. For trying to kill.
 *
 * usage: push-once CONFIG STATE [ENVELOPE]
 * Prints the serials in force at the start and at the end, 0 for none. 0 ok, 1 refused or failed. */
#include "store/store.h"

#include "host/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

static uint64_t serial_of(const struct policy *p) {
        return p ? policy_serial(p) : 0;
}

static int push(struct store *s, const char *path, struct policy **in_force, struct err *err) {
        auto_free uint8_t *envelope = NULL;
        auto_policy p = NULL;
        size_t size;
        int r = file_read(AT_FDCWD, path, POLICY_TEXT_MAX, &envelope, &size);

        if (r < 0)
                return err_errno(err, r, "%s", path);
        r = store_check(s, bytes_of(envelope, size), NULL, &p, err);
        if (r == 0)
                r = store_install(s, bytes_of(envelope, size), p, false, err);
        if (r < 0)
                return r;
        policy_free(*in_force);
        *in_force = TAKE(p);
        return 0;
}

int main(int argc, char **argv) {
        auto_store s = NULL;
        auto_policy p = NULL;
        struct err err = { "" };
        int r;

        if (argc != 3 && argc != 4)
                return 2;
        r = store_open(argv[1], argv[2], &s, &err);
        if (r == 0)
                r = store_load(s, &p, &err);
        if (r == 0 && err.text[0])
                (void)fprintf(stderr, "note: %s\n", err.text);
        (void)printf("%" PRIu64 "\n", serial_of(p));
        if (r == 0 && argc == 4)
                r = push(s, argv[3], &p, &err);
        if (r < 0)
                (void)fprintf(stderr, "%s\n", err.text);
        (void)printf("%" PRIu64 "\n", serial_of(p));
        return r < 0;
}
