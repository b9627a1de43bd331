/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-firewall: its arguments. See firewall.h. */
#include "host/arguments.h"
#include "host/privileges.h"
#include "host/sandbox.h"
#include "network/firewall.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const char help[] = "usage: sekimori-firewall [--state-dir D] [--runtime-dir D]\n"
                           "       sekimori-firewall --open [--state-dir D] [--runtime-dir D] | --version\n"
                           "\n"
                           "Has the kernel let packets pass as the policy says, also when nothing of Sekimori runs.\n"
                           "\n"
                           "  --state-dir D     where the plan and the stage are (/var/lib/sekimori)\n"
                           "  --runtime-dir D   what is needed for --open (/run/sekimori)\n"
                           "  --open            let everything pass again, as without Sekimori; then exit\n"
                           "  --version         say which version this is\n"
                           "\n"
                           "systemd starts it. See sekimori-firewall(8).\n";

/* What the loop, libmnl, libnftables and files of our own need, under AddressSanitizer, too. Any other call answers
 * EPERM, and one that only an intruder makes ends us: the tables stay. Without PROT_EXEC no library is loaded any more,
 * such as the modules that libnftables would have glibc ask for names. */
static const int allowed[] = {
        SCMP_SYS(openat),
        SCMP_SYS(openat2),
        SCMP_SYS(mkdirat),
        SCMP_SYS(unlinkat),
        SCMP_SYS(renameat),
        SCMP_SYS(fchmod),
        SCMP_SYS(chmod),
        SCMP_SYS(rename),
        SCMP_SYS(unlink),
        SCMP_SYS(memfd_create),
        SCMP_SYS(fsync),
        SCMP_SYS(getdents64),
        SCMP_SYS(pread64),
        SCMP_SYS(pwrite64),
        SCMP_SYS(umask),
        SCMP_SYS(uname),
        SCMP_SYS(socket),
        SCMP_SYS(bind),
        SCMP_SYS(connect),
        SCMP_SYS(listen),
        SCMP_SYS(accept4),
        SCMP_SYS(setsockopt),
        SCMP_SYS(shutdown),
        SCMP_SYS(inotify_init1),
        SCMP_SYS(inotify_add_watch),
        SCMP_SYS(epoll_create1),
        SCMP_SYS(epoll_ctl),
        SCMP_SYS(inotify_rm_watch),
        SCMP_SYS(epoll_wait),
        SCMP_SYS(epoll_pwait),
        SCMP_SYS(signalfd4),
        SCMP_SYS(timerfd_create),
        SCMP_SYS(timerfd_settime),
        SCMP_SYS(fchmodat),
        SCMP_SYS(fdatasync),
        SCMP_SYS(prctl),
        SCMP_SYS(getppid),
        SCMP_SYS(select),
        SCMP_SYS(pselect6),
};

static int shut_in(struct err *err) {
        const struct sandbox_rule rules[] = {
                { SCMP_SYS(mmap), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_ACT_ALLOW, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };
        int r = sandbox_forbid(SCMP_ACT_ERRNO(EPERM), SANDBOX_LIBRARIES, allowed, sizeof allowed / sizeof *allowed,
                               rules, sizeof rules / sizeof *rules);

        return r < 0 ? err_errno(err, r, "seccomp") : 0;
}

int main(int argc, char **argv) {
        static const unsigned keep[] = { CAP_NET_ADMIN };
        struct firewall f = { .state_dir = "/var/lib/sekimori", .runtime_dir = "/run/sekimori", .state = -1 };
        bool open = false;
        const struct argument arguments[] = { { "state-dir", .text = &f.state_dir },
                                              { "runtime-dir", .text = &f.runtime_dir },
                                              { "open", .flag = &open } };
        const struct program p = { "sekimori-firewall", help, true, arguments, sizeof arguments / sizeof *arguments };
        struct err err = { "" };
        int r;

        (void)umask(022);
        privileges_forget_environment();
        r = arguments_take(&p, argc, argv);
        if (r != ARGUMENTS_TAKEN)
                return r;
        r = privileges_keep(keep, 1, &err);
        if (r == 0)
                r = shut_in(&err);
        if (r == 0)
                r = open ? firewall_undo(&f, &err) : firewall_run(&f, &err);
        if (r < 0)
                (void)fprintf(stderr, "sekimori-firewall: %s\n", err.text);
        return r < 0 ? 3 : 0;
}
