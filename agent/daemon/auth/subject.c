/* SPDX-License-Identifier: MIT */
/* subject.c — a name for each subject; its key is a digest of it. See subject.h. */
#include "auth/subject.h"

#include "auth/throttle.h"
#include "text/line.h"

#include <stdio.h>
#include <string.h>

static bool is_root(uid_t uid, uid_t self) {
        return uid == 0 || uid == self;
}

/* PEER_NOBODY: root, all the way back. */
static uid_t person_of(const struct peer *p, const struct login_asker *a, uid_t self) {
        const uid_t word = a->told ? a->uid : PEER_NOBODY, login_word = a->told ? a->login_uid : PEER_NOBODY;
        const uid_t all[] = { p->login, p->uid, p->real, p->owner, word, login_word };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                if (all[i] != PEER_NOBODY && !is_root(all[i], self))
                        return all[i];
        return PEER_NOBODY;
}

static struct login_subject subject_named(enum subject_class class, const char *kind, const char *what,
                                          const char *more) {
        struct login_subject s = { .class = class, .uid = PEER_NOBODY };

        (void)snprintf(s.name, sizeof s.name, "%s %s%s%s", kind, what, *more ? " " : "", more);
        s.key = s.place = throttle_place("", s.name, "");
        return s;
}

static struct login_subject as_person(uid_t uid, const struct peer *p, uid_t desk) {
        struct login_subject s;
        char number[16];

        (void)snprintf(number, sizeof number, "%u", (unsigned)uid);
        s = subject_named(uid == desk && !p->remote ? SUBJECT_DESK : SUBJECT_PERSON, "uid", number, "");
        s.uid = uid;
        return s;
}

/* All consoles of a seat are one place for failures, but a crowd at one of them leaves the others free. */
static struct login_subject subject_entrance(const char *host, const char *seat, const char *tty, const char *service) {
        const char *line = line_name(tty);
        bool at_seat = !*host && (*seat || line_is_console(line));
        struct login_subject s = *host     ? subject_named(SUBJECT_AFAR, "host", host, "")
                                 : at_seat ? subject_named(SUBJECT_SEAT, "seat", *seat ? seat : "seat0", line)
                                           : subject_named(SUBJECT_AFAR, "line", *line ? line : service, "");

        s.place = throttle_place(seat, tty, host);
        return s;
}

static struct login_subject as_root(const struct peer *p, const struct login_begin *b) {
        if (p->remote)
                return subject_entrance(*p->host ? p->host : "?", p->seat, p->tty, "");
        if (*p->seat)
                return subject_entrance("", p->seat, p->tty, "");
        return subject_entrance(b->rhost, b->seat, b->tty, b->service);
}

struct login_subject subject_of(const struct peer *p, const struct login_begin *b, uid_t self, uid_t desk) {
        uid_t uid = person_of(p, &b->asker, self);

        if (uid != PEER_NOBODY)
                return as_person(uid, p, desk);
        if (!p->seen)
                return subject_named(SUBJECT_PERSON, "nobody", "known", "");
        /* A program that became root altogether, where the kernel kept nothing of who started it. Names tell nothing
         * where somebody else than root runs the agent. */
        if (*b->asker.user && strcmp(b->asker.user, "root") != 0 && !*b->rhost && self == 0)
                return subject_named(SUBJECT_PERSON, "user", b->asker.user, "");
        return as_root(p, b);
}
