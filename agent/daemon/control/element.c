/* SPDX-License-Identifier: MIT */
/* element.c — record_device() of the audit log sets the members; `verdict` and `kinds_let_in` are added here. See
 * element.h. */
#include "control/element.h"

#include "audit/record.h"
#include "decision/kind.h"

json_t *element_new(const struct sighting *s, const struct verdict *v, const struct policy *p) {
        struct record r = { .json = json_object() };

        if (!r.json)
                return NULL;
        record_device(&r, p, &(struct audit_device){ .path = s->path, .facts = &s->facts, .verdict = v });
        record_text(&r, "verdict", action_name(v->action));
        record_kinds(&r, "kinds_let_in", kinds_of_interfaces(&s->facts, v->interfaces));
        if (r.broken) {
                record_deinit(&r);
                return NULL;
        }
        return r.json;
}
