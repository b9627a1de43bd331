/* SPDX-License-Identifier: MIT */
/* What is locked is asked of the kernel (VmLck of /proc/self/status). */
#include "host/memory.h"

#include "host/locked.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static long kib_of(const char *what) {
        FILE *f = fopen("/proc/self/status", "re");
        char line[256];
        long kib = -1;

        cr_assert_not_null(f);
        while (kib < 0 && fgets(line, sizeof line, f))
                if (strncmp(line, what, strlen(what)) == 0)
                        kib = strtol(line + strlen(what), NULL, 10);
        (void)fclose(f);
        return kib;
}

static bool given_the_limit(rlim_t most) {
        struct rlimit limit;

#ifdef __SANITIZE_ADDRESS__
        cr_skip_test("AddressSanitizer makes mlock() do nothing");
#endif
        cr_assert_eq(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
        limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
        cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
        return limit.rlim_cur == most;
}

Test(memory, under_a_limit_secrets_stay_locked_and_nothing_else_is) {
        void *secret;

        if (!given_the_limit(65536))
                cr_skip_test("this machine locks less than 64 KiB");
        secret = locked_new(4096);
        cr_assert_not_null(secret);
        memory_hold();
        cr_expect_eq(kib_of("VmLck:"), 4);
        locked_free(secret, 4096);
}

Test(memory, without_a_limit_all_stays_and_what_comes_later_too) {
        long before;
        char *later;

        if (!given_the_limit(RLIM_INFINITY))
                cr_skip_test("this machine has a limit of locked memory");
        memory_hold();
        before = kib_of("VmLck:");
        cr_assert_geq(before, kib_of("RssAnon:"));
        later = malloc(8 << 20);
        cr_assert_not_null(later);
        later[0] = 1;
        cr_expect_geq(kib_of("VmLck:"), before + (8 << 10));
        free(later);
}
