/* SPDX-License-Identifier: MIT */
/* succession.c — counts certificates by signer_validity(), at one second or at both ends of a month. See succession.h.
 */
#include "signature/succession.h"

#include "base/date.h"
#include "signature/signer.h"

#include <errno.h>
#include <inttypes.h>

#define DAY_S 86400

uint64_t succession_most(uint64_t highest) {
        if (highest >= SERIAL_MOST)
                return 0;
        return SERIAL_MOST - highest < SERIAL_STEP ? SERIAL_MOST : highest + SERIAL_STEP;
}

/* How many are valid at both ends; *ret_out is one that is not. */
static unsigned succession_count(const struct trust *t, int64_t from_s, int64_t to_s, const struct signer **ret_out) {
        const struct signer *signer;
        unsigned n = 0;

        for (size_t i = 0; (signer = trust_signer(t, i)); i++)
                if (signer_validity(signer, from_s) == 0 && signer_validity(signer, to_s) == 0)
                        n++;
                else
                        *ret_out = signer;
        return n;
}

/* The first moment at which the threshold is valid (INT64_MAX: none); else the most that are valid at one time, and
 * somebody who is not then. */
struct outlook {
        int64_t first_s;
        unsigned best;
        const struct signer *out;
};

static void look_at(const struct trust *t, int64_t at_s, struct outlook *o) {
        const struct signer *out = NULL;
        unsigned n = succession_count(t, at_s, at_s, &out);

        if (n >= trust_threshold(t))
                o->first_s = at_s < o->first_s ? at_s : o->first_s;
        else if (!o->out || n > o->best)
                o->best = n, o->out = out;
}

/* From `from_s` on: how many are valid only rises where a certificate begins. */
static struct outlook look_from(const struct trust *t, int64_t from_s) {
        struct outlook o = { .first_s = INT64_MAX };
        const struct signer *signer;

        look_at(t, from_s, &o);
        for (size_t i = 0; (signer = trust_signer(t, i)); i++)
                if (signer_from(signer) > from_s)
                        look_at(t, signer_from(signer), &o);
        return o;
}

/* "'CN=alice' is valid until 2026-01-31" (UTC): the end of its time that is missed. */
static void say_whose(const struct signer *out, int64_t at_s, struct err *ret) {
        bool early = signer_validity(out, at_s) < 0;
        char day[DATE_TEXT];

        date_text((int32_t)((early ? signer_from(out) : signer_until(out)) / DAY_S), day);
        if (early)
                (void)err_say(ret, 0, "「%s」は %s から", "'%s' is valid from %s on", out->name, day);
        else
                (void)err_say(ret, 0, "「%s」は %s まで", "'%s' is valid until %s", out->name, day);
}

static int check_signers(const struct policy *p, const struct trust *next, struct err *err) {
        const struct outlook o = look_from(next, policy_issued(p));
        struct err whose = { "" };
        unsigned line, column;

        if (o.first_s != INT64_MAX)
                return 0;
        say_whose(o.out, policy_issued(p), &whose);
        policy_signers_place(p, &line, &column);
        return err_say(err, -EKEYEXPIRED,
                       "%u:%u: 次のポリシーに署名できる人が足りません。issued の日時以降に有効な署名者の証明書は "
                       "%u 個で、%u 個必要です（" IN_JA "）。有効な証明書を signers に入れてください",
                       "%u:%u: nobody could sign the next policy: from 'issued' on %u of its signers' certificates are "
                       "valid and %u are needed (" IN_EN "): put certificates into signers that are",
                       line, column, o.best, trust_threshold(next), whose.ja, whose.text);
}

int succession_check(const struct policy *p, const struct trust *next, struct err *err) {
        unsigned line, column;

        if (policy_serial(p) <= SERIAL_MOST)
                return check_signers(p, next, err);
        policy_serial_place(p, &line, &column);
        return err_say(err, -ERANGE,
                       "%u:%u: serial %" PRIu64 " は大きすぎて、次の番号がなくなります。%llu までにしてください",
                       "%u:%u: serial %" PRIu64 " leaves no number for the policies after it: %llu at most", line,
                       column, policy_serial(p), SERIAL_MOST);
}

int succession_step(const struct policy *p, uint64_t highest, struct err *err) {
        const uint64_t most = succession_most(highest);
        unsigned line, column;

        if (policy_serial(p) <= most)
                return 0;
        policy_serial_place(p, &line, &column);
        return err_say(err, -ERANGE,
                       "%u:%u: serial %" PRIu64 " は、これまでの %" PRIu64 " から一度に上がりすぎます。%" PRIu64
                       " までにして署名し直してください",
                       "%u:%u: serial %" PRIu64 " is too far above %" PRIu64 ", the highest so far: %" PRIu64
                       " at most; sign it again",
                       line, column, policy_serial(p), highest, most);
}

bool succession_ends(const struct trust *next, int64_t from_s, struct err *ret) {
        const struct outlook o = look_from(next, from_s);
        const int64_t at_s = o.first_s == INT64_MAX ? from_s : o.first_s,
                      then_s = at_s + (int64_t)SIGNABLE_DAYS * DAY_S;
        const struct signer *out = NULL;
        unsigned valid = succession_count(next, at_s, then_s, &out);
        struct err whose = { "" };

        if (valid >= trust_threshold(next))
                return false;
        say_whose(out, signer_validity(out, at_s) ? at_s : then_s, &whose);
        (void)err_say(ret, 0,
                      "これから %d 日のあいだ有効な署名者の証明書は %u 個で、%u 個必要です（" IN_JA
                      "）。次のポリシーに署名できるうちに、signers に新しい証明書を入れてください",
                      "for the %d days to come %u of the signers' certificates are valid, and %u are needed (" IN_EN
                      "): put new certificates into signers while the next policy can be signed",
                      SIGNABLE_DAYS, valid, trust_threshold(next), whose.ja, whose.text);
        return true;
}
