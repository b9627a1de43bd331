/* SPDX-License-Identifier: MIT */
/* person.c — what the agent and sekimori-person may say to each other, and how much of anything else is refused. */
#include "wire/person.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static uint8_t wire[PERSON_MAX + 1];

static struct person_password a_password(void) {
        return (struct person_password){ .service = "sekimori-password", .password = "\xe9\x96\xa2 \xff\n\x1b word" };
}

static struct person_result a_result(void) {
        return (struct person_result){ .right = true, .code = -7, .text = "one\ntwo" };
}

static struct person_found *a_person(size_t n_groups) {
        struct person_found *f = calloc(1, sizeof *f);

        cr_assert_not_null(f);
        (void)snprintf(f->name, sizeof f->name, "tanaka");
        f->uid = 4294967295;
        f->n_groups = n_groups;
        for (size_t i = 0; i < n_groups; i++)
                (void)snprintf(f->groups[i], sizeof f->groups[i], "group %zu", i);
        return f;
}

/* Each kind of message by its encoder and its decoder, so that every test sees all of them. */
static size_t look_encode(void *to) {
        return person_look_encode("tanaka", to);
}

static size_t prepare_encode(void *to) {
        return person_prepare_encode("sekimori-password", to);
}

static int prepare_decode(struct bytes from) {
        char service[PERSON_SERVICE];
        int r = person_prepare_decode(from, service);

        cr_expect_str_eq(service, r == 0 ? "sekimori-password" : "");
        return r;
}

static int ready_decode(struct bytes from) {
        int type = person_type(from);

        return type < 0 ? type : type == PERSON_READY ? 0 : -EBADMSG;
}

static size_t password_encode(void *to) {
        const struct person_password p = a_password();

        return person_password_encode(&p, to);
}

static size_t found_encode(void *to) {
        struct person_found *f = a_person(3);
        size_t n = person_found_encode(f, to);

        free(f);
        return n;
}

static size_t unknown_encode(void *to) {
        return person_found_encode(NULL, to);
}

static size_t result_encode(void *to) {
        const struct person_result r = a_result();

        return person_result_encode(&r, to);
}

static int look_decode(struct bytes from) {
        char user[PERSON_NAME];

        return person_look_decode(from, user);
}

static int password_decode(struct bytes from) {
        static const struct person_password none;
        struct person_password p;
        int r = person_password_decode(from, &p);

        cr_expect(r == 0 || memcmp(&p, &none, sizeof p) == 0, "nothing of it stays behind");
        return r;
}

static int found_decode(struct bytes from) {
        static struct person_found f;
        int r = person_found_decode(from, &f);

        cr_expect(r == 0 || (f.name[0] == '\0' && f.n_groups == 0), "nobody");
        return r;
}

static int unknown_decode(struct bytes from) {
        int type = person_type(from);

        return type < 0 ? type : type == PERSON_UNKNOWN ? 0 : -EBADMSG;
}

static int result_decode(struct bytes from) {
        struct person_result r;
        int result = person_result_decode(from, &r);

        cr_expect(result == 0 || !r.right, "never right by mistake");
        return result;
}

static const struct {
        enum person_message type;
        size_t (*encode)(void *to);
        int (*decode)(struct bytes from);
} kinds[] = {
        { PERSON_LOOK, look_encode, look_decode },           { PERSON_PASSWORD, password_encode, password_decode },
        { PERSON_FOUND, found_encode, found_decode },        { PERSON_UNKNOWN, unknown_encode, unknown_decode },
        { PERSON_RESULT, result_encode, result_decode },     { PERSON_PREPARE, prepare_encode, prepare_decode },
        { PERSON_READY, person_ready_encode, ready_decode },
};
#define KINDS (sizeof kinds / sizeof *kinds)

Test(person_type, each_message_has_its_own_and_no_decoder_takes_anothers) {
        for (size_t i = 0; i < KINDS; i++) {
                size_t n = kinds[i].encode(wire);

                cr_expect_eq(person_type(bytes_of(wire, n)), (int)kinds[i].type);
                for (size_t k = 0; k < KINDS; k++)
                        cr_expect_eq(kinds[k].decode(bytes_of(wire, n)), i == k ? 0 : -EBADMSG, "%zu as %zu", i, k);
        }
}

Test(person_decode, every_truncation_and_every_tail_is_refused) {
        for (size_t i = 0; i < KINDS; i++) {
                size_t n = kinds[i].encode(wire);

                wire[n] = 0;
                for (size_t cut = 0; cut < n; cut++)
                        cr_expect_eq(kinds[i].decode(bytes_of(wire, cut)), -EBADMSG, "%zu cut at %zu", i, cut);
                cr_expect_eq(kinds[i].decode(bytes_of(wire, n + 1)), -EBADMSG, "%zu with a tail", i);
        }
}

