/* SPDX-License-Identifier: MIT */
/* Rules of usbguard and what becomes of them, against a model of usbguard's own matching (its manual, and Rule.hpp
 * where that is silent): under rules and devices at random ours never lets in what it would have kept out. */
#include "cli/policy/usbguard_import.h"

#include "cli/policy/usbguard_rule.h"
#include "unit/policy/given.h"

struct heard {
        unsigned remarks[IMPORT_NOTE + 1];
};

static void listen(void *ctx, enum import_remark remark, struct place at, const char *what, const struct phrase *why) {
        struct heard *h = ctx;

        cr_assert(at.line > 0 && at.column > 0 && what && why->ja && why->en);
        h->remarks[remark]++;
}

#define MOST_RULES 8

struct both {
        struct usbguard_rule theirs[MOST_RULES];
        unsigned n;
        struct heard heard;
        struct importing counts;
        char *text;
        struct policy *ours;
};

/* Each line of `conf` as theirs and as ours. */
static void both_read(struct both *b, const char *conf) {
        size_t size;
        struct err err = { 0 };

        *b = (struct both){ .counts = { .say = listen } };
        b->counts.ctx = &b->heard;
        b->counts.to = open_memstream(&b->text, &size);
        for (unsigned line = 1; *conf; line++) {
                size_t length = strcspn(conf, "\n");
                struct usbguard_rule *r = &b->theirs[b->n++];

                cr_assert_eq(usbguard_rule_read(bytes_of(conf, length), line, r, &err), 0, "%s: %s", conf, err.text);
                usbguard_import(&b->counts, r);
                conf += length + (conf[length] == '\n');
        }
        (void)fclose(b->counts.to);
        if (b->counts.written) {
                char *list = NULL;

                cr_assert(asprintf(&list, "devices:\n%s", b->text) > 0);
                b->ours = given(list);
                free(list);
        }
}

static void both_drop(struct both *b) {
        for (unsigned i = 0; i < b->n; i++)
                usbguard_rule_deinit(&b->theirs[i]);
        policy_free(b->ours);
        free(b->text);
}

static void expect_text(const char *conf, const char *text) {
        struct both b;

        both_read(&b, conf);
        cr_expect_str_eq(b.text, text);
        both_drop(&b);
}

Test(usbguard_import, what_can_be_said_is_said) {
        expect_text("allow id one-of { 0951:1666 0951:* } serial \"E\\\"0\" label \"課\"",
                    "  - name: \"usbguard 1 (1): 課\"\n    match: {bus: usb, id: \"0951:1666\", serial: \"E\\\"0\"}\n"
                    "    action: allow\n\n"
                    "  - name: \"usbguard 1 (2): 課\"\n    match: {bus: usb, id: \"0951:*\", serial: \"E\\\"0\"}\n"
                    "    action: allow\n\n");
        expect_text("allow *:* with-interface match-all { 03:*:* 09:00:00 } if true",
                    "  - name: \"usbguard 1\"\n    match: {bus: usb, interfaces: [\"03:*:*\", \"09:00:00\"]}\n"
                    "    action: allow\n\n");
        expect_text("allow with-interface one-of { 01:*:* 0e:*:* }",
                    "  - name: \"usbguard 1\"\n    match: {bus: usb, interfaces: [\"01:*:*\", \"0e:*:*\"]}\n"
                    "    partial: true\n    action: allow\n\n");
}

Test(usbguard_import, what_would_let_in_more_is_a_comment) {
        expect_text("allow 046d:c31c hash \"a\" with-interface { 03:01:01 03:00:00 }",
                    "  # - name: \"usbguard 1\"\n"
                    "  #   match: {bus: usb, id: \"046d:c31c\", interfaces: [\"03:01:01\", \"03:00:00\"]}\n"
                    "  #   action: allow\n\n");
        expect_text("allow hash \"a\"", "  # usbguard 1: 書けることがありません / nothing of it can be said\n\n");
}

