/* SPDX-License-Identifier: MIT */
/* stage.c — one of four words, written by file_replace(); anything else reads as STAGE_LOGIN. See stage.h. */
#include "store/stage.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define FILE_NAME "stage"
#define FILE_MAX 16

static const char *const names[STAGES] = {
        [STAGE_LOGIN] = "login",
        [STAGE_TRIAL] = "trial",
        [STAGE_DEVICES] = "devices",
        [STAGE_OBSERVE] = "observe",
};

const char *stage_name(enum stage s) {
        return (unsigned)s < STAGES ? names[s] : names[STAGE_LOGIN];
}

bool stage_from_name(const char *name, enum stage *ret) {
        for (enum stage s = 0; s < STAGES; s++)
                if (strcmp(names[s], name) == 0) {
                        *ret = s;
                        return true;
                }
        return false;
}

bool stage_enforces(enum stage s) {
        return s != STAGE_OBSERVE;
}

int stage_read(int state_fd, enum stage *ret) {
        char word[FILE_MAX];
        int r = file_read_word(state_fd, FILE_NAME, word, sizeof word);

        *ret = STAGE_LOGIN;
        if (r < 0)
                return r;
        return stage_from_name(word, ret) ? 0 : -EBADMSG;
}

enum stage stage_of(const char *state_dir) {
        auto_fd state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        enum stage ret = STAGE_LOGIN;

        if (state >= 0)
                (void)stage_read(state, &ret);
        return ret;
}

int stage_write(int state_fd, enum stage s, struct err *err) {
        char line[FILE_MAX];

        (void)snprintf(line, sizeof line, "%s\n", stage_name(s));
        return file_replace(state_fd, FILE_NAME, bytes_text(line), 0644, err);
}
