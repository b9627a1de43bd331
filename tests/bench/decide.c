/* SPDX-License-Identifier: MIT */
/* decide.c — what a decision costs with 10 rules and with 10,000, and what the 10,000 cost to compile and to keep.
 * Prints one line for each number: its name, the value, the unit. */
#include "bench/timing.h"
#include "decision/policy.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW 10
#define MANY 10000
#define ROUNDS 51
#define DECISIONS 20000 /* in each round */

/* Sticks that are allowed one by one, behind the rules that every terminal has. */
static char *policy_of(unsigned rules, size_t *ret_size) {
        char *text = NULL;
        FILE *f = open_memstream(&text, ret_size);

        if (!f)
                abort();
        (void)fputs("sekimori: 1\nserial: 1\ntitle: bench\nissued: 2026-12-01T09:00:00+09:00\n"
                    "valid: {from: 2026-12-01, until: 2027-03-31}\n"
                    "signers: {threshold: 1, certificates: [PEM]}\ndevices:\n"
                    "- {name: hid, match: {interfaces: [hid]}, action: allow}\n"
                    "- {name: hub, match: {interfaces: [hub]}, action: allow}\n"
                    "- {name: card, match: {interfaces: [smartcard]}, action: allow}\n",
                    f);
        for (unsigned i = 3; i < rules; i++)
                (void)fprintf(f, "- {name: 課%05u, match: {id: 0951:1666, serial: E0D55EA573F%05u}, action: allow}\n",
                              i, i);
        (void)fclose(f);
        return text;
}

static struct policy *compiled(const char *text, size_t size) {
        struct policy *p = NULL;
        struct err err = { 0 };

        if (policy_compile(bytes_of(text, size), &p, &err) < 0) {
                (void)fprintf(stderr, "bench: %s\n", err.text);
                exit(1);
        }
        return p;
}

/* Half of the sticks are the last rule's, half are nobody's: what a scan would pay most for. */
static double decide_ns(const struct policy *p, unsigned rules) {
        struct device_facts f = { .bus = BUS_USB,
                                  .vendor = 0x0951,
                                  .product = 0x1666,
                                  .n_interfaces = 1,
                                  .interfaces = { { 1, 0, 8, 6, 0x50 } },
                                  .name = "DataTraveler 3.0",
                                  .port = "1-2" };
        struct moment noon = { .day = 20789, .minute = 720 };
        unsigned allowed = 0;
        double start = now_us();

        for (unsigned i = 0; i < DECISIONS; i++) {
                (void)snprintf(f.serial, sizeof f.serial, "E0D55EA573F%05u", i & 1 ? rules - 1 : 99999);
                allowed += policy_decide(p, &f, &noon, NULL).action == ACTION_ALLOW;
        }
        if (allowed != DECISIONS / 2)
                abort();
        return (now_us() - start) * 1e3 / DECISIONS;
}

/* KiB that are this process's alone, as the kernel counts them. */
static long pss_kib(void) {
        FILE *f = fopen("/proc/self/smaps_rollup", "re");
        char line[256];
        long kib = -1;

        while (f && fgets(line, sizeof line, f))
                if (sscanf(line, "Pss: %ld", &kib) == 1)
                        break;
        if (f)
                (void)fclose(f);
        return kib;
}

static long heap_bytes(void) {
        struct mallinfo2 m = mallinfo2();

        return (long)(m.uordblks + m.hblkhd);
}

int main(void) {
        double few_ns[ROUNDS], many_ns[ROUNDS], few, many, start, compile_ms;
        size_t few_size, many_size;
        char *few_text = policy_of(FEW, &few_size), *many_text = policy_of(MANY, &many_size);
        struct policy *p = compiled(few_text, few_size), *q;
        long pss = pss_kib(), heap = heap_bytes();

        start = now_us();
        q = compiled(many_text, many_size);
        compile_ms = (now_us() - start) / 1e3;
        pss = pss_kib() - pss;
        heap = heap_bytes() - heap;
        /* In turn, so that what else the machine does hits both alike. */
        for (unsigned i = 0; i < ROUNDS; i++) {
                few_ns[i] = decide_ns(p, FEW);
                many_ns[i] = decide_ns(q, MANY);
        }
        few = median(few_ns, ROUNDS);
        many = median(many_ns, ROUNDS);
        (void)printf("decide_10_rules %.0f ns\n", few);
        (void)printf("decide_10000_rules %.0f ns\n", many);
        (void)printf("decide_ratio %.2f x\n", many / few);
        (void)printf("compile_10000_rules %.0f ms\n", compile_ms);
        (void)printf("text_of_10000_rules %zu bytes\n", many_size);
        (void)printf("rules_10000_heap %ld bytes\n", heap);
        (void)printf("rules_10000_resident %ld KiB\n", pss);
        policy_free(p);
        policy_free(q);
        free(few_text);
        free(many_text);
        return many / few <= 2 && many < 5000 && pss <= 4096 ? 0 : 1;
}
