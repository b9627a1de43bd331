/* SPDX-License-Identifier: MIT */
/* record.c — a jansson object, members in the order they are set; every text is escaped and cut. See record.h. */
#include "audit/record.h"

#include "base/hex.h"
#include "decision/drivers.h"
#include "decision/kind.h"
#include "text/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The limit for an escaped string, so that the longest record stays far below CHAIN_LINE_MAX: JSON doubles each
 * backslash. */
#define TEXT_MAX 1024

static const char *const reason_names[REASON_COUNT] = {
        [REASON_NO_RULE] = "no-rule",           [REASON_RULE] = "rule",
        [REASON_MALFORMED] = "malformed",       [REASON_HOURS] = "hours",
        [REASON_EXPIRED] = "expired",           [REASON_USER] = "user",
        [REASON_ENCRYPTION] = "encryption",     [REASON_SEALED] = "sealed",
        [REASON_UNRECORDED] = "unrecorded",     [REASON_READ_ONLY] = "read-only",
        [REASON_CONTRADICTED] = "contradicted", [REASON_FAILED] = "failed",
};

static const char *const action_names[] = {
        [ACTION_DENY] = "deny",
        [ACTION_READ_ONLY] = "read-only",
        [ACTION_ALLOW] = "allow",
};

const char *reason_name(enum reason r) {
        return (unsigned)r < REASON_COUNT ? reason_names[r] : reason_names[REASON_NO_RULE];
}

enum reason reason_from_name(const char *name) {
        for (enum reason r = 0; name && r < REASON_COUNT; r++)
                if (strcmp(reason_names[r], name) == 0)
                        return r;
        return REASON_NO_RULE;
}

const char *action_name(enum action a) {
        return (unsigned)a <= ACTION_ALLOW ? action_names[a] : action_names[ACTION_DENY];
}

static void record_set(struct record *r, const char *key, json_t *value) {
        if (json_object_set_new_nocheck(r->json, key, value) < 0)
                r->broken = true;
}

void record_text(struct record *r, const char *key, const char *value) {
        char text[TEXT_MAX];

        if (!value) {
                record_set(r, key, json_null());
                return;
        }
        words_escape(value, text, sizeof text);
        record_set(r, key, json_string_nocheck(text));
}

void record_err(struct record *r, const char *key, const struct err *why) {
        char ja[32];

        (void)snprintf(ja, sizeof ja, "%s_ja", key);
        record_text(r, key, why->text);
        if (strcmp(why->ja, why->text) != 0)
                record_text(r, ja, why->ja);
}

void record_number(struct record *r, const char *key, uint64_t value) {
        record_set(r, key, json_integer((json_int_t)value));
}

void record_flag(struct record *r, const char *key, bool value) {
        record_set(r, key, json_boolean(value));
}

/* RFC 3339 with milliseconds and the terminal's own offset: 2026-12-01T09:00:00.123+09:00. */
static void say_time(char *to, size_t size) {
        struct timespec now;
        struct tm tm;
        long offset;
        size_t n;

        (void)clock_gettime(CLOCK_REALTIME, &now);
        (void)localtime_r(&now.tv_sec, &tm);
        offset = tm.tm_gmtoff / 60;
        n = strftime(to, size, "%Y-%m-%dT%H:%M:%S", &tm);
        (void)snprintf(to + n, size - n, ".%03ld%c%02ld:%02ld", now.tv_nsec / 1000000, offset < 0 ? '-' : '+',
                       labs(offset) / 60, labs(offset) % 60);
}

void record_init(struct record *r, enum event e, const struct record_origin *from) {
        char now[64];

        *r = (struct record){ .json = json_object(), .event = e };
        say_time(now, sizeof now);
        record_number(r, "seq", from->seq);
        record_text(r, "time", now);
        record_text(r, "boot", from->boot);
        record_text(r, "type", event_name(e));
        record_number(r, "policy", from->policy);
}

void record_deinit(struct record *r) {
        json_decref(r->json);
}

static void record_add(struct record *r, json_t *array, const char *text) {
        if (json_array_append_new(array, json_string_nocheck(text)) < 0)
                r->broken = true;
}

void record_kinds(struct record *r, const char *key, uint32_t kinds) {
        json_t *array = json_array();

        for (unsigned i = 0; i < KIND_COUNT; i++)
                if (kinds & 1u << i)
                        record_add(r, array, kind_name(1u << i));
        record_set(r, key, array);
}

