/* SPDX-License-Identifier: MIT */
/* date.c — see date.h. The civil calendar by counting 400-year eras that begin in March. */
#include "base/date.h"

#include <stddef.h>
#include <stdio.h>

#define ERA_DAYS 146097
#define EPOCH_DAYS 719468 /* 0000-03-01 to 1970-01-01 */
#define DAY_S 86400

/* `digits` decimal digits at *s, which moves behind them; -1 where they are not there. */
static int date_number(const char **s, unsigned digits) {
        int value = 0;

        for (; digits > 0; digits--, (*s)++) {
                if (**s < '0' || **s > '9')
                        return -1;
                value = value * 10 + (**s - '0');
        }
        return value;
}

static bool date_sign(const char **s, char want) {
        return *(*s)++ == want;
}

static int days_in(int year, int month) {
        static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        return days[month - 1] + (month == 2 && leap);
}

static int32_t day_of(int year, int month, int day) {
        int shifted = month > 2 ? year : year - 1;
        int of_era = shifted % 400;
        int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

        return shifted / 400 * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS;
}

static bool date_read(const char **s, int32_t *ret) {
        int year = date_number(s, 4), month, day;

        if (year < 1970 || !date_sign(s, '-'))
                return false;
        month = date_number(s, 2);
        if (month < 1 || month > 12 || !date_sign(s, '-'))
                return false;
        day = date_number(s, 2);
        if (day < 1 || day > days_in(year, month))
                return false;
        *ret = day_of(year, month, day);
        return true;
}

bool date_parse(const char *s, int32_t *ret_day) {
        int32_t day;

        if (!date_read(&s, &day) || *s)
                return false;
        *ret_day = day;
        return true;
}

static bool time_read(const char **s, int32_t *ret) {
        int hour = date_number(s, 2), minute, second;

        if (hour < 0 || hour > 23 || !date_sign(s, ':'))
                return false;
        minute = date_number(s, 2);
        if (minute < 0 || minute > 59 || !date_sign(s, ':'))
                return false;
        second = date_number(s, 2);
        if (second < 0 || second > 59)
                return false;
        if (**s == '.') {
                (*s)++;
                if (date_number(s, 1) < 0)
                        return false;
                while (**s >= '0' && **s <= '9')
                        (*s)++;
        }
        *ret = hour * 3600 + minute * 60 + second;
        return true;
}

/* Seconds east of Greenwich. */
static bool offset_read(const char **s, int32_t *ret) {
        char direction = *(*s)++;
        int hour, minute;

        *ret = 0;
        if (direction == 'Z')
                return true;
        if (direction != '+' && direction != '-')
                return false;
        hour = date_number(s, 2);
        if (hour < 0 || hour > 23 || !date_sign(s, ':'))
                return false;
        minute = date_number(s, 2);
        if (minute < 0 || minute > 59)
                return false;
        *ret = (direction == '-' ? -1 : 1) * (hour * 3600 + minute * 60);
        return true;
}

bool instant_parse(const char *s, int64_t *ret_s) {
        int32_t day, second, east;
        int64_t instant;

        if (!date_read(&s, &day) || !date_sign(&s, 'T') || !time_read(&s, &second) || !offset_read(&s, &east) || *s)
                return false;
        instant = (int64_t)day * DAY_S + second - east;
        if (instant < 0)
                return false;
        *ret_s = instant;
        return true;
}

void date_text(int32_t day, char to[DATE_TEXT]) {
        int32_t days = day + EPOCH_DAYS, of_era = days % ERA_DAYS;
        int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
        int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
        int32_t shifted = (5 * of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;

        year += days / ERA_DAYS * 400 + (month <= 2);
        (void)snprintf(to, DATE_TEXT, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
                       (unsigned)(of_year - (153 * shifted + 2) / 5 + 1) % 100);
}

unsigned weekday(int32_t day) {
        return (unsigned)(((int64_t)day % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}
