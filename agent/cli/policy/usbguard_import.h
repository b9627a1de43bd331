/* SPDX-License-Identifier: MIT */
/* usbguard_import.h — a rule of usbguard as one of ours, which never lets in what usbguard would have kept out: what
 * lets in more is written as a comment, and what refuses must refuse at least as much (docs/adr/0178). */
#pragma once

#include "base/language.h"
#include "cli/policy/usbguard_rule.h"

#include <stdio.h>

enum import_remark {
        IMPORT_NOT_WRITTEN,  /* an allowing rule of which this cannot be said: it became a comment */
        IMPORT_REFUSES_MORE, /* a blocking rule of which this cannot be said: it holds without it */
        IMPORT_NOTE,         /* the same devices, and yet something is different */
};

struct importing {
        FILE *to; /* the list of rules, each line indented */
        void (*say)(void *ctx, enum import_remark remark, struct place at, const char *what, const struct phrase *why);
        void *ctx;
        unsigned written, not_written; /* rules of usbguard's */
};

void usbguard_import(struct importing *import, const struct usbguard_rule *rule);
