/* SPDX-License-Identifier: MIT */
/* charge.c — who fills what, and who still gets in. */
#include "auth/session_file.h"

#include <criterion/criterion.h>

#define DESKS 4 /* persons who were at the desk since those before them left anything */

static struct charge held[CHARGES_MAX];

static size_t n;

/* As many as there is room for; how many that were. */
static size_t fill(enum charge_kind kind, enum subject_class class, uint64_t key) {
        const struct charge who = { class, key };
        size_t before = n;

        while (n < CHARGES_MAX && charge_room(kind, held, n, who) == CHARGE_FITS)
                held[n++] = who;
        return n - before;
}

/* Of that class, by so many subjects as there is room for. */
static void crowd(enum charge_kind kind, enum subject_class class) {
        for (uint64_t key = 1000 * (uint64_t)(class + 1); fill(kind, class, key) > 0; key++)
                ;
}

TestSuite(charge_room, .timeout = 10);

Test(charge_room, a_subject_has_a_share_and_no_more) {
        for (enum charge_kind kind = 0; kind < CHARGE_KINDS; kind++)
                for (enum subject_class class = 0; class < SUBJECT_CLASSES; class ++) {
                        n = 0;
                        cr_expect_geq(fill(kind, class, 1), 8);
                        cr_expect_eq(charge_room(kind, held, n, (struct charge){ class, 1 }), CHARGE_OWN_FULL);
                }
}

/* Whichever classes take all they can, and in which order: the one that has not come yet has its room. */
static void expect_room_after(enum charge_kind kind, enum subject_class first) {
        n = 0;
        for (unsigned i = 0; i < SUBJECT_CLASSES; i++) {
                const enum subject_class class = (first + i) % SUBJECT_CLASSES;

                cr_expect_eq(charge_room(kind, held, n, (struct charge){ class, 7 }), CHARGE_FITS, "kind %u, class %u",
                             kind, class);
                crowd(kind, class);
                cr_expect_eq(charge_room(kind, held, n, (struct charge){ class, 7 }), CHARGE_CLASS_FULL, "kind %u",
                             kind);
        }
        cr_expect_leq(n, kind == CHARGE_SESSION ? SESSIONS : CHARGES_MAX);
}

Test(charge_room, a_crowd_takes_nothing_of_anothers_class) {
        for (enum charge_kind kind = 0; kind < CHARGE_KINDS; kind++)
                for (enum subject_class first = 0; first < SUBJECT_CLASSES; first++)
                        expect_room_after(kind, first);
}

/* With switching of users one after the other is at the desk, and each leaves behind all that they may hold. */
Test(charge_room, who_comes_to_the_desk_has_what_those_before_them_had) {
        for (enum charge_kind kind = 0; kind < CHARGE_KINDS; kind++) {
                n = 0;
                for (uint64_t key = 1; key <= DESKS; key++)
                        cr_expect_geq(fill(kind, SUBJECT_DESK, key), 12, "kind %u, person %u", kind, (unsigned)key);
                crowd(kind, SUBJECT_PERSON);
                cr_expect_eq(charge_room(kind, held, n, (struct charge){ SUBJECT_SEAT, 7 }), CHARGE_FITS);
        }
}

/* Whose session comes to the front of the seat is another class, and the same subject. */
Test(charge_room, a_subject_is_one_whatever_its_class_is) {
        n = 0;
        fill(CHARGE_SESSION, SUBJECT_DESK, 5);
        cr_expect_eq(charge_room(CHARGE_SESSION, held, n, (struct charge){ SUBJECT_PERSON, 5 }), CHARGE_OWN_FULL);
}
