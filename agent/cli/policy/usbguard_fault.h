/* SPDX-License-Identifier: MIT */
/* usbguard_fault.h — what of usbguard's language has no equal in ours, and why. */
#pragma once

#include "base/language.h"
#include "cli/policy/usbguard_rule.h"

/* Why the attribute cannot be said so that the rule lets in nothing more; NULL: it can, or is not there. */
const struct phrase *usbguard_fault(const struct usbguard_rule *rule, enum usbguard_key key);

/* Why the text of a label cannot stand in the name of a rule; NULL: it can. */
const struct phrase *usbguard_label_fault(const struct usbguard_set *set);
