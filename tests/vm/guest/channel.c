/* SPDX-License-Identifier: MIT */
/* channel — the harness's way into the guest: one request at a time over a virtio-serial port.
 * Knows nothing of what is being tested.
 *
 *   request:  "OP ID LENGTH\n" + LENGTH bytes      reply:  "ID STATUS NOW_NS LENGTH\n" + LENGTH bytes
 *
 *   run      a shell script                        its exit status and output
 *   put      "MODE PATH\0" + content               errno
 *   get      PATH                                  errno and content
 *   uevents  (nothing)                             every kernel uevent since the last time asked
 *
 * Replies carry the ID because a restored machine may still hold a reply meant for a harness now gone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MAX = 64 << 20, UEVENT_BACKLOG = 16 << 20 };

struct buffer {
        char *data;
        size_t used, room;
};

struct request {
        char operation[16];
        unsigned long id;
        size_t length;
        char *body; /* length bytes, then a NUL */
};

static int port;

static _Noreturn void fatal(const char *what) {
        perror(what);
        exit(1);
}

static unsigned long long now_ns(void) {
        struct timespec t;

        clock_gettime(CLOCK_MONOTONIC, &t);
        return (unsigned long long)t.tv_sec * 1000000000ULL + (unsigned long long)t.tv_nsec;
}

/* Makes room for more bytes and returns where they go. */
static char *buffer_grow(struct buffer *b, size_t more) {
        if (b->room - b->used < more) {
                b->room = (b->used + more) * 2;
                b->data = realloc(b->data, b->room);
                if (b->data == NULL)
                        fatal("realloc");
        }
        return b->data + b->used;
}

static void buffer_fill_from(struct buffer *b, int fd) {
        for (;;) {
                ssize_t n = read(fd, buffer_grow(b, 65536), 65536);

                if (n <= 0)
                        return;
                b->used += (size_t)n;
        }
}

/* While no harness is connected the port reports a hang-up: wait for the next one. */
static void port_wait(short what) {
        struct pollfd p = { .fd = port, .events = what };

        poll(&p, 1, 1000);
        if (p.revents & POLLHUP)
                usleep(10000);
}

static void port_read(char *data, size_t length) {
        while (length > 0) {
                ssize_t n = read(port, data, length);

                if (n > 0) {
                        data += n;
                        length -= (size_t)n;
                } else if (n == 0 || errno == EAGAIN || errno == EINTR) {
                        port_wait(POLLIN);
                } else {
                        fatal("read");
                }
        }
}

static void port_write(const char *data, size_t length) {
        while (length > 0) {
                ssize_t n = write(port, data, length);

                if (n > 0) {
                        data += n;
                        length -= (size_t)n;
                } else {
                        port_wait(POLLOUT);
                }
        }
}

static void reply(const struct request *r, int status, const struct buffer *content) {
        size_t length = content == NULL ? 0 : content->used;
        char head[96];
        int n = snprintf(head, sizeof head, "%lu %d %llu %zu\n", r->id, status, now_ns(), length);

        port_write(head, (size_t)n);
        if (length > 0)
                port_write(content->data, length);
}

/* The kernel's own uevents, kept from the first moment: a node that came and went leaves a trace here
 * even if no program saw it. */
static pthread_mutex_t uevents_lock = PTHREAD_MUTEX_INITIALIZER;
static struct buffer uevents_log;

static void uevents_note(const char *message, size_t length) {
        pthread_mutex_lock(&uevents_lock);
        char *line = buffer_grow(&uevents_log, length + 32);
        int stamp = sprintf(line, "%llu ", now_ns());

        memcpy(line + stamp, message, length);
        for (size_t i = (size_t)stamp; i < (size_t)stamp + length; i++)
                if (line[i] == '\0' || line[i] == '\n')
                        line[i] = line[i] == '\0' ? '\t' : ' ';
        line[(size_t)stamp + length] = '\n';
        uevents_log.used += (size_t)stamp + length + 1;
        pthread_mutex_unlock(&uevents_lock);
}

static void *uevents_listen(void *unused) {
        int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
        struct sockaddr_nl kernel = { .nl_family = AF_NETLINK, .nl_groups = 1 };
        int backlog = UEVENT_BACKLOG;
        static char message[16384];

        (void)unused;
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &backlog, sizeof backlog);
        if (bind(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0)
                fatal("uevents");
        for (;;) {
                ssize_t n = recv(fd, message, sizeof message, 0);

                if (n > 0)
                        uevents_note(message, (size_t)n);
                else if (errno == ENOBUFS)
                        uevents_note("lost@", 5);
        }
        return NULL;
}

