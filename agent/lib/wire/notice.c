/* SPDX-License-Identifier: MIT */
/* notice.c — version, then fields in fixed order; checked before encoding and after decoding. See notice.h. */
#include "wire/notice.h"

#include <errno.h>

static bool is_plain(const char *s, size_t size, bool ascii) {
        size_t n = strnlen(s, size);

        for (size_t i = 0; i < n; i++)
                if ((uint8_t)s[i] < 0x20 || s[i] == 0x7f || (ascii && (uint8_t)s[i] > 0x7f))
                        return false;
        return n < size;
}

static bool in_range(const struct notice *n) {
        return n->kind >= NOTICE_REFUSED && n->kind < NOTICE_KINDS && n->urgency < NOTICE_URGENCIES
               && is_plain(n->request, sizeof n->request, true) && is_plain(n->title, sizeof n->title, false)
               && is_plain(n->body, sizeof n->body, false) && is_plain(n->line, sizeof n->line, true);
}

size_t notice_encode(const struct notice *n, void *to) {
        struct bytes_out out = bytes_into(to, NOTICE_MAX);

        if (!in_range(n))
                return 0;
        bytes_put_uint(&out, NOTICE_VERSION, 1);
        bytes_put_uint(&out, n->kind, 1);
        bytes_put_uint(&out, n->urgency, 1);
        bytes_put_uint(&out, n->device, 8);
        bytes_put_string(&out, n->request);
        bytes_put_string(&out, n->title);
        bytes_put_string(&out, n->body);
        bytes_put_string(&out, n->line);
        return out.broken ? 0 : out.used;
}

int notice_decode(struct bytes from, struct notice *ret) {
        uint8_t version = bytes_u8(&from);

        *ret = (struct notice){ .kind = bytes_u8(&from) };
        ret->urgency = bytes_u8(&from);
        ret->device = bytes_u64(&from);
        bytes_string(&from, ret->request, sizeof ret->request);
        bytes_string(&from, ret->title, sizeof ret->title);
        bytes_string(&from, ret->body, sizeof ret->body);
        bytes_string(&from, ret->line, sizeof ret->line);
        if (bytes_done(&from) && version == NOTICE_VERSION && in_range(ret))
                return 0;
        *ret = (struct notice){ 0 };
        return -EBADMSG;
}
