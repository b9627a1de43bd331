/* SPDX-License-Identifier: MIT */
/* The agent's end of the keeper's socket, with a keeper that says what the test lets it say. */
#include "gate/keeper.h"
#include "keeper/orders.h"
#include "wire/socket.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

static struct loop *loop;
static struct keeper *keeper;
static unsigned changes;
static int listening = -1;
static struct err err;

static struct keeper_word found;

static void medium(void *ctx, const struct keeper_word *w) {
        (void)ctx;
        found = *w;
}

static void changed(void *ctx) {
        (void)ctx;
        changes++;
}

static const struct keeper_ears ears = { changed, medium, NULL };

static void given_an_agent(void) {
        ceremony_begin();
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(keeper_new(loop, ".", &ears, &keeper, &err), 0, "%s", err.text);
}

static void drop(void) {
        keeper_free(keeper);
        loop_free(loop);
        cleanup_close(&listening);
        ceremony_end();
}

static void stop(void *ctx) {
        loop_stop(ctx);
}

static void turn(void) {
        cr_assert_eq(loop_run(loop, stop, loop), 0);
        loop_resume(loop);
}

/* A keeper appears; the agent's line to it. */
static int keeper_comes(void) {
        int fd;

        cleanup_close(&listening);
        cr_assert_eq(socket_listen(".", KEEPER_SOCKET, 0600, &listening), 0);
        turn();
        fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        cr_assert_geq(fd, 0);
        return fd;
}

static void say(int fd, enum keeper_word_type type, const char *path) {
        struct keeper_word word = { .type = type };
        uint8_t raw[KEEPER_MAX];

        (void)snprintf(word.path, sizeof word.path, "%s", path);
        cr_assert_eq(socket_send(fd, raw, keeper_word_encode(&word, raw), -1), 0);
        turn();
}

static bool was_hung_up(int fd) {
        char c;

        return socket_receive(fd, &c, 1, NULL) == 0;
}

TestSuite(keeper_line, .init = given_an_agent, .fini = drop, .timeout = 60);

Test(keeper_line, the_plane_is_in_force_when_the_keeper_has_said_everything) {
        auto_fd fd = keeper_comes();

        cr_expect_not(keeper_in_force(keeper));
        say(fd, KEEPER_SYSTEM, "pci0/ata1");
        cr_expect_not(keeper_in_force(keeper));
        cr_expect_not(keeper_is_system(keeper, "pci0/ata1"));
        cr_expect_eq(changes, 0);
        say(fd, KEEPER_READY, "");
        cr_expect(keeper_in_force(keeper));
        cr_expect_eq(changes, 1);
}

Test(keeper_line, a_disk_of_the_system_is_known_above_and_below_its_path) {
        auto_fd fd = keeper_comes();

        say(fd, KEEPER_SYSTEM, "pci0/ata1/host1");
        say(fd, KEEPER_SYSTEM, "pci0/nvme0");
        say(fd, KEEPER_READY, "");
        cr_expect(keeper_is_system(keeper, "pci0/ata1/host1"));
        cr_expect(keeper_is_system(keeper, "pci0/ata1"));
        cr_expect(keeper_is_system(keeper, "pci0/ata1/host1/target1:0:0"));
        cr_expect(keeper_is_system(keeper, "pci0/nvme0/nvme0n1"));
        cr_expect_not(keeper_is_system(keeper, "pci0/nvme01"));
        cr_expect_not(keeper_is_system(keeper, "pci0/ata1/host2"));
        cr_expect_not(keeper_is_system(NULL, "pci0/ata1"));
}

Test(keeper_line, the_old_list_stays_until_the_next_keeper_is_ready) {
        auto_fd first = keeper_comes(), second = -1;

        say(first, KEEPER_SYSTEM, "pci0/ata1");
        say(first, KEEPER_READY, "");
        (void)close(take_fd(&first));
        turn();
        cr_expect(keeper_is_system(keeper, "pci0/ata1"));
        second = keeper_comes();
        say(second, KEEPER_SYSTEM, "pci0/ata2");
        cr_expect(keeper_is_system(keeper, "pci0/ata1"));
        cr_expect_not(keeper_is_system(keeper, "pci0/ata2"));
        cr_expect(keeper_in_force(keeper), "what is pinned holds");
        say(second, KEEPER_READY, "");
        cr_expect_not(keeper_is_system(keeper, "pci0/ata1"));
        cr_expect(keeper_is_system(keeper, "pci0/ata2"));
        cr_expect_eq(changes, 2);
}

Test(keeper_line, one_that_comes_and_says_nothing_is_not_taken_for_one_in_force) {
        auto_fd first = keeper_comes(), second = -1;

        say(first, KEEPER_READY, "");
        (void)close(take_fd(&first));
        turn();
        second = keeper_comes();
        while (changes < 2) /* twenty seconds */
                turn();
        cr_expect_not(keeper_in_force(keeper));
}

