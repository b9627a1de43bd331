/* SPDX-License-Identifier: MIT */
/* heard.h — who connects to a notifier's socket in this folder, as whom, and what has arrived there. */
#pragma once

#include "base/cleanup.h"
#include "notify/notifier.h"

extern struct loop *loop;
extern struct notifier *notifier;
extern uid_t sitting;

uid_t at_the_seat(void); /* `sitting`, for notifier_new */

void turn(struct loop *l); /* all that waits to be done is done */
int connect_as(uid_t uid);
void await(int fd); /* until the loop has something for it */

enum heard { HEARD, SILENCE, SHOWN_OUT };
enum heard hear(int fd, struct notice *ret); /* what has arrived by now */
