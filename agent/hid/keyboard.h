/* SPDX-License-Identifier: MIT */
/* keyboard.h — which interfaces of a device are needed to type the passphrase of a disk before the agent runs. Pure;
 * knows no policy. */
#pragma once

#include "observer/interfaces.h"

/* A bit for each interface to let in; 0: the device waits for the agent. Over all configurations and alternate
 * settings: all of a device that has only input interfaces, at least one of them a boot keyboard (HID 1.11 §4.2, §4.3),
 * or only hub interfaces; of a keyboard that has beside them a card reader, sound or something of its maker's, its boot
 * keyboards alone. Nothing of one that could carry data away (storage, network …), nor of a mouse: no passphrase needs
 * it. */
uint64_t keyboard_interfaces(const struct interfaces *shown);
