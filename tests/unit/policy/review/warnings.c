/* SPDX-License-Identifier: MIT */
/* warnings.c — what is well-formed and unwise is said, where it stands, and nothing is said of what is fine. */
#include "unit/policy/certificates.h"
#include "unit/policy/given.h"

TestSuite(policy_warnings, .timeout = 60);

struct said {
        char text[8192];
        unsigned n;
};

static void listen(void *ctx, unsigned line, unsigned column, const char *text) {
        struct said *s = ctx;

        s->n++;
        (void)snprintf(s->text + strlen(s->text), sizeof s->text - strlen(s->text), "%u:%u: %s\n", line, column, text);
}

static struct said warnings(const char *rest) {
        struct policy *p = given(rest);
        struct said s = { 0 };

        policy_warnings(p, strcmp(policy_language(p), "en") == 0, listen, &s);
        policy_free(p);
        return s;
}

/* What every terminal needs, so that only the rule behind it is warned of. */
#define NEEDS                                                                                                          \
        "language: en\ndevices:\n- {name: hid, match: {interfaces: [hid]}, action: allow}\n"                           \
        "- {name: hub, match: {interfaces: [hub]}, action: allow}\n"
#define NEEDS_LINES 4

Test(policy_warnings, nothing_is_said_of_what_is_fine) {
        struct said s = warnings(NEEDS "- {name: s, match: {serial: X}, action: allow, hours: mon-fri 08:30-17:15}\n"
                                       "- {name: t, match: {interfaces: [audio]}, partial: true, action: allow}\n"
                                       "- {name: u, match: {bus: any}, action: deny}\n");

        cr_expect_eq(s.n, 0, "%s", s.text);
}

