/* SPDX-License-Identifier: MIT */
/* network_stage.c — see network_stage.h. */
#include "host/network_stage.h"

#include "host/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define STAGE_MAX 16

static const char *const names[NETWORK_STAGES] = {
        [NETWORK_ENFORCE] = "enforce",
        [NETWORK_TRIAL] = "trial",
        [NETWORK_OBSERVE] = "observe",
        [NETWORK_OFF] = "off",
};

const char *network_stage_name(enum network_stage s) {
        return (unsigned)s < NETWORK_STAGES ? names[s] : names[NETWORK_ENFORCE];
}

bool network_stage_from_name(const char *name, enum network_stage *ret) {
        for (enum network_stage s = 0; s < NETWORK_STAGES; s++)
                if (strcmp(names[s], name) == 0) {
                        *ret = s;
                        return true;
                }
        return false;
}

bool network_stage_enforces(enum network_stage s) {
        return s != NETWORK_OFF && s != NETWORK_OBSERVE;
}

enum network_stage network_stage_of(int network_fd) {
        enum network_stage s = NETWORK_ENFORCE;
        char word[STAGE_MAX];
        int r = file_read_word(network_fd, NETWORK_STAGE, word, sizeof word);

        if (r == 0)
                (void)network_stage_from_name(word, &s);
        return r == -ENOENT ? NETWORK_OFF : s;
}

int network_stage_write(int network_fd, enum network_stage s, struct err *err) {
        char line[STAGE_MAX];

        (void)snprintf(line, sizeof line, "%s\n", network_stage_name(s));
        return file_replace(network_fd, NETWORK_STAGE, bytes_text(line), 0600, err);
}
