/* SPDX-License-Identifier: MIT */
/* Devices that lie or shout, before the real observer and a gate whose policy would let anything in. */
#include "base/cleanup.h"
#include "base/hex.h"
#include "control/report.h"
#include "support/ceremony.h"
#include "support/liars.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#define RULE_ANY "  - {name: anything, match: {bus: usb}, action: allow}\n"

static struct terminal t;

static void given_an_open_policy(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        terminal_start(&t);
        cr_assert_eq(terminal_push(&t, RULE_ANY, &err), 0, "%s", err.text);
}

static void drop(void) {
        terminal_end(&t);
}

TestSuite(gate_hostile, .init = given_an_open_policy, .fini = drop, .timeout = 60);

static void expect_malformed(const char *path, const char *lie) {
        cr_assert(until(&t, is_kept_out, path), "%s", lie);
        cr_expect_eq(terminal_device(&t, path)->verdict.reason, REASON_MALFORMED, "%s", lie);
        cr_expect_not(bed_bound(t.bed, path, 0), "%s", lie);
}

Test(gate_hostile, no_liar_is_let_in) {
        for (const struct liar *l = liars; l->lie; l++)
                expect_malformed(plug(t.bed, a_liar(l)), l->lie);
}

Test(gate_hostile, nothing_cut_short_is_let_in) {
        struct hardware h = a_bad_keyboard();
        char cut[64];

        for (size_t whole = h.size; h.size-- > 0;) {
                (void)snprintf(cut, sizeof cut, "%zu of %zu bytes", h.size, whole);
                expect_malformed(plug(t.bed, h), cut);
        }
}

/* So that the two above are not kept out for being strange. */
Test(gate_hostile, what_is_large_but_true_is_judged_by_the_rules) {
        const struct hardware all[] = { many_interfaces(32), many_settings(128), nested_associations() };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                cr_expect(until(&t, is_let_in, plug(t.bed, all[i])), "%zu", i);
}

/* A gaming mouse that is sold: its configuration announces 25 bytes more than it has. */
Test(gate_hostile, what_linux_mends_is_let_in_by_its_fingerprint_and_nothing_else_that_lies) {
        struct hardware h = a_keyboard(), other = a_keyboard();
        const char *path, *twin;
        char hex[2 * FACTS_DIGEST + 1], rules[512];
        struct err err = { 0 };

        h.descriptors[18 + 2] = (uint8_t)(h.descriptors[18 + 2] + 25);
        other.descriptors[18 + 2]++;
        path = plug(t.bed, h);
        twin = plug(t.bed, other);
        expect_malformed(path, "wTotalLength too long");
        expect_malformed(twin, "one excess byte");
        cr_expect_eq(terminal_device(&t, path)->sighting.facts.malformed, MALFORMED_TOTAL_LENGTH);
        hex_of(terminal_device(&t, path)->sighting.facts.fingerprint, FACTS_DIGEST, hex);
        (void)snprintf(rules, sizeof rules,
                       "  - {name: mended, match: {bus: usb, id: '046d:c31c', fingerprint: %s}, malformed: accept, "
                       "action: allow}\n",
                       hex);
        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, path));
        cr_expect(bed_wait_bound(t.bed, path, 0, true));
        expect_malformed(twin, "the same device with another lie has another fingerprint");
        cr_expect_eq(terminal_push(&t, rules, &err), 0, "the next policy is no worse for it: %s", err.text);
}

/* It types now, and not in the initramfs: the other one is the only keyboard. */
Test(gate_hostile, a_keyboard_that_contradicts_itself_is_none_that_is_left) {
        struct hardware h = a_qemu_keyboard();
        const char *path, *honest = plug(t.bed, a_keyboard());
        char hex[2 * FACTS_DIGEST + 1], accepted[256], both[512];
        struct err err = { 0 };

        h.descriptors[18 + 2]++;
        path = plug(t.bed, h);
        expect_malformed(path, "one excess byte");
        hex_of(terminal_device(&t, path)->sighting.facts.fingerprint, FACTS_DIGEST, hex);
        (void)snprintf(accepted, sizeof accepted,
                       "  - {name: mended, match: {bus: usb, id: '%04x:%04x', fingerprint: %s}, malformed: accept, "
                       "action: allow}\n",
                       terminal_device(&t, path)->sighting.facts.vendor,
                       terminal_device(&t, path)->sighting.facts.product, hex);
        (void)snprintf(both, sizeof both, "%s%s", RULE_HID, accepted);
        cr_assert_eq(terminal_push(&t, both, &err), 0, "%s", err.text);
        cr_assert(until(&t, is_let_in, path) && until(&t, is_let_in, honest));
        cr_expect_eq(terminal_push(&t, accepted, &err), -EPERM);
}

Test(gate_hostile, one_disk_among_thirty_two_interfaces_is_found) {
        struct err err = { 0 };
        const char *honest, *other;
        struct hardware h;

        cr_assert_eq(terminal_push(&t, RULE_HID, &err), 0, "%s", err.text);
        h = many_interfaces(32);
        honest = plug(t.bed, h);
        memcpy(h.descriptors + h.size - 4, (const uint8_t[]){ 8, 6, 0x50 }, 3);
        other = plug(t.bed, h);
        cr_expect(until(&t, is_let_in, honest));
        cr_expect(until(&t, is_kept_out, other));
}

/* Everything that is written for others to read must be readable, whatever a device calls itself. */
Test(gate_hostile, strings_that_are_no_text_break_neither_the_log_nor_the_answers) {
        static const char *const names[] = { "\xff\xfe\xfd",         "\xe9\x96", "\xed\xa0\x80",
                                             "\xf8\x88\x80\x80\x80", "\"\\",     "\x1b[2J\x7f\x01" };
        struct subject subject = { .state = t.state, .gate = t.gate, .audit = t.audit, .usb = t.usb, .store = t.store };
        auto_free char *text = NULL;
        json_t *list;

        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                struct hardware h = a_stick();

                h.product = h.serial = h.manufacturer = names[i];
                cr_assert(until(&t, is_let_in, plug(t.bed, h)), "%zu", i);
        }
        cr_assert_eq(report_devices(&subject, &text), 0);
        list = json_loads(text, 0, NULL);
        cr_expect_eq(json_array_size(list), sizeof names / sizeof *names);
        for (size_t i = 0; i < json_array_size(list); i++)
                cr_expect_neq(json_string_length(json_object_get(json_array_get(list, i), "name")), 0, "%zu", i);
        json_decref(list);
        for (struct bytes log = slurp("state/audit/audit.jsonl"); log.left;) {
                const uint8_t *end = memchr(log.at, '\n', log.left);
                json_t *record = json_loadb((const char *)log.at, (size_t)(end - log.at), 0, NULL);

                cr_expect(record, "%.*s", (int)(end - log.at), (const char *)log.at);
                json_decref(record);
                (void)bytes_take(&log, (size_t)(end - log.at) + 1);
        }
}
