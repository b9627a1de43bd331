/* SPDX-License-Identifier: MIT */
/* network_suggest.c — sekimori network suggest. */
#include "base/cleanup.h"
#include "cli/language.h"
#include "cli/network/suggest.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "host/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int network_write(const struct network_sources *from) {
        struct err err = { "" };
        struct out out;
        int r = 0;

        out_open(&out);
        if (out.to)
                r = network_suggest(from, out.to, language_now(), &err);
        if (r < 0) {
                (void)fclose(out.to);
                free(out.text);
                return complain_in(EXIT_COULD_NOT, "/proc/net", &err);
        }
        return out_close(&out, NULL, 0);
}

int network_suggest_verb(const struct typed *t) {
        char own[32];
        auto_fd net = -1, sys = directory_open(AT_FDCWD, "/sys"), root = directory_open(AT_FDCWD, "/");

        (void)t;
        (void)snprintf(own, sizeof own, "/proc/%d/net", (int)getpid());
        net = directory_open(AT_FDCWD, own);
        if (net < 0)
                return complain(EXIT_COULD_NOT, "/proc を読めません", "cannot read /proc");
        return network_write(&(struct network_sources){ .net = net, .sys = sys, .root = root });
}
