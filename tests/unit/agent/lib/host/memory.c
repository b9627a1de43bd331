/* SPDX-License-Identifier: MIT */
/* What is locked is asked of the kernel (VmLck of /proc/self/status). */
#include "host/memory.h"

#include "host/locked.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

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

Test(memory, that_one_may_lock_is_enough_where_one_may_have_no_more) {
        struct rlimit room;

        if (!given_the_limit(1 << 30))
                cr_skip_test("this machine locks less than 1 GiB");
        cr_assert_eq(getrlimit(RLIMIT_AS, &room), 0);
        room.rlim_cur = 1 << 30;
        cr_assert_eq(setrlimit(RLIMIT_AS, &room), 0);
        memory_hold();
        cr_expect_geq(kib_of("VmLck:"), kib_of("RssAnon:"));
}

/* KiB of our own program that are mapped, less those that are in memory. */
static long text_missing(void) {
        FILE *f = fopen("/proc/self/smaps", "re");
        char line[512], us[256] = "";
        long kib, missing = 0;
        bool ours = false;

        cr_assert_not_null(f);
        cr_assert_gt(readlink("/proc/self/exe", us, sizeof us - 1), 0);
        while (fgets(line, sizeof line, f)) {
                if (strchr("0123456789abcdef", line[0]))
                        ours = strstr(line, us) != NULL;
                else if (ours && sscanf(line, "Size: %ld", &kib) == 1)
                        missing += kib;
                else if (ours && sscanf(line, "Rss: %ld", &kib) == 1)
                        missing -= kib;
        }
        (void)fclose(f);
        return missing;
}

Test(memory, text_is_read_in_and_what_is_only_mapped_is_not) {
        const size_t size = 8 << 20;
        FILE *f = tmpfile();
        long before;

        if (!given_the_limit(RLIM_INFINITY))
                cr_skip_test("this machine has a limit of locked memory");
        cr_assert_not_null(f);
        cr_assert_eq(ftruncate(fileno(f), (off_t)size), 0);
        memory_hold();
        cr_expect_eq(text_missing(), 0);
        before = kib_of("RssFile:");
        cr_assert_neq(mmap(NULL, size, PROT_READ, MAP_PRIVATE, fileno(f), 0), MAP_FAILED);
        memory_hold();
        cr_expect_lt(kib_of("RssFile:"), before + 4096);
        (void)fclose(f);
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