/* One class triple stands once, however many configurations repeat it. */
static bool told_before(const struct device_facts *f, uint8_t i) {
        const struct interface_facts *new = &f->interfaces[i];

        for (uint8_t j = 0; j < i; j++) {
                const struct interface_facts *old = &f->interfaces[j];

                if (old->klass == new->klass && old->subclass == new->subclass && old->protocol == new->protocol)
                        return true;
        }
        return false;
}

static void set_interfaces(struct record *r, const struct device_facts *f) {
        json_t *array = json_array();

        for (uint8_t i = 0; i < f->n_interfaces && i < FACTS_INTERFACES; i++) {
                const struct interface_facts *one = &f->interfaces[i];
                char text[16];

                (void)snprintf(text, sizeof text, "%02x:%02x:%02x", one->klass, one->subclass, one->protocol);
                if (!told_before(f, i))
                        record_add(r, array, text);
        }
        record_set(r, "interfaces", array);
}

/* The UUIDs tell which of two otherwise identical devices it was. */
static void set_medium(struct record *r, const struct medium_facts *m) {
        static const char *const states[MEDIUM_STATES] = {
                [MEDIUM_UNREADABLE] = "unreadable", [MEDIUM_PLAIN] = "plain", [MEDIUM_ENCRYPTED] = "encrypted"
        };
        json_t *array;

        if (m->state == MEDIUM_UNKNOWN || m->state >= MEDIUM_STATES)
                return;
        array = json_array();
        for (uint8_t i = 0; i < m->n && i < FACTS_UUIDS; i++) {
                char text[UUID_TEXT];

                uuid_text(m->uuid[i], text);
                record_add(r, array, text);
        }
        record_text(r, "medium", states[m->state]);
        record_set(r, "uuids", array);
}

static void set_facts(struct record *r, const struct device_facts *f) {
        char text[2 * FACTS_DIGEST + 1];

        record_text(r, "bus", bus_name(f->bus));
        (void)snprintf(text, sizeof text, "%04x", f->vendor);
        record_text(r, "vid", text);
        (void)snprintf(text, sizeof text, "%04x", f->product);
        record_text(r, "pid", text);
        record_text(r, "serial", f->serial);
        record_text(r, "name", f->name);
        record_text(r, "manufacturer", f->manufacturer);
        if (f->driver[0])
                record_text(r, "driver", f->driver);
        record_text(r, "port", f->port);
        record_kinds(r, "kinds", kinds_to_show(f));
        set_interfaces(r, f);
        hex_of(f->fingerprint, sizeof f->fingerprint, text);
        record_text(r, "fingerprint", text);
        if (f->malformed)
                record_text(r, "malformed", malformed_name(f->malformed));
        set_medium(r, &f->medium);
}

static void set_nodes(struct record *r, unsigned nodes) {
        json_t *array = json_array();

        for (unsigned bit = 1; bit <= nodes; bit <<= 1)
                if (nodes & bit)
                        record_add(r, array, node_name(bit));
        record_set(r, "nodes", array);
}

static void set_verdict(struct record *r, const struct policy *p, const struct verdict *v) {
        bool known = p && v->rule != RULE_NONE;

        record_text(r, "rule", known ? policy_rule_name(p, v->rule) : "");
        record_text(r, "clause", known ? policy_rule_clause(p, v->rule) : "");
        record_text(r, "action", action_name(v->action));
        record_text(r, "reason", reason_name(v->reason));
        record_flag(r, "partial", v->partial);
        if (v->nodes)
                set_nodes(r, v->nodes);
}

void record_device(struct record *r, const struct policy *p, const struct audit_device *d) {
        record_text(r, "path", d->path);
        if (d->facts)
                set_facts(r, d->facts);
        if (d->verdict)
                set_verdict(r, p, d->verdict);
        record_text(r, "user", d->user);
        record_text(r, "seat", d->seat);
        if (d->observed)
                record_flag(r, "observed", true);
        if (d->note)
                record_err(r, "note", d->note);
}

ssize_t record_line(struct record *r, const char *prev, char *to, size_t size) {
        size_t n;

        record_text(r, "prev", prev);
        n = r->broken ? 0 : json_dumpb(r->json, to, size - 1, JSON_COMPACT);
        if (n == 0)
                return -ENOMEM;
        if (n > size - 1)
                return -EMSGSIZE;
        to[n] = '\n';
        return (ssize_t)n + 1;
}
