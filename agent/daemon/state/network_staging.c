/* SPDX-License-Identifier: MIT */
/* network_staging.c — see network_staging.h. */
#include "state/network_staging.h"

#include "base/cleanup.h"
#include "host/file.h"

static int network_staging_record(int dir, struct audit *a, enum network_stage before, enum network_stage to, uid_t who,
                                  struct err *err) {
        int r = audit_network_stage_changed(a, network_stage_name(before), network_stage_name(to), who);

        if (r == 0)
                return 0;
        if (network_stage_write(dir, before, NULL) < 0)
                return err_say_errno(err, r, "監査記録に書けず、段階を元に戻すこともできません",
                                     "the audit log cannot be written, nor the stage taken back");
        return err_say_errno(err, r, "監査記録に書けないため、段階は変えません",
                             "the audit log cannot be written, so the stage stays");
}

int network_staging_change(int state_fd, struct audit *a, enum network_stage to, uid_t who,
                           enum network_stage *ret_before, struct err *err) {
        auto_fd dir = -1;
        int r = directory_make(state_fd, NETWORK_DIR, 0700, &dir, err);

        if (r < 0)
                return r;
        *ret_before = network_stage_of(dir);
        if (*ret_before == to)
                return 0;
        r = network_stage_write(dir, to, err);
        return r < 0 ? r : network_staging_record(dir, a, *ret_before, to, who, err);
}