Test(person_decode, everything_comes_back_as_it_was) {
        const struct person_password sent = a_password();
        const struct person_result told = a_result();
        struct person_password password;
        struct person_result result;
        char user[PERSON_NAME];

        cr_assert_eq(person_look_decode(bytes_of(wire, look_encode(wire)), user), 0);
        cr_expect_str_eq(user, "tanaka");
        cr_assert_eq(person_password_decode(bytes_of(wire, password_encode(wire)), &password), 0);
        cr_expect_str_eq(password.service, sent.service);
        cr_expect_str_eq(password.password, sent.password);
        cr_assert_eq(person_result_decode(bytes_of(wire, result_encode(wire)), &result), 0);
        cr_expect(result.right);
        cr_expect_eq(result.code, told.code);
        cr_expect_str_eq(result.text, told.text);
}

Test(person_found_decode, a_person_in_no_group_and_one_in_all_there_may_be_come_back) {
        static const size_t counts[] = { 0, 1, PERSON_GROUPS };
        static struct person_found back;

        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
                struct person_found *f = a_person(counts[i]);

                for (size_t k = 0; k < f->n_groups && i == 2; k++) /* the longest message */
                        memset(f->groups[k], 'g', PERSON_GROUP - 1);
                if (i == 2)
                        memset(f->name, 'n', PERSON_NAME - 1);
                cr_assert_eq(person_found_decode(bytes_of(wire, person_found_encode(f, wire)), &back), 0);
                cr_expect_eq(memcmp(f, &back, sizeof back), 0);
                free(f);
        }
}

/* `size` with the NUL. */
static void takes_what_fits(size_t (*encode)(const char *text, void *to), size_t size, const char *wrong) {
        char longest[PERSON_NAME + PERSON_SERVICE] = { 0 };

        memset(longest, 'a', size - 1);
        cr_expect_gt(encode(longest, wire), 0);
        longest[size - 1] = 'a';
        cr_expect_eq(encode(longest, wire), 0);
        cr_expect_eq(encode("", wire), 0);
        cr_expect_eq(encode(wrong, wire), 0);
}

Test(person_prepare_encode, services_that_are_none_are_nothing) {
        takes_what_fits(person_prepare_encode, PERSON_SERVICE, "../shadow");
}

Test(person_look_encode, names_that_are_none_are_nothing) {
        takes_what_fits(person_look_encode, PERSON_NAME, "a\nb");
}

Test(person_password_encode, the_longest_fits_and_one_byte_more_is_nothing) {
        struct person_password p = { .service = "sekimori-password" };

        memset(p.password, 'p', PERSON_PASSWORD_MAX - 1);
        cr_expect_gt(person_password_encode(&p, wire), 0);
        p.password[PERSON_PASSWORD_MAX - 1] = 'p';
        cr_expect_eq(person_password_encode(&p, wire), 0);
}

/* Strings with their length before them, as they would have to be written by hand. */
#define HEAD(type) "\x01" type
#define NAME "\x06\x00tanaka"

static int decode(const char *bytes, size_t n) {
        for (size_t i = 0; i < KINDS; i++)
                if (kinds[i].decode(bytes_of(bytes, n)) == 0)
                        return 0;
        return -EBADMSG;
}

