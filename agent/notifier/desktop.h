/* SPDX-License-Identifier: MIT */
/* desktop.h — notices as notifications of the desktop (org.freedesktop.Notifications on the session's bus). Knows
 * nothing of where they come from. */
#pragma once

#include "base/err.h"
#include "wire/notice.h"

#include <systemd/sd-bus.h>

#define DESKTOP_SHOWN 8 /* notices whose places on the screen are remembered; the oldest is forgotten */

struct desktop;

/* A notice on the screen, or on its way there. */
struct shown {
        struct desktop *desktop;
        struct notice notice;
        uint64_t came; /* 0: the place is free */
        uint32_t id;   /* the server's; 0: none */
        bool waiting;  /* not on the screen yet: shown when a server comes */
        sd_bus_slot *call;
};

struct desktop {
        sd_bus *bus;
        uint64_t arrivals;
        struct shown shown[DESKTOP_SHOWN];
};

/* Open the session's bus, attached to `event`; *d must not move until desktop_close. -EEXIST: this session has a
 * notifier already. */
int desktop_open(struct desktop *d, sd_event *event, struct err *err);
void desktop_close(struct desktop *d); /* also where it was not opened */

/* Show a notice at once, in the place of an earlier one of the same device; without a notification server, as soon as
 * there is one. */
void desktop_show(struct desktop *d, const struct notice *n);
