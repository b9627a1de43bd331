/* SPDX-License-Identifier: MIT */
/* verify_report.h — what `audit verify` answers, for people or for programs. Each returns an enum exit_code. */
#pragma once

#include "audit/verify.h"

#include <stdbool.h>

struct audit_report {
        bool json;
        bool key_named;              /* --pub: the caller vouches for the key, which did not come with the log */
        struct verify_mark expected; /* --expect; number 0: nothing */
};

/* The first line that is not what the agent wrote. */
int report_fault(const struct audit_report *p, const char *path, const struct verify_fault *fault);

/* verify_end() said no with that code: records are missing, or it cannot be told. */
int report_end(const struct audit_report *p, int why_code, const struct err *why);

/* Everything fits together. EXIT_OK where it is known whose log it is, too. */
int report_whole(const struct audit_report *p, const struct verify *v);
