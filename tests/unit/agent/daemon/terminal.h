/* SPDX-License-Identifier: MIT */
/* terminal.h — a whole terminal in a test: simulated hardware, a store, a log, a gate, and the real observer beside us.
 */
#pragma once

#include "gate/gate.h"
#include "support/bed.h"

struct terminal {
        struct bed *bed;
        struct loop *loop;
        struct store *store;
        struct audit *audit;
        struct usb *usb;
        struct state *state;
        struct gate *gate;
        int runtime;     /* the folder that the next agent's sockets would be in */
        uint64_t serial; /* of the policy pushed last */
};

/* Without a policy: sealed. `signer` is the one person whose signature counts. */
void terminal_begin(struct terminal *t);
void terminal_start(struct terminal *t); /* the gate; plug in before, if it should be there at boot */
void terminal_end(struct terminal *t);

/* A signed policy, with the next serial, whose device rules are these lines of YAML; and push it: what state_push says.
 */
struct bytes terminal_envelope(struct terminal *t, const char *rules);
int terminal_push(struct terminal *t, const char *rules, struct err *err);

/* Turn the loop until the claim holds; false after thirty seconds. */
bool until(struct terminal *t, bool (*claim)(struct terminal *t, const char *path), const char *path);

bool is_judged(struct terminal *t, const char *path);
bool is_let_in(struct terminal *t, const char *path);   /* authorized in the kernel, and known to be */
bool is_kept_out(struct terminal *t, const char *path); /* judged, and not authorized */
const struct device *terminal_device(struct terminal *t, const char *path);

/* How many records of this type the log holds. */
unsigned terminal_records(const char *type);

#define RULE_HID "  - {name: hid, match: {bus: usb, interfaces: [hid]}, action: allow}\n"
#define RULE_HUB "  - {name: hub, match: {bus: usb, interfaces: [hub]}, action: allow}\n"
#define RULE_STORAGE "  - {name: storage, match: {bus: usb, interfaces: [storage]}, action: allow}\n"
