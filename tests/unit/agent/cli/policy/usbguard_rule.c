/* SPDX-License-Identifier: MIT */
/* Lines of rules.conf: what usbguard-rule-parser 1.1.2 accepts and refuses (tests/flow/test_policy_import asks it), and
 * where. */
#include "cli/policy/usbguard_rule.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct usbguard_rule rule;
static struct err err;

static int line_read(struct bytes line) {
        usbguard_rule_deinit(&rule);
        err = (struct err){ 0 };
        return usbguard_rule_read(line, 7, &rule, &err);
}

static void drop(void) {
        usbguard_rule_deinit(&rule);
}

TestSuite(usbguard_rule_read, .fini = drop, .timeout = 20);

#define WHOLE                                                                                                          \
        "allow 1050:0011 name \"Yubi\\\"key\\\\ II\\xe3\\x81\\x82\" via-port one-of { \"1-2\" \"1-3\" } "              \
        "with-interface equals {03:01:01 03:*:*} hash \"044b\" label \"a # b\" if !localtime(08:30-17:15) # end"

Test(usbguard_rule_read, every_attribute_is_read_with_its_place) {
        cr_assert_eq(line_read(bytes_text(WHOLE)), 0, "%s", err.text);
        cr_expect_eq(rule.target, USBGUARD_ALLOW);
        cr_expect_str_eq(rule.keys[USBGUARD_ID].values[0], "1050:0011");
        cr_expect_str_eq(rule.keys[USBGUARD_NAME].values[0], "Yubi\"key\\ IIあ");
        cr_expect_eq(rule.keys[USBGUARD_VIA_PORT].how, USBGUARD_ONE_OF);
        cr_expect_eq(rule.keys[USBGUARD_VIA_PORT].n, 2);
        cr_expect_str_eq(rule.keys[USBGUARD_VIA_PORT].values[1], "1-3");
        cr_expect_eq(rule.keys[USBGUARD_WITH_INTERFACE].how, USBGUARD_EQUALS);
        cr_expect_str_eq(rule.keys[USBGUARD_WITH_INTERFACE].values[1], "03:*:*");
        cr_expect_str_eq(rule.keys[USBGUARD_LABEL].values[0], "a # b");
        cr_expect_str_eq(rule.keys[USBGUARD_IF].values[0], "!localtime(08:30-17:15)");
        cr_expect_eq(rule.keys[USBGUARD_IF].at.line, 7);
        cr_expect_eq(rule.keys[USBGUARD_IF].at.column, strstr(WHOLE, "if ") - WHOLE + 1);
        cr_expect_eq(rule.keys[USBGUARD_SERIAL].at.line, 0, "it is not there");
}

Test(usbguard_rule_read, an_id_of_any_device_is_no_bare_one) {
        cr_assert_eq(line_read(bytes_text("allow id *:* name \"a\"")), 0, "%s", err.text);
        cr_expect_str_eq(rule.keys[USBGUARD_ID].values[0], "*:*");
        cr_assert_eq(line_read(bytes_text("allow *:*")), 0, "%s", err.text);
        cr_expect_str_eq(rule.keys[USBGUARD_ID].values[0], "*:*");
}

Test(usbguard_rule_read, columns_are_letters) {
        cr_assert_eq(line_read(bytes_text("allow name \"課課課\" nmae \"x\"")), -EBADMSG);
        cr_expect(strncmp(err.text, "7:18: unknown attribute 'nmae' (did you mean 'name'?)", 50) == 0, "%s", err.text);
        cr_expect_str_eq(err.ja, "7:18: 「nmae」という属性はありません（「name」ではありませんか）");
}

Test(usbguard_rule_read, lines_without_a_rule_are_nothing) {
        static const char *const lines[] = { "", "   ", "\t# allow", "#", "# \xff\r" };

        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
                cr_expect_eq(line_read(bytes_text(lines[i])), 0, "%s: %s", lines[i], err.text);
                cr_expect_eq(rule.target, USBGUARD_NOTHING);
        }
}

