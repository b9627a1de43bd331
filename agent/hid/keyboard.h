/* SPDX-License-Identifier: MIT */
/* keyboard.h — is a device nothing but a keyboard, or nothing but a hub? What somebody needs who types the passphrase
 * of a disk before there is an agent to ask. Pure; knows no policy. */
#pragma once

#include "observer/interfaces.h"

/* Of all configurations and alternate settings: only input devices, at least one of them a boot keyboard (HID 1.11
 * §4.2, §4.3); or only hubs. A mouse is not needed for a passphrase, and waits for the agent. */
bool keyboard_is_plain(const struct interfaces *shown);
