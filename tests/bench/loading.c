/* SPDX-License-Identifier: MIT */
/* loading.c — the tables of a policy from its text into the kernel, step by step, and in turn what somebody has written
 * by hand for nft, through the same library. Prints medians in milliseconds, and of each round how many times as long
 * ours took, from the plan on. In the network namespace that it finds itself in; what is written by hand has to take
 * away what stands, as ours does.
 *
 * usage: bench-loading LINK POLICY MAP SET     LINK is the first interface of the policy; MAP is by hand and knows who
 * is which peer, as ours does; SET does not */
#include "bench/timing.h"
#include "host/file.h"
#include "network/nft.h"
#include "network/ruleset.h"
#include "wire/network.h"

#include <err.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 41

enum { READ, DECODE, WRITE, LOAD, MAP, SET, STEPS };
static const char *const names[STEPS] = { "read", "decode", "write", "load", "map", "set" };

struct loading {
        struct bytes policy;
        const char *by_hand[STEPS];
        struct network_grant grant;
        double ms[STEPS][ROUNDS], against[STEPS][ROUNDS];
};

static void fatal_unless(int r, const struct err *err, const char *what) {
        if (r < 0)
                errx(1, "%s: %s", what, err->text);
}

static struct bytes content_of(const char *path) {
        uint8_t *text = NULL;
        size_t size = 0;

        if (file_read(AT_FDCWD, path, POLICY_TEXT_MAX, &text, &size) < 0)
                err(1, "%s", path);
        return bytes_of(text, size);
}

static const char *text_of(const char *path) {
        struct bytes content = content_of(path);

        return strndup((const char *)content.at, content.left);
}

/* What the agent does with a policy: it ends in the plan. */
static void plan_make(struct bytes text, uint8_t **ret, size_t *ret_size) {
        struct network_plan made = { .has_terms = true, .serial = 1 };
        struct err err = { 0 };
        auto_policy p = NULL;

        fatal_unless(policy_compile(text, &p, &err), &err, "policy");
        made.terms = *policy_network(p);
        fatal_unless(network_plan_encode(&made, ret, ret_size), &err, "plan");
}

/* What the firewall does with the plan. */
static void tables_make(struct bytes plan, const struct network_grant *grant, int round, double at[MAP + 1]) {
        struct network_plan p = { 0 };
        struct ruleset r = { .terms = &p.terms, .grants = grant, .n_grants = 1, .generation = 1 + (unsigned)round };
        struct err err = { 0 };
        auto_free char *text = NULL;

        at[DECODE] = now_us();
        fatal_unless(network_plan_decode(plan, &p), &err, "plan");
        at[WRITE] = now_us();
        fatal_unless(ruleset_write(&r, &text, &err), &err, "tables");
        at[LOAD] = now_us();
        fatal_unless(nft_apply(text, &err), &err, "tables");
        at[MAP] = now_us();
        network_plan_free(&p);
}

static void by_hand_measure(struct loading *l, int step, int round) {
        double began = now_us(), ours = l->ms[DECODE][round] + l->ms[WRITE][round] + l->ms[LOAD][round];
        struct err err = { 0 };

        fatal_unless(nft_apply(l->by_hand[step], &err), &err, "by hand");
        l->ms[step][round] = (now_us() - began) / 1e3;
        l->against[step][round] = ours / l->ms[step][round];
}

static struct bytes plan_measure(struct loading *l) {
        uint8_t *plan = NULL;
        size_t size = 0;

        for (int round = 0; round < ROUNDS; round++) {
                double began = now_us();

                free(plan);
                plan_make(l->policy, &plan, &size);
                l->ms[READ][round] = (now_us() - began) / 1e3;
        }
        return bytes_of(plan, size);
}

static void round_measure(struct loading *l, struct bytes plan, int round) {
        double at[MAP + 1];

        tables_make(plan, &l->grant, round, at);
        for (int i = DECODE; i < MAP; i++)
                l->ms[i][round] = (at[i + 1] - at[i]) / 1e3;
        by_hand_measure(l, MAP, round);
        by_hand_measure(l, SET, round);
}

int main(int argc, char **argv) {
        static struct loading l;
        struct bytes plan;

        if (argc != 5)
                errx(2, "usage: see the file");
        l.grant = (struct network_grant){ if_nametoindex(argv[1]), 0, argv[1] };
        l.policy = content_of(argv[2]);
        l.by_hand[MAP] = text_of(argv[3]);
        l.by_hand[SET] = text_of(argv[4]);
        plan = plan_measure(&l);
        for (int round = 0; round < ROUNDS; round++)
                round_measure(&l, plan, round);
        for (int i = 0; i < STEPS; i++)
                (void)printf("%s %.3f ms\n", names[i], median(l.ms[i], ROUNDS));
        (void)printf("against_map %.3f\nagainst_set %.3f\n", median(l.against[MAP], ROUNDS),
                     median(l.against[SET], ROUNDS));
}
