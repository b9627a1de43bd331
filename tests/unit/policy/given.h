/* SPDX-License-Identifier: MIT */
/* given.h — policies and devices for these tests, in a line each. */
#pragma once

#include "decision/policy.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                                           \
        "sekimori: 1\nserial: 7\ntitle: 試験\nissued: 2026-12-01T09:00:00+09:00\n"                                   \
        "valid: {from: 2026-12-01, until: 2027-03-31}\ncontact: 情報政策課\n"                                     \
        "signers: {threshold: 1, certificates: [PEM]}\n"
#define HEAD_LINES 7

/* 2026-12-02 is a Wednesday, local day 20789. */
#define WEDNESDAY 20789
#define AT(weekday_after, hour, minute_)                                                                               \
        (&(struct moment){ .day = WEDNESDAY + (weekday_after), .minute = (hour)*60 + (minute_) })
#define NOON AT(0, 12, 0)

/* Compile HEAD and `rest`; a failure fails the test with its reason. */
static inline struct policy *given(const char *rest) {
        struct policy *p = NULL;
        struct err err = { 0 };
        char *text = NULL;

        cr_assert(asprintf(&text, HEAD "%s", rest) > 0);
        cr_assert_eq(policy_compile(bytes_text(text), &p, &err), 0, "%s", err.text);
        free(text);
        return p;
}

/* The reason why `text` is refused; "" where it is not. Static. */
static inline const char *refusal(struct bytes text) {
        static struct err err;
        struct policy *p = NULL;

        err = (struct err){ 0 };
        if (policy_compile(text, &p, &err) == 0)
                policy_free(p);
        return err.text;
}

static inline const char *refusal_of(const char *rest) {
        char *text = NULL;
        const char *why;

        cr_assert(asprintf(&text, HEAD "%s", rest) > 0);
        why = refusal(bytes_text(text));
        free(text);
        return why;
}

#define TRIPLE(n, k, s, p)                                                                                             \
        { .configuration = 1, .number = (n), .klass = (k), .subclass = (s), .protocol = (p) }

static inline struct device_facts a_stick(void) {
        return (struct device_facts){ .bus = BUS_USB,
                                      .vendor = 0x0951,
                                      .product = 0x1666,
                                      .n_interfaces = 1,
                                      .interfaces = { TRIPLE(0, 0x08, 0x06, 0x50) },
                                      .serial = "E0D55EA573F5F3A0",
                                      .name = "DataTraveler 3.0",
                                      .port = "1-2",
                                      .fingerprint = { 0xab, 0xcd } };
}

static inline struct device_facts a_keyboard(void) {
        return (struct device_facts){ .bus = BUS_USB,
                                      .vendor = 0x046d,
                                      .product = 0xc31c,
                                      .n_interfaces = 2,
                                      .interfaces = { TRIPLE(0, 0x03, 0x01, 0x01), TRIPLE(1, 0x03, 0x00, 0x00) },
                                      .name = "USB Keyboard",
                                      .port = "1-1" };
}

/* A keyboard that carries storage. */
static inline struct device_facts a_disguise(void) {
        return (struct device_facts){ .bus = BUS_USB,
                                      .vendor = 0x046d,
                                      .product = 0xc31c,
                                      .n_interfaces = 2,
                                      .interfaces = { TRIPLE(0, 0x03, 0x01, 0x01), TRIPLE(1, 0x08, 0x06, 0x50) } };
}

static inline struct device_facts a_device_of(uint8_t klass, uint8_t subclass, uint8_t protocol) {
        return (struct device_facts){ .bus = BUS_USB,
                                      .vendor = 1,
                                      .product = 2,
                                      .n_interfaces = 1,
                                      .interfaces = { TRIPLE(0, klass, subclass, protocol) } };
}
