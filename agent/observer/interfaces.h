/* SPDX-License-Identifier: MIT */
/* interfaces.h — a set of distinct interfaces, as one reader of descriptors saw them. Knows no reader. */
#pragma once

#include "decision/facts.h"

struct interfaces {
        uint8_t n;
        bool overfull;                               /* there was at least one more than fits */
        uint64_t ccid;                               /* as in struct device_facts */
        struct interface_facts of[FACTS_INTERFACES]; /* ordered by configuration, number, class, subclass, protocol */
};

/* Adding what is there already changes nothing, but that it is a card reader only if each of those added is one.
 * `ccid`: a CCID class descriptor belongs to it. */
void interfaces_add(struct interfaces *set, struct interface_facts one, bool ccid);

/* The same members, and the same card readers among them. */
bool interfaces_equal(const struct interfaces *a, const struct interfaces *b);
