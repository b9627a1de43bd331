/* SPDX-License-Identifier: MIT */
/* usbguard_rule.h — one line of usbguard-rules.conf(5), as it is written. Knows nothing of our language. */
#pragma once

#include "base/bytes.h"
#include "base/place.h"

#define USBGUARD_VALUES 64 /* the most that one attribute may list */

/* `match` and `device` are for other commands of usbguard: no rules.conf has them. */
enum usbguard_target { USBGUARD_NOTHING, USBGUARD_ALLOW, USBGUARD_BLOCK, USBGUARD_REJECT };

/* Those before USBGUARD_WITH_INTERFACE have one value in each device. */
enum usbguard_key {
        USBGUARD_ID,
        USBGUARD_NAME,
        USBGUARD_SERIAL,
        USBGUARD_VIA_PORT,
        USBGUARD_WITH_INTERFACE,
        USBGUARD_HASH,
        USBGUARD_PARENT_HASH,
        USBGUARD_CONNECT_TYPE,
        USBGUARD_IF,
        USBGUARD_LABEL,
        USBGUARD_KEYS,
};

enum usbguard_operator {
        USBGUARD_EQUALS, /* what it is without one */
        USBGUARD_EQUALS_ORDERED,
        USBGUARD_ALL_OF,
        USBGUARD_ONE_OF,
        USBGUARD_NONE_OF,
        USBGUARD_MATCH_ALL,
        USBGUARD_OPERATORS,
};

struct usbguard_set {
        struct place at; /* of the attribute's name; line 0: it is not there */
        enum usbguard_operator how;
        unsigned n;
        const char *values[USBGUARD_VALUES]; /* strings without quotes and escapes; the others as they are written */
};

struct usbguard_rule {
        enum usbguard_target target; /* USBGUARD_NOTHING: a line without a rule */
        struct place at;
        struct usbguard_set keys[USBGUARD_KEYS];
        char *texts; /* what the values point into */
};

/* "via-port". */
const char *usbguard_key_name(enum usbguard_key key);

/* The line without its end. *ret is to be deinitialised in each case. -EBADMSG: err says "line:column: reason";
 * -ENOMEM. */
int usbguard_rule_read(struct bytes line, unsigned number, struct usbguard_rule *ret, struct err *err);
void usbguard_rule_deinit(struct usbguard_rule *r);
