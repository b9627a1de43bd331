/* SPDX-License-Identifier: MIT */
/* network_stage.c — see network_stage.h. */
#include "host/network_stage.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <string.h>

#define STAGE_MAX 16

enum network_stage network_stage_of(int network_fd) {
        auto_free uint8_t *text = NULL;
        size_t size;
        int r = file_read(network_fd, NETWORK_STAGE, STAGE_MAX, &text, &size);

        if (r == -ENOENT || (r == 0 && strcmp((char *)text, "off\n") == 0))
                return NETWORK_OFF;
        return r == 0 && strcmp((char *)text, "observe\n") == 0 ? NETWORK_OBSERVE : NETWORK_ENFORCE;
}
