/* SPDX-License-Identifier: MIT */
/* observed.c — reads all logs; a refusal with `observed` counts, and each device is named once. See observed.h. */
#include "cli/status/observed.h"

#include "audit/event.h"
#include "audit/lines.h"
#include "base/cleanup.h"
#include "cli/answer.h"
#include "cli/audit/logs.h"
#include "control/parcel.h"
#include "text/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void observed_remember(struct observed *o, const json_t *record) {
        char what[256], clean[1024];

        (void)snprintf(what, sizeof what, "%s %s:%s", answer_text(record, NULL, "name"),
                       answer_text(record, NULL, "vid"), answer_text(record, NULL, "pid"));
        words_clean(what, clean, sizeof clean);
        o->times++;
        for (size_t i = 0; i < json_array_size(o->devices); i++)
                if (strcmp(json_string_value(json_array_get(o->devices, i)), clean) == 0)
                        return;
        if (json_array_size(o->devices) < OBSERVED_MAX)
                (void)json_array_append_new(o->devices, json_string(clean));
}

static void look_at(struct observed *o, const char *line, size_t n) {
        auto_json record = strstr(line, "\"observed\"") ? json_loadb(line, n, 0, NULL) : NULL;

        if (answer_flag(record, NULL, "observed")
            && event_from_name(answer_text(record, NULL, "type")) == EVENT_DEVICE_REFUSED)
                observed_remember(o, record);
}

static int read_file(struct observed *o, const char *path) {
        auto_free struct lines *lines = malloc(sizeof *lines);
        auto_fd fd = logs_open(path);
        char *line;
        size_t n;
        int r;

        if (fd < 0 || !lines)
                return fd < 0 ? fd : -ENOMEM;
        lines_init(lines, fd);
        while ((r = lines_next(lines, &line, &n)) != 0) {
                if (r < 0 && r != -EMSGSIZE)
                        return r;
                if (r > 0)
                        look_at(o, line, n);
        }
        return 0;
}

int observed_count(const char *state_dir, struct observed *ret) {
        struct observed o = { .devices = json_array() };
        struct logs logs = { 0 };
        struct err err;
        int r = logs_find(state_dir, NULL, 0, &logs, &err);

        for (size_t i = 0; i < logs.n && r == 0; i++)
                r = read_file(&o, logs.paths[i]);
        logs_deinit(&logs);
        *ret = o;
        return r;
}
