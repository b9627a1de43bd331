/* SPDX-License-Identifier: MIT */
/* clock.c — see clock.h. The zone is the system's /etc/localtime: main() forgets TZ. */
#include "host/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* glibc reads the zone once, and localtime_r() does not look again. With TZ unset, tzset() compares the file's inode
 * and time of change with those of before, and reads it where they differ. */
struct moment clock_now(void) {
        time_t now = time(NULL);
        struct tm local = { 0 };
        int64_t shifted;

        tzset();
        if (!localtime_r(&now, &local))
                return (struct moment){ .unix_s = now };
        shifted = (int64_t)now + local.tm_gmtoff;
        return (struct moment){
                .unix_s = now,
                .day = (int32_t)((shifted - (shifted % 86400 + 86400) % 86400) / 86400),
                .minute = local.tm_hour * 60 + local.tm_min,
        };
}

int64_t clock_boot_s(void) {
        struct timespec now = { 0 };

        (void)clock_gettime(CLOCK_BOOTTIME, &now);
        return now.tv_sec;
}

int64_t clock_ms(void) {
        struct timespec now = { 0 };

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_of(int32_t day, int32_t minute) {
        struct tm local = { .tm_year = 70, .tm_mday = 1 + day, .tm_min = minute, .tm_isdst = -1 };

        return mktime(&local);
}

void clock_text(int64_t unix_s, char *to) {
        time_t when = unix_s;
        struct tm local = { 0 };
        long offset;
        size_t n;

        to[0] = '\0';
        if (!localtime_r(&when, &local))
                return;
        offset = local.tm_gmtoff / 60;
        n = strftime(to, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &local);
        (void)snprintf(to + n, CLOCK_TEXT - n, "%c%02ld:%02ld", offset < 0 ? '-' : '+', labs(offset) / 60 % 100,
                       labs(offset) % 60);
}
