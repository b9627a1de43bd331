/* SPDX-License-Identifier: MIT */
/* person.c — the layout of what the agent and sekimori-person say, once for both directions. */
#include "wire/person.h"

#include "base/secret.h"

#include <errno.h>

/* The first byte of every message: agent and helper of different versions refuse each other's messages. */
#define VERSION 1

/* The name of a user, a group or a service: not empty, and without control characters. */
static bool name_is_plain(const char *s) {
        if (!*s)
                return false;
        for (; *s; s++)
                if ((uint8_t)*s < 0x20 || *s == 0x7f)
                        return false;
        return true;
}

/* PAM takes it for a file's name beneath /etc/pam.d. */
static bool service_is_plain(const char *s) {
        return name_is_plain(s) && s[0] != '.' && !strchr(s, '/');
}

/* A fixed buffer that contains a NUL. */
#define ENDS(buffer) (strnlen(buffer, sizeof(buffer)) < sizeof(buffer))

static bool found_in_range(const struct person_found *f) {
        if (!ENDS(f->name) || !name_is_plain(f->name) || f->n_groups > PERSON_GROUPS)
                return false;
        for (size_t i = 0; i < f->n_groups; i++)
                if (!ENDS(f->groups[i]) || !name_is_plain(f->groups[i]))
                        return false;
        return true;
}

static struct bytes_out person_begin(enum person_message type, void *to) {
        struct bytes_out out = bytes_into(to, PERSON_MAX);

        bytes_put_uint(&out, VERSION, 1);
        bytes_put_uint(&out, type, 1);
        return out;
}

static size_t person_end(const struct bytes_out *out) {
        return out->broken ? 0 : out->used;
}

size_t person_prepare_encode(const char *service, void *to) {
        struct bytes_out out = person_begin(PERSON_PREPARE, to);

        if (!service_is_plain(service) || strlen(service) >= PERSON_SERVICE)
                return 0;
        bytes_put_string(&out, service);
        return person_end(&out);
}

size_t person_ready_encode(void *to) {
        struct bytes_out out = person_begin(PERSON_READY, to);

        return person_end(&out);
}

size_t person_look_encode(const char *user, void *to) {
        struct bytes_out out = person_begin(PERSON_LOOK, to);

        if (!name_is_plain(user) || strlen(user) >= PERSON_NAME)
                return 0;
        bytes_put_string(&out, user);
        return person_end(&out);
}

size_t person_password_encode(const struct person_password *p, void *to) {
        struct bytes_out out = person_begin(PERSON_PASSWORD, to);

        if (!ENDS(p->service) || !service_is_plain(p->service) || !ENDS(p->password))
                return 0;
        bytes_put_string(&out, p->service);
        bytes_put_string(&out, p->password);
        return person_end(&out);
}

size_t person_found_encode(const struct person_found *f, void *to) {
        struct bytes_out out = person_begin(f ? PERSON_FOUND : PERSON_UNKNOWN, to);

        if (!f)
                return person_end(&out);
        if (!found_in_range(f))
                return 0;
        bytes_put_string(&out, f->name);
        bytes_put_uint(&out, f->uid, 4);
        bytes_put_uint(&out, f->n_groups, 2);
        for (size_t i = 0; i < f->n_groups; i++)
                bytes_put_string(&out, f->groups[i]);
        return person_end(&out);
}

size_t person_result_encode(const struct person_result *r, void *to) {
        struct bytes_out out = person_begin(PERSON_RESULT, to);

        if (!ENDS(r->text))
                return 0;
        bytes_put_uint(&out, r->right, 1);
        bytes_put_uint(&out, (uint32_t)r->code, 4);
        bytes_put_string(&out, r->text);
        return person_end(&out);
}

int person_type(struct bytes from) {
        uint8_t version = bytes_u8(&from), type = bytes_u8(&from);

        if (from.broken || version != VERSION || type < PERSON_LOOK || type >= PERSON_MESSAGES
            || ((type == PERSON_UNKNOWN || type == PERSON_READY) && from.left))
                return -EBADMSG;
        return type;
}

/* The cursor after the head of a message of this type; broken if it is of another type. */
static struct bytes person_body(struct bytes from, enum person_message type) {
        if (person_type(from) != (int)type)
                return (struct bytes){ .broken = true };
        (void)bytes_take(&from, 2);
        return from;
}

int person_prepare_decode(struct bytes from, char ret[PERSON_SERVICE]) {
        from = person_body(from, PERSON_PREPARE);
        bytes_string(&from, ret, PERSON_SERVICE);
        if (bytes_done(&from) && service_is_plain(ret))
                return 0;
        memset(ret, 0, PERSON_SERVICE);
        return -EBADMSG;
}

int person_look_decode(struct bytes from, char ret[PERSON_NAME]) {
        from = person_body(from, PERSON_LOOK);
        bytes_string(&from, ret, PERSON_NAME);
        if (bytes_done(&from) && name_is_plain(ret))
                return 0;
        memset(ret, 0, PERSON_NAME);
        return -EBADMSG;
}

int person_password_decode(struct bytes from, struct person_password *ret) {
        from = person_body(from, PERSON_PASSWORD);
        bytes_string(&from, ret->service, sizeof ret->service);
        bytes_string(&from, ret->password, sizeof ret->password);
        if (bytes_done(&from) && service_is_plain(ret->service))
                return 0;
        secret_wipe(ret, sizeof *ret);
        return -EBADMSG;
}

/* Entries after the last group are left unchanged: the memory of unused entries is never touched. */
int person_found_decode(struct bytes from, struct person_found *ret) {
        from = person_body(from, PERSON_FOUND);
        bytes_string(&from, ret->name, sizeof ret->name);
        ret->uid = bytes_u32(&from);
        ret->n_groups = bytes_u16(&from);
        for (size_t i = 0; i < ret->n_groups && i < PERSON_GROUPS; i++)
                bytes_string(&from, ret->groups[i], sizeof ret->groups[i]);
        if (bytes_done(&from) && found_in_range(ret))
                return 0;
        memset(ret, 0, offsetof(struct person_found, groups));
        return -EBADMSG;
}

int person_result_decode(struct bytes from, struct person_result *ret) {
        uint8_t right;

        memset(ret, 0, sizeof *ret);
        from = person_body(from, PERSON_RESULT);
        right = bytes_u8(&from);
        ret->right = right == 1;
        ret->code = (int32_t)bytes_u32(&from);
        bytes_string(&from, ret->text, sizeof ret->text);
        if (bytes_done(&from) && right <= 1)
                return 0;
        memset(ret, 0, sizeof *ret);
        return -EBADMSG;
}
