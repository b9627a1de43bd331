/* SPDX-License-Identifier: MIT */
/* keeper.c — a lost keeper counts as in force for 20 s more, and one that an agent
 * finds only the pinned link of is awaited as long. See keeper.h. */
#include "gate/keeper.h"

#include "host/file.h"
#include "loop/caller.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>

#define TIMEOUT_MS 20000 /* systemd starts it again at once, and it may wait for udev */
#define AT_BIRTH_MS 2000 /* for each word at start-up; the keeper sends all of them at once */

/* Paths beneath /sys/devices, each with its NUL. */
struct paths {
        char *text;
        size_t size, n;
};

struct said {
        struct paths system, reading;
};

struct keeper {
        struct caller line;
        struct timer timeout;
        bool in_force, ready;      /* ready: this keeper has sent KEEPER_READY */
        bool awaited;              /* its link is pinned; none was ready since this agent started */
        struct said said, hearing; /* said: by the last keeper that was ready; hearing: by this one so far */
        struct keeper_ears ears;
};

static void paths_free(struct paths *p) {
        free(p->text);
        *p = (struct paths){ 0 };
}

static bool paths_add(struct paths *p, const char *path) {
        size_t n = strlen(path) + 1;
        char *text = p->n < KEEPER_WORDS_MAX ? realloc(p->text, p->size + n) : NULL;

        if (!text)
                return false;
        memcpy(text + p->size, path, n);
        *p = (struct paths){ text, p->size + n, p->n + 1 };
        return true;
}

static bool paths_hold(const struct paths *p, const char *path, bool (*fits)(const char *said, const char *path)) {
        size_t at = 0;

        for (size_t i = 0; i < p->n; i++, at += strlen(p->text + at) + 1)
                if (fits(p->text + at, path))
                        return true;
        return false;
}

static bool is_same(const char *said, const char *path) {
        return strcmp(said, path) == 0;
}

static bool is_in_line(const char *said, const char *path) {
        return path_covers(said, path) || path_covers(path, said);
}

static void said_free(struct said *s) {
        paths_free(&s->system);
        paths_free(&s->reading);
}

static void hang_up(struct keeper *k) {
        said_free(&k->hearing);
        paths_free(&k->said.reading); /* these may change unseen while there is no connection */
        k->ready = false;
        if (k->in_force) /* what is pinned stays in force; another keeper may start */
                (void)timer_in_ms(&k->timeout, TIMEOUT_MS);
        caller_hang_up(&k->line);
}

static bool take_word(struct keeper *k) {
        uint8_t raw[KEEPER_MAX];
        struct keeper_word word;
        ssize_t n = socket_receive(k->line.line.fd, raw, sizeof raw, NULL);

        if (n <= 0 || keeper_word_decode(bytes_of(raw, (size_t)n), &word) < 0
            || k->ready != (word.type == KEEPER_MEDIUM))
                return false;
        if (k->ready) {
                k->ears.medium(k->ears.ctx, &word);
                return true;
        }
        if (word.type != KEEPER_READY)
                return paths_add(word.type == KEEPER_SYSTEM ? &k->hearing.system : &k->hearing.reading, word.path);
        said_free(&k->said);
        k->said = k->hearing, k->hearing = (struct said){ 0 };
        k->ready = k->in_force = true;
        k->awaited = false;
        return true;
}

/* A message from the keeper, or end of file. A keeper that sends a malformed message, or introduces itself twice, is
 * disconnected. */
static void keeper_spoken(struct caller *c) {
        struct keeper *k = container_of(c, struct keeper, line);
        bool was_ready = k->ready;

        if (!take_word(k))
                hang_up(k);
        else if (k->ready && !was_ready)
                k->ears.changed(k->ears.ctx);
}

static void timed_out(struct timer *t, bool clock_was_set) {
        struct keeper *k = container_of(t, struct keeper, timeout);

        (void)clock_was_set;
        if (k->ready || (!k->in_force && !k->awaited))
                return;
        k->in_force = k->awaited = false;
        k->ears.changed(k->ears.ctx);
}

