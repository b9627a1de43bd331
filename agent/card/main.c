/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-card: the only program in which a PKCS#11 module processes data from a card. One process for each
 * login.
 *
 * It starts with a socket on descriptor 3, closes all other descriptors, drops its privileges, and answers the requests
 * of wire/card.h one after the other. A module may hang: then the process that started the helper ends it. */
#include "base/secret.h"
#include "card/module.h"
#include "card/sandbox.h"
#include "card/sign.h"
#include "card/token.h"
#include "card/watch.h"
#include "helper/begin.h"
#include "host/child.h"
#include "host/locked.h"
#include "host/memory.h"
#include "signature/crypto.h"
#include "wire/socket.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PROGRAM "sekimori-card"
#define PULLED_MS 500 /* pcscd polls a reader that reports no events itself every 400 ms */

enum card_stage { STAGE_NEW = 1, STAGE_READY = 2, STAGE_OPEN = 4, STAGE_WATCHING = 8 };

static struct helper {
        enum card_stage stage;
        uid_t owner; /* files of this user are trusted, beside root's */
        struct tokens tokens;
        struct reader_watch watch;
        char module[CARD_MODULE]; /* "": none is loaded */
        const char *reader;       /* whose card is watched */
        uint8_t *message;         /* in locked memory */
        struct card_sign *sign;   /* the CARD_SIGN request with its PIN, in locked memory */
} helper;

/* The other end may be slow; nothing is dropped. */
static int card_say(const void *p, size_t n) {
        struct pollfd end = { .fd = CHILD_FD, .events = POLLOUT };
        int r;

        do
                r = socket_send(CHILD_FD, p, n, -1);
        while (r == -EAGAIN && (poll(&end, 1, -1) >= 0 || errno == EINTR));
        return r;
}

static int say_found(const struct card_found *f) {
        uint8_t to[CARD_MAX];
        size_t n = card_found_encode(f, to);

        return n ? card_say(to, n) : -EBADMSG;
}

static int say_authority(const struct card_authority *a) {
        uint8_t to[CARD_MAX];
        size_t n = card_authority_encode(a, to);

        return n ? card_say(to, n) : -EBADMSG;
}

/* Connects to pcscd and loads the module; afterwards the sandbox allows no new connection and no new code. */
static int card_load(struct helper *h, const char *module, struct err *err) {
        int r;

        watch_open(&h->watch);
        r = module_open(module, h->owner, &h->tokens.p11, err);
        if (sandbox_close() < 0)
                helper_fail(PROGRAM, "close the sandbox", -EPERM);
        if (r == 0)
                (void)snprintf(h->module, sizeof h->module, "%s", module);
        return r;
}

/* CARD_PREPARE, before a login begins. A helper that cannot prepare exits: the login starts another one, which reports
 * the reason. */
static int card_prepare(struct helper *h, struct bytes from) {
        char module[CARD_MODULE];
        uint8_t to[CARD_MAX];
        struct err err;
        int r = card_prepare_decode(from, module);

        if (r == 0)
                r = card_load(h, module, &err);
        h->stage = STAGE_READY;
        memory_hold();
        return r < 0 ? r : card_say(to, card_ready_encode(to));
}

static int card_list(struct helper *h, const char *module, struct card_listed *listed) {
        static const struct token_teller teller = { say_authority, say_found };
        char readers[SLOTS_MAX][65];
        uint8_t to[CARD_MAX];
        struct err err;
        int r = h->stage == STAGE_READY ? 0 : card_load(h, module, &err);

        /* The module's cache and the watch's counters are out of date: the caller starts another helper. */
        if (h->stage == STAGE_READY && watch_is_stale(&h->watch))
                _exit(0);
        if (r < 0) {
                *listed = (struct card_listed){ .result = CARD_UNABLE };
                module_text(bytes_text(err.text), listed->text, sizeof listed->text);
                return 0;
        }
        r = tokens_list(&h->tokens, &teller, listed);
        if (r == 0 && watch_has_another(&h->watch, readers, tokens_readers(&h->tokens, readers)))
                r = card_say(to, card_unreached_encode(to));
        if (listed->n == 0 && listed->result != CARD_GONE && watch_wait(&h->watch, NULL, PULLED_MS) != WATCHED_STAYS)
                listed->result = CARD_GONE;
        return r;
}

static int open_module(struct helper *h, struct bytes from) {
        char module[CARD_MODULE];
        struct card_listed listed = { 0 };
        uint8_t to[CARD_MAX];
        int r = card_open_decode(from, module);

        if (r == 0 && h->stage == STAGE_READY && strcmp(module, h->module) != 0)
                r = -EBADMSG;
        if (r == 0)
                r = card_list(h, module, &listed);
        h->stage = STAGE_OPEN;
        return r < 0 ? r : card_say(to, card_listed_encode(&listed, to));
}

/* Wipes what the called functions left on the stack, among it the PIN. */
static __attribute__((noinline)) void wipe_stack(void) {
        char depth[64 << 10];

        secret_wipe(depth, sizeof depth);
}

/* Modules report many different errors for a card that was pulled during an operation. pcscd is unambiguous. */
static void card_explain(const struct helper *h, struct card_signed *answer) {
        const struct card_token *token = tokens_token(&h->tokens, h->sign->slot);

        if (answer->result == CARD_UNABLE && token && token->hardware
            && watch_wait(&h->watch, token->reader, PULLED_MS) != WATCHED_STAYS) {
                answer->result = CARD_GONE;
                answer->pin = 0;
        }
}

