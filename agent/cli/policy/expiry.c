/* SPDX-License-Identifier: MIT */
/* expiry.c — compares the policy's last valid day with today, and its signers' certificates with `issued`; there is a
 * note from 30 days before. See expiry.h. */
#include "cli/policy/expiry.h"

#include "base/cleanup.h"
#include "base/date.h"
#include "cli/complain.h"
#include "host/clock.h"
#include "signature/envelope.h"
#include "signature/signer.h"
#include "signature/succession.h"

#include <string.h>

bool expiry_says(const struct policy *p, struct err *ret) {
        int32_t left = policy_valid_until(p) - clock_now().day;
        char until[DATE_TEXT];

        date_text(policy_valid_until(p), until);
        if (left > EXPIRY_SOON_DAYS)
                return false;
        if (left < 0)
                (void)err_say(ret, 0, "有効期間は %s に終わっています。制限は続きますが、新しいポリシーが必要です",
                              "it ran out on %s: it is enforced all the same, but a new one is due", until);
        else
                (void)err_say(ret, 0, "有効期間は %s に終わります（あと %d 日）。次のポリシーを用意してください",
                              "it runs out on %s, in %d days: prepare the next one", until, left);
        return true;
}

bool expiry_says_signers(const struct policy *p, int64_t at_s, struct err *ret) {
        auto_trust next = NULL;
        const char *const *signers;
        size_t n = policy_signers(p, &signers);

        return trust_from_pem(signers, n, policy_threshold(p), &next, NULL) == 0 && succession_check(p, next, NULL) == 0
               && succession_ends(next, at_s, ret);
}

/* By this computer's clock, which decides nothing: at `issued` the certificate was valid, or it did not count. */
static bool expiry_says_signed(struct bytes envelope, const struct policy *p, struct err *ret) {
        auto_trust trust = NULL;
        auto_envelope e = NULL;
        const char *const *signers, *const *names;
        const struct signer *signer;
        size_t n = policy_signers(p, &signers);

        if (trust_from_pem(signers, n, 1, &trust, NULL) < 0 || envelope_open(envelope, trust, &e, NULL) < 0)
                return false;
        n = envelope_signers(e, &names);
        for (size_t i = 0; (signer = trust_signer(trust, i)); i++)
                for (size_t j = 0; j < n; j++)
                        if (strcmp(signer->name, names[j]) == 0 && signer_validity(signer, clock_now().unix_s) > 0) {
                                (void)err_say(ret, 0,
                                              "署名した「%s」の証明書は、この端末の時計では期限が切れています。"
                                              "発行日時（issued）には有効でした",
                                              "the certificate of '%s', who signed it, has expired by this computer's "
                                              "clock; at 'issued' it was valid",
                                              names[j]);
                                return true;
                        }
        return false;
}

void expiry_note(const char *file, const struct policy *p) {
        struct err what = { "" };

        if (expiry_says(p, &what))
                complain_note(file, &what);
        if (expiry_says_signers(p, policy_issued(p), &what))
                complain_note(file, &what);
}

void expiry_note_envelope(const char *file, struct bytes envelope) {
        auto_free uint8_t *text = NULL;
        auto_policy p = NULL;
        struct err what = { "" };
        size_t size;

        if (envelope_peek(envelope, &text, &size, NULL) < 0 || policy_compile(bytes_of(text, size), &p, NULL) < 0)
                return;
        expiry_note(file, p);
        if (expiry_says_signed(envelope, p, &what))
                complain_note(file, &what);
}
