/* SPDX-License-Identifier: MIT */
/* fleet_read.c — files that were collected, read strictly: a file of another shape counts as unreadable. */
#include "base/cleanup.h"
#include "base/date.h"
#include "cli/answer.h"
#include "cli/fleet/fleet.h"
#include "cli/status/cares.h"
#include "control/parcel.h"
#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX (1024 * 1024)
#define NUMBER_MAX (INT64_C(1) << 53)
#define SUFFIX ".json"

enum shape { TEXT, TIME, COUNT, DAYS, DIGEST };

static const struct {
        const char *path; /* dots lead into objects */
        enum shape shape;
        bool needed;
        const char *ja, *en; /* what it should be, for the message */
} members[] = {
        { "state", TEXT, true, "短い文字列", "a short text" },
        { "time", TIME, true, "日時", "a time" },
        { "hostname", TEXT, false, "短い文字列", "a short text" },
        { "stage", TEXT, false, "短い文字列", "a short text" },
        { "version", TEXT, false, "短い文字列", "a short text" },
        { "policy.serial", COUNT, false, "ポリシーの番号", "a serial" },
        { "policy.days_left", DAYS, false, "日数", "a number of days" },
        { "audit.seq", COUNT, false, "記録の件数", "a number of records" },
        { "audit.hash", DIGEST, false, "SHA-256 の値", "a SHA-256" },
        { "audit.key", DIGEST, false, "SHA-256 の値", "a SHA-256" },
        { "refusals.devices.day", COUNT, false, "件数", "a count" },
        { "refusals.devices.week", COUNT, false, "件数", "a count" },
        { "refusals.logins.day", COUNT, false, "件数", "a count" },
        { "refusals.logins.week", COUNT, false, "件数", "a count" },
        { "refusals.network.day", COUNT, false, "件数", "a count" },
        { "refusals.network.week", COUNT, false, "件数", "a count" },
};

static const json_t *member_at(const json_t *o, const char *path) {
        char key[32];

        for (size_t n; (n = strcspn(path, ".")) > 0; path += n + (path[n] == '.')) {
                (void)snprintf(key, sizeof key, "%.*s", (int)n, path);
                o = json_object_get(o, key);
        }
        return o;
}

static bool is_digest(const char *s) {
        return *s == '\0' || (strlen(s) == HASH_TEXT - 1 && strspn(s, "0123456789abcdef") == HASH_TEXT - 1);
}

static bool has_shape(const json_t *value, enum shape shape) {
        const char *s = json_string_value(value);
        json_int_t i = json_integer_value(value);
        int64_t when;

        if (shape == COUNT)
                return json_is_integer(value) && i >= 0 && i <= NUMBER_MAX;
        if (shape == DAYS)
                return json_is_integer(value) && i >= INT32_MIN && i <= INT32_MAX;
        if (!s || strlen(s) >= STATION_TEXT)
                return false;
        return shape == TEXT || (shape == TIME ? instant_parse(s, &when) : is_digest(s));
}

__attribute__((format(printf, 2, 3))) static void fleet_read_fail(struct station *s, const char *format, ...) {
        char raw[512], text[512];
        va_list ap;

        va_start(ap, format);
        (void)vsnprintf(raw, sizeof raw, format, ap);
        va_end(ap);
        words_clean(raw, text, sizeof text);
        free(s->why);
        s->why = strdup(text);
        remark_add(s, "unreadable", "%s", text);
}

static bool is_an_answer(const json_t *o, enum language l, struct station *s) {
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
                const json_t *value = member_at(o, members[i].path);

                if ((!value && members[i].needed) || (value && !has_shape(value, members[i].shape))) {
                        fleet_read_fail(s, SAY(l, "%s: 「%s」が、%sではありません", "%s: '%s' is not %s"), s->path,
                                        members[i].path, SAY(l, members[i].ja, members[i].en));
                        return false;
                }
        }
        return true;
}

static void take_care(void *ctx, const struct care *care) {
        if (care->is_so)
                remark_add(ctx, care->id, "%s", care->text);
}

static uint64_t count_at(const json_t *o, const char *path) {
        return (uint64_t)json_integer_value(member_at(o, path));
}

