/* SPDX-License-Identifier: MIT */
/* network_event.h — what sekimori-firewall tells the agent, over network.sock in the runtime directory. The agent
 * listens, the firewall calls and sends; nothing is answered. First comes what happened while there was no agent, then
 * what is in force, and then whatever happens. */
#pragma once

#include "base/bytes.h"

#define NETWORK_SOCKET "network.sock"
#define NETWORK_EVENT_MAX 1536 /* bytes */
#define NETWORK_TEXT 256       /* with its NUL; longer ones are cut */

enum network_event_type {
        NETWORK_EVENT_FORCE,    /* what is in force now, by whose policy: at first, and whenever that changes */
        NETWORK_EVENT_LINK,     /* a link was met, set down, or could not be */
        NETWORK_EVENT_RESTORED, /* somebody else had changed the tables: they stand again */
        NETWORK_EVENT_SYSCTL,   /* it was not off */
        NETWORK_EVENT_RADIO,    /* it was on */
        NETWORK_EVENT_ROUTE,    /* a wide one, through a link that the policy does not name */
        NETWORK_EVENT_REFUSED,  /* packets */
        NETWORK_EVENT_LOST,     /* only `untold`: what could not be kept until the agent was there */
        NETWORK_EVENT_RESOLVER, /* a server for names that the policy does not name, or nobody can say which */
        NETWORK_EVENTS,
};

enum network_force {
        NETWORK_FORCE_NOT,      /* the tables could not be written as they should be; it is tried again */
        NETWORK_FORCE_OPEN,     /* nothing is to be limited: nobody has set it up, or the policy does not speak of it */
        NETWORK_FORCE_OBSERVES, /* what would be refused passes, and is counted */
        NETWORK_FORCE_REFUSES,
        NETWORK_FORCES,
};

const char *network_force_name(enum network_force f); /* "refuses" */

struct network_in_force {
        enum network_force force;
        uint64_t serial;        /* of the plan's policy; 0: sealed, or no plan was read */
        char why[NETWORK_TEXT]; /* NETWORK_FORCE_NOT: in English */
};

/* What a link is, and what was done about it (network/identity.h, guard.h). */
enum identity_sort {
        IDENTITY_UNNAMED,    /* the policy names none like it */
        IDENTITY_ENSLAVED,   /* a part of a bridge, a bond: what leaves through it is not its own */
        IDENTITY_RADIO,      /* a radio, and the policy does not allow these */
        IDENTITY_UNREADABLE, /* what it is cannot be read (now) */
        IDENTITY_SECOND,     /* another link has the address already that the policy names */
        IDENTITY_LOOPBACK,
        IDENTITY_NAMED,
        IDENTITY_SORTS,
};

enum guard_deed {
        GUARD_MET,      /* first seen, or another one than before: granted, or not (see its identity) */
        GUARD_SET_DOWN, /* it was up */
        GUARD_FAILED,   /* it was up, and the kernel did not set it down: `error` */
        GUARD_DEEDS,
};

struct network_link {
        enum identity_sort sort;
        enum guard_deed deed;
        uint32_t error, index, times; /* error: of errno, or 0; times: that it was set down so far */
        bool observed;                /* nothing is refused now, whatever it is */
        bool has_mac;
        uint8_t mac[6];
        char name[16], kind[32];                       /* kind: of a virtual one */
        char driver[NETWORK_TEXT], path[NETWORK_TEXT]; /* "": none, or it cannot be read */
        char interface[NETWORK_TEXT];                  /* the policy's name for it; "": it has none */
};

struct network_sysctl {
        char path[64]; /* "ipv4/conf/eth0/forwarding" */
        int64_t found;
        uint32_t error; /* 0: it was put right */
};

struct network_radio {
        uint32_t index;
        uint8_t type;   /* enum rfkill_type of linux/rfkill.h */
        uint32_t error; /* 0: it is off now */
};

struct route_facts {
        bool v6, has_gateway;
        uint8_t prefix; /* its length in bits; 0: default */
        uint32_t table;
        int out;       /* index of the link; 0: the kernel does not say */
        char link[16]; /* its name, where it is known */
        uint8_t gateway[16];
};

struct resolver_facts {
        bool v6;
        uint8_t address[16]; /* IPv4 in the first four bytes */
        uint32_t error;      /* not 0: there may be others in the file, which cannot be read; no address then */
        char file[64];       /* that says so */
};

/* Packets of one kind, counted since this was last told. */
struct network_refused {
        enum { REFUSED_OUT, REFUSED_IN, REFUSED_FORWARD, REFUSED_WAYS } way;
        bool v6;
        uint8_t address[16]; /* out and forwarded: whither; in: whence. IPv4 in the first four bytes */
        uint8_t protocol;    /* IPPROTO_… */
        uint16_t port;       /* of the one that would have been reached; 0: the protocol has none */
        int64_t uid;         /* who sent them; -1: unknown */
        uint64_t packets, bytes;
        bool observed; /* they were let pass */
};

const char *network_way_name(unsigned way);               /* "out" */
const char *network_link_sort_name(enum identity_sort s); /* "unnamed" */

struct network_event {
        enum network_event_type type;
        uint64_t untold; /* others of this kind that were not told since the one before */
        union {
                struct network_in_force force;
                struct network_link link;
                struct network_sysctl sysctl;
                struct network_radio radio;
                struct route_facts route;
                struct network_refused refused;
                struct resolver_facts resolver;
        };
};

/* Bytes used, 0 where something is out of range. `to` has NETWORK_EVENT_MAX bytes. */
size_t network_event_encode(const struct network_event *e, void *to);

/* -EBADMSG: short, long, of another version, out of range. */
int network_event_decode(struct bytes from, struct network_event *ret);
