/* SPDX-License-Identifier: MIT */
/* The gate and rules that ask for a medium: a look comes first, and what the keeper finds decides. */
#include "gate/inside.h"
#include "gate/medium.h"
#include "host/clock.h"

#include "support/disks.h"
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define STORAGE(rest) "  - {name: m, match: {bus: usb, interfaces: [storage]}, " rest "}\n"
#define ENCRYPTED STORAGE("encrypted: required, action: allow")
#define ENCRYPTED_TO_READ STORAGE("encrypted: required, action: read-only")
#define READ_THE_REST "  - {name: rest, match: {bus: usb, interfaces: [storage]}, action: read-only}\n"
#define SEVENTH "07000000-0000-0000-0000-000000000000"
#define BY_MEDIUM "  - {name: seventh, match: {medium: '" SEVENTH "'}, action: allow}\n"
#define CARDS "  - {name: cards, match: {bus: mmc}, encrypted: required, action: allow}\n"

static struct kept k;

static void given_a_terminal(void) {
        kept_begin(&k);
}

static void drop(void) {
        kept_end(&k);
}

static bool is_authorized(struct terminal *t, const char *path) {
        char name[512], text[8] = "";
        FILE *f;

        (void)snprintf(name, sizeof name, "%s/sys/devices/%s/authorized", bed_root(t->bed), path);
        f = fopen(name, "re");
        if (!f || !fgets(text, sizeof text, f))
                text[0] = '?';
        if (f)
                (void)fclose(f);
        return text[0] == '1';
}

static bool is_being_looked_at(struct terminal *t, const char *path) {
        return was_told_to_look(t, path) && is_authorized(t, path);
}

static bool is_refused(struct terminal *t, const char *path) {
        return is_kept_out(t, path) && !is_authorized(t, path);
}

static bool is_allowed(struct terminal *t, const char *path) {
        const struct device *d = terminal_device(t, path);

        return d && d->judged && d->authorized;
}

/* A stick in front of the keeper, which has not answered yet. */
static const char *a_stick_looked_at(const char *rules) {
        const char *stick;

        keeper_comes(&k);
        kept_push(&k, rules); /* before it is there: without a policy it would be refused, and that recorded */
        stick = plug(k.t.bed, a_stick());
        cr_assert(until(&k.t, is_being_looked_at, stick));
        return stick;
}

static enum reason reason_of(const char *path) {
        return terminal_device(&k.t, path)->verdict.reason;
}

TestSuite(gate_medium, .init = given_a_terminal, .fini = drop, .timeout = 60);

Test(gate_medium, an_encrypted_stick_is_let_in_when_somebody_has_seen_that_it_is) {
        const char *stick = a_stick_looked_at(ENCRYPTED);

        cr_expect_eq(k.heard[KEEPER_WRITE].n, 0, "nobody is let in to any of it for a look");
        cr_expect_eq(terminal_records("device-allowed") + terminal_records("device-refused"), 0, "nor decided");
        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, was_told_to_write, stick));
        cr_expect_eq(k.heard[KEEPER_WRITE].last.diskseq, 41, "these disks, and none that comes later");
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(terminal_records("device-allowed"), 1);
        cr_expect_eq(k.heard[KEEPER_LOOK].n, 1);
}

Test(gate_medium, a_plain_one_is_cut_off_again_and_not_looked_at_twice) {
        const char *stick = a_stick_looked_at(ENCRYPTED);

        keeper_finds(&k, stick, 41, MEDIUM_PLAIN, 0);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_ENCRYPTION);
        cr_expect(until(&k.t, was_told_to_revoke, stick));
        cr_expect_eq(terminal_records("device-refused"), 1);
        gate_set_seated(k.t.gate, &(struct person){ "sato", NULL });
        cr_expect(is_refused(&k.t, stick));
        cr_expect_eq(k.heard[KEEPER_LOOK].n, 1);
        cr_expect_eq(k.heard[KEEPER_WRITE].n, 0);
        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_expect(until(&k.t, is_refused, stick), "what is said of one that was cut off is of the past");
        cr_expect_eq(k.heard[KEEPER_WRITE].n, 0);
}

Test(gate_medium, one_that_becomes_plain_is_cut_off) {
        const char *stick = a_stick_looked_at(ENCRYPTED);

        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, is_let_in, stick));
        keeper_finds(&k, stick, 41, MEDIUM_PLAIN, 0);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(reason_of(stick), REASON_ENCRYPTION);
}

