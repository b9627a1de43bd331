/* SPDX-License-Identifier: MIT */
/* match.h — does a rule's `match:` fit a device, and which of its interfaces? Knows no conditions and no order. */
#pragma once

#include "decision/rule.h"

/* A device, looked at once for all rules. */
struct device_view {
        const struct device_facts *facts;
        uint32_t kinds[FACTS_INTERFACES]; /* of each interface */
        uint32_t class_kinds;             /* of the device's own class; 0: that adds nothing */
        uint64_t all;                     /* a bit for each interface */
        uint64_t unread;                  /* generic HID whose report descriptor was not read */
        uint64_t supposed;                /* taken for security keys by each rule that allows, not only in part */
};

/* The facts must be neither malformed nor without interfaces. */
struct device_view view_of(const struct device_facts *f);

/* The interfaces that the rule's match covers: all of them, or with `partial:` some; 0 where it does not fit. A rule
 * that denies with `partial:` fits as soon as one interface does. */
uint64_t rule_covers(const struct policy *p, const struct rule *r, const struct device_view *v);
