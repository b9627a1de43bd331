/* SPDX-License-Identifier: MIT */
/* device.c — what is recorded of devices: each, or a count where a port brings too many (fold.h). */
#include "audit/audit.h"
#include "audit/entry.h"
#include "audit/inside.h"
#include "audit/request.h"
#include "host/clock.h"

#include <string.h>

static int device_write(struct audit *a, enum event e, const struct audit_device *d) {
        struct record r;
        int result = entry_begin(a, e, &r);

        if (result < 0)
                return result;
        record_device(&r, a->policy, d);
        return entry_commit(a, &r);
}

int audit_device_allowed(struct audit *a, const struct audit_device *d) {
        return device_write(a, EVENT_DEVICE_ALLOWED, d);
}

static bool device_admitted(struct audit *a, const struct audit_device *d) {
        char port[FOLD_NAME];

        fold_port(d->path, port);
        return fold_admits(&a->ports, port, clock_ms());
}

static int device_write_folded(struct audit *a, enum event e, const struct audit_device *d) {
        return device_admitted(a, d) ? device_write(a, e, d) : 0;
}

int audit_device_gone(struct audit *a, const struct audit_device *d) {
        return device_write_folded(a, EVENT_DEVICE_GONE, d);
}

int audit_device_restored(struct audit *a, const struct audit_device *d) {
        return device_write_folded(a, EVENT_DEVICE_RESTORED, d);
}

static const char *device_member(const struct record *r, const char *key) {
        const char *text = json_string_value(json_object_get(r->json, key));

        return text ? text : "";
}

/* Writes a record with a request number. */
static int device_numbered(struct audit *a, enum event e, const struct audit_device *d,
                           char ret_request[AUDIT_REQUEST]) {
        char request[AUDIT_REQUEST] = "";
        struct record r;
        int result = entry_begin(a, e, &r);

        if (ret_request)
                ret_request[0] = '\0';
        if (result < 0)
                return result;
        record_device(&r, a->policy, d);
        /* From the members as they are recorded, so that anybody can work it out again. */
        if (request_number(chain_prev(a->chain), device_member(&r, "path"), device_member(&r, "fingerprint"), request)
            == 0)
                record_text(&r, "request", request);
        result = entry_commit(a, &r);
        if (result == 0 && ret_request)
                memcpy(ret_request, request, sizeof request);
        return result;
}

int audit_device_refused(struct audit *a, const struct audit_device *d, char ret_request[AUDIT_REQUEST]) {
        if (ret_request)
                ret_request[0] = '\0';
        if (!device_admitted(a, d))
                return 0;
        return device_numbered(a, EVENT_DEVICE_REFUSED, d, ret_request);
}

int audit_device_revoked(struct audit *a, const struct audit_device *d, char ret_request[AUDIT_REQUEST]) {
        return device_numbered(a, EVENT_DEVICE_REVOKED, d, ret_request);
}
