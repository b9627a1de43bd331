/* SPDX-License-Identifier: MIT */
/* observer.c — the real child program, started like the agent starts it, before simulated hardware. */
#include "helper/observer.h"
#include "support/bed.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bed *bed;
static struct child child;

static void given_a_computer(void) {
        struct err err;

        bed = bed_new();
        cr_assert_eq(observer_spawn(&child, &err), 0, "%s", err.text);
}

static void drop(void) {
        child_stop(&child);
        bed_free(bed);
}

TestSuite(observer, .init = given_a_computer, .fini = drop, .timeout = 20);

/* The next sighting; type 0 after `timeout_ms` of silence. */
static struct sighting heard_within(int timeout_ms) {
        struct sighting s = { 0 };
        struct pollfd p = { .fd = child.fd, .events = POLLIN };

        if (poll(&p, 1, timeout_ms) == 1) {
                int r = observer_read(&child, &s);

                cr_assert_eq(r, 1, "reading gave %d", r);
        }
        return s;
}

static struct sighting heard(void) {
        return heard_within(2000);
}

/* Once it has answered a scan, it listens. */
static void until_it_listens(void) {
        struct sighting s;

        cr_assert_eq(observer_scan(&child, 1), 0);
        do
                s = heard();
        while (s.type && s.type != SIGHTING_SCANNED);
        cr_assert_eq(s.type, SIGHTING_SCANNED);
}

Test(observer, a_scan_tells_controllers_first_then_parents_before_children) {
        static const struct {
                enum sighting_type type;
                const char *port;
        } expected[] = {
                { SIGHTING_CONTROLLER, "" },  { SIGHTING_CONTROLLER, "" }, { SIGHTING_DEVICE, "1-1" },
                { SIGHTING_DEVICE, "1-1.1" }, { SIGHTING_DEVICE, "1-2" },
        };
        const char *hub = plug(bed, a_hub());

        (void)plug(bed, a_stick());
        (void)plug_into(bed, hub, a_keyboard());
        (void)bed_controller(bed, 2);
        until_it_listens();
        cr_assert_eq(observer_scan(&child, 4711), 0);
        for (size_t i = 0; i < 5; i++) {
                struct sighting s = heard();

                cr_expect_eq(s.type, expected[i].type, "sighting %zu", i);
                cr_expect_str_eq(s.facts.port, expected[i].port);
        }
        cr_expect_eq(heard().scan, 4711);
}

Test(observer, what_is_plugged_is_told_with_its_facts) {
        const char *path;
        struct sighting s;

        until_it_listens();
        path = plug(bed, a_stick());
        s = heard();
        cr_assert_eq(s.type, SIGHTING_DEVICE);
        cr_expect_str_eq(s.path, path);
        cr_expect_eq(s.busnum, 1);
        cr_expect_eq(s.devnum, 2);
        cr_expect_eq(s.facts.vendor, 0x0951);
        cr_expect_eq(s.facts.product, 0x1666);
        cr_expect_str_eq(s.facts.serial, "E0D55EA573F5F3A0");
        cr_expect_str_eq(s.facts.name, "DataTraveler 3.0");
        cr_expect_str_eq(s.facts.manufacturer, "Kingston");
        cr_expect_eq(s.facts.n_interfaces, 1);
        cr_expect_eq(s.facts.interfaces[0].klass, 8);
        cr_expect_not(s.facts.malformed);
}

Test(observer, each_device_is_announced_once) {
        until_it_listens();
        (void)plug(bed, a_keyboard());
        cr_expect_eq(heard().type, SIGHTING_DEVICE);
        cr_expect_eq(heard_within(200).type, 0, "udevd's announcement of the same adds nothing");
}

Test(observer, what_is_unplugged_is_gone) {
        const char *path = plug(bed, a_stick());
        char where[256];
        struct sighting s;

        (void)snprintf(where, sizeof where, "%s", path);
        until_it_listens();
        unplug(bed, path);
        s = heard();
        cr_expect_eq(s.type, SIGHTING_GONE);
        cr_expect_str_eq(s.path, where);
}

