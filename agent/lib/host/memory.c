/* SPDX-License-Identifier: MIT */
/* memory.c — malloc_trim(), mlockall() for what is in memory, mlock() for program text that is not. See memory.h. */
#include "host/memory.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* What libsystemd of Debian 12 links to read and seal journals, which nobody here does; and what the name service
 * loaded, of which a first question has brought in what the next ones need. */
static const char *const passed_over[] = { "/libgcrypt.so", "/libgpg-error.so", "/liblz4.so", "/liblzma.so",
                                           "/libzstd.so",   "/libnss_",         "/libm.so" };

static bool memory_passes_over(const char *library) {
        for (size_t i = 0; i < sizeof passed_over / sizeof *passed_over; i++)
                if (strstr(library, passed_over[i]))
                        return true;
        return false;
}

static int memory_read_in(struct dl_phdr_info *object, size_t size, void *ctx) {
        (void)size;
        (void)ctx;
        for (size_t i = 0; i < object->dlpi_phnum && !memory_passes_over(object->dlpi_name); i++)
                if (object->dlpi_phdr[i].p_type == PT_LOAD)
                        (void)mlock((void *)(uintptr_t)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr),
                                    object->dlpi_phdr[i].p_memsz);
        return 0;
}

static bool memory_may_all_be_locked(void) {
        struct rlimit locked, all;

        return getrlimit(RLIMIT_MEMLOCK, &locked) == 0 && getrlimit(RLIMIT_AS, &all) == 0
               && locked.rlim_cur >= all.rlim_cur;
}

/* On fault: what is only mapped (a database of which a page is looked at, what a library reserves) is not read in. */
void memory_hold(void) {
        if (!memory_may_all_be_locked()) {
                (void)malloc_trim(0);
                return;
        }
        (void)munlockall(); /* what is locked cannot be given back */
        (void)malloc_trim(0);
        (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
        (void)dl_iterate_phdr(memory_read_in, NULL);
}
