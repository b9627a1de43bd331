/* SPDX-License-Identifier: MIT */
/* router.h — a Thunderbolt or USB4 device: its place, and its facts as one sighting.
 *
 * It brings a tunnel for PCI Express, and what is at the other end is unknown before it is let in. So it is reported as
 * one interface of the vendor's own class, which no rule for a kind of device takes for something milder. Its serial
 * number is the kernel's `unique_id`. Source: Documentation/admin-guide/thunderbolt.rst. */
#pragma once

#include "wire/sighting.h"

/* `devpath` is the kernel's: "/devices/pci…/domain0/0-0/0-1". False: a controller of this computer itself ("0-0"), or
 * no such device at all. */
bool router_place(const char *devpath, char ret[SIGHTING_PATH]);

/* -ENODEV if the device is being removed, -EINVAL if router_place() refuses the path. */
int router_gather(const char *devpath, struct sighting *ret);

/* -EINVAL likewise. */
int router_gone(const char *devpath, struct sighting *ret);