Test(keeper_line, what_was_let_in_for_reading_is_known_by_its_own_path_while_the_line_holds) {
        auto_fd first = keeper_comes(), second = -1;

        say(first, KEEPER_READING, "pci0/usb1/1-2");
        cr_expect_not(keeper_let_read(keeper, "pci0/usb1/1-2"), "not before it is ready");
        say(first, KEEPER_READY, "");
        cr_expect(keeper_let_read(keeper, "pci0/usb1/1-2"));
        cr_expect_not(keeper_let_read(keeper, "pci0/usb1"));
        cr_expect_not(keeper_let_read(keeper, "pci0/usb1/1-2/1-2.1"));
        cr_expect_not(keeper_is_system(keeper, "pci0/usb1/1-2"));
        cr_expect_not(keeper_let_read(NULL, "pci0/usb1/1-2"));
        (void)close(take_fd(&first));
        turn();
        cr_expect_not(keeper_let_read(keeper, "pci0/usb1/1-2"), "nobody says so any more");
        second = keeper_comes();
        say(second, KEEPER_READY, "");
        cr_expect_not(keeper_let_read(keeper, "pci0/usb1/1-2"));
}

Test(keeper_line, whoever_talks_nonsense_is_hung_up_on) {
        static const struct {
                const char *raw;
                size_t size;
                const char *why;
        } hostile[] = {
                { "nonsense", 8, "no word" },
                { "\x03\x80\x02\x00..", 6, "a path that leads elsewhere" },
                { "\x03\x02\x01\x00x", 5, "an order" },
                { "\x03\x81\x00", 3, "half a word" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_fd fd = keeper_comes();

                say(fd, KEEPER_SYSTEM, "pci0/ata1");
                cr_assert_eq(socket_send(fd, hostile[i].raw, hostile[i].size, -1), 0);
                turn();
                cr_expect(was_hung_up(fd), "%s", hostile[i].why);
                cr_expect_not(keeper_in_force(keeper));
        }
        cr_expect_eq(changes, 0);
}

Test(keeper_line, who_is_ready_has_said_everything) {
        auto_fd fd = keeper_comes();

        say(fd, KEEPER_READY, "");
        say(fd, KEEPER_SYSTEM, "pci0/ata1");
        cr_expect(was_hung_up(fd));
        cr_expect_not(keeper_is_system(keeper, "pci0/ata1"));
        cr_expect_eq(changes, 1);
}

Test(keeper_line, what_it_finds_is_heard_once_it_is_ready_and_not_before) {
        const struct keeper_word word = { KEEPER_MEDIUM, "pci0/usb1/1-2", 41, { MEDIUM_ENCRYPTED, 1, { { 7 } } } };
        auto_fd first = keeper_comes(), second = -1;
        uint8_t raw[KEEPER_MAX];
        size_t n = keeper_word_encode(&word, raw);

        cr_assert_eq(socket_send(first, raw, n, -1), 0);
        turn();
        cr_expect(was_hung_up(first), "one that is not ready");
        second = keeper_comes();
        say(second, KEEPER_READY, "");
        cr_assert_eq(socket_send(second, raw, n, -1), 0);
        turn();
        cr_expect(found.diskseq == 41 && strcmp(found.path, word.path) == 0 && found.medium.state == MEDIUM_ENCRYPTED);
        cr_expect_eq(changes, 1, "and nothing else has changed");
}

Test(keeper_line, no_more_is_kept_than_there_can_be) {
        auto_fd fd = keeper_comes();
        char path[16];

        for (unsigned i = 0; i < KEEPER_WORDS_MAX; i++) {
                (void)snprintf(path, sizeof path, "pci0/%u", i);
                say(fd, KEEPER_SYSTEM, path);
        }
        cr_expect_not(was_hung_up(fd));
        say(fd, KEEPER_SYSTEM, "pci0/more");
        cr_expect(was_hung_up(fd));
}

static void idle(void *ctx) {
        (void)ctx;
}

/* Another process: a keeper that runs. */
static pid_t keeper_runs(void) {
        static struct grants grants;
        struct orders *orders;
        int told[2];
        char c;
        pid_t pid;

        cr_assert_eq(grants_set_system(&grants, "devices/pci0/ata1"), 0);
        cr_assert_eq(pipe(told), 0);
        pid = fork();
        if (pid == 0) {
                loop_free(loop);
                if (loop_new(&loop) < 0 || orders_new(loop, ".", &grants, NULL, NULL, &orders, &err) < 0
                    || write(told[1], "", 1) != 1)
                        _exit(1);
                (void)loop_run(loop, idle, NULL);
                _exit(0);
        }
        cr_assert_eq(read(told[0], &c, 1), 1);
        (void)close(told[0]), (void)close(told[1]);
        return pid;
}

Test(keeper_line, an_agent_that_starts_knows_it_before_it_judges) {
        pid_t pid = keeper_runs();

        keeper_free(keeper);
        keeper = NULL;
        cr_assert_eq(keeper_new(loop, ".", &ears, &keeper, &err), 0, "%s", err.text);
        cr_expect(keeper_in_force(keeper));
        cr_expect(keeper_is_system(keeper, "pci0/ata1"));
        cr_expect_eq(changes, 0);
        cr_assert_eq(kill(pid, SIGKILL), 0);
        cr_assert_eq(waitpid(pid, NULL, 0), pid);
}
