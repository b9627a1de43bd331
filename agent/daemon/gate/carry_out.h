/* SPDX-License-Identifier: MIT */
/* carry_out.h — carries out the verdict on a device: enforces, records, notifies. */
#pragma once

#include "gate/gate.h"

/* Carries out d->verdict. `news`: the verdict is the first one or differs from the one before. */
void carry_out(struct gate *g, struct device *d, bool news);

/* Opens the device's directory, once; what is in by then without a verdict is noticed. A device on a bus without
 * bus_ops has none: it is never let in (judge.c), and the agent has no means to act on it. */
enum outcome carry_out_recognise(struct gate *g, struct device *d, struct err *note);

/* The kernel's side of a device changed behind us: a driver that was registered, another configuration, another
 * program's write. What was decided is applied once more. */
void carry_out_again(struct gate *g, struct device *d);

/* A driver took an interface of a device: if that is let in and the driver is none of its kind, it is cut off. */
void carry_out_verify(struct gate *g, struct device *d);

/* Enforces nothing: the device is left open, or is opened where the gate had held it back. What would have been done is
 * recorded, once. */
void only_observe(struct gate *g, struct device *d, const struct verdict *before, bool news);

/* The device was cut off, and the kernel has not forgotten it: recorded, and told at the desk. */
void carry_out_held(struct gate *g, struct device *d);

/* `note`: what to know beside that; may be NULL. */
void record_gone(struct gate *g, const struct device *d, const struct err *note);
