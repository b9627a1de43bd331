/* SPDX-License-Identifier: MIT */
/* sandbox.c — the order counts: bounding set while still root, then user, capset, rlimits, no_new_privs, and
 * PR_SET_PDEATHSIG (a change of user clears it); the seccomp filter, by libseccomp, comes last. See sandbox.h. */
#include "host/sandbox.h"

#include "host/helper_user.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* While still root: dropping from the bounding set asks for CAP_SETPCAP. */
static void drop_bounding_set(void) {
        for (unsigned long cap = 0; cap <= 63; cap++)
                (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
        (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static int drop_user(void) {
        uid_t uid;
        gid_t gid;

        if (geteuid() != 0)
                return 0;
        helper_user(&uid, &gid);
        drop_bounding_set();
        if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
                return -errno;
        return 0;
}

static int drop_capabilities(void) {
        struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
        const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

        return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

static int sandbox_limit(const struct sandbox_limits *l) {
        const struct {
                __rlimit_resource_t what;
                rlim_t at_most;
        } limits[] = {
                { RLIMIT_CORE, 0 },
                { RLIMIT_NOFILE, 64 },
                { RLIMIT_FSIZE, l->file_bytes },
                { RLIMIT_MEMLOCK, l->locked_bytes },
#ifndef __SANITIZE_ADDRESS__
                { RLIMIT_AS, l->memory_bytes },
#endif
        };

        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
                struct rlimit both;

                if (getrlimit(limits[i].what, &both) < 0)
                        return -errno;
                if (both.rlim_max > limits[i].at_most) /* what was less before stays, as nobody may raise it */
                        both.rlim_max = limits[i].at_most;
                both.rlim_cur = both.rlim_max;
                if (setrlimit(limits[i].what, &both) < 0)
                        return -errno;
        }
        return 0;
}

int sandbox_become_nobody(const struct sandbox_limits *limits) {
        int r = drop_user();

        return r < 0 ? r : sandbox_give_up(limits);
}

int sandbox_give_up(const struct sandbox_limits *limits) {
        int r = drop_capabilities();

        if (r == 0)
                r = sandbox_limit(limits);
        if (r < 0)
                return r;
        /* Changing the user has cleared the death signal that the agent set. */
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0
            || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || chdir("/") < 0)
                return -errno;
        return 0;
}

/* Our own code never calls these: a process that does is compromised. */
static const int hostile[] = { SCMP_SYS(execve),
                               SCMP_SYS(execveat),
                               SCMP_SYS(fork),
                               SCMP_SYS(vfork),
                               SCMP_SYS(ptrace),
                               SCMP_SYS(mount),
                               SCMP_SYS(umount2),
                               SCMP_SYS(pivot_root),
                               SCMP_SYS(chroot),
                               SCMP_SYS(bpf),
                               SCMP_SYS(init_module),
                               SCMP_SYS(finit_module),
                               SCMP_SYS(delete_module),
                               SCMP_SYS(kexec_load),
                               SCMP_SYS(unshare),
                               SCMP_SYS(setns),
                               SCMP_SYS(keyctl),
                               SCMP_SYS(add_key),
                               SCMP_SYS(request_key),
                               SCMP_SYS(perf_event_open),
                               SCMP_SYS(process_vm_readv),
                               SCMP_SYS(process_vm_writev),
                               SCMP_SYS(userfaultfd),
                               SCMP_SYS(io_uring_setup),
                               SCMP_SYS(move_mount),
                               SCMP_SYS(fsopen),
                               SCMP_SYS(open_by_handle_at) };

/* System calls that a C library and its allocator need, under AddressSanitizer, too. */
static const int memory[] = { SCMP_SYS(close),        SCMP_SYS(lseek),        SCMP_SYS(fstat),
                              SCMP_SYS(newfstatat),   SCMP_SYS(brk),          SCMP_SYS(munmap),
                              SCMP_SYS(mremap),       SCMP_SYS(madvise),      SCMP_SYS(futex),
                              SCMP_SYS(getpid),       SCMP_SYS(gettid),       SCMP_SYS(clock_gettime),
                              SCMP_SYS(getrandom),    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall),
                              SCMP_SYS(exit),         SCMP_SYS(exit_group) };

/* System calls that libraries need besides, to read files and to talk over open sockets: sd-event, libusb, a PKCS#11
 * module. */
static const int libraries[] = {
        SCMP_SYS(read),        SCMP_SYS(readv),      SCMP_SYS(write),       SCMP_SYS(writev),     SCMP_SYS(fcntl),
        SCMP_SYS(stat),        SCMP_SYS(lstat),      SCMP_SYS(statx),       SCMP_SYS(fstatfs),    SCMP_SYS(access),
        SCMP_SYS(faccessat),   SCMP_SYS(faccessat2), SCMP_SYS(readlink),    SCMP_SYS(readlinkat), SCMP_SYS(poll),
        SCMP_SYS(ppoll),       SCMP_SYS(sendto),     SCMP_SYS(sendmsg),     SCMP_SYS(recvfrom),   SCMP_SYS(recvmsg),
        SCMP_SYS(getsockname), SCMP_SYS(getsockopt), SCMP_SYS(sched_yield), SCMP_SYS(getuid),     SCMP_SYS(geteuid),
        SCMP_SYS(getgid),      SCMP_SYS(getegid),    SCMP_SYS(gettimeofday)
};

static int sandbox_add(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n) {
        int r = 0;

        for (size_t i = 0; i < n && r == 0; i++)
                r = seccomp_rule_add(filter, action, calls[i], 0);
        return r;
}

static int sandbox_add_base(scmp_filter_ctx filter, enum sandbox_base base) {
        int r = base >= SANDBOX_MEMORY ? sandbox_add(filter, SCMP_ACT_ALLOW, memory, sizeof memory / sizeof *memory)
                                       : 0;

        if (r == 0 && base >= SANDBOX_LIBRARIES)
                r = sandbox_add(filter, SCMP_ACT_ALLOW, libraries, sizeof libraries / sizeof *libraries);
        return r;
}

int sandbox_forbid(uint32_t otherwise, enum sandbox_base base, const int *allowed, size_t n_allowed,
                   const struct sandbox_rule *rules, size_t n_rules) {
        scmp_filter_ctx filter = seccomp_init(otherwise);
        int r;

        if (!filter)
                return -ENOMEM;
        r = sandbox_add_base(filter, base);
        if (r == 0)
                r = sandbox_add(filter, SCMP_ACT_ALLOW, allowed, n_allowed);
        if (r == 0)
                r = sandbox_add(filter, SCMP_ACT_KILL_PROCESS, hostile, sizeof hostile / sizeof *hostile);
        for (size_t i = 0; i < n_rules && r == 0; i++)
                r = seccomp_rule_add_array(filter, rules[i].action, rules[i].call, rules[i].conditions, &rules[i].when);
        if (r == 0)
                r = seccomp_load(filter);
        seccomp_release(filter);
        return r;
}
