/* SPDX-License-Identifier: MIT */
/* refusals.c — see refusals.h. Reads the log from its newest file backwards, as far as it must. */
#include "cli/audit/refusals.h"

#include "audit/event.h"
#include "audit/lines.h"
#include "base/cleanup.h"
#include "base/date.h"
#include "cli/answer.h"
#include "cli/audit/logs.h"

#include <errno.h>
#include <string.h>

#define DAY_S (24 * 3600)
#define AHEAD_S 300 /* a record further in the future was written under another clock */

CLEANUP(json, json_t *, json_decref)
#define auto_json AUTO(json)

static bool is_of_a_device(enum event e) {
        return e == EVENT_DEVICE_REFUSED || e == EVENT_DEVICE_REVOKED;
}

static bool is_of_a_login(enum event e) {
        return e == EVENT_LOGIN_REFUSED || e == EVENT_LOGIN_THROTTLED || e == EVENT_SESSION_REFUSED;
}

/* How many the record stands for. */
static uint64_t refusals_of_logins(enum event e, const json_t *record) {
        json_int_t n = e == EVENT_LOGINS_COUNTED ? answer_number(record, NULL, "count") : is_of_a_login(e);

        return n > 0 ? (uint64_t)n : 0;
}

static void refusals_count_record(const json_t *record, int64_t now_s, struct refusals *r) {
        enum event e = event_from_name(answer_text(record, NULL, "type"));
        int64_t when, ago;
        uint64_t logins;

        if (!instant_parse(answer_text(record, NULL, "time"), &when) || when > now_s + AHEAD_S
            || answer_flag(record, NULL, "observed")) /* only observed: nothing was refused */
                return;
        ago = now_s - when;
        logins = refusals_of_logins(e, record);
        r->devices_day += is_of_a_device(e) && ago < DAY_S;
        r->devices_week += is_of_a_device(e) && ago < 7 * DAY_S;
        r->logins_day += ago < DAY_S ? logins : 0;
        r->logins_week += ago < 7 * DAY_S ? logins : 0;
}

/* Most records allow something: only a line that may be a refusal is taken apart. */
static bool may_count(const char *line) {
        return strstr(line, "-refused\"") || strstr(line, "-revoked\"") || strstr(line, "-throttled\"")
               || strstr(line, "logins-counted\"");
}

static bool is_older(const json_t *record, int64_t than_s) {
        int64_t when;

        return instant_parse(answer_text(record, NULL, "time"), &when) && when < than_s;
}

/* *ret_begins_before: its first record is already too old, so the files before it need not be read. */
static int count_file(const char *path, int64_t now_s, struct refusals *r, bool *ret_begins_before) {
        auto_fd fd = logs_open(path);
        auto_free struct lines *lines = malloc(sizeof *lines);
        bool first = true;
        char *line;
        size_t n;
        int got;

        if (fd < 0 || !lines)
                return fd < 0 ? fd : -ENOMEM;
        lines_init(lines, fd);
        while ((got = lines_next(lines, &line, &n)) != 0) {
                auto_json record = NULL;

                if (got < 0 && got != -EMSGSIZE)
                        return got;
                if (got < 0 || (!first && !may_count(line)))
                        continue;
                record = json_loadb(line, n, 0, NULL);
                if (first)
                        *ret_begins_before = is_older(record, now_s - 7 * DAY_S);
                first = false;
                refusals_count_record(record, now_s, r);
        }
        return 0;
}

int refusals_count(const char *state_dir, int64_t now_s, struct refusals *ret) {
        struct refusals found = { 0 };
        struct logs logs = { 0 };
        struct err err;
        bool enough = false;
        int r = logs_find(state_dir, NULL, 0, &logs, &err);

        for (size_t i = logs.n; i > 0 && r == 0 && !enough; i--)
                r = count_file(logs.paths[i - 1], now_s, &found, &enough);
        logs_deinit(&logs);
        if (r == 0)
                *ret = found;
        return r;
}
