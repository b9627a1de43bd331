/* SPDX-License-Identifier: MIT */
/* probes.h — packets that are sent to see what becomes of them: to peers that may be talked with, and to where nothing
 * may go. What became of the latter is judged by what the firewall has counted. */
#pragma once

#include "decision/network.h"

#include <jansson.h>

#define ADDRESS_TEXT 46

/* ---- Peers ---- */
enum answer_sort { ANSWER_NONE, ANSWER_REFUSED, ANSWER_OPEN };

struct call {
        const char *peer;
        bool v6;
        uint8_t address[16];
        uint16_t port;
        char text[ADDRESS_TEXT];
        enum answer_sort answer;
};

#define CALLS_MAX 256

/* Whom a policy lets the terminal ask over TCP: the first of each range of addresses and ports. How many; beyond
 * CALLS_MAX they are only counted. */
size_t calls_of(const struct network_terms *n, struct call ret[CALLS_MAX]);

/* All at once, within that time. */
void calls_make(struct call *calls, size_t n, int deadline_ms);

/* ---- Where nothing may go ---- */
enum probe_result {
        PROBE_GOT_OUT, /* nothing counted it */
        PROBE_UNKNOWN, /* the kernel had no room to say which packet it was */
        PROBE_STOPPED,
        PROBE_NO_WAY,  /* the kernel did not even try: no route, no address */
        PROBE_ALLOWED, /* the policy has a peer there: not sent */
        PROBE_RESULTS,
};

struct probe {
        int family; /* AF_INET, AF_INET6, AF_PACKET: a frame */
        int type;   /* SOCK_… */
        int protocol;
        uint16_t port;
        const char *address;
};

#define PROBES 8
extern const struct probe probes[PROBES];

/* Whether a peer of the policy has that address. */
bool probe_is_allowed(const struct probe *p, const struct network_terms *n);

/* Through that link. 0 or -errno of the kernel. */
int probe_send(const struct probe *p, const char *link, unsigned ifindex);

/* By two answers of the firewall's, from before and after. `sent`: what probe_send() said. */
enum probe_result probe_judge(const struct probe *p, int sent, const json_t *before, const json_t *after);
