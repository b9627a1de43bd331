/* SPDX-License-Identifier: MIT */
/* announced.h — when the kernel announced something, for programs that measure how long the next thing takes. Nothing
 * is polled, not even by whoever wants the result: the program returns once it listens, and its file stays locked until
 * the numbers are in it. */
#pragma once

#define MESSAGE_MAX 16384

double now_ms(void);

/* The kernel's announcements, from now on. */
int uevents_open(void);

/* The next one of that kind ("add@", "usb_device"), and when it came. `message` has MESSAGE_MAX bytes. */
double await(int fd, const char *action, const char *type, char *message);

/* Standard output and error, until the last process that has them ends. */
void write_down_in(const char *path);
