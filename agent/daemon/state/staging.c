/* SPDX-License-Identifier: MIT */
/* staging.c — stage_write(), then the audit record; if that fails, the old stage is written back. See staging.h. */
#include "state/staging.h"

void staging_load(struct staging *s, int state_fd) {
        s->state_fd = state_fd;
        s->status = stage_read(state_fd, &s->now);
}

/* If the change cannot be recorded, the stage before is written back, also if that was only assumed. */
static int staging_settle(struct staging *s, enum stage to, int recorded, struct err *err) {
        if (recorded == 0) {
                s->now = to;
                s->status = 0;
                return 0;
        }
        if (stage_write(s->state_fd, s->now, NULL) < 0)
                return err_say_errno(err, recorded, "監査記録に書けず、段階を元に戻すこともできません",
                                     "the audit log cannot be written, nor the stage taken back");
        return err_say_errno(err, recorded, "監査記録に書けないため、段階は変えません",
                             "the audit log cannot be written, so the stage stays");
}

int staging_change(struct staging *s, struct audit *a, enum stage to, uid_t who, struct err *err) {
        int r;

        if (s->status == 0 && s->now == to)
                return 0;
        r = stage_write(s->state_fd, to, err);
        return r < 0 ? r : staging_settle(s, to, audit_stage_changed(a, stage_name(s->now), stage_name(to), who), err);
}

int staging_confirm(struct staging *s, struct audit *a, const char *user, struct err *err) {
        const enum stage to = STAGE_LOGIN;
        int r;

        if (s->now != STAGE_TRIAL)
                return 0;
        r = stage_write(s->state_fd, to, err);
        return r < 0 ? r
                     : staging_settle(s, to, audit_stage_confirmed(a, stage_name(s->now), stage_name(to), user), err);
}
