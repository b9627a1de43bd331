/* SPDX-License-Identifier: MIT */
/* kept.c — keeper_new() and orders_new() in one loop, over keeper.sock; orders are counted by type. See kept.h. */
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void given(void *ctx, const struct keeper_order *o) {
        struct kept *k = ctx;

        k->heard[o->type].n++;
        k->heard[o->type].last = *o;
}

static void changed(void *ctx) {
        struct kept *k = ctx;

        gate_set_keeper(k->t.gate, k->keeper);
}

static void medium(void *ctx, const struct keeper_word *w) {
        struct kept *k = ctx;

        gate_medium_found(k->t.gate, w);
}

static void agent_starts(struct kept *k) {
        struct err err = { 0 };

        terminal_start(&k->t);
        cr_assert_eq(keeper_new(k->t.loop, ".", &(struct keeper_ears){ changed, medium, k }, &k->keeper, &err), 0, "%s",
                     err.text);
        gate_set_keeper(k->t.gate, k->keeper);
}

void kept_begin(struct kept *k) {
        terminal_begin(&k->t);
        agent_starts(k);
}

static void agent_ends(struct kept *k) {
        gate_free(k->t.gate);
        k->t.gate = NULL;
        keeper_free(k->keeper);
        k->keeper = NULL;
}

void kept_starts_again(struct kept *k) {
        agent_ends(k);
        state_free(k->t.state);
        agent_starts(k);
}

void kept_starts_again_with(struct kept *k, const char *rules) {
        agent_ends(k);
        kept_push(k, rules);
        kept_starts_again(k);
}

void kept_end(struct kept *k) {
        keeper_goes(k);
        agent_ends(k);
        terminal_end(&k->t);
}

void keeper_comes(struct kept *k) {
        struct err err = { 0 };

        cr_assert_eq(orders_new(k->t.loop, ".", &k->grants, given, k, &k->orders, &err), 0, "%s", err.text);
}

void keeper_goes(struct kept *k) {
        orders_free(k->orders);
        k->orders = NULL;
}

void keeper_finds(struct kept *k, const char *path, uint64_t diskseq, enum medium_state state, uint8_t uuid) {
        const struct medium_facts m = { state, uuid != 0, { { uuid } } };
        char whole[KEEPER_PATH + 8];

        (void)snprintf(whole, sizeof whole, "devices/%s", path);
        orders_say_medium(k->orders, whole, diskseq, &m);
}

void kept_push(struct kept *k, const char *rules) {
        struct err err = { 0 };

        cr_assert_eq(terminal_push(&k->t, rules, &err), 0, "%s", err.text);
}

static bool was_told(struct terminal *t, enum keeper_order_type type, const char *path) {
        const struct kept *k = container_of(t, struct kept, t);

        return k->heard[type].n && strcmp(k->heard[type].last.path, path) == 0;
}

bool was_told_to_read(struct terminal *t, const char *path) {
        return was_told(t, KEEPER_READ, path);
}

bool was_told_to_write(struct terminal *t, const char *path) {
        return was_told(t, KEEPER_WRITE, path);
}

bool was_told_to_look(struct terminal *t, const char *path) {
        return was_told(t, KEEPER_LOOK, path);
}

bool was_told_to_revoke(struct terminal *t, const char *path) {
        return was_told(t, KEEPER_REVOKE, path);
}
