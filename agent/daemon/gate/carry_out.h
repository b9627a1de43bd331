/* SPDX-License-Identifier: MIT */
/* carry_out.h — what was decided about a device happens: enforced, recorded, told. */
#pragma once

#include "gate/gate.h"

/* As d->verdict says. `news`: not what was said of it before. */
void carry_out(struct gate *g, struct device *d, bool news);

/* Nothing is touched; what would have been done is recorded, once. */
void only_observe(struct gate *g, struct device *d, const struct verdict *before, bool news);

void record_gone(struct gate *g, const struct device *d);
