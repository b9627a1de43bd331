/* SPDX-License-Identifier: MIT */
/* What a notification server that reads markup is shown as it is. */
#include "notifier/markup.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(markup_escape, .timeout = 5);

Test(markup_escape, no_letter_is_a_tag) {
        char to[128];

        markup_escape("<b>情報政策課</b> & \"IT\" 'x' <a href=\"http://evil/\">", to, sizeof to);
        cr_expect_str_eq(to, "&lt;b&gt;情報政策課&lt;/b&gt; &amp; &quot;IT&quot; &#39;x&#39; &lt;a "
                             "href=&quot;http://evil/&quot;&gt;");
        markup_escape("", to, sizeof to);
        cr_expect_str_eq(to, "");
}

Test(markup_escape, is_cut_neither_inside_a_character_nor_inside_an_entity) {
        static const char text[] = "a&<情\"政'x", whole[] = "a&amp;&lt;情&quot;政&#39;x";
        static const size_t ends[] = { 0, 1, 6, 10, 13, 19, 22, 27, 28 };

        for (size_t size = 1; size <= sizeof whole; size++) {
                char to[sizeof whole];
                size_t most = 0;

                memset(to, 'x', sizeof to);
                markup_escape(text, to, size);
                for (size_t i = 0; i < sizeof ends / sizeof *ends && ends[i] < size; i++)
                        most = ends[i];
                cr_expect_eq(strlen(to), most, "%zu", size);
                cr_expect_eq(strncmp(to, whole, most), 0, "%zu: %s", size, to);
        }
}
