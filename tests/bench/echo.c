/* SPDX-License-Identifier: MIT */
/* echo.c — a resident service that does nothing: what comes goes back. usage: bench-echo SOCKET, until it is killed */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
        struct sockaddr_un at = { .sun_family = AF_UNIX };
        int listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

        if (argc != 2 || listening < 0)
                return 2;
        (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", argv[1]);
        if (bind(listening, (struct sockaddr *)&at, sizeof at) < 0 || listen(listening, 8) < 0)
                return 3;
        (void)puts("ready");
        (void)fflush(stdout);
        for (;;) {
                char message[64];
                int fd = accept(listening, NULL, NULL);
                ssize_t n = fd >= 0 ? recv(fd, message, sizeof message, 0) : -1;

                if (n > 0)
                        (void)send(fd, message, (size_t)n, MSG_NOSIGNAL);
                if (fd >= 0)
                        (void)close(fd);
        }
}
