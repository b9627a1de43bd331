/* SPDX-License-Identifier: MIT */
/* router.h — a Thunderbolt or USB4 device: its place, and its facts as one sighting.
 *
 * What it brings is a tunnel for PCI Express, and what is at its end nobody knows before it is let in: told as one
 * interface of the vendor's own class, which no rule for a kind of device takes for something milder. Its serial
 * number is the kernel's `unique_id`. Source: Documentation/admin-guide/thunderbolt.rst. */
#pragma once

#include "wire/sighting.h"

/* `devpath` is the kernel's: "/devices/pci…/domain0/0-0/0-1". False: a controller of this computer itself ("0-0"), or
 * none at all. */
bool router_place(const char *devpath, char ret[SIGHTING_PATH]);

/* -ENODEV where it is on its way out, -EINVAL where router_place() knows none. */
int router_gather(const char *devpath, struct sighting *ret);

/* -EINVAL likewise. */
int router_gone(const char *devpath, struct sighting *ret);
