/* SPDX-License-Identifier: MIT */
/* card_warnings.c — what would refuse every card is said before it is signed, and nothing of what is fine. The day is
 * the one on which the policy is issued, 2026-12-01. */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/policy/given.h"

#include <ctype.h>

TestSuite(card_warnings, .init = ceremony_begin, .fini = ceremony_end, .timeout = 60);

#define SCOPE(lines) "issuingDistributionPoint=critical,@scope\n[scope]\n" lines

static char said[8192];

static void listen(void *ctx, unsigned line, unsigned column, const char *text) {
        (void)ctx;
        (void)line;
        (void)column;
        if ((strstr(text, "authorities ") == text && isdigit((unsigned char)text[12]))
            || strstr(text, "revocation ") == text)
                (void)snprintf(said + strlen(said), sizeof said - strlen(said), "%s\n", text);
}

static void put_pems(char *to, size_t size, const char *key, const char *const *names, const char *suffix) {
        (void)snprintf(to + strlen(to), size - strlen(to), "    %s:\n", key);
        for (; *names; names++) {
                char file[64];
                struct bytes pem;

                (void)snprintf(file, sizeof file, "%s%s", *names, suffix);
                pem = slurp(file);
                (void)snprintf(to + strlen(to), size - strlen(to), "    - |\n");
                while (pem.left) {
                        const char *end = memchr(pem.at, '\n', pem.left);
                        size_t n = end ? (size_t)(end - (const char *)pem.at) : pem.left;

                        (void)snprintf(to + strlen(to), size - strlen(to), "      %.*s\n", (int)n,
                                       (const char *)pem.at);
                        (void)bytes_take(&pem, end ? n + 1 : n);
                }
        }
}

static const char *warned(const char *language, const char *const *authorities, const char *const *lists) {
        static char text[65536];
        struct policy *p;

        (void)snprintf(text, sizeof text, "language: %s\ndevices: []\nlogin:\n  card:\n    module: /x\n", language);
        put_pems(text, sizeof text, "authorities", authorities, ".crt");
        if (*lists)
                put_pems(text, sizeof text, "revocation", lists, ".crl");
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "  rules: [{name: a, require: [card+pin, password+recovery]}]\n");
        said[0] = '\0';
        p = given(text);
        policy_warnings(p, strcmp(language, "en") == 0, listen, NULL);
        policy_free(p);
        return said;
}

#define ALL(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NONE ((const char *const[]){ NULL })

static void expect_said(const char *const *authorities, const char *const *lists, const char *what) {
        const char *text = warned("en", authorities, lists);

        cr_expect(*what ? strstr(text, what) != NULL : *text == '\0', "'%s' lacks '%s'", text, what);
        cr_expect_eq(*what ? strchr(text, '\n')[1] : '\0', '\0', "more than one: %s", text);
        text = warned("ja", authorities, lists);
        cr_expect(!*what == !*text, "%s", text);
}

static void given_a_root(void) {
        certify(&(struct certified){ .name = "root", .extensions = AS_AUTHORITY });
        make_list("root", "fine", "20261101000000Z", "20261231000000Z");
}

Test(card_warnings, nothing_is_said_of_what_is_fine) {
        given_a_root();
        certify(&(struct certified){ .name = "between", .issuer = "root", .extensions = AS_AUTHORITY });
        certify(&(struct certified){ .name = "new", .subject = "/CN=root", .extensions = AS_AUTHORITY });
        make_list("between", "betweens", "20261101000000Z", "20261231000000Z");
        make_list("new", "news", "20261101000000Z", "20261231000000Z");
        make_list("root", "before", "20261001000000Z", "20261101000000Z");
        make_list_of("root", "upper", SCOPE("onlyCA=TRUE\n"));
        expect_said(ALL("root"), ALL("fine"), "");
        expect_said(ALL("root"), ALL("before", "fine"), "");
        expect_said(ALL("root"), ALL("upper", "fine"), "");
        expect_said(ALL("root", "between"), ALL("betweens"), "");
        expect_said(ALL("root", "new"), ALL("news"), "");
}

