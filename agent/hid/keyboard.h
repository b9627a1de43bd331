/* SPDX-License-Identifier: MIT */
/* keyboard.h — is a device nothing but a keyboard, or nothing but a hub? These are needed to type the passphrase of a
 * disk before the agent runs. Pure; knows no policy. */
#pragma once

#include "observer/interfaces.h"

/* True if all configurations and alternate settings have only input interfaces, at least one of them a boot keyboard
 * (HID 1.11 §4.2, §4.3), or only hub interfaces. A mouse is not needed for a passphrase, and waits for the agent. */
bool keyboard_is_plain(const struct interfaces *shown);
