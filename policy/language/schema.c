/* SPDX-License-Identifier: MIT */
/* schema.c — the language's keys as libcyaml's tables. Numbers and truth values are not left to libcyaml: its integers
 * may be octal, and to it any word that is not "false" is true. */
#include "language/schema.h"

#include "decision/login.h"
#include "decision/network.h"
#include "language/load.h"

#include <cyaml/cyaml.h>
#include <errno.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define TEXT_MAX 65536 /* bytes; a certificate chain in one text is far below */
#define LIST_MAX 4096

/* Fields by how they are written. `needed` and `optional` come first so that a line reads as the language does. */
#define TEXT(key, need, type, member) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | need, type, member, 1, TEXT_MAX)
#define LIST(key, need, type, member)                                                                                  \
        CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | need, type, member, n_##member, &text, 1, LIST_MAX)
#define WORD(key, need, type, member, words)                                                                           \
        CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT | need, type, member, words, COUNT(words))
#define NEEDED CYAML_FLAG_DEFAULT
#define OPTIONAL CYAML_FLAG_OPTIONAL

static const cyaml_schema_value_t text = { CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_MAX) };

#define BUS_WORD(bus, name, disks) { name, bus },
static const cyaml_strval_t buses[] = { { "any", BUS_UNKNOWN }, BUS_ROWS(BUS_WORD) };
static const cyaml_strval_t actions[] = { { "deny", ACTION_DENY },
                                          { "read-only", ACTION_READ_ONLY },
                                          { "allow", ACTION_ALLOW } };
static const cyaml_strval_t languages[] = { { "ja", 0 }, { "en", 1 } };
static const cyaml_strval_t truths[] = { { "false", 0 }, { "true", 1 } };
static const cyaml_strval_t encryptions[] = { { "required", 1 } };
static const cyaml_strval_t acceptances[] = { { "accept", 1 } };
static const cyaml_strval_t algorithms[] = { { "sha1", TOTP_SHA1 },
                                             { "sha256", TOTP_SHA256 },
                                             { "sha512", TOTP_SHA512 } };
static const cyaml_strval_t last_tries[] = { { "refuse", 0 }, { "allow", 1 } };
static const cyaml_strval_t removals[] = { { "lock", CARD_REMOVAL_LOCK },
                                           { "logout", CARD_REMOVAL_LOGOUT },
                                           { "ignore", CARD_REMOVAL_IGNORE } };
static const cyaml_strval_t maps[] = {
        { "none", CARD_MAP_NONE },
        { "cn", CARD_MAP_CN },
        { "upn", CARD_MAP_UPN },
        { "email", CARD_MAP_EMAIL },
};

static const cyaml_strval_t denials[] = { { "deny", 0 } };
static const cyaml_strval_t permissions[] = { { "deny", 0 }, { "allow", 1 } };
static const cyaml_strval_t directions[] = { { "out", NETWORK_OUT }, { "in", NETWORK_IN }, { "both", NETWORK_BOTH } };

#define PROTOCOL_WORD(protocol, name, ports)                                                                           \
        { name, (protocol) == PROTOCOL_ANY ? PROTOCOLS_ALL : PROTOCOL_BIT(protocol) },
static const cyaml_strval_t protocols[] = { { "tcp+udp", PROTOCOL_BIT(PROTOCOL_TCP) | PROTOCOL_BIT(PROTOCOL_UDP) },
                                            PROTOCOL_ROWS(PROTOCOL_WORD) };

