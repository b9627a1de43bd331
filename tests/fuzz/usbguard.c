/* SPDX-License-Identifier: MIT */
/* usbguard.c — whatever a rules.conf says: no crash, and what is written of it is always a policy, with a rule for each
 * that was counted as written. */
#include "cli/policy/usbguard_import.h"

#include "decision/policy.h"
#include "fuzz/fuzz.h"

#include <string.h>

static const char head[] =
        "sekimori: 1\nserial: 7\ntitle: t\nissued: 2026-12-01T09:00:00+09:00\n"
        "valid: {from: 2026-12-01, until: 2027-03-31}\nsigners: {threshold: 1, certificates: [PEM]}\n"
        "devices:\n";

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        static const char *const seeds[] = {
                "allow 046d:c31c name \"Key \\\"x\\x41\" via-port one-of { \"1-2\" \"1-3\" }\n",
                "block with-interface all-of { 08:*:* 03:01:* } hash \"a\" # end\nallow id *:*\n",
                "reject id one-of { 0951:1666 0951:* } label \"\xe8\xaa\xb2\" if !localtime(08:30-17:15)\n",
                "allow with-interface match-all { 03:*:* 09:00:00 } serial \"E0\" if true\n",
                "allow with-connect-type none-of { \"hotplug\" } parent-hash \"x\" if allowed-matches(id 1234:*)\n",
        };

        for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
                add(seeds[i], strlen(seeds[i]));
}

static void hear_nothing(void *ctx, enum import_remark remark, struct place at, const char *what,
                         const struct phrase *why) {
        (void)ctx, (void)remark;
        CLAIM(at.line > 0 && at.column > 0 && what && why);
}

void fuzz_try(const uint8_t *p, size_t n) {
        struct importing import = { .say = hear_nothing };
        struct bytes left = bytes_of(p, n);
        struct policy *policy = NULL;
        struct err err = { 0 };
        char *text = NULL;
        size_t size;

        import.to = open_memstream(&text, &size);
        CLAIM(import.to);
        (void)fputs(head, import.to);
        for (unsigned line = 1; left.left; line++) {
                const uint8_t *end = memchr(left.at, '\n', left.left);
                size_t length = end ? (size_t)(end - left.at) : left.left;
                struct usbguard_rule rule;

                if (usbguard_rule_read(bytes_take(&left, length), line, &rule, &err) == 0)
                        usbguard_import(&import, &rule);
                usbguard_rule_deinit(&rule);
                (void)bytes_take(&left, end ? 1 : 0);
        }
        (void)fclose(import.to);
        if (import.written) {
                int r = policy_compile(bytes_of(text, size), &policy, &err);

                if (r < 0)
                        (void)fprintf(stderr, "%s\n%s\n", err.text, text);
                CLAIM(r == 0 && policy_rules(policy) >= import.written);
        }
        policy_free(policy);
        free(text);
}
