/* SPDX-License-Identifier: MIT */
/* tell.h — sightings to the agent, none dropped: where the socket is full, wait for it. */
#pragma once

#include "wire/sighting.h"

/* -EPIPE: nobody is listening any more. */
int tell(int fd, const struct sighting *s);