static const cyaml_schema_field_t match_fields[] = {
        WORD("bus", OPTIONAL, struct draft_match, bus, buses),
        TEXT("id", OPTIONAL, struct draft_match, id),
        TEXT("serial", OPTIONAL, struct draft_match, serial),
        TEXT("name", OPTIONAL, struct draft_match, name),
        TEXT("port", OPTIONAL, struct draft_match, port),
        LIST("interfaces", OPTIONAL, struct draft_match, interfaces),
        TEXT("fingerprint", OPTIONAL, struct draft_match, fingerprint),
        TEXT("medium", OPTIONAL, struct draft_match, medium),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
        TEXT("name", NEEDED, struct draft_rule, name),
        TEXT("clause", OPTIONAL, struct draft_rule, clause),
        CYAML_FIELD_MAPPING("match", NEEDED, struct draft_rule, match, match_fields),
        WORD("action", NEEDED, struct draft_rule, action, actions),
        WORD("encrypted", OPTIONAL, struct draft_rule, encrypted, encryptions),
        LIST("users", OPTIONAL, struct draft_rule, users),
        TEXT("hours", OPTIONAL, struct draft_rule, hours),
        TEXT("from", OPTIONAL, struct draft_rule, from),
        TEXT("until", OPTIONAL, struct draft_rule, until),
        WORD("partial", OPTIONAL, struct draft_rule, partial, truths),
        WORD("malformed", OPTIONAL, struct draft_rule, malformed, acceptances),
        LIST("nodes", OPTIONAL, struct draft_rule, nodes),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct draft_rule, rule_fields) };

