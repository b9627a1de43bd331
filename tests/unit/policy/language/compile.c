/* SPDX-License-Identifier: MIT */
/* compile.c — texts that are no policy: each is refused, at its place, for its reason. */
#include "unit/policy/hostile.h"

#include <errno.h>

TestSuite(policy_compile, .timeout = 60);

Test(policy_compile, yaml_that_a_policy_must_not_use_is_refused) {
        static const struct hostile rows[] = {
                { "devices: &a []\n", 1, 10, "anchors" },
                { "devices: &a {}\n", 1, 10, "anchors" },
                { "language: &a ja\ndevices: []\n", 1, 11, "anchors" },
                { "devices: *a\n", 1, 10, "alias" },
                { "devices: !!seq []\n", 1, 10, "tags" },
                { "devices: !!map {}\n", 1, 10, "tags" },
                { "language: !!str ja\ndevices: []\n", 1, 11, "tags" },
                { "devices: []\n---\na: b\n", 2, 1, "second document" },
                { "devices: []\n--- \n", 2, 1, "second document" },
                { "devices: []\ndevices: []\n", 2, 1, "key 'devices' stands here twice" },
                { "devices:\n- {name: a, name: b, match: {}, action: deny}\n", 2, 13, "key 'name' stands here twice" },
                { "devices:\n- {name: a, match: {id: 1, id: 2}, action: deny}\n", 2, 28, "key 'id' stands here twice" },
                { "serial: 8\ndevices: []\n", 1, 1, "key 'serial' stands here twice" },
                { "? [a, b]\n: c\n", 1, 3, "a key must be text" },
                { "? {a: b}\n: c\n", 1, 3, "a key must be text" },
                { "devices: [[[[[[[[[[]]]]]]]]]]\n", 1, 17, "nested deeper than 8" },
                { "devices: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}\n", 1, 38, "nested deeper than 8" },
                { "devices: []\ntitle2: \"\\0\"\n", 2, 9, "NUL" },
                { "devices: []\ntitle2: \"a\\x1b[2J\"\n", 2, 9, "a character that does not show" },
                { "devices: []\ntitle2: \"a\\u202eb\"\n", 2, 9, "a character that does not show" },
                { "devices: []\ntitle2: \"a\\Nb\"\n", 2, 9, "a character that does not show" },
                { "devices: []\n\"a\\0b\": 1\n", 2, 1, "NUL" },
                { "devices: [\n", 2, 1, "" },
                { "devices: [}\n", 1, 11, "" },
                { "devices: \"\n", 2, 1, "" },
                { "\t- a\n", 1, 1, "" },
        };

        EXPECT_ALL_REFUSED(rows);
}

Test(policy_compile, text_that_does_not_show_what_it_says_is_refused) {
        static const struct hostile rows[] = {
                { "# \xe2\x80\xa8"
                  "devices: []\n",
                  1, 3, "(U+2028)" }, /* a line break to YAML, not to an editor */
                { "# \xc2\x85"
                  "devices: []\n",
                  1, 3, "(U+0085)" },
                { "# a\rdevices: []\n", 1, 4, "(U+000D)" },
                { "# \xe2\x80\xae"
                  "devices: []\n",
                  1, 3, "(U+202E)" },
                { "# \x1b[1A\n", 1, 3, "(U+001B)" },
                { "# \x7f\n", 1, 3, "(U+007F)" },
                { "# \xef\xbb\xbf\n", 1, 3, "byte order mark" },
                { "# \xff\n", 1, 3, "invalid UTF-8" },
                { "# \xc0\xaf\n", 1, 3, "invalid UTF-8" },         /* overlong */
                { "# \xed\xa0\x80\n", 1, 3, "invalid UTF-8" },     /* a surrogate */
                { "# \xf4\x90\x80\x80\n", 1, 3, "invalid UTF-8" }, /* beyond U+10FFFF */
                { "# \xe3\x81\n", 1, 3, "invalid UTF-8" },         /* cut */
                { "# 日本 \x80\n", 1, 6, "invalid UTF-8" },        /* the column counts characters */
        };

        EXPECT_ALL_REFUSED(rows);
}

