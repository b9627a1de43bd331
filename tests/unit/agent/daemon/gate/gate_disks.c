/* SPDX-License-Identifier: MIT */
/* The gate and disks on other buses than USB: judged where sekimori-keeper can refuse them, and only there; never what
 * the system stands on. */
#include "support/ceremony.h"
#include "support/disks.h"
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <string.h>

#define CARDS "  - {name: cards, match: {bus: mmc}, action: allow}\n"
#define CARDS_TO_READ "  - {name: cards, match: {bus: mmc}, action: read-only}\n"
#define DRIVES "  - {name: drives, match: {bus: ata, interfaces: ['08:02:*']}, action: read-only}\n"

static struct kept k;

static void given_a_terminal(void) {
        kept_begin(&k);
}

static void drop(void) {
        kept_end(&k);
}

static bool is_allowed(struct terminal *terminal, const char *path) {
        const struct device *d = terminal_device(terminal, path);

        return d && d->judged && d->authorized;
}

static bool is_denied(struct terminal *terminal, const char *path) {
        const struct device *d = terminal_device(terminal, path);

        return d && d->judged && !d->authorized;
}

static uint32_t number;

static bool has_the_number(struct terminal *terminal, const char *path) {
        return is_judged(terminal, path) && terminal_device(terminal, path)->sighting.devnum == number;
}

static bool is_gone(struct terminal *terminal, const char *path) {
        return !terminal_device(terminal, path);
}

static bool is_settled(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

TestSuite(gate_disks, .init = given_a_terminal, .fini = drop, .timeout = 40);

Test(gate_disks, are_no_business_of_ours_where_nobody_can_refuse_them) {
        struct disk_made card = a_card();
        const char *stick;

        kept_push(&k, RULE_HID);
        (void)insert(k.t.bed, &card);
        stick = plug(k.t.bed, a_stick());
        cr_assert(until(&k.t, is_kept_out, stick)); /* told after the card */
        cr_expect(is_gone(&k.t, card.unit));
        keeper_comes(&k);
        cr_assert(until(&k.t, is_denied, card.unit), "a keeper that comes makes them ours");
        cr_expect_eq(terminal_device(&k.t, card.unit)->verdict.reason, REASON_NO_RULE);
        cr_expect(until(&k.t, was_told_to_revoke, card.unit));
}

Test(gate_disks, a_rule_lets_a_card_in_and_its_end_takes_it_away) {
        struct disk_made card = a_card();
        unsigned records;

        keeper_comes(&k);
        kept_push(&k, CARDS);
        (void)insert(k.t.bed, &card);
        cr_assert(until(&k.t, was_told_to_write, card.unit));
        cr_expect(until(&k.t, is_allowed, card.unit));
        cr_expect_eq(terminal_records("device-allowed"), 1);
        records = terminal_records("device-revoked");
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, was_told_to_revoke, card.unit));
        cr_expect(until(&k.t, is_denied, card.unit));
        cr_expect_eq(terminal_records("device-revoked"), records + 1);
        take_out(k.t.bed, &card);
        cr_expect(until(&k.t, is_gone, card.unit));
}

Test(gate_disks, on_a_bus_that_we_do_not_know_are_denied_whatever_a_rule_says_and_it_is_said) {
        struct disk_made floppy = a_floppy();

        keeper_comes(&k);
        kept_push(&k, "  - {name: all, match: {bus: any, interfaces: [storage]}, action: allow}\n");
        (void)insert(k.t.bed, &floppy);
        cr_assert(until(&k.t, is_denied, floppy.unit));
        cr_expect_eq(terminal_device(&k.t, floppy.unit)->verdict.reason, REASON_FAILED);
        cr_expect(until(&k.t, was_told_to_revoke, floppy.unit));
        cr_expect_eq(terminal_records("device-allowed"), 0);
        cr_expect_eq(terminal_records("device-refused"), 1);
        cr_expect(
                strstr((const char *)slurp("state/audit/audit.jsonl").at, "on a bus that this version does not know"));
        kept_push(&k, "  - {name: every, match: {bus: any, interfaces: [storage]}, action: allow}\n");
        cr_expect_eq(terminal_records("device-refused"), 1, "once");
}

Test(gate_disks, an_optical_drive_may_be_for_reading) {
        struct disk_made drive = an_optical_drive(), disk = a_scsi_disk();

        keeper_comes(&k);
        kept_push(&k, DRIVES);
        (void)insert(k.t.bed, &drive);
        (void)insert(k.t.bed, &disk);
        cr_assert(until(&k.t, was_told_to_read, drive.unit));
        cr_expect_eq(terminal_device(&k.t, drive.unit)->verdict.action, ACTION_READ_ONLY);
        cr_assert(until(&k.t, is_denied, disk.unit));
}

Test(gate_disks, another_medium_in_the_drive_is_another_device) {
        struct disk_made drive = an_optical_drive();
        unsigned records;

        keeper_comes(&k);
        (void)insert(k.t.bed, &drive);
        cr_assert(until(&k.t, is_denied, drive.unit));
        records = terminal_records("device-refused");
        change_medium(k.t.bed, &drive, 77);
        number = 77;
        cr_assert(until(&k.t, has_the_number, drive.unit));
        cr_expect_eq(terminal_records("device-refused"), records + 1);
}

Test(gate_disks, what_the_system_stands_on_is_never_judged) {
        struct disk_made ours = a_scsi_disk(), card = a_card();

        cr_assert_eq(grants_set_system(&k.grants, "devices/pci0000:00/0000:00:07.0/virtio3/host2/target2:0:1/2:0:1:0"),
                     0);
        (void)insert(k.t.bed, &ours);
        keeper_comes(&k);
        (void)insert(k.t.bed, &card);
        cr_assert(until(&k.t, is_denied, card.unit));
        cr_assert(until(&k.t, is_settled, ""));
        cr_expect(is_gone(&k.t, ours.unit));
        change_medium(k.t.bed, &ours, 99);
        change_medium(k.t.bed, &card, 98);
        number = 98;
        cr_assert(until(&k.t, has_the_number, card.unit));
        cr_expect(is_gone(&k.t, ours.unit));
}

Test(gate_disks, a_disk_that_turns_out_to_be_the_systems_is_let_go) {
        struct disk_made disk = a_scsi_disk();

        (void)insert(k.t.bed, &disk);
        keeper_comes(&k);
        cr_assert(until(&k.t, is_denied, disk.unit));
        keeper_goes(&k);
        cr_assert_eq(grants_set_system(&k.grants, "devices/pci0000:00/0000:00:07.0/virtio3/host2/target2:0:1/2:0:1:0"),
                     0);
        keeper_comes(&k);
        cr_expect(until(&k.t, is_gone, disk.unit));
}

Test(gate_disks, what_is_in_stays_in_while_the_keeper_starts_again) {
        struct disk_made card = a_card();

        keeper_comes(&k);
        kept_push(&k, CARDS_TO_READ);
        (void)insert(k.t.bed, &card);
        cr_assert(until(&k.t, was_told_to_read, card.unit));
        cr_assert(until(&k.t, is_allowed, card.unit));
        keeper_goes(&k);
        k.heard[KEEPER_READ].n = 0;
        keeper_comes(&k);
        cr_assert(until(&k.t, was_told_to_read, card.unit));
        cr_expect(is_allowed(&k.t, card.unit));
        cr_expect_eq(terminal_records("device-revoked"), 0);
}
