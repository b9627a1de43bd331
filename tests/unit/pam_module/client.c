/* SPDX-License-Identifier: MIT */
/* client.c — an agent that is absent, slow, dying, talking nonsense, or somebody else. */
#include "unit/pam_module/stand.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

static struct stand s;

static void given_a_stand(void) {
        stand_init(&s);
}

static void drop(void) {
        stand_deinit(&s);
}

TestSuite(client, .init = given_a_stand, .fini = drop, .timeout = 20);

static const struct login_say allow[] = { { .what = LOGIN_ALLOW } };
static const struct login_say ask[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" } };
static const struct script allowing = { .says = allow, .n = 1 };
static const struct script silent = { .hang = true };

/* The deadline is one second, and a second more is for a busy machine. */
static void times_out(const char *how) {
        long long start = clock_ms();

        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL, "%s", how);
        cr_expect_geq(clock_ms() - start, 950, "%s", how);
        cr_expect_lt(clock_ms() - start, 2000, "%s", how);
        cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "情報システム担当へ連絡してください"), "%s", how);
        cr_expect(strstr(stand_shown(&s, PAM_ERROR_MSG), "contact your IT section"), "%s", how);
}

/* ---- absent, slow, dying ---- */

Test(client, an_absent_agent_is_waited_for_until_the_deadline) {
        stand_start(&s, "");
        times_out("nobody");
        cr_expect(strstr(logged, "auth.sock") || strstr(logged, "/run"), "%s", logged);
}

/* The kernel tells; the look every half second is for when it cannot. The quickest of three: the machine may be busy.
 */
Test(client, an_agent_that_appears_with_its_folder_lets_in_at_once) {
        long long quickest = LLONG_MAX;

        stand_start_with(&s, "auth required %m socket=%s timeout=10\n");
        for (size_t i = 0; i < 3; i++) {
                long long start;

                stand_play_as(&s, (struct play){ .scripts = &allowing, .n = 1, .late = true });
                start = clock_ms();
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
                if (clock_ms() - start < quickest)
                        quickest = clock_ms() - start;
                stand_tear_down(&s);
        }
        cr_expect_lt(quickest, 400);
        cr_expect_str_eq(logged, "");
}

Test(client, a_socket_left_behind_is_waited_over) {
        stand_play(&s, &allowing, 1);
        actor_end(s.actor);
        s.actor = 0;
        cr_assert_eq(access(s.socket, F_OK), 0, "its name stays");
        stand_play_as(&s, (struct play){ .scripts = &allowing, .n = 1, .late = true });
        stand_start_with(&s, "auth required %m socket=%s timeout=10\n");
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
}

Test(client, a_silent_agent_ends_the_login_at_the_deadline) {
        stand_play(&s, &silent, 1);
        stand_start(&s, "");
        times_out("says nothing");
}

Test(client, an_agent_silent_after_an_answer_ends_it_too) {
        stand_play(&s, &(struct script){ .says = ask, .n = 1, .hang = true }, 1);
        stand_start(&s, "");
        s.person.answers[0] = "9876";
        times_out("says nothing more");
}

Test(client, a_crowd_at_the_door_ends_it_too) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int waiting[16];

        stand_play_as(&s, (struct play){ .not_ready = true });
        stand_start(&s, "");
        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", s.socket);
        for (size_t i = 0; i < COUNT(waiting); i++) {
                waiting[i] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
                (void)connect(waiting[i], (const struct sockaddr *)&address, sizeof address);
        }
        times_out("is not let in");
}

static void nothing(int number) {
        (void)number;
}

Test(client, signals_of_the_program_neither_end_nor_stretch_it) {
        const struct sigaction action = { .sa_handler = nothing };
        static const struct timeval often = { .tv_usec = 20000 };
        struct sigaction after;
        struct itimerval timer = { often, often };

        cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
        cr_assert_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
        stand_play(&s, &silent, 1);
        stand_start(&s, "");
        times_out("is interrupted");
        timer = (struct itimerval){ 0 };
        (void)setitimer(ITIMER_REAL, &timer, NULL);
        cr_assert_eq(sigaction(SIGALRM, NULL, &after), 0);
        cr_expect_eq(after.sa_handler, nothing);
}

