/* SPDX-License-Identifier: MIT */
/* cover.h — compares two rules: does one match everything that the other matches? */
#pragma once

#include "decision/rule.h"

/* True only where it is certain: `wide` holds at any time and for anybody, and each of its keys is implied by
 * `narrow`'s. False says nothing. */
bool rule_covers_rule(const struct policy *p, const struct rule *wide, const struct rule *narrow);

/* False only where it is certain that no device fits both. */
bool rules_may_meet(const struct policy *p, const struct rule *a, const struct rule *b);

/* The first rule before `rule` that leaves it nothing to decide, or RULE_NONE. */
int rule_shadow(const struct policy *p, int rule);
