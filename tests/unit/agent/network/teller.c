/* SPDX-License-Identifier: MIT */
/* teller.c — what happens while there is no agent is told once there is one, and how much of it could not be kept. */
#include "network/teller.h"

#include "support/scratch.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static char root[SCRATCH];
static struct loop *loop;
static struct teller *teller;
static int listening = -1, agent = -1;

static void given_a_teller(void) {
        struct err err = { 0 };

        cr_assert(scratch_make(root, "teller"));
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(teller_new(loop, root, &teller, &err), 0, "%s", err.text);
}

static void agent_goes(void) {
        cleanup_close(&agent);
        cleanup_close(&listening);
}

static void drop(void) {
        char path[SCRATCH + 32];

        agent_goes();
        teller_free(teller);
        loop_free(loop);
        (void)snprintf(path, sizeof path, "%s/" NETWORK_SOCKET, root);
        (void)unlink(path);
        (void)rmdir(root);
}

TestSuite(teller, .init = given_a_teller, .fini = drop, .timeout = 10);

static void idle(void *ctx) {
        loop_stop(ctx);
}

/* Something has happened that the teller is woken by. */
static void turn(void) {
        loop_resume(loop);
        cr_assert_eq(loop_run(loop, idle, loop), 0);
}

static void agent_comes(void) {
        cr_assert_eq(socket_listen(root, NETWORK_SOCKET, 0600, &listening), 0);
        turn();
        agent = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        cr_assert_geq(agent, 0);
}

static struct network_event heard(void) {
        struct network_event e = { .type = NETWORK_EVENTS };
        uint8_t raw[NETWORK_EVENT_MAX];
        ssize_t n = socket_receive(agent, raw, sizeof raw, NULL);

        if (n > 0)
                cr_assert_eq(network_event_decode(bytes_of(raw, (size_t)n), &e), 0);
        return e;
}

static void radio(uint32_t index) {
        teller_tell(teller, &(struct network_event){ .type = NETWORK_EVENT_RADIO, .radio.index = index });
}

static const struct network_in_force refuses = { NETWORK_FORCE_REFUSES, 7, "" },
                                     failed = { NETWORK_FORCE_NOT, 7, "no nf_tables" };

Test(teller, what_happened_before_is_told_in_its_order_and_then_what_holds) {
        struct network_event e;

        teller_force(teller, &failed);
        radio(1);
        teller_force(teller, &refuses);
        radio(2);
        agent_comes();
        cr_expect_eq(heard().force.force, NETWORK_FORCE_NOT);
        cr_expect_eq(heard().radio.index, 1);
        cr_expect_eq(heard().force.force, NETWORK_FORCE_REFUSES);
        cr_expect_eq(heard().radio.index, 2);
        e = heard();
        cr_expect_eq(e.type, NETWORK_EVENT_FORCE);
        cr_expect_eq(e.force.serial, 7);
        cr_expect_eq(heard().type, NETWORK_EVENTS, "that was all");
}

Test(teller, what_happens_now_is_told_at_once) {
        agent_comes();
        radio(3);
        cr_expect_eq(heard().radio.index, 3);
        teller_force(teller, &refuses);
        teller_force(teller, &refuses);
        cr_expect_eq(heard().type, NETWORK_EVENT_FORCE);
}

Test(teller, what_holds_already_is_not_told_again) {
        agent_comes();
        teller_force(teller, &refuses);
        while (heard().type != NETWORK_EVENTS)
                ;
        teller_force(teller, &refuses);
        cr_expect_eq(heard().type, NETWORK_EVENTS);
        teller_force(teller, &failed);
        cr_expect_eq(heard().force.force, NETWORK_FORCE_NOT);
}

Test(teller, what_cannot_be_kept_is_counted_and_that_is_told) {
        struct network_event e;

        teller_force(teller, &refuses);
        for (uint32_t i = 1; i < TELLER_KEPT + 44; i++)
                radio(i);
        teller_tell(teller, &(struct network_event){ .type = NETWORK_EVENT_RADIO, .untold = 10 });
        agent_comes();
        cr_expect_eq(heard().type, NETWORK_EVENT_FORCE);
        for (uint32_t i = 1; i < TELLER_KEPT; i++)
                cr_assert_eq(heard().radio.index, i);
        e = heard();
        cr_expect_eq(e.type, NETWORK_EVENT_LOST);
        cr_expect_eq(e.untold, 44 + 11, "with what that one stood for");
        cr_expect_eq(heard().type, NETWORK_EVENT_FORCE);
}

Test(teller, another_agent_hears_what_holds_and_nothing_twice) {
        teller_force(teller, &refuses);
        agent_comes();
        while (heard().type != NETWORK_EVENTS)
                ;
        agent_goes();
        turn();
        radio(4);
        agent_comes();
        cr_expect_eq(heard().radio.index, 4);
        cr_expect_eq(heard().force.force, NETWORK_FORCE_REFUSES);
        cr_expect_eq(heard().type, NETWORK_EVENTS);
}

/* It reads nothing, and all that the kernel keeps for it is used up. */
Test(teller, an_agent_that_does_not_read_gets_it_later) {
        unsigned got = 0, turns = 0;

        agent_comes();
        for (uint32_t i = 1; i <= 3000; i++)
                radio(i);
        for (; got < 3000; turns++) {
                struct network_event e;

                while ((e = heard()).type != NETWORK_EVENTS)
                        got += e.type == NETWORK_EVENT_LOST ? (unsigned)e.untold : 1;
                if (got < 3000)
                        turn(); /* the timer */
        }
        cr_expect_eq(got, 3000, "one by one, or counted");
        cr_expect_gt(turns, 1);
}

Test(teller, nobody_is_told_without_one) {
        teller_tell(NULL, &(struct network_event){ .type = NETWORK_EVENT_RESTORED });
        teller_force(NULL, &refuses);
        teller_free(NULL);
}