Test(policy_compile, a_whole_text_that_is_no_policy_is_refused) {
        static const struct {
                const char *text;
                size_t size;
                const char *reason;
        } rows[] = {
                { "", 0, "1:1: the policy is empty" },
                { "\n# nothing\n", 11, "1:1: the policy is empty" },
                { "---\n", 4, "a policy is a mapping" },
                { "- a\n", 4, "1:1: a policy is a mapping" },
                { "a\n", 2, "1:1: a policy is a mapping" },
                { "{}\n", 3, "1:1: a policy is a mapping" },
                { "\xef\xbb\xbfsekimori: 1\n", 15, "1:1: a byte order mark" },
                { "\xff\xfes\0e\0", 6, "1:1: invalid UTF-8" },
                { "sekimori: 1\n\0", 13, "2:1: NUL" },
                { "%YAML 1.1\n---\nsekimori: 1\n", 26, "1:1: directives" },
                { "%TAG ! tag:x,2000:\n---\nsekimori: 1\n", 35, "1:1: directives" },
                { "sekimori: 1\n", 12, "1:1: missing key 'serial'" },
                { "sekimori: 1\nisolate: {}\n", 24, "2:1: unknown key 'isolate'" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                const char *why = refusal(bytes_of(rows[i].text, rows[i].size));

                cr_expect(strncmp(why, rows[i].reason, strlen(rows[i].reason)) == 0 || strstr(why, rows[i].reason),
                          "%zu: '%s' is not '%s'", i, why, rows[i].reason);
        }
}

Test(policy_compile, a_megabyte_is_the_most) {
        size_t size = POLICY_TEXT_MAX + 1, head = strlen(HEAD "devices: []\n#");
        char *text = malloc(size);

        cr_assert_not_null(text);
        memset(text, 'x', size);
        memcpy(text, HEAD "devices: []\n#", head);
        cr_expect_str_eq(refusal(bytes_of(text, size)), "1:1: larger than 1048576 bytes");
        cr_expect_str_eq(refusal(bytes_of(text, size - 1)), "");
        free(text);
}

Test(policy_compile, unknown_keys_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { "devices: []\nisolate: {mode: none}\n", 2, 1, "unknown key 'isolate'" },
                { "nam: x\ndevices: []\n", 1, 1, "unknown key 'nam'" },
                { "devices:\n- name: a\n  match: {bus: usb, serail: x}\n  action: deny\n", 3, 21,
                  "unknown key 'serail'" },
                { "devices:\n- name: a\n  match: {foo: x}\n  action: deny\n", 3, 11, "unknown key 'foo'" },
                { "devices:\n- nmae: a\n", 2, 3, "unknown key 'nmae'" },
                { "devices:\n- {name: a, match: {}, action: deny}\n- {name: b, match: {}, acton: deny}\n", 3, 24,
                  "unknown key 'acton'" },
                { "devices: []\n\"it's\\\\\": 1\n", 2, 1, "unknown key 'it\\x27s\\x5c'" },
                { "devices: []\nキー: 1\n", 2, 1, "unknown key 'キー'" },
        };

        EXPECT_ALL_REFUSED(rows);
}

#define RULE(rest) "devices:\n- name: a\n  action: allow\n" rest

#define TEN "abcdefghij"
#define DIGEST "abcd000000000000000000000000000000000000000000000000000000000000"
#define LONG_GROUP TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcdefgh" /* 128 */