static void keeper_call(struct caller *c) {
        hang_up(container_of(c, struct keeper, line));
        (void)caller_call(c);
}

static void hear_out(struct keeper *k) {
        struct pollfd line = { .fd = k->line.line.fd, .events = POLLIN };

        while (caller_is_connected(&k->line) && !k->ready && poll(&line, 1, AT_BIRTH_MS) == 1)
                if (!take_word(k))
                        hang_up(k);
}

/* Both may have been killed: the next keeper is as near as one that this agent has lost. */
static void await_pinned(struct keeper *k) {
        k->awaited =
                !k->ready && access(PLANE_DIR "/" PLANE_LINK, F_OK) == 0 && timer_in_ms(&k->timeout, TIMEOUT_MS) == 0;
}

int keeper_new(struct loop *l, const char *runtime_dir, const struct keeper_ears *ears, struct keeper **ret,
               struct err *err) {
        auto_keeper k = calloc(1, sizeof *k);
        int r;

        if (!k)
                return err_set(err, -ENOMEM, "keeper");
        *k = (struct keeper){ .line = { .line.fd = -1, .appeared = keeper_call, .spoken = keeper_spoken },
                              .timeout.source.fd = -1,
                              .ears = *ears };
        r = caller_watch(&k->line, l, runtime_dir, KEEPER_SOCKET, err);
        if (r < 0)
                return r;
        r = timer_init(&k->timeout, l, CLOCK_MONOTONIC, timed_out);
        if (r < 0)
                return err_errno(err, r, "keeper");
        keeper_call(&k->line);
        hear_out(k);
        await_pinned(k);
        *ret = TAKE(k);
        return 0;
}

void keeper_free(struct keeper *k) {
        if (!k)
                return;
        hang_up(k);
        said_free(&k->said);
        timer_deinit(&k->timeout);
        caller_end(&k->line);
        free(k);
}

bool keeper_in_force(const struct keeper *k) {
        return k && k->in_force;
}

bool keeper_is_awaited(const struct keeper *k) {
        return k && k->awaited;
}

bool keeper_is_system(const struct keeper *k, const char *path) {
        return k && paths_hold(&k->said.system, path, is_in_line);
}

bool keeper_let_read(const struct keeper *k, const char *path) {
        return k && paths_hold(&k->said.reading, path, is_same);
}

int keeper_tell(struct keeper *k, enum keeper_order_type type, const char *path, const struct keeper_terms *terms) {
        struct keeper_order order = { .type = type };
        uint8_t raw[KEEPER_MAX];
        size_t n;

        if (!k || !caller_is_connected(&k->line))
                return -ENOTCONN;
        if ((size_t)snprintf(order.path, sizeof order.path, "%s", path) >= sizeof order.path)
                return -ENAMETOOLONG;
        if (terms)
                order.nodes = (uint16_t)terms->nodes, order.devnum = terms->devnum, order.diskseq = terms->diskseq;
        n = keeper_order_encode(&order, raw);
        return n ? socket_send(k->line.line.fd, raw, n, -1) : -EINVAL;
}

static void read_note(const struct keeper *k, const char *name, char ret[KEEPER_WHY]) {
        auto_fd dir = k ? open(k->line.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : -1;

        if (dir < 0 || file_read_line(dir, name, ret, KEEPER_WHY) < 0)
                ret[0] = '\0';
}

void keeper_why(const struct keeper *k, enum language l, char ret[KEEPER_WHY]) {
        ret[0] = '\0';
        if (!keeper_in_force(k))
                read_note(k, SAY(l, KEEPER_NOTE_JA, KEEPER_NOTE), ret);
}

void keeper_missing(const struct keeper *k, char ret[KEEPER_WHY]) {
        ret[0] = '\0';
        if (keeper_in_force(k))
                read_note(k, KEEPER_MISSING, ret);
}
