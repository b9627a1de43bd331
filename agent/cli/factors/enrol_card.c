/* SPDX-License-Identifier: MIT */
/* enrol_card.c — the certificate of a card, from the card or from a file: the agent pins its SHA-256. No PIN is asked
 * for. */
#include "cli/factors/enrol.h"

#include "auth/certificate.h"
#include "base/hex.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/verbs.h"
#include "host/child.h"
#include "signature/crypto.h"
#include "wire/card.h"
#include "wire/socket.h"

#include <errno.h>
#include <openssl/pem.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TIMEOUT_MS 60000 /* some cards take seconds for each certificate */

struct cards {
        size_t n;
        struct card_found found[CARDS_MAX];
        json_t *authorities; /* of all cards: hexadecimal DER */
};

static json_t *hex_text(struct bytes der) {
        auto_free char *hex = malloc(2 * der.left + 1);

        if (!hex)
                return NULL;
        hex_of(der.at, der.left, hex);
        return json_string(hex);
}

/* Unread they are missing in what the agent says of a login. */
static void keep_authority(struct cards *cards, struct bytes message) {
        auto_free struct card_authority *a = malloc(sizeof *a);

        if (a && card_authority_decode(message, a) == 0 && json_array_size(cards->authorities) < CARD_AUTHORITIES_MAX)
                (void)json_array_append_new(cards->authorities, hex_text(bytes_of(a->certificate, a->n_certificate)));
}

/* The next message of the helper. 0 or an enum exit_code. */
static int enrol_card_receive(const struct child *helper, uint8_t packet[CARD_MAX], struct bytes *ret) {
        struct pollfd wait = { .fd = helper->fd, .events = POLLIN };
        ssize_t n;

        if (poll(&wait, 1, TIMEOUT_MS) <= 0)
                return complain(EXIT_COULD_NOT, "カードから応答がありません", "the card did not answer");
        n = socket_receive(helper->fd, packet, CARD_MAX, NULL);
        if (n <= 0)
                return complain(EXIT_COULD_NOT,
                                "sekimori-card が終了しました。カードのモジュールを読み込めるか確かめてください",
                                "sekimori-card ended; see whether the module can be loaded");
        *ret = bytes_of(packet, (size_t)n);
        return EXIT_OK;
}

static int enrol_card_listed(struct bytes message) {
        struct card_listed end;

        if (card_listed_decode(message, &end) < 0)
                return complain(EXIT_COULD_NOT, "sekimori-card の応答が正しくありません",
                                "sekimori-card answered something else");
        return end.result == CARD_OK
                       ? EXIT_OK
                       : complain(EXIT_COULD_NOT, "カードを読めません: %s", "the card cannot be read: %s", end.text);
}

static int read_list(const struct child *helper, struct cards *cards) {
        for (;;) {
                uint8_t packet[CARD_MAX];
                struct bytes message;
                int code = enrol_card_receive(helper, packet, &message);

                if (code != EXIT_OK)
                        return code;
                if (card_type(message) == CARD_LISTED)
                        return enrol_card_listed(message);
                if (card_type(message) == CARD_AUTHORITY) {
                        keep_authority(cards, message);
                        continue;
                }
                if (card_unreached_decode(message) == 0) {
                        (void)complain(EXIT_OK, "注意: このモジュールでは読めないリーダーに、カードがあります",
                                       "note: there is a card in a reader that the module does not read");
                        continue;
                }
                if (cards->n == CARDS_MAX || card_found_decode(message, &cards->found[cards->n]) < 0)
                        return complain(EXIT_COULD_NOT, "sekimori-card の応答が正しくありません",
                                        "sekimori-card answered something else");
                cards->n++;
        }
}

static int enrol_card_look(const struct factor_enrolment *e, struct cards *cards) {
        json_t *login = json_object_get(e->terminal.status, "login");
        const char *module = e->module ? e->module : json_string_value(json_object_get(login, "card_module"));
        struct child helper = CHILD_NONE;
        uint8_t packet[CARD_MAX];
        struct err err = { 0 };
        int code;

        if (!module)
                return complain(EXIT_COULD_NOT, "ポリシーにカードのモジュールがありません（--module で指定できます）",
                                "the policy names no module for cards (--module does)");
        if (child_spawn("sekimori-card", NULL, &helper, &err) < 0)
                return complain_err(EXIT_COULD_NOT, NULL, &err);
        code = socket_send(helper.fd, packet, card_open_encode(module, packet), -1) == 0
                       ? read_list(&helper, cards)
                       : complain(EXIT_COULD_NOT, "%s: このパスのモジュールは使えません",
                                  "%s: the path cannot be asked for", module);
        child_stop(&helper);
        return code;
}

/* An option that was not given matches every card. */
static bool is_chosen(const struct factor_enrolment *e, const struct card_found *c) {
        char id[2 * CARD_ID + 1], slot[24];

        hex_of(c->id, c->n_id, id);
        (void)snprintf(slot, sizeof slot, "%llu", (unsigned long long)c->slot);
        return (!e->slot || strcmp(e->slot, slot) == 0) && (!e->id || strcasecmp(e->id, id) == 0)
               && (!e->serial || strcmp(e->serial, c->serial) == 0);
}

