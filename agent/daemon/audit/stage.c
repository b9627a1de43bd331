/* SPDX-License-Identifier: MIT */
/* stage.c — records changes of the stage (how much is enforced). */
#include "audit/entry.h"

static int stage_write_change(struct audit *a, enum event e, const char *before, const char *stage, uint32_t who) {
        struct record r;
        int result = entry_begin(a, e, &r);

        if (result < 0)
                return result;
        record_text(&r, "before", before);
        record_text(&r, "stage", stage);
        record_number(&r, "uid", who);
        return entry_commit(a, &r);
}

int audit_stage_changed(struct audit *a, const char *before, const char *stage, uint32_t who) {
        return stage_write_change(a, EVENT_STAGE_CHANGED, before, stage, who);
}

int audit_network_stage_changed(struct audit *a, const char *before, const char *stage, uint32_t who) {
        return stage_write_change(a, EVENT_NETWORK_STAGE_CHANGED, before, stage, who);
}

int audit_stage_confirmed(struct audit *a, const char *before, const char *stage, const char *user) {
        struct record r;
        int result = entry_begin(a, EVENT_STAGE_CONFIRMED, &r);

        if (result < 0)
                return result;
        record_text(&r, "before", before);
        record_text(&r, "stage", stage);
        record_text(&r, "user", user);
        return entry_commit(a, &r);
}
