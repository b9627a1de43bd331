/* SPDX-License-Identifier: MIT */
/* Which language a locale's name asks for: ours, English, or none. */
#include "cli/language.h"

#include <criterion/criterion.h>

TestSuite(language_in_locale, .timeout = 5);

Test(language_in_locale, is_japanese_only_where_it_can_be_shown) {
        static const struct {
                const char *name;
                int said;
        } locales[] = {
                { "ja_JP.UTF-8", 1 },
                { "ja_JP.utf8", 1 },
                { "ja", 1 },
                { "ja_JP", 1 },
                { "ja_JP.UTF-8@x", 1 },
                { "ja_JP.eucJP", -1 },
                { "ja_JP.SJIS", -1 },
                { "en_US.UTF-8", -1 },
                { "en", -1 },
                { "en_GB", -1 },
                { "C", 0 },
                { "C.UTF-8", 0 },
                { "POSIX", 0 },
                { "de_DE.UTF-8", 0 },
                { "jam", 0 },
                { "enm_GB", 0 },
                { "", 0 },
        };

        for (size_t i = 0; i < sizeof locales / sizeof *locales; i++)
                cr_expect_eq(language_in_locale(locales[i].name), locales[i].said, "%s", locales[i].name);
}
