/* SPDX-License-Identifier: MIT */
/* people.h — whose files lie in STATE/login/people. Knows no factor. */
#pragma once

#include <stddef.h>

#define PEOPLE_RECOVERY ".recovery" /* behind a person's name: the recovery codes */

/* Each once, sorted; the caller frees each and the list. 0 or -errno. */
int people_list(int people_fd, char ***ret, size_t *ret_n);
