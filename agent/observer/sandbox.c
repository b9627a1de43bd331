/* SPDX-License-Identifier: MIT */
/* sandbox.c — see sandbox.h. */
#include "observer/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const users[] = { "sekimori", "nobody" };

/* Only the numbers count; a name service may do what it likes here, nothing of a device has been read yet. */
static int find_user(uid_t *ret_uid, gid_t *ret_gid) {
        for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
                const struct passwd *entry = getpwnam(users[i]);

                if (!entry || entry->pw_uid == 0)
                        continue;
                *ret_uid = entry->pw_uid;
                *ret_gid = entry->pw_gid;
                return 0;
        }
        return -ENOENT;
}

/* While still root: dropping from the bounding set asks for CAP_SETPCAP. */
static void drop_bounding_set(void) {
        for (unsigned long cap = 0; cap <= 63; cap++)
                (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
        (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static int drop_user(void) {
        uid_t uid;
        gid_t gid;
        int r;

        if (geteuid() != 0)
                return 0;
        r = find_user(&uid, &gid);
        if (r < 0)
                return r;
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

static int limit(void) {
        static const struct {
                __rlimit_resource_t what;
                rlim_t at_most;
        } limits[] = {
                { RLIMIT_CORE, 0 },
                { RLIMIT_NOFILE, 64 },
                { RLIMIT_FSIZE, 128 << 10 },
                /* the witness's file in memory, and no device shows more */ { RLIMIT_MEMLOCK, 0 },
#ifndef __SANITIZE_ADDRESS__ /* whose shadow memory is some terabytes of address space */
                { RLIMIT_AS, 256 << 20 },
#endif
        };

        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
                const struct rlimit both = { limits[i].at_most, limits[i].at_most };

                if (setrlimit(limits[i].what, &both) < 0)
                        return -errno;
        }
        return 0;
}

int sandbox_drop(void) {
        int r = drop_user();

        if (r == 0)
                r = drop_capabilities();
        if (r == 0)
                r = limit();
        if (r < 0)
                return r;
        /* Changing the user has cleared the death signal that the agent set. */
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0
            || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || chdir("/") < 0)
                return -errno;
        return 0;
}

/* What reading sysfs and udev's database, libusb over a file in memory, and talking over open sockets take: on the C
 * libraries of Debian 12 and 13, and under AddressSanitizer. Anything else answers EPERM. */
static const int allowed[] = { SCMP_SYS(read),
                               SCMP_SYS(pread64),
                               SCMP_SYS(readv),
                               SCMP_SYS(write),
                               SCMP_SYS(writev),
                               SCMP_SYS(pwrite64),
                               SCMP_SYS(ftruncate),
                               SCMP_SYS(close),
                               SCMP_SYS(lseek),
                               SCMP_SYS(fcntl),
                               SCMP_SYS(dup),
                               SCMP_SYS(fstat),
                               SCMP_SYS(newfstatat),
                               SCMP_SYS(stat),
                               SCMP_SYS(lstat),
                               SCMP_SYS(statx),
                               SCMP_SYS(fstatfs),
                               SCMP_SYS(statfs),
                               SCMP_SYS(access),
                               SCMP_SYS(faccessat),
                               SCMP_SYS(faccessat2),
                               SCMP_SYS(readlink),
                               SCMP_SYS(readlinkat),
                               SCMP_SYS(getdents64),
                               SCMP_SYS(getcwd),
                               SCMP_SYS(poll),
                               SCMP_SYS(ppoll),
                               SCMP_SYS(recvmsg),
                               SCMP_SYS(recvfrom),
                               SCMP_SYS(sendmsg),
                               SCMP_SYS(sendto),
                               SCMP_SYS(getsockname),
                               SCMP_SYS(getsockopt),
                               SCMP_SYS(timerfd_settime),
                               SCMP_SYS(brk),
                               SCMP_SYS(munmap),
                               SCMP_SYS(mremap),
                               SCMP_SYS(madvise),
                               SCMP_SYS(futex),
                               SCMP_SYS(sched_yield),
                               SCMP_SYS(getpid),
                               SCMP_SYS(gettid),
                               SCMP_SYS(getppid),
                               SCMP_SYS(getuid),
                               SCMP_SYS(geteuid),
                               SCMP_SYS(getgid),
                               SCMP_SYS(getegid),
                               SCMP_SYS(clock_gettime),
                               SCMP_SYS(gettimeofday),
                               SCMP_SYS(getrandom),
                               SCMP_SYS(rt_sigaction),
                               SCMP_SYS(rt_sigprocmask),
                               SCMP_SYS(rt_sigreturn),
                               SCMP_SYS(sigaltstack),
                               SCMP_SYS(restart_syscall),
                               SCMP_SYS(exit),
                               SCMP_SYS(exit_group) };

/* Nothing of ours ever calls these: whoever does is an intruder. */
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

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n) {
        int r = 0;

        for (size_t i = 0; i < n && r == 0; i++)
                r = seccomp_rule_add(filter, action, calls[i], 0);
        return r;
}

static int add_conditions(scmp_filter_ctx filter) {
        /* O_TMPFILE without the O_DIRECTORY that is part of it: opening a directory to list it is reading. */
        const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
        const struct {
                int call;
                struct scmp_arg_cmp zero;
        } conditions[] = {
                { SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0) },
                { SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0) },
                { SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
                { SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
        };
        int r = 0;

        for (size_t i = 0; i < sizeof conditions / sizeof *conditions && r == 0; i++)
                r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, conditions[i].call, 1, &conditions[i].zero);
        return r;
}

int sandbox_lock(void) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
        int r;

        if (!filter)
                return -ENOMEM;
        r = add_all(filter, SCMP_ACT_ALLOW, allowed, sizeof allowed / sizeof *allowed);
        if (r == 0)
                r = add_all(filter, SCMP_ACT_KILL_PROCESS, hostile, sizeof hostile / sizeof *hostile);
        if (r == 0)
                r = add_conditions(filter);
        if (r == 0)
                r = seccomp_load(filter);
        seccomp_release(filter);
        return r;
}
