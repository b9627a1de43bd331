/* SPDX-License-Identifier: MIT */
/* What somebody meant who mistyped, and that nothing is meant by what is like nothing. */
#include "base/nearest.h"

#include <criterion/criterion.h>

TestSuite(nearest, .timeout = 5);

/* Distances as Wikipedia's article on optimal string alignment and its examples have them. */
Test(nearest, distance_counts_letters_left_out_put_in_changed_and_swapped) {
        static const struct {
                const char *a, *b;
                unsigned distance;
        } pairs[] = {
                { "check", "check", 0 }, { "chekc", "check", 1 },     { "chck", "check", 1 }, { "checkk", "check", 1 },
                { "cjeck", "check", 1 }, { "kitten", "sitting", 3 },  { "ca", "abc", 3 },     { "", "check", 5 },
                { "check", "", 5 },      { "saturday", "sunday", 3 }, { "ab", "ba", 1 },      { "a", "b", 1 },
        };

        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
                cr_expect_eq(nearest_distance(pairs[i].a, pairs[i].b), pairs[i].distance, "%s, %s: %u", pairs[i].a,
                             pairs[i].b, nearest_distance(pairs[i].a, pairs[i].b));
}

static const char *meant(const char *typed) {
        static const char *const verbs[] = { "init", "check", "sign", "verify", "show", "diff", "--runtime-dir" };
        struct nearest n = { .typed = typed };

        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
                nearest_consider(&n, verbs[i]);
        return n.found ? n.found : "";
}

Test(nearest, the_nearest_is_found_and_what_is_far_from_all_is_not) {
        cr_expect_str_eq(meant("chekc"), "check");
        cr_expect_str_eq(meant("sing"), "sign");
        cr_expect_str_eq(meant("--run"), "--runtime-dir", "a beginning stands for it");
        cr_expect_str_eq(meant("frobnicate"), "");
        cr_expect_str_eq(meant(""), "");
        cr_expect_str_eq(meant("a word that is longer than anything there is to compare it with"), "");
}
