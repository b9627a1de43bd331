/* SPDX-License-Identifier: MIT */
/* question.c — see question.h. During a question signals are blocked, and read from a signalfd. */
#include "cli/question.h"

#include "base/cleanup.h"
#include "base/secret.h"
#include "cli/verbs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>

#define LINE 4096 /* the longest line of a terminal: N_TTY_BUF_SIZE */

struct question {
        const char *prompt;
        bool hidden;
        struct termios before;
        sigset_t signals, mask;
        int fd; /* the signalfd */
};

static void question_restore(const struct question *q) {
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &q->before);
}

static void question_put(const struct question *q) {
        struct termios now = q->before;

        now.c_lflag |= ICANON | ISIG;
        now.c_lflag &= ~(tcflag_t)(q->hidden ? ECHO : 0);
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
        (void)fputs(q->prompt, stderr);
        (void)fflush(stderr);
}

/* Deliver the blocked signal: it ends this process, or stops it until the shell continues it. */
static void question_obey(const struct question *q) {
        struct signalfd_siginfo info = { 0 };

        if (read(q->fd, &info, sizeof info) != sizeof info)
                return;
        question_restore(q);
        (void)fputc('\n', stderr);
        if (info.ssi_signo != SIGTSTP)
                (void)complain(EXIT_OK, "取りやめました", "interrupted");
        (void)raise((int)info.ssi_signo);
        (void)sigprocmask(SIG_SETMASK, &q->mask, NULL); /* the signal is delivered here */
        (void)sigprocmask(SIG_BLOCK, &q->signals, NULL);
        question_put(q);
}

/* One line, as the terminal hands it over; without stdio, which would keep a copy. */
static ssize_t read_line(const struct question *q, char *to, size_t size) {
        struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = q->fd, .events = POLLIN } };
        ssize_t n;

        for (;;) {
                if (poll(fds, 2, -1) < 0 && errno != EINTR)
                        return -errno;
                if (fds[1].revents)
                        question_obey(q);
                else if (fds[0].revents)
                        break;
        }
        n = read(STDIN_FILENO, to, size);
        return n < 0 ? -errno : n;
}

static bool question_begin(struct question *q) {
        if (tcgetattr(STDIN_FILENO, &q->before) < 0)
                return false;
        (void)sigemptyset(&q->signals);
        for (size_t i = 0; i < 5; i++)
                (void)sigaddset(&q->signals, (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP }[i]);
        (void)sigprocmask(SIG_BLOCK, &q->signals, &q->mask);
        q->fd = signalfd(-1, &q->signals, SFD_CLOEXEC | SFD_NONBLOCK);
        if (q->fd < 0)
                (void)sigprocmask(SIG_SETMASK, &q->mask, NULL);
        return q->fd >= 0;
}

static void question_end(const struct question *q, bool answered) {
        question_restore(q);
        (void)close(q->fd);
        (void)sigprocmask(SIG_SETMASK, &q->mask, NULL);
        if (q->hidden || !answered)
                (void)fputc('\n', stderr);
}

static bool ask_terminal(const char *prompt, bool hidden, char *to, size_t size) {
        struct question q = { .prompt = prompt, .hidden = hidden };
        char line[LINE];
        bool answered;
        ssize_t n;

        if (!question_begin(&q))
                return false;
        question_put(&q);
        n = read_line(&q, line, sizeof line);
        answered = n > 0;
        question_end(&q, answered);
        if (answered) {
                n -= line[n - 1] == '\n';
                answered = (size_t)n < size;
                (void)snprintf(to, size, "%.*s", (int)n, line);
        }
        secret_wipe(line, sizeof line);
        return answered;
}

bool ask_line(const char *prompt, char *to, size_t size) {
        return ask_terminal(prompt, false, to, size);
}

bool ask_secret(const char *prompt, char *to, size_t size) {
        return ask_terminal(prompt, true, to, size);
}

bool ask_yes(enum language l, const char *prompt) {
        static const char *const yes[] = { "y", "Y", "yes", "はい" };
        char question[512], line[64];

        (void)snprintf(question, sizeof question, "%s %s ", prompt, SAY(l, "[はい/いいえ (y/n)]", "[y/n]"));
        if (!ask_line(question, line, sizeof line))
                return false;
        for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
                if (strcmp(line, yes[i]) == 0)
                        return true;
        return false;
}