Test(person_decode, hostile_messages_are_refused) {
        static const struct {
                const char *bytes;
                size_t n;
                const char *why;
        } hostile[] = {
#define ROW(bytes, why) { bytes, sizeof(bytes) - 1, why }
                ROW("", "nothing"),
                ROW("\x00\x01" NAME, "no version"),
                ROW("\x02\x01" NAME, "another version"),
                ROW("\x01\x00" NAME, "no type"),
                ROW("\x01\x08" NAME, "a type beyond the last"),
                ROW(HEAD("\x01") "\x00\x00", "an empty name"),
                ROW(HEAD("\x01") "\x03\x00"
                                 "a\0b",
                    "a NUL in a name"),
                ROW(HEAD("\x01") "\x03\x00"
                                 "a\nb",
                    "a newline in a name"),
                ROW(HEAD("\x01") "\x04\x00\x1b[2J", "an escape sequence in a name"),
                ROW(HEAD("\x01") "\x02\x00\x7f"
                                 "a",
                    "a delete in a name"),
                ROW(HEAD("\x01") "\xff\xff"
                                 "a",
                    "a name longer than the message"),
                ROW(HEAD("\x02") "\x00\x00\x01\x00p", "no service"),
                ROW(HEAD("\x02") "\x05\x00../su\x01\x00p", "a service that leads elsewhere"),
                ROW(HEAD("\x02") "\x04\x00/etc\x01\x00p", "a service that is a path"),
                ROW(HEAD("\x02") "\x02\x00su\x03\x00p\0q", "a NUL in a password"),
                ROW(HEAD("\x03") NAME "\x01\x00\x00\x00\x01\x01", "257 groups, and none of them there"),
                ROW(HEAD("\x03") NAME "\x01\x00\x00\x00\xff\xff", "65535 groups"),
                ROW(HEAD("\x03") NAME "\x01\x00\x00\x00\x01\x00\x00\x00", "a group without a name"),
                ROW(HEAD("\x03") NAME "\x01\x00\x00\x00\x01\x00\x02\x00g\x01", "a control character in a group"),
                ROW(HEAD("\x03") "\x00\x00\x01\x00\x00\x00\x00\x00", "somebody without a name"),
                ROW(HEAD("\x04") "\x00", "more than unknown"),
                ROW(HEAD("\x06") "\x05\x00../su", "ready for a service that leads elsewhere"),
                ROW(HEAD("\x06") "\x00\x00", "ready for no service"),
                ROW(HEAD("\x07") "\x00", "more than ready"),
                ROW(HEAD("\x05") "\x02\x00\x00\x00\x00\x00\x00", "neither right nor wrong"),
                ROW(HEAD("\x05") "\xff\x00\x00\x00\x00\x00\x00", "very right"),
#undef ROW
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(decode(hostile[i].bytes, hostile[i].n), -EBADMSG, "%s", hostile[i].why);
}

Test(person_decode, a_string_of_the_fields_size_does_not_fit_in_it) {
        static const struct {
                const char *head;
                size_t n, size;
                const char *tail;
                size_t n_tail;
        } rows[] = {
                { HEAD("\x01"), 2, PERSON_NAME, "", 0 },
                { HEAD("\x02"), 2, 64, "\x01\x00p", 3 },
                { HEAD("\x02") "\x02\x00su", 6, PERSON_PASSWORD_MAX, "", 0 },
                { HEAD("\x05") "\x01\x00\x00\x00\x00", 7, 512, "", 0 },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct bytes_out out = bytes_into(wire, sizeof wire);

                bytes_put(&out, rows[i].head, rows[i].n);
                bytes_put_uint(&out, rows[i].size, 2);
                memset(wire + out.used, 'a', rows[i].size);
                out.used += rows[i].size;
                bytes_put(&out, rows[i].tail, rows[i].n_tail);
                cr_expect_eq(decode((const char *)wire, out.used), -EBADMSG, "row %zu", i);
        }
}

Test(person_found_decode, one_group_too_many_is_refused_though_all_are_there) {
        static struct {
                struct person_found f;
                char behind[PERSON_GROUP];
        } ret;
        struct bytes_out out = bytes_into(wire, sizeof wire);

        memset(ret.behind, 'x', sizeof ret.behind);
        bytes_put(&out, HEAD("\x03") NAME "\x01\x00\x00\x00\x01\x01", 16);
        for (int i = 0; i < PERSON_GROUPS + 1; i++)
                bytes_put_string(&out, "g");
        cr_assert_not(out.broken);
        cr_expect_eq(person_found_decode(bytes_of(wire, out.used), &ret.f), -EBADMSG);
        cr_expect_eq(ret.behind[0], 'x');
}

/* Whatever is accepted can be used without another look. */
Test(person_decode, no_random_bytes_are_accepted_out_of_range) {
        static struct person_found f;
        static uint8_t sound[PERSON_MAX];
        size_t n = found_encode(sound), accepted = 0;

        srandom(3);
        for (int round = 0; round < 100000; round++) {
                memcpy(wire, sound, n);
                for (int k = 0; k <= round % 3; k++)
                        wire[(size_t)random() % n] = (uint8_t)random();
                if (person_found_decode(bytes_of(wire, n), &f) < 0)
                        continue;
                accepted++;
                cr_assert(f.n_groups <= PERSON_GROUPS && f.name[0] && strnlen(f.name, PERSON_NAME) < PERSON_NAME);
                for (size_t i = 0; i < f.n_groups; i++)
                        cr_assert(f.groups[i][0] && strnlen(f.groups[i], PERSON_GROUP) < PERSON_GROUP);
        }
        cr_expect_gt(accepted, 1000, "the bytes were not all refused at the door");
}
