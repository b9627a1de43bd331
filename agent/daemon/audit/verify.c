/* SPDX-License-Identifier: MIT */
/* verify.c — see verify.h. The format is docs/PROTOCOL.md's; docs/verify-audit.sh does the same with openssl alone. */
#include "audit/verify.h"

#include "audit/event.h"
#include "audit/hash.h"
#include "audit/lines.h"
#include "audit/terminal_key.h"
#include "audit/told.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct verify {
        struct terminal_key *key;
        struct verify_counts counts;
        uint64_t next;               /* number of the next record; 0: any */
        uint64_t asked;              /* the record that must be there; 0: none in particular */
        char prev[HASH_TEXT];        /* "" before a first record other than number 1, whose `prev` is believed */
        bool wherever;               /* no first number was given: if it is not 1, the log must say why */
        char before[HASH_TEXT];      /* what the first record says of the one before it */
        uint64_t pruned;             /* said by the log, not yet signed */
        uint64_t first_signed;       /* number of the first checkpoint; 0: none yet */
        struct verify_mark expected; /* number 0: nothing */
};

/* The line that is being verified. */
struct verify_subject {
        struct verify *v;
        struct verify_fault *fault;
        const char *line;
        size_t n;
        json_t *record;
};

int verify_new(struct bytes public_key_pem, uint64_t first, struct verify **ret, struct err *err) {
        auto_verify v = calloc(1, sizeof *v);
        int r;

        if (!v)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory to verify with");
        r = terminal_key_public(public_key_pem, &v->key, err);
        if (r < 0)
                return r;
        v->next = v->counts.first = v->asked = first;
        v->wherever = first == 0;
        if (first == 1)
                memcpy(v->prev, HASH_NONE, sizeof v->prev);
        *ret = TAKE(v);
        return 0;
}

void verify_expect(struct verify *v, const struct verify_mark *written_down) {
        v->expected = *written_down;
}

void verify_free(struct verify *v) {
        if (!v)
                return;
        terminal_key_free(v->key);
        free(v);
}

/* The fault is at the member `key` (at the line's beginning where it has none). In JSON a quotation mark inside a
 * string is escaped, so the search finds members only. Text from the log is never printed as it is: a forger could
 * write to the auditor's terminal with it. */
static void point_at(const struct verify_subject *s, const char *key) {
        const char *at = NULL;
        char member[32];

        if (snprintf(member, sizeof member, "\"%s\":", key) < (int)sizeof member)
                at = memmem(s->line, s->n, member, strlen(member));
        s->fault->column = at ? (uint64_t)(at - s->line) + 1 : 1;
}
#define BAD(s, key, ...) (point_at(s, key), err_say(&(s)->fault->why, -EBADMSG, __VA_ARGS__))

static const char *verify_text(const struct verify_subject *s, const char *key) {
        const char *value = json_string_value(json_object_get(s->record, key));

        return value ? value : "";
}

/* Begins with the first record, if its number was not given or is lower than the number given; then more is verified
 * than was asked. */
static void verify_begin_at(struct verify_subject *s, uint64_t seq) {
        struct verify *v = s->v;

        v->next = v->counts.first = seq;
        if (seq == 1)
                memcpy(v->prev, HASH_NONE, sizeof v->prev);
        else
                (void)snprintf(v->before, sizeof v->before, "%s", verify_text(s, "prev"));
}

/* Is the record with that number, if it was expected, the one that was written down? */
static int check_expected(struct verify_subject *s, uint64_t seq, const char *digest, const char *key) {
        const struct verify_mark *expected = &s->v->expected;

        if (seq && seq == expected->seq && strcmp(digest, expected->digest) != 0)
                return BAD(s, key, "記録 %" PRIu64 " が、控えた記録と違います",
                           "record %" PRIu64 " is not the record that was written down", seq);
        return 0;
}