Test(observer, a_new_controller_is_told_as_one) {
        const char *path;
        struct sighting s;

        until_it_listens();
        path = bed_controller(bed, 7);
        s = heard();
        cr_expect_eq(s.type, SIGHTING_CONTROLLER);
        cr_expect_str_eq(s.path, path);
}

Test(observer, a_phone_is_known_for_one_by_the_hardware_database) {
        const char *path = plug(bed, a_phone());
        struct sighting s;

        cr_assert_eq(observer_scan(&child, 1), 0);
        do
                s = heard();
        while (s.type && strcmp(s.path, path) != 0);
        cr_expect(s.facts.speaks_mtp);
        cr_expect_eq(s.facts.interfaces[0].klass, 0xff, "and is still what it says it is");
}

Test(observer, a_changed_device_is_told_again) {
        const char *path = plug(bed, a_stick());

        until_it_listens();
        bed_announce(bed, path, "change");
        cr_expect_eq(heard().type, SIGHTING_DEVICE);
        bed_announce(bed, path, "unbind");
        cr_expect_eq(heard_within(200).type, 0, "that its drivers leave it changes no fact");
}

Test(observer, a_device_that_is_set_up_is_told_by_its_place) {
        const char *path = plug(bed, a_stick());
        struct sighting s;

        until_it_listens();
        bed_announce(bed, path, "bind");
        s = heard();
        cr_expect_eq(s.type, SIGHTING_BOUND);
        cr_expect_str_eq(s.path, path);
        cr_expect_eq(s.facts.n_interfaces, 0);
}

Test(observer, a_liar_does_not_stop_it) {
        struct hardware h = a_bad_keyboard();
        struct sighting s;

        until_it_listens();
        h.descriptors[18 + 4] = 1;
        (void)plug(bed, h);
        s = heard();
        cr_expect_eq(s.type, SIGHTING_DEVICE);
        cr_expect(s.facts.malformed);
        (void)plug(bed, a_keyboard());
        cr_expect_not(heard().facts.malformed);
}

/* The agent may be busy for a while; nothing that was announced may be lost meanwhile. */
Test(observer, nothing_is_dropped_while_nobody_reads) {
        enum { DEVICES = 20, SCANS = 40 };
        unsigned devices = 0, scans = 0;

        for (int i = 0; i < DEVICES; i++)
                (void)plug_silently(bed, a_webcam());
        for (uint32_t i = 0; i < SCANS; i++)
                cr_assert_eq(observer_scan(&child, i), 0);
        (void)usleep(300000);
        for (struct sighting s = heard(); s.type && scans < SCANS; s = scans < SCANS ? heard() : s) {
                devices += s.type == SIGHTING_DEVICE;
                if (s.type == SIGHTING_SCANNED)
                        cr_expect_eq(s.scan, scans++, "answers come in order");
        }
        cr_expect_eq(scans, SCANS);
        cr_expect_eq(devices, DEVICES * SCANS);
}

/* One line of /proc/PID/status, as text behind the colon. */
static const char *status_of(pid_t pid, const char *key) {
        static char line[256];
        char path[64];
        FILE *f;

        (void)snprintf(path, sizeof path, "/proc/%d/status", pid);
        f = fopen(path, "re");
        cr_assert_not_null(f);
        while (fgets(line, sizeof line, f)) {
                size_t n = strlen(key);

                if (strncmp(line, key, n) == 0 && line[n] == ':') {
                        (void)fclose(f);
                        line[strcspn(line, "\n")] = '\0';
                        return line + n + 1 + strspn(line + n + 1, "\t ");
                }
        }
        (void)fclose(f);
        return "";
}

Test(observer, it_has_given_everything_away) {
        until_it_listens();
        for (size_t i = 0; i < 5; i++) {
                static const char *const sets[] = { "CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd" };

                if (i < 4 || getuid() == 0) /* an ordinary user has no right to shrink its bounding set */
                        cr_expect_str_eq(status_of(child.pid, sets[i]), "0000000000000000", "%s", sets[i]);
        }
        cr_expect_str_eq(status_of(child.pid, "Seccomp"), "2");
        cr_expect_str_eq(status_of(child.pid, "NoNewPrivs"), "1");
        cr_expect_str_eq(status_of(child.pid, "Threads"), "1");
        cr_expect_neq(strtoul(status_of(child.pid, "Uid"), NULL, 10), 0, "not root, whoever started it");
        cr_expect_neq(strtoul(status_of(child.pid, "Gid"), NULL, 10), 0);
        if (getuid() == 0)
                cr_expect_str_eq(status_of(child.pid, "Groups"), "");
}

