/* SPDX-License-Identifier: MIT */
/* usbguard_line.h — a cursor over one line of rules.conf, and the values that may stand there. For usbguard_rule.c. */
#pragma once

#include "base/quote.h"
#include "cli/policy/usbguard_rule.h"

struct usbguard_line {
        struct bytes at;
        const uint8_t *from;
        unsigned number;
        char *text; /* where the next value goes: there is room for the whole line */
        struct err *err;
};

/* The next byte, or -1 at the end. */
static inline int usbguard_peek(const struct usbguard_line *l) {
        return l->at.left ? l->at.at[0] : -1;
}

static inline bool usbguard_is_blank(int c) {
        return c == ' ' || c == '\t';
}

struct place usbguard_here(const struct usbguard_line *l);

/* What stands there up to a blank, for an error. */
struct quoted usbguard_seen(const struct usbguard_line *l);

/* Read one value of that attribute: *ret is its text. -EBADMSG. */
int usbguard_value_read(struct usbguard_line *l, enum usbguard_key key, const char **ret);
