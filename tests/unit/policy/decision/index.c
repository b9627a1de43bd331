/* SPDX-License-Identifier: MIT */
/* index.c — looking only at the rules that may fit says what looking at all of them in order says. */
#include "unit/policy/given.h"

TestSuite(candidates_next, .timeout = 60);

#define RULES 60
#define POLICIES 60
#define DEVICES 60

static unsigned draw(unsigned *state, unsigned below) {
        *state = *state * 1664525U + 1013904223U;
        return (*state >> 16) % below;
}

/* Few values, so that keys are shared and rules overlap. Some leave a key out. */
static void rule_text(FILE *f, unsigned *s, unsigned i) {
        static const char *const ids[] = { "", "id: '0951:1666', ", "id: '0951:1667', ", "id: '0951:*', ",
                                           "id: '0952:*', " };
        static const char *const serials[] = { "", "serial: A1, ", "serial: A2, ", "serial: 'A*', ", "serial: B1, " };
        static const char *const names[] = { "", "", "", "name: N1, ", "name: 'N*', " };
        static const char *const ports[] = { "", "", "", "port: 1-1, ", "port: '1-*', " };
        static const char *const kinds[] = { "", "", "interfaces: [storage], ", "interfaces: [hid, storage], " };
        static const char *const prints[] = {
                "", "", "", "", "", "fingerprint: 0100000000000000000000000000000000000000000000000000000000000000, ",
        };
        static const char *const actions[] = { "allow", "deny", "read-only" };

        (void)fprintf(f, "- {name: r%u, match: {%s%s%s%s%s%sbus: any}, action: %s}\n", i, ids[draw(s, 5)],
                      serials[draw(s, 5)], names[draw(s, 5)], ports[draw(s, 5)], kinds[draw(s, 4)], prints[draw(s, 6)],
                      actions[draw(s, 3)]);
}

static struct device_facts device(unsigned *s) {
        static const char *const serials[] = { "", "A1", "A2", "A3", "B1" };
        static const char *const names[] = { "", "N1", "N2" };
        static const char *const ports[] = { "1-1", "1-2", "2-1" };
        struct device_facts f = draw(s, 2) ? a_stick() : a_disguise();

        f.vendor = (uint16_t)(0x0951 + draw(s, 2));
        f.product = (uint16_t)(0x1666 + draw(s, 2));
        (void)snprintf(f.serial, sizeof f.serial, "%s", serials[draw(s, 5)]);
        (void)snprintf(f.name, sizeof f.name, "%s", names[draw(s, 3)]);
        (void)snprintf(f.port, sizeof f.port, "%s", ports[draw(s, 3)]);
        f.fingerprint[0] = (uint8_t)draw(s, 3);
        return f;
}

/* Each rule as a policy of its own has nothing to choose from: the first that decides is the answer. */
static int first_by_scanning(struct policy *const *alone, const struct device_facts *f, struct verdict *ret) {
        for (int i = 0; i < RULES; i++) {
                *ret = policy_decide(alone[i], f, NOON, NULL);
                if (ret->reason == REASON_RULE)
                        return i;
        }
        return RULE_NONE;
}

static void compare(unsigned seed) {
        struct policy *alone[RULES], *whole;
        char *text = NULL, *one = NULL;
        size_t size;
        FILE *all = open_memstream(&text, &size);
        unsigned s = seed;

        (void)fputs("devices:\n", all);
        for (unsigned i = 0; i < RULES; i++) {
                FILE *f = open_memstream(&one, &size);

                (void)fputs("devices:\n", f);
                rule_text(f, &s, i);
                (void)fclose(f);
                (void)fputs(strchr(one, '\n') + 1, all);
                alone[i] = given(one);
                free(one);
        }
        (void)fclose(all);
        whole = given(text);
        for (unsigned i = 0; i < DEVICES; i++) {
                struct device_facts f = device(&s);
                struct verdict v = policy_decide(whole, &f, NOON, NULL), w = { 0 };
                int rule = first_by_scanning(alone, &f, &w);

                cr_assert_eq(v.rule, rule, "seed %u device %u: %d is not %d", seed, i, v.rule, rule);
                cr_assert_eq(v.action, rule == RULE_NONE ? ACTION_DENY : w.action);
        }
        for (unsigned i = 0; i < RULES; i++)
                policy_free(alone[i]);
        policy_free(whole);
        free(text);
}

Test(candidates_next, agrees_with_a_scan) {
        for (unsigned seed = 1; seed <= POLICIES; seed++)
                compare(seed);
}

/* Batches of sticks share a serial, and a fleet shares an id: the rarest key finds the one all the same. */
Test(candidates_next, ten_thousand_rules_each_find_their_device) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);
        struct policy *p;

        (void)fputs("devices:\n", f);
        for (unsigned i = 0; i < 10000; i++)
                (void)fprintf(f, "- {name: n%u, match: {id: 0951:1666, %s: X%u, %s: Y}, action: allow}\n", i,
                              i % 2 ? "serial" : "port", i, i % 2 ? "port" : "serial");
        (void)fclose(f);
        p = given(text);
        for (unsigned i = 0; i < 10000; i++) {
                struct device_facts d = a_stick();

                (void)snprintf(d.serial, sizeof d.serial, i % 2 ? "X%u" : "Y", i);
                (void)snprintf(d.port, sizeof d.port, i % 2 ? "Y" : "X%u", i);
                cr_assert_eq(policy_decide(p, &d, NOON, NULL).rule, (int)i);
        }
        policy_free(p);
        free(text);
}
