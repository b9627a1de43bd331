/* SPDX-License-Identifier: MIT */
/* desktop.c — see desktop.h. Nothing here waits: each call to the server is answered later, or not at all. */
#include "notifier/desktop.h"

#include "notifier/markup.h"
#include "text/words.h"

#include <errno.h>

#define SERVER "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"
#define OWN_NAME "sekimori.Notify" /* one notifier owns it on each session's bus */

static int put_hints(sd_bus_message *m, const struct notice *n) {
        int r = sd_bus_message_open_container(m, 'a', "{sv}");

        if (r >= 0)
                r = sd_bus_message_append(m, "{sv}", "urgency", "y", (uint8_t)n->urgency);
        if (r >= 0)
                r = sd_bus_message_append(m, "{sv}", "category", "s", "device.error");
        return r < 0 ? r : sd_bus_message_close_container(m);
}

/* A critical notice stays until somebody closes it (0); else the server decides (-1). */
static int put_notice(sd_bus_message *m, const struct shown *s, bool marked_up) {
        const struct notice *n = &s->notice;
        char title[NOTICE_TITLE], body[NOTICE_BODY], marked[2 * NOTICE_BODY];
        int r;

        words_clean(n->title, title, sizeof title);
        words_clean(n->body, body, sizeof body);
        markup_escape(body, marked, sizeof marked);
        r = sd_bus_message_append(m, "susssas", "Sekimori", s->id, "dialog-warning", title, marked_up ? marked : body,
                                  0);
        if (r >= 0)
                r = put_hints(m, n);
        return r < 0 ? r : sd_bus_message_append(m, "i", n->urgency == NOTICE_CRITICAL ? 0 : -1);
}

static int on_screen(sd_bus_message *reply, void *ctx, sd_bus_error *error) {
        struct shown *s = ctx;
        uint32_t id;

        (void)error;
        s->call = sd_bus_slot_unref(s->call);
        if (!sd_bus_message_is_method_error(reply, NULL) && sd_bus_message_read(reply, "u", &id) > 0) {
                s->id = id;
                s->waiting = false;
        }
        return 0;
}

static void desktop_notify(struct shown *s, bool marked_up) {
        sd_bus_message *m = NULL;
        int r = sd_bus_message_new_method_call(s->desktop->bus, &m, SERVER, PATH, SERVER, "Notify");

        if (r >= 0)
                r = put_notice(m, s, marked_up);
        if (r >= 0)
                (void)sd_bus_call_async(s->desktop->bus, &s->call, m, on_screen, s, 0);
        (void)sd_bus_message_unref(m);
}

static bool desktop_has(sd_bus_message *strings, const char *wanted) {
        bool found = false;
        const char *each;

        if (sd_bus_message_enter_container(strings, 'a', "s") < 0)
                return false;
        while (sd_bus_message_read(strings, "s", &each) > 0)
                found |= strcmp(each, wanted) == 0;
        return found;
}

/* Whether "<" is a plain character or the beginning of a tag differs by server. Without a server the notice waits. */
static int told_capabilities(sd_bus_message *reply, void *ctx, sd_bus_error *error) {
        struct shown *s = ctx;

        (void)error;
        s->call = sd_bus_slot_unref(s->call);
        if (!sd_bus_message_is_method_error(reply, NULL))
                desktop_notify(s, desktop_has(reply, "body-markup"));
        return 0;
}

static void desktop_show_notice(struct shown *s) {
        s->call = sd_bus_slot_unref(s->call);
        (void)sd_bus_call_method_async(s->desktop->bus, &s->call, SERVER, PATH, SERVER, "GetCapabilities",
                                       told_capabilities, s, NULL);
}

/* A new server does not know the ids that the one before gave. */
static int server_changed(sd_bus_message *m, void *ctx, sd_bus_error *error) {
        struct desktop *d = ctx;
        const char *name, *before, *now;

        (void)error;
        if (sd_bus_message_read(m, "sss", &name, &before, &now) < 0)
                return 0;
        for (struct shown *s = d->shown; s < d->shown + DESKTOP_SHOWN; s++) {
                s->id = 0;
                if (s->waiting && *now)
                        desktop_show_notice(s);
        }
        return 0;
}

static struct shown *place_of(struct desktop *d, uint64_t device) {
        struct shown *oldest = &d->shown[0];

        for (struct shown *s = d->shown; s < d->shown + DESKTOP_SHOWN; s++) {
                if (s->came && s->notice.device == device)
                        return s;
                if (s->came < oldest->came)
                        oldest = s;
        }
        oldest->id = 0;
        return oldest;
}

void desktop_show(struct desktop *d, const struct notice *n) {
        struct shown *s = place_of(d, n->device);

        s->desktop = d;
        s->notice = *n;
        s->came = ++d->arrivals;
        s->waiting = true;
        desktop_show_notice(s);
}

int desktop_open(struct desktop *d, sd_event *event, struct err *err) {
        int r = sd_bus_open_user(&d->bus);

        if (r < 0)
                return err_errno(err, r, "the session's bus");
        r = sd_bus_request_name(d->bus, OWN_NAME, 0);
        if (r < 0)
                return err_errno(err, r, "'%s' on the session's bus", OWN_NAME);
        r = sd_bus_add_match(d->bus, NULL,
                             "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                             "member='NameOwnerChanged',arg0='" SERVER "'",
                             server_changed, d);
        if (r >= 0)
                r = sd_bus_attach_event(d->bus, event, SD_EVENT_PRIORITY_NORMAL);
        if (r >= 0) /* the bus is gone when the session is */
                r = sd_bus_set_exit_on_disconnect(d->bus, true);
        return r < 0 ? err_errno(err, r, "the session's bus") : 0;
}

void desktop_close(struct desktop *d) {
        for (struct shown *s = d->shown; s < d->shown + DESKTOP_SHOWN; s++)
                s->call = sd_bus_slot_unref(s->call);
        d->bus = sd_bus_close_unref(d->bus);
}
