/* SPDX-License-Identifier: MIT */
/* What is done about an observer: one that lost events, lies, hangs or comes back. The first one is real; then we speak
 * in its place. */
#include "gate/watch.h"

#include "support/bed.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static struct bed *bed;
static struct loop *loop;
static struct watch w;
static struct timer limit;
static unsigned sightings, scans;
static char why[128];
static int speaker; /* the end that an observer would hold */

static void sighted(struct watch *of, const struct sighting *s) {
        (void)of, (void)s;
        sightings++;
}

static void scanned(struct watch *of) {
        (void)of;
        scans++;
}

static void lost(struct watch *of, const char *reason) {
        (void)of;
        (void)snprintf(why, sizeof why, "%s", reason);
}

static void timed_out(struct timer *t, bool clock_was_set) {
        (void)t, (void)clock_was_set;
        cr_assert_fail("it does not come to that");
}

static bool (*awaited)(void);

static void look(void *ctx) {
        (void)ctx;
        if (awaited())
                loop_stop(loop);
}

static void until(bool (*claim)(void)) {
        awaited = claim;
        loop_resume(loop);
        cr_assert_eq(timer_in_ms(&limit, 5000), 0);
        cr_assert_eq(loop_run(loop, look, NULL), 0);
        cr_assert_eq(timer_in_ms(&limit, -1), 0);
}

static bool is_settled(void) {
        return watch_settled(&w);
}

static bool is_scanning(void) {
        return !watch_settled(&w);
}

static bool has_told(void) {
        return sightings;
}

static bool was_lost(void) {
        return why[0];
}

/* From here on what is read in its name comes from us. */
static void take_its_place(void) {
        int ends[2];

        cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
        loop_remove(loop, &w.source);
        cr_assert_eq(dup3(ends[0], w.source.fd, O_CLOEXEC), w.source.fd);
        cr_assert_eq(loop_add(loop, &w.source, EPOLLIN), 0);
        (void)close(ends[0]);
        if (speaker >= 0)
                (void)close(speaker);
        speaker = ends[1];
        sightings = scans = 0;
        why[0] = '\0';
}

static void given_an_observer_that_has_scanned(void) {
        bed = bed_new();
        speaker = -1;
        w = (struct watch){ .sighted = sighted, .scanned = scanned, .lost = lost };
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(timer_init(&limit, loop, CLOCK_MONOTONIC, timed_out), 0);
        cr_assert_eq(watch_start(&w, loop), 0);
        until(is_settled);
        cr_assert_eq(scans, 1);
        take_its_place();
}

static void drop(void) {
        watch_stop(&w);
        timer_deinit(&limit);
        loop_free(loop);
        if (speaker >= 0)
                (void)close(speaker);
        bed_free(bed);
}

TestSuite(watch, .init = given_an_observer_that_has_scanned, .fini = drop, .timeout = 20);

static void say(const void *p, size_t n) {
        cr_assert_eq(send(speaker, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

static void say_sighting(const struct sighting *s) {
        uint8_t wire[SIGHTING_MAX];

        say(wire, sighting_encode(s, wire, sizeof wire));
}

/* The number of the scan that we are asked for; 0: we are not. */
static uint32_t asked_for(void) {
        uint8_t request[SCAN_REQUEST_SIZE];
        uint32_t scan = 0;

        if (socket_receive(speaker, request, sizeof request, NULL) > 0)
                cr_assert_eq(scan_request_decode(bytes_of(request, sizeof request), &scan), 0);
        return scan;
}

Test(watch, after_lost_events_everything_is_looked_at_again) {
        cr_expect_eq(asked_for(), 0);
        say_sighting(&(struct sighting){ .type = SIGHTING_LOST });
        until(is_scanning);
        cr_expect_eq(asked_for(), w.scan);
        say_sighting(&(struct sighting){ .type = SIGHTING_SCANNED, .scan = w.scan });
        until(is_settled);
        cr_expect_eq(scans, 1);
        cr_expect_not(was_lost(), "the observer stays");
}

/* Events lost during a scan: its answer is no longer the whole truth. */
Test(watch, the_answer_to_an_older_scan_settles_nothing) {
        watch_rescan(&w);
        watch_rescan(&w);
        cr_expect_eq(asked_for(), w.scan - 1);
        cr_expect_eq(asked_for(), w.scan);
        say_sighting(&(struct sighting){ .type = SIGHTING_SCANNED, .scan = w.scan - 1 });
        say_sighting(&(struct sighting){ .type = SIGHTING_GONE, .path = "usb1" });
        until(has_told);
        cr_expect_eq(scans, 0);
        cr_expect(is_scanning());
}

static void expect_another(pid_t before, const char *because) {
        until(was_lost);
        until(is_settled);
        cr_expect(strstr(why, because), "'%s' does not say '%s'", why, because);
        cr_expect_neq(w.observer.pid, before, "%s", because);
        cr_expect_eq(scans, 1, "it begins with a scan");
        cr_expect_eq(sightings, 1, "and tells the controller");
}

Test(watch, one_that_sends_what_no_observer_sends_is_replaced) {
        static uint8_t noise[100000];
        static const struct {
                size_t n;
                uint8_t head[4];
                const char *garbage;
        } table[] = {
                { 1, { 1 }, "a message cut short" },
                { sizeof noise, { 1, SIGHTING_LOST }, "one of a hundred thousand bytes" },
                { 600, { 0xff, 0xff }, "one of another version" },
                { 2, { 1, SIGHTING_SCANNED + 1 }, "a type that does not exist" },
                { 4, { 1, SIGHTING_LOST, 0, 0 }, "a sound one with a tail" },
        };

        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
                pid_t before = w.observer.pid;

                memcpy(noise, table[i].head, sizeof table[i].head);
                say(noise, table[i].n);
                expect_another(before, "what no observer sends");
                take_its_place();
        }
}

Test(watch, one_that_sends_a_descriptor_is_replaced) {
        uint8_t wire[SIGHTING_MAX];
        const struct sighting s = { .type = SIGHTING_LOST };
        pid_t before = w.observer.pid;

        cr_assert_eq(socket_send(speaker, wire, sighting_encode(&s, wire, sizeof wire), STDIN_FILENO), 0);
        expect_another(before, "what no observer sends");
}

Test(watch, one_that_does_not_answer_is_replaced) {
        pid_t before = w.observer.pid;

        watch_rescan(&w);
        cr_assert_eq(timer_in_ms(&w.deadline, 1), 0); /* rather than wait for ten seconds */
        expect_another(before, "did not answer");
}

Test(watch, one_that_does_not_listen_is_replaced) {
        pid_t before = w.observer.pid;

        while (!was_lost())
                watch_rescan(&w);
        expect_another(before, "does not listen");
}

Test(watch, one_that_ends_is_replaced) {
        pid_t before = w.observer.pid;

        (void)close(speaker);
        speaker = -1;
        expect_another(before, "ended");
}
