/* SPDX-License-Identifier: MIT */
/* helper_pool.c — starts a helper, sends its first message, and uses it only once it has said it is ready. See
 * helper_pool.h. */
#include "auth/helper_pool.h"

#include "wire/card.h"
#include "wire/person.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct spare {
        struct child child;
        char *what; /* it was made ready for */
};

struct helper_pool {
        struct timer timer;
        int64_t timeout_ms;
        struct spare spares[HELPERS];
};

static bool person_is_ready(struct bytes said) {
        return person_type(said) == PERSON_READY;
}

static bool card_is_ready(struct bytes said) {
        return card_ready_decode(said) == 0;
}

static const struct {
        const char *program;
        size_t (*prepare)(const char *what, void *to);
        bool (*is_ready)(struct bytes said);
} kinds[HELPERS] = {
        [HELPER_PERSON] = { "sekimori-person", person_prepare_encode, person_is_ready },
        [HELPER_CARD] = { "sekimori-card", card_prepare_encode, card_is_ready },
};

static void let_go(struct spare *s) {
        child_stop(&s->child);
        free(s->what);
        s->what = NULL;
}

static void helper_pool_fired(struct timer *t, bool clock_was_set) {
        struct helper_pool *s = container_of(t, struct helper_pool, timer);

        (void)clock_was_set;
        for (size_t i = 0; i < HELPERS; i++)
                let_go(&s->spares[i]);
}

static bool is_for(const struct spare *s, const char *what) {
        return strcmp(s->what ? s->what : "", what) == 0;
}

/* Has the helper said that it is ready? One that ended, or said anything else, is stopped; one that is still starting
 * is kept. */
static bool is_ready(struct spare *s, enum helper which) {
        uint8_t said[16];
        ssize_t n = s->child.fd >= 0 ? socket_receive(s->child.fd, said, sizeof said, NULL) : -EAGAIN;

        if (n == -EAGAIN)
                return false;
        /* Nothing may follow: for a helper that said so and then ended, end of file is read here. */
        if (n > 0 && kinds[which].is_ready(bytes_of(said, (size_t)n))
            && socket_receive(s->child.fd, said, sizeof said, NULL) == -EAGAIN)
                return true;
        let_go(s);
        return false;
}

static int helper_pool_start(struct spare *s, enum helper which, const char *what) {
        uint8_t message[CARD_MAX > PERSON_MAX ? CARD_MAX : PERSON_MAX];
        size_t n = kinds[which].prepare(what, message);
        int r = n ? child_spawn(kinds[which].program, NULL, &s->child, NULL) : -EINVAL;

        if (r < 0)
                return r;
        s->what = strdup(what);
        r = !s->what ? -ENOMEM : socket_send(s->child.fd, message, n, -1);
        if (r < 0)
                let_go(s);
        return r;
}

void helper_pool_prepare(struct helper_pool *s, enum helper which, const char *what) {
        struct spare *spare = &s->spares[which];

        if (spare->child.fd >= 0 && !is_for(spare, what))
                let_go(spare);
        if (spare->child.fd < 0)
                (void)helper_pool_start(spare, which, what); /* on failure, the next login starts its own */
        (void)timer_in_ms(&s->timer, s->timeout_ms);
}

int helper_pool_take(struct helper_pool *s, enum helper which, const char *what, struct child *ret,
                     bool *ret_was_ready) {
        struct spare *spare = &s->spares[which];
        bool ready = spare->child.fd >= 0 && is_for(spare, what) && is_ready(spare, which);

        if (ret_was_ready)
                *ret_was_ready = ready;
        if (!ready)
                return child_spawn(kinds[which].program, NULL, ret, NULL);
        *ret = spare->child;
        spare->child = CHILD_NONE;
        let_go(spare);
        return 0;
}

int helper_pool_new(struct loop *l, int64_t timeout_ms, struct helper_pool **ret) {
        struct helper_pool *s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return -ENOMEM;
        s->timeout_ms = timeout_ms;
        for (size_t i = 0; i < HELPERS; i++)
                s->spares[i].child = CHILD_NONE;
        r = timer_init(&s->timer, l, CLOCK_MONOTONIC, helper_pool_fired);
        if (r < 0)
                free(s);
        else
                *ret = s;
        return r;
}

void helper_pool_free(struct helper_pool *s) {
        if (!s)
                return;
        for (size_t i = 0; i < HELPERS; i++)
                let_go(&s->spares[i]);
        timer_deinit(&s->timer);
        free(s);
}
