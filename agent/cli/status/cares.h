/* SPDX-License-Identifier: MIT */
/* cares.h — cares: things at a terminal that need a person, and what to type about them. Knows the members of `status
 * --json`, and not where they come from: this terminal's agent, or a file that was collected. */
#pragma once

#include "text/words.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define CARE_TEXT 1280

struct care {
        const char *id; /* a name for programs: "no-policy", "expired" … */
        bool is_so;
        const char *text; /* one line with the command; "" where it is not so. Not escaped: neither is the answer */
};

/* Call `told` for every care, whether it is so or not, those of people first. Returns how many are so. */
typedef void care_told(void *ctx, const struct care *care);
size_t cares_tell(const json_t *status, enum language l, care_told *told, void *ctx);

/* The lists of names that the cares of people are about, from all pages of the agent's answer: the member "people". */
json_t *cares_of_people(const json_t *people);

/* The agent did not answer: what `status --json` says then. */
#define STATE_SILENT "silent"
