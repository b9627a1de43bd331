/* SPDX-License-Identifier: MIT */
/* hearing.c — what the firewall tells is recorded; that nobody is there who ought to be is recorded, too, once. */
#include "network/hearing.h"

#include "host/file.h"
#include "unit/agent/daemon/terminal.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static struct terminal t;
static struct hearing *hearing;

static void listen_again(void) {
        struct err err = { 0 };

        hearing_free(hearing);
        hearing = NULL;
        cr_assert_eq(hearing_new(t.loop, ".", store_fd(t.store), t.audit, &hearing, &err), 0, "%s", err.text);
}

static void given_an_ear(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        cr_assert_eq(state_new(t.store, t.audit, &t.state, &err), 0, "%s", err.text);
        listen_again();
}

static void drop(void) {
        hearing_free(hearing);
        terminal_end(&t);
}

TestSuite(hearing, .init = given_an_ear, .fini = drop, .timeout = 20);

static void stage_is(enum network_stage s) {
        auto_fd dir = directory_open(store_fd(t.store), NETWORK_DIR);

        cr_assert_eq(network_stage_write(dir, s, NULL), 0);
}

static bool is_recorded(struct terminal *u, const char *type) {
        (void)u;
        return terminal_records(type) > 0;
}

static bool has_come(struct terminal *u, const char *path) {
        (void)u, (void)path;
        return hearing_report(hearing).is_there;
}

static bool has_gone(struct terminal *u, const char *path) {
        return !has_come(u, path);
}

static int firewall_calls(void) {
        int fd = -1;

        cr_assert_eq(socket_connect(".", NETWORK_SOCKET, &fd), 0);
        return fd;
}

static void tell(int fd, const struct network_event *e) {
        uint8_t raw[NETWORK_EVENT_MAX];

        cr_assert_eq(socket_send(fd, raw, network_event_encode(e, raw), -1), 0);
}

static const struct network_event refuses = { .type = NETWORK_EVENT_FORCE, .force = { NETWORK_FORCE_REFUSES, 7, "" } };

Test(hearing, its_socket_is_roots_alone) {
        struct stat st;

        cr_assert_eq(stat(NETWORK_SOCKET, &st), 0);
        cr_expect_eq(st.st_mode & 07777, 0600);
        hearing_free(hearing);
        hearing = NULL;
        cr_expect_lt(stat(NETWORK_SOCKET, &st), 0);
}

Test(hearing, what_is_told_is_recorded_and_known) {
        auto_fd fd = firewall_calls();

        tell(fd, &refuses);
        tell(fd, &(struct network_event){ .type = NETWORK_EVENT_RESTORED });
        cr_assert(until(&t, is_recorded, "network-restored"));
        cr_expect_eq(terminal_records("network-in-force"), 1);
        cr_expect(hearing_report(hearing).is_there);
        cr_expect_eq(hearing_report(hearing).said.serial, 7);
        cr_expect_eq(hearing_report(hearing).said.force, NETWORK_FORCE_REFUSES);
}

Test(hearing, what_is_only_told_again_is_not_recorded_again) {
        int fd = firewall_calls();

        tell(fd, &refuses);
        cr_assert(until(&t, is_recorded, "network-in-force"));
        (void)close(fd);
        cr_assert(until(&t, has_gone, NULL));
        fd = firewall_calls();
        tell(fd, &refuses);
        tell(fd, &(struct network_event){ .type = NETWORK_EVENT_RESTORED });
        cr_assert(until(&t, is_recorded, "network-restored"));
        cr_expect_eq(terminal_records("network-in-force"), 1);
        (void)close(fd);
}

Test(hearing, a_firewall_that_is_not_understood_is_shut_out) {
        auto_fd fd = firewall_calls();

        cr_assert(until(&t, has_come, NULL));
        cr_assert_eq(socket_send(fd, "nonsense", 8, -1), 0);
        cr_expect(until(&t, has_gone, NULL));
}

Test(hearing, many_at_once_are_all_heard) {
        auto_fd fd = firewall_calls();

        tell(fd, &refuses);
        for (unsigned i = 0; i < 100; i++)
                tell(fd, &(struct network_event){ .type = NETWORK_EVENT_LOST, .untold = 1 });
        tell(fd, &(struct network_event){ .type = NETWORK_EVENT_RESTORED });
        cr_expect(until(&t, is_recorded, "network-restored"));
        cr_expect(hearing_report(hearing).is_there);
}

Test(hearing, what_the_last_one_said_is_heard_before_the_next) {
        auto_fd one = firewall_calls(), two = -1;

        cr_assert(until(&t, has_come, NULL));
        tell(one, &refuses);
        two = firewall_calls();
        tell(two, &(struct network_event){ .type = NETWORK_EVENT_RESTORED });
        cr_assert(until(&t, is_recorded, "network-restored"));
        cr_expect_eq(terminal_records("network-in-force"), 1);
}

/* It is waited for, in earnest. */
Test(hearing, nobody_there_although_it_ought_to_be_is_recorded_once, .timeout = 60) {
        stage_is(NETWORK_ENFORCE);
        cr_expect_eq(terminal_records("network-silent"), 0);
        cr_assert(until(&t, is_recorded, "network-silent"));
        cr_expect_eq(terminal_records("network-silent"), 1);
        cr_expect_eq(hearing_report(hearing).stage, NETWORK_ENFORCE);
        cr_expect_not(hearing_report(hearing).is_there);
}

Test(hearing, without_an_ear_the_firewall_is_missed) {
        const struct hearing_report r = hearing_report(NULL);

        cr_expect(network_stage_enforces(r.stage) && !r.is_there);
}
