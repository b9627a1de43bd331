/* SPDX-License-Identifier: MIT */
/* Which disks are looked at, who is let in for it, and what is said of a device that has several. The plane is a map
 * in memory; the disks are files, so that nothing is read on them. */
#include "keeper/nodes.h"

#include "unit/agent/keeper/sysfs.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define USB "devices/pci0000:00/0000:00:14.0/usb1/1-2"
#define LUN(n) USB "/1-2:1.0/host6/target6:0:0/6:0:0:" #n
#define DISK LUN(0) "/block/sda"
#define OTHER LUN(1) "/block/sdb"

static struct nodes nodes;
static struct loop *loop;
static struct keeper_word said;
static unsigned times;

static const struct node sda = { NODE_BLOCK, 8, 0 }, sda1 = { NODE_BLOCK, 8, 1 }, sdb = { NODE_BLOCK, 8, 16 },
                         sg = { NODE_CHAR, 21, 0 };

static void told(void *ctx, const char *path, uint64_t diskseq, const struct medium_facts *m) {
        (void)ctx;
        cr_expect_str_eq(path, USB);
        said.diskseq = diskseq;
        said.medium = *m;
        times++;
        loop_stop(loop);
}

static void given_a_reader(void) {
        nodes = (struct nodes){ .dirs = sysfs_begin(), .plane = PLANE_NONE, .in_force = true, .told = told };
        sysfs_write("sys/" USB "/dev", "189:130\n");
        sysfs_link("sys/" USB "/subsystem", "../../../../../bus/usb");
        sysfs_device("block", DISK, "8:0", "41\n");
        sysfs_device("block", DISK "/sda1", "8:1", NULL);
        sysfs_device("scsi_generic", LUN(0) "/scsi_generic/sg0", "21:0", NULL);
        sysfs_write("dev/sda", "no block device");
        cr_assert_eq(loop_new(&loop), 0);
        nodes_watch(&nodes, loop);
}

static void given_two_slots(void) {
        given_a_reader();
        sysfs_device("block", OTHER, "8:16", "42\n");
        sysfs_write("dev/sdb", "no block device");
}

static void drop(void) {
        nodes_blind(&nodes);
        loop_free(loop);
        sysfs_end(&nodes.dirs);
}

static void idle(void *ctx) {
        (void)ctx;
}

static void until_told(void) {
        cr_assert_eq(loop_run(loop, idle, NULL), 0);
        loop_resume(loop);
}

/* -1: the map does not name it. */
static int mode(const struct node *n) {
        struct entry e;

        return plane_get(&nodes.plane, n, &e) < 0 ? -1 : (int)e.mode;
}

static uint32_t opener(const struct node *n) {
        struct entry e;

        return plane_get(&nodes.plane, n, &e) < 0 ? 0 : e.opener;
}

static void grant(uint64_t upto) {
        nodes_grant(&nodes, USB, &(struct nodes_terms){ .mode = MODE_WRITE, .upto = upto });
}

/* What a look would have found. */
static void is_known(uint64_t diskseq, enum medium_state state, uint8_t uuid) {
        for (size_t i = 0; i < MEDIA_MAX; i++)
                if (nodes.media.seen[i].diskseq == diskseq)
                        nodes.media.seen[i].medium = (struct medium_facts){ state, uuid != 0, { { uuid } } };
}

TestSuite(nodes_look, .init = given_a_reader, .fini = drop, .timeout = 30);
TestSuite(media_of, .init = given_two_slots, .fini = drop, .timeout = 30);

Test(nodes_look, one_process_is_let_in_until_it_has_answered_and_nobody_else) {
        nodes_look(&nodes, USB);
        cr_assert_neq(opener(&sda), 0);
        cr_expect_eq(mode(&sda), MODE_NONE);
        cr_expect_eq(mode(&sda1), -1);
        until_told();
        cr_expect_eq(said.medium.state, MEDIUM_UNREADABLE, "a file is no disk");
        cr_expect_eq(said.diskseq, 41);
        cr_expect_eq(mode(&sda), -1);
        cr_expect_eq(nodes.media.running, 0);
}

Test(nodes_look, what_is_let_in_already_stays_so_meanwhile) {
        grant(0);
        cr_assert_eq(mode(&sda), MODE_WRITE);
        nodes_look(&nodes, USB);
        until_told();
        cr_expect_eq(mode(&sda), MODE_WRITE);
        cr_expect_eq(mode(&sda1), MODE_WRITE);
}

Test(nodes_look, a_change_while_somebody_looks_makes_the_answer_one_of_the_past) {
        const struct uevent changed = {
                .action = "change", .subsystem = "block", .path = DISK "/sda1", .major = 8, .minor = 1
        };

        nodes_look(&nodes, USB);
        nodes_announced(&nodes, &changed);
        cr_assert(nodes.media.seen[0].again);
        until_told();
        cr_expect_not(nodes.media.seen[0].again);
        cr_expect_eq(times, 1);
}

Test(nodes_look, an_announcement_that_comes_late_does_not_shut_the_one_who_looks_out) {
        const struct uevent added = { .action = "add", .subsystem = "block", .path = DISK, .major = 8, .minor = 0 };
        uint32_t who;

        nodes_look(&nodes, USB);
        who = opener(&sda);
        nodes_announced(&nodes, &added);
        cr_expect_neq(who, 0);
        cr_expect_eq(opener(&sda), who);
        until_told();
        cr_expect(nodes.media.seen[0].at.rescan, "it was never opened, so the kernel has not read its table yet");
}