Test(card_warnings, each_list_that_would_refuse_everybody_is_named) {
        static const struct {
                const char *name, *extensions, *said;
        } shapes[] = {
                { "indirect", SCOPE("indirectCRL=TRUE\n"), "revocation 1, 'CN=root': an indirect list" },
                { "authorities", SCOPE("onlyCA=TRUE\n"), "a list of authorities or attributes only" },
                { "attributes", SCOPE("onlyAA=TRUE\n"), "a list of authorities or attributes only" },
                { "reasons", SCOPE("onlysomereasons=keyCompromise\n"), "a list of some reasons only" },
                { "part", SCOPE("fullname=URI:http://ca.example/1.crl\n"), "one part of a list" },
                { "unknown", "1.2.392.99=critical,ASN1:NULL\n", "critical extension that is not understood" },
        };

        given_a_root();
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
                make_list_of("root", shapes[i].name, shapes[i].extensions);
                expect_said(ALL("root"), ALL(shapes[i].name), shapes[i].said);
        }
        make_list("root", "old", "20261001000000Z", "20261130000000Z");
        expect_said(ALL("root"), ALL("old"), "revocation 1, 'CN=root': has run out");
        certify(&(struct certified){ .name = "other", .subject = "/CN=root", .extensions = AS_AUTHORITY });
        make_list("other", "others", "20261101000000Z", "20261231000000Z");
        expect_said(ALL("root"), ALL("others"), "signed with no key of an authority of this name");
}

Test(card_warnings, a_list_that_never_runs_out_is_named) {
        given_a_root();
        make_endless_list("root", "endless", "20261101000000Z");
        expect_said(ALL("root"), ALL("endless"), "has no next update, and the policy no crl_grace");
}

Test(card_warnings, each_authority_that_would_refuse_everybody_is_named) {
        static const struct {
                struct certified authority;
                const char *said;
        } rows[] = {
                { { .name = "edwards", .key = "ED25519" },
                  "authorities 1, 'CN=edwards': every card of it is refused: "
                  "its key is of Ed25519" },
                { { .name = "curve", .key = "P-521" }, "on a curve other than P-256 and P-384" },
                { { .name = "pss", .key = "RSA-PSS" }, "its key is for RSA-PSS only" },
                { { .name = "small", .key = "RSA-1024" }, "shorter than 2048 bits" },
                { { .name = "old", .till = "20261130000000Z" }, "has expired when the policy is issued" },
                { { .name = "early", .from = "20261202000000Z" }, "is not valid yet" },
                { { .name = "strange", .extensions = AS_AUTHORITY "1.2.392.99=critical,ASN1:NULL\n" },
                  "carries a critical extension that is not understood: every card of it is refused" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct certified c = rows[i].authority;

                c.extensions = c.extensions ? c.extensions : AS_AUTHORITY;
                certify(&c);
                expect_said(ALL(c.name), NONE, rows[i].said);
        }
        given_a_root();
        certify(&(struct certified){ .name = "silent", .extensions = AS_AUTHORITY });
        expect_said(ALL("root", "silent"), ALL("fine"), "authorities 2, 'CN=silent': has no list in revocation");
        warned("en", ALL("silent"), ALL("fine"));
        cr_expect_not_null(strstr(said, "revocation 1, 'CN=root': no authority of this name"));
        cr_expect_not_null(strstr(said, "authorities 1, 'CN=silent': has no list"));
}

Test(card_warnings, a_roots_own_faults_are_named) {
        struct bytes der;

        certify(&(struct certified){
                .name = "short",
                .extensions = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n" });
        certify(&(struct certified){ .name = "below", .issuer = "short", .extensions = AS_AUTHORITY });
        expect_said(ALL("short", "below"), NONE, "authorities 2, 'CN=below': is further below another authority");
        expect_said(ALL("short"), NONE, "");
        given_a_root();
        certify(&(struct certified){ .name = "between", .issuer = "root", .extensions = AS_AUTHORITY });
        take_back("root", "between");
        make_list("root", "roots", "20261101000000Z", "20261231000000Z");
        make_list("between", "betweens", "20261101000000Z", "20261231000000Z");
        expect_said(ALL("root", "between"), ALL("roots", "betweens"), "'CN=between': is revoked");
        der = der_of("root");
        ((uint8_t *)der.at)[der.left - 1] ^= 1; /* in its signature */
        spill("bent.der", der);
        cr_assert_eq(openssl("x509", "-inform", "DER", "-in", "bent.der", "-out", "bent.crt", NULL), 0);
        expect_said(ALL("bent"), NONE, "its own signature is wrong");
}