Test(observer, it_sleeps_when_nothing_happens) {
        unsigned long before;

        until_it_listens();
        (void)usleep(50000);
        before = strtoul(status_of(child.pid, "voluntary_ctxt_switches"), NULL, 10);
        (void)usleep(500000);
        cr_expect_eq(strtoul(status_of(child.pid, "voluntary_ctxt_switches"), NULL, 10), before);
}

/* Reap it here: how did it end? */
static int ended(void) {
        int status = 0;
        pid_t pid = child.pid;

        child.pid = -1;
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        return status;
}

Test(observer, it_goes_when_the_agent_goes) {
        until_it_listens();
        cr_assert_eq(shutdown(child.fd, SHUT_RDWR), 0);
        cr_expect_eq(ended(), 0);
}

Test(observer, it_goes_when_the_agent_goes_while_it_has_much_to_tell) {
        for (int i = 0; i < 20; i++)
                (void)plug_silently(bed, a_webcam());
        for (uint32_t i = 0; i < 100; i++)
                (void)observer_scan(&child, i);
        (void)usleep(200000);
        (void)close(child.fd);
        child.fd = -1;
        cr_expect(WIFEXITED(ended()));
}

Test(observer, a_request_that_is_none_is_the_end_of_it) {
        until_it_listens();
        cr_assert_eq(send(child.fd, "garbage", 7, MSG_NOSIGNAL), 7);
        cr_expect(WIFEXITED(ended()));
}

/* umockdev gives each listener a place by its descriptor's number: another listener would take over the first one's. */
Test(observer_spawn_for_scan, sees_what_is_present_and_takes_no_news_from_who_listens, .init = given_a_computer,
     .fini = drop, .timeout = 20) {
        struct child listener = child;
        struct err err;

        (void)plug(bed, a_keyboard());
        until_it_listens();
        cr_assert_eq(observer_spawn_for_scan(&child, &err), 0, "%s", err.text);
        cr_assert_eq(observer_scan(&child, 9), 0);
        cr_expect_eq(heard().type, SIGHTING_CONTROLLER);
        cr_expect_eq(heard().type, SIGHTING_DEVICE);
        cr_expect_eq(heard().scan, 9);
        (void)plug(bed, a_stick());
        cr_expect_eq(heard_within(200).type, 0, "it does not listen");
        child_stop(&child);
        child = listener;
        cr_expect_eq(heard().type, SIGHTING_DEVICE, "the other does");
}

Test(observer_read, says_when_the_child_is_gone, .init = given_a_computer, .fini = drop, .timeout = 20) {
        struct sighting s;
        struct pollfd p = { .fd = child.fd, .events = POLLIN };

        cr_expect_eq(observer_read(&child, &s), 0, "nothing yet");
        cr_assert_eq(kill(child.pid, SIGKILL), 0);
        cr_assert_eq(poll(&p, 1, 2000), 1);
        cr_expect_eq(observer_read(&child, &s), -EPIPE);
}

Test(observer_read, takes_garbage_for_garbage) {
        uint8_t huge[SIGHTING_MAX + 1] = { 0 };
        struct child liar = CHILD_NONE;
        struct sighting s;
        int ends[2];

        cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
        liar.fd = ends[0];
        cr_assert_eq(send(ends[1], "no sighting", 11, 0), 11);
        cr_expect_eq(observer_read(&liar, &s), -EBADMSG);
        cr_assert_eq(send(ends[1], huge, sizeof huge, 0), (ssize_t)sizeof huge);
        cr_expect_eq(observer_read(&liar, &s), -EBADMSG);
        (void)close(ends[1]);
        cr_expect_eq(observer_read(&liar, &s), -EPIPE);
        child_stop(&liar);
}
