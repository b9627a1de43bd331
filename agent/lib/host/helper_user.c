/* SPDX-License-Identifier: MIT */
/* helper_user.c — getpwnam (NSS) for sekimori, then nobody; uid 0 is skipped; else 65534. See helper_user.h. */
#include "host/helper_user.h"

#include <pwd.h>

static const char *const users[] = { "sekimori", "nobody" };
#define NOBODY 65534 /* the kernel's own number for nobody */

/* Only the numbers are used. A faulty name service does no harm here: no untrusted data has been read yet. */
void helper_user(uid_t *ret_uid, gid_t *ret_gid) {
        *ret_uid = *ret_gid = NOBODY;
        for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
                const struct passwd *entry = getpwnam(users[i]);

                if (!entry || entry->pw_uid == 0)
                        continue;
                *ret_uid = entry->pw_uid;
                *ret_gid = entry->pw_gid;
                return;
        }
}
