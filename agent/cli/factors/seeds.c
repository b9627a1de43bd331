/* SPDX-License-Identifier: MIT */
/* seeds.c — see seeds.h. The file goes to sekimori-seeds in a sealed memfd; what comes back is checked like anything
 * that strangers write. */
#include "cli/factors/seeds.h"

#include "base/cleanup.h"
#include "base/secret.h"
#include "base/seed_text.h"
#include "cli/ask.h"
#include "cli/complain.h"
#include "cli/language.h"
#include "control/token.h"
#include "host/child.h"
#include "host/locked.h"
#include "text/words.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define TIMEOUT_MS 60000 /* a password's derivation may take seconds */

/* One conversation with the helper. */
struct seeds_talk {
        const struct seeds_source *from;
        struct child helper;
        struct seeds *ret;
        struct seeds_row *rows;
        size_t n_rows, n_faults;
        uint8_t packet[SEEDS_PACKET];
};

void seeds_refuse(const char *path, size_t *n, unsigned line, unsigned column, const struct phrase *why) {
        struct err err = { "" };

        if ((*n)++ >= SEEDS_FAULTS)
                return;
        if (line)
                (void)err_say(&err, 0, "%u:%u: " IN_JA, "%u:%u: " IN_EN, line, column, PHRASE(why));
        else
                (void)err_say(&err, 0, IN_JA, IN_EN, PHRASE(why));
        (void)complain_in(EXIT_REFUSED, path, &err);
}

int seeds_refused(const char *path, size_t n) {
        if (n > SEEDS_FAULTS)
                (void)complain(EXIT_REFUSED, "%s: ほかに %zu 件の誤りがあります", "%s: and %zu more", path,
                               n - SEEDS_FAULTS);
        return n ? EXIT_REFUSED : EXIT_OK;
}

static int seeds_strange(void) {
        return complain(EXIT_COULD_NOT, "sekimori-seeds の応答が正しくありません",
                        "sekimori-seeds answered something else");
}

static int seeds_take_fault(struct seeds_talk *t, struct bytes message) {
        struct seeds_fault f;
        char en[sizeof f.text], ja[sizeof f.ja];

        if (seeds_fault_decode(message, &f) < 0)
                return seeds_strange();
        words_clean(f.text, en, sizeof en);
        words_clean(f.ja, ja, sizeof ja);
        seeds_refuse(t->from->path, &t->n_faults, f.line, f.column, &(struct phrase){ ja, en });
        return EXIT_OK;
}

static int seeds_take_rows(struct seeds_talk *t, struct bytes message) {
        size_t n;

        if (seeds_rows_decode(message, t->rows + t->n_rows, SEEDS_MAX - t->n_rows, &n) < 0)
                return seeds_strange();
        t->n_rows += n;
        return EXIT_OK;
}

/* The next message of the helper; EXIT_OK until SEEDS_END, which `*ret_done` tells. */
static int seeds_hear(struct seeds_talk *t, bool *ret_done) {
        struct pollfd wait = { .fd = t->helper.fd, .events = POLLIN };
        ssize_t n =
                poll(&wait, 1, TIMEOUT_MS) > 0 ? socket_receive(t->helper.fd, t->packet, sizeof t->packet, NULL) : 0;
        struct bytes message = bytes_of(t->packet, n > 0 ? (size_t)n : 0);

        switch (n > 0 ? seeds_type(message) : 0) {
        case 0:
                return complain(EXIT_COULD_NOT, "%s: 読み取りプログラム（sekimori-seeds）が途中で終わりました",
                                "%s: sekimori-seeds ended while it was reading", t->from->path);
        case SEEDS_FAULT:
                return seeds_take_fault(t, message);
        case SEEDS_ROWS:
                return seeds_take_rows(t, message);
        case SEEDS_END:
                *ret_done = seeds_end_decode(message, &t->ret->what) == 0 && t->ret->what.rows == t->n_rows
                            && t->ret->what.faults >= t->n_faults;
                return *ret_done ? EXIT_OK : seeds_strange();
        default:
                return seeds_strange();
        }
}

static int seeds_send(struct seeds_talk *t, int fd) {
        struct seeds_asked asked = { .want = t->from->want };
        struct err err = { 0 };
        int r;

        if (t->from->key)
                (void)snprintf(asked.key, sizeof asked.key, "%s", t->from->key);
        if (child_spawn("sekimori-seeds", NULL, &t->helper, &err) < 0)
                return complain_err(EXIT_COULD_NOT, NULL, &err);
        r = socket_send(t->helper.fd, t->packet, seeds_read_encode(&asked, t->packet), fd);
        secret_wipe(&asked, sizeof asked);
        return r < 0 ? seeds_strange() : EXIT_OK;
}

