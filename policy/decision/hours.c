/* SPDX-License-Identifier: MIT */
/* hours.c — the parser stops at the first fault and splits a window past midnight in two. See hours.h. */
#include "decision/hours.h"

#include "base/date.h"

#include <string.h>

#define EVERY_DAY 0x7fU

static const struct phrase a_day = { "曜日は mon tue wed thu fri sat sun で書きます",
                                     "a day is one of mon tue wed thu fri sat sun" },
                           no_time = { "曜日のあとに、空白と時刻が続きます",
                                       "after the days comes a space and a time" },
                           a_time = { "時刻は 08:30 のように書きます", "a time is HH:MM" },
                           impossible = { "そのような時刻はありません", "there is no such time of day" },
                           many = { "時間帯が多すぎます", "too many windows" },
                           a_window = { "時間帯は 08:30-17:15 のように書きます", "a window is HH:MM-HH:MM" },
                           empty = { "時間帯が空です（一日中は 00:00-24:00）",
                                     "the window is empty (a whole day is 00:00-24:00)" },
                           a_comma = { "時間帯は「,」で区切ります", "a comma separates windows" };

struct cursor {
        const char *s;
        const struct phrase *fault;
};

static void hours_spaces(struct cursor *c) {
        while (*c->s == ' ')
                c->s++;
}

static bool is_letter(char c) {
        return c >= 'a' && c <= 'z';
}

/* 0…6, or -1. Lower case, as all words of the language. */
static int day_read(struct cursor *c) {
        static const char days[7][4] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

        for (int i = 0; i < 7; i++)
                if (strncmp(c->s, days[i], 3) == 0 && !is_letter(c->s[3])) {
                        c->s += 3;
                        return i;
                }
        c->fault = &a_day;
        return -1;
}

static uint32_t days_range(struct cursor *c) {
        int first = day_read(c), last = first;
        uint32_t mask = 0;

        if (first >= 0 && *c->s == '-') {
                c->s++;
                last = day_read(c);
        }
        if (c->fault)
                return 0;
        for (int i = first;; i = (i + 1) % 7) {
                mask |= 1U << i;
                if (i == last)
                        return mask;
        }
}

/* "mon,wed-fri " with the space behind it. */
static uint32_t days_read(struct cursor *c) {
        uint32_t mask = days_range(c);

        while (!c->fault && *c->s == ',') {
                c->s++;
                hours_spaces(c);
                mask |= days_range(c);
        }
        if (!c->fault && *c->s != ' ')
                c->fault = &no_time;
        hours_spaces(c);
        return mask;
}

static bool hours_digit(char c) {
        return c >= '0' && c <= '9';
}

static unsigned time_read(struct cursor *c) {
        const char *s = c->s;
        unsigned minute;

        if (!hours_digit(s[0]) || !hours_digit(s[1]) || s[2] != ':' || !hours_digit(s[3]) || !hours_digit(s[4])) {
                c->fault = &a_time;
                return 0;
        }
        minute = (unsigned)(s[0] - '0') * 600 + (unsigned)(s[1] - '0') * 60 + (unsigned)(s[3] - '0') * 10
                 + (unsigned)(s[4] - '0');
        if (s[3] > '5' || minute > DAY_MINUTES)
                c->fault = &impossible;
        c->s += 5;
        return minute;
}

static void window_add(struct cursor *c, struct hours *h, struct window w) {
        if (h->n == HOURS_WINDOWS)
                c->fault = &many;
        else if (w.from < w.until)
                h->windows[h->n++] = w;
}

static void window_read(struct cursor *c, struct hours *h, uint32_t *days) {
        unsigned from, until;

        if (is_letter(*c->s))
                *days = days_read(c);
        if (c->fault)
                return;
        from = time_read(c);
        if (!c->fault && *c->s++ != '-')
                c->fault = &a_window;
        until = c->fault ? 0 : time_read(c);
        if (!c->fault && (from == until || from == DAY_MINUTES))
                c->fault = &empty;
        if (c->fault)
                return;
        if (from < until) {
                window_add(c, h, (struct window){ (uint16_t)from, (uint16_t)until, *days });
                return;
        }
        window_add(c, h, (struct window){ (uint16_t)from, DAY_MINUTES, *days });
        window_add(c, h, (struct window){ 0, (uint16_t)until, (*days << 1 | *days >> 6) & EVERY_DAY });
}

const struct phrase *hours_parse(const char *s, struct hours *ret) {
        struct cursor c = { .s = s };
        struct hours h = { 0 };
        uint32_t days = EVERY_DAY;

        hours_spaces(&c);
        for (;;) {
                window_read(&c, &h, &days);
                if (c.fault)
                        return c.fault;
                hours_spaces(&c);
                if (*c.s == '\0')
                        break;
                if (*c.s++ != ',')
                        return &a_comma;
                hours_spaces(&c);
        }
        *ret = h;
        return NULL;
}

bool hours_hold(const struct hours *h, const struct moment *now) {
        uint32_t today = 1U << weekday(now->day);

        for (uint32_t i = 0; i < h->n; i++) {
                const struct window *w = &h->windows[i];

                if (w->days & today && now->minute >= w->from && now->minute < w->until)
                        return true;
        }
        return false;
}

static void hours_earlier(int64_t candidate, int64_t now, int64_t *best) {
        if (candidate > now && candidate < *best)
                *best = candidate;
}

bool hours_next_change(const struct hours *h, const struct moment *now, int64_t *ret_minute) {
        int64_t at = (int64_t)now->day * DAY_MINUTES + now->minute, best = INT64_MAX;

        /* A week and a day: an earlier window of today's weekday comes again only on the last day. */
        for (int32_t d = 0; d <= 7; d++)
                for (uint32_t i = 0; i < h->n; i++) {
                        const struct window *w = &h->windows[i];
                        int64_t midnight = ((int64_t)now->day + d) * DAY_MINUTES;

                        if (!(w->days & 1U << weekday(now->day + d)))
                                continue;
                        hours_earlier(midnight + w->from, at, &best);
                        hours_earlier(midnight + w->until, at, &best);
                }
        if (best == INT64_MAX)
                return false;
        *ret_minute = best;
        return true;
}
