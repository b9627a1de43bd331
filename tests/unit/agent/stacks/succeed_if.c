/* SPDX-License-Identifier: MIT */
/* What pam_succeed_if answers where no user is needed to know it: pam_succeed_if(8) of Debian 12 and 13. */
#include "stacks/succeed_if.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(succeed_if, .timeout = 5);

#define WORDS_MAX 12

static enum succeed_if decides(const char *line, const struct stack_groups *groups) {
        static char text[256];
        const char *argv[WORDS_MAX];
        int argc = 0;

        (void)strncpy(text, line, sizeof text - 1);
        for (char *word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
                argv[argc++] = word;
        return succeed_if_decides(argc, argv, "sudo", groups);
}

Test(succeed_if, all_conditions_must_hold) {
        static const struct stack_groups groups = { .group = "empty:x:7:\nstaff:x:8:taro\nown:x:9:\n",
                                                    .passwd = "taro:x:1000:9::/:\n",
                                                    .nsswitch =
                                                            "passwd: files\ngroup:  files systemd # no directory\n" };
        static const struct {
                enum succeed_if is;
                const char *line;
        } cases[] = {
                { SUCCEEDS, "service in sudo:sudo-i" },
                { SUCCEEDS, "quiet service in su:sudo" },
                { FAILS, "service in su:su-l:sudoers" },
                { FAILS, "service notin sudo" },
                { SUCCEEDS, "service = sudo quiet" },
                { FAILS, "service != sudo" },
                { DEPENDS, "service =~ su*" },
                { DEPENDS, "uid >= 1000" },
                { FAILS, "uid >= 1000 service = login" },
                { DEPENDS, "service = sudo user ingroup staff" },
                { FAILS, "user ingroup empty" },
                { FAILS, "user ingroup missing:empty" },
                { DEPENDS, "user ingroup empty:own" },
                { SUCCEEDS, "user notingroup empty" },
                { DEPENDS, "user notingroup staff" },
                { DEPENDS, "quiet" },
                { DEPENDS, "service in" },
        };
        const struct stack_groups directory = { groups.group, groups.passwd, "group: files sss\n" };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                cr_expect_eq(decides(cases[i].line, &groups), cases[i].is, "%s", cases[i].line);
        cr_expect_eq(decides("user ingroup empty", &directory), DEPENDS, "a directory may have people in it");
        cr_expect_eq(decides("user ingroup empty", &(struct stack_groups){ 0 }), DEPENDS, "unreadable");
}