static void take_answer(const json_t *o, enum language l, struct station *s) {
        words_escape(answer_text(o, NULL, "hostname"), s->host, sizeof s->host);
        words_escape(answer_text(o, NULL, "stage"), s->stage, sizeof s->stage);
        words_escape(answer_text(o, NULL, "version"), s->version, sizeof s->version);
        (void)instant_parse(answer_text(o, NULL, "time"), &s->time_s);
        s->serial = count_at(o, "policy.serial");
        s->days_left = (int32_t)json_integer_value(member_at(o, "policy.days_left"));
        s->log_seq = count_at(o, "audit.seq");
        (void)snprintf(s->log_hash, sizeof s->log_hash, "%s", answer_text(o, "audit", "hash"));
        (void)snprintf(s->log_key, sizeof s->log_key, "%s", answer_text(o, "audit", "key"));
        for (size_t i = 0; i < PLANES; i++) {
                const json_t *counts = answer_member(o, "refusals", refused_planes[i]);

                s->counts[i] = json_is_object(counts);
                s->refused.day[i] = (uint64_t)answer_number(counts, NULL, "day");
                s->refused.week[i] = (uint64_t)answer_number(counts, NULL, "week");
        }
        (void)cares_tell(o, l, take_care, s);
}

static void read_station(int dirfd, const char *name, enum language l, struct station *s) {
        auto_fd fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        auto_free uint8_t *text = NULL;
        auto_json o = NULL;
        json_error_t error;
        struct stat st;
        size_t size;
        int r = fd < 0 || fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;

        if (r == 0)
                r = file_read_fd(fd, FILE_MAX, &text, &size);
        if (r < 0) {
                fleet_read_fail(s, "%s: %s", s->path, err_reason(r, l));
                return;
        }
        o = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, &error);
        if (!json_is_object(o))
                fleet_read_fail(s, "%s:%d:%d: %s", s->path, o ? 1 : error.line, o ? 1 : error.column,
                                o ? SAY(l, "JSON のオブジェクトではありません", "no JSON object") : error.text);
        else if (is_an_answer(o, l, s))
                take_answer(o, l, s);
}

/* A new station, called after its file: of /x/ward-03.json "ward-03". NULL: no memory. */
static struct station *fleet_read_begin(struct fleet *f, const char *dir, const char *file) {
        struct station *grown = reallocarray(f->stations, f->n + 1, sizeof *grown), *s;
        size_t n = strlen(file),
               stem = n > strlen(SUFFIX) && strcmp(file + n - strlen(SUFFIX), SUFFIX) == 0 ? n - strlen(SUFFIX) : n;
        char raw[NAME_MAX + 1], name[STATION_TEXT], whole[PATH_MAX], path[PATH_MAX];

        if (!grown)
                return NULL;
        f->stations = grown;
        s = &grown[f->n];
        *s = (struct station){ 0 };
        (void)snprintf(raw, sizeof raw, "%.*s", (int)stem, file);
        words_escape(raw, name, sizeof name);
        (void)snprintf(whole, sizeof whole, "%s%s%s", dir, *dir && strcmp(dir, "/") != 0 ? "/" : "", file);
        words_escape(whole, path, sizeof path);
        s->name = strdup(name);
        s->path = strdup(path);
        if (!s->name || !s->path) {
                free(s->name);
                free(s->path);
                return NULL;
        }
        f->n++;
        return s;
}

static bool is_collected(const char *name) {
        size_t n = strlen(name);

        return name[0] != '.' && n > strlen(SUFFIX) && strcmp(name + n - strlen(SUFFIX), SUFFIX) == 0;
}

static int read_directory(struct fleet *f, int dirfd, const char *path) {
        auto_dir list = listing_open(dirfd, ".");
        struct dirent *entry;

        while (list && (entry = readdir(list))) {
                struct station *s = is_collected(entry->d_name) ? fleet_read_begin(f, path, entry->d_name) : NULL;

                if (s)
                        read_station(dirfd, entry->d_name, f->l, s);
                else if (is_collected(entry->d_name))
                        return -ENOMEM;
        }
        return 0;
}

static int read_path(struct fleet *f, const char *path) {
        auto_fd dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
        auto_free char *above = NULL;
        struct station *s;

        if (dir >= 0)
                return read_directory(f, dir, path);
        if (asprintf(&above, "%.*s", slash ? (int)(slash - path + (slash == path)) : 0, path) < 0
            || !(s = fleet_read_begin(f, above, file)))
                return -ENOMEM;
        dir = *above ? open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : AT_FDCWD;
        read_station(dir, file, f->l, s);
        return 0;
}

int fleet_read(struct fleet *f, char *const *paths, size_t n) {
        int r = 0;

        for (size_t i = 0; i < n && r == 0; i++)
                r = read_path(f, paths[i]);
        return r;
}

void fleet_deinit(struct fleet *f) {
        for (size_t i = 0; i < f->n; i++) {
                struct station *s = &f->stations[i];

                for (size_t k = 0; k < s->n_remarks; k++)
                        free(s->remarks[k].text);
                free(s->remarks);
                free(s->path);
                free(s->name);
                free(s->why);
        }
        free(f->stations);
}