static int card_sign_message(struct helper *h, struct bytes from) {
        static struct card_signed answer;
        uint8_t to[CARD_MAX];
        int r = card_sign_decode(from, h->sign);

        secret_wipe(h->message, CARD_MAX); /* all secrets are wiped before the answer is sent */
        if (r == 0) {
                sign_challenge(&h->tokens, h->sign, &answer);
                card_explain(h, &answer);
        }
        secret_wipe(h->sign, sizeof *h->sign);
        wipe_stack();
        return r < 0 ? r : card_say(to, card_signed_encode(&answer, to));
}

static void *wait_for_removal(void *ctx) {
        struct helper *h = ctx;
        uint8_t to[CARD_MAX];

        (void)prctl(PR_SET_NAME, "card-watch"); /* a module has threads of its own */
        if (watch_wait(&h->watch, h->reader, WATCH_FOREVER) == WATCHED_GONE)
                (void)card_say(to, card_removed_encode(to));
        _exit(0);
}

/* From here on the module has nothing more to do, and other programs may want the card. */
static int card_watch(struct helper *h, struct bytes from) {
        uint64_t slot;
        int r = card_watch_decode(from, &slot);
        const struct card_token *token = r == 0 ? tokens_token(&h->tokens, slot) : NULL;
        pthread_t thread;

        if (!token)
                return -EBADMSG;
        h->stage = STAGE_WATCHING;
        (void)h->tokens.p11->C_Finalize(NULL);
        (void)malloc_trim(0);
        h->reader = token->reader;
        watch_reset(&h->watch, h->reader);
        if (watch_knows(&h->watch, h->reader))
                return -pthread_create(&thread, NULL, wait_for_removal, h);
        /* Of a reader that pcscd does not know nobody can say anything; a token in software stays. */
        return token->hardware ? -EPIPE : 0;
}

static int card_tries(struct helper *h, struct bytes from) {
        uint64_t slot;
        uint8_t to[CARD_MAX];
        int r = card_tries_decode(from, &slot);
        const struct card_token *token = r == 0 ? tokens_token(&h->tokens, slot) : NULL;

        return token ? card_say(to, card_left_encode(token_pin(&h->tokens, token), to)) : -EBADMSG;
}

/* For who sets a terminal up: no module, no card. */
static int card_hear(struct helper *h, struct bytes from) {
        struct card_heard heard;
        uint8_t to[CARD_MAX];
        int r = card_hear_decode(from);

        if (r < 0)
                return r;
        watch_open(&h->watch);
        heard = (struct card_heard){ .error = h->watch.error, .readers = (uint8_t)h->watch.n };
        r = card_say(to, card_heard_encode(&heard, to));
        return r < 0 ? r : -EPIPE;
}

static int card_look(struct helper *h, struct bytes from) {
        char reader[CARD_READER];
        uint8_t to[CARD_MAX];
        int r = card_look_decode(from, reader);

        return r < 0 ? r : card_say(to, card_seen_encode(watch_look(&h->watch, reader), to));
}

static const struct {
        int (*handle)(struct helper *h, struct bytes from);
        unsigned stages; /* in which the request is allowed */
} requests[CARD_MESSAGES] = {
        [CARD_PREPARE] = { card_prepare, STAGE_NEW },    [CARD_OPEN] = { open_module, STAGE_NEW | STAGE_READY },
        [CARD_SIGN] = { card_sign_message, STAGE_OPEN }, [CARD_LOOK] = { card_look, STAGE_OPEN },
        [CARD_HEAR] = { card_hear, STAGE_NEW },          [CARD_TRIES] = { card_tries, STAGE_OPEN },
        [CARD_WATCH] = { card_watch, STAGE_OPEN },
};

static int card_handle(struct helper *h, struct bytes from) {
        int type = card_type(from);

        if (type < 0 || !requests[type].handle || !(requests[type].stages & h->stage))
                return -EBADMSG;
        return requests[type].handle(h, from);
}

static int card_serve(struct helper *h) {
        struct pollfd end = { .fd = CHILD_FD, .events = POLLIN };
        int r = 0;

        while (r == 0) {
                ssize_t n;

                if (poll(&end, 1, -1) < 0)
                        continue;
                n = socket_receive(CHILD_FD, h->message, CARD_MAX, NULL);
                if (n == -EAGAIN)
                        continue;
                r = n > 0 ? card_handle(h, bytes_of(h->message, (size_t)n)) : n == 0 ? -EPIPE : (int)n;
                secret_wipe(h->message, CARD_MAX);
        }
        return r;
}

int main(void) {
        int r;

        if (!helper_begin(PROGRAM))
                return 2;
        helper.stage = STAGE_NEW;
        helper.owner = geteuid();
        if (helper.owner == 0)
                (void)clearenv(); /* modules read it */
        crypto_start();           /* before a module starts OpenSSL its own way, with its configuration */
        r = sandbox_enter();
        if (r < 0)
                helper_fail(PROGRAM, "give up privileges", r);
        helper.message = locked_new(CARD_MAX);
        helper.sign = locked_new(sizeof *helper.sign);
        if (!helper.message || !helper.sign)
                helper_fail(PROGRAM, "get memory", -ENOMEM);
        r = card_serve(&helper);
        if (r != -EPIPE)
                helper_fail(PROGRAM, "a request", r);
        _exit(0); /* the agent is gone */
}