static const struct {
        const char *line, *said;
} hostile[] = {
        { "alloww", "7:1: unknown target 'alloww' (did you mean 'allow'?)" },
        { "match id 1234:5678", "7:1: unknown target 'match'" },
        { "device", "7:1: unknown target 'device'" },
        { "allow allow", "7:7: unknown attribute 'allow'" },
        { "allow\rid 1234:5678", "7:6: a blank is missing before '\\x0did'" },
        { "allow id 1234:5678\r", "7:10: '1234:5678\\x0d'" },
        { "allow id 1234:123", "7:10: '1234:123': an id is" },
        { "allow 1234:1234 id 1234:1234", "7:17: id is here twice" },
        { "allow *:1234", "7:7: '*:1234': an id is" },
        { "allow id { 1234:5678 *:1 }", "7:22: '*:1': an id is" },
        { "allow name", "7:11: name wants a blank and a value" },
        { "allow name foo", "7:12: 'foo': a value stands in quotes" },
        { "allow name \"a", "7:12: its quote is not closed" },
        { "allow name \"\\\"", "7:12: its quote is not closed" },
        { "allow name \"\\n\"", "7:14: behind \\ there may be" },
        { "allow name \"\\x4\"", "7:14: behind \\ there may be" },
        { "allow name \"\\x00\"", "7:14: behind \\ there may be" },
        { "allow name one-of", "7:12: 'one-of': a value" },
        { "allow name one-of {", "7:20: '': a value" },
        { "allow name { }", "7:14: '}': a value" },
        { "allow name { \"a\"", "7:12: this { has no }" },
        { "allow name { \"a\"\"b\" }", "7:12: this { has no }" },
        { "allow name some-of { \"a\" }", "7:12: unknown operator 'some-of' (did you mean 'one-of'?)" },
        { "allow name \"a\" name \"b\"", "7:16: name is here twice" },
        { "allow name \"a\"serial \"b\"", "7:15: a blank is missing before 'serial'" },
        { "allow with-interface 12:*:34", "7:22: '12:*:34': an interface is" },
        { "allow with-interface *:*:*", "7:22: '*:*:*': an interface is" },
        { "allow with-interface \"12:21:32\"", "7:22: '\"12:21:32\"': an interface is" },
        { "allow with-interface 12:21:3", "7:22: '12:21:3': an interface is" },
        { "allow if", "7:9: if wants a blank" },
        { "allow if randomM", "7:10: unknown condition 'randomM' (did you mean 'random'?)" },
        { "allow if !!true", "7:10: unknown condition '!'" },
        { "allow if random(", "7:16: its ) is missing" },
        { "allow if random()", "7:16: there is nothing between ( and )" },
        { "allow if true((", "7:14: its ) is missing" },
};

Test(usbguard_rule_read, what_is_no_rule_is_refused_with_its_place) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                cr_expect_eq(line_read(bytes_text(hostile[i].line)), -EBADMSG, "%s", hostile[i].line);
                cr_expect(strncmp(err.text, hostile[i].said, strlen(hostile[i].said)) == 0, "%s\n%s\nnot %s",
                          hostile[i].line, err.text, hostile[i].said);
                cr_expect_null(strchr(err.text, '\n'));
                cr_expect_neq(err.ja[0], '\0');
        }
}

Test(usbguard_rule_read, a_nul_ends_nothing) {
#define LINE(text)                                                                                                     \
        { text, sizeof(text) - 1 }
        static const struct {
                const char *text;
                size_t n;
        } lines[] = { LINE("allow\0id 1234:5678"), LINE("allow id 1234:5678\0"), LINE("allow if true\0") };
#undef LINE

        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                cr_expect_eq(line_read(bytes_of(lines[i].text, lines[i].n)), -EBADMSG, "%s", lines[i].text);
}

Test(usbguard_rule_read, more_values_than_there_is_room_for_are_refused) {
        char line[16 * USBGUARD_VALUES] = "allow id {";

        for (int i = 0; i <= USBGUARD_VALUES; i++)
                (void)strcat(line, " 1234:5678");
        cr_expect_eq(line_read(bytes_text(strcat(line, " }"))), -EBADMSG);
        cr_expect_not_null(strstr(err.text, "more than 64 values"));
}

Test(usbguard_rule_read, every_truncation_is_refused_or_a_rule_with_less) {
        for (size_t n = 0; n < strlen(WHOLE); n++)
                if (line_read(bytes_of(WHOLE, n)) == 0)
                        cr_expect(n == 0 || WHOLE[n] == ' ' || WHOLE[n - 1] == ' ' || WHOLE[n - 1] == '#'
                                          || strstr(WHOLE, "(") - WHOLE <= (ptrdiff_t)n || WHOLE[n] == '(',
                                  "'%.*s'", (int)n, WHOLE);
}
