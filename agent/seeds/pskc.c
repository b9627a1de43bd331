/* SPDX-License-Identifier: MIT */
/* pskc.c — see pskc.h. libpskc reads what libxml2 has taken apart and written anew: it never sees a DTD, an encoding
 * but UTF-8, or a cipher. The tree says on which line each key stands. */
#include "seeds/pskc.h"

#include "base/secret.h"
#include "base/seed_text.h"
#include "seeds/cipher.h"
#include "seeds/pskc_unlock.h"
#include "seeds/values.h"
#include "seeds/xml.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <pskc/pskc.h>
#include <stdio.h>

#define SPACE "urn:ietf:params:xml:ns:keyprov:pskc"

static void pskc_hear_nothing(const char *message) {
        (void)message; /* it may quote what it read */
}

void pskc_prepare(void) {
        (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
        (void)pskc_global_init();
        pskc_global_log(pskc_hear_nothing);
}

bool pskc_is(const struct seeds_reading *r) {
        return xml_root_is(r, "KeyContainer", SPACE);
}

bool pskc_is_draft(const struct seeds_reading *r) {
        return xml_root_is(r, "KeyContainer", NULL) && !pskc_is(r);
}

void pskc_refuse_draft(struct seeds_reading *r) {
        reading_refuse(r, xml_line(xmlDocGetRootElement(r->xml)), 1,
                       "RFC 6030 より前の案の PSKC です。メーカーに RFC 6030 のものを頼んでください",
                       "PSKC of a draft before RFC 6030: ask the maker for that of the RFC");
}

/* "urn:…:pskc:totp" and "…#totp" are totp. */
static const char *pskc_kind(const char *uri) {
        const char *end = uri ? uri + strlen(uri) : "";

        while (end > uri && end[-1] != ':' && end[-1] != '#')
                end--;
        return end;
}

/* RFC 6030 writes a distinguished name (UID=hanako,DC=…); makers write the name alone, too. */
static void pskc_take_user(struct seeds_reading *r, struct seeds_row *row, const char *id) {
        char name[SEEDS_TEXT];

        if (!id || !*id)
                return;
        if (strncasecmp(id, "UID=", 4) == 0 || strncasecmp(id, "CN=", 3) == 0)
                id = strchr(id, '=') + 1;
        else if (strchr(id, '='))
                return; /* somebody's, and we cannot say whose: so it is asked for */
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(id, ","), id);
        value_principal(r, row, 1, name);
}

/* What a policy of the key demands that nobody here would keep. RFC 6030 §5: a key whose policy is not understood is
 * not used. */
static const char *pskc_policy(xmlNode *key) {
        static const char *const kept[] = { "KeyUsage", NULL };
        xmlNode *policy = xml_child(key, "Policy", NULL);
        bool otp = !xml_child(policy, "KeyUsage", NULL);
        char usage[32];

        for (xmlNode *n = policy ? policy->children : NULL; n; n = n->next)
                if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, kept[0]) != 0)
                        return (const char *)n->name;
        for (xmlNode *n = NULL; (n = xml_child(policy, "KeyUsage", n));)
                otp |= xml_text(n, usage, sizeof usage) && strcmp(usage, "OTP") == 0;
        return otp ? NULL : "KeyUsage";
}

static void pskc_take_numbers(struct seeds_reading *r, struct seeds_row *row, pskc_key_t *key) {
        char text[16];
        int has = 0, checked;
        uint32_t value = pskc_get_key_algparm_resp_length(key, &has);
        pskc_valueformat form;

        (void)snprintf(text, sizeof text, "%u", value);
        value_digits(r, row, 1, has ? text : "");
        value = pskc_get_key_data_timeinterval(key, &has);
        (void)snprintf(text, sizeof text, "%u", value);
        value_period(r, row, 1, has ? text : "");
        form = pskc_get_key_algparm_resp_encoding(key, &has);
        if (has && form != PSKC_VALUEFORMAT_DECIMAL)
                reading_refuse(r, row->line, 1, "番号が数字だけのトークンではありません",
                               "its codes are not decimal digits");
        checked = pskc_get_key_algparm_resp_checkdigits(key, &has);
        if (has && checked)
                reading_refuse(r, row->line, 1, "番号に検査用の桁が付くトークンです", "its codes have a check digit");
}

