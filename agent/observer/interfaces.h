/* SPDX-License-Identifier: MIT */
/* interfaces.h — a set of distinct interfaces, as one reader of descriptors saw them. Knows no reader. */
#pragma once

#include "decision/facts.h"

struct interfaces {
        uint8_t n;
        bool overfull; /* there was at least one more than fits */
        struct interface_facts of[FACTS_INTERFACES];
};

/* Adding what is there already changes nothing. */
void interfaces_add(struct interfaces *set, struct interface_facts one);

/* Ordered by configuration, number, class, subclass, protocol. */
void interfaces_sort(struct interfaces *set);

/* The same members, whatever the order they were seen in. */
bool interfaces_equal(const struct interfaces *a, const struct interfaces *b);
