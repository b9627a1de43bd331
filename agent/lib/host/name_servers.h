/* SPDX-License-Identifier: MIT */
/* name_servers.h — whom this terminal is set up to ask for names: /etc/resolv.conf, wherever it leads, and where a
 * resolver of the terminal's own asks others. */
#pragma once

#include "base/bytes.h"
#include "decision/network.h"
#include "host/followed.h"

#define NAME_SERVERS_FILES 3
#define NAME_SERVERS_EACH 16    /* of one file */
#define NAME_SERVERS_TEXT 16384 /* bytes of one file */

struct name_servers_reader {
        /* One address, which is not the terminal's own. `file` is "/etc/resolv.conf" and the like. */
        void (*server)(void *ctx, const char *file, const struct address_range *address);
        /* There may be others: the file cannot be read (-errno), has too much (-EFBIG), or says something else than an
         * address (-EBADMSG). NULL: nobody wants to know. */
        void (*failed)(void *ctx, const char *file, int error);
        followed_step *step; /* NULL: nobody listens */
        void *ctx;
};

void name_servers_read(int root, const struct name_servers_reader *r);

/* The servers that the text of a resolv.conf(5) names, told as above. Whatever glibc, systemd-resolved, c-ares or Go
 * would ask is one, in any of their spellings. Returns whether a server of the terminal's own is among them; none at
 * all means so, too. */
bool name_servers_parse(struct bytes text, const char *file, const struct name_servers_reader *r);