Test(client, an_agent_that_dies_after_a_question_is_a_refusal) {
        const struct script scripts[] = { { .says = ask, .n = 1 }, allowing };

        stand_play(&s, scripts, 2);
        stand_start(&s, "");
        s.person.answers[0] = "9876";
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.heard->connections, 1, "nobody begins again behind the person's back");
}

Test(client, an_agent_that_dies_while_the_person_types_kills_nobody) {
        stand_play(&s, &(struct script){ .says = ask, .n = 1, .rush = true }, 1);
        stand_start(&s, "");
        s.person.answers[0] = "9876";
        s.person.mishap = MISHAP_AFTER_CLOSING; /* SIGPIPE stands at its default: it would end this test */
        s.person.at = 1;
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
}

/* A locker begins when it locks, and its person comes hours later: the agent has let go of it, or is another one. */
Test(client, who_comes_late_to_the_first_question_is_not_asked_twice) {
        static const struct login_say asks[] = { { .what = LOGIN_ASK_HIDDEN, .text = "PIN" }, { .what = LOGIN_ALLOW } },
                                      another[] = { { .what = LOGIN_ASK_HIDDEN, .text = "Password" },
                                                    { .what = LOGIN_ALLOW } };
        static const struct script left = { .says = ask, .n = 1, .rush = true }, same = { .says = asks, .n = 2 },
                                   other = { .says = another, .n = 2 };

        stand_start(&s, "");
        s.person.answers[0] = "9876";
        s.person.answers[1] = "secret";
        s.person.mishap = MISHAP_AFTER_CLOSING;
        s.person.at = 1;
        stand_play(&s, (const struct script[]){ left, same }, 2);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(s.person.calls, 1);
        cr_expect_str_eq(s.heard->answer[0], "9876");
        s.person.answered = s.person.calls = 0;
        stand_play(&s, (const struct script[]){ left, other }, 2);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_expect_eq(s.person.calls, 2, "another question has another answer");
        cr_expect_str_eq(s.heard->answer[0], "secret");
        s.person.answered = s.person.calls = 0;
        stand_play(&s, (const struct script[]){ left, left, same }, 3);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL, "once, not for ever");
}

Test(client, an_agent_restarted_before_its_first_word_is_asked_again_once) {
        static const struct script gone = { 0 }, deaf = { .deaf = true };
        const struct script once[] = { gone, allowing }, unread[] = { deaf, allowing },
                            twice[] = { gone, deaf, allowing };

        stand_start(&s, "");
        stand_play(&s, once, 2);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        stand_play(&s, unread, 2);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        stand_play(&s, twice, 3);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.heard->connections, 2);
}

/* ---- nonsense ---- */

Test(client, every_truncation_of_an_allow_is_no_allow) {
        const struct login_say say = { .what = LOGIN_ALLOW, .text = "ようこそ" };
        uint8_t wire[LOGIN_MAX + 1] = { 0 };
        size_t whole = login_say_encode(&say, wire);

        stand_start(&s, "");
        for (size_t n = 1; n <= whole + 1; n++) {
                stand_play(&s, &(struct script){ .raw = wire, .n_raw = n }, 1);
                cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), n == whole ? PAM_SUCCESS : PAM_AUTHINFO_UNAVAIL,
                             "%zu of %zu bytes", n, whole);
        }
}

Test(client, random_bytes_are_no_allow) {
        enum { ROUNDS = 200, LONGEST = 64 };
        static uint8_t noise[ROUNDS][LONGEST];
        static struct script scripts[ROUNDS];

        srand(20261122);
        for (size_t i = 0; i < ROUNDS; i++) {
                scripts[i] = (struct script){ .raw = noise[i], .n_raw = 1 + (size_t)rand() % LONGEST };
                for (size_t at = 0; at < LONGEST; at++)
                        noise[i][at] = (uint8_t)rand();
                if (i % 2) { /* half of them get past the first checks */
                        noise[i][0] = LOGIN_VERSION;
                        noise[i][1] = 3;
                        noise[i][2] = LOGIN_ALLOW;
                }
        }
        stand_play(&s, scripts, ROUNDS);
        stand_start(&s, "");
        for (size_t i = 0; i < ROUNDS; i++)
                cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), PAM_AUTHINFO_UNAVAIL, "packet %zu", i);
        cr_expect_eq(s.heard->connections, ROUNDS);
}

