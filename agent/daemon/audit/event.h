/* SPDX-License-Identifier: MIT */
/* event.h — everything that can be in the log, in one table. Knows names, not content. */
#pragma once

enum event {
        EVENT_NONE, /* no event has this name */
        EVENT_DEVICE_ALLOWED,
        EVENT_DEVICE_REFUSED,
        EVENT_DEVICE_REVOKED,
        EVENT_DEVICE_GONE,
        EVENT_DEVICES_COUNTED,
        EVENT_POLICY_INSTALLED,
        EVENT_POLICY_REFUSED,
        EVENT_POLICY_LOADED,
        EVENT_AGENT_STARTED,
        EVENT_AGENT_STOPPING,
        EVENT_OBSERVER_LOST,
        EVENT_KERNEL_BASELINE,
        EVENT_LOG_REPAIRED,
        EVENT_LOG_PRUNED,
        EVENT_LOGIN_ALLOWED,
        EVENT_LOGIN_REFUSED,
        EVENT_LOGIN_THROTTLED,
        EVENT_LOGIN_UNAVAILABLE,
        EVENT_SESSION_OPENED,
        EVENT_SESSION_REFUSED,
        EVENT_SESSION_CLOSED,
        EVENT_FACTORS_CHANGED,
        EVENT_CLOCK_SET_BACK,
        EVENT_CARD_REMOVED,
        EVENT_STAGE_CHANGED,
        EVENT_STAGE_CONFIRMED,
        EVENT_CHECKPOINT,
        EVENTS,
};

const char *event_name(enum event e);       /* "device-allowed" */
const char *event_message_id(enum event e); /* the journal's MESSAGE_ID, 32 hexadecimal digits */
int event_priority(enum event e);           /* syslog's */
enum event event_from_name(const char *name);