static int seeds_talk_over(struct seeds_talk *t, const uint8_t *text, size_t size) {
        auto_fd fd = memfd_sealed("seeds", bytes_of(text, size));
        const void *pages = fd < 0 ? NULL : locked_map(fd, size);
        int code = fd < 0 ? complain_memory() : seeds_send(t, fd);
        bool done = false;

        while (code == EXIT_OK && !done)
                code = seeds_hear(t, &done);
        child_stop(&t->helper);
        locked_unmap(pages, size);
        if (code == EXIT_OK && t->ret->what.faults > t->n_faults) /* more than are told */
                t->n_faults = t->ret->what.faults;
        return code == EXIT_OK ? seeds_refused(t->from->path, t->n_faults) : code;
}

/* Refused for what can be said of a row alone. False: no row that the helper could have meant. */
static bool seeds_judge(struct seeds_talk *t, const struct seeds_row *r) {
        static const struct phrase user = { "利用者名として使えない名前です", "not fit for the name of a user" },
                                   serial = { "製造番号が長すぎるか、使えない文字があります",
                                              "the serial is too long, or has characters that cannot be used" };

        if (r->algorithm > 1 + TOTP_SHA512 || (r->digits && (r->digits < 6 || r->digits > 8))
            || (r->period_s && (r->period_s < TOKEN_PERIOD_LEAST || r->period_s > TOKEN_PERIOD_MAX))
            || (t->from->want == SEEDS_TOKENS ? r->n_secret < SEED_LEAST : r->n_secret > 0))
                return false;
        if ((r->user[0] || r->user_column) && !factors_name_is_fit(r->user))
                seeds_refuse(t->from->path, &t->n_faults, r->line, r->user_column, &user);
        else if (r->serial[0] && !label_is_fit(r->serial))
                seeds_refuse(t->from->path, &t->n_faults, r->line, r->serial_column, &serial);
        return true;
}

static void seeds_keep(struct seeds_talk *t, const struct seeds_row *r) {
        const struct token *usual = &t->from->defaults;
        struct seed *s = &t->ret->all[t->ret->n++];

        *s = (struct seed){ .line = r->line,
                            .user_column = r->user_column,
                            .serial_column = r->serial_column,
                            .secret_column = r->secret_column,
                            .principal = r->principal,
                            .says_algorithm = r->algorithm != 0 };
        s->token.algorithm = r->algorithm ? (enum totp_algorithm)(r->algorithm - 1) : usual->algorithm;
        s->token.digits = r->digits ? r->digits : usual->digits;
        s->token.period_s = r->period_s ? r->period_s : usual->period_s;
        s->token.n_secret = r->n_secret;
        memcpy(s->token.secret, r->secret, r->n_secret);
        memcpy(s->user, r->user, sizeof s->user);
        (void)snprintf(s->token.label, sizeof s->token.label, "%.*s", (int)sizeof s->token.label - 1, r->serial);
}

static int seeds_keep_all(struct seeds_talk *t) {
        t->ret->all = calloc(t->n_rows + 1, sizeof *t->ret->all);
        if (!t->ret->all)
                return complain_memory();
        for (size_t i = 0; i < t->n_rows; i++) {
                if (!seeds_judge(t, &t->rows[i]))
                        return seeds_strange();
                seeds_keep(t, &t->rows[i]);
        }
        return seeds_refused(t->from->path, t->n_faults);
}

static void seeds_talk_end(struct seeds_talk *t) {
        if (!t)
                return;
        if (t->rows)
                secret_wipe(t->rows, t->n_rows * sizeof *t->rows);
        free(t->rows);
        secret_wipe(t, sizeof *t);
        free(t);
}

int seeds_read(const struct seeds_source *from, struct seeds *ret, enum seeds_key *ret_wanted) {
        struct seeds_talk *t = calloc(1, sizeof *t);
        uint8_t *text = NULL;
        size_t size = 0;
        int code = t ? read_argument(from->path, SEEDS_FILE, &text, &size) : complain_memory();

        if (code == EXIT_OK) {
                t->from = from;
                t->helper = CHILD_NONE;
                t->ret = ret;
                t->rows = calloc(SEEDS_MAX, sizeof *t->rows);
                code = t->rows ? seeds_talk_over(t, text, size) : complain_memory();
        }
        *ret_wanted = code == EXIT_OK ? ret->what.key_wanted : SEEDS_NO_KEY;
        if (code == EXIT_OK)
                code = *ret_wanted ? EXIT_REFUSED : seeds_keep_all(t);
        seeds_talk_end(t);
        if (text)
                secret_wipe(text, size);
        free(text);
        return code;
}

void seeds_wipe(struct seeds *s) {
        if (s->all)
                secret_wipe(s->all, s->n * sizeof *s->all);
        free(s->all);
        *s = (struct seeds){ 0 };
}
