/* SPDX-License-Identifier: MIT */
/* helper_user.h — the user that our unprivileged programs run as: sekimori, or nobody where there is none. */
#pragma once

#include <sys/types.h>

/* Asks the name service. 0, or -ENOENT: neither is there, or both are root. */
int helper_user(uid_t *ret_uid, gid_t *ret_gid);
