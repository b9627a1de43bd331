/* SPDX-License-Identifier: MIT */
/* succession.c — who could sign the next policy, as the openssl command judges the certificates; and which serials come
 * next. */
#include "signature/succession.h"

#include "support/ceremony.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400
#define ISSUED_S 1780272000 /* 2026-06-01T00:00:00Z: what a decree has */
#define PEOPLE 7

/* The last second of a certificate is its own (RFC 5280, 4.1.2.5), but not to openssl: none ends at the very second. */
static const struct person_with_key people[PEOPLE] = {
        { "long" }, /* until 2040 */
        { "month", .till = "20260701000002Z" },
        { "week", .till = "20260608000000Z" },
        { "instant", .from = "20260601000000Z", .till = "20260601000002Z" },
        { "just_over", .till = "20260531235959Z" },
        { "tomorrow", .from = "20260601000001Z" },
        { "later", .from = "20260620000000Z", .till = "20270101000000Z" },
};

static void given_people(void) {
        ceremony_begin();
        for (size_t i = 0; i < PEOPLE; i++)
                make_person(&people[i]);
}

TestSuite(succession, .init = given_people, .fini = ceremony_end, .timeout = 300);

static bool openssl_accepts(const char *name, int64_t at_s) {
        const char *crt = file_of(name, ".crt");
        char at[24];

        (void)snprintf(at, sizeof at, "%" PRId64, at_s);
        return openssl("verify", "-partial_chain", "-attime", at, "-trusted", crt, crt, NULL) == 0;
}

static struct policy *decreed(const struct decree *d) {
        struct policy *p = NULL;
        struct err err = { "" };

        write_policy("p.yaml", d);
        cr_assert_eq(policy_compile(slurp("p.yaml"), &p, &err), 0, "%s", err.text);
        return p;
}

static struct trust *trust_own(const struct policy *p) {
        struct trust *t = NULL;
        struct err err = { "" };
        const char *const *pem;
        size_t n = policy_signers(p, &pem);

        cr_assert_eq(trust_from_pem(pem, n, policy_threshold(p), &t, &err), 0, "%s", err.text);
        return t;
}

/* `issued` and the seconds at which certificates of these people begin; what openssl finds there, and a month later. */
#define MOMENTS 3
static const int64_t moments[MOMENTS] = { ISSUED_S, ISSUED_S + 1, ISSUED_S + 19 * DAY_S };
static bool valid[PEOPLE][MOMENTS], lasts[PEOPLE][MOMENTS];

/* Three of them, all thresholds. */
static void expect_as_openssl_judges(size_t a, size_t b, size_t c) {
        for (unsigned threshold = 1; threshold <= 3; threshold++) {
                auto_policy p = decreed(&(struct decree){
                        .threshold = threshold, .signers = { people[a].name, people[b].name, people[c].name } });
                auto_trust t = trust_own(p);
                struct err err = { "" };
                size_t m = 0;

                while (m < MOMENTS && (unsigned)valid[a][m] + valid[b][m] + valid[c][m] < threshold)
                        m++;
                cr_expect_eq(succession_check(p, t, &err), m < MOMENTS ? 0 : -EKEYEXPIRED, "%u of %s %s %s: %s",
                             threshold, people[a].name, people[b].name, people[c].name, err.text);
                cr_expect_eq(succession_ends(t, ISSUED_S, &err),
                             m == MOMENTS || (unsigned)lasts[a][m] + lasts[b][m] + lasts[c][m] < threshold,
                             "%u of %s %s %s", threshold, people[a].name, people[b].name, people[c].name);
        }
}

Test(succession, certificates_count_as_openssl_judges_them) {
        for (size_t i = 0; i < PEOPLE; i++)
                for (size_t m = 0; m < MOMENTS; m++) {
                        valid[i][m] = openssl_accepts(people[i].name, moments[m]);
                        lasts[i][m] =
                                valid[i][m] && openssl_accepts(people[i].name, moments[m] + SIGNABLE_DAYS * DAY_S);
                }
        cr_assert(lasts[0][0] && lasts[1][0] && valid[2][0] && !lasts[2][0] && valid[3][0] && !valid[4][0]);
        cr_assert(!valid[5][0] && valid[5][1] && !valid[6][1] && lasts[6][2]);
        for (size_t a = 0; a < PEOPLE; a++)
                for (size_t b = a + 1; b < PEOPLE; b++)
                        for (size_t c = b + 1; c < PEOPLE; c++)
                                expect_as_openssl_judges(a, b, c);
}

