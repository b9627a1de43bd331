/* SPDX-License-Identifier: MIT */
/* tell.h — sends sightings to the agent and drops none: where the socket is full, it waits. */
#pragma once

#include "wire/sighting.h"

/* -EPIPE: the agent is gone. */
int tell(int fd, const struct sighting *s);
