/* SPDX-License-Identifier: MIT */
/* Forged policies at the gate: each is refused with its reason, recorded once, and changes nothing. */
#include "base/cleanup.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct terminal t;
static const char *keyboard;
static unsigned refused;
static uint64_t in_force;

static void given_a_policy_in_force(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        keyboard = plug(t.bed, a_keyboard());
        terminal_start(&t);
        make_people("mallory", NULL);
        for (int i = 0; i < 3; i++)
                cr_assert_eq(terminal_push(&t, RULE_HID, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, keyboard));
        refused = 0, in_force = 3;
}

static void drop(void) {
        terminal_end(&t);
}

static void expect_refused(struct bytes envelope, const char *because) {
        struct err err = { 0 };

        cr_expect_lt(state_push(t.state, &(struct push){ envelope }, &err), 0, "accepted: %s", because);
        cr_expect(strstr(err.text, because), "'%s' does not say '%s'", err.text, because);
        cr_expect_eq(terminal_records("policy-refused"), ++refused, "%s", because);
        cr_expect_eq(policy_serial(state_policy(t.state)), in_force, "%s", because);
        cr_expect(is_let_in(&t, keyboard), "%s", because);
}

/* The text pushed last, changed by one replacement, into forged.yaml. */
static void forge(const char *from, struct bytes to) {
        auto_free char *text = NULL;
        struct bytes yaml = slurp("policy.yaml");
        const char *at = from ? strstr((const char *)yaml.at, from) : NULL;
        size_t before, size;
        FILE *out = open_memstream(&text, &size);

        cr_assert(!from || at, "no '%s' in it", from);
        before = at ? (size_t)(at - (const char *)yaml.at) : yaml.left;
        (void)fwrite(yaml.at, 1, before, out);
        if (at) {
                (void)fwrite(to.at, 1, to.left, out);
                (void)fputs(at + strlen(from), out);
        }
        (void)fclose(out);
        spill("forged.yaml", bytes_of(text, size));
}

/* The same, signed by `signer`. */
static struct bytes forged(const char *from, const char *to, const char *signer) {
        forge(from, bytes_text(to ? to : ""));
        cms_sign("forged.yaml", "forged.cms", signer, NULL);
        return slurp("forged.cms");
}

TestSuite(gate_push_forged, .init = given_a_policy_in_force, .fini = drop, .timeout = 60);

Test(gate_push_forged, a_text_that_nobody_signed) {
        expect_refused(slurp("policy.yaml"), "BEGIN CMS");
}

Test(gate_push_forged, one_signed_by_a_stranger) {
        expect_refused(forged("serial: 3", "serial: 4", "mallory"), "1 needed");
}

Test(gate_push_forged, a_serial_that_does_not_rise) {
        expect_refused(forged(NULL, NULL, "signer"), "serial 3");
        expect_refused(forged("serial: 3", "serial: 2", "signer"), "serial 2");
}

Test(gate_push_forged, texts_that_mean_two_things) {
        static const struct {
                const char *from, *to, *because;
        } table[] = {
                { "serial: 3", "serial: 4\nserial: 5", "serial" },
                { "serial: 3", "serial: 4\nsurprise: 1", "surprise" },
                { "title: test", "title: &a test\ncontact: *a", "anchor" },
                { "serial: 3", "serial: 4\nlogin: [[[[[[[[[[[[[[]]]]]]]]]]]]]]", "nest" },
                { "title: test", "title: te\xff\xfest", "UTF-8" },
        };

        for (size_t i = 0; i < sizeof table / sizeof *table; i++)
                expect_refused(forged(table[i].from, table[i].to, "signer"), table[i].because);
}

Test(gate_push_forged, anything_behind_the_envelope) {
        auto_free char *longer = NULL;
        struct bytes good = forged("serial: 3", "serial: 4", "signer");

        cr_assert_geq(asprintf(&longer, "%.*sx\n", (int)good.left, (const char *)good.at), 0);
        expect_refused(bytes_text(longer), "behind");
}

Test(gate_push_forged, issued_when_the_signer_was_not_yet_or_no_longer_valid) {
        expect_refused(forged("serial: 3\ntitle: test\nissued: 2026", "serial: 4\ntitle: test\nissued: 2046", "signer"),
                       "valid");
        expect_refused(forged("serial: 3\ntitle: test\nissued: 2026-11-22T09:00:00",
                              "serial: 4\ntitle: test\nissued: 2026-11-22T08:59:59", "signer"),
                       "issued");
}

Test(gate_push_forged, a_text_with_a_nul_in_it) {
        static const char with_nul[] = "title: te\0st";

        forge("title: test", bytes_of(with_nul, sizeof with_nul - 1));
        cms_sign("forged.yaml", "forged.cms", "signer", NULL);
        expect_refused(slurp("forged.cms"), "NUL");
}

Test(gate_push_forged, ways_of_signing_that_do_not_count) {
        static const struct {
                const char *option, *value, *because;
        } table[] = {
                { "-econtent_type", "1.2.3.4", "not id-data" },
                { "-md", "sha1", "a digest other than" },
                { "-outform", "DER", "binary (DER)" },
        };

        forge("serial: 3", bytes_text("serial: 4"));
        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
                cms_sign("forged.yaml", "forged.cms", "signer", table[i].option, table[i].value, NULL);
                expect_refused(slurp("forged.cms"), table[i].because);
        }
}

Test(gate_push_forged, more_than_a_policy_may_be) {
        auto_free uint8_t *large = calloc(1, POLICY_TEXT_MAX + 1);

        expect_refused(bytes_of(large, POLICY_TEXT_MAX + 1), "larger");
}

static void two_must_sign(uint64_t serial) {
        write_policy("forged.yaml", &(struct decree){ .serial = serial,
                                                      .issued = "2026-11-22T09:00:00+09:00",
                                                      .threshold = 2,
                                                      .signers = { "signer", "other" },
                                                      .rule = "\n" RULE_HID });
        cms_sign("forged.yaml", "forged.cms", "signer", NULL);
}

Test(gate_push_forged, one_person_where_two_must_sign_however_often) {
        struct err err = { 0 };

        make_people("other", NULL);
        two_must_sign(4);
        cr_assert_eq(state_push(t.state, &(struct push){ slurp("forged.cms") }, &err), 0, "%s", err.text);
        in_force = 4;
        two_must_sign(5);
        expect_refused(slurp("forged.cms"), "2 needed");
        cms_resign("forged.cms", "forged.cms", "signer", "-keyid", "-nocerts", NULL);
        expect_refused(slurp("forged.cms"), "2 needed");
        cms_resign("forged.cms", "forged.cms", "mallory", NULL);
        expect_refused(slurp("forged.cms"), "2 needed");
        cms_resign("forged.cms", "forged.cms", "other", NULL);
        cr_expect_eq(state_push(t.state, &(struct push){ slurp("forged.cms") }, &err), 0, "both: %s", err.text);
}
