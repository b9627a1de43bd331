/* SPDX-License-Identifier: MIT */
/* fleet_judge.c — what shows only when terminals are compared with each other, and with the last collection. */
#include "cli/fleet/fleet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define STALE_S (3 * 24 * 3600) /* over a weekend terminals are off */
#define AHEAD_S 300

static int by_name(const void *a, const void *b) {
        return strcmp(((const struct station *)a)->name, ((const struct station *)b)->name);
}

/* Stations that need a person come first, the oldest file first among equally grave ones; the rest by name. */
static int by_need(const void *a, const void *b) {
        const struct station *x = a, *y = b;

        if (x->gravity != y->gravity)
                return x->gravity > y->gravity ? -1 : 1;
        if (x->gravity != GRAVITY_NONE && x->time_s != y->time_s)
                return x->time_s < y->time_s ? -1 : 1;
        return by_name(a, b);
}

static int by_key(const void *a, const void *b) {
        return strcmp((*(struct station *const *)a)->log_key, (*(struct station *const *)b)->log_key);
}

static bool has_remark(const struct station *s, const char *id) {
        for (size_t i = 0; i < s->n_remarks; i++)
                if (!id || strcmp(s->remarks[i].id, id) == 0)
                        return true;
        return false;
}

static uint64_t highest_serial(const struct fleet *f) {
        uint64_t highest = 0;

        for (size_t i = 0; i < f->n; i++)
                highest = f->stations[i].serial > highest ? f->stations[i].serial : highest;
        return highest;
}

static void judge_time(const struct fleet *f, struct station *s) {
        int64_t ago = f->now_s - s->time_s;

        if (ago > STALE_S)
                remark_add(s, "stale",
                           SAY(f->l, "%" PRId64 " 日前から分かりません: 電源と回線を見て、もう一度集めてください",
                               "not heard of for %" PRId64 " days: see that it is on and connected, and collect again"),
                           ago / 86400);
        if (ago < -AHEAD_S && !has_remark(s, "clock-ahead"))
                remark_add(s, "clock-ahead", "%s",
                           SAY(f->l, "時計が進んでいます: 端末の時計を確かめてください（date）",
                               "its clock is ahead: check the terminal's clock (date)"));
}

static void judge_serial(const struct fleet *f, struct station *s) {
        if (s->serial == 0 || s->serial == f->newest)
                return;
        if (s->serial < f->newest)
                remark_add(s, "behind",
                           SAY(f->l, "第%" PRIu64 "号のままです（最新は第%" PRIu64 "号）: sekimori push POLICY.cms",
                               "still serial %" PRIu64 " (the newest is %" PRIu64 "): sekimori push POLICY.cms"),
                           s->serial, f->newest);
        else
                remark_add(
                        s, "ahead",
                        SAY(f->l,
                            "第%" PRIu64 "号は、あるべき第%" PRIu64
                            "号より新しい番号です: だれが署名したか確かめてください（sekimori audit show --type policy-installed）",
                            "serial %" PRIu64 " is newer than %" PRIu64
                            ", which ought to be in force: ask who signed it (sekimori audit show --type policy-installed)"),
                        s->serial, f->newest);
}

/* "ward-03.example" and "ward-03" are one name. */
static void judge_name(const struct fleet *f, struct station *s) {
        size_t n = strcspn(s->name, "."), m = strcspn(s->host, ".");

        if (s->host[0] && (n != m || strncasecmp(s->name, s->host, n) != 0))
                remark_add(s, "other-name",
                           SAY(f->l, "端末は %s と名乗っています: 集め方と hostnamectl を確かめてください",
                               "it calls itself %s: check how it was collected, and hostnamectl"),
                           s->host);
}

static void judge_log(const struct fleet *f, struct station *s, const struct station *before) {
        const char *const evidence =
                SAY(f->l, "端末の電源を切らずに監査担当へ: 前回集めたものと sekimori audit export を保管",
                    "leave it switched on and tell the auditor; keep the last collection and a sekimori audit export");

        if (has_remark(s, "silent"))
                return; /* no agent answered, so nothing is known of the log */
        if (before->log_key[0] && strcmp(before->log_key, s->log_key) != 0)
                remark_add(s, "key-changed",
                           SAY(f->l, "監査記録の署名鍵が前回と違います（入れ直したのでなければ、%s）",
                               "another key signs its log than last time (unless it was installed anew: %s)"),
                           evidence);
        else if (s->log_key[0] && s->log_seq < before->log_seq)
                remark_add(s, "log-went-back",
                           SAY(f->l, "監査記録が %" PRIu64 "件目から %" PRIu64 "件目に戻りました: %s",
                               "its log went back from record %" PRIu64 " to %" PRIu64 ": %s"),
                           before->log_seq, s->log_seq, evidence);
        else if (s->log_seq == before->log_seq && s->log_hash[0] && before->log_hash[0]
                 && strcmp(s->log_hash, before->log_hash) != 0)
                remark_add(s, "log-rewritten",
                           SAY(f->l, "監査記録の %" PRIu64 "件目が前回と違います: %s",
                               "record %" PRIu64 " of its log is not what it was: %s"),
                           s->log_seq, evidence);
}

