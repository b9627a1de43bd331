/* SPDX-License-Identifier: MIT */
/* pskc_unlock.c — see pskc_unlock.h. The key is given, or made of a password by PBKDF2 (RFC 6030 §6.1, §6.2); what else
 * there may be is refused by its name. */
#include "seeds/pskc_unlock.h"

#include "base/hex.h"
#include "base/secret.h"
#include "seeds/cipher.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>

#define URI 128
#define VALUE (4 * CIPHER_TEXT / 3 + 256) /* base64, with line ends */
#define ITERATIONS_MAX 10000000
#define SALT_MAX 256

struct unlocking {
        struct seeds_reading *r;
        xmlNode *root, *encryption; /* <EncryptionKey> */
        uint8_t key[CIPHER_KEY], mac_key[CIPHER_TEXT];
        size_t n_key, n_mac_key;
        const EVP_MD *mac;
        bool opened; /* one value at least: so the key is right */
};

static bool unlock_refuse(struct unlocking *u, const xmlNode *at, const char *ja, const char *en) {
        reading_refuse(u->r, xml_line(at ? at : u->root), 1, "%s%.0s", "%.0s%s", ja, en);
        return false;
}

/* By its name, which is no secret. */
static bool unlock_refuse_algorithm(struct unlocking *u, const xmlNode *at, const char *uri) {
        reading_refuse(u->r, xml_line(at ? at : u->root), 1,
                       "暗号の方式 %.100s には対応していません（AES-CBC、AES の鍵ラップ、3DES、HMAC、PBKDF2 です）",
                       "the algorithm %.100s is not known here (AES-CBC, AES key wrap, 3DES, HMAC, PBKDF2 are)",
                       uri[0] ? uri : "?");
        return false;
}

/* What <EncryptionMethod> says, or a refusal. */
static const struct cipher *unlock_cipher(struct unlocking *u, xmlNode *value) {
        char uri[URI];
        const struct cipher *c;

        (void)xml_attribute(xml_child(value, "EncryptionMethod", NULL), "Algorithm", uri, sizeof uri);
        c = cipher_of(uri);
        if (!c)
                (void)unlock_refuse_algorithm(u, value, uri);
        return c;
}

static bool unlock_base64(const xmlNode *of, uint8_t *to, size_t size, size_t *ret_n) {
        char text[VALUE];
        bool good = xml_text(of, text, sizeof text) && cipher_base64(text, to, size, ret_n) == 0;

        secret_wipe(text, sizeof text);
        return good;
}

static unsigned long unlock_number(const xmlNode *of) {
        char text[32], *end;
        unsigned long value;

        if (!xml_text(of, text, sizeof text) || !isdigit((unsigned char)text[0]))
                return 0;
        value = strtoul(text, &end, 10);
        return *end ? 0 : value;
}

/* The length of the key that the file's first cipher takes. */
static size_t unlock_key_length(const struct unlocking *u) {
        char uri[URI];
        const struct cipher *c;

        (void)xml_attribute(xml_next(u->root, NULL, "EncryptionMethod"), "Algorithm", uri, sizeof uri);
        c = cipher_of(uri);
        return c ? c->key : 0;
}

/* RFC 8018's default pseudorandom function is HMAC with SHA-1. */
static bool unlock_derive(struct unlocking *u, xmlNode *method) {
        static const char *const salt_path[] = { "Salt", "Specified", NULL };
        xmlNode *parameters = xml_child(method, "PBKDF2-params", NULL), *prf;
        const char *password = u->r->asked->key;
        unsigned long rounds, length;
        const EVP_MD *md = EVP_sha1();
        uint8_t salt[SALT_MAX];
        size_t n_salt;
        char uri[URI];

        (void)xml_attribute(method, "Algorithm", uri, sizeof uri);
        if (!strstr(uri, "#pbkdf2") || !parameters)
                return unlock_refuse_algorithm(u, method, uri);
        rounds = unlock_number(xml_child(parameters, "IterationCount", NULL));
        length = unlock_number(xml_child(parameters, "KeyLength", NULL));
        prf = xml_child(parameters, "PRF", NULL);
        if (prf && xml_attribute(prf, "Algorithm", uri, sizeof uri) && !(md = cipher_mac_of(uri)))
                return unlock_refuse_algorithm(u, prf, uri);
        u->n_key = length ? length : unlock_key_length(u);
        if (!rounds || rounds > ITERATIONS_MAX || !u->n_key || u->n_key > sizeof u->key
            || !unlock_base64(xml_path(parameters, salt_path), salt, sizeof salt, &n_salt))
                return unlock_refuse(u, parameters, "パスワードから鍵を作る値が正しくありません",
                                     "what makes a key of the password is not sound");
        return PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, (int)n_salt, (int)rounds, md, (int)u->n_key,
                                 u->key)
                       == 1
               || unlock_refuse(u, method, "パスワードから鍵を作れません", "no key can be made of the password");
}

