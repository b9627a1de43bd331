/* SPDX-License-Identifier: MIT */
/* PSKC: plain, and encrypted as in the figures 6 and 7 of RFC 6030 (their keys said to be TOTP's, which no MAC covers);
 * SafeNet's XML; and what of XML is refused. */
#include "seeds/pskc.h"
#include "decision/login.h"
#include "seeds/xml.h"
#include "unit/agent/seeds/token_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define OPEN "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">"
#define ALGORITHM "urn:ietf:params:xml:ns:keyprov:pskc:totp"
#define SECRET "<Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>"
#define PACKAGE(algorithm, parameters, data, more)                                                                      \
        "<KeyPackage><DeviceInfo><SerialNo>2600000000001</SerialNo></DeviceInfo>\n<Key Id=\"1\" Algorithm=\"" algorithm \
        "\">\n<AlgorithmParameters>" parameters "</AlgorithmParameters><Data>" data "</Data>" more                      \
        "</Key></KeyPackage>"
#define SIX "<ResponseFormat Length=\"6\" Encoding=\"DECIMAL\"/>"
#define CLOSE "</KeyContainer>"

static const char figure_6[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\""
        " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
        " xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\">\n"
        "<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>\n"
        "<MACMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\">\n"
        "<MACKey>\n"
        "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>\n"
        "<xenc:CipherData><xenc:CipherValue>\n"
        "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX\n"
        "</xenc:CipherValue></xenc:CipherData>\n"
        "</MACKey>\n"
        "</MACMethod>\n"
        "<KeyPackage>\n"
        "<DeviceInfo><Manufacturer>Manufacturer</Manufacturer><SerialNo>987654321</SerialNo></Dev"
        "iceInfo>\n"
        "<Key Id=\"12345678\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:totp\">\n"
        "<AlgorithmParameters><ResponseFormat Length=\"8\""
        " Encoding=\"DECIMAL\"/></AlgorithmParameters>\n"
        "<Data>\n"
        "<Secret>\n"
        "<EncryptedValue>\n"
        "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>\n"
        "<xenc:CipherData><xenc:CipherValue>\n"
        "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv\n"
        "</xenc:CipherValue></xenc:CipherData>\n"
        "</EncryptedValue>\n"
        "<ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=</ValueMAC>\n"
        "</Secret>\n"
        "</Data>\n"
        "</Key>\n"
        "</KeyPackage>\n"
        "</KeyContainer>\n";

static const char figure_7[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<pskc:KeyContainer xmlns:pskc=\"urn:ietf:params:xml:ns:keyprov:pskc\""
        " xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\""
        " xmlns:pkcs5=\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#\""
        " xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Version=\"1.0\">\n"
        "<pskc:EncryptionKey>\n"
        "<xenc11:DerivedKey>\n"
        "<xenc11:KeyDerivationMethod"
        " Algorithm=\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2\">\n"
        "<pkcs5:PBKDF2-params><Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>100"
        "0</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params>\n"
        "</xenc11:KeyDerivationMethod>\n"
        "<xenc:ReferenceList><xenc:DataReference URI=\"#ED\"/></xenc:ReferenceList>\n"
        "<xenc11:MasterKeyName>My Password 1</xenc11:MasterKeyName>\n"
        "</xenc11:DerivedKey>\n"
        "</pskc:EncryptionKey>\n"
        "<pskc:MACMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#hmac-sha1\">\n"
        "<pskc:MACKey>\n"
        "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>\n"
        "<xenc:CipherData><xenc:CipherValue>2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvo"
        "U2dStyOwYZx</xenc:CipherValue></xenc:CipherData>\n"
        "</pskc:MACKey>\n"
        "</pskc:MACMethod>\n"
        "<pskc:KeyPackage>\n"
        "<pskc:DeviceInfo><pskc:Manufacturer>TokenVendorAcme</pskc:Manufacturer><pskc:SerialNo>98"
        "7654321</pskc:SerialNo></pskc:DeviceInfo>\n"
        "<pskc:CryptoModuleInfo><pskc:Id>CM_ID_001</pskc:Id></pskc:CryptoModuleInfo>\n"
        "<pskc:Key Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:totp\" Id=\"123456\">\n"
        "<pskc:Issuer>Example-Issuer</pskc:Issuer>\n"
        "<pskc:AlgorithmParameters><pskc:ResponseFormat Length=\"8\""
        " Encoding=\"DECIMAL\"/></pskc:AlgorithmParameters>\n"
        "<pskc:Data>\n"
        "<pskc:Secret>\n"
        "<pskc:EncryptedValue Id=\"ED\">\n"
        "<xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/>\n"
        "<xenc:CipherData><xenc:CipherValue>oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4"
        "aEn032yCr4f</xenc:CipherValue></xenc:CipherData>\n"
        "</pskc:EncryptedValue>\n"
        "<pskc:ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</pskc:ValueMAC>\n"
        "</pskc:Secret>\n"
        "</pskc:Data>\n"
        "</pskc:Key>\n"
        "</pskc:KeyPackage>\n"
        "</pskc:KeyContainer>\n";

static void prepare(void) {
        xml_prepare();
        pskc_prepare();
}

TestSuite(pskc_read, .init = prepare);
TestSuite(pskc_unlock, .init = prepare);
TestSuite(xml_read, .init = prepare);

static void expect_rfc_key(const struct seeds_reading *r) {
        cr_assert_eq(r->n_faults, 0, "%s", token_file_said(r));
        cr_assert_eq(r->key_wanted, SEEDS_NO_KEY);
        cr_assert_eq(r->n, 1);
        cr_expect_eq(r->rows[0].row.n_secret, 20);
        cr_expect_arr_eq(r->rows[0].row.secret, "12345678901234567890", 20);
}

Test(pskc_read, a_plain_one_says_all_of_its_token) {
        auto_reading r = token_file("<?xml version=\"1.0\"?>" OPEN PACKAGE(
                ALGORITHM, "<Suite>HMAC-SHA256</Suite><ResponseFormat Length=\"8\" Encoding=\"DECIMAL\"/>",
                SECRET "<Time><PlainValue>0</PlainValue></Time>"
                       "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>",
                "<UserId>UID=hanako, DC=example-bank, DC=net</UserId><Policy><KeyUsage>OTP</KeyUsage></Policy>") CLOSE);

        expect_rfc_key(&r);
        cr_expect_str_eq(r.rows[0].row.serial, "2600000000001");
        cr_expect_str_eq(r.rows[0].row.user, "hanako");
        cr_expect_eq(r.rows[0].row.algorithm, 1 + TOTP_SHA256);
        cr_expect_eq(r.rows[0].row.digits, 8);
        cr_expect_eq(r.rows[0].row.period_s, 60);
        cr_expect_eq(r.rows[0].row.line, 2);
}

Test(pskc_read, a_line_beyond_65535_is_said_right) {
        static char text[80000];
        size_t n = (size_t)snprintf(text, sizeof text, OPEN);

        memset(text + n, '\n', 70000);
        (void)snprintf(text + n + 70000, sizeof text - n - 70000, "%s",
                       PACKAGE("urn:ietf:params:xml:ns:keyprov:pskc:hotp", SIX, SECRET, "") CLOSE);
        {
                auto_reading r = token_file(text);

                cr_expect_eq(r.n_faults, 1);
                cr_expect_eq(r.faults[0].line, 70002, "%u", r.faults[0].line);
        }
}

Test(pskc_read, in_utf16_too) {
        static const char text[] = OPEN PACKAGE(ALGORITHM, SIX, SECRET, "") CLOSE;
        uint8_t wide[2 * sizeof text] = { 0xFF, 0xFE };

        for (size_t i = 0; text[i]; i++)
                wide[2 + 2 * i] = (uint8_t)text[i];
        {
                auto_reading r = token_file_read(bytes_of(wide, 2 * sizeof text), SEEDS_TOKENS, "");

                expect_rfc_key(&r);
        }
}

Test(pskc_read, what_cannot_be_enrolled_is_refused_where_it_is) {
        static const struct {
                const char *text, *said;
        } hostile[] = {
                { OPEN PACKAGE("urn:ietf:params:xml:ns:keyprov:pskc:hotp", SIX, SECRET, "") CLOSE,
                  "2:1: a token that counts" },
                { OPEN PACKAGE("urn:ietf:params:xml:ns:keyprov:pskc:pin", SIX, SECRET, "") CLOSE,
                  "2:1: only the kind" },
                { OPEN PACKAGE("", SIX, SECRET, "") CLOSE, "2:1: only the kind" },
                { OPEN PACKAGE(ALGORITHM, "<ResponseFormat Length=\"4\" Encoding=\"DECIMAL\"/>", SECRET, "") CLOSE,
                  "2:1: digits" },
                { OPEN PACKAGE(ALGORITHM, "<ResponseFormat Length=\"6\" Encoding=\"HEXADECIMAL\"/>", SECRET, "") CLOSE,
                  "2:1: its codes are not" },
                { OPEN PACKAGE(ALGORITHM, "<ResponseFormat Length=\"6\" Encoding=\"DECIMAL\" CheckDigits=\"true\"/>",
                               SECRET, "") CLOSE,
                  "2:1: its codes have a check digit" },
                { OPEN PACKAGE(ALGORITHM, "<Suite>HMAC-MD5</Suite>" SIX, SECRET, "") CLOSE, "2:1: the algorithm" },
                { OPEN PACKAGE(ALGORITHM, SIX, SECRET "<TimeInterval><PlainValue>3600</PlainValue></TimeInterval>", "")
                          CLOSE,
                  "2:1: a period" },
                { OPEN PACKAGE(ALGORITHM, SIX, "", "") CLOSE, "2:1: no secret" },
                { OPEN PACKAGE(ALGORITHM, SIX, "<Secret><PlainValue>MTIz</PlainValue></Secret>", "") CLOSE,
                  "2:1: no secret" },
                { OPEN PACKAGE(ALGORITHM, SIX, SECRET, "<Policy><PINPolicy PINUsageMode=\"Local\"/></Policy>") CLOSE,
                  "2:1: its policy PINPolicy" },
                { OPEN PACKAGE(ALGORITHM, SIX, SECRET, "<Policy><KeyUsage>Encrypt</KeyUsage></Policy>") CLOSE,
                  "2:1: its policy KeyUsage" },
                { OPEN CLOSE, "1:1: there is no token" },
                { "<KeyContainer xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc:1.0\"/>", "1:1: PSKC of a draft" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_reading r = token_file(hostile[i].text);

                cr_expect_eq(strncmp(token_file_said(&r), hostile[i].said, strlen(hostile[i].said)), 0, "%s: '%s'",
                             hostile[i].text, token_file_said(&r));
        }
}

Test(pskc_unlock, the_figures_of_the_rfc_open) {
        auto_reading pre_shared =
                token_file_read(bytes_text(figure_6), SEEDS_TOKENS, "12345678901234567890123456789012");
        auto_reading password = token_file_read(bytes_text(figure_7), SEEDS_TOKENS, "qwerty");

        expect_rfc_key(&pre_shared);
        expect_rfc_key(&password);
        cr_expect_eq(password.rows[0].row.digits, 8);
}

Test(pskc_unlock, without_a_key_it_says_which) {
        auto_reading pre_shared = token_file(figure_6);
        auto_reading password = token_file(figure_7);

        cr_expect_eq(pre_shared.key_wanted, SEEDS_PRE_SHARED);
        cr_expect_eq(password.key_wanted, SEEDS_PASSWORD);
        cr_expect_eq(pre_shared.n + password.n + pre_shared.n_faults + password.n_faults, 0);
}

/* `text` with the first `from` made `to`; the caller's. */
static char *with(const char *text, const char *from, const char *to) {
        const char *at = strstr(text, from);
        char *made = calloc(1, strlen(text) + strlen(to) + 1);

        cr_assert(at && made, "%s", from);
        (void)sprintf(made, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
        return made;
}

Test(pskc_unlock, what_was_changed_or_is_not_known_is_refused) {
        static const struct {
                const char *from, *to, *key, *said;
        } hostile[] = {
                { "qwerty", "", "", "" },
                { "oTvo+S22", "oTvo+S23", "qwerty", ": the password or key is not the right one" },
                { "LP6xMvjt", "LP6xMvju", "qwerty", ": the password or key is not the right one" },
                { "2GTTnLwM", "2GTTnLwN", "qwerty", ": the password or key is not the right one" },
                { "IterationCount>1000<", "IterationCount>1001<", "qwerty",
                  ": the password or key is not the right one" },
                { "IterationCount>1000<", "IterationCount>99999999<", "qwerty", ": what makes a key" },
                { "IterationCount>1000<", "IterationCount>-1<", "qwerty", ": what makes a key" },
                { "KeyLength>16<", "KeyLength>65<", "qwerty", ": what makes a key" },
                { "KeyLength>16<", "KeyLength>32<", "qwerty", ": the password or key is not the right one" },
                { "#pbkdf2", "#scrypt", "qwerty", ": the algorithm http://www.rsasecurity" },
                { "<PRF/>", "<PRF Algorithm=\"urn:x\"/>", "qwerty", ": the algorithm urn:x" },
                { "xmldsig#hmac-sha1", "xmldsig-more#hmac-md5", "qwerty", ": the algorithm http" },
                { "xmlenc#aes128-cbc", "xmlenc11#aes128-gcm", "qwerty", ": the algorithm http" },
                { "<pskc:ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</pskc:ValueMAC>", "", "qwerty", ": nothing shows" },
                { "<xenc11:MasterKeyName>", "<xenc11:X509Data/><xenc11:MasterKeyName>", "qwerty",
                  ": it is encrypted for a" },
                { "pskc:Secret>", "pskc:Counter>", "qwerty", ": it is no sound XML" },
        };

        for (size_t i = 1; i < sizeof hostile / sizeof *hostile; i++) {
                char *text = with(figure_7, hostile[i].from, hostile[i].to);
                auto_reading r = token_file_read(bytes_text(text), SEEDS_TOKENS, hostile[i].key);

                cr_expect_eq(r.n, 0, "%s", hostile[i].to);
                cr_expect(strstr(token_file_said(&r), hostile[i].said), "%s: '%s'", hostile[i].to, token_file_said(&r));
                free(text);
        }
}

Test(pskc_unlock, a_wrong_key_is_refused_and_so_is_no_hexadecimal) {
        static const char *const keys[] = { "00345678901234567890123456789012", "1234", "qwerty", "123" };

        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
                auto_reading r = token_file_read(bytes_text(figure_6), SEEDS_TOKENS, keys[i]);

                cr_expect_eq(r.n, 0);
                cr_expect_eq(r.n_faults, 1, "%s", keys[i]);
        }
}

Test(pskc_unlock, every_truncation_is_refused) {
        for (size_t n = 1; n < strlen(figure_7) - 1; n += 7) {
                auto_reading r = token_file_read(bytes_of(figure_7, n), SEEDS_TOKENS, "qwerty");

                cr_expect_eq(r.n, 0, "%zu bytes", n);
                cr_expect_geq(r.n_faults, 1, "%zu bytes", n);
        }
}

Test(xml_read, nothing_comes_from_elsewhere) {
        static const struct {
                const char *text, *said;
        } hostile[] = {
                { "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>", "0:0: XML with a DOCTYPE" },
                { "<!DOCTYPE a SYSTEM \"http://example.org/a.dtd\"><a/>", "0:0: XML with a DOCTYPE" },
                { OPEN "<!-- <!DOCTYPE --> " PACKAGE(ALGORITHM, SIX, SECRET, "") CLOSE, "0:0: XML with a DOCTYPE" },
                { OPEN "&e;" CLOSE, "1:7" },
                { OPEN "\n<KeyPackage>", "2:13: it is no sound XML" },
                { "<data><tokens/></data>", "1:1: <data> is none of the known kinds" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_reading r = token_file(hostile[i].text);

                cr_expect_eq(strncmp(token_file_said(&r), hostile[i].said, strlen(hostile[i].said)), 0, "%s: '%s'",
                             hostile[i].text, token_file_said(&r));
        }
}

#define SAFENET(more)                                                                                                  \
        "<Tokens>\n<Token serial=\"000400000001\"><Applications><Application>"                                         \
        "<Seed>3132333435363738393031323334353637383930</Seed>" more                                                   \
        "</Application></Applications></Token>\n</Tokens>"

Test(xml_read, safenets_tokens_count_unless_they_do_not) {
        auto_reading counts = token_file(SAFENET("<MovingFactor>1</MovingFactor>"));
        auto_reading clock = token_file(SAFENET(""));

        cr_expect_str_eq(
                strncmp(token_file_said(&counts), "2:1: a token that counts", 24) ? token_file_said(&counts) : "", "");
        expect_rfc_key(&clock);
        cr_expect_str_eq(clock.rows[0].row.serial, "000400000001");
}
