/* SPDX-License-Identifier: MIT */
/* people.c — requests are JSON in a sealed memfd, lists come in pages (`next`), names from NSS (getpwnam()), and
 * mlockall() keeps secrets out of swap. See people.h. */
#include "cli/factors/people.h"

#include "base/secret.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/verbs.h"
#include "host/locked.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* What is asked crosses in a memfd, whose pages are swapped out like any other's unless somebody has them locked: this
 * process, until the agent has answered. */
static const void *keep_in_memory(int fd, size_t *ret_size) {
        struct stat st = { 0 };

        (void)fstat(fd, &st);
        *ret_size = (size_t)st.st_size;
        return locked_map(fd, *ret_size);
}

int people_ask(const struct terminal *t, enum control_request type, json_t *asked, json_t **ret, struct err *ret_why) {
        struct err why = { "" };
        auto_free char *text = NULL;
        const void *pages;
        auto_fd fd = -1;
        size_t size;
        int code;

        (void)json_object_set_new(asked, "lang", json_string(language_code(t->l)));
        fd = asked ? parcel_seal(asked) : -1;
        json_decref(asked);
        if (fd < 0)
                return complain_memory();
        pages = keep_in_memory(fd, &size);
        code = ask(t->runtime_dir, type, fd, &why, &text);
        locked_unmap(pages, size);
        if (code == EXIT_OK) {
                *ret = text ? json_loads(text, 0, NULL) : NULL;
                code = *ret ? EXIT_OK
                            : complain(EXIT_COULD_NOT, "エージェントの応答が正しくありません（JSON ではありません）",
                                       "the agent's answer is no JSON");
        } else if (code == EXIT_REFUSED && ret_why) {
                *ret_why = why;
        } else if (why.text[0]) {
                (void)complain_err(code, NULL, &why);
        }
        if (text)
                secret_wipe(text, strlen(text));
        return code;
}

/* Read one page into `to`; *next is the name behind which the next page begins, or "" at the end. */
static int read_page(const struct terminal *t, const char *user, json_t *to, char *next, size_t size) {
        auto_json answer = NULL;
        json_t *asked = user ? json_pack("{s:s}", "user", user) : json_pack("{s:s}", "after", next);
        int code = people_ask(t, CONTROL_FACTORS, asked, &answer, NULL);
        const char *more = json_string_value(json_object_get(answer, "next"));

        if (code != EXIT_OK)
                return code;
        (void)snprintf(next, size, "%s", more ? more : "");
        return json_array_extend(to, json_object_get(answer, "people")) == 0
                       ? EXIT_OK
                       : complain(EXIT_COULD_NOT, "エージェントの応答に利用者の一覧がありません",
                                  "the agent's answer has no people in it");
}

int people_all(const struct terminal *t, const char *user, json_t **ret) {
        auto_json list = json_array();
        char next[256] = "";
        int code;

        do
                code = read_page(t, user, list, next, sizeof next);
        while (code == EXIT_OK && next[0]);
        if (code == EXIT_OK)
                *ret = TAKE(list);
        return code;
}

int terminal_ask(struct terminal *t) {
        const char *language;
        int code = ask_json(t->runtime_dir, CONTROL_STATUS, &t->status);

        t->l = language_now();
        if (code != EXIT_OK)
                return code;
        language = json_string_value(json_object_get(json_object_get(t->status, "policy"), "language"));
        t->l = language_follow(language);
        return EXIT_OK;
}

void terminal_deinit(struct terminal *t) {
        json_decref(t->status);
        t->status = NULL;
}

bool person_is_known(const char *typed, char *to, size_t size) {
        const struct passwd *pw = getpwnam(typed);

        (void)snprintf(to, size, "%s", pw ? pw->pw_name : typed);
        return pw != NULL;
}

int complain_unknown(const char *user) {
        return complain(EXIT_REFUSED, "%s: この端末にいない利用者です", "%s: this terminal knows no such user", user);
}

void people_keep_secrets(void) {
        (void)prctl(PR_SET_DUMPABLE, 0);
        (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
        if (geteuid() == 0) /* other users would soon reach RLIMIT_MEMLOCK */
                (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
        parcels_are_secret();
}
