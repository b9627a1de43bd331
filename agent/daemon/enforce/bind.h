/* SPDX-License-Identifier: MIT */
/* bind.h — one USB interface and the kernel's driver for it. Shared by the files of this folder only.
 * Source: drivers/base/bus.c (bind, drivers_probe), drivers/usb/core/driver.c (usb_probe_interface). */
#pragma once

#include "decision/drivers.h"
#include "enforce/usb.h"

/* Must a driver of its kinds be there before the interface is authorized? Not for what programs drive, nor for what may
 * be anything. */
bool interface_needs_driver(uint32_t kinds);

/* Is one of the drivers of these kinds registered on the bus? */
bool interface_driver_is_there(int bus, uint32_t kinds);

/* The driver that has the interface (its directory) now. False: none has. */
bool interface_driver(int interface, char ret[static FACTS_DRIVER]);

/* Have it bound: by name to the first driver of its kinds that takes it, or, where it may be anything, to whatever
 * driver wants it. False: no driver of its kinds took it. An interface that is bound already stays so. */
bool interface_bind(int bus, int interface, const char *name, uint32_t kinds);
