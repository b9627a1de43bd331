/* SPDX-License-Identifier: MIT */
/* privileges.c — unsetenv and PR_SET_DUMPABLE; no_new_privs, PR_CAPBSET_DROP and capset. See
 * privileges.h. */
#include "host/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void privileges_forget_environment(void) {
        /* Each of these would change what a library of ours does. Variables that the dynamic linker reads have taken
         * effect already; systemd starts us with none of them. */
        static const char *const names[] = { "TZ",
                                             "TZDIR",
                                             "LANG",
                                             "LANGUAGE",
                                             "LC_ALL",
                                             "TMPDIR",
                                             "IFS",
                                             "OPENSSL_CONF",
                                             "OPENSSL_MODULES",
                                             "MALLOC_ARENA_MAX",
                                             "LIBUSB_DEBUG",
                                             "DBUS_SYSTEM_BUS_ADDRESS" };

        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                (void)unsetenv(names[i]);
        (void)prctl(PR_SET_DUMPABLE, 0);
        /* One arena: the loop has one thread, and a second arena would only hold memory. */
        (void)mallopt(M_ARENA_MAX, 1);
}

/* For becoming the helpers' user, and for clearing their bounding set. */
static const unsigned agents[] = { CAP_SETUID, CAP_SETGID, CAP_SETPCAP };

static bool is_kept(unsigned cap, const unsigned *keep, size_t n) {
        for (size_t i = 0; i < n; i++)
                if (keep[i] == cap)
                        return true;
        return false;
}

/* Only a capability that the process has can be kept. */
static int set_capabilities(const unsigned *keep, size_t n, struct err *err) {
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        struct __user_cap_data_struct now[2], data[2] = { { 0 } };

        if (syscall(SYS_capget, &header, now) < 0)
                return err_errno(err, -errno, "capget");
        for (size_t i = 0; i < n; i++)
                data[keep[i] / 32].permitted |= now[keep[i] / 32].permitted & 1U << keep[i] % 32;
        data[0].effective = data[0].permitted;
        data[1].effective = data[1].permitted;
        if (syscall(SYS_capset, &header, data) < 0)
                return err_errno(err, -errno, "capset");
        return 0;
}

int privileges_keep(const unsigned *keep, size_t n, struct err *err) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
                return err_errno(err, -errno, "no_new_privs");
        if (geteuid() != 0)
                return 0;
        for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++)
                if (!is_kept(cap, keep, n) && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0
                    && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
                        return err_errno(err, -errno, "drop capability %u", cap);
        return set_capabilities(keep, n, err);
}

int privileges_drop(struct err *err) {
        return privileges_keep(agents, sizeof agents / sizeof *agents, err);
}
