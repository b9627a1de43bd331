/* SPDX-License-Identifier: MIT */
/* clock.c — see clock.h. The zone is the system's /etc/localtime: main() forgets TZ. */
#include "host/clock.h"

#include <time.h>

struct moment clock_now(void) {
        time_t now = time(NULL);
        struct tm local = { 0 };
        int64_t shifted;

        if (!localtime_r(&now, &local))
                return (struct moment){ .unix_s = now };
        shifted = (int64_t)now + local.tm_gmtoff;
        return (struct moment){
                .unix_s = now,
                .day = (int32_t)((shifted - (shifted % 86400 + 86400) % 86400) / 86400),
                .minute = local.tm_hour * 60 + local.tm_min,
        };
}

int64_t clock_of(int32_t day, int32_t minute) {
        struct tm local = { .tm_year = 70, .tm_mday = 1 + day, .tm_min = minute, .tm_isdst = -1 };

        return mktime(&local);
}
