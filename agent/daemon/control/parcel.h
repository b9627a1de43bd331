/* SPDX-License-Identifier: MIT */
/* parcel.h — a JSON object that crosses the control socket in a sealed memfd. It may hold somebody's secret: no copy of
 * ours outlives its use, and none is swapped out. */
#pragma once

#include "base/cleanup.h"

#include <jansson.h>

#define PARCEL_MAX 65536 /* bytes of one that is brought with a request */

CLEANUP(json, json_t *, json_decref)
#define auto_json AUTO(json)

/* From now on jansson wipes what it frees, and what parcel_open() reads stands in locked pages. Once, before the first
 * object is made. */
void parcels_are_secret(void);

/* Read one object, strictly: -EPERM (no memfd with every seal), -EFBIG, -EBADMSG (no JSON, no object, a name twice). */
int parcel_open(int fd, json_t **ret);

/* A sealed memfd that holds `o`, or -errno. */
int parcel_seal(const json_t *o);