Test(gate_medium, for_reading_it_is_not_cut_off_between_the_look_and_the_grant) {
        const char *stick = a_stick_looked_at(ENCRYPTED_TO_READ);

        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, was_told_to_read, stick));
        cr_expect_eq(k.heard[KEEPER_READ].last.diskseq, 41);
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(k.heard[KEEPER_LOOK].n, 1, "its disks are the ones that were looked at");
}

Test(gate_medium, two_of_a_batch_are_told_apart) {
        const char *ours = plug(k.t.bed, a_stick()), *other = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, BY_MEDIUM);
        cr_assert(until(&k.t, is_authorized, ours) && until(&k.t, is_authorized, other));
        keeper_finds(&k, ours, 41, MEDIUM_PLAIN, 7);
        keeper_finds(&k, other, 42, MEDIUM_PLAIN, 8);
        cr_assert(until(&k.t, is_let_in, ours));
        cr_expect(until(&k.t, is_refused, other));
        cr_expect_eq(reason_of(other), REASON_NO_RULE);
}

Test(gate_medium, without_a_keeper_nothing_is_looked_at_and_nothing_is_let_in) {
        const char *stick = plug(k.t.bed, a_stick());

        kept_push(&k, ENCRYPTED);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_ENCRYPTION);
        keeper_comes(&k);
        cr_assert(until(&k.t, is_being_looked_at, stick), "one that comes looks");
}

Test(gate_medium, a_keeper_that_starts_again_looks_again_and_one_that_stays_away_takes_it_with_it) {
        const char *stick = a_stick_looked_at(ENCRYPTED);

        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, is_let_in, stick));
        keeper_goes(&k);
        k.heard[KEEPER_LOOK].n = k.heard[KEEPER_WRITE].n = 0;
        keeper_comes(&k);
        cr_assert(until(&k.t, was_told_to_look, stick));
        cr_expect(terminal_device(&k.t, stick)->authorized && is_authorized(&k.t, stick), "meanwhile it stays");
        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, was_told_to_write, stick));
        cr_expect_eq(terminal_records("device-revoked"), 0);
        keeper_goes(&k);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_ENCRYPTION);
}

/* By no rule, as one that is caught after the look. */
Test(gate_medium, what_lies_while_it_is_looked_at_is_let_in_no_more) {
        const char *stick = a_stick_looked_at(ENCRYPTED);
        char interface[512];

        bed_takes(k.t.bed, stick, 0, "cdc_ether");
        (void)snprintf(interface, sizeof interface, "%s/%s:1.0", stick, strrchr(stick, '/') + 1);
        bed_announce(k.t.bed, interface, "add");
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_CONTRADICTED);
        kept_push(&k, STORAGE("action: allow"));
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_CONTRADICTED);
}

Test(gate_medium, one_that_the_keeper_cannot_be_told_of_any_more_is_cut_off) {
        const char *stick = a_stick_looked_at(ENCRYPTED);
        struct keeper_word found = { .type = KEEPER_MEDIUM, .diskseq = 7, .medium = { .state = MEDIUM_ENCRYPTED } };

        (void)snprintf(found.path, sizeof found.path, "%s", stick);
        keeper_goes(&k);
        gate_medium_found(k.t.gate, &found);
        cr_assert_eq(reason_of(stick), REASON_FAILED);
        cr_expect(is_refused(&k.t, stick));
}

Test(gate_medium, another_rule_may_let_it_in_after_the_look) {
        const char *stick = a_stick_looked_at(ENCRYPTED READ_THE_REST);

        keeper_finds(&k, stick, 41, MEDIUM_PLAIN, 0);
        cr_assert(until(&k.t, was_told_to_read, stick));
        cr_expect_eq(k.heard[KEEPER_READ].last.diskseq, 0);
        cr_expect(until(&k.t, is_let_in, stick));
}

Test(gate_medium, a_rule_that_asks_no_more_ends_the_wait) {
        const char *stick = a_stick_looked_at(ENCRYPTED);

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_NO_RULE);
        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_expect(until(&k.t, is_refused, stick));
        kept_push(&k, ENCRYPTED);
        cr_assert(until(&k.t, is_being_looked_at, stick), "and one that asks again begins anew");
        keeper_finds(&k, stick, 44, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(k.heard[KEEPER_WRITE].last.diskseq, 44);
}

