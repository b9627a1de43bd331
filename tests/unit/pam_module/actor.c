/* SPDX-License-Identifier: MIT */
/* actor.c — a forked process on SOCK_SEQPACKET; what it hears is in a MAP_SHARED mapping. See actor.h. */
#include "unit/pam_module/actor.h"

#include "base/cleanup.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

static void must(bool it, const char *what) {
        if (it)
                return;
        (void)fprintf(stderr, "actor: %s: %s\n", what, strerror(errno));
        _exit(1);
}

/* Whether the process has an inotify descriptor: it waits for us. */
static bool waits_for_us(pid_t pid) {
        char folder[64], name[PATH_MAX], target[64];
        struct dirent *entry;
        bool found = false;
        DIR *dir;

        (void)snprintf(folder, sizeof folder, "/proc/%d/fd", pid);
        dir = opendir(folder);
        must(dir, folder);
        while (!found && (entry = readdir(dir))) {
                ssize_t n;

                (void)snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
                n = readlink(name, target, sizeof target - 1);
                target[n < 0 ? 0 : n] = '\0';
                found = strcmp(target, "anon_inode:inotify") == 0;
        }
        (void)closedir(dir);
        return found;
}

static void make_folder_of(const char *path) {
        char folder[128];

        (void)snprintf(folder, sizeof folder, "%s", path);
        *strrchr(folder, '/') = '\0';
        must(mkdir(folder, 0755) == 0 || errno == EEXIST, folder);
}

/* As the agent does: nobody meets the name before somebody listens there. */
static int listen_at(const struct play *play) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

        must(fd >= 0, "socket");
        must((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s.new", play->path)
                     < sizeof address.sun_path,
             "path");
        must(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0, address.sun_path);
        must(chmod(address.sun_path, 0666) == 0, "chmod");
        must(rename(address.sun_path, play->path) == 0, "rename");
        must(!play->uid || setuid(play->uid) == 0, "setuid");
        must(listen(fd, play->not_ready ? 0 : SOMAXCONN) == 0, "listen");
        return fd;
}

static void hear_begin(int fd, struct heard *heard) {
        uint8_t wire[LOGIN_MAX];
        ssize_t n = socket_receive(fd, wire, sizeof wire, NULL);

        if (n > 0 && heard->begins < HEARD
            && login_begin_decode(bytes_of(wire, (size_t)n), &heard->begin[heard->begins]) == 0)
                heard->begins++;
}

static bool folded_equal(const char *folded, const char *answer) {
        size_t i = 0;

        for (; folded[i]; i++)
                if ((folded[i] ^ 0x55) != answer[i])
                        return false;
        return answer[i] == '\0';
}

/* False: the other side is gone, or it is not the answer that was wanted. */
static bool hear_answer(int fd, const struct script *s, struct heard *heard) {
        uint8_t wire[LOGIN_MAX];
        char answer[LOGIN_ANSWER];
        ssize_t n = socket_receive(fd, wire, sizeof wire, NULL);

        if (n <= 0 || login_answer_decode(bytes_of(wire, (size_t)n), answer) < 0)
                return false;
        heard->answers++;
        if (s->only_right)
                return folded_equal(s->right, answer);
        if (heard->answers <= HEARD)
                memcpy(heard->answer[heard->answers - 1], answer, sizeof answer);
        return true;
}

static void send_raw(int fd, const struct script *s) {
        int extra = s->passes_fd ? STDERR_FILENO : -1, size = 1 << 20;

        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        (void)socket_send(fd, s->raw ? (const void *)s->raw : "", s->n_raw, extra);
}

static void perform(int fd, const struct script *s, struct heard *heard) {
        uint8_t wire[LOGIN_MAX];

        if (!s->deaf)
                hear_begin(fd, heard);
        if (s->raw || s->passes_fd)
                send_raw(fd, s);
        for (size_t i = 0; i < s->n; i++) {
                bool ask = s->says[i].what == LOGIN_ASK_HIDDEN || s->says[i].what == LOGIN_ASK_SHOWN;

                (void)socket_send(fd, wire, login_say_encode(&s->says[i], wire), -1);
                if (ask && !s->rush && !(s->leaves && i + 1 == s->n) && !hear_answer(fd, s, heard))
                        return;
        }
        if (s->hang)
                (void)pause();
}

static void play_on(int listener, const struct play *play, struct heard *heard) {
        for (size_t i = 0; i < play->n; i++) {
                int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

                must(fd >= 0, "accept");
                heard->connections++;
                perform(fd, &play->scripts[i], heard);
                (void)close(fd);
                heard->closed++;
        }
}

static void act(const struct play *play, struct heard *heard, int ready, pid_t parent) {
        int listener;

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (play->late && !waits_for_us(parent))
                (void)poll(NULL, 0, 1);
        make_folder_of(play->path);
        listener = listen_at(play);
        (void)close(ready);
        if (play->not_ready)
                (void)pause();
        play_on(listener, play, heard);
        _exit(0);
}

pid_t actor_begin(const struct play *play, struct heard **ret) {
        struct heard *heard = mmap(NULL, sizeof *heard, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        pid_t parent = getpid(), pid;
        int ready[2];
        char byte;

        cr_assert_neq(heard, MAP_FAILED);
        cr_assert_eq(pipe2(ready, O_CLOEXEC), 0);
        pid = fork();
        cr_assert_geq(pid, 0);
        if (pid == 0) {
                (void)close(ready[0]);
                act(play, heard, ready[1], parent);
        }
        (void)close(ready[1]);
        if (!play->late)
                (void)!read(ready[0], &byte, 1); /* its end is the sign */
        (void)close(ready[0]);
        *ret = heard;
        return pid;
}

void actor_end(pid_t pid) {
        (void)kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
}
