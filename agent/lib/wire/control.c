/* SPDX-License-Identifier: MIT */
/* control.c — version, type or code, text; a memfd is sealed with F_ADD_SEALS against any change. See control.h. */
#include "wire/control.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

size_t control_request_encode(enum control_request type, void *to) {
        struct bytes_out o = bytes_into(to, CONTROL_MAX);

        bytes_put_uint(&o, CONTROL_VERSION, 1);
        bytes_put_uint(&o, type, 1);
        return o.used;
}

int control_request_decode(struct bytes from, enum control_request *ret) {
        uint8_t version = bytes_u8(&from), type = bytes_u8(&from);

        if (!bytes_done(&from) || version != CONTROL_VERSION || type == 0 || type >= CONTROL_REQUESTS)
                return -EBADMSG;
        *ret = type;
        return 0;
}

size_t control_reply_encode(const struct control_reply *reply, void *to) {
        struct bytes_out o = bytes_into(to, CONTROL_MAX);

        bytes_put_uint(&o, CONTROL_VERSION, 1);
        bytes_put_uint(&o, reply->code, 1);
        bytes_put_string(&o, reply->reason);
        return o.used;
}

static bool is_code(uint8_t code) {
        return code == CONTROL_OK || code == CONTROL_REFUSED || code == CONTROL_COULD_NOT;
}

int control_reply_decode(struct bytes from, struct control_reply *ret) {
        struct control_reply reply;
        uint8_t version = bytes_u8(&from);

        reply.code = bytes_u8(&from);
        bytes_string(&from, reply.reason, sizeof reply.reason);
        if (!bytes_done(&from) || version != CONTROL_VERSION || !is_code(reply.code))
                return -EBADMSG;
        *ret = reply;
        return 0;
}

int memfd_sealed(const char *name, struct bytes content) {
        auto_fd fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

        if (fd < 0)
                return -errno;
        while (content.left) {
                ssize_t n = write(fd, content.at, content.left);

                if (n < 0)
                        return -errno;
                (void)bytes_take(&content, (size_t)n);
        }
        if (fcntl(fd, F_ADD_SEALS, SEALS) < 0)
                return -errno;
        return take_fd(&fd);
}

bool memfd_is_sealed(int fd) {
        int seals = fcntl(fd, F_GET_SEALS);

        return seals >= 0 && (seals & SEALS) == SEALS;
}