/* Blanks and colons between the digits are fine. */
static bool unlock_take_pre_shared(struct unlocking *u) {
        char digits[2 * CIPHER_KEY + 1];
        size_t n = 0;

        for (const char *p = u->r->asked->key; *p && n < sizeof digits - 1; p++)
                if (*p != ' ' && *p != ':')
                        digits[n++] = *p;
        digits[n] = '\0';
        u->n_key = n / 2;
        n = n % 2 || !hex_bytes(digits, u->key, u->n_key);
        secret_wipe(digits, sizeof digits);
        return n == 0 ? true
                      : unlock_refuse(u, u->encryption, "事前共有鍵は16進数で書きます",
                                      "the pre-shared key is to be written in hexadecimal");
}

static bool unlock_take_key(struct unlocking *u) {
        xmlNode *derived = xml_child(u->encryption, "DerivedKey", NULL),
                *method = xml_child(derived, "KeyDerivationMethod", NULL);

        if (xml_next(u->encryption ? u->encryption : u->root, NULL, "X509Data"))
                return unlock_refuse(
                        u, u->encryption,
                        "証明書あてに暗号化されています。パスワードか事前共有鍵のものを頼んでください",
                        "it is encrypted for a certificate: ask for one with a password or a pre-shared key");
        if (!u->r->asked->key[0]) {
                u->r->key_wanted = derived ? SEEDS_PASSWORD : SEEDS_PRE_SHARED;
                return false;
        }
        return derived ? unlock_derive(u, method) : unlock_take_pre_shared(u);
}

/* Decrypt <EncryptionMethod> and <CipherData> beneath `value`. The first that cannot be opened blames the key. */
static bool unlock_open(struct unlocking *u, xmlNode *value, struct bytes raw, uint8_t *to, size_t *ret_n) {
        const struct cipher *c = unlock_cipher(u, value);

        if (!c)
                return false;
        if (c->key == u->n_key && cipher_open(c, u->key, raw, to, ret_n) == 0)
                return true;
        return unlock_refuse(u, value, u->opened ? "この値を復号できません" : "パスワードか鍵が違います",
                             u->opened ? "this value cannot be decrypted" : "the password or key is not the right one");
}

/* <CipherValue>, as bytes. */
static bool unlock_raw(struct unlocking *u, xmlNode *value, uint8_t *to, size_t *ret_n) {
        static const char *const path[] = { "CipherData", "CipherValue", NULL };

        return unlock_base64(xml_path(value, path), to, CIPHER_TEXT, ret_n)
               || unlock_refuse(u, value, "暗号化された値がないか、長すぎます",
                                "there is no encrypted value, or it is too long");
}

/* RFC 6030 §6.1.1: without a <MACKey> it is the key itself. */
static bool unlock_take_mac(struct unlocking *u) {
        xmlNode *method = xml_child(u->root, "MACMethod", NULL), *key = xml_child(method, "MACKey", NULL);
        uint8_t raw[CIPHER_TEXT];
        size_t n;
        char uri[URI];

        if (!method)
                return true;
        (void)xml_attribute(method, "Algorithm", uri, sizeof uri);
        u->mac = cipher_mac_of(uri);
        if (!u->mac)
                return unlock_refuse_algorithm(u, method, uri);
        if (key)
                return unlock_raw(u, key, raw, &n) && unlock_open(u, key, bytes_of(raw, n), u->mac_key, &u->n_mac_key);
        memcpy(u->mac_key, u->key, u->n_key);
        u->n_mac_key = u->n_key;
        return true;
}

