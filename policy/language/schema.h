/* SPDX-License-Identifier: MIT */
/* schema.h — the shape of a policy: which keys there are, what they hold. Texts stay texts here; what they mean is
 * compile.c's, login_compile.c's and network_compile.c's business. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "decision/policy.h"
#include "language/outline.h"

/* Optional texts are NULL, optional lists empty, optional words zero where the policy does not have them. */
struct draft_match {
        enum bus bus; /* BUS_UNKNOWN: any */
        char *id, *serial, *name, *port, *fingerprint, *medium;
        char **interfaces;
        unsigned n_interfaces;
};

struct draft_rule {
        char *name, *clause;
        struct draft_match match;
        enum action action;
        int encrypted, partial, malformed; /* words: required, true, accept */
        char **users, **nodes;
        unsigned n_users, n_nodes;
        char *hours, *from, *until;
};

struct draft_throttle {
        char *attempts, *within, *pause;
};

struct draft_totp {
        char *digits, *period, *skew;
        int algorithm;
};

struct draft_card {
        char *module, *crl_grace, *grace, *domain;
        char **authorities, **revocation, **policies;
        unsigned n_authorities, n_revocation, n_policies;
        int last_try, removal, map;
};

struct draft_entry {
        char *name;
        char **users, **services, **require;
        unsigned n_users, n_services, n_require;
};

struct draft_login {
        struct draft_throttle *throttle;
        struct draft_totp *totp;
        struct draft_card *card;
        struct draft_entry *rules;
        char **exempt, **single_prompt;
        unsigned n_rules, n_exempt, n_single_prompt;
};

struct draft_exceptions {
        char *approvers, *longest;
};

struct draft_interface {
        char *name, *mac, *driver, *path;
        int dhcp; /* word: allow */
};

struct draft_peer {
        char *name, *clause, *reason, *interface;
        char **addresses, **ports;
        unsigned n_addresses, n_ports;
        int protocol, direction; /* PROTOCOL_BITs; enum network_direction, 0 where not given */
};

struct draft_network {
        int by_default, wireless, bluetooth, forwarding; /* words: allow is 1 */
        struct draft_interface *interfaces;
        struct draft_peer *peers;
        char **names, **times;
        unsigned n_interfaces, n_peers, n_names, n_times;
};

struct draft_audit {
        char *keep;
};

struct draft {
        char *version, *serial, *title, *issued, *contact;
        int language; /* enum language */
        struct {
                char *from, *until;
        } valid;
        struct {
                char *threshold;
                char **certificates;
                unsigned n_certificates;
        } signers;
        struct draft_rule *devices;
        unsigned n_devices;
        struct draft_login *login;
        struct draft_exceptions *exceptions;
        struct draft_network *network;
        struct draft_audit *audit;
};

/* Of a text that outline_read accepted. -EBADMSG with "line:column: reason", -ENOMEM. */
int draft_read(struct bytes text, const struct outline *o, struct draft **ret, struct err *err);
void draft_free(struct draft *d); /* NULL is fine */
CLEANUP(draft, struct draft *, draft_free)
#define auto_draft AUTO(draft)