static const struct hostile matches[] = {
        { RULE("  match: {bus: isa}\n"), 4, 16, "unknown value 'isa'" },
        { RULE("  match: {id: 0951}\n"), 4, 15, "an id is" },
        { RULE("  match: {id: '951:1666'}\n"), 4, 15, "an id is" },
        { RULE("  match: {id: '0951:16666'}\n"), 4, 15, "an id is" },
        { RULE("  match: {id: '0951:166g'}\n"), 4, 15, "an id is" },
        { RULE("  match: {id: '*:1666'}\n"), 4, 15, "an id is" },
        { RULE("  match: {id: '0951:1*'}\n"), 4, 15, "an id is" },
        { RULE("  match: {id: '0951:'}\n"), 4, 15, "an id is" },
        { RULE("  match: {serial: '*'}\n"), 4, 19, "with something before it" },
        { RULE("  match: {serial: '*a'}\n"), 4, 19, "at the end" },
        { RULE("  match: {serial: 'a**'}\n"), 4, 19, "at the end" },
        { RULE("  match: {serial: ''}\n"), 4, 19, "the text is empty" },
        { RULE("  match: {interfaces: []}\n"), 4, 23, "the list is empty" },
        { RULE("  match: {interfaces: storage}\n"), 4, 23, "here belongs a list" },
        { RULE("  match: {interfaces: [hid, stroage]}\n"), 4, 29, "unknown kind 'stroage'" },
        { RULE("  match: {interfaces: ['08']}\n"), 4, 24, "unknown kind '08'" },
        { RULE("  match: {interfaces: ['*:06:50']}\n"), 4, 24, "unknown kind" },
        { RULE("  match: {interfaces: ['08:06:5']}\n"), 4, 24, "unknown kind" },
        { RULE("  match: {interfaces: ['08:06:50:00']}\n"), 4, 24, "unknown kind" },
        { RULE("  match: {interfaces: ['08:0x:50']}\n"), 4, 24, "unknown kind" },
        { RULE("  match: {fingerprint: abcd}\n"), 4, 24, "64 hexadecimal digits" },
        { RULE("  match: {medium: x}\n"), 4, 19, "'x': a medium is a UUID, like 2f1a9c6e-" },
        { RULE("  match: {medium: 2f1a9c6e-0b3d-4c5e-8f70-1a2b3c4d5e6}\n"), 4, 19, "a medium is a UUID" },
        { RULE("  match: {medium: 2f1a9c6e-0b3d-4c5e-8f70-1a2b3c4d5e6f0}\n"), 4, 19, "a medium is a UUID" },
        { RULE("  match: {medium: 2f1a9c6e00b3d-4c5e-8f70-1a2b3c4d5e6f}\n"), 4, 19, "a medium is a UUID" },
        { RULE("  match: {medium: 00000000-0000-0000-0000-000000000000}\n"), 4, 19, "a medium is a UUID" },
};

Test(policy_compile, values_that_mean_nothing_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { "devices:\n- {match: {}, action: deny}\n", 2, 3, "missing key 'name'" },
                { "devices:\n- {name: a, action: deny}\n", 2, 3, "missing key 'match'" },
                { "devices:\n- {name: a, match: {}}\n", 2, 3, "missing key 'action'" },
                { "devices:\n- {name: a, match: {}, action: alow}\n", 2, 32, "unknown value 'alow'" },
                { "devices:\n- {name: a, match: {}, action: 2}\n", 2, 32, "unknown value '2'" },
                { "devices:\n- {name: a, match: {}, action: }\n", 2, 32, "unknown value ''" },
                { "devices:\n- {name: '', match: {}, action: deny}\n", 2, 10, "the text is empty" },
                { "devices:\n- {name: [a], match: {}, action: deny}\n", 2, 10, "here belongs a text" },
                { "devices:\n- {name: a, match: x, action: deny}\n", 2, 20, "here belongs a mapping" },
                { "devices:\n- x\n", 2, 3, "here belongs a mapping" },
                { "devices: x\n", 1, 10, "here belongs a list" },
                { "devices:\n", 1, 9, "here belongs a list" },
                { "devices:\n- {name: a, match: {}, action: deny}\n- {name: a, match: {}, action: deny}\n", 3, 10,
                  "called 'a' already" },
                { "devices:\n- {name: a, match: {}, action: deny}\n- {name: b, match: {}, action: deny}\n"
                  "- {name: a, match: {}, action: deny}\n- {name: b, match: {}, action: deny}\n",
                  4, 10, "called 'a' already" },
                { "devices:\n- {name: \"a\\nb\", match: {}, action: deny}\n", 2, 10, "name must be one line" },
                { RULE("  match: {}\n  partial: flase\n"), 5, 12, "unknown value 'flase'" },
                { RULE("  match: {}\n  partial: true\n"), 5, 12, "partial needs interfaces" },
                { RULE("  match: {}\n  encrypted: optional\n"), 5, 14, "unknown value 'optional'" },
                { RULE("  match: {}\n  users: []\n"), 5, 10, "the list is empty" },
                { RULE("  match: {}\n  users: [a, 'group:']\n"), 5, 14, "has no name" },
                { RULE("  match: {}\n  users: [a, 'group:" LONG_GROUP "']\n"), 5, 14, "too long a one" },
                { RULE("  match: {}\n  users: [a, 'gruop:b']\n"), 5, 14, "not a user's name" },
                { RULE("  match: {}\n  users: [a b]\n"), 5, 11, "not a user's name" },
                { RULE("  match: {}\n  hours: mon-fri\n"), 5, 10, "a space and a time" },
                { RULE("  match: {}\n  until: 2027-02-29\n"), 5, 10, "is not a date" },
                { RULE("  match: {}\n  from: tomorrow\n"), 5, 9, "is not a date" },
                { RULE("  match: {}\n  from: 2027-02-02\n  until: 2027-02-01\n"), 6, 10, "until lies before from" },
                { "devices:\n- {name: a, match: {medium: 2f1a9c6e-0000-4000-8000-000000000001}, action: deny}\n", 2, 3,
                  "cannot deny by medium" },
                { RULE("  match: {}\n  malformed: deny\n"), 5, 14, "unknown value 'deny'" },
                { RULE("  match: {}\n  malformed: accept\n"), 5, 14,
                  "malformed: accept needs both id (VVVV:PPPP) and fingerprint" },
                { RULE("  match: {id: '0b05:181a', serial: x, interfaces: [hid]}\n  malformed: accept\n"), 5, 14,
                  "malformed: accept needs both" },
                { RULE("  match: {fingerprint: " DIGEST "}\n  malformed: accept\n"), 5, 14,
                  "malformed: accept needs both" },
                { RULE("  match: {id: '0b05:*', fingerprint: " DIGEST "}\n  malformed: accept\n"), 5, 14,
                  "malformed: accept needs both" },
                { "devices:\n- name: a\n  action: deny\n  match: {id: '0b05:181a', fingerprint: " DIGEST "}\n"
                  "  malformed: accept\n",
                  5, 14, "a rule that denies cannot accept" },
                { "devices:\n- {name: a, match: {}, encrypted: required, action: deny}\n", 2, 35,
                  "cannot ask for encryption" },
        };

        EXPECT_ALL_REFUSED(rows);
        EXPECT_ALL_REFUSED(matches);
}

