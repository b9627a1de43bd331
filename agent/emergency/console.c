/* SPDX-License-Identifier: MIT */
/* console.c — termios (ECHO, TCSAFLUSH), then poll with a timeout and read(2) byte by byte. See console.h. */
#include "emergency/console.h"

#include "base/secret.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

void console_say(const char *format, ...) {
        va_list arguments;

        va_start(arguments, format);
        (void)vprintf(format, arguments);
        va_end(arguments);
        (void)fflush(stdout);
}

/* Without stdio, which would keep a copy of what was typed. The whole line is read even if it does not fit. */
static int read_line(char *to, size_t size) {
        struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
        size_t n = 0;

        for (;;) {
                char c;
                int r = poll(&p, 1, CONSOLE_SILENCE_S * 1000);

                if (r <= 0)
                        return r < 0 ? -errno : -ETIMEDOUT;
                if (read(STDIN_FILENO, &c, 1) != 1)
                        return -EIO;
                if (c == '\n')
                        break;
                if (n < size)
                        to[n] = c;
                n++;
        }
        if (n >= size)
                return -EMSGSIZE;
        to[n] = '\0';
        return 0;
}

int console_ask(const char *question, bool hidden, char *to, size_t size) {
        struct termios before, now;
        int r;

        if (tcgetattr(STDIN_FILENO, &before) < 0)
                return -errno;
        now = before;
        now.c_lflag |= ICANON | ISIG;
        now.c_lflag &= ~(tcflag_t)(hidden ? ECHO : 0);
        if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &now) < 0)
                return -errno;
        console_say("%s", question);
        r = read_line(to, size);
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
        if (hidden || r < 0)
                console_say("\n");
        if (r < 0)
                secret_wipe(to, size);
        return r;
}