Test(nodes_look, the_same_is_not_said_twice_unless_it_is_asked_for) {
        struct medium_facts m = { .state = MEDIUM_PLAIN };

        cr_assert_eq(grants_look(&nodes.grants, USB, 0), 0);
        cr_expect(grants_tell(&nodes.grants, DISK, 41, &m));
        cr_expect_not(grants_tell(&nodes.grants, DISK, 41, &m));
        cr_expect(grants_tell(&nodes.grants, DISK, 42, &m));
        m.state = MEDIUM_ENCRYPTED;
        cr_expect(grants_tell(&nodes.grants, DISK, 42, &m));
        cr_assert_eq(grants_set(&nodes.grants, USB, MODE_WRITE, 42, 0), 0);
        cr_expect_not(grants_tell(&nodes.grants, DISK, 42, &m));
        cr_assert_eq(grants_look(&nodes.grants, USB, 0), 0);
        cr_expect(grants_tell(&nodes.grants, DISK, 42, &m));
        cr_assert_eq(grants_set(&nodes.grants, USB, MODE_WRITE, 0, 0), 0);
        cr_expect_not(grants_tell(&nodes.grants, DISK, 43, &m), "whoever has it whatever is on it is told nothing");
}

Test(nodes_look, a_disk_that_leaves_takes_its_process_with_it) {
        const struct uevent gone = { .action = "remove",
                                     .subsystem = "block",
                                     .type = "disk",
                                     .path = DISK,
                                     .major = 8,
                                     .minor = 0,
                                     .diskseq = 41 };

        nodes_look(&nodes, USB);
        cr_assert_eq(nodes.media.running, 1);
        nodes_announced(&nodes, &gone);
        cr_expect_eq(nodes.media.running, 0);
        cr_expect_eq(mode(&sda), -1);
        cr_expect_eq(times, 0);
}

Test(nodes_look, a_process_that_hangs_on_its_disk_is_given_up_and_nobody_waits_for_it, .timeout = 40) {
        nodes_look(&nodes, USB);
        cr_assert_eq(kill(nodes.media.seen[0].child.pid, SIGSTOP), 0);
        until_told(); /* ten seconds */
        cr_expect_eq(said.medium.state, MEDIUM_UNREADABLE);
        cr_expect_eq(nodes.media.running, 0);
        cr_expect_eq(mode(&sda), -1, "the plane names it no more");
}

Test(media_of, what_is_granted_for_a_medium_is_for_the_disks_that_were_seen) {
        nodes_look(&nodes, USB);
        until_told();
        is_known(41, MEDIUM_ENCRYPTED, 1);
        grant(41);
        cr_expect_eq(mode(&sda), MODE_WRITE);
        cr_expect_eq(mode(&sda1), MODE_WRITE);
        cr_expect_eq(mode(&sdb), -1, "it came later");
        cr_expect_eq(mode(&sg), -1, "what goes round the disk");
        is_known(42, MEDIUM_UNREADABLE, 0);
        grant(42);
        cr_expect_eq(mode(&sdb), -1, "nothing was read on it");
        is_known(42, MEDIUM_PLAIN, 0);
        grant(42);
        cr_expect_eq(mode(&sdb), MODE_WRITE);
}

Test(media_of, another_medium_in_the_drive_is_refused_before_anybody_has_looked) {
        const struct uevent changed = {
                .action = "change", .subsystem = "block", .path = DISK, .major = 8, .minor = 0
        };

        nodes_look(&nodes, USB);
        until_told();
        is_known(41, MEDIUM_ENCRYPTED, 1);
        grant(41);
        cr_assert_eq(mode(&sda), MODE_WRITE);
        sysfs_write("sys/" DISK "/diskseq", "43\n");
        nodes_announced(&nodes, &changed);
        cr_expect_neq(mode(&sda), MODE_WRITE);
}

Test(media_of, all_that_have_a_medium_must_be_encrypted_and_only_one_can_be_the_one) {
        static const struct {
                enum medium_state first, second, together;
                bool uuid;
        } rows[] = {
                { MEDIUM_ENCRYPTED, MEDIUM_UNREADABLE, MEDIUM_ENCRYPTED, true },
                { MEDIUM_UNREADABLE, MEDIUM_PLAIN, MEDIUM_PLAIN, true },
                { MEDIUM_ENCRYPTED, MEDIUM_ENCRYPTED, MEDIUM_ENCRYPTED, false },
                { MEDIUM_ENCRYPTED, MEDIUM_PLAIN, MEDIUM_PLAIN, false },
                { MEDIUM_UNREADABLE, MEDIUM_UNREADABLE, MEDIUM_UNREADABLE, false },
        };

        nodes_look(&nodes, USB);
        until_told();
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct medium_facts m;
                uint64_t diskseq;

                is_known(41, rows[i].first, rows[i].first != MEDIUM_UNREADABLE);
                is_known(42, rows[i].second, rows[i].second != MEDIUM_UNREADABLE ? 2 : 0);
                cr_assert(media_of(&nodes.media, USB, &diskseq, &m));
                cr_expect_eq(diskseq, 42);
                cr_expect_eq(m.state, rows[i].together, "row %zu", i);
                cr_expect_eq(m.n, rows[i].uuid, "row %zu", i);
        }
        is_known(42, MEDIUM_UNKNOWN, 0);
        cr_expect_not(media_of(&nodes.media, USB, &(uint64_t){ 0 }, &(struct medium_facts){ 0 }),
                      "one is not seen yet");
}
