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

const char *const refused_planes[PLANES] = { "devices", "logins", "network" };

static const struct {
        enum event event;
        enum refused_plane plane;
        bool counts; /* stands for as many as it says */
} refusing[] = {
        { EVENT_DEVICE_REFUSED, PLANE_DEVICES, false },  { EVENT_DEVICE_REVOKED, PLANE_DEVICES, false },
        { EVENT_LOGIN_REFUSED, PLANE_LOGINS, false },    { EVENT_LOGIN_THROTTLED, PLANE_LOGINS, false },
        { EVENT_SESSION_REFUSED, PLANE_LOGINS, false },  { EVENT_LOGINS_COUNTED, PLANE_LOGINS, true },
        { EVENT_NETWORK_REFUSED, PLANE_NETWORK, false }, { EVENT_NETWORK_COUNTED, PLANE_NETWORK, true },
};

/* Of the network other things are counted, too, in places of other names. */
static bool is_of_refusals(enum event e, const char *place) {
        static const char *const ways[] = { "out", "in", "forward" };
        const size_t n = strcspn(place, " ");

        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
                if (strlen(ways[i]) == n && strncmp(ways[i], place, n) == 0)
                        return true;
        return e != EVENT_NETWORK_COUNTED;
}

static void refusals_add(struct refusals *r, enum refused_plane plane, int64_t ago, uint64_t n) {
        r->day[plane] += ago < DAY_S ? n : 0;
        r->week[plane] += ago < 7 * DAY_S ? n : 0;
}

static void refusals_count_record(const json_t *record, int64_t now_s, struct refusals *r) {
        enum event e = event_from_name(answer_text(record, NULL, "type"));
        json_int_t n = answer_number(record, NULL, "count");
        int64_t when;

        if (!instant_parse(answer_text(record, NULL, "time"), &when) || when > now_s + AHEAD_S
            || answer_flag(record, NULL, "observed")) /* only observed: nothing was refused */
                return;
        for (size_t i = 0; i < sizeof refusing / sizeof *refusing; i++)
                if (refusing[i].event == e && is_of_refusals(e, answer_text(record, NULL, "subject")))
                        refusals_add(r, refusing[i].plane, now_s - when,
                                     !refusing[i].counts ? 1
                                     : n > 0             ? (uint64_t)n
                                                         : 0);
}

json_t *refusals_object(const struct refusals *r) {
        json_t *o = json_object();

        for (size_t i = 0; i < PLANES; i++)
                (void)json_object_set_new(
                        o, refused_planes[i],
                        json_pack("{s:I, s:I}", "day", (json_int_t)r->day[i], "week", (json_int_t)r->week[i]));
        return o;
}

/* Most records allow something: only a line that may be a refusal is taken apart. */
static bool may_count(const char *line) {
        return strstr(line, "-refused\"") || strstr(line, "-revoked\"") || strstr(line, "-throttled\"")
               || strstr(line, "logins-counted\"") || strstr(line, "network-counted\"");
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
