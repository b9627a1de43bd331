/* SPDX-License-Identifier: MIT */
/* headings.c — the table of headings: ours; Entra ID's, which Token2 and Deepnet write, too; LDAP's of FreeIPA;
 * privacyIDEA's and LinOTP's; and what offices write in Japanese. See headings.h. */
#include "seeds/headings.h"

#include <ctype.h>

#define SECRET(name, alphabet)                                                                                         \
        { name, NULL, true, alphabet }
#define UNUSED(name)                                                                                                   \
        { name, NULL, false, SEEDS_OWN_ALPHABET }

static const struct heading headings[] = {
        { "user", value_user },
        { "username", value_user },
        { "userid", value_user },
        { "uid", value_user },
        { "login", value_user },
        { "loginname", value_user },
        { "account", value_user },
        { "owner", value_user },
        { "assignedto", value_user },
        { "ipatokenowner", value_user },
        { "利用者", value_user },
        { "利用者名", value_user },
        { "ユーザー", value_user },
        { "ユーザー名", value_user },
        { "ユーザーid", value_user },
        { "ログイン名", value_user },
        { "upn", value_principal },
        { "userprincipalname", value_principal },
        { "serial", value_serial },
        { "serialno", value_serial },
        { "serialnumber", value_serial },
        { "sn", value_serial },
        { "s/n", value_serial },
        { "token", value_serial },
        { "tokenid", value_serial },
        { "tokenserial", value_serial },
        { "tokenserialnumber", value_serial },
        { "ipatokenuniqueid", value_serial },
        { "製造番号", value_serial },
        { "トークン", value_serial },
        { "トークン番号", value_serial },
        SECRET("secret", SEEDS_OWN_ALPHABET),
        SECRET("secretkey", SEEDS_OWN_ALPHABET),
        SECRET("sharedsecret", SEEDS_OWN_ALPHABET),
        SECRET("seed", SEEDS_OWN_ALPHABET),
        SECRET("tokenseed", SEEDS_OWN_ALPHABET),
        SECRET("key", SEEDS_OWN_ALPHABET),
        SECRET("otpkey", SEEDS_OWN_ALPHABET),
        SECRET("ipatokenotpkey", SEEDS_OWN_ALPHABET),
        SECRET("秘密の値", SEEDS_OWN_ALPHABET),
        SECRET("秘密鍵", SEEDS_OWN_ALPHABET),
        SECRET("シード", SEEDS_OWN_ALPHABET),
        SECRET("secrethex", SEEDS_HEX),
        SECRET("secretkeyhex", SEEDS_HEX),
        SECRET("seedhex", SEEDS_HEX),
        SECRET("hexseed", SEEDS_HEX),
        SECRET("keyhex", SEEDS_HEX),
        SECRET("secretbase32", SEEDS_BASE32),
        SECRET("secretkeybase32", SEEDS_BASE32),
        SECRET("seedbase32", SEEDS_BASE32),
        SECRET("base32seed", SEEDS_BASE32),
        SECRET("keybase32", SEEDS_BASE32),
        { "algorithm", value_algorithm },
        { "hash", value_algorithm },
        { "hashalgorithm", value_algorithm },
        { "hashfunction", value_algorithm },
        { "hashlib", value_algorithm },
        { "ipatokenotpalgorithm", value_algorithm },
        { "方式", value_algorithm },
        { "digits", value_digits },
        { "otplen", value_digits },
        { "otplength", value_digits },
        { "codelength", value_digits },
        { "ipatokenotpdigits", value_digits },
        { "桁数", value_digits },
        { "period", value_period },
        { "interval", value_period },
        { "timeinterval", value_period },
        { "timestep", value_period },
        { "step", value_period },
        { "timewindow", value_period },
        { "ipatokentotptimestep", value_period },
        { "周期", value_period },
        { "type", value_kind },
        { "tokentype", value_kind },
        { "otptype", value_kind },
        { "種類", value_kind },
        { "counter", value_counter },
        { "movingfactor", value_counter },
        { "ipatokenhotpcounter", value_counter },
        UNUSED("manufacturer"),
        UNUSED("vendor"),
        UNUSED("model"),
        UNUSED("description"),
        UNUSED("remarks"),
        UNUSED("note"),
        UNUSED("ipatokenvendor"),
        UNUSED("ipatokenmodel"),
        UNUSED("メーカー"),
        UNUSED("型番"),
        UNUSED("備考"),
};

const struct heading *heading_of(const char *text) {
        char bare[SEEDS_TEXT];
        size_t n = 0;

        for (; *text && n < sizeof bare - 1; text++)
                if (!strchr(" -_.()[]:", *text))
                        bare[n++] = (char)tolower((unsigned char)*text);
        bare[n] = '\0';
        for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
                if (strcmp(headings[i].name, bare) == 0)
                        return &headings[i];
        return NULL;
}
