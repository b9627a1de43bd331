/* SPDX-License-Identifier: MIT */
/* sandbox.c — what is impossible afterwards, tried in a child of the test that has really entered it. */
#include "observer/sandbox.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COULD_NOT_ENTER 200

TestSuite(sandbox, .timeout = 20);

/* Fork, enter, try; the wait status. `attempt` returns 0 where it succeeded, else its errno. */
static int tried(int (*attempt)(void)) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
                if (sandbox_drop() < 0 || sandbox_lock() < 0)
                        _exit(COULD_NOT_ENTER);
                _exit(attempt());
        }
        cr_assert_gt(pid, 0);
        cr_assert_eq(waitpid(pid, &status, 0), pid);
        cr_assert_not(WIFEXITED(status) && WEXITSTATUS(status) == COULD_NOT_ENTER, "the sandbox can be entered");
        return status;
}

static int outcome(long r) {
        return r < 0 ? errno : 0;
}

static int reads_a_file(void) {
        char c;
        int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

        return fd < 0 ? errno : outcome(read(fd, &c, 1));
}

static int lists_a_directory(void) {
        return outcome(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Test(sandbox, reading_stays_possible) {
        cr_expect_eq(tried(reads_a_file), 0);
        cr_expect_eq(tried(lists_a_directory), 0);
}

static int shadow(void) {
        return outcome(open("/etc/shadow", O_RDONLY | O_CLOEXEC));
}

Test(sandbox, passwords_cannot_be_read) {
        int status = tried(shadow);

        cr_assert(WIFEXITED(status));
        cr_expect_eq(WEXITSTATUS(status), EACCES);
}

/* Paths that anybody may write to, so that it is the filter that refuses. */
static int opens_to_write(void) {
        return outcome(open("/dev/null", O_WRONLY | O_CLOEXEC));
}
static int opens_for_both(void) {
        return outcome(open("/dev/null", O_RDWR | O_CLOEXEC));
}
static int truncates(void) {
        return outcome(open("/dev/null", O_RDONLY | O_TRUNC | O_CLOEXEC));
}
static int creates(void) {
        return outcome(open("/tmp/sekimori-sandbox", O_RDONLY | O_CREAT | O_CLOEXEC, 0600));
}
static int makes_a_nameless_file(void) {
        return outcome(open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
}
static int writes_to_sys(void) {
        return outcome(open("/sys/kernel/profiling", O_WRONLY | O_CLOEXEC));
}
static int opens_the_modern_way(void) {
        return outcome(syscall(SYS_openat2, AT_FDCWD, "/", (const uint64_t[3]){ O_RDONLY }, 24));
}
static int removes(void) {
        return outcome(unlink("/tmp/sekimori-sandbox"));
}
static int makes_a_socket(void) {
        return outcome(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}
static int connects(void) {
        return outcome(connect(0, &(const struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr)));
}
static int asks_a_device(void) {
        return outcome(syscall(SYS_ioctl, 0, 0x5401, NULL));
}
static int maps_code(void) {
        return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}
static int makes_code(void) {
        void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        return page == MAP_FAILED ? 0 : outcome(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}
static int becomes_root(void) {
        return outcome(syscall(SYS_setresuid, 0, 0, 0));
}
static int starts_a_thread(void) {
        return outcome(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL));
}
static int kills_its_parent(void) {
        return outcome(kill(getppid(), SIGTERM));
}
static int lifts_limits(void) {
        return outcome(syscall(SYS_prlimit64, 0, 7, (const uint64_t[2]){ 4096, 4096 }, NULL));
}

static const struct {
        int (*attempt)(void);
        const char *what;
} refused[] = {
        { opens_to_write, "open to write" },
        { opens_for_both, "open to read and write" },
        { truncates, "truncate" },
        { creates, "create" },
        { makes_a_nameless_file, "O_TMPFILE" },
        { writes_to_sys, "write beneath /sys" },
        { opens_the_modern_way, "openat2, whose flags a filter cannot see" },
        { removes, "unlink" },
        { makes_a_socket, "socket" },
        { connects, "connect" },
        { asks_a_device, "ioctl" },
        { maps_code, "map executable memory" },
        { makes_code, "make memory executable" },
        { becomes_root, "setresuid" },
        { starts_a_thread, "clone" },
        { kills_its_parent, "kill" },
        { lifts_limits, "prlimit" },
};

Test(sandbox, everything_beyond_reading_is_refused) {
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
                int status = tried(refused[i].attempt);

                cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == EPERM, "%s: status %#x", refused[i].what,
                          (unsigned)status);
        }
}

static int executes(void) {
        return outcome(execl("/bin/true", "true", NULL));
}
static int traces(void) {
        return outcome(syscall(SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL));
}
static int mounts(void) {
        return outcome(mount("none", "/mnt", "tmpfs", 0, NULL));
}
static int loads_a_module(void) {
        return outcome(syscall(SYS_init_module, NULL, 0, ""));
}
static int loads_a_program(void) {
        return outcome(syscall(SYS_bpf, 0, NULL, 0));
}
static int reads_its_parent(void) {
        return outcome(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}
static int leaves_its_namespace(void) {
        return outcome(syscall(SYS_unshare, CLONE_NEWUSER));
}

static const struct {
        int (*attempt)(void);
        const char *what;
} fatal[] = {
        { executes, "execve" },
        { traces, "ptrace" },
        { mounts, "mount" },
        { loads_a_module, "init_module" },
        { loads_a_program, "bpf" },
        { reads_its_parent, "process_vm_readv" },
        { leaves_its_namespace, "unshare" },
};

Test(sandbox, what_only_an_intruder_does_is_the_end) {
        for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
                int status = tried(fatal[i].attempt);

                cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status %#x", fatal[i].what,
                          (unsigned)status);
        }
}
