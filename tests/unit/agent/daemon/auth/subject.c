/* SPDX-License-Identifier: MIT */
/* subject.c — who is charged for what a program asks, whatever it says of itself. */
#include "auth/subject.h"

#include "auth/throttle.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define CLERK 2001
#define OTHER 2002

/* A login program of root's, started by nobody: getty's login, sshd, a display manager. */
static struct peer a_daemon(void) {
        return (struct peer){ .seen = true, .pid = 4711, .login = PEER_NOBODY, .owner = PEER_NOBODY };
}

static struct login_begin at(const char *tty, const char *seat, const char *rhost) {
        struct login_begin b = {
                .phase = LOGIN_AUTHENTICATE,
                .user = "root",
                .service = "login",
                .asker = { .told = true, .login_uid = LOGIN_UNSET, .login_session = LOGIN_UNSET },
        };

        (void)snprintf(b.tty, sizeof b.tty, "%s", tty);
        (void)snprintf(b.seat, sizeof b.seat, "%s", seat);
        (void)snprintf(b.rhost, sizeof b.rhost, "%s", rhost);
        return b;
}

static void expect_subject(const struct peer *p, const struct login_begin *b, enum subject_class class,
                           const char *name) {
        struct login_subject s = subject_of(p, b, 0, PEER_NOBODY);

        cr_expect_str_eq(s.name, name);
        cr_expect_eq(s.class, class, "%s is of class %u, not %u", name, s.class, class);
}

/* ---- a person ---- */

Test(subject_of, whoever_borrowed_roots_rights_stays_who_they_are) {
        struct peer su = a_daemon(), sudo = a_daemon(), left = a_daemon(), user = { .uid = CLERK };
        const struct login_begin b = at("tty1", "seat0", "");

        su.real = CLERK;
        sudo.login = CLERK;
        left.owner = CLERK;
        expect_subject(&su, &b, SUBJECT_PERSON, "uid 2001");
        expect_subject(&sudo, &b, SUBJECT_PERSON, "uid 2001");
        expect_subject(&left, &b, SUBJECT_PERSON, "uid 2001");
        expect_subject(&user, &b, SUBJECT_PERSON, "uid 2001");
}

/* With subordinate uids a clerk has thousands of real ones, and one that came with the login. */
Test(subject_of, whoever_logged_in_stays_who_they_are_under_any_uid) {
        struct peer su = a_daemon(), user = { .seen = true, .uid = 100001, .real = 100001, .login = CLERK };
        const struct login_begin b = at("pts/3", "", "");

        su.real = 100002;
        su.login = CLERK;
        expect_subject(&su, &b, SUBJECT_PERSON, "uid 2001");
        expect_subject(&user, &b, SUBJECT_PERSON, "uid 2001");
}

Test(subject_of, a_place_that_a_person_names_changes_nothing) {
        struct peer su = a_daemon();
        const struct login_begin places[] = { at("tty1", "", ""), at("", "seat0", ""), at("", "", "192.0.2.1"),
                                              at("pts/3", "", ""), at("", "", "") };
        struct login_subject first;

        su.real = CLERK;
        first = subject_of(&su, &places[0], 0, PEER_NOBODY);
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
                struct login_subject s = subject_of(&su, &places[i], 0, PEER_NOBODY);

                cr_expect_eq(s.key, first.key, "place %zu", i);
                cr_expect_eq(s.place, first.place, "place %zu", i);
        }
}

Test(subject_of, two_persons_are_two_subjects_and_two_places) {
        struct peer a = a_daemon(), b = a_daemon();
        const struct login_begin pts = at("pts/3", "", "");
        struct login_subject one, two;

        a.real = CLERK;
        b.login = OTHER;
        one = subject_of(&a, &pts, 0, PEER_NOBODY);
        two = subject_of(&b, &pts, 0, PEER_NOBODY);
        cr_expect_neq(one.key, two.key);
        cr_expect_neq(one.place, two.place, "whose su fails puts off nobody else's sudo");
}

/* A locker counted at this place before there were subjects: what is in the tallies goes on counting. */
Test(subject_of, the_place_of_a_uid_is_the_one_of_before) {
        const struct peer user = { .uid = CLERK };
        const struct login_begin b = at("", "", "");

        cr_expect_eq(subject_of(&user, &b, 0, PEER_NOBODY).place, throttle_place("", "uid 2001", ""));
}

/* ---- what the module says ---- */

Test(subject_of, a_modules_word_takes_rights_away) {
        struct peer p = a_daemon();
        struct login_begin real = at("tty1", "seat0", ""), login = real, name = real;

        real.asker.uid = CLERK;
        login.asker.login_uid = CLERK;
        (void)snprintf(name.asker.user, sizeof name.asker.user, "tanaka");
        expect_subject(&p, &real, SUBJECT_PERSON, "uid 2001");
        expect_subject(&p, &login, SUBJECT_PERSON, "uid 2001");
        expect_subject(&p, &name, SUBJECT_PERSON, "user tanaka");
}

