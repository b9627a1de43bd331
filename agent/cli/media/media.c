/* SPDX-License-Identifier: MIT */
/* media.c — see media.h: people and their answers. */
#include "cli/media/media.h"

#include "cli/verbs.h"
#include "host/clock.h"
#include "host/file.h"
#include "language/value.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define TRIES 3

int32_t media_today(void) {
        return clock_now().day;
}

/* The person who logged in, also behind sudo: the kernel keeps the loginuid, and the environment is not used. */
void media_typist(char *to, size_t size) {
        char text[32];
        const struct passwd *pw = NULL;
        auto_fd proc = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        unsigned long uid = (unsigned long)-1;

        if (proc >= 0 && file_read_line(proc, "loginuid", text, sizeof text) > 0)
                uid = strtoul(text, NULL, 10);
        if (uid != (uid_t)-1 && uid != (unsigned long)-1)
                pw = getpwuid((uid_t)uid);
        if (!pw)
                pw = getpwuid(getuid());
        (void)snprintf(to, size, "%s", pw ? pw->pw_name : "");
}

const char *media_line_fault(const void *ctx, enum language l, const char *answer) {
        (void)ctx;
        if (!answer[0])
                return SAY(l, "空にはできません", "it cannot be empty");
        return line_fault(answer) ? SAY(l, "長すぎるか、使えない文字があります",
                                        "too long, or with characters that cannot be used")
                                  : NULL;
}

int media_ask(enum language l, const char *question, const char *usual, media_fault *fault, const void *ctx, char *to) {
        char prompt[MEDIA_TEXT + 128];

        (void)snprintf(prompt, sizeof prompt, *usual ? "%s [%s]: " : "%s%s: ", question, usual);
        for (int i = 0; i < TRIES; i++) {
                const char *why;

                if (!ask_line(prompt, to, MEDIA_TEXT))
                        return complain(EXIT_REFUSED, "取りやめました", "given up");
                if (!to[0])
                        (void)snprintf(to, MEDIA_TEXT, "%s", usual);
                why = fault(ctx, l, to);
                if (!why)
                        return EXIT_OK;
                (void)fprintf(stderr, "  %s\n", why);
        }
        return complain(EXIT_REFUSED, "取りやめました", "given up");
}
