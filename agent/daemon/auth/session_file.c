/* SPDX-License-Identifier: MIT */
/* session_file.c — all sessions in one file (host/boot_file.h), a record each. See session_file.h. */
#include "auth/session_file.h"

#include "base/cleanup.h"
#include "host/boot_file.h"

#include <errno.h>
#include <string.h>

#define FILE_NAME "sessions"
#define MAGIC "SKSESS2\n"
#define RECORD_MOST 2048 /* of one, without its groups */
#define CONTENT_MOST (SESSIONS * (RECORD_MOST + (size_t)PERSON_MAX))

static void put_who(struct bytes_out *o, const struct person_found *who) {
        bytes_put_uint(o, who ? 1 : 0, 1);
        if (!who)
                return;
        bytes_put_string(o, who->name);
        bytes_put_uint(o, who->uid, 4);
        bytes_put_uint(o, who->n_groups, 2);
        for (size_t i = 0; i < who->n_groups; i++)
                bytes_put_string(o, who->groups[i]);
}

static void put_session(struct bytes_out *o, const struct session_kept *k) {
        const char *const texts[] = { k->user, k->service, k->tty, k->rhost, k->seat, k->id, k->last_place, k->reader };

        bytes_put_uint(o, k->stage, 1);
        bytes_put_uint(o, k->record, 8);
        bytes_put_uint(o, k->charge.class, 1);
        bytes_put_uint(o, k->charge.key, 8);
        bytes_put_uint(o, (uint32_t)k->pid, 4);
        bytes_put_uint(o, k->start, 8);
        bytes_put_uint(o, (uint64_t)k->passed_ms, 8);
        bytes_put_uint(o, k->opened, 8);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
                bytes_put_string(o, texts[i]);
        put_who(o, k->who);
        bytes_put_uint(o, (uint64_t)k->last_s, 8);
        bytes_put_uint(o, k->failures, 4);
        bytes_put_uint(o, k->has_card, 1);
        bytes_put_uint(o, k->card_gone, 1);
        bytes_put(o, k->certificate, sizeof k->certificate);
}

static struct person_found *take_who(struct bytes *b) {
        auto_free struct person_found *who = NULL;

        if (!bytes_u8(b))
                return NULL;
        who = calloc(1, sizeof *who);
        if (!who) {
                b->broken = true;
                return NULL;
        }
        bytes_string(b, who->name, sizeof who->name);
        who->uid = bytes_u32(b);
        who->n_groups = bytes_u16(b);
        if (who->n_groups > PERSON_GROUPS)
                b->broken = true;
        for (size_t i = 0; !b->broken && i < who->n_groups; i++)
                bytes_string(b, who->groups[i], sizeof who->groups[i]);
        return b->broken ? NULL : TAKE(who);
}

static void take_session(struct bytes *b, struct session_kept *ret) {
        *ret = (struct session_kept){ .stage = bytes_u8(b) };
        ret->record = bytes_u64(b);
        ret->charge.class = bytes_u8(b);
        ret->charge.key = bytes_u64(b);
        ret->pid = (pid_t)bytes_u32(b);
        ret->start = bytes_u64(b);
        ret->passed_ms = (int64_t)bytes_u64(b);
        ret->opened = bytes_u64(b);
        bytes_string(b, ret->user, sizeof ret->user);
        bytes_string(b, ret->service, sizeof ret->service);
        bytes_string(b, ret->tty, sizeof ret->tty);
        bytes_string(b, ret->rhost, sizeof ret->rhost);
        bytes_string(b, ret->seat, sizeof ret->seat);
        bytes_string(b, ret->id, sizeof ret->id);
        bytes_string(b, ret->last_place, sizeof ret->last_place);
        bytes_string(b, ret->reader, sizeof ret->reader);
        ret->who = take_who(b);
        ret->last_s = (int64_t)bytes_u64(b);
        ret->failures = bytes_u32(b);
        ret->has_card = bytes_u8(b) != 0;
        ret->card_gone = bytes_u8(b) != 0;
        bytes_copy(b, ret->certificate, sizeof ret->certificate);
        if (ret->stage == SESSION_NONE || ret->stage >= SESSION_STAGES || ret->charge.class >= SUBJECT_CLASSES
            || ret->pid <= 0 || (ret->stage == SESSION_OPEN && !ret->who))
                b->broken = true;
}

static int take_all(struct bytes *b, struct session_kept ret[SESSIONS], size_t *ret_n) {
        size_t n = 0;

        while (!b->broken && b->left && n < SESSIONS)
                take_session(b, &ret[n++]);
        if (bytes_done(b)) {
                *ret_n = n;
                return 0;
        }
        for (size_t i = 0; i < n; i++)
                free(TAKE(ret[i].who));
        return -EBADMSG;
}

int session_file_read(int runtime_fd, struct session_kept ret[SESSIONS], size_t *ret_n) {
        auto_free uint8_t *file = NULL;
        struct bytes content;
        int r = boot_file_read(runtime_fd, FILE_NAME, MAGIC, CONTENT_MOST, &file, &content);

        return r < 0 ? r : take_all(&content, ret, ret_n);
}

static size_t room_for(const struct session_kept *const *at, size_t n) {
        size_t room = 0;

        for (size_t i = 0; i < n; i++)
                room += RECORD_MOST + (at[i]->who ? at[i]->who->n_groups * (size_t)(PERSON_GROUP + 2) : 0);
        return room;
}

int session_file_write(int runtime_fd, const struct session_kept *const *at, size_t n, struct err *err) {
        size_t room = room_for(at, n);
        auto_free uint8_t *content = malloc(room + 1);
        struct bytes_out o = bytes_into(content, room);

        if (!content)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the sessions");
        for (size_t i = 0; i < n; i++)
                put_session(&o, at[i]);
        if (o.broken)
                return err_say(err, -EIO, "セッションの一覧を作れません", "make the list of sessions");
        return boot_file_write(runtime_fd, FILE_NAME, MAGIC, bytes_of(content, o.used), err);
}
