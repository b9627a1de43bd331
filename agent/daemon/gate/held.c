/* SPDX-License-Identifier: MIT */
/* held.c — the device is in, and each of its drivers is one of a disk; see held.h. */
#include "gate/held.h"

#include "enforce/usb.h"
#include "gate/carry_out.h"
#include "gate/inside.h"
#include "gate/judge.h"

/* Which of its interfaces the earlier agent let in is not known; that none of them is more than a disk is. */
static enum outcome held_verify(struct gate *g, struct device *d) {
        const struct verdict a_disk = { .action = ACTION_ALLOW, .interfaces = UINT64_MAX, .kinds = KIND_STORAGE };
        struct err note = { 0 };

        if (carry_out_recognise(g, d, &note) != OUTCOME_DONE)
                return OUTCOME_GONE;
        return usb_differs(d->directory, false) ? usb_verify(d->directory, &d->sighting, &a_disk, &note) : OUTCOME_GONE;
}

bool held_for_keeper(struct gate *g, struct device *d, const struct moment *now) {
        const struct device_facts *f = &d->sighting.facts;
        enum outcome outcome;

        if (!keeper_is_awaited(g->keeper) || f->bus != BUS_USB
            || !judge_needs_plane(state_policy(g->state), f, now, g->seated))
                return false;
        outcome = held_verify(g, d);
        if (outcome == OUTCOME_CONTRADICTED)
                d->verdict = verdict_deny(d->verdict.rule, REASON_CONTRADICTED);
        return outcome == OUTCOME_DONE;
}