Test(policy_compile, the_head_is_refused_where_it_is_wrong) {
        /* Each row replaces one line of a policy that is otherwise right. */
        static const char *const lines[] = {
                "sekimori: 1",
                "serial: 7",
                "title: t",
                "issued: 2026-12-01T09:00:00+09:00",
                "valid: {from: 2026-12-01, until: 2027-03-31}",
                "signers: {threshold: 1, certificates: [A, B]}",
                "language: ja",
                "contact: c",
                "devices: []",
        };
        static const struct hostile rows[] = {
                { "sekimori: 2", 1, 11, "version '2'" },
                { "sekimori: 01", 1, 11, "version '01'" },
                { "serial: 0", 2, 9, "serial '0' is not a number from 1" },
                { "serial: -1", 2, 9, "is not a number" },
                { "serial: 010", 2, 9, "is not a number" }, /* eight, to YAML 1.1 */
                { "serial: 0x10", 2, 9, "is not a number" },
                { "serial: 1e3", 2, 9, "is not a number" },
                { "serial: 9223372036854775808", 2, 9, "is not a number" },
                { "serial: 18446744073709551617", 2, 9, "is not a number" },
                { "title: ''", 3, 8, "the text is empty" },
                { "title: \"a\\nb\"", 3, 8, "title must be one line" },
                { "issued: 2026-12-01", 4, 9, "is not a date and time" },
                { "issued: 2026-12-01T09:00:00", 4, 9, "is not a date and time" },
                { "issued: 2026-12-01T09:00+09:00", 4, 9, "is not a date and time" },
                { "valid: {from: 2026-12-01}", 5, 8, "missing key 'until'" },
                { "valid: {from: 2026-12-01, until: 2026-13-01}", 5, 34, "is not a date" },
                { "valid: {from: 2026-12-02, until: 2026-12-01}", 5, 34, "until lies before from" },
                { "signers: {threshold: 0, certificates: [A]}", 6, 22, "threshold '0'" },
                { "signers: {threshold: 3, certificates: [A, B]}", 6, 22, "number from 1 to 2" },
                { "signers: {threshold: 1, certificates: []}", 6, 39, "the list is empty" },
                { "signers: {threshold: 1}", 6, 10, "missing key 'certificates'" },
                { "language: fr", 7, 11, "unknown value 'fr'" },
                { "contact: [a]", 8, 10, "here belongs a text" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char text[1024] = "";

                for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
                        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n",
                                       k + 1 == rows[i].line ? rows[i].text : lines[k]);
                EXPECT_REFUSED(rows[i], 0, refusal(bytes_text(text)));
        }
        for (size_t missing = 0; missing < 6; missing++) {
                char text[1024] = "";

                for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
                        if (k != missing)
                                (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", lines[k]);
                cr_expect_not_null(strstr(refusal(bytes_text(text)), "missing key"), "without %s", lines[missing]);
        }
}

Test(policy_compile, sections_that_are_not_enforced_yet_are_checked_all_the_same) {
        static const struct hostile rows[] = {
                { "devices: []\nexceptions: {approvers: 0, longest: 8h}\n", 2, 25, "approvers '0'" },
                { "devices: []\nexceptions: {approvers: 2, longest: 0h}\n", 2, 37, "longest '0h'" },
                { "devices: []\naudit: {keep: forever}\n", 2, 15, "keep 'forever'" },
                { "devices: []\naudit: {}\n", 2, 8, "missing key 'keep'" },
        };

        EXPECT_ALL_REFUSED(rows);
}

static char *file_text(const char *path, size_t *ret_size) {
        char *text = NULL;
        FILE *in = fopen(path, "re"), *out = open_memstream(&text, ret_size);
        int c;

        cr_assert(in && out, "%s", path);
        while ((c = fgetc(in)) != EOF)
                (void)fputc(c, out);
        (void)fclose(in);
        (void)fclose(out);
        return text;
}

Test(policy_compile, the_whole_language_is_accepted) {
        size_t size;
        char *text = file_text("tests/unit/policy/data/example.yaml", &size);
        struct policy *p = NULL;
        const char *const *pem;
        struct err err = { 0 };

        cr_assert_eq(policy_compile(bytes_of(text, size), &p, &err), 0, "%s", err.text);
        cr_expect_eq(policy_rules(p), 8);
        cr_expect_eq(policy_threshold(p), 2);
        cr_expect_eq(policy_signers(p, &pem), 3);
        cr_expect_not_null(strstr(pem[2], "-----END CERTIFICATE-----"));
        cr_expect_str_eq(policy_rule_clause(p, 0), "6(3)ア");
        policy_free(p);
        free(text);
}

/* Short of its last key, nothing of it is a policy; from there on a cut may leave one, and then a smaller one. */
Test(policy_compile, every_truncation_is_refused) {
        const char whole[] = HEAD "devices:\n- {name: a, match: {id: '0951:1666', serial: 'AB*'}, hours: mon-fri "
                                  "08:30-17:15, action: allow}\n";

        cr_expect_str_eq(refusal(bytes_text(whole)), "");
        for (size_t n = 0; n < sizeof whole - 3; n++)
                cr_expect_str_neq(refusal(bytes_of(whole, n)), "", "%zu bytes", n);
}

/* Whatever becomes of it: it compiles or is refused in one line, and nothing is read or written where it should not. */
Test(policy_compile, every_changed_byte_is_accepted_or_refused_in_one_line) {
        static const char with[] = { 0,   '\n', ' ', '"', '\'', '{',  '[', ':',
                                     '-', '&',  '*', '!', '%',  '\t', '9', (char)0x80 };
        size_t size;
        char *text = file_text("tests/unit/policy/data/example.yaml", &size);

        /* The certificates are texts like any other; the interesting part begins behind them. */
        for (size_t i = (size_t)(strstr(text, "devices:") - text); i < size; i += 3) {
                char was = text[i];
                const char *why;

                text[i] = with[i % sizeof with];
                why = refusal(bytes_of(text, size));
                cr_expect(*why == '\0' || (*why >= '1' && *why <= '9' && !strchr(why, '\n')), "%zu: %s", i, why);
                text[i] = was;
        }
        free(text);
}

Test(policy_compile, many_items_cost_no_more_than_their_number) {
        size_t size = 0, depth = 200000;
        char *text = NULL;
        FILE *f = open_memstream(&text, &size);

        (void)fputs(HEAD "devices: ", f);
        for (size_t i = 0; i < depth; i++)
                (void)fputc(i % 2 ? '[' : '{', f);
        (void)fclose(f);
        cr_expect_str_neq(refusal(bytes_of(text, size)), "");
        free(text);
        f = open_memstream(&text, &size);
        (void)fputs(HEAD "devices: [", f);
        for (size_t i = 0; i < depth; i++)
                (void)fputs("a, ", f);
        (void)fputs("]\n", f);
        (void)fclose(f);
        cr_expect_not_null(strstr(refusal(bytes_of(text, size)), "here belongs a mapping"));
        free(text);
        f = open_memstream(&text, &size);
        (void)fputs(HEAD "devices: {", f);
        for (size_t i = 0; i < 50000; i++)
                (void)fprintf(f, "k%zu: 1, ", i);
        (void)fputs("}\n", f);
        (void)fclose(f);
        cr_expect_not_null(strstr(refusal(bytes_of(text, size)), "more than 32 keys"));
        free(text);
}
