/* SPDX-License-Identifier: MIT */
/* Where the parts of an object with a secret are, and what is left of them. */
#include "control/secret_heap.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM 8192

/* Is there a page at `p`? (mincore(2): ENOMEM where nothing is mapped.) */
static bool is_mapped(const void *p) {
        uintptr_t page = (uintptr_t)p & ~(uintptr_t)(sysconf(_SC_PAGESIZE) - 1);
        unsigned char there;

        return mincore((void *)page, 1, &there) == 0; /* NOLINT */
}

static bool is_locked(const void *p) {
        FILE *f = fopen("/proc/self/smaps", "re");
        unsigned long from, till;
        bool here = false, locked = false;
        char line[512];

        cr_assert(f);
        while (fgets(line, sizeof line, f)) {
                if (sscanf(line, "%lx-%lx ", &from, &till) == 2)
                        here = (unsigned long)p >= from && (unsigned long)p < till;
                else if (here && strncmp(line, "VmFlags:", 8) == 0)
                        locked = strstr(line, " lo") != NULL;
        }
        (void)fclose(f);
        return locked;
}

TestSuite(secret_heap, .timeout = 10);

Test(secret_heap, parts_are_aligned_apart_and_in_locked_pages) {
        char *a, *b;

        secret_heap_open(ROOM);
        a = secret_heap_new(7);
        b = secret_heap_new(100);
        secret_heap_close();
        cr_assert(a && b);
        cr_expect_eq((uintptr_t)a % _Alignof(max_align_t), 0);
        cr_expect_eq((uintptr_t)b % _Alignof(max_align_t), 0);
        cr_expect(b >= a + 7);
#ifndef __SANITIZE_ADDRESS__ /* whose mlock does nothing */
        cr_expect(is_locked(a) && is_locked(b));
#endif
        secret_heap_free(a);
        secret_heap_free(b);
}

Test(secret_heap, a_part_is_wiped_when_it_is_given_back_and_the_pages_go_with_the_last) {
        static const char none[8];
        char *a, *b;

        secret_heap_open(ROOM);
        a = secret_heap_new(8);
        b = secret_heap_new(8);
        secret_heap_close();
        memcpy(a, "secret!", 8);
        memcpy(b, "another", 8);
        secret_heap_free(a);
        cr_expect_arr_eq(a, none, 8); /* it is mapped still */
        cr_expect_str_eq(b, "another");
        secret_heap_free(b);
        cr_expect_not(is_mapped(b));
        secret_heap_free(NULL);
}

Test(secret_heap, pages_that_nobody_used_go_when_it_is_closed) {
        char *a;

        secret_heap_open(ROOM);
        a = secret_heap_new(8);
        secret_heap_free(a);
        cr_expect(is_mapped(a), "it is open");
        secret_heap_close();
        cr_expect_not(is_mapped(a));
}

Test(secret_heap, what_does_not_fit_is_not_there) {
        void *parts[ROOM / 16] = { NULL };
        size_t n = 0;

        secret_heap_open(ROOM);
        cr_expect_null(secret_heap_new(ROOM));
        cr_expect_null(secret_heap_new(SIZE_MAX));
        while ((parts[n] = secret_heap_new(16)))
                memset(parts[n++], 0xff, 16);
        cr_expect_eq(n, ROOM / 32, "%zu", n);
        secret_heap_close();
        while (n)
                secret_heap_free(parts[--n]);
}

Test(secret_heap, a_second_object_goes_to_the_pages_of_the_first) {
        char *a, *b;

        secret_heap_open(ROOM);
        a = secret_heap_new(8);
        secret_heap_close();
        secret_heap_open(ROOM);
        b = secret_heap_new(8);
        secret_heap_close();
        cr_expect(b > a && b < a + ROOM);
        secret_heap_free(a);
        cr_expect(is_mapped(b));
        secret_heap_free(b);
        cr_expect_not(is_mapped(b));
}

Test(secret_heap, outside_it_memory_is_ordinary) {
        char *a = secret_heap_new(64);

        cr_assert(a);
        cr_expect_not(is_locked(a));
        secret_heap_free(a);
}
