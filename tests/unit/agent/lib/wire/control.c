/* SPDX-License-Identifier: MIT */
/* The control socket's bytes. */
#include "wire/control.h"

#include "base/cleanup.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

static struct control_reply a_reply(void) {
        struct control_reply r = { .code = 1 };

        (void)snprintf(r.reason, sizeof r.reason, "署名者が足りません");
        return r;
}

Test(control_request, comes_back_as_it_went) {
        uint8_t packet[CONTROL_MAX];
        enum control_request type;
        size_t n = control_request_encode(CONTROL_PUSH, packet);

        cr_assert_eq(control_request_decode(bytes_of(packet, n), &type), 0);
        cr_expect_eq(type, CONTROL_PUSH);
}

Test(control_request, anything_else_is_refused) {
        static const char beyond[] = { CONTROL_VERSION, CONTROL_REQUESTS };
        static const struct {
                const char *bytes;
                size_t n;
                const char *why;
        } hostile[] = {
                { "", 0, "empty" },         { "\1", 1, "no type" },           { "\1\0", 2, "type 0" },
                { beyond, 2, "beyond" },    { "\1\377", 2, "far beyond" },    { "\2\1", 2, "another version" },
                { "\0\1", 2, "version 0" }, { "\1\1\0", 3, "trailing byte" },
        };
        enum control_request type;

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(control_request_decode(bytes_of(hostile[i].bytes, hostile[i].n), &type), -EBADMSG, "%s",
                             hostile[i].why);
}

Test(control_reply, comes_back_as_it_went) {
        struct control_reply sent = a_reply(), got;
        uint8_t packet[CONTROL_MAX];

        cr_assert_eq(control_reply_decode(bytes_of(packet, control_reply_encode(&sent, packet)), &got), 0);
        cr_expect_eq(got.code, 1);
        cr_expect_str_eq(got.reason, sent.reason);
}

Test(control_reply, every_truncation_is_refused) {
        struct control_reply sent = a_reply(), got;
        uint8_t packet[CONTROL_MAX];
        size_t n = control_reply_encode(&sent, packet);

        for (size_t i = 0; i < n; i++)
                cr_expect_eq(control_reply_decode(bytes_of(packet, i), &got), -EBADMSG, "%zu of %zu bytes", i, n);
        cr_expect_eq(control_reply_decode(bytes_of(packet, n + 1), &got), -EBADMSG, "one byte more");
}

Test(control_reply, a_code_that_is_none_is_refused) {
        struct control_reply sent = a_reply(), got;
        uint8_t packet[CONTROL_MAX];
        size_t n = control_reply_encode(&sent, packet);

        for (unsigned code = 0; code < 256; code++) {
                packet[1] = (uint8_t)code;
                cr_expect_eq(control_reply_decode(bytes_of(packet, n), &got),
                             code == 0 || code == 1 || code == 3 ? 0 : -EBADMSG, "%u", code);
        }
}

Test(memfd, sealed_ones_are_told_from_others) {
        auto_fd sealed = memfd_sealed("test", bytes_text("x")), open_one = memfd_create("test", MFD_ALLOW_SEALING);

        cr_assert_geq(sealed, 0);
        cr_expect(memfd_is_sealed(sealed));
        cr_expect_not(memfd_is_sealed(open_one));
        cr_expect_not(memfd_is_sealed(0));
        cr_expect_eq(write(sealed, "y", 1), -1);
}