Test(subject_of, a_modules_word_gives_none) {
        struct peer su = a_daemon();
        struct login_begin other = at("tty1", "seat0", ""), root = other;

        su.real = CLERK;
        other.asker.uid = OTHER;
        (void)snprintf(root.asker.user, sizeof root.asker.user, "root");
        expect_subject(&su, &other, SUBJECT_PERSON, "uid 2001");
        expect_subject(&su, &root, SUBJECT_PERSON, "uid 2001");
}

Test(subject_of, an_untold_zero_is_no_word) {
        struct peer p = a_daemon();
        struct login_begin before = at("tty1", "", "");

        before.asker = (struct login_asker){ 0 };
        expect_subject(&p, &before, SUBJECT_SEAT, "seat seat0 tty1");
        p.real = CLERK;
        expect_subject(&p, &before, SUBJECT_PERSON, "uid 2001");
}

Test(subject_of, a_process_that_could_not_be_seen_has_no_reserve) {
        const struct peer gone = { .pid = 4711 };
        const struct login_begin b = at("tty1", "seat0", "");

        expect_subject(&gone, &b, SUBJECT_PERSON, "nobody known");
}

/* ---- root is the entrance ---- */

Test(subject_of, root_is_the_entrance_that_it_came_through) {
        static const struct {
                const char *tty, *seat, *rhost, *name;
                enum subject_class class;
        } entrances[] = {
                { "tty1", "", "", "seat seat0 tty1", SUBJECT_SEAT },
                { "/dev/tty2", "seat0", "", "seat seat0 tty2", SUBJECT_SEAT },
                { ":0", "seat0", "", "seat seat0 :0", SUBJECT_SEAT },
                { "", "seat1", "", "seat seat1", SUBJECT_SEAT },
                { "ssh", "", "192.0.2.1", "host 192.0.2.1", SUBJECT_AFAR },
                { "tty1", "seat0", "192.0.2.1", "host 192.0.2.1", SUBJECT_AFAR },
                { ":10", "", "", "line :10", SUBJECT_AFAR },
                { "ttyS0", "", "", "line ttyS0", SUBJECT_AFAR },
                { "pts/3", "", "", "line pts/3", SUBJECT_AFAR },
                { "", "", "", "line login", SUBJECT_AFAR },
        };
        const struct peer p = a_daemon();

        for (size_t i = 0; i < sizeof entrances / sizeof *entrances; i++) {
                struct login_begin b = at(entrances[i].tty, entrances[i].seat, entrances[i].rhost);

                expect_subject(&p, &b, entrances[i].class, entrances[i].name);
                cr_expect_eq(subject_of(&p, &b, 0, PEER_NOBODY).place,
                             throttle_place(entrances[i].seat, entrances[i].tty, entrances[i].rhost), "as before");
        }
}

/* root's own su: on a pseudo-terminal nothing else says where it came from. */
Test(subject_of, root_in_a_session_is_where_the_session_is) {
        struct peer ssh = a_daemon(), desk = a_daemon();
        const struct login_begin pts = at("pts/3", "", ""), console = at("tty1", "seat0", "");

        ssh.login = ssh.owner = 0;
        ssh.remote = true;
        (void)snprintf(ssh.host, sizeof ssh.host, "192.0.2.1");
        desk.login = desk.owner = 0;
        (void)snprintf(desk.seat, sizeof desk.seat, "seat0");
        (void)snprintf(desk.tty, sizeof desk.tty, "tty3");
        expect_subject(&ssh, &pts, SUBJECT_AFAR, "host 192.0.2.1");
        expect_subject(&ssh, &console, SUBJECT_AFAR, "host 192.0.2.1");
        expect_subject(&desk, &pts, SUBJECT_SEAT, "seat seat0 tty3");
}

/* ---- who sits at the desk ---- */

Test(subject_of, whoever_sits_at_the_desk_is_known_by_the_session_in_front) {
        struct peer su = a_daemon(), remote = a_daemon();
        const struct login_begin b = at("pts/3", "", "");

        su.real = remote.real = CLERK;
        remote.remote = true;
        cr_expect_eq(subject_of(&su, &b, 0, CLERK).class, SUBJECT_DESK);
        cr_expect_eq(subject_of(&su, &b, 0, OTHER).class, SUBJECT_PERSON);
        cr_expect_eq(subject_of(&remote, &b, 0, CLERK).class, SUBJECT_PERSON, "from another host they sit at no desk");
        cr_expect_eq(subject_of(&su, &b, 0, CLERK).key, subject_of(&remote, &b, 0, CLERK).key);
}

/* ---- a demonstration ---- */

Test(subject_of, who_runs_the_agent_counts_as_root) {
        struct peer p = { .uid = CLERK, .seen = true, .real = CLERK, .login = CLERK, .owner = CLERK };
        struct login_begin b = at("tty1", "", "");

        b.asker.uid = b.asker.login_uid = CLERK;
        (void)snprintf(b.asker.user, sizeof b.asker.user, "tanaka");
        cr_expect_eq(subject_of(&p, &b, CLERK, PEER_NOBODY).class, SUBJECT_SEAT);
        p.uid = OTHER;
        cr_expect_eq(subject_of(&p, &b, CLERK, PEER_NOBODY).class, SUBJECT_PERSON);
}
