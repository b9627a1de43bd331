/* SPDX-License-Identifier: MIT */
/* certificate_lists.c — lists that do not speak of everybody: which card each covers, and what is said where none does.
 */
#include "support/authority.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/auth/judged.h"

#include <criterion/criterion.h>

TestSuite(certificate_lists, .init = given_an_authority, .fini = ceremony_end, .timeout = 120);

#define USAGE "keyUsage=critical,digitalSignature\n"
#define SCOPE(lines) "issuingDistributionPoint=critical,@scope\n[scope]\n" lines

static void lists_are(const char *first, const char *second) {
        lists[0] = first;
        lists[1] = second;
        terms.card.n_revocation = second ? 2 : 1;
}

static void given_alice_and_bob(void) {
        certify(&(struct certified){ .name = "alice", .issuer = "root" });
        certify(&(struct certified){ .name = "bob", .issuer = "root" });
        take_back("root", "bob");
}

Test(certificate_lists, each_shape_covers_or_says_why_it_does_not) {
        static const struct {
                const char *name, *extensions;
                enum certificate_fault fault;
        } shapes[] = {
                { "whole", "authorityKeyIdentifier=keyid\n", CERTIFICATE_FINE },
                { "people", SCOPE("onlyuser=TRUE\n"), CERTIFICATE_FINE },
                { "indirect", SCOPE("indirectCRL=TRUE\n"), CERTIFICATE_FINE },
                { "authorities", SCOPE("onlyCA=TRUE\n"), CERTIFICATE_LIST_AUTHORITIES },
                { "attributes", SCOPE("onlyAA=TRUE\n"), CERTIFICATE_LIST_AUTHORITIES },
                { "reasons", SCOPE("onlysomereasons=keyCompromise\n"), CERTIFICATE_LIST_REASONS },
                { "part", SCOPE("fullname=URI:http://ca.example/1.crl\n"), CERTIFICATE_LIST_PART },
                { "unknown", "1.2.392.99=critical,ASN1:NULL\n", CERTIFICATE_LIST_UNKNOWN },
                { "not-critical", "1.2.392.99=ASN1:NULL\n", CERTIFICATE_FINE },
        };

        given_alice_and_bob();
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
                make_list_of("root", shapes[i].name, shapes[i].extensions);
                lists_are(shapes[i].name, NULL);
                expect("alice", "alice", shapes[i].fault);
                expect("bob", "bob", CERTIFICATE_REVOKED);
        }
        lists_are("part", "whole");
        expect("alice", "alice", CERTIFICATE_FINE);
        lists_are("authorities", "part");
        expect("alice", "alice", CERTIFICATE_LIST_AUTHORITIES);
}

Test(certificate_lists, reasons_add_up) {
        given_alice_and_bob();
        make_list_of("root", "some",
                     SCOPE("onlysomereasons=keyCompromise,CACompromise,affiliationChanged,superseded\n"));
        make_list_of("root", "rest",
                     SCOPE("onlysomereasons=cessationOfOperation,certificateHold,privilegeWithdrawn,AACompromise\n"));
        make_list_of("root", "fewer", SCOPE("onlysomereasons=cessationOfOperation,certificateHold\n"));
        lists_are("some", "rest");
        expect("alice", "alice", CERTIFICATE_FINE);
        lists_are("some", "fewer");
        expect("alice", "alice", CERTIFICATE_LIST_REASONS);
        lists_are("some", "some");
        expect("alice", "alice", CERTIFICATE_LIST_REASONS);
}

/* As JPKI and LGPKI split theirs: by a name in a directory, or by an address. */
Test(certificate_lists, a_part_covers_the_cards_that_name_it) {
        static const char point[] = USAGE "crlDistributionPoints=point\n[point]\nfullname=dirName:part\n"
                                          "[part]\nC=JP\nO=Town\n1.OU=CRL Distribution Points\n2.OU=Ward\nCN=%d\n",
                          list[] = "issuingDistributionPoint=critical,@scope\n[scope]\nfullname=dirName:part\n"
                                   "onlyuser=TRUE\n[part]\nC=JP\nO=TOWN\n1.OU=CRL  Distribution Points\n2.OU=ward\n"
                                   "CN=%d\n";
        char extensions[512], text[512];

        (void)snprintf(extensions, sizeof extensions, point, 7);
        certify(&(struct certified){ .name = "alice", .issuer = "root", .extensions = extensions });
        certify(&(struct certified){ .name = "uri",
                                     .issuer = "root",
                                     .subject = "/CN=alice",
                                     .extensions = USAGE "crlDistributionPoints=URI:http://a.example/x,"
                                                         "URI:http://a.example/7\n" });
        certify(&(struct certified){ .name = "plain", .issuer = "root", .subject = "/CN=alice" });
        for (int i = 7; i < 9; i++) {
                (void)snprintf(text, sizeof text, list, i);
                make_list_of("root", i == 7 ? "seven" : "eight", text);
        }
        make_list_of("root", "address", SCOPE("fullname=URI:http://a.example/7\n"));
        lists_are("seven", NULL);
        expect("alice", "alice", CERTIFICATE_FINE);
        expect("uri", "alice", CERTIFICATE_LIST_PART);
        expect("plain", "alice", CERTIFICATE_LIST_PART);
        lists_are("eight", "seven");
        expect("alice", "alice", CERTIFICATE_FINE);
        lists_are("eight", NULL);
        expect("alice", "alice", CERTIFICATE_LIST_PART);
        lists_are("address", NULL);
        expect("uri", "alice", CERTIFICATE_FINE);
        expect("alice", "alice", CERTIFICATE_LIST_PART);
        take_back("root", "alice");
        (void)snprintf(text, sizeof text, list, 8);
        make_list_of("root", "eight", text);
        lists_are("eight", "address");
        expect("alice", "alice", CERTIFICATE_REVOKED);
}

Test(certificate_lists, a_part_that_another_issuer_answers_for) {
        static const char extensions[] = USAGE "crlDistributionPoints=point\n[point]\n"
                                               "fullname=URI:http://a.example/7\nCRLissuer=dirName:other\n"
                                               "[other]\nCN=other\n";

        certify(&(struct certified){ .name = "alice", .issuer = "root", .extensions = extensions });
        make_list_of("root", "part", SCOPE("fullname=URI:http://a.example/7\n"));
        lists_are("part", NULL);
        expect("alice", "alice", CERTIFICATE_LIST_INDIRECT);
}

Test(certificate_lists, who_may_not_sign_lists_covers_nobody_and_revokes) {
        certify(&(struct certified){
                .name = "quiet", .extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n" });
        certify(&(struct certified){ .name = "alice", .issuer = "quiet" });
        certify(&(struct certified){ .name = "bob", .issuer = "quiet" });
        take_back("quiet", "bob");
        make_list("quiet", "quiets", "20261101000000Z", "20261231000000Z");
        authorities[0] = "quiet";
        lists_are("quiets", NULL);
        expect("alice", "alice", CERTIFICATE_LIST_KEY);
        expect("bob", "bob", CERTIFICATE_REVOKED);
}