/* Add a station for a terminal of the last collection that is missing now. -ENOMEM is passed over: it is one remark. */
static void add_gone(struct fleet *f, const struct station *before) {
        struct station *grown = reallocarray(f->stations, f->n + 1, sizeof *grown), *s;

        if (!grown)
                return;
        f->stations = grown;
        s = &grown[f->n];
        *s = (struct station){ .time_s = before->time_s };
        s->name = strdup(before->name);
        s->path = strdup(before->path);
        if (!s->name || !s->path) {
                free(s->name);
                free(s->path);
                return;
        }
        f->n++;
        remark_add(s, "gone", "%s",
                   SAY(f->l, "前回はありましたが、今回はありません: 撤去した端末か確かめてください",
                       "was collected last time, and is not now: was it taken out of service?"));
}

static void judge_before(struct fleet *f, const struct fleet *before) {
        size_t n = f->n;

        for (size_t i = 0; i < before->n; i++) {
                const struct station *then = &before->stations[i];
                struct station *now = bsearch(then, f->stations, n, sizeof *now, by_name);

                if (then->why)
                        continue;
                if (now && !now->why)
                        judge_log(f, now, then);
                else if (!now)
                        add_gone(f, then); /* appended behind the part that is searched */
        }
}

static void say_twins(const struct fleet *f, struct station *s, const struct station *other) {
        if (strcmp(s->name, other->name) == 0)
                remark_add(s, "twin",
                           SAY(f->l, "二つのファイルにあります（%s）: 集めたものは一度に一つだけ見てください",
                               "is in two files (%s): look at one collection at a time"),
                           other->path);
        else
                remark_add(
                        s, "twin",
                        SAY(f->l,
                            "%s と同じ鍵で署名しています: ディスクを複製した端末なら、片方を purge して入れ直してください",
                            "signs with the same key as %s: if its disk was copied, purge one of them and install it anew"),
                        other->name);
}

/* A copied disk carries the key along. `f` is sorted by name. */
static void judge_twins(struct fleet *f) {
        struct station **keyed = calloc(f->n + 1, sizeof(struct station *));

        for (size_t i = 0; i + 1 < f->n; i++)
                if (by_name(&f->stations[i], &f->stations[i + 1]) == 0) {
                        say_twins(f, &f->stations[i], &f->stations[i + 1]);
                        say_twins(f, &f->stations[i + 1], &f->stations[i]);
                }
        if (!keyed)
                return;
        for (size_t i = 0; i < f->n; i++)
                keyed[i] = &f->stations[i];
        qsort(keyed, f->n, sizeof(struct station *), by_key);
        for (size_t i = 0; i + 1 < f->n; i++)
                if (keyed[i]->log_key[0] && by_key(&keyed[i], &keyed[i + 1]) == 0
                    && by_name(keyed[i], keyed[i + 1]) != 0) {
                        say_twins(f, keyed[i], keyed[i + 1]);
                        say_twins(f, keyed[i + 1], keyed[i]);
                }
        free(keyed);
}

void fleet_judge(struct fleet *f, const struct fleet *before, uint64_t serial) {
        f->newest = serial ? serial : highest_serial(f);
        for (size_t i = 0; i < f->n; i++) {
                struct station *s = &f->stations[i];

                if (s->why)
                        continue;
                judge_time(f, s);
                judge_serial(f, s);
                judge_name(f, s);
        }
        if (f->n)
                qsort(f->stations, f->n, sizeof *f->stations, by_name);
        judge_twins(f);
        if (before)
                judge_before(f, before);
        if (f->n)
                qsort(f->stations, f->n, sizeof *f->stations, by_need);
}

bool fleet_is_doubtful(const struct fleet *f) {
        static const char *const ids[] = { "unreadable", "log-rewritten", "log-went-back", "key-changed", "twin" };

        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
                if (fleet_count(f, ids[i]))
                        return true;
        return false;
}

size_t fleet_count(const struct fleet *f, const char *id) {
        size_t n = 0;

        for (size_t i = 0; i < f->n; i++)
                n += has_remark(&f->stations[i], id);
        return n;
}
