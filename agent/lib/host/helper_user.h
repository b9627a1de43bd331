/* SPDX-License-Identifier: MIT */
/* helper_user.h — the user that our unprivileged programs run as: sekimori, or nobody where there is none. */
#pragma once

#include <sys/types.h>

/* Asks the name service. Where it knows neither, as in the initramfs, it is 65534. Never root. */
void helper_user(uid_t *ret_uid, gid_t *ret_gid);