static int check_place(struct verify_subject *s) {
        struct verify *v = s->v;
        const json_t *seq = json_object_get(s->record, "seq");
        json_int_t n = json_integer_value(seq);

        if (!json_is_integer(seq))
                return BAD(s, "seq", "番号のない記録です", "a record without a number");
        if (!v->counts.records && n > 0 && (v->wherever || (uint64_t)n < v->next))
                verify_begin_at(s, (uint64_t)n);
        if ((uint64_t)n != v->next)
                return BAD(s, "seq", "記録 %" PRIu64 " があるはずのところに、記録 %" JSON_INTEGER_FORMAT " があります",
                           "record %" PRIu64 " was expected here, this is %" JSON_INTEGER_FORMAT, v->next, n);
        if (v->prev[0] && strcmp(verify_text(s, "prev"), v->prev) != 0)
                return BAD(s, "prev", "一つ前の行が、端末の書いた行と違います",
                           "the line before this one is not the line that was written");
        return check_expected(s, v->next - 1, verify_text(s, "prev"), "prev");
}

static int check_checkpoint(struct verify_subject *s) {
        struct verify *v = s->v;

        if (strcmp(verify_text(s, "over"), verify_text(s, "prev")) != 0)
                return BAD(s, "over", "別の行についての署名です", "the checkpoint is about another line");
        if (strcmp(verify_text(s, "key"), terminal_key_id(v->key)) != 0)
                return BAD(s, "key", "別の鍵による署名です", "the checkpoint is signed with another key");
        if (!terminal_key_verify(v->key, v->next, verify_text(s, "over"), verify_text(s, "sig")))
                return BAD(s, "sig", "署名が正しくありません", "the checkpoint's signature is wrong");
        if (!v->counts.checkpoints++)
                v->first_signed = v->next;
        v->counts.unsigned_records = 0;
        v->counts.pruned = v->pruned;
        return 0;
}

static int check_repair(struct verify_subject *s) {
        const char *code = verify_text(s, "reason"), *ja = told_repair(LANGUAGE_JA, code);
        const char *en = told_repair(LANGUAGE_EN, code);

        if (!json_is_false(json_object_get(s->record, "broken")))
                return BAD(s, "reason", "これより前の記録が欠けていることを、端末自身が見つけています（" IN_JA "）",
                           "the agent itself found records missing before this one (" IN_EN ")",
                           ja ? ja : "理由は不明です", en ? en : "it is not known why");
        s->v->counts.repairs++;
        return 0;
}

/* Is the record about exactly those that are missing here: up to the first record, and to the line that it was chained
 * to? */
static void note_pruned(struct verify_subject *s) {
        struct verify *v = s->v;
        json_int_t last = json_integer_value(json_object_get(s->record, "last"));

        if (v->before[0] && last > 0 && (uint64_t)last == v->counts.first - 1
            && strcmp(verify_text(s, "digest"), v->before) == 0)
                v->pruned = (uint64_t)last;
}

static int check_content(struct verify_subject *s) {
        enum event e = event_from_name(verify_text(s, "type"));

        if (!verify_text(s, "type")[0])
                return BAD(s, "type", "種類（type）のない記録です", "a record without a type");
        s->v->counts.unsigned_records++;
        if (e == EVENT_LOG_PRUNED)
                note_pruned(s);
        if (e == EVENT_CHECKPOINT)
                return check_checkpoint(s);
        return e == EVENT_LOG_REPAIRED ? check_repair(s) : 0;
}

/* The parser's message quotes the line, so it is escaped. */
static int no_record(struct verify_subject *s, const json_error_t *error) {
        char quoted[sizeof error->text];

        if (s->record)
                return err_say(&s->fault->why, -EBADMSG, "記録ではありません: JSON のオブジェクトではありません",
                               "not a record: no JSON object");
        s->fault->column = error->column < 1 ? 1 : (uint64_t)error->column;
        words_escape(error->text, quoted, sizeof quoted);
        return err_say(&s->fault->why, -EBADMSG, "記録ではありません: %s", "not a record: %s", quoted);
}

