/* SPDX-License-Identifier: MIT */
/* login.c — see login.h. The layout of each message stands here once for each direction. */
#include "wire/login.h"

#include "base/secret.h"

#include <errno.h>

/* The second byte: a message that is sent back to its sender is never taken for one of the other side. */
enum message { MESSAGE_BEGIN = 1 /* of before 0.5 */, MESSAGE_ANSWER, MESSAGE_SAY, MESSAGE_BEGIN_ASKED };

#define FLAGS (LOGIN_PASSED | LOGIN_SILENT)

/* A string that ends within its room, without control characters: what reaches logs and terminals as one line. */
static bool name_is_plain(const char *s, size_t size) {
        size_t n = strnlen(s, size);

        for (size_t i = 0; i < n; i++)
                if ((uint8_t)s[i] < 0x20 || s[i] == 0x7f)
                        return false;
        return n < size;
}

static bool begin_in_range(const struct login_begin *b) {
        return b->phase >= LOGIN_AUTHENTICATE && b->phase < LOGIN_PHASES && !(b->flags & ~FLAGS) && *b->user
               && *b->service && name_is_plain(b->user, sizeof b->user) && name_is_plain(b->service, sizeof b->service)
               && name_is_plain(b->tty, sizeof b->tty) && name_is_plain(b->rhost, sizeof b->rhost)
               && name_is_plain(b->seat, sizeof b->seat) && name_is_plain(b->session, sizeof b->session)
               && name_is_plain(b->asker.user, sizeof b->asker.user);
}

static bool login_asks(enum login_saying what) {
        return what == LOGIN_ASK_HIDDEN || what == LOGIN_ASK_SHOWN;
}

static bool say_in_range(const struct login_say *s) {
        return s->what >= LOGIN_ASK_HIDDEN && s->what < LOGIN_SAYINGS && strnlen(s->text, LOGIN_TEXT) < LOGIN_TEXT
               && (!s->keep || login_asks(s->what)) && s->kept < LOGIN_ANSWER && (!s->kept || s->what == LOGIN_ALLOW);
}

static struct bytes_out login_message(void *to, enum message type) {
        struct bytes_out out = bytes_into(to, LOGIN_MAX);

        bytes_put_uint(&out, LOGIN_VERSION, 1);
        bytes_put_uint(&out, type, 1);
        return out;
}

/* Another version's message breaks the cursor. */
static uint8_t message_type(struct bytes *in) {
        uint8_t version = bytes_u8(in), type = bytes_u8(in);

        if (version != LOGIN_VERSION)
                in->broken = true;
        return type;
}

/* And so does another message than expected. */
static void open_message(struct bytes *in, enum message type) {
        if (message_type(in) != type)
                in->broken = true;
}

static void put_asker(struct bytes_out *out, const struct login_asker *a) {
        if (!a->told)
                return;
        bytes_put_uint(out, a->uid, 4);
        bytes_put_uint(out, a->login_uid, 4);
        bytes_put_uint(out, a->login_session, 4);
        bytes_put_string(out, a->user);
}

static void asker_decode(struct bytes *from, struct login_asker *a) {
        if (!a->told)
                return;
        a->uid = bytes_u32(from);
        a->login_uid = bytes_u32(from);
        a->login_session = bytes_u32(from);
        bytes_string(from, a->user, sizeof a->user);
}

size_t login_begin_encode(const struct login_begin *b, void *to) {
        struct bytes_out out = login_message(to, b->asker.told ? MESSAGE_BEGIN_ASKED : MESSAGE_BEGIN);

        if (!begin_in_range(b))
                return 0;
        bytes_put_uint(&out, b->phase, 1);
        bytes_put_uint(&out, b->flags, 1);
        bytes_put_string(&out, b->user);
        bytes_put_string(&out, b->service);
        bytes_put_string(&out, b->tty);
        bytes_put_string(&out, b->rhost);
        bytes_put_string(&out, b->seat);
        bytes_put_string(&out, b->session);
        put_asker(&out, &b->asker);
        return out.broken ? 0 : out.used;
}

int login_begin_decode(struct bytes from, struct login_begin *ret) {
        struct login_begin b = { 0 };
        uint8_t type = message_type(&from);

        b.asker.told = type == MESSAGE_BEGIN_ASKED;
        b.phase = bytes_u8(&from);
        b.flags = bytes_u8(&from);
        bytes_string(&from, b.user, sizeof b.user);
        bytes_string(&from, b.service, sizeof b.service);
        bytes_string(&from, b.tty, sizeof b.tty);
        bytes_string(&from, b.rhost, sizeof b.rhost);
        bytes_string(&from, b.seat, sizeof b.seat);
        bytes_string(&from, b.session, sizeof b.session);
        asker_decode(&from, &b.asker);
        *ret = (struct login_begin){ 0 };
        if (!bytes_done(&from) || (type != MESSAGE_BEGIN && !b.asker.told) || !begin_in_range(&b))
                return -EBADMSG;
        *ret = b;
        return 0;
}

size_t login_say_encode(const struct login_say *s, void *to) {
        struct bytes_out out = login_message(to, MESSAGE_SAY);

        if (!say_in_range(s))
                return 0;
        bytes_put_uint(&out, s->what, 1);
        bytes_put_uint(&out, s->keep, 1);
        bytes_put_uint(&out, s->kept, 2);
        bytes_put_string(&out, s->text);
        return out.broken ? 0 : out.used;
}

int login_say_decode(struct bytes from, struct login_say *ret) {
        uint8_t keep;

        *ret = (struct login_say){ 0 };
        open_message(&from, MESSAGE_SAY);
        ret->what = bytes_u8(&from);
        keep = bytes_u8(&from);
        ret->keep = keep;
        ret->kept = bytes_u16(&from);
        bytes_string(&from, ret->text, sizeof ret->text);
        if (bytes_done(&from) && keep <= 1 && say_in_range(ret))
                return 0;
        *ret = (struct login_say){ 0 };
        return -EBADMSG;
}

size_t login_answer_encode(const char *answer, void *to) {
        struct bytes_out out = login_message(to, MESSAGE_ANSWER);

        if (strnlen(answer, LOGIN_ANSWER) >= LOGIN_ANSWER)
                return 0;
        bytes_put_string(&out, answer);
        return out.broken ? 0 : out.used;
}

int login_answer_decode(struct bytes from, char ret[LOGIN_ANSWER]) {
        open_message(&from, MESSAGE_ANSWER);
        bytes_string(&from, ret, LOGIN_ANSWER);
        if (bytes_done(&from))
                return 0;
        secret_wipe(ret, LOGIN_ANSWER);
        return -EBADMSG;
}
