/* SPDX-License-Identifier: MIT */
/* stage.c — see stage.h. */
#include "control/stage.h"

#include "control/visit.h"

#include <errno.h>

enum control_code stage_change(struct petition *p) {
        struct gate *gate = p->subject->gate;
        const char *name, *language = NULL, *before = stage_name(gate_stage(gate));
        enum stage stage;
        json_error_t why;
        int r;

        if (json_unpack_ex(p->asked, &why, JSON_STRICT, "{s:s, s?s}", "stage", &name, "lang", &language) < 0)
                return petition_malformed(p, why.text);
        if (!stage_from_name(name, &stage))
                return petition_say(p, CONTROL_REFUSED,
                                    SAY(petition_language(p, language), "段階の名前ではありません", "not a stage"));
        r = gate_set_stage(gate, stage, p->who, &p->err);
        if (r == -EPERM)
                return CONTROL_REFUSED;
        if (r < 0)
                return CONTROL_COULD_NOT;
        p->answer = json_pack("{s:s, s:s, s:s*}", "before", before, "stage", stage_name(stage), "note",
                              r > 0 ? p->err.text : NULL);
        return CONTROL_OK;
}
