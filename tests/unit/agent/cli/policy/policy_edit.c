/* SPDX-License-Identifier: MIT */
/* A rule into a policy's text and out of it: what comes out is what went in, however people write their lists. */
#include "cli/policy/policy_edit.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#define STICK                                                                                                          \
        "- name: \"stick\"\n  match: {bus: usb, id: \"0951:1666\", serial: \"E0D5\", interfaces: [storage]}\n  action: allow\n"
#define KEYS "- name: keys\n    match: {interfaces: [hid]}\n    action: allow\n"

static void begin(void) {
        ceremony_begin();
        make_people("alice", "bob", NULL);
        write_policy("policy.yaml",
                     &(struct decree){ .rule = "  - {name: KEYS, match: {interfaces: [hid]}, action: allow}\n" });
}

TestSuite(policy_edit, .init = begin, .fini = ceremony_end, .timeout = 20);

/* The policy up to its list, and then this. */
static char *with_list(const char *list) {
        struct bytes whole = slurp("policy.yaml");
        const char *at = strstr((const char *)whole.at, "devices:");
        char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);

        cr_assert_not_null(at);
        (void)fwrite(whole.at, 1, (size_t)(at - (const char *)whole.at), to);
        (void)fputs(list, to);
        (void)fclose(to);
        return text;
}

static const char *const lists[] = {
        "devices:\n  " KEYS,
        "devices:\n\n  # a comment\n  " KEYS "\n  # and one behind\n",
        "devices:   # of this office\n  " KEYS "    # the last line\n\naudit: {keep: 400d}\n",
        "devices:\n- name: keys\n  match: {interfaces: [hid]}\n  action: allow\n\n- name: hubs\n  match: {interfaces: [hub]}\n  action: allow\n",
        "devices:\n      -   name: keys\n          match:\n            interfaces:\n              - hid\n          action: allow",
        "devices:\r\n  - name: keys\r\n    match: {interfaces: [hid]}\r\n    action: allow\r\n",
};

Test(policy_edit, what_is_added_comes_first_and_goes_again) {
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
                char *text = with_list(lists[i]), *more = NULL, *less = NULL;
                auto_policy with = NULL;
                auto_policy without = NULL;
                struct err err = { 0 };

                cr_assert_eq(policy_text_add(bytes_text(text), STICK, &more, &with, &err), 0, "%s: %s", lists[i],
                             err.text);
                cr_expect_str_eq(policy_rule_name(with, 0), "stick");
                cr_assert_eq(policy_text_remove(bytes_text(more), "stick", &less, &without, &err), 0, "%s: %s", more,
                             err.text);
                cr_expect_str_eq(less, text);
                free(text);
                free(more);
                free(less);
        }
}

Test(policy_edit, comments_around_a_rule_are_of_the_others) {
        static const char before[] =
                "devices:\n  " KEYS "\n  # of hubs\n  - name: hubs   # these\n    match: {interfaces: [hub]}\n"
                "    # within\n    action: allow\n\n  # of sticks\n  - name: sticks\n"
                "    match: {interfaces: [storage]}\n    action: deny\n";
        static const char after[] = "devices:\n  " KEYS "\n  # of hubs\n\n  # of sticks\n  - name: sticks\n"
                                    "    match: {interfaces: [storage]}\n    action: deny\n";
        char *text = with_list(before), *left = with_list(after), *made = NULL;
        auto_policy p = NULL;
        struct err err = { 0 };

        cr_assert_eq(policy_text_remove(bytes_text(text), "hubs", &made, &p, &err), 0, "%s", err.text);
        cr_expect_str_eq(made, left);
        free(text);
        free(left);
        free(made);
}

/* Each would become something that was not meant: none is touched. */
Test(policy_edit, what_is_not_written_as_a_list_of_lines_is_left_alone) {
        static const char *const other[] = {
                "devices: []\n",
                "devices: [{name: keys, match: {interfaces: [hid]}, action: allow}]\n",
                "devices:\n  [{name: keys, match: {interfaces: [hid]}, action: allow}]\n",
                "devices:\n  -\n    name: keys\n    match: {interfaces: [hid]}\n    action: allow\n",
                "\"devices\":\n  - # of keys\n    name: keys\n    match: {interfaces: [hid]}\n    action: allow\n",
                "devices:\n  " KEYS "    acton: allow\n",
        };

        for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
                char *text = with_list(other[i]), *made = NULL;
                struct policy *p = NULL;
                struct err err = { 0 };

                cr_expect_eq(policy_text_add(bytes_text(text), STICK, &made, &p, &err), -EBADMSG, "%s: %s", other[i],
                             made);
                cr_expect(err.text[0] >= '1' && err.text[0] <= '9', "%s", err.text);
                cr_expect_eq(policy_text_remove(bytes_text(text), "keys", &made, &p, &err), i == 0 ? -ENOENT : -EBADMSG,
                             "%s", other[i]);
                cr_expect_null(made);
                free(text);
        }
}

Test(policy_edit, a_name_is_there_once) {
        char *text = with_list(lists[0]), *made = NULL, *again = NULL;
        struct policy *none = NULL;
        auto_policy p = NULL;
        struct err err = { 0 };

        cr_assert_eq(policy_text_add(bytes_text(text), STICK, &made, &p, &err), 0, "%s", err.text);
        cr_expect_eq(policy_text_add(bytes_text(made), STICK, &again, &none, &err), -EBADMSG);
        cr_expect_eq(policy_text_remove(bytes_text(text), "stick", &again, &none, &err), -ENOENT);
        free(text);
        free(made);
}

/* A policy whose signers would not do is refused, as `policy check` refuses it. */
Test(policy_edit, signers_count_too) {
        char *text = with_list(lists[0]), *made = NULL;
        struct policy *p = NULL;
        struct err err = { 0 };

        memcpy(strstr(text, "BEGIN CERT"), "BEGIN NONE", 10);
        cr_expect_eq(policy_text_check(bytes_text(text), NULL, &p, &err), -EBADMSG);
        cr_expect_eq(policy_text_add(bytes_text(text), STICK, &made, &p, &err), -EBADMSG);
        free(text);
}