static void print_card(size_t number, const struct card_found *c) {
        char subject[FACTOR_LABEL] = "?", label[4 * sizeof c->label], serial[4 * sizeof c->serial], id[2 * CARD_ID + 1];
        uint8_t digest[32];

        (void)certificate_describe(bytes_of(c->certificate, c->n_certificate), subject, sizeof subject, digest);
        words_escape(c->label, label, sizeof label);
        words_escape(c->serial, serial, sizeof serial);
        hex_of(c->id, c->n_id, id);
        (void)fprintf(stderr,
                      SAY(language_now(), "%3zu  %s（%s、製造番号 %s、slot %llu、id %s）\n",
                          "%3zu  %s  (%s, serial %s, slot %llu, id %s)\n"),
                      number, subject, label, serial, (unsigned long long)c->slot, id);
}

static int ask_which(const struct factor_enrolment *e, const struct cards *cards, size_t *ret) {
        char line[32], *end;
        unsigned long number;

        for (size_t i = 0; i < cards->n; i++)
                print_card(i + 1, &cards->found[i]);
        if (!e->asks)
                return complain(EXIT_REFUSED, "証明書が二つ以上あります。--id、--slot、--serial で選んでください",
                                "there are several certificates: choose with --id, --slot, --serial");
        if (!ask_line(SAY(e->terminal.l, "登録する証明書の番号: ", "The number of the certificate to enrol: "), line,
                      sizeof line))
                return EXIT_REFUSED;
        number = strtoul(line, &end, 10);
        if (*end || number < 1 || number > cards->n)
                return complain(EXIT_REFUSED, "登録していません", "nothing was enrolled");
        *ret = number - 1;
        return EXIT_OK;
}

static int enrol_card_choose(const struct factor_enrolment *e, struct cards *cards, struct bytes *ret) {
        size_t kept = 0, which = 0;
        int code = EXIT_OK;

        for (size_t i = 0; i < cards->n; i++)
                if (is_chosen(e, &cards->found[i]))
                        cards->found[kept++] = cards->found[i];
        cards->n = kept;
        if (kept == 0)
                return complain(EXIT_REFUSED, "使える証明書のあるカードが見つかりません",
                                "no card with such a certificate was found");
        if (kept > 1)
                code = ask_which(e, cards, &which);
        if (code == EXIT_OK)
                *ret = bytes_of(cards->found[which].certificate, cards->found[which].n_certificate);
        return code;
}

/* `authorities` may be NULL. */
static int enrol_card_pin(const struct factor_enrolment *e, struct bytes der, json_t *authorities) {
        auto_json answer = NULL;
        const char *outlook;
        int code;

        code = people_ask(&e->terminal, CONTROL_ENROL,
                          json_pack("{s:s, s:s, s:o, s:O*}", "user", e->user, "factor", "card", "certificate",
                                    hex_text(der), "authorities", authorities),
                          &answer, NULL);
        if (code != EXIT_OK)
                return code;
        (void)printf(SAY(e->terminal.l, "登録しました: %s のカード %s\n  SHA-256 %s\n",
                         "enrolled: a card of %s, %s\n  SHA-256 %s\n"),
                     e->user, json_string_value(json_object_get(answer, "label")),
                     json_string_value(json_object_get(answer, "sha256")));
        outlook = json_string_value(json_object_get(answer, "outlook"));
        if (outlook && *outlook && strcmp(outlook, "fine") != 0)
                (void)complain(0, "注意: いまのポリシーでは、この証明書でログインできません（%s）",
                               "note: under the policy in force nobody can log in with it (%s)", outlook);
        return EXIT_OK;
}

/* PEM or DER; one certificate. */
static int from_file(struct factor_enrolment *e) {
        auto_free uint8_t *text = NULL, *der = NULL;
        auto_x509 certificate = NULL;
        auto_bio memory = NULL;
        const uint8_t *at;
        size_t size;
        int code, n;

        code = read_argument(e->certificate, CARD_MAX, &text, &size);
        if (code != EXIT_OK)
                return code;
        crypto_start();
        at = text;
        certificate = d2i_X509(NULL, &at, (long)size);
        memory = certificate ? NULL : BIO_new_mem_buf(text, (int)size);
        if (memory)
                certificate = PEM_read_bio_X509(memory, NULL, NULL, NULL);
        (void)crypto_reason();
        n = certificate ? i2d_X509(certificate, &der) : -1;
        if (n <= 0)
                return complain(EXIT_REFUSED, "%s: 証明書（PEM または DER）ではありません",
                                "%s: no certificate (PEM or DER)", e->certificate);
        return enrol_card_pin(e, bytes_of(der, (size_t)n), NULL);
}

int enrol_card(struct factor_enrolment *e) {
        auto_free struct cards *cards = NULL;
        auto_json authorities = NULL;
        struct bytes der = { 0 };
        int code;

        if (e->certificate)
                return from_file(e);
        cards = calloc(1, sizeof *cards);
        authorities = json_array();
        if (!cards || !authorities)
                return complain_memory();
        cards->authorities = authorities;
        code = enrol_card_look(e, cards);
        if (code == EXIT_OK)
                code = enrol_card_choose(e, cards, &der);
        return code == EXIT_OK ? enrol_card_pin(e, der, authorities) : code;
}
