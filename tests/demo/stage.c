/* SPDX-License-Identifier: MIT */
/* stage.c — programs run on pipes by fork(2) and execv(3); PR_SET_PDEATHSIG ends them with us. See stage.h. */
#include "demo/stage.h"

#include "demo/janitor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS 24

static char programs[PATH_MAX], scratch[] = "/tmp/sekimori-demo-XXXXXX", output[1 << 16], file[1 << 16];
static pid_t agent;

void give_up(const char *what) {
        (void)fprintf(stderr, "demo: %s: %s\n", what, strerror(errno));
        exit(3);
}

void stage_begin(const char *build) {
        if (!realpath(build, programs))
                give_up(build);
        janitor_stays(scratch);
        if (chmod(scratch, 0755) < 0 || chdir(scratch) < 0 || mkdir("config", 0755) < 0 || mkdir("run", 0755) < 0
            || setenv("TMPDIR", scratch, 1) < 0)
                give_up(scratch);
        /* By a path without spaces: a PAM stack and LD_PRELOAD cannot quote the checkout's. */
        if (symlink(programs, "programs") < 0)
                give_up(programs);
        (void)snprintf(programs, sizeof programs, "%s/programs", scratch);
}

const char *stage_programs(void) {
        return programs;
}

const char *stage_place(void) {
        return scratch;
}

/* One of ours, or else the system's. `out` becomes stdout and stderr. */
static pid_t launch(const char *program, char *const *words, int in, int out) {
        pid_t pid;
        char path[PATH_MAX + 64];

        (void)snprintf(path, sizeof path, "%s/%s", programs, program);
        (void)fflush(stdout);
        pid = fork();
        if (pid != 0)
                return pid;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(in, STDIN_FILENO);
        (void)dup2(out, STDOUT_FILENO);
        (void)dup2(out, STDERR_FILENO);
        (void)execv(path, words);
        (void)execvp(program, words);
        _exit(127);
}

/* What is typed is there before the program looks: a few lines fit into a pipe. */
static int run_words(const char *program, char *const *words, const char *typed) {
        int status = 0, in[2], out[2];
        size_t have = 0;
        ssize_t got;
        pid_t pid;

        if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0
            || write(in[1], typed, strlen(typed)) != (ssize_t)strlen(typed))
                give_up("pipe");
        (void)close(in[1]);
        pid = launch(program, words, in[0], out[1]);
        (void)close(in[0]);
        (void)close(out[1]);
        while ((got = read(out[0], output + have, sizeof output - 1 - have)) > 0)
                have += (size_t)got;
        output[have] = '\0';
        (void)close(out[0]);
        (void)waitpid(pid, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define COLLECT(words, from)                                                                                           \
        do {                                                                                                           \
                va_list ap_;                                                                                           \
                size_t n_ = from;                                                                                      \
                va_start(ap_, argument);                                                                               \
                while ((words)[n_ - 1] && n_ < ARGUMENTS)                                                              \
                        (words)[n_++] = va_arg(ap_, const char *);                                                     \
                va_end(ap_);                                                                                           \
        } while (0)

int sekimori(const char *argument, ...) {
        const char *words[ARGUMENTS + 1] = { "sekimori", argument };

        COLLECT(words, 2);
        return run_words("sekimori", (char *const *)words, "");
}

int type(const char *typed, const char *program, const char *argument, ...) {
        const char *words[ARGUMENTS + 1] = { program, argument };

        COLLECT(words, 2);
        return run_words(program, (char *const *)words, typed);
}

const char *printed(void) {
        return output;
}

void agent_start(void) {
        static char *const words[] = { "sekimorid",     "--config-dir", "config",       "--state-dir", "state",
                                       "--runtime-dir", "run",          "--foreground", NULL };
        char line[64] = "";
        int ends[2];

        if (pipe2(ends, O_CLOEXEC) < 0)
                give_up("pipe");
        agent = launch("sekimorid", words, STDIN_FILENO, ends[1]);
        (void)close(ends[1]);
        if (read(ends[0], line, sizeof line - 1) <= 0 || strncmp(line, "ready", 5) != 0) {
                (void)fprintf(stderr, "demo: the agent says: %s\n", line);
                exit(3);
        }
        (void)close(ends[0]);
}

/* Its helpers end with it, each at its own time, and hold its state until then: they are ours to wait for. */
void agent_kill(void) {
        (void)kill(agent, SIGKILL);
        while (waitpid(-1, NULL, 0) > 0)
                ;
}

char *content(const char *path) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, file, sizeof file - 1);

        if (n < 0)
                give_up(path);
        (void)close(fd);
        file[n] = '\0';
        return file;
}

void rewrite(const char *path, const char *text) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
                give_up(path);
        (void)close(fd);
}

static const char *paint(const char *code) {
        return isatty(STDOUT_FILENO) ? code : "";
}

void scene(const char *ja, const char *en) {
        static int number;

        (void)printf("\n%s%d. %s%s\n   %s\n", paint("\033[1m"), ++number, ja, paint("\033[0m"), en);
}

void claim(bool holds, const char *ja, const char *en) {
        (void)printf("   %s%s%s %s\n     %s\n", paint(holds ? "\033[32m" : "\033[31m"), holds ? "✔" : "✘",
                     paint("\033[0m"), ja, en);
        if (holds)
                return;
        (void)fprintf(stderr, "demo: that is not so. The last program said:\n%s\n", output);
        exit(1);
}