Test(gate_medium, what_is_looked_at_under_a_new_policy_speaks_of_that_one) {
        const char *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_HUB RULE_STORAGE);
        cr_assert(until(&k.t, is_let_in, stick));
        kept_push(&k, ENCRYPTED);
        cr_assert(until(&k.t, is_being_looked_at, stick));
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.rule, 0, "there is no third rule any more");
        cr_expect(terminal_device(&k.t, stick)->authorized, "what was let in stays until it is known");
        keeper_finds(&k, stick, 41, MEDIUM_PLAIN, 0);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

Test(gate_medium, what_was_seen_before_it_was_cut_off_is_looked_at_again) {
        const char *stick = a_stick_looked_at(BY_MEDIUM);

        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 8);
        cr_assert(until(&k.t, is_refused, stick));
        kept_push(&k, ENCRYPTED);
        cr_assert(until(&k.t, is_being_looked_at, stick));
        cr_expect_eq(k.heard[KEEPER_WRITE].n, 0, "what comes back may be another medium");
        keeper_finds(&k, stick, 43, MEDIUM_ENCRYPTED, 8);
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(k.heard[KEEPER_WRITE].last.diskseq, 43);
}

Test(gate_medium, what_lies_at_the_second_look_is_refused_for_that) {
        const char *stick = a_stick_looked_at(BY_MEDIUM);

        keeper_finds(&k, stick, 7, MEDIUM_PLAIN, 7);
        cr_assert(until(&k.t, is_allowed, stick));
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_refused, stick));
        bed_takes(k.t.bed, stick, 0, "cdc_ether");
        kept_push(&k, BY_MEDIUM);
        cr_assert(until(&k.t, is_refused, stick));
        cr_expect_eq(reason_of(stick), REASON_CONTRADICTED);
}

Test(gate_medium, what_is_more_than_disks_is_not_let_in_for_a_look) {
        const char *bad = plug(k.t.bed, a_bad_keyboard());

        keeper_comes(&k);
        kept_push(&k, "  - {name: m, match: {bus: usb}, encrypted: required, action: allow}\n");
        cr_assert(until(&k.t, is_refused, bad));
        cr_expect_eq(reason_of(bad), REASON_ENCRYPTION);
        cr_expect_eq(k.heard[KEEPER_LOOK].n, 0);
}

Test(gate_medium, a_card_on_another_bus_is_looked_at_where_it_is) {
        struct disk_made card = a_card();

        keeper_comes(&k);
        kept_push(&k, CARDS);
        (void)insert(k.t.bed, &card);
        cr_assert(until(&k.t, was_told_to_look, card.unit));
        keeper_finds(&k, card.unit, 9, MEDIUM_PLAIN, 0);
        cr_assert(until(&k.t, was_told_to_revoke, card.unit));
        cr_expect_eq(reason_of(card.unit), REASON_ENCRYPTION);
        k.heard[KEEPER_LOOK].n = 0;
        change_medium(k.t.bed, &card, 77);
        cr_assert(until(&k.t, was_told_to_look, card.unit), "another medium is another device");
        keeper_finds(&k, card.unit, 77, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, was_told_to_write, card.unit));
        cr_expect(until(&k.t, is_allowed, card.unit));
}

Test(medium_overdue, what_is_not_answered_in_half_a_minute_is_not_recognised, .timeout = 10) {
        struct device waits = { .look = LOOK_ASKED, .asked_s = clock_boot_s(), .held = true },
                      seen = { .next = &waits, .look = LOOK_SEEN, .sighting.facts.medium.state = MEDIUM_PLAIN };
        struct gate g = { .table.first = &seen, .timeout.source.fd = -1 };

        cr_expect_null(medium_overdue(&g));
        waits.asked_s -= 30;
        waits.held = false;
        cr_expect_null(medium_overdue(&g), "one that may be in use has a minute");
        waits.held = true;
        cr_expect_eq(medium_overdue(&g), &waits);
        cr_expect_eq(waits.sighting.facts.medium.state, MEDIUM_UNREADABLE);
        cr_expect_eq(waits.look, LOOK_SEEN);
        cr_expect_null(medium_overdue(&g), "once");
}
