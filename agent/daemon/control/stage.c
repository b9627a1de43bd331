/* SPDX-License-Identifier: MIT */
/* stage.c — strict JSON, then state_set_stage(): -EPERM is a refusal, the rest CONTROL_COULD_NOT. See stage.h. */
#include "control/stage.h"

#include "control/visit.h"
#include "state/network_staging.h"

#include <errno.h>

static enum control_code stage_change_network(struct petition *p, const char *name) {
        const struct subject *s = p->subject;
        enum network_stage to, before;

        if (!network_stage_from_name(name, &to))
                return petition_say(p, CONTROL_REFUSED, "ネットワークの段階の名前ではありません",
                                    "not a stage of the network");
        if (network_staging_change(store_fd(s->store), s->audit, to, p->who, &before, &p->err) < 0)
                return CONTROL_COULD_NOT;
        p->answer = json_pack("{s:s, s:s}", "before", network_stage_name(before), "network", network_stage_name(to));
        return CONTROL_OK;
}

enum control_code stage_change(struct petition *p) {
        struct state *state = p->subject->state;
        const char *name, *before = stage_name(state_stage(state));
        enum stage stage;
        json_error_t why;
        int r;

        if (json_unpack(p->asked, "{s:s!}", "network", &name) == 0)
                return stage_change_network(p, name);
        if (json_unpack_ex(p->asked, &why, JSON_STRICT, "{s:s}", "stage", &name) < 0)
                return petition_malformed(p, why.text, why.text);
        if (!stage_from_name(name, &stage))
                return petition_say(p, CONTROL_REFUSED, "段階の名前ではありません", "not a stage");
        r = state_set_stage(state, stage, p->who, &p->err);
        if (r == -EPERM)
                return CONTROL_REFUSED;
        if (r < 0)
                return CONTROL_COULD_NOT;
        p->answer = json_pack("{s:s, s:s, s:s*}", "before", before, "stage", stage_name(stage), "note",
                              r > 0 ? err_text(&p->err, p->l) : NULL);
        return CONTROL_OK;
}