/* By its text: libpskc 2.6.12 (Debian 13) gives the bytes and says that they are none. */
static void pskc_take_secret(struct seeds_reading *r, struct seeds_row *row, pskc_key_t *key) {
        const char *text = pskc_get_key_data_b64secret(key);
        size_t n = 0;

        row->secret_column = 1;
        if (!text || cipher_base64(text, row->secret, SEED_MOST, &n) < 0 || n < SEED_LEAST) {
                reading_refuse(r, row->line, 1, "秘密の値がないか、長さが違います（16〜64バイト）",
                               "no secret, or not one of 16 to 64 bytes");
                return;
        }
        row->n_secret = (uint8_t)n;
}

static void pskc_take(struct seeds_reading *r, pskc_key_t *key, xmlNode *package) {
        xmlNode *element = xml_child(package, "Key", NULL);
        struct reading_row *added = reading_add(r, xml_line(element ? element : package));
        const char *serial = pskc_get_device_serialno(key), *suite = pskc_get_key_algparm_suite(key),
                   *user = pskc_get_key_userid(key), *kind = pskc_kind(pskc_get_key_algorithm(key)),
                   *policy = pskc_policy(element);
        size_t before = r->n_faults;

        if (!added)
                return;
        value_kind(r, &added->row, 1, *kind ? kind : "?");
        if (r->n_faults == before && policy)
                reading_refuse(r, added->row.line, 1, "トークンの使い方の条件 %.40s は、守らせることができません",
                               "its policy %.40s cannot be kept here", policy);
        if (r->n_faults == before) {
                value_serial(r, &added->row, 1, serial ? serial : pskc_get_key_id(key) ?: "");
                pskc_take_user(r, &added->row, user ? user : pskc_get_device_userid(key));
                value_algorithm(r, &added->row, 1, suite ? suite : "");
                pskc_take_numbers(r, &added->row, key);
                pskc_take_secret(r, &added->row, key);
        }
        r->n -= r->n_faults != before;
}

static void pskc_take_all(struct seeds_reading *r, pskc_t *container, xmlNode *root) {
        xmlNode *package = NULL;
        pskc_key_t *key;

        for (size_t i = 0; (key = pskc_get_keypackage(container, i)); i++) {
                package = xml_child(root, "KeyPackage", package);
                if (!package)
                        break;
                pskc_take(r, key, package);
        }
        if (key || (package && xml_child(root, "KeyPackage", package)))
                reading_refuse(r, 0, 0, "PSKC を最後まで読めません", "this PSKC cannot be read to its end");
        else if (!r->n && !r->n_faults)
                reading_refuse(r, xml_line(root), 1, "トークンがありません", "there is no token in it");
}

void pskc_read(struct seeds_reading *r) {
        xmlNode *root = xmlDocGetRootElement(r->xml);
        pskc_t *container = NULL;
        xmlChar *plain = NULL;
        int n = 0;

        if (!pskc_unlock(r, root))
                return;
        xmlDocDumpMemoryEnc(r->xml, &plain, &n, "UTF-8");
        if (!reading_make_room(r, xmlChildElementCount(root)) || !plain || pskc_init(&container) != PSKC_OK)
                reading_refuse(r, 0, 0, "メモリーが足りません", "out of memory");
        else if (pskc_parse_from_memory(container, (size_t)n, (const char *)plain) != PSKC_OK)
                reading_refuse(r, xml_line(root), 1, "PSKC（RFC 6030）として正しくありません",
                               "it is no sound PSKC (RFC 6030)");
        else
                pskc_take_all(r, container, root);
        pskc_done(container);
        if (plain)
                secret_wipe(plain, (size_t)n);
        xmlFree(plain);
}