Test(usbguard_import, what_refuses_refuses_at_least_as_much) {
        expect_text("reject 046d:c31c hash \"a\" with-interface all-of { 08:*:* 03:00:* }",
                    "  - name: \"usbguard 1\"\n    match: {bus: usb, id: \"046d:c31c\", interfaces: [\"08:*:*\"]}\n"
                    "    partial: true\n    action: deny\n\n");
}

Test(usbguard_import, a_tab_behind_a_name_slips_past_no_rule_that_refuses) {
        expect_text("block name \"a\" serial one-of { \"b\" \"c\" } via-port \"1-2\"",
                    "  - name: \"usbguard 1 (1)\"\n    match: {bus: usb, name: \"a*\", serial: \"b*\", port: \"1-2\"}\n"
                    "    action: deny\n\n"
                    "  - name: \"usbguard 1 (2)\"\n    match: {bus: usb, name: \"a*\", serial: \"c*\", port: \"1-2\"}\n"
                    "    action: deny\n\n");
}

/* Each line has one thing that cannot be said; of an allowing rule it is told, and nothing is written. */
static const char *const unsayable[] = {
        "hash \"a\"",
        "parent-hash \"a\"",
        "with-connect-type \"hotplug\"",
        "if random",
        "if random(0.5)",
        "if false",
        "if !true",
        "if none-of { true }",
        "if { true true }",
        "if localtime(08:30-17:15)",
        "if !localtime(08:30-17:15)",
        "if rule-applied",
        "if rule-evaluated(10)",
        "if allowed-matches(with-interface one-of { 03:00:01 })",
        "id 046D:c31c",
        "id none-of { 046d:c31c }",
        "id equals { 046d:c31c 0951:1666 }",
        "id match-all { 046d:c31c }",
        "name \"\"",
        "name \"Key*\"",
        "name \"K*y\"",
        "name \"a\\x0ab\"",
        "name \"a\\xff\"",
        "name \"a\\xe2\\x80\\xaeb\"",
        "serial all-of { \"a\" \"b\" }",
        "via-port none-of { \"1-2\" }",
        "serial one-of { \"a\" \"b\" } name one-of { \"c\" \"d\" }",
        "with-interface 03:01:01",
        "with-interface equals { 03:01:01 }",
        "with-interface equals-ordered { 03:01:01 03:00:00 }",
        "with-interface all-of { 03:01:01 03:00:00 }",
        "with-interface none-of { 08:*:* }",
};

Test(usbguard_import, each_thing_that_cannot_be_said_is_told_of) {
        for (size_t i = 0; i < sizeof unsayable / sizeof *unsayable; i++) {
                struct both b;
                char line[256];

                (void)snprintf(line, sizeof line, "allow %s", unsayable[i]);
                both_read(&b, line);
                cr_expect_eq(b.heard.remarks[IMPORT_NOT_WRITTEN], 1, "%s", line);
                cr_expect_eq(b.counts.written, 0, "%s", line);
                both_drop(&b);
        }
}

/* The model. A device has one id, name, serial and port, and its interfaces in their order. */
static const char *given_value(const struct device_facts *f, enum usbguard_key key) {
        static char text[FACTS_STRING];
        size_t n;

        if (key == USBGUARD_ID)
                (void)snprintf(text, sizeof text, "%04x:%04x", f->vendor, f->product);
        else
                (void)snprintf(text, sizeof text, "%s",
                               key == USBGUARD_NAME       ? f->name
                               : key == USBGUARD_SERIAL   ? f->serial
                               : key == USBGUARD_VIA_PORT ? f->port
                                                          : "what only usbguard knows");
        for (n = strlen(text); n && strchr("\n\r\t\b", text[n - 1]); n--) /* as its SysFSDevice.cpp reads attributes */
                text[n - 1] = '\0';
        return text;
}

static bool model_id(const char *rule, const char *device) {
        return rule[0] == '*' || strcmp(rule, device) == 0 || (strchr(rule, '*') && strncmp(rule, device, 5) == 0);
}

