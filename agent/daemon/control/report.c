/* SPDX-License-Identifier: MIT */
/* report.c — see report.h. Names of keys are a contract with those who collect status files. */
#include "control/report.h"

#include "control/element.h"
#include "control/health.h"
#include "control/token.h"
#include "decision/login.h"
#include "decision/network.h"
#include "host/clock.h"
#include "host/name.h"
#include "store/key.h"
#include "text/words.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *report_date(int32_t day) {
        time_t midnight = (time_t)day * 86400;
        struct tm tm = { 0 };
        char text[16] = "";

        if (gmtime_r(&midnight, &tm))
                (void)strftime(text, sizeof text, "%Y-%m-%d", &tm);
        return json_string(text);
}

static json_t *policy_object(const struct policy *p, const struct moment *now) {
        int32_t left = policy_valid_until(p) - now->day;
        char issued[CLOCK_TEXT];

        clock_text(policy_issued(p), issued);
        return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:i, s:b, s:b, s:i}", "serial",
                         (json_int_t)policy_serial(p), "title", policy_title(p), "contact", policy_contact(p),
                         "language", policy_language(p), "issued", issued, "issued_in_future",
                         now->unix_s < policy_issued(p), "valid_from", report_date(policy_valid_from(p)), "valid_until",
                         report_date(policy_valid_until(p)), "days_left", (int)left, "expired", left < 0,
                         "not_yet_valid", now->day < policy_valid_from(p), "rules", (int)policy_rules(p));
}

static json_t *devices_object(const struct gate *g) {
        int present = 0, authorized = 0, held = 0;

        for (const struct device *d = gate_devices(g); d; d = d->next) {
                present++;
                authorized += d->authorized;
                held += d->forget == FORGET_HELD;
        }
        return json_pack("{s:i, s:i, s:i, s:i}", "present", present, "authorized", authorized, "denied",
                         present - authorized, "held", held);
}

/* Where the log ends now: a person who keeps this can see later whether records up to here were removed. */
static json_t *audit_object(const struct audit *a) {
        struct audit_head head = audit_head(a);

        return json_pack("{s:b, s:I, s:s, s:s}", "healthy", audit_healthy(a), "seq", (json_int_t)head.seq, "hash",
                         head.hash, "key", audit_key(a));
}

/* Only the number of people: to find out who needs help, the caller asks for them a page at a time; here that would
 * hold up the gate. */
static json_t *login_object(const struct subject *s, const struct policy *p) {
        const struct login_terms *terms = policy_login_terms(p);
        bool ready = s->factors && s->tallies;
        char **names = NULL;
        size_t n = 0;

        if (ready && factors_people(s->factors, &names, &n) == 0) {
                for (size_t i = 0; i < n; i++)
                        free(names[i]);
                free(names);
        }
        return json_pack("{s:b, s:s, s:s, s:i, s:{s:s, s:i, s:i, s:i}, s:s?}", "ready", ready, "note",
                         s->people_note.text, "key", key_source_name(ready ? factors_key_source(s->factors) : KEY_NONE),
                         "people", (int)n, "totp", "algorithm", algorithm_name(terms->totp.algorithm), "digits",
                         (int)terms->totp.digits, "period", (int)terms->totp.period_s, "skew", (int)terms->totp.skew,
                         "card_module", terms->card.module);
}

static int text_of(json_t *o, char **ret) {
        char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;

        json_decref(o);
        if (!text)
                return -ENOMEM;
        *ret = text;
        return 0;
}

/* The block plane. */
static json_t *disks_object(const struct gate *g) {
        char why[KEEPER_WHY], why_ja[KEEPER_WHY], missing[KEEPER_WHY];

        keeper_why(gate_keeper(g), LANGUAGE_EN, why);
        keeper_why(gate_keeper(g), LANGUAGE_JA, why_ja);
        keeper_missing(gate_keeper(g), missing);
        return json_pack("{s:b, s:s, s:s, s:s}", "denied_by_default", keeper_in_force(gate_keeper(g)), "note", why,
                         "note_ja", why_ja, "missing", missing);
}

/* What the firewall ought to have in force, by the policy and the stage. */
static enum network_force force_due(const struct policy *p, enum network_stage stage) {
        if (stage == NETWORK_OFF || (p && !policy_network(p)))
                return NETWORK_FORCE_OPEN;
        return network_stage_enforces(stage) ? NETWORK_FORCE_REFUSES : NETWORK_FORCE_OBSERVES;
}

static json_t *network_object(const struct hearing *h, const struct policy *p) {
        const struct hearing_report r = hearing_report(h);
        const uint64_t serial = p ? policy_serial(p) : 0;
        const bool follows = r.is_there && r.said.force == force_due(p, r.stage) && r.said.serial == serial;

        return json_pack("{s:s, s:b, s:b, s:s, s:I, s:s}", "stage", network_stage_name(r.stage), "firewall", r.is_there,
                         "follows", follows, "force", network_force_name(r.said.force), "serial",
                         (json_int_t)r.said.serial, "why", r.said.why);
}

int report_status(const struct subject *s, char **ret) {
        const struct policy *p = state_policy(s->state);
        struct moment now = clock_now();
        char host[HOST_TEXT], time[CLOCK_TEXT];
        json_t *o = NULL;

        host_name(host);
        clock_text(now.unix_s, time);
        o = json_pack("{s:s, s:s, s:s, s:I, s:i, s:s, s:o, s:s, s:{s:i, s:b}, s:o, s:o, s:{s:b}, s:I}", "version",
                      SEKIMORI_VERSION, "hostname", host, "time", time, "uptime_s",
                      (json_int_t)(clock_boot_s() - s->started_s), "pid", (int)getpid(), "state",
                      p ? "in-force" : "sealed", "policy", p ? policy_object(p, &now) : json_null(), "note",
                      state_note(s->state)->text, "observer", "pid", (int)gate_observer(s->gate), "settled",
                      gate_settled(s->gate), "devices", devices_object(s->gate), "audit", audit_object(s->audit),
                      "kernel", "denies_by_default", usb_denies_by_default(s->usb), "highest_serial",
                      (json_int_t)store_highest_serial(s->store));
        (void)json_object_set_new(o, "note_ja", json_string(state_note(s->state)->ja));
        (void)json_object_set_new(o, "stage", json_string(stage_name(state_stage(s->state))));
        (void)json_object_set_new(o, "stage_legible", json_boolean(state_stage_is_legible(s->state)));
        (void)json_object_set_new(o, "login", login_object(s, p));
        (void)json_object_set_new(o, "disks", disks_object(s->gate));
        (void)json_object_set_new(o, "network", network_object(s->hearing, p));
        (void)json_object_update_new(o, health_object(s));
        return text_of(o, ret);
}

int report_devices(const struct subject *s, char **ret) {
        const struct policy *p = state_policy(s->state);
        json_t *list = json_array();

        for (const struct device *d = gate_devices(s->gate); list && d; d = d->next) {
                json_t *o = element_new(&d->sighting, &d->verdict, p);

                (void)json_object_set_new(o, "authorized", json_boolean(d->authorized));
                if (d->forget == FORGET_HELD)
                        (void)json_object_set_new(o, "held", json_true());
                if (d->request[0])
                        (void)json_object_set_new(o, "request", json_string(d->request));
                (void)json_array_append_new(list, o);
        }
        return text_of(list, ret);
}
