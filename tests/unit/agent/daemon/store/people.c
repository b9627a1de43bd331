/* SPDX-License-Identifier: MIT */
/* Which user names may name a file. */
#include "store/factors.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(factors_name_is_fit, .timeout = 10);

Test(factors_name_is_fit, of_names_that_people_have) {
        static const char *const fit[] = {
                "tanaka", "t",    "tanaka.taro", "tanaka_2", "CITY\\tanaka", "tanaka@city.example",
                "host$",  "_apt", "a.recover",   "recovery"
        };
        char longest[130];

        for (size_t i = 0; i < sizeof fit / sizeof *fit; i++)
                cr_expect(factors_name_is_fit(fit[i]), "%s", fit[i]);
        memset(longest, 'a', sizeof longest);
        longest[128] = '\0';
        cr_expect(factors_name_is_fit(longest));
}

Test(factors_name_is_fit, of_nothing_that_could_be_another_file) {
        static const char *const hostile[] = { "",          ".",    "..",   ".a",
                                               "-a",        "a/b",  "/a",   "a b",
                                               "a\n",       "a\tb", "田中", "a\x80",
                                               "a:b",       "a,b",  "a*",   "tanaka.recovery",
                                               ".recovery", "a\x7f" };
        char longer[130];

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_not(factors_name_is_fit(hostile[i]), "'%s'", hostile[i]);
        memset(longer, 'a', sizeof longer);
        longer[129] = '\0';
        cr_expect_not(factors_name_is_fit(longer));
}
