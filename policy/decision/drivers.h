/* SPDX-License-Identifier: MIT */
/* drivers.h — which of the kernel's drivers, and which device nodes, belong to a kind of device. One table; the gate
 * binds by it, and what the keeper is told to open follows from it. Knows names only. */
#pragma once

#include "decision/kind.h"

/* The device nodes that belong to a device on USB, by who makes them. */
enum node_kind {
        NODES_USBFS = 1 << 0,  /* /dev/bus/usb: a program drives the device itself */
        NODES_SERIAL = 1 << 1, /* ttyACM, ttyUSB */
        NODES_MISC = 1 << 2,   /* the kernel's "usb" major: usblp, cdc-wdm, hiddev, usbtmc */
        NODES_HIDRAW = 1 << 3,
        NODES_INPUT = 1 << 4,
        NODES_SOUND = 1 << 5,
        NODES_VIDEO = 1 << 6,
        NODES_DISK = 1 << 7, /* block devices, and what passes commands on to them */
};

/* The drivers of a kind's row in the order in which they are tried, NULL-terminated; an empty list where programs drive
 * such a device through usbfs. `kind` is one bit. */
const char *const *drivers_of_kind(uint32_t kind);

/* Every node that a device with these kinds may have (enum node_kind). */
unsigned nodes_of_kinds(uint32_t kinds);

/* The nodes that a rule may name (`nodes:`), as the language says it; NULL for any other. `node` is one bit. */
const char *node_name(unsigned node);

/* 0 for an unknown name. */
unsigned node_from_name(const char *name);

/* All kinds in whose rows the driver (or module: "-" and "_" are the same) stands; KIND_VENDOR where it stands in none:
 * such a driver may do anything. */
uint32_t kinds_of_driver(const char *name);

/* May this driver serve an interface of these kinds? A driver of a class serves its own class; an interface that may
 * be anything (KIND_VENDOR, KIND_OTHER) is served by any driver whose kinds the verdict let in. "usbfs" is a program:
 * whether it may open the device is the keeper's question, not this one. */
bool driver_may_serve(const char *name, uint32_t interface_kinds, uint32_t let_in);

/* Does this module of the HID bus, found by vendor and product, serve what people type and point with? Others make a
 * bridge to I2C, pins, a display or a sensor of what says it is an input device. */
bool hid_driver_is_for_input(const char *module);

/* A module that the tables name for interfaces and that drives devices as a whole (how they charge, the power of hubs
 * on the board): no interface is ever bound to it. */
bool module_takes_no_interface(const char *module);