/* Before the value is opened. A key wrap has its own check. */
static bool unlock_check_mac(struct unlocking *u, xmlNode *value, struct bytes raw) {
        const xmlNode *said = xml_child(value->parent, "ValueMAC", NULL);
        const struct cipher *c = unlock_cipher(u, value);
        uint8_t mac[CIPHER_KEY];
        size_t n;

        if (!c)
                return false;
        if (!said && c->wrap)
                return true;
        if (!said || !u->mac)
                return unlock_refuse(u, value, "変更されていないことを示す値（ValueMAC）がありません",
                                     "nothing shows that it was not changed (ValueMAC)");
        if (unlock_base64(said, mac, sizeof mac, &n)
            && cipher_mac_fits(u->mac, bytes_of(u->mac_key, u->n_mac_key), raw, bytes_of(mac, n)))
                return true;
        return unlock_refuse(u, value,
                             u->opened ? "値が変更されています（MAC が合いません）"
                                       : "パスワードか鍵が違うか、値が変更されています",
                             u->opened ? "the value was changed (its MAC does not fit)"
                                       : "the password or key is not the right one, or the value was changed");
}

/* Put <PlainValue> in the place of <EncryptedValue> and <ValueMAC>. */
static bool unlock_replace(xmlNode *value, const uint8_t *plain, size_t n) {
        uint8_t text[4 * CIPHER_TEXT / 3 + 8];
        xmlNode *parent = value->parent, *mac = xml_child(parent, "ValueMAC", NULL), *made;

        (void)EVP_EncodeBlock(text, plain, (int)n);
        made = xmlNewTextChild(parent, parent->ns, (const xmlChar *)"PlainValue", text);
        secret_wipe(text, sizeof text);
        for (xmlNode *each[] = { value, mac }, **p = each; p < each + 2; p++) {
                if (!*p)
                        continue;
                xmlUnlinkNode(*p);
                xmlFreeNode(*p);
        }
        return made != NULL;
}

static bool unlock_value(struct unlocking *u, xmlNode *value) {
        uint8_t raw[CIPHER_TEXT], plain[CIPHER_TEXT + EVP_MAX_BLOCK_LENGTH];
        size_t n_raw, n;
        bool good;

        if (strcmp((const char *)value->parent->name, "Secret") != 0)
                return unlock_refuse(u, value, "秘密の値のほかに暗号化されたものがあります",
                                     "something besides a secret is encrypted");
        good = unlock_raw(u, value, raw, &n_raw) && unlock_check_mac(u, value, bytes_of(raw, n_raw))
               && unlock_open(u, value, bytes_of(raw, n_raw), plain, &n) && unlock_replace(value, plain, n);
        u->opened |= good;
        secret_wipe(plain, sizeof plain);
        return good;
}

/* A wrong key fails with the first value; what was changed fails alone. */
static bool unlock_values(struct unlocking *u) {
        bool all = true;
        xmlNode *next;

        for (xmlNode *value = xml_next(u->root, NULL, "EncryptedValue"); value && (all || u->opened); value = next) {
                next = xml_next(u->root, value, "EncryptedValue");
                all &= unlock_value(u, value);
        }
        return all;
}

static void unlock_drop(xmlNode *root, const char *name) {
        xmlNode *n = xml_child(root, name, NULL);

        if (!n)
                return;
        xmlUnlinkNode(n);
        xmlFreeNode(n);
}

bool pskc_unlock(struct seeds_reading *r, xmlNode *root) {
        struct unlocking u = { .r = r, .root = root, .encryption = xml_child(root, "EncryptionKey", NULL) };
        bool good;

        if (!xml_next(root, NULL, "EncryptedValue"))
                return true;
        good = unlock_take_key(&u) && unlock_take_mac(&u) && unlock_values(&u);
        secret_wipe(&u, sizeof u);
        if (good) { /* libpskc looks at what is plain only */
                unlock_drop(root, "EncryptionKey");
                unlock_drop(root, "MACMethod");
        }
        return good;
}
