/* SPDX-License-Identifier: MIT */
/* event.c — EVENT_ROWS as a table. See event.h. */
#include "audit/event.h"

#include <string.h>
#include <syslog.h>

#define EVENT_ROW(event, name, id, priority) [event] = { name, id, priority },
static const struct {
        const char *name, *message_id;
        int priority;
} events[EVENTS] = { [EVENT_NONE] = { "", "", LOG_DEBUG }, EVENT_ROWS(EVENT_ROW) };

const char *event_name(enum event e) {
        return events[e].name;
}

const char *event_message_id(enum event e) {
        return events[e].message_id;
}

int event_priority(enum event e) {
        return events[e].priority;
}

enum event event_from_name(const char *name) {
        for (enum event e = EVENT_NONE + 1; e < EVENTS; e++)
                if (strcmp(events[e].name, name) == 0)
                        return e;
        return EVENT_NONE;
}
