/* SPDX-License-Identifier: MIT */
/* charge.c — who fills what, and who still gets in. */
#include "auth/charge.h"

#include <criterion/criterion.h>

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
                        cr_expect_geq(fill(kind, class, 2), 8, "kind %u, class %u: another's share is untouched", kind,
                                      class);
                }
}

/* Each class in turn takes all it can; whoever is above still has a share. */
Test(charge_room, a_crowd_takes_nothing_of_what_is_kept_for_those_above) {
        for (enum charge_kind kind = 0; kind < CHARGE_KINDS; kind++) {
                n = 0;
                for (enum subject_class class = 0; class + 1 < SUBJECT_CLASSES; class ++) {
                        crowd(kind, class);
                        cr_expect_eq(charge_room(kind, held, n, (struct charge){ class, 7 }), CHARGE_CLASS_FULL);
                        for (enum subject_class above = class + 1; above < SUBJECT_CLASSES; above++)
                                cr_expect_eq(charge_room(kind, held, n, (struct charge){ above, 8 }), CHARGE_FITS,
                                             "kind %u: %u beside a crowd of %u", kind, above, class);
                }
                crowd(kind, SUBJECT_SEAT);
                cr_expect_leq(n, CHARGES_MAX);
                cr_expect_neq(charge_room(kind, held, n, (struct charge){ SUBJECT_SEAT, 9 }), CHARGE_FITS,
                              "it is bounded");
        }
}

/* Whose session comes to the front of the seat is another class, and the same subject. */
Test(charge_room, a_subject_is_one_whatever_its_class_is) {
        n = 0;
        fill(CHARGE_SESSION, SUBJECT_DESK, 5);
        cr_expect_eq(charge_room(CHARGE_SESSION, held, n, (struct charge){ SUBJECT_PERSON, 5 }), CHARGE_OWN_FULL);
}
