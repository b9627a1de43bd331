/* SPDX-License-Identifier: MIT */
/* What comes in a memfd is hostile until it is a sealed JSON object. */
#include "control/parcel.h"

#include "base/cleanup.h"
#include "wire/control.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/mman.h>

Test(parcel_open, only_a_sealed_object_is_read) {
        static const struct {
                const char *text, *why;
        } hostile[] = {
                { "", "nothing" },
                { "[]", "an array" },
                { "7", "a number" },
                { "{", "cut" },
                { "{}{}", "two objects" },
                { "{\"a\":1,\"a\":2}", "twice" },
                { "{\"a\":\"\\u0000\"}", "NUL" },
                { "{\"a\":\xff}", "bytes" },
        };
        json_t *o = NULL;

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_fd fd = memfd_sealed("x", bytes_text(hostile[i].text));

                cr_expect_eq(parcel_open(fd, &o), -EBADMSG, "%s", hostile[i].why);
        }
        {
                auto_fd open_one = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);
                auto_free char *large = calloc(1, PARCEL_MAX + 1);
                auto_fd too_large = memfd_sealed("x", bytes_of(large, PARCEL_MAX + 1));

                cr_expect_eq(parcel_open(open_one, &o), -EPERM);
                cr_expect_eq(parcel_open(-1, &o), -EPERM);
                cr_expect_eq(parcel_open(too_large, &o), -EFBIG);
        }
}

Test(parcel_open, every_truncation_is_refused) {
        static const char text[] = "{\"user\":\"hanako\",\"factor\":\"recovery\"}";
        json_t *o = NULL;

        for (size_t n = 0; n < sizeof text - 1; n++) {
                auto_fd fd = memfd_sealed("x", bytes_of(text, n));

                cr_expect_eq(parcel_open(fd, &o), -EBADMSG, "%zu bytes", n);
        }
}