Test(policy_warnings, each_is_said_where_the_rule_stands) {
        static const struct {
                const char *rule, *said;
        } rows[] = {
                { "{name: a, match: {id: '0951:1666'}, action: allow}", "any function" },
                { "{name: a, match: {name: 'X*', port: 1-1}, action: allow}", "any function" },
                { "{name: a, match: {serial: X}, action: read-only}", "read-only" },
                { "{name: a, match: {bus: mmc}, action: allow}", "only where sekimori-keeper runs" },
                { "{name: a, match: {bus: ata, interfaces: ['08:02:*']}, action: read-only}", "disks on other buses" },
                { "{name: a, match: {bus: thunderbolt, serial: X}, action: read-only}", "cannot be for reading only" },
                { "{name: a, match: {bus: thunderbolt}, action: allow}", "devices of any function" },
                { "{name: a, match: {serial: X}, encrypted: required, action: allow}", "encryption" },
                { "{name: a, match: {medium: 2f1a9c6e-0000-4000-8000-000000000001}, action: allow}", "encryption" },
                { "{name: a, match: {serial: X}, users: [b], action: allow}", "" },
                { "{name: a, match: {serial: X}, until: 2026-11-29, action: allow}", "has passed already" },
                { "{name: a, match: {serial: X}, until: 2026-12-01, action: allow}", "" },
                { "{name: a, match: {interfaces: [storage]}, action: deny}", "composite" },
                { "{name: a, match: {interfaces: [hid]}, action: deny, partial: true, hours: 00:00-01:00}", "" },
                { "{name: a, match: {interfaces: [hid-mouse]}, action: allow}", "never reached" },
                { "{name: a, match: {interfaces: [security-key]}, action: allow}", "never reached" },
                { "{name: a, match: {bus: usb, interfaces: [hub, hub]}, action: allow}", "never reached" },
                { "{name: a, match: {interfaces: ['03:01:01']}, action: allow}", "never reached: an earlier one" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char rest[1024], place[32];
                struct said s;

                (void)snprintf(rest, sizeof rest, NEEDS "- %s\n", rows[i].rule);
                (void)snprintf(place, sizeof place, "%d:3: ", HEAD_LINES + NEEDS_LINES + 1);
                s = warnings(rest);
                cr_expect_eq(s.n, *rows[i].said != '\0', "%s: %s", rows[i].rule, s.text);
                cr_expect(!s.n || strncmp(s.text, place, strlen(place)) == 0, "%s: %s", rows[i].rule, s.text);
                cr_expect(strstr(s.text, rows[i].said) != NULL, "%s: %s", rows[i].rule, s.text);
        }
}

#define DIGEST "abcd000000000000000000000000000000000000000000000000000000000000"

/* A pair of rules: is the second one never reached? */
Test(policy_warnings, a_rule_behind_a_wider_one_is_never_reached) {
        static const struct {
                const char *first, *second;
                bool hidden;
        } rows[] = {
                { "match: {serial: X}, action: allow", "match: {serial: X}, action: deny", true },
                { "match: {serial: X}, action: allow", "match: {serial: X, id: '0951:1666'}, action: deny", true },
                { "match: {serial: X, id: '0951:1666'}, action: allow", "match: {serial: X}, action: allow", false },
                { "match: {serial: 'X*'}, action: allow", "match: {serial: XY}, action: allow", true },
                { "match: {serial: 'X*'}, action: allow", "match: {serial: 'XY*'}, action: allow", true },
                { "match: {serial: 'XY*'}, action: allow", "match: {serial: 'X*'}, action: allow", false },
                { "match: {serial: XY}, action: allow", "match: {serial: 'XY*'}, action: allow", false },
                { "match: {id: '0951:*', port: 1-1}, action: deny", "match: {id: '0951:1666', port: 1-1}, action: deny",
                  true },
                { "match: {id: '0951:1666', port: 1-1}, action: deny", "match: {id: '0951:*', port: 1-1}, action: deny",
                  false },
                { "match: {serial: X}, hours: 08:00-09:00, action: allow", "match: {serial: X}, action: deny", false },
                { "match: {serial: X}, until: 2027-01-01, action: allow", "match: {serial: X}, action: deny", false },
                { "match: {bus: usb}, action: deny", "match: {serial: X}, action: allow", false },
                { "match: {bus: usb}, action: deny", "match: {bus: usb, serial: X}, action: allow", true },
                { "match: {interfaces: [audio, video]}, action: allow", "match: {interfaces: [audio]}, action: allow",
                  true },
                { "match: {interfaces: [audio]}, action: allow", "match: {interfaces: [audio, video]}, action: allow",
                  false },
                { "match: {interfaces: [audio]}, action: allow",
                  "match: {interfaces: [audio]}, partial: true, action: allow", false },
                { "match: {interfaces: [audio]}, partial: true, action: allow",
                  "match: {interfaces: [audio]}, action: allow", true },
                { "match: {interfaces: ['08:*:*']}, action: allow", "match: {interfaces: ['08:06:50']}, action: allow",
                  true },
                { "match: {interfaces: ['08:06:50']}, action: allow", "match: {interfaces: ['08:*:*']}, action: allow",
                  false },
                { "match: {interfaces: [storage]}, action: allow", "match: {interfaces: ['08:06:50']}, action: allow",
                  true },
                { "match: {bus: usb}, action: allow",
                  "match: {bus: usb, id: '0b05:181a', fingerprint: " DIGEST "}, malformed: accept, action: allow",
                  false },
                { "match: {bus: usb}, action: deny",
                  "match: {bus: usb, id: '0b05:181a', fingerprint: " DIGEST "}, malformed: accept, action: allow",
                  true },
                { "match: {interfaces: [vendor]}, action: allow", "match: {interfaces: ['ff:00:00']}, action: allow",
                  false },
                { "match: {interfaces: [vendor, smartcard]}, action: allow",
                  "match: {interfaces: ['ff:00:00']}, action: allow", true },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char rest[1024];
                struct said s;

                (void)snprintf(rest, sizeof rest, NEEDS "- {name: one, %s}\n- {name: two, %s}\n", rows[i].first,
                               rows[i].second);
                s = warnings(rest);
                cr_expect_eq(strstr(s.text, "never reached") != NULL, rows[i].hidden, "%s\n%s\n%s", rows[i].first,
                             rows[i].second, s.text);
        }
}

/* The third rule makes the name as common as the serial, so that the first is found by its serial. */
Test(policy_warnings, a_name_does_not_cover_what_begins_with_it) {
        struct said s =
                warnings(NEEDS "- {name: one, match: {serial: S, name: N}, action: allow}\n"
                               "- {name: two, match: {serial: S, name: 'N*'}, action: allow}\n"
                               "- {name: three, match: {name: N, port: 1-1, interfaces: [audio]}, action: allow}\n");

        cr_expect_eq(s.n, 0, "%s", s.text);
}

Test(policy_warnings, the_policy_itself_is_looked_at) {
        struct said s = warnings("devices: []\nlanguage: en\naudit: {keep: 400d}\n"
                                 "exceptions: {approvers: 2, longest: 8h}\n");

        cr_expect_not_null(strstr(s.text, "0:0: no rule allows keyboards"));
        cr_expect_not_null(strstr(s.text, "0:0: no rule allows hubs"));
        cr_expect_not_null(strstr(s.text, "11:1: exceptions is checked, but not enforced"), "%s", s.text);
        cr_expect_eq(s.n, 3);
        s = warnings("devices: []\n");
        cr_expect_not_null(strstr(s.text, "キーボード"), "in the policy's language");
}

#define STAFF "{name: staff, users: ['group:staff'], services: [login], require: [card+pin, password+totp]}"
#define ADMINS "{name: admins, users: [root], require: [password+totp, password+recovery]}"
#define LOGIN(rest) NEEDS "login:\n  card: {module: /x}\n" rest
#define LOGIN_LINE (HEAD_LINES + NEEDS_LINES + 1)

Test(policy_warnings, nothing_is_said_of_a_fine_login) {
        struct said s = warnings(LOGIN("  exempt: [systemd-user, cron, gdm-launch-environment]\n"
                                       "  single_prompt: [swaylock]\n  rules: [" STAFF ", " ADMINS "]\n"));

        cr_expect_eq(s.n, 0, "%s", s.text);
}

Test(policy_warnings, a_login_that_locks_out_or_lets_in_is_said_where_it_stands) {
        static const struct {
                const char *rest;
                unsigned line, column; /* from the line of `login:` */
                const char *said;
        } rows[] = {
                { "  rules: [{name: a, users: [sato], require: [password+recovery]}]\n", 0, 1,
                  "root or a group of admin" },
                { "  rules: [{name: a, users: ['group:staff'], require: [password+recovery]}]\n", 0, 1,
                  "administrators" },
                { "  rules: [{name: a, users: ['group:sudo'], require: [password+recovery]}]\n", 0, 0, "" },
                { "  rules: [{name: a, require: [password+recovery]}]\n", 0, 0, "" },
                { "  rules: [{name: a, require: [password+totp, card+pin]}]\n", 0, 1, "no rule offers recovery" },
                { "  rules: [" ADMINS ", {name: b, users: [root], require: [password+totp]}]\n", 2, 87,
                  "never reached: an earlier one is for all whom it is for: 'admins'" },
                { "  rules: [" ADMINS ", {name: b, users: [root], services: [su], require: [password+totp]}]\n", 2, 87,
                  "never reached" },
                { "  rules: [{name: a, require: [password+recovery]}, {name: b, users: [x], require: [password+totp]}]\n",
                  2, 52, "never reached" },
                { "  rules: [" ADMINS ", {name: b, users: [root, x], require: [password+totp]}]\n", 0, 0, "" },
                { "  rules: [" ADMINS ", {name: b, require: [password+totp]}]\n", 0, 0, "" },
                { "  rules: [{name: a, services: [su], require: [password+recovery]}, {name: b, require: "
                  "[password+totp]}]\n",
                  0, 0, "" },
                { "  single_prompt: [swaylock]\n  rules: [{name: a, users: [x], require: [card+pin]}, " ADMINS "]\n", 3,
                  11, "single prompt" },
                { "  single_prompt: [swaylock]\n  rules: [{name: a, users: [x], services: [swaylock, login], require: "
                  "[card+pin]}, " ADMINS "]\n",
                  3, 11, "single prompt" },
                { "  single_prompt: [swaylock]\n  rules: [{name: a, users: [x], services: [login], require: [card+pin]}, " ADMINS
                  "]\n",
                  0, 0, "" },
                { "  rules: [{name: a, users: [x], services: [sddm], require: [card+pin]}, " ADMINS "]\n", 2, 11,
                  "single prompt" },
                { "  exempt: [cron, sshd]\n  rules: [" ADMINS "]\n", 2, 3, "multi-factor authentication: 'sshd'" },
                { "  exempt: [login]\n  rules: [" ADMINS "]\n", 2, 3, "'login'" },
                { "  exempt: [gdm-password]\n  rules: [" ADMINS "]\n", 2, 3, "'gdm-password'" },
                { "  exempt: [sudo]\n  rules: [" ADMINS "]\n", 2, 3, "'sudo'" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char rest[2048], place[32];
                struct said s;

                (void)snprintf(rest, sizeof rest, LOGIN("%s"), rows[i].rest);
                (void)snprintf(place, sizeof place, "%u:%u: ", LOGIN_LINE + rows[i].line, rows[i].column);
                s = warnings(rest);
                cr_expect_eq(s.n, *rows[i].said != '\0', "%s: %s", rows[i].rest, s.text);
                cr_expect(!s.n || strncmp(s.text, place, strlen(place)) == 0, "%s: %s", rows[i].rest, s.text);
                cr_expect_not_null(strstr(s.text, rows[i].said), "%s: %s", rows[i].rest, s.text);
        }
}

Test(policy_warnings, what_is_named_is_quoted_as_the_language_does) {
        struct said s = warnings("devices:\n- {name: 一つ目, match: {serial: X}, action: allow}\n"
                                 "- {name: 二つ目, match: {serial: X}, action: allow}\n"
                                 "login:\n  exempt: [sshd]\n  rules: [" ADMINS "]\n");

        cr_expect_not_null(strstr(s.text, ": 「一つ目」"), "%s", s.text);
        cr_expect_not_null(strstr(s.text, ": 「sshd」"), "%s", s.text);
        cr_expect_null(strchr(s.text, '\''), "%s", s.text);
}

Test(policy_warnings, an_authority_without_a_revocation_list_is_told) {
        struct said s =
                warnings(NEEDS "login:\n  card: {module: /x, authorities: [" AUTHORITY "]}\n  rules: [" ADMINS "]\n");

        cr_expect_eq(s.n, 1, "%s", s.text);
        cr_expect_not_null(strstr(s.text, "13:3: authorities without revocation"), "%s", s.text);
        s = warnings(NEEDS "login:\n  card: {module: /x, authorities: [" AUTHORITY "], revocation: [" CRL "]}\n"
                           "  rules: [" ADMINS "]\n");
        cr_expect_eq(s.n, 0, "%s", s.text);
}

Test(policy_warnings, validity_is_held_against_the_day_of_issue) {
        static const char *const dates[][2] = {
                { "2027-12-31", "" },
                { "2028-01-06", "400 days" },
                { "2026-11-29", "valid.until has passed" },
        };

        for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
                struct said s = { 0 };
                struct policy *p = NULL;
                char text[1024];

                (void)snprintf(
                        text, sizeof text,
                        "sekimori: 1\nserial: 7\ntitle: t\nissued: 2026-12-01T09:00:00+09:00\n"
                        "valid: {from: 2026-11-01, until: %s}\nsigners: {threshold: 1, certificates: [PEM]}\n" NEEDS,
                        dates[i][0]);
                cr_assert_eq(policy_compile(bytes_text(text), &p, NULL), 0);
                policy_warnings(p, strcmp(policy_language(p), "en") == 0, listen, &s);
                cr_expect_eq(s.n, *dates[i][1] != '\0', "%s: %s", dates[i][0], s.text);
                cr_expect_not_null(strstr(s.text, dates[i][1]), "%s: %s", dates[i][0], s.text);
                policy_free(p);
        }
}
