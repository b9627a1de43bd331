/* SPDX-License-Identifier: MIT */
/* Memory for secrets, as the kernel sees it. */
#include "host/locked.h"

#include "base/bytes.h"
#include "base/cleanup.h"
#include "wire/control.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The VmFlags of the mapping at `p`, from /proc/self/smaps. */
static void flags_of(const void *p, char *to, size_t size) {
        FILE *f = fopen("/proc/self/smaps", "re");
        char line[512];
        unsigned long from, till;
        bool here = false;

        cr_assert(f);
        *to = '\0';
        while (fgets(line, sizeof line, f)) {
                if (sscanf(line, "%lx-%lx ", &from, &till) == 2)
                        here = (unsigned long)p >= from && (unsigned long)p < till;
                else if (here && strncmp(line, "VmFlags:", 8) == 0)
                        (void)snprintf(to, size, "%s", line);
        }
        (void)fclose(f);
}

TestSuite(locked_new, .timeout = 10);

Test(locked_new, is_zeroed_and_neither_swapped_dumped_nor_inherited) {
        static const uint8_t zero[5000];
        uint8_t *p = locked_new(sizeof zero);
        char flags[512];

        cr_assert(p);
        cr_expect_arr_eq(p, zero, sizeof zero);
        flags_of(p, flags, sizeof flags);
#ifndef __SANITIZE_ADDRESS__ /* whose mlock does nothing */
        cr_expect(strstr(flags, " lo"), "locked: %s", flags);
#endif
        cr_expect(strstr(flags, " dd"), "not in a core dump: %s", flags);
        cr_expect(strstr(flags, " wf"), "empty after fork: %s", flags);
        locked_free(p, sizeof zero);
        locked_free(NULL, 1);
}

Test(locked_new, is_empty_in_a_child) {
        char *p = locked_new(64);
        int status;
        pid_t child;

        (void)strcpy(p, "secret");
        child = fork();
        if (child == 0)
                _exit(p[0] == '\0' ? 0 : 1);
        cr_assert_eq(waitpid(child, &status, 0), child);
        cr_expect_eq(status, 0);
        cr_expect_str_eq(p, "secret");
        locked_free(p, 64);
}

TestSuite(locked_map, .timeout = 10);

Test(locked_map, shows_a_sealed_memfd_in_locked_pages) {
        auto_fd fd = memfd_sealed("secret", bytes_text("secret"));
        const char *p = locked_map(fd, 6);
        char flags[512];

        cr_assert(p);
        cr_expect_arr_eq(p, "secret", 6);
        flags_of(p, flags, sizeof flags);
#ifndef __SANITIZE_ADDRESS__ /* whose mlock does nothing */
        cr_expect(strstr(flags, " lo"), "locked: %s", flags);
#endif
        cr_expect(strstr(flags, " dd"), "not in a core dump: %s", flags);
        locked_unmap(p, 6);
        locked_unmap(NULL, 1);
}

Test(locked_map, is_nothing_where_there_is_nothing) {
        auto_fd empty = memfd_sealed("empty", bytes_text(""));

        cr_expect_null(locked_map(empty, 0));
        cr_expect_null(locked_map(-1, 6));
}
