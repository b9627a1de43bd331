/* SPDX-License-Identifier: MIT */
/* login.h — the scenes in which somebody logs in. */
#pragma once

void with_password_and_code(void);
void with_card_and_pin(void);
