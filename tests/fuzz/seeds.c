/* SPDX-License-Identifier: MIT */
/* seeds.c — whatever a file of tokens says: no crash; a fault has both languages; what is read without a fault has a
 * whole secret, and crosses to the tool as it is. */
#include "fuzz/fuzz.h"
#include "seeds/format.h"
#include "seeds/pskc.h"
#include "seeds/xml.h"

#include <string.h>

#define RFC "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define HEX "3132333435363738393031323334353637383930"

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        static const char *const seeds[] = {
                "upn,serial number,secret key,time interval,manufacturer,model\nh@x,1000001," RFC ",60,C,K\n",
                "user;serial;secret;algorithm;digits;period\r\nhanako;\"FT \"\"1\";hex:" HEX
                ";sha256;8;60\r\n;;;;;\r\n",
                "2600000000001\t" HEX "\n2600000000002 \t" HEX "\n",
                "# version: 2\nhanako,r,r,1," HEX ",totp,6,60,sha1\n2.6E+12," HEX ",hotp\n",
                "otpauth://totp/Town%20Hall:hanako?secret=" RFC "&digits=8&period=60&algorithm=SHA512\n",
                "OATH-HOTP,11.12.13 18:55,1,cccc,,916821d3a138bf855e70069605559a206ba854cd,,,0,0,0,6,0\n",
                "\xff\xfe"
                "1\0,\0A\0",
                "user,serial,secret\nh,\x91\x8b\x8c\xfb," RFC "\n",
                "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\"><EncryptionKey>"
                "<DerivedKey><KeyDerivationMethod Algorithm=\"x#pbkdf2\"><PBKDF2-params><Salt><Specified>Ej7/PEpyEpw="
                "</Specified></Salt><IterationCount>2</IterationCount><KeyLength>16</KeyLength></PBKDF2-params>"
                "</KeyDerivationMethod></DerivedKey></EncryptionKey><KeyPackage><DeviceInfo><SerialNo>1</SerialNo>"
                "</DeviceInfo><Key Id=\"1\" Algorithm=\"x:totp\"><AlgorithmParameters><ResponseFormat Length=\"6\" "
                "Encoding=\"DECIMAL\"/></AlgorithmParameters><Data><Secret><EncryptedValue><EncryptionMethod "
                "Algorithm=\"http://www.w3.org/2001/04/xmlenc#kw-aes128\"/><CipherData><CipherValue>"
                "H6aLCoEStEeu80vY+1p7gp0+hiNx0s/l</CipherValue></CipherData></EncryptedValue></Secret></Data></Key>"
                "</KeyPackage></KeyContainer>",
                "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\"><KeyPackage><Key Id=\"1\" "
                "Algorithm=\"x:totp\"><Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>"
                "</Data></Key></KeyPackage></KeyContainer>",
                "<Tokens><Token serial=\"1\"><Applications><Application><Seed>" HEX
                "</Seed></Application></Applications></Token></Tokens>",
        };

        encoding_prepare();
        xml_prepare();
        pskc_prepare();
        for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
                add(seeds[i], i == 6 ? 8 : strlen(seeds[i]));
}

static void check(const struct seeds_reading *r, enum seeds_want want) {
        static uint8_t packet[SEEDS_PACKET];
        static struct seeds_row back[SEEDS_MAX];
        size_t n, m;

        for (size_t i = 0; i < r->n_faults && i < SEEDS_FAULTS; i++)
                CLAIM(r->faults[i].text[0] && r->faults[i].ja[0]);
        for (size_t i = 0; i < r->n && !r->n_faults; i += n) {
                size_t used = seeds_rows_encode(&r->rows[i].row, sizeof *r->rows, r->n - i, &n, packet);

                CLAIM(used && seeds_rows_decode(bytes_of(packet, used), back, SEEDS_MAX, &m) == 0 && m == n);
                for (size_t k = 0; k < n; k++)
                        CLAIM(want == SEEDS_OWNERS ? back[k].n_secret == 0 : back[k].n_secret >= 16);
        }
        CLAIM(r->n || r->n_faults || r->key_wanted);
}

void fuzz_try(const uint8_t *p, size_t n) {
        static const struct seeds_asked asked[] = { { SEEDS_TOKENS, "" },
                                                    { SEEDS_TOKENS, "qwerty" },
                                                    { SEEDS_OWNERS, "" } };

        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
                auto_reading r = { .raw = bytes_of(p, n), .asked = &asked[i] };

                format_read(&r);
                check(&r, asked[i].want);
        }
}
