/* SPDX-License-Identifier: MIT */
/* login_given.h — the login section of a policy, in a line each. */
#pragma once

#define LOGIN(rest) "devices: []\nlogin:\n" rest
#define CARD "  card: {module: /lib/p11.so}\n"
#define REQUIRE(list) LOGIN(CARD "  rules: [{name: a, require: [" list "]}]\n")
#define RULES "  rules: [{name: a, require: [password+totp]}]\n"
