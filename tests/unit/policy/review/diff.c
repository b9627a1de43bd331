/* SPDX-License-Identifier: MIT */
/* diff.c — what changes between two policies is said once, and which way access goes. */
#include "unit/policy/certificates.h"
#include "unit/policy/given.h"

#include "review/diff.h"

TestSuite(policy_compare, .timeout = 60);

struct said {
        char text[8192];
};

static void listen(void *ctx, enum diff_kind kind, const char *text) {
        static const char marks[] = { [DIFF_OTHER] = '~', [DIFF_MORE] = '+', [DIFF_LESS] = '-' };
        struct said *s = ctx;

        (void)snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%c %s\n", marks[kind], text);
}

static struct said compare(const char *old_rest, const char *new_rest) {
        struct policy *old = given(old_rest), *new = given(new_rest);
        struct said s = { 0 };
        int n = policy_compare(old, new, true, listen, &s), lines = 0;

        for (const char *c = s.text; *c; c++)
                lines += *c == '\n';
        cr_expect_eq(n, lines);
        policy_free(old);
        policy_free(new);
        return s;
}

#define A "- {name: a, match: {serial: X}, action: allow}\n"
#define B "- {name: b, match: {interfaces: [storage]}, action: deny}\n"
#define V "- {name: v, match: {serial: X, id: '0951:1666'}, action: allow}\n"
#define X "- {name: x, match: {serial: X, port: 1-1}, action: deny}\n"
#define Y "- {name: y, match: {serial: Y, port: 1-1}, action: deny}\n"
#define C "- {name: c, match: {interfaces: [hid]}, action: allow}\n"

Test(policy_compare, the_same_policy_has_no_difference) {
        cr_expect_str_eq(compare("devices:\n" A B C, "devices:\n" A B C).text, "");
        cr_expect_str_eq(compare("devices: []\n", "devices: []\n").text, "");
        cr_expect_str_eq(compare("devices:\n" A, "\n\n# elsewhere\ndevices:\n" A).text, "", "only moved");
}

Test(policy_compare, rules_that_come_and_go_say_which_way_access_goes) {
        cr_expect_str_eq(compare("devices: []\n", "devices:\n" A).text, "+ access gained: 'a' (serial='X'; allow)\n");
        cr_expect_str_eq(compare("devices:\n" A, "devices: []\n").text, "- access lost: 'a' (serial='X'; allow)\n");
        cr_expect_str_eq(compare("devices: []\n", "devices:\n" B).text,
                         "- denied by a new rule: 'b' (storage; deny)\n");
        cr_expect_str_eq(compare("devices:\n" B, "devices: []\n").text, "+ no longer denied by: 'b' (storage; deny)\n");
}