static bool model_interface(const char *rule, const struct interface_facts *f) {
        char exact[16], subclass[16], klass[16];

        (void)snprintf(exact, sizeof exact, "%02x:%02x:%02x", f->klass, f->subclass, f->protocol);
        (void)snprintf(subclass, sizeof subclass, "%.6s*", exact);
        (void)snprintf(klass, sizeof klass, "%.3s*:*", exact);
        return strcasecmp(rule, exact) == 0 || strcasecmp(rule, subclass) == 0 || strcasecmp(rule, klass) == 0;
}

/* Does the rule's value at `i` fit the device's at `k`? */
static bool model_fits(const struct usbguard_set *set, enum usbguard_key key, unsigned i, const struct device_facts *f,
                       unsigned k) {
        if (key == USBGUARD_WITH_INTERFACE)
                return model_interface(set->values[i], &f->interfaces[k]);
        return key == USBGUARD_ID ? model_id(set->values[i], given_value(f, key))
                                  : strcmp(set->values[i], given_value(f, key)) == 0;
}

static bool model_set(const struct usbguard_set *set, enum usbguard_key key, const struct device_facts *f) {
        unsigned n = key == USBGUARD_WITH_INTERFACE ? f->n_interfaces : 1, fit = 0, met = 0;
        bool ordered = set->n == n;

        for (unsigned i = 0; i < set->n; i++) {
                bool any = false;

                for (unsigned k = 0; k < n; k++)
                        any = any || model_fits(set, key, i, f, k);
                fit += any;
                ordered = ordered && model_fits(set, key, i, f, i);
        }
        for (unsigned k = 0; k < n; k++) {
                bool any = false;

                for (unsigned i = 0; i < set->n; i++)
                        any = any || model_fits(set, key, i, f, k);
                met += any;
        }
        return set->how == USBGUARD_ALL_OF           ? fit == set->n
               : set->how == USBGUARD_ONE_OF         ? fit > 0
               : set->how == USBGUARD_NONE_OF        ? fit == 0
               : set->how == USBGUARD_MATCH_ALL      ? met == n
               : set->how == USBGUARD_EQUALS_ORDERED ? ordered
                                                     : set->n == n && fit == set->n;
}

/* What chance and the clock say of a condition is the worst for us: a blocking rule's never holds; an allowing one's
 * does not either. */
static bool model_holds(const struct usbguard_set *set) {
        return set->n == 1 && set->how != USBGUARD_NONE_OF && strcmp(set->values[0], "true") == 0;
}

static bool model_allows(const struct both *b, const struct device_facts *f) {
        for (unsigned i = 0; i < b->n; i++) {
                const struct usbguard_rule *r = &b->theirs[i];
                bool fits = r->target != USBGUARD_NOTHING;

                for (enum usbguard_key key = USBGUARD_ID; key < USBGUARD_LABEL && fits; key++)
                        if (r->keys[key].at.line)
                                fits = key == USBGUARD_IF ? model_holds(&r->keys[key])
                                                          : model_set(&r->keys[key], key, f);
                if (fits)
                        return r->target == USBGUARD_ALLOW;
        }
        return false;
}

/* Deterministic: a failure shows the same rules again. */
static uint32_t seed;

static unsigned dice(unsigned sides) {
        seed = seed * 1664525 + 1013904223;
        return (seed >> 16) % sides;
}

static const char *const ids[] = { "046d:c31c", "046d:*", "0951:1666", "*:*", "046D:C31C" };
static const char *const texts[] = { "\"a\"", "\"b\"", "\"a*\"", "\"\"" };
static const char *const triples[] = { "03:01:01", "03:*:*", "03:00:00", "08:06:50", "08:*:*", "03:01:*" };
static const char *const hows[] = { "", "equals ", "equals-ordered ", "all-of ", "one-of ", "none-of ", "match-all " };
static const char *const others[] = { "hash \"x\"", "if random", "if true", "label \"a\"",
                                      "with-connect-type one-of { \"hotplug\" }" };