static int check_line(struct verify_subject *s) {
        json_error_t error;
        int r;

        s->fault->column = 1;
        s->record = json_loadb(s->line, s->n, JSON_REJECT_DUPLICATES, &error);
        if (!json_is_object(s->record))
                return no_record(s, &error);
        r = check_place(s);
        if (r == 0)
                r = check_content(s);
        if (r == 0)
                r = hash_text(s->line, s->n, s->v->prev);
        if (r == 0)
                r = check_expected(s, s->v->next, s->v->prev, "seq");
        if (r < 0)
                return r;
        s->v->next++;
        s->v->counts.records++;
        return 0;
}

int verify_file(struct verify *v, int fd, struct verify_fault *ret) {
        struct verify_subject s = { .v = v, .fault = ret };
        struct lines lines;
        char *line = NULL;
        int r;

        *ret = (struct verify_fault){ .line = 1, .column = 1 };
        lines_init(&lines, fd);
        while ((r = lines_next(&lines, &line, &s.n)) > 0) {
                s.line = line;
                r = check_line(&s);
                json_decref(s.record);
                if (r < 0)
                        return r;
                ret->line++;
        }
        ret->column = 1;
        if (r == -EMSGSIZE)
                return err_say(&ret->why, -EBADMSG, "記録ではありません: %d バイトより長い行です",
                               "not a record: longer than %d bytes", CHAIN_LINE_MAX);
        if (r == 0 && lines_rest(&lines))
                return err_say(&ret->why, -EBADMSG, "最後の行が途中で切れています", "the last line is cut off");
        return r;
}

static int verify_end_expected(const struct verify *v, struct err *err) {
        uint64_t seq = v->expected.seq;

        if (seq >= v->next)
                return err_say(err, -ENODATA, "記録 %" PRIu64 " で終わっていて、控えた記録 %" PRIu64 " がありません",
                               "it ends with record %" PRIu64 ", and record %" PRIu64 " had been written down",
                               v->next - 1, seq);
        if (seq && seq + 1 < v->counts.first)
                return err_say(err, -EBADMSG,
                               "控えた記録 %" PRIu64 " は、ここにある最初の記録（%" PRIu64
                               "）より前です。前の記録と合わせて検証するか、新しい控えを使ってください",
                               "record %" PRIu64 ", which was written down, is before the first one here (%" PRIu64
                               "): verify together with the log before, or expect a later record",
                               seq, v->counts.first);
        return 0;
}

int verify_end(const struct verify *v, struct err *err) {
        if (!v->counts.records)
                return err_say(err, -EBADMSG, "記録がありません", "there is no record in it");
        if (!v->counts.checkpoints)
                return err_say(err, -EBADMSG, "署名された記録がありません",
                               "nothing in it is signed: nobody vouches for these records");
        if (v->next <= v->asked)
                return err_say(err, -EBADMSG, "記録 %" PRIu64 " がありません（最後の記録は %" PRIu64 "）",
                               "record %" PRIu64 " is not in it, the last one is %" PRIu64, v->asked, v->next - 1);
        if (v->wherever && v->counts.first != v->counts.pruned + 1)
                return err_say(
                        err, -EBADMSG, "前の記録（1〜%" PRIu64 "）と合わせて検証してください",
                        "records 1 to %" PRIu64
                        " are not here, and nothing that is signed says why: verify together with the log before",
                        v->counts.first - 1);
        return verify_end_expected(v, err);
}

bool verify_key_was_expected(const struct verify *v) {
        return v->first_signed && v->first_signed <= v->expected.seq;
}

struct verify_mark verify_last(const struct verify *v) {
        struct verify_mark last = { .seq = v->next - 1 };

        memcpy(last.digest, v->prev, sizeof last.digest);
        return last;
}

const struct verify_counts *verify_counts(const struct verify *v) {
        return &v->counts;
}

const char *verify_key_id(const struct verify *v) {
        return terminal_key_id(v->key);
}