Test(succession, a_refusal_says_where_who_until_when_and_what_to_do) {
        auto_policy p = decreed(&(struct decree){ .signers = { "just_over" } });
        auto_trust t = trust_own(p);
        struct err err = { "" };

        cr_expect_eq(succession_check(p, t, &err), -EKEYEXPIRED);
        cr_expect_str_eq(err.text,
                         "6:1: nobody could sign the next policy: from 'issued' on 0 of its signers' certificates "
                         "are valid and 1 are needed ('CN=just_over' is valid until 2026-05-31): put "
                         "certificates into signers that are");
        cr_expect(strstr(err.ja, "「CN=just_over」は 2026-05-31 まで") && strncmp(err.ja, "6:1: ", 5) == 0, "%s",
                  err.ja);
}

Test(succession, what_ends_within_a_month_is_named) {
        auto_policy p = decreed(&(struct decree){ .threshold = 2, .signers = { "long", "week" } });
        auto_trust t = trust_own(p);
        struct err err = { "" };

        cr_expect(succession_ends(t, ISSUED_S, &err));
        cr_expect(
                strstr(err.text, "for the 30 days to come 1 of the signers' certificates are valid, and 2 are needed"),
                "%s", err.text);
        cr_expect(strstr(err.text, "'CN=week' is valid until 2026-06-08"), "%s", err.text);
        cr_expect(strstr(err.ja, "「CN=week」は 2026-06-08 まで"), "%s", err.ja);
        cr_expect_not(succession_ends(t, ISSUED_S - 30 * DAY_S, NULL));
}

Test(succession, a_month_counts_from_when_it_can_be_signed) {
        auto_policy p = decreed(&(struct decree){ .signers = { "later" } });
        auto_policy gap = decreed(&(struct decree){ .signers = { "week", "later" } });
        auto_trust t = trust_own(p), between = trust_own(gap);
        struct err err = { "" };

        cr_expect_eq(succession_check(p, t, &err), 0, "%s", err.text);
        cr_expect_not(succession_ends(t, ISSUED_S, NULL), "issued before the certificates were made");
        cr_expect(succession_ends(between, ISSUED_S, &err), "and not for a while");
        cr_expect(strstr(err.text, "'CN=later' is valid from 2026-06-20 on"), "%s", err.text);
        cr_expect(strstr(err.ja, "「CN=later」は 2026-06-20 から"), "%s", err.ja);
}

Test(succession, a_step_leaves_room_for_those_that_follow) {
        static const struct {
                uint64_t highest, most;
        } rows[] = {
                { 0, 100000000000000 },
                { 5, 100000000000005 },
                { 20261201093000, 120261201093000 },
                { 8999899999999999999, 8999999999999999999 },
                { 8999900000000000000, 9000000000000000000 },
                { 8999999999999999999, 9000000000000000000 },
                { 9000000000000000000, 0 },
                { INT64_MAX, 0 },
                { UINT64_MAX, 0 },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_eq(succession_most(rows[i].highest), rows[i].most, "%" PRIu64, rows[i].highest);
}

Test(succession, a_serial_that_is_too_high_is_refused_with_the_highest_that_is_not) {
        auto_policy most = decreed(&(struct decree){ 100000000000005, .signers = { "long" } });
        auto_policy over = decreed(&(struct decree){ 100000000000006, .signers = { "long" } });
        auto_policy last = decreed(&(struct decree){ INT64_MAX, .signers = { "long" } });
        auto_policy brim = decreed(&(struct decree){ 9000000000000000000, .signers = { "long" } });
        auto_trust t = trust_own(last);
        struct err err = { "" };

        cr_expect_eq(succession_step(most, 5, &err), 0);
        cr_expect_eq(succession_step(over, 5, &err), -ERANGE);
        cr_expect_str_eq(err.text, "2:9: serial 100000000000006 is too far above 5, the highest so far: "
                                   "100000000000005 at most; sign it again");
        cr_expect(strstr(err.ja, "2:9: ") && strstr(err.ja, "100000000000005 まで"), "%s", err.ja);
        cr_expect_eq(succession_check(last, t, &err), -ERANGE);
        cr_expect_str_eq(err.text, "2:9: serial 9223372036854775807 leaves no number for the policies after it: "
                                   "9000000000000000000 at most");
        cr_expect_eq(succession_check(brim, t, &err), 0);
}