#define ONE(list) list[dice(sizeof list / sizeof *list)]

static const char *chance_value(enum usbguard_key key) {
        return key == USBGUARD_ID ? ONE(ids) : key == USBGUARD_WITH_INTERFACE ? ONE(triples) : ONE(texts);
}

static void chance_rule(FILE *to) {
        static const char *const targets[] = { "allow", "allow", "block", "reject" };

        (void)fputs(ONE(targets), to);
        for (enum usbguard_key key = USBGUARD_ID; key <= USBGUARD_WITH_INTERFACE; key++) {
                if (dice(3))
                        continue;
                (void)fprintf(to, " %s ", usbguard_key_name(key));
                if (dice(2)) {
                        (void)fputs(chance_value(key), to);
                        continue;
                }
                (void)fprintf(to, "%s{ ", ONE(hows));
                for (unsigned n = 1 + dice(3); n > 0; n--)
                        (void)fprintf(to, "%s ", chance_value(key));
                (void)fputc('}', to);
        }
        if (dice(4) == 0)
                (void)fprintf(to, " %s", ONE(others));
        (void)fputc('\n', to);
}

static struct device_facts chance_device(void) {
        static const char *const said[] = { "a", "b", "", "ab", "a\t" };
        struct device_facts f = dice(2) ? a_keyboard() : a_stick();

        f.n_interfaces = (uint8_t)(1 + dice(3));
        for (unsigned i = 0; i < f.n_interfaces; i++) {
                static const struct interface_facts some[] = { TRIPLE(0, 3, 1, 1), TRIPLE(0, 3, 0, 0),
                                                               TRIPLE(0, 8, 6, 0x50) };

                f.interfaces[i] = ONE(some);
                f.interfaces[i].number = (uint8_t)i;
        }
        f.klass = dice(4) ? 0 : 8;
        (void)strcpy(f.name, ONE(said));
        (void)strcpy(f.serial, ONE(said));
        (void)strcpy(f.port, dice(2) ? "a" : "b");
        return f;
}

static char *chance_conf(void) {
        char *conf = NULL;
        size_t size;
        FILE *to = open_memstream(&conf, &size);

        for (unsigned n = 1 + dice(5); n > 0; n--)
                chance_rule(to);
        (void)fclose(to);
        return conf;
}

Test(usbguard_import, ours_never_lets_in_what_usbguard_would_have_kept_out, .timeout = 120) {
        unsigned allowed = 0, same = 0;

        for (seed = 1; seed < 20000; seed += 7) {
                uint32_t kept = seed;
                char *conf = chance_conf();
                struct both b;

                both_read(&b, conf);
                for (int i = 0; i < 20 && b.ours; i++) {
                        struct device_facts f = chance_device();
                        bool theirs = model_allows(&b, &f),
                             ours = policy_decide(b.ours, &f, NOON, NULL).action != ACTION_DENY;
                        const struct heard *h = &b.heard;

                        cr_assert(theirs || !ours, "%s\nlets in %04x '%s' '%s' '%s' %u\n%s", conf, f.vendor, f.name,
                                  f.serial, f.port, f.n_interfaces, b.text);
                        if (h->remarks[IMPORT_NOT_WRITTEN] + h->remarks[IMPORT_REFUSES_MORE] > 0 || f.klass
                            || strchr(f.name, '\t') || strchr(f.serial, '\t'))
                                continue;
                        cr_assert_eq(theirs, ours, "%s\nkeeps out %04x '%s' '%s' '%s' %u\n%s", conf, f.vendor, f.name,
                                     f.serial, f.port, f.n_interfaces, b.text);
                        same++;
                        allowed += ours;
                }
                both_drop(&b);
                free(conf);
                seed = kept;
        }
        cr_expect(allowed > 500 && same - allowed > 500, "%u allowed of %u", allowed, same);
}
