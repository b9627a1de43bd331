/* SPDX-License-Identifier: MIT */
/* previous.c — see previous.h. Nothing that is read here is verified: the signer knows which policy is in force. */
#include "cli/policy/previous.h"

#include "base/cleanup.h"
#include "cli/complain.h"
#include "cli/policy/policy_file.h"
#include "signature/succession.h"

#include <inttypes.h>
#include <string.h>

struct before {
        struct policy *policy; /* NULL: it is a trust.pem */
        struct trust *trust;
};

static void before_deinit(struct before *b) {
        policy_free(b->policy);
        trust_free(b->trust);
}
#define auto_before __attribute__((cleanup(before_deinit))) struct before

static int trust_of(const struct policy *p, struct trust **ret, struct err *err) {
        const char *const *signers;
        size_t n = policy_signers(p, &signers);

        return trust_from_pem(signers, n, policy_threshold(p), ret, err);
}

static bool previous_lists(const struct trust *t, const struct signer *signer) {
        const struct signer *other;

        for (size_t i = 0; (other = trust_signer(t, i)); i++)
                if (signer_same_key(other, signer))
                        return true;
        return false;
}

/* A trust.pem has certificates at the beginning of a line; in a policy they are indented. */
static bool is_trust_file(const char *text) {
        return strncmp(text, "-----BEGIN CERTIFICATE", 22) == 0 || strstr(text, "\n-----BEGIN CERTIFICATE");
}

static int read_before(const char *path, struct before *ret) {
        auto_free uint8_t *text = NULL;
        struct err err = { "" };
        size_t size = 0;
        int code = policy_file_read(path, &text, &size, &err), r = 0;

        if (code != EXIT_OK)
                return err.text[0] ? complain_in(code, path, &err) : code;
        if (is_trust_file((const char *)text))
                r = trust_parse(bytes_of(text, size), &ret->trust, &err);
        else if ((r = policy_compile(bytes_of(text, size), &ret->policy, &err)) == 0)
                r = trust_of(ret->policy, &ret->trust, &err);
        return r < 0 ? complain_in(EXIT_REFUSED, path, &err) : EXIT_OK;
}

/* As a terminal would compare the two. */
static int previous_follows(const struct policy *before, const char *path, const char *file,
                            const struct policy *next) {
        struct err err = { "" };

        if (policy_serial(next) <= policy_serial(before))
                return complain(EXIT_REFUSED,
                                "%s: serial %" PRIu64 " は、有効なポリシー（%s）の %" PRIu64 " より大きくありません",
                                "%s: serial %" PRIu64 " is not higher than that of the policy in force (%s), %" PRIu64,
                                file, policy_serial(next), path, policy_serial(before));
        if (policy_issued(next) < policy_issued(before))
                return complain(EXIT_REFUSED, "%s: 発行日時（issued）が、有効なポリシー（%s）より前です",
                                "%s: 'issued' is earlier than that of the policy in force (%s)", file, path);
        if (succession_step(next, policy_serial(before), &err) < 0)
                return complain_in(EXIT_REFUSED, file, &err);
        return EXIT_OK;
}

static int note_of_own(const char *file, const struct policy *next, const struct signer *signer) {
        auto_trust own = NULL;

        if (trust_of(next, &own, NULL) == 0 && !previous_lists(own, signer))
                (void)complain(EXIT_OK,
                               "%s: 注意: 「%s」は、このポリシーの署名者（signers）にありません。"
                               "署名してよい人かどうかは、有効なポリシーを --previous に指定すると確かめられます",
                               "%s: note: '%s' is not among this policy's own signers: whether they may sign it, "
                               "--previous with the policy in force can tell",
                               file, signer->name);
        return EXIT_OK;
}

int previous_check(const char *previous, const char *file, const struct policy *next, const struct signer *signer) {
        auto_before b = { 0 };
        int code;

        if (!previous)
                return note_of_own(file, next, signer);
        code = read_before(previous, &b);
        if (code != EXIT_OK)
                return code;
        if (!previous_lists(b.trust, signer))
                return complain(EXIT_REFUSED,
                                "%s: 「%s」は、有効なポリシー（%s）の署名者ではありません。端末はこの署名を数えません",
                                "%s: '%s' is not among the signers of the policy in force (%s): "
                                "no terminal would count this signature",
                                file, signer->name, previous);
        return b.policy ? previous_follows(b.policy, previous, file, next) : EXIT_OK;
}