static void do_uevents(const struct request *r) {
        pthread_mutex_lock(&uevents_lock);
        reply(r, 0, &uevents_log);
        uevents_log.used = 0;
        pthread_mutex_unlock(&uevents_lock);
}

static void child_exec(const char *script, int output) {
        setsid();
        dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
        setenv("HOME", "/root", 1);
        execl("/bin/sh", "sh", "-c", script, (char *)NULL);
        _exit(127);
}

/* Output ends when the last writer closes it, so a background child must redirect its own. */
static void do_run(const struct request *r) {
        struct buffer output = { 0 };
        int pipe_fds[2], status = 0;

        if (pipe2(pipe_fds, O_CLOEXEC) < 0)
                fatal("pipe");
        pid_t child = fork();
        if (child == 0)
                child_exec(r->body, pipe_fds[1]);
        close(pipe_fds[1]);
        buffer_fill_from(&output, pipe_fds[0]);
        close(pipe_fds[0]);
        waitpid(child, &status, 0);
        reply(r, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), &output);
        free(output.data);
}

static int write_all(int fd, const char *data, size_t length) {
        while (length > 0) {
                ssize_t n = write(fd, data, length);

                if (n < 0)
                        return errno;
                data += n;
                length -= (size_t)n;
        }
        return 0;
}

static void do_put(const struct request *r) {
        char path[4096];
        unsigned mode;
        size_t head = strnlen(r->body, r->length) + 1;

        if (head > r->length || sscanf(r->body, "%o %4095[^\n]", &mode, path) != 2) {
                reply(r, EINVAL, NULL);
                return;
        }
        unlink(path); /* a program that is running cannot be written to, but its name can be reused */
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        int status = fd < 0 ? errno : write_all(fd, r->body + head, r->length - head);
        if (fd >= 0) {
                fchmod(fd, mode);
                close(fd);
        }
        reply(r, status, NULL);
}

static void do_get(const struct request *r) {
        struct buffer content = { 0 };
        int fd = open(r->body, O_RDONLY | O_CLOEXEC);

        if (fd < 0) {
                reply(r, errno, NULL);
                return;
        }
        buffer_fill_from(&content, fd);
        close(fd);
        reply(r, 0, &content);
        free(content.data);
}

static const struct {
        const char *name;
        void (*handle)(const struct request *);
} operations[] = {
        { "run", do_run },
        { "put", do_put },
        { "get", do_get },
        { "uevents", do_uevents },
};

static void request_read(struct request *r) {
        char head[128];
        size_t n = 0;

        do {
                port_read(head + n, 1);
        } while (head[n] != '\n' && ++n < sizeof head - 1);
        head[n] = '\0';
        if (sscanf(head, "%15s %lu %zu", r->operation, &r->id, &r->length) != 3 || r->length > REQUEST_MAX) {
                errno = EPROTO;
                fatal(head);
        }
        r->body = malloc(r->length + 1);
        if (r->body == NULL)
                fatal("malloc");
        port_read(r->body, r->length);
        r->body[r->length] = '\0';
}

static void request_serve(const struct request *r) {
        for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
                if (strcmp(operations[i].name, r->operation) == 0) {
                        operations[i].handle(r);
                        return;
                }
        reply(r, ENOSYS, NULL);
}

/* The port is a character device of its own or, for want of one, a serial line: raw either way. */
static void port_open(const char *path) {
        struct termios line;

        for (int tries = 0; (port = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)) < 0; tries++) {
                if (tries == 5000)
                        fatal(path);
                usleep(20000);
        }
        if (tcgetattr(port, &line) == 0) {
                cfmakeraw(&line);
                tcsetattr(port, TCSANOW, &line);
        }
}

int main(int argc, char **argv) {
        pthread_t listener;

        if (argc != 2) {
                fprintf(stderr, "usage: channel PORT\n");
                return 2;
        }
        if (pthread_create(&listener, NULL, uevents_listen, NULL) != 0)
                fatal("thread");
        port_open(argv[1]);
        for (;;) {
                struct request r = { 0 };

                request_read(&r);
                request_serve(&r);
                free(r.body);
        }
}
