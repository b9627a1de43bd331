/* SPDX-License-Identifier: MIT */
/* agent.c — what is recorded of the agent itself, its policy, its observer and the kernel's baseline. */
#include "audit/audit.h"
#include "audit/entry.h"
#include "audit/inside.h"

int audit_policy_installed(struct audit *a, const struct policy *p, const struct err *waived, uint32_t who) {
        struct record r;
        int result = entry_begin(a, EVENT_POLICY_INSTALLED, &r);

        if (result < 0)
                return result;
        record_number(&r, "serial", policy_serial(p));
        record_text(&r, "title", policy_title(p));
        record_number(&r, "uid", who);
        if (waived->text[0])
                record_err(&r, "waived", waived);
        return entry_commit(a, &r);
}

int audit_policy_refused(struct audit *a, const struct err *why, uint32_t who) {
        struct record r;
        int result = entry_begin(a, EVENT_POLICY_REFUSED, &r);

        if (result < 0)
                return result;
        record_err(&r, "why", why);
        record_number(&r, "uid", who);
        return entry_commit(a, &r);
}

int audit_policy_loaded(struct audit *a, const struct policy *p, const char *stage, const struct err *note) {
        struct record r;
        int result = entry_begin(a, EVENT_POLICY_LOADED, &r);

        if (result < 0)
                return result;
        record_number(&r, "serial", p ? policy_serial(p) : 0);
        record_text(&r, "title", p ? policy_title(p) : "");
        record_flag(&r, "sealed", !p);
        record_text(&r, "stage", stage);
        if (note->text[0])
                record_err(&r, "note", note);
        return entry_commit(a, &r);
}

static int agent_write(struct audit *a, enum event e, const char *key, const char *text) {
        struct record r;
        int result = entry_begin(a, e, &r);

        if (result < 0)
                return result;
        if (key)
                record_text(&r, key, text);
        return entry_commit(a, &r);
}

int audit_agent_started(struct audit *a) {
        return agent_write(a, EVENT_AGENT_STARTED, NULL, NULL);
}

int audit_agent_stopping(struct audit *a, const char *stage) {
        audit_tell_counted(a, true);
        return agent_write(a, EVENT_AGENT_STOPPING, "stage", stage);
}

int audit_observer_lost(struct audit *a, const char *why) {
        return agent_write(a, EVENT_OBSERVER_LOST, "why", why);
}

int audit_kernel_baseline(struct audit *a, const char *controller, const struct err *why) {
        struct record r;
        int result = entry_begin(a, EVENT_KERNEL_BASELINE, &r);

        if (result < 0)
                return result;
        if (why)
                record_err(&r, "what", why);
        else
                record_text(&r, "what", controller);
        record_flag(&r, "ok", !why);
        return entry_commit(a, &r);
}