static const cyaml_schema_field_t throttle_fields[] = {
        TEXT("attempts", NEEDED, struct draft_throttle, attempts),
        TEXT("within", NEEDED, struct draft_throttle, within),
        TEXT("for", NEEDED, struct draft_throttle, pause),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t totp_fields[] = {
        TEXT("digits", OPTIONAL, struct draft_totp, digits),
        TEXT("period", OPTIONAL, struct draft_totp, period),
        WORD("algorithm", OPTIONAL, struct draft_totp, algorithm, algorithms),
        TEXT("skew", OPTIONAL, struct draft_totp, skew),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t card_fields[] = {
        TEXT("module", NEEDED, struct draft_card, module),
        LIST("authorities", OPTIONAL, struct draft_card, authorities),
        LIST("revocation", OPTIONAL, struct draft_card, revocation),
        TEXT("crl_grace", OPTIONAL, struct draft_card, crl_grace),
        WORD("last_try", OPTIONAL, struct draft_card, last_try, last_tries),
        WORD("removal", OPTIONAL, struct draft_card, removal, removals),
        TEXT("grace", OPTIONAL, struct draft_card, grace),
        WORD("map", OPTIONAL, struct draft_card, map, maps),
        TEXT("domain", OPTIONAL, struct draft_card, domain),
        LIST("policy", OPTIONAL, struct draft_card, policies),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t entry_fields[] = {
        TEXT("name", NEEDED, struct draft_entry, name),
        LIST("users", OPTIONAL, struct draft_entry, users),
        LIST("services", OPTIONAL, struct draft_entry, services),
        LIST("require", NEEDED, struct draft_entry, require),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t entry = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct draft_entry, entry_fields) };

static const cyaml_schema_field_t login_fields[] = {
        CYAML_FIELD_MAPPING_PTR("throttle", OPTIONAL, struct draft_login, throttle, throttle_fields),
        CYAML_FIELD_MAPPING_PTR("totp", OPTIONAL, struct draft_login, totp, totp_fields),
        CYAML_FIELD_MAPPING_PTR("card", OPTIONAL, struct draft_login, card, card_fields),
        CYAML_FIELD_SEQUENCE_COUNT("rules", CYAML_FLAG_POINTER, struct draft_login, rules, n_rules, &entry, 1,
                                   LIST_MAX),
        LIST("exempt", OPTIONAL, struct draft_login, exempt),
        LIST("single_prompt", OPTIONAL, struct draft_login, single_prompt),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t exceptions_fields[] = {
        TEXT("approvers", NEEDED, struct draft_exceptions, approvers),
        TEXT("longest", NEEDED, struct draft_exceptions, longest),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t interface_fields[] = {
        TEXT("name", NEEDED, struct draft_interface, name),
        TEXT("mac", OPTIONAL, struct draft_interface, mac),
        TEXT("driver", OPTIONAL, struct draft_interface, driver),
        TEXT("path", OPTIONAL, struct draft_interface, path),
        WORD("dhcp", OPTIONAL, struct draft_interface, dhcp, permissions),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t interface = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct draft_interface,
                                                                    interface_fields) };

static const cyaml_schema_field_t peer_fields[] = {
        TEXT("name", NEEDED, struct draft_peer, name),
        TEXT("clause", OPTIONAL, struct draft_peer, clause),
        LIST("addresses", NEEDED, struct draft_peer, addresses),
        WORD("protocol", NEEDED, struct draft_peer, protocol, protocols),
        LIST("ports", OPTIONAL, struct draft_peer, ports),
        WORD("direction", OPTIONAL, struct draft_peer, direction, directions),
        TEXT("interface", OPTIONAL, struct draft_peer, interface),
        TEXT("reason", OPTIONAL, struct draft_peer, reason),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t peer = { CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct draft_peer, peer_fields) };

static const cyaml_schema_field_t network_fields[] = {
        WORD("default", NEEDED, struct draft_network, by_default, denials),
        CYAML_FIELD_SEQUENCE_COUNT("interfaces", CYAML_FLAG_POINTER | OPTIONAL, struct draft_network, interfaces,
                                   n_interfaces, &interface, 1, NETWORK_INTERFACES_MAX),
        CYAML_FIELD_SEQUENCE_COUNT("peers", CYAML_FLAG_POINTER | OPTIONAL, struct draft_network, peers, n_peers, &peer,
                                   1, NETWORK_PEERS_MAX),
        LIST("names", OPTIONAL, struct draft_network, names),
        CYAML_FIELD_SEQUENCE_COUNT("time", CYAML_FLAG_POINTER | OPTIONAL, struct draft_network, times, n_times, &text,
                                   1, LIST_MAX),
        WORD("wireless", OPTIONAL, struct draft_network, wireless, permissions),
        WORD("bluetooth", OPTIONAL, struct draft_network, bluetooth, permissions),
        WORD("forwarding", OPTIONAL, struct draft_network, forwarding, denials),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t audit_fields[] = {
        TEXT("keep", NEEDED, struct draft_audit, keep),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t valid_fields[] = {
        TEXT("from", NEEDED, __typeof__(((struct draft *)NULL)->valid), from),
        TEXT("until", NEEDED, __typeof__(((struct draft *)NULL)->valid), until),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t signers_fields[] = {
        TEXT("threshold", NEEDED, __typeof__(((struct draft *)NULL)->signers), threshold),
        LIST("certificates", NEEDED, __typeof__(((struct draft *)NULL)->signers), certificates),
        CYAML_FIELD_END,
};

static const cyaml_schema_field_t policy_fields[] = {
        TEXT("sekimori", NEEDED, struct draft, version),
        TEXT("serial", NEEDED, struct draft, serial),
        TEXT("title", NEEDED, struct draft, title),
        TEXT("issued", NEEDED, struct draft, issued),
        CYAML_FIELD_MAPPING("valid", NEEDED, struct draft, valid, valid_fields),
        WORD("language", OPTIONAL, struct draft, language, languages),
        TEXT("contact", OPTIONAL, struct draft, contact),
        CYAML_FIELD_MAPPING("signers", NEEDED, struct draft, signers, signers_fields),
        CYAML_FIELD_SEQUENCE_COUNT("devices", CYAML_FLAG_POINTER, struct draft, devices, n_devices, &rule, 0,
                                   CYAML_UNLIMITED),
        CYAML_FIELD_MAPPING_PTR("login", OPTIONAL, struct draft, login, login_fields),
        CYAML_FIELD_MAPPING_PTR("exceptions", OPTIONAL, struct draft, exceptions, exceptions_fields),
        CYAML_FIELD_MAPPING_PTR("network", OPTIONAL, struct draft, network, network_fields),
        CYAML_FIELD_MAPPING_PTR("audit", OPTIONAL, struct draft, audit, audit_fields),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t policy = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct draft, policy_fields) };

int draft_read(struct bytes from, const struct outline *o, struct draft **ret, struct err *err) {
        void *data = NULL;
        int r = schema_load(from, o, &policy, &data, err);

        if (r == 0)
                *ret = data;
        return r;
}

void draft_free(struct draft *d) {
        schema_free(&policy, d);
}
