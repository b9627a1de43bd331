/* SPDX-License-Identifier: MIT */
/* warnings.c — what a careful colleague would say of a policy that is well-formed. */
#include "base/quote.h"
#include "decision/kind.h"
#include "review/cover.h"

#include <stdio.h>

#define LONG_DAYS 400 /* a fiscal year and the weeks around it */
#define DAY_S 86400

enum warning {
        ANYTHING,
        UNREACHABLE,
        STALE,
        READ_ONLY,
        OTHER_BUS,
        TUNNEL,
        ENCRYPTION,
        SLIPS_PAST,
        NO_KEYBOARD,
        NO_HUB,
        OVER_ALREADY,
        LONG,
        EXCEPTIONS,
        WARNING_COUNT,
};

static const char *const words[WARNING_COUNT][2] = {
        [ANYTHING] = { "interfaces も serial・fingerprint・medium も無いため、どんな機能を持つ機器でも許可します",
                       "names neither interfaces nor serial, fingerprint or medium: it allows devices of any function" },
        [UNREACHABLE] = { "この規則は使われません。先にある規則がすべて一致します",
                          "this rule is never reached: an earlier one matches all that it matches" },
        [STALE] = { "until が発行日より前です", "until has passed already when the policy was issued" },
        [READ_ONLY] = { "read-only は sekimori-keeper が動いている端末だけで働き、ほかの端末ではこの機器を拒否します",
                        "read-only holds where sekimori-keeper runs; any other terminal denies the device" },
        [OTHER_BUS] = { "USB 以外のディスクは、sekimori-keeper が動いている端末だけで、この規則のとおりになります",
                        "disks on other buses than USB follow this rule only where sekimori-keeper runs" },
        [TUNNEL] = { "thunderbolt の機器は読み取り専用にできないため、この規則では許可しません",
                     "a thunderbolt device cannot be for reading only: this rule never allows one" },
        [ENCRYPTION] = { "medium と encrypted は sekimori-keeper が動いている端末だけで働き、ほかの端末ではこの規則で許可しません",
                         "media and their encryption are recognised where sekimori-keeper runs; elsewhere this rule never allows" },
        [SLIPS_PAST] = { "他の機能を併せ持つ複合機器には一致しません(partial: true なら一致します)",
                         "a composite device with another interface besides is not denied; with partial: true it is" },
        [NO_KEYBOARD] = { "キーボード(hid)を許可する規則がありません", "no rule allows keyboards (hid)" },
        [NO_HUB] = { "ハブ(hub)を許可する規則がありません。ハブの先の機器は使えません",
                     "no rule allows hubs: devices behind one cannot be used" },
        [OVER_ALREADY] = { "有効期限が発行日より前です", "valid.until has passed already when the policy was issued" },
        [LONG] = { "有効期間が発行から400日を超えています", "valid for more than 400 days after it was issued" },
        [EXCEPTIONS] = { "exceptions は検査しましたが、この版では適用しません",
                         "exceptions is checked, but not enforced by this version" },
};

typedef void say_fn(void *ctx, unsigned line, unsigned column, const char *text);

struct speaker {
        const struct policy *p;
        bool english;
        say_fn *say;
        void *ctx;
};

static void warnings_warn(const struct speaker *s, struct place at, enum warning w) {
        s->say(s->ctx, at.line, at.column, words[w][s->english]);
}

static void warn_of_rule(const struct speaker *s, const struct rule *r, enum warning w) {
        warnings_warn(s, (struct place){ r->line, r->column }, w);
}

static void warn_of_shadow(const struct speaker *s, int rule) {
        int by = rule_shadow(s->p, rule);
        char text[512];

        if (by == RULE_NONE)
                return;
        (void)snprintf(text, sizeof text, s->english ? "%s: '%s'" : "%s: 「%s」", words[UNREACHABLE][s->english],
                       shown(rule_text(s->p, s->p->rules[by].name)).text);
        s->say(s->ctx, s->p->rules[rule].line, s->p->rules[rule].column, text);
}

/* The day of issue in UTC may be the one before the terminal's: a difference of one day needs no warning. */
static int32_t issued_day(const struct policy *p) {
        return (int32_t)(p->issued / DAY_S);
}

/* What is found on these buses is nothing but disks. */
static bool is_for_disks(const struct rule *r) {
        return r->bus != BUS_UNKNOWN && bus_is_of_disks(r->bus);
}

static bool allows_anything(const struct rule *r) {
        return r->action != ACTION_DENY && !is_for_disks(r) && !r->interfaces && !r->serial && !r->fingerprint
               && !r->medium;
}

static void rule_warnings(const struct speaker *s, int rule) {
        const struct rule *r = &s->p->rules[rule];
        const struct {
                bool so;
                enum warning w;
        } checks[] = {
                { allows_anything(r), ANYTHING },
                { r->until < issued_day(s->p), STALE },
                { r->action == ACTION_READ_ONLY && !is_for_disks(r) && r->bus != BUS_THUNDERBOLT, READ_ONLY },
                { is_for_disks(r), OTHER_BUS },
                { r->action == ACTION_READ_ONLY && r->bus == BUS_THUNDERBOLT, TUNNEL },
                { r->medium || r->flags & RULE_ENCRYPTED, ENCRYPTION },
                { r->action == ACTION_DENY && r->interfaces && !(r->flags & RULE_PARTIAL), SLIPS_PAST },
        };

        for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
                if (checks[i].so)
                        warn_of_rule(s, r, checks[i].w);
        warn_of_shadow(s, rule);
}

/* Does the policy allow a USB device by its class alone? */
static bool warnings_allows(const struct policy *p, uint8_t klass, uint8_t subclass, uint8_t protocol) {
        const struct device_facts f = { .bus = BUS_USB,
                                        .n_interfaces = 1,
                                        .interfaces = { { 1, 0, klass, subclass, protocol } } };
        const struct moment noon = { .day = p->valid_from, .minute = DAY_MINUTES / 2 };

        return policy_decide(p, &f, &noon, NULL).action == ACTION_ALLOW;
}

static void pass_on(void *ctx, struct place at, const char *text) {
        const struct speaker *s = ctx;

        s->say(s->ctx, at.line, at.column, text);
}

void policy_warnings(const struct policy *p, bool english, say_fn *say, void *ctx) {
        struct speaker s = { p, english, say, ctx };

        if (p->valid_until < issued_day(p))
                warnings_warn(&s, (struct place){ 0, 0 }, OVER_ALREADY);
        if (p->valid_until > issued_day(p) + LONG_DAYS)
                warnings_warn(&s, (struct place){ 0, 0 }, LONG);
        for (size_t i = 0; i < p->n_rules; i++)
                rule_warnings(&s, (int)i);
        if (!warnings_allows(p, 0x03, 0x01, 0x01))
                warnings_warn(&s, (struct place){ 0, 0 }, NO_KEYBOARD);
        if (!warnings_allows(p, 0x09, 0x00, 0x00))
                warnings_warn(&s, (struct place){ 0, 0 }, NO_HUB);
        login_warnings(p, english, pass_on, &s);
        network_warnings(p, english, pass_on, &s);
        if (p->at_sections[SECTION_EXCEPTIONS].line)
                warnings_warn(&s, p->at_sections[SECTION_EXCEPTIONS], EXCEPTIONS);
}
