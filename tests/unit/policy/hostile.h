/* SPDX-License-Identifier: MIT */
/* hostile.h — tables of texts that are no policy, each with its place and its reason. */
#pragma once

#include "unit/policy/given.h"

/* What stands behind HEAD; line numbers count from there. */
struct hostile {
        const char *text;
        unsigned line, column;
        const char *reason; /* is part of what is said */
};

#define EXPECT_REFUSED(row, head_lines, why)                                                                           \
        do {                                                                                                           \
                char place_[32];                                                                                       \
                (void)snprintf(place_, sizeof place_, "%u:%u: ", (row).line + (head_lines), (row).column);             \
                cr_expect(strncmp(why, place_, strlen(place_)) == 0, "%s\n is refused at %s not at %s", (row).text,    \
                          why, place_);                                                                                \
                cr_expect(strstr(why, (row).reason) != NULL, "%s\n is refused with: %s\n not: %s", (row).text, why,    \
                          (row).reason);                                                                               \
                cr_expect(strchr(why, '\n') == NULL, "one line");                                                      \
        } while (0)

static inline void expect_refused(const struct hostile *rows, size_t n) {
        for (size_t i = 0; i < n; i++) {
                const char *why = refusal_of(rows[i].text);

                EXPECT_REFUSED(rows[i], HEAD_LINES, why);
        }
}
#define EXPECT_ALL_REFUSED(rows) expect_refused(rows, sizeof(rows) / sizeof *(rows))
