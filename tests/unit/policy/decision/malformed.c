/* SPDX-License-Identifier: MIT */
/* malformed.c — names read back the same; what a rule may accept, and what counts where there is more. */
#include "decision/malformed.h"

#include <criterion/criterion.h>

Test(malformed_name, reads_back_the_same) {
        for (enum malformed m = MALFORMED_NOT + 1; m < MALFORMED_COUNT; m++)
                cr_expect_eq(malformed_from_name(malformed_name(m)), m, "%s", malformed_name(m));
        cr_expect_str_eq(malformed_name(MALFORMED_NOT), "");
        cr_expect_str_eq(malformed_name(MALFORMED_COUNT), "");
        cr_expect_eq(malformed_from_name(""), MALFORMED_NOT);
        cr_expect_eq(malformed_from_name("totallength"), MALFORMED_NOT);
        cr_expect_eq(malformed_from_name(NULL), MALFORMED_NOT);
}

Test(malformed_is_acceptable, three_are) {
        unsigned acceptable = 0;

        for (enum malformed m = MALFORMED_NOT; m < MALFORMED_COUNT; m++)
                acceptable += malformed_is_acceptable(m);
        cr_expect_eq(acceptable, 3);
        cr_expect_not(malformed_is_acceptable(MALFORMED_NOT));
        cr_expect_not(malformed_is_acceptable(MALFORMED_READERS_DIFFER));
}

Test(malformed_graver, what_no_rule_can_accept_counts) {
        cr_expect_eq(malformed_graver(MALFORMED_NOT, MALFORMED_NOT), MALFORMED_NOT);
        cr_expect_eq(malformed_graver(MALFORMED_NOT, MALFORMED_TOTAL_LENGTH), MALFORMED_TOTAL_LENGTH);
        cr_expect_eq(malformed_graver(MALFORMED_TOTAL_LENGTH, MALFORMED_NOT), MALFORMED_TOTAL_LENGTH);
        cr_expect_eq(malformed_graver(MALFORMED_TOTAL_LENGTH, MALFORMED_ENDPOINTS_MISSING), MALFORMED_TOTAL_LENGTH);
        cr_expect_eq(malformed_graver(MALFORMED_TOTAL_LENGTH, MALFORMED_IDENTITY), MALFORMED_IDENTITY);
        cr_expect_eq(malformed_graver(MALFORMED_IDENTITY, MALFORMED_TOTAL_LENGTH), MALFORMED_IDENTITY);
        cr_expect_eq(malformed_graver(MALFORMED_NESTED, MALFORMED_IDENTITY), MALFORMED_NESTED);
}
