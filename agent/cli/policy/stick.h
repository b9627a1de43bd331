/* SPDX-License-Identifier: MIT */
/* stick.h — the one folder on a mounted stick that is ours: DIR/sekimori. Nothing else on it is looked at. */
#pragma once

#define STICK_FOLDER "sekimori"

/* A descriptor of DIR/sekimori, or -errno; `make`: made where it is not there. No symlink is followed beneath DIR. */
int stick_open(const char *dir, int make);

/* Hand the agent the newest envelope in DIR/sekimori that it takes. An enum exit_code; complains itself. */
int push_from_stick(const char *dir, const char *runtime_dir);