Test(client, packets_that_no_agent_sends_are_no_allow) {
        static const uint8_t echo[] = { 1, 1, LOGIN_ALLOW, 0, 0, 0, 0, 0 };
        static uint8_t huge[100000] = { 1, 3, LOGIN_ALLOW };
        static const struct script scripts[] = {
                { .raw = huge, .n_raw = sizeof huge },
                { .raw = huge, .n_raw = LOGIN_MAX + 1 },
                { .raw = echo, .n_raw = sizeof echo },
                { .raw = (const uint8_t *)"\1\3\5\0\0\0\0", .n_raw = 8, .passes_fd = true },
        };

        stand_play(&s, scripts, COUNT(scripts));
        stand_start(&s, "");
        for (size_t i = 0; i < COUNT(scripts); i++)
                cr_expect_eq(pam_authenticate(s.pamh, (int)PAM_SILENT), PAM_AUTHINFO_UNAVAIL, "packet %zu", i);
}

static size_t descriptors(void) {
        DIR *dir = opendir("/proc/self/fd");
        size_t n = 0;

        cr_assert(dir);
        while (readdir(dir))
                n++;
        (void)closedir(dir);
        return n;
}

Test(client, nothing_stays_open) {
        const struct script scripts[] = { allowing, silent, allowing };
        size_t before;

        stand_play(&s, scripts, 2);
        stand_start(&s, "");
        (void)pam_authenticate(s.pamh, 0);
        before = descriptors();
        (void)pam_authenticate(s.pamh, 0);
        actor_end(s.actor);
        s.actor = 0;
        (void)pam_authenticate(s.pamh, 0);
        cr_expect_eq(descriptors(), before);
}

/* ---- somebody else ---- */

Test(client, a_folder_that_others_may_write_to_is_not_trusted) {
        static const mode_t modes[] = { 0777, 01777, 0775, 0757 };
        char folder[96];

        stand_play(&s, &allowing, 1);
        stand_start(&s, "");
        (void)snprintf(folder, sizeof folder, "%s/run", s.folder);
        for (size_t i = 0; i < COUNT(modes); i++) {
                cr_assert_eq(chmod(folder, modes[i]), 0);
                cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL, "%o", modes[i]);
        }
        cr_expect_eq(s.heard->connections, 0);
        cr_expect(strstr(logged, "is not trusted"), "%s", logged);
        cr_assert_eq(chmod(folder, 0755), 0);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
}

static void only_root(void) {
        if (geteuid() != 0)
                cr_skip_test("only root can be somebody else");
}

Test(client, root_listens_to_root_only) {
        only_root();
        stand_play_as(&s, (struct play){ .scripts = &allowing, .n = 1, .uid = NOBODY });
        stand_start(&s, "");
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.heard->begins, 0);
        cr_expect(strstr(logged, "uid 65534"), "%s", logged);
}

Test(client, a_folder_of_somebody_else_is_not_trusted) {
        char folder[96];

        only_root();
        stand_play(&s, &allowing, 1);
        stand_start(&s, "");
        (void)snprintf(folder, sizeof folder, "%s/run", s.folder);
        cr_assert_eq(chown(folder, NOBODY, NOBODY), 0);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_expect_eq(s.heard->connections, 0);
}

Test(client, a_locker_without_privilege_reaches_the_agent) {
        only_root();
        stand_play(&s, &allowing, 1);
        stand_start(&s, "");
        cr_assert_eq(seteuid(NOBODY), 0);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_assert_eq(seteuid(0), 0);
}

Test(client, a_user_listens_to_root_and_to_nobody_else_but_itself) {
        const struct script scripts[] = { allowing };

        only_root();
        stand_start(&s, "");
        stand_play_as(&s, (struct play){ .scripts = scripts, .n = 1, .uid = NOBODY });
        cr_assert_eq(seteuid(NOBODY), 0);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_SUCCESS);
        cr_assert_eq(seteuid(0), 0);
        stand_play_as(&s, (struct play){ .scripts = scripts, .n = 1, .uid = 1 });
        cr_assert_eq(seteuid(NOBODY), 0);
        cr_expect_eq(pam_authenticate(s.pamh, 0), PAM_AUTHINFO_UNAVAIL);
        cr_assert_eq(seteuid(0), 0);
        cr_expect_eq(s.heard->begins, 0);
}
