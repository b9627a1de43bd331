/* SPDX-License-Identifier: MIT */
/* stacks.c — see stacks.h. */
#include "wire/stacks.h"

#include <stdio.h>
#include <string.h>

bool stacks_name(const char *path, size_t n, char *to, size_t size) {
        static const char *const folders[] = { "/etc/pam.d/", "/usr/lib/pam.d/" };

        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
                size_t m = strlen(folders[i]);

                if (n > m && strncmp(path, folders[i], m) == 0 && !memchr(path + m, '/', n - m))
                        return snprintf(to, size, "%.*s", (int)(n - m), path + m) < (int)size;
        }
        if (snprintf(to, size, "%.*s", (int)n, path) >= (int)size)
                return false;
        for (char *c = to; (c = strchr(c, '/'));)
                *c = '\n';
        return true;
}

bool stacks_question_is_sound(const struct stacks_question *q, size_t n) {
        return n == sizeof *q && q->service[0] && memchr(q->service, '\0', sizeof q->service)
               && !strchr(q->service, '/') && q->phase <= STACKS_ACCOUNT && q->ours <= STACKS_UNASKED
               && q->others <= STACKS_NO && q->reaches <= 1;
}

bool stacks_answer_is_sound(const struct stacks_answer *a, size_t n) {
        return n == sizeof *a && a->verdict <= STACKS_UNKNOWN && memchr(a->by, '\0', sizeof a->by);
}