Test(policy_compare, what_changes_within_a_rule_is_told_with_its_direction) {
        static const struct {
                const char *from, *to, *said;
        } rows[] = {
                { "action: allow", "action: deny", "- 'r' action: allow → deny\n" },
                { "action: deny", "action: read-only", "+ 'r' action: deny → read-only\n" },
                { "action: allow, until: 2027-01-01", "action: allow, until: 2027-02-01",
                  "+ 'r' end: until 2027-01-01 → until 2027-02-01\n" },
                { "action: deny, until: 2027-01-01", "action: deny, until: 2027-02-01",
                  "- 'r' end: until 2027-01-01 → until 2027-02-01\n" },
                { "action: allow", "action: allow, until: 2027-02-01", "- 'r' end: none → until 2027-02-01\n" },
                { "action: allow, from: 2027-02-01", "action: allow, from: 2027-01-01",
                  "+ 'r' start: from 2027-02-01 → from 2027-01-01\n" },
                { "action: allow, users: [x]", "action: allow, users: [x, y]", "+ 'r' users: x → x,y\n" },
                { "action: allow, users: [x, y]", "action: allow, users: [y]", "- 'r' users: x,y → y\n" },
                { "action: allow, users: [x]", "action: allow, users: [y]", "~ 'r' users: x → y\n" },
                { "action: allow, users: [x]", "action: allow", "+ 'r' users: x → none\n" },
                { "action: allow, hours: mon 08:00-09:00", "action: allow", "+ 'r' hours: mon 08:00-09:00 → none\n" },
                { "action: allow, hours: mon 08:00-09:00", "action: allow, hours: 08:00-09:00",
                  "~ 'r' hours: mon 08:00-09:00 → every day 08:00-09:00\n" },
                { "action: allow, encrypted: required", "action: allow",
                  "+ 'r' encryption: encrypted media only → none\n" },
                { "action: allow", "action: allow, partial: true",
                  "+ 'r' composite devices: none → matching interfaces only\n" },
                { "action: allow, nodes: [usbfs]", "action: allow, nodes: [usbfs, hidraw]",
                  "+ 'r' nodes: nodes usbfs → nodes usbfs,hidraw\n" },
                { "action: allow, nodes: [usbfs]", "action: allow", "- 'r' nodes: nodes usbfs → none\n" },
                { "action: allow, nodes: [usbfs]", "action: allow, nodes: [hidraw]",
                  "~ 'r' nodes: nodes usbfs → nodes hidraw\n" },
                { "action: allow, clause: 6(2)", "action: allow, clause: 6(3)", "~ 'r' clause: 6(2) → 6(3)\n" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char old[256], new[256];

                (void)snprintf(old, sizeof old,
                               "devices: [{name: r, match: {id: '056a:00a4', interfaces: [audio]}, %s}]\n",
                               rows[i].from);
                (void)snprintf(new, sizeof new,
                               "devices: [{name: r, match: {id: '056a:00a4', interfaces: [audio]}, %s}]\n", rows[i].to);
                cr_expect_str_eq(compare(old, new).text, rows[i].said);
        }
}

Test(policy_compare, that_contradictions_are_accepted_is_told) {
        static const char rule[] =
                "devices: [{name: r, match: {id: '0b05:181a', fingerprint: "
                "abcd000000000000000000000000000000000000000000000000000000000000}, action: allow%s}]\n";
        char old[256], new[256];

        (void)snprintf(old, sizeof old, rule, "");
        (void)snprintf(new, sizeof new, rule, ", malformed: accept");
        cr_expect_str_eq(compare(old, new).text,
                         "+ 'r' contradictions: none → although its descriptors contradict themselves\n");
        cr_expect_str_eq(compare(new, old).text,
                         "- 'r' contradictions: although its descriptors contradict themselves → none\n");
}

Test(policy_compare, every_match_key_is_told) {
        struct said s =
                compare("devices: [{name: r, match: {bus: any}, action: allow}]\n",
                        "devices: [{name: r, match: {bus: usb, id: '0951:*', serial: 'S*', name: N, port: 1-1, "
                        "medium: 2F1A9C6E-0000-4000-8000-000000000001, interfaces: [hid, '08:06:*'], fingerprint: "
                        "abcd000000000000000000000000000000000000000000000000000000000000}, action: allow}]\n");

        cr_expect_str_eq(
                s.text,
                "~ 'r' match: any device → usb id=0951:* serial='S'* name='N' port='1-1' medium=2f1a9c6e-0000-4000-8000-000000000001 "
                "fingerprint=abcd000000000000000000000000000000000000000000000000000000000000 hid,08:06:*\n");
}

Test(policy_compare, order_is_told_only_where_it_matters) {
        cr_expect_str_eq(compare("devices:\n" A C, "devices:\n" C A).text, "", "both allow");
        cr_expect_str_eq(compare("devices:\n" B C, "devices:\n" C B).text, "", "no device is in both sets");
        cr_expect_str_eq(compare("devices:\n" V X, "devices:\n" X V).text, "~ order: 'x' now comes before 'v'\n");
        cr_expect_str_eq(compare("devices:\n" A Y, "devices:\n" Y A).text, "", "another serial");
        cr_expect_str_eq(compare("devices:\n" A B, "devices:\n" B A).text, "~ order: 'b' now comes before 'a'\n");
}

Test(policy_compare, a_rule_that_comes_to_stand_behind_a_wider_one_is_told) {
        static const char all[] = "- {name: all, match: {bus: any}, action: deny}\n";
        char old[256], new[256];

        (void)snprintf(old, sizeof old, "devices:\n" A "%s", all);
        (void)snprintf(new, sizeof new, "devices:\n%s" A, all);
        cr_expect_str_eq(compare("devices:\n" A, new).text,
                         "- denied by a new rule: 'all' (any device; deny)\n- now hidden behind: 'a' ← 'all'\n");
        cr_expect_str_eq(compare(old, new).text,
                         "- now hidden behind: 'a' ← 'all'\n~ order: 'all' now comes before 'a'\n");
        cr_expect_str_eq(compare("devices: [{name: all, match: {bus: any}, action: deny}]\n", new).text,
                         "~ access gained: 'a' (serial='X'; allow); without effect behind 'all'\n");
}

#define LOGIN(rest) "devices: []\nlogin:\n  card: {module: /x}\n" rest
#define STAFF(require) LOGIN("  rules: [{name: staff, users: ['group:staff'], require: [" require "]}]\n")
#define ROOT "{name: admins, users: [root], require: [password+recovery]}"

Test(policy_compare, who_gains_and_who_loses_a_way_to_log_in_is_told) {
        static const struct {
                const char *old, *new, *said;
        } rows[] = {
                { STAFF("card+pin"), STAFF("pin+card"), "" },
                { LOGIN("  rules: [" ROOT ", {name: a, require: [card+pin]}]\n"),
                  LOGIN("\n  rules: [" ROOT ", {name: a, require: [pin+card]}]\n"), "" },
                { STAFF("card+pin"), STAFF("card+pin, password+totp"),
                  "+ 'staff' (group:staff) may now log in with password+totp\n" },
                { STAFF("card+pin, password+totp"), STAFF("card+pin"),
                  "- 'staff' (group:staff) may no longer log in with password+totp\n" },
                { STAFF("card+pin"), STAFF("password+totp"),
                  "- 'staff' (group:staff) may no longer log in with card+pin\n"
                  "+ 'staff' (group:staff) may now log in with password+totp\n" },
                { STAFF("card+pin, password+totp"), STAFF("password+totp, card+pin"),
                  "~ 'staff' order: card+pin, password+totp → password+totp, card+pin\n" },
                { LOGIN("  rules: [" ROOT "]\n"),
                  LOGIN("  rules: [" ROOT ", {name: b, services: [su, login], require: [card+pin, password+totp]}]\n"),
                  "+ login gained: 'b' (everybody; su,login; card+pin, password+totp)\n" },
                { LOGIN("  rules: [{name: b, users: [x], require: [card+pin]}, " ROOT "]\n"),
                  LOGIN("  rules: [" ROOT "]\n"), "- login lost: 'b' (x; every service; card+pin)\n" },
                { LOGIN("  rules: [{name: a, users: [x], require: [card+pin]}]\n"),
                  LOGIN("  rules: [{name: a, users: [x, y], require: [card+pin]}]\n"), "+ 'a' users: x → x,y\n" },
                { LOGIN("  rules: [{name: a, users: [x], require: [card+pin]}]\n"),
                  LOGIN("  rules: [{name: a, require: [card+pin]}]\n"), "+ 'a' users: x → everybody\n" },
                { LOGIN("  rules: [{name: a, require: [card+pin]}]\n"),
                  LOGIN("  rules: [{name: a, services: [su], require: [card+pin]}]\n"),
                  "- 'a' services: every service → su\n" },
                { LOGIN("  rules: [{name: a, services: [su, sudo], require: [card+pin]}]\n"),
                  LOGIN("  rules: [{name: a, services: [su, login], require: [card+pin]}]\n"),
                  "~ 'a' services: su,sudo → su,login\n" },
                { LOGIN("  rules: [{name: a, users: [x], require: [card+pin]}, " ROOT "]\n"),
                  LOGIN("  rules: [" ROOT ", {name: a, users: [x], require: [card+pin]}]\n"),
                  "~ order: 'admins' now comes before 'a'\n" },
                { LOGIN("  rules: [{name: a, services: [su], require: [card+pin]}, {name: b, services: [login], require: "
                        "[password+totp]}]\n"),
                  LOGIN("  rules: [{name: b, services: [login], require: [password+totp]}, {name: a, services: [su], "
                        "require: [card+pin]}]\n"),
                  "" },
                { LOGIN("  exempt: [cron]\n  rules: [" ROOT "]\n"), LOGIN("  exempt: [sshd]\n  rules: [" ROOT "]\n"),
                  "- no longer exempt from login: 'cron'\n+ now exempt from login: 'sshd'\n" },
                { LOGIN("  rules: [" ROOT "]\n"), LOGIN("  single_prompt: [i3lock]\n  rules: [" ROOT "]\n"),
                  "~ now a single prompt: 'i3lock'\n" },
                { "devices: []\n", "devices: []\nlogin: {rules: [" ROOT "]}\n",
                  "~ login: added; until now password+recovery, for everybody\n"
                  "+ login gained: 'admins' (root; every service; password+recovery)\n" },
                { "devices: []\nlogin: {rules: [" ROOT "]}\n", "devices: []\n",
                  "~ login: removed; now password+recovery, for everybody\n"
                  "- login lost: 'admins' (root; every service; password+recovery)\n" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_str_eq(compare(rows[i].old, rows[i].new).text, rows[i].said, "%s\n%s", rows[i].old,
                                 rows[i].new);
}

Test(policy_compare, every_term_of_a_login_is_told) {
        struct said s = compare("devices: []\nlogin: {rules: [" ROOT "]}\n",
                                "devices: []\nlogin:\n  throttle: {attempts: 3, within: 90s, for: 1d}\n"
                                "  totp: {digits: 8, period: 60, algorithm: sha256, skew: 2}\n"
                                "  card: {module: /x, crl_grace: 7d, last_try: allow, removal: logout, grace: 2m}\n"
                                "  rules: [" ROOT "]\n");

        cr_expect_str_eq(s.text,
                         "~ throttle (attempts / within / for): 5 / 15m / 30m → 3 / 90s / 1d\n"
                         "~ totp (digits / period / algorithm / skew): 6 / 30s / sha1 / ±1 → 8 / 60s / sha256 / "
                         "±2\n"
                         "~ card module: none → '/x'\n"
                         "~ card crl_grace: 0s → 7d\n"
                         "~ card last_try: refuse → allow\n"
                         "~ card removal: lock → logout\n"
                         "~ card grace: 30s → 2m\n");
}

#define CARD(rest) "devices: []\nlogin:\n  card: {module: /x" rest "}\n  rules: [" ROOT "]\n"

Test(policy_compare, card_issuers_are_told_by_name) {
        cr_expect_str_eq(compare(CARD(""), CARD(", authorities: [" AUTHORITY "]")).text,
                         "+ card issuer trusted from now on: 'CN=見本 職員カード認証局'\n");
        cr_expect_str_eq(compare(CARD(", authorities: [" AUTHORITY "], map: cn"), CARD("")).text,
                         "~ card map: cn → none\n- card issuer no longer trusted: 'CN=見本 職員カード認証局'\n");
        cr_expect_str_eq(compare(CARD(", authorities: [" AUTHORITY "], map: upn"),
                                 CARD(", authorities: [" AUTHORITY "], map: upn, domain: city.example, policy: [1.2.3, "
                                      "1.2.4]"))
                                 .text,
                         "~ card domain: none → 'city.example'\n~ card policy: none → 1.2.3 1.2.4\n");
        cr_expect_str_eq(compare(CARD(""), CARD(", revocation: [" CRL "]")).text,
                         "~ card revocation lists are replaced\n");
        cr_expect_str_eq(compare(CARD(", revocation: [" CRL "]"), CARD(", revocation: [" CRL "]")).text, "");
}

Test(policy_compare, sections_are_told_apart_by_their_text_and_what_is_not_enforced_is_said_so) {
        cr_expect_str_eq(compare("devices: []\n", "devices: []\naudit: {keep: 1d}\n").text, "~ audit: added\n");
        cr_expect_str_eq(compare("audit: {keep: 1d}\ndevices: []\n", "audit: {keep: 2d}\ndevices: []\n").text,
                         "~ audit: changed\n");
        cr_expect_str_eq(compare("audit: {keep: 1d}\ndevices: []\n", "devices: []\naudit: {keep: 1d}\n").text, "");
        cr_expect_str_eq(compare("audit: {keep: 1d}\ndevices: []\n", "devices: []\n").text, "~ audit: removed\n");
        cr_expect_str_eq(compare("devices: []\n", "devices: []\nexceptions: {approvers: 2, longest: 8h}\n").text,
                         "~ exceptions: added (not enforced by this version)\n");
}

Test(policy_compare, the_head_and_the_signers_are_told) {
        static const char text[] =
                "sekimori: 1\nserial: %d\ntitle: %s\nissued: 2026-12-01T09:00:00+09:00\n"
                "valid: {from: 2026-12-01, until: %s}\nsigners: {threshold: %d, certificates: [%s]}\n"
                "devices: []\n";
        struct policy *old = NULL, *new = NULL;
        struct said s = { 0 };
        char one[1024], two[1024];

        (void)snprintf(one, sizeof one, text, 7, "t", "2027-03-31", 1, "A, B");
        (void)snprintf(two, sizeof two, text, 7, "u", "2027-04-01", 2, "A, B, C");
        cr_assert_eq(policy_compile(bytes_text(one), &old, NULL), 0);
        cr_assert_eq(policy_compile(bytes_text(two), &new, NULL), 0);
        (void)policy_compare(old, new, true, listen, &s);
        cr_expect_str_eq(s.text, "~ title: t → u\n"
                                 "~ valid: 2026-12-01 – 2027-03-31 → 2026-12-01 – 2027-04-01\n"
                                 "~ signatures needed: 1 → 2\n"
                                 "~ may sign from now on: a certificate that cannot be read\n");
        policy_free(old);
        policy_free(new);
}
