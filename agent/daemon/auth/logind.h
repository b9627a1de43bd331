/* SPDX-License-Identifier: MIT */
/* logind.h — ask systemd-logind to lock or end a session. Never waits for it. */
#pragma once

enum logind_act { LOGIND_LOCK, LOGIND_TERMINATE };

/* `session`: logind's name for it (XDG_SESSION_ID); "" where it is not known: then every session of the terminal is
 * locked, as locking one too many is better than one too few. 0 or -errno. */
int logind_act(const char *session, enum logind_act what);
