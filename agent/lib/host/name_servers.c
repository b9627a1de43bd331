/* SPDX-License-Identifier: MIT */
/* name_servers.c — see name_servers.h. The files hold what DHCP servers and programs put there: bytes of strangers. */
#include "host/name_servers.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

#define KEY "nameserver"
#define WORD 128 /* an address in any spelling, a port, an interface and a name behind it */

/* The resolver of systemd is asked over its stub, over D-Bus and by glibc's module alike, so whom it asks always
 * counts. What NetworkManager knows counts where a server of the terminal's own is asked: it writes its file also where
 * nobody reads that. */
static const struct {
        const char *path;
        bool is_behind;
} files[NAME_SERVERS_FILES] = {
        { "/etc/resolv.conf", false },
        { "/run/systemd/resolve/resolv.conf", false },
        { "/run/NetworkManager/no-stub-resolv.conf", true },
};

static bool is_blank(uint8_t c) {
        return c == ' ' || c == '\t' || c == '\r';
}

static void blanks_skip(struct bytes *line) {
        while (line->left && is_blank(*line->at))
                (void)bytes_take(line, 1);
}

static struct bytes line_take(struct bytes *text) {
        const uint8_t *end = memchr(text->at, '\n', text->left);
        struct bytes line = bytes_take(text, end ? (size_t)(end - text->at) : text->left);

        if (end)
                (void)bytes_take(text, 1);
        return line;
}

/* glibc reads the key at the beginning of a line only, others behind blanks, too. */
static bool line_is_server(struct bytes *line) {
        blanks_skip(line);
        if (line->left <= strlen(KEY) || memcmp(line->at, KEY, strlen(KEY)) != 0 || !is_blank(line->at[strlen(KEY)]))
                return false;
        (void)bytes_take(line, strlen(KEY));
        blanks_skip(line);
        return true;
}

/* A NUL ends it for us as it does for glibc. */
static bool word_take(struct bytes *line, char ret[WORD]) {
        size_t n = 0;

        while (n < line->left && !is_blank(line->at[n]))
                n++;
        if (n >= WORD)
                return false;
        memcpy(ret, line->at, n);
        ret[n] = '\0';
        return true;
}

/* [2001:db8::53]:53, 10.1.2.53:53, fe80::1%eth0, 10.1.2.53#dns.example: what is around the address goes. */
static char *address_of(char word[WORD]) {
        char *bracket = word[0] == '[' ? strchr(word, ']') : NULL, *colon = strchr(word, ':');

        if (bracket)
                *bracket = '\0';
        else if (colon && !strchr(colon + 1, ':'))
                *colon = '\0';
        word[strcspn(word, "%#")] = '\0';
        return word + (bracket != NULL);
}

static bool address_from(const char *text, struct address_range *ret) {
        static const uint8_t v4_in_v6[12] = { [10] = 0xff, [11] = 0xff };
        struct in_addr v4;
        struct in6_addr v6;

        *ret = (struct address_range){ .v6 = strchr(text, ':') != NULL };
        if (!ret->v6 && inet_aton(text, &v4)) /* as glibc: 0x0a010235 and 012.1.2.53, too */
                memcpy(ret->first, &v4, sizeof v4);
        else if (ret->v6 && inet_pton(AF_INET6, text, &v6) == 1)
                memcpy(ret->first, &v6, sizeof v6);
        else
                return false;
        if (ret->v6 && memcmp(ret->first, v4_in_v6, sizeof v4_in_v6) == 0) {
                *ret = (struct address_range){ .v6 = false };
                memcpy(ret->first, (const uint8_t *)&v6 + sizeof v4_in_v6, sizeof v4);
        }
        memcpy(ret->last, ret->first, sizeof ret->last);
        return true;
}

/* Nobody's address is the terminal's own for connect(2). */
static bool is_own(const struct address_range *a) {
        static const uint8_t nobody[16], v6_loop[16] = { [15] = 1 };

        if (memcmp(a->first, nobody, sizeof nobody) == 0)
                return true;
        return a->v6 ? memcmp(a->first, v6_loop, sizeof v6_loop) == 0 : a->first[0] == 127;
}

static void tell_failure(const struct name_servers_reader *r, const char *file, int error) {
        if (r->failed && error < 0)
                r->failed(r->ctx, file, error);
}

bool name_servers_parse(struct bytes text, const char *file, const struct name_servers_reader *r) {
        size_t n = 0;
        bool own = false;
        int error = 0;

        while (text.left) {
                struct bytes line = line_take(&text);
                struct address_range address;
                char word[WORD];

                if (!line_is_server(&line))
                        continue;
                if (!word_take(&line, word) || !address_from(address_of(word), &address))
                        error = -EBADMSG;
                else if (n++ >= NAME_SERVERS_EACH)
                        error = -EFBIG;
                else if (is_own(&address))
                        own = true;
                else
                        r->server(r->ctx, file, &address);
        }
        tell_failure(r, file, error);
        return own || n == 0;
}

/* Whether a server of the terminal's own is asked; without a file glibc asks 127.0.0.1. */
static bool file_tell(int root, const char *path, const struct name_servers_reader *r) {
        auto_fd fd = followed_open(root, path, r->step, r->ctx);
        auto_free uint8_t *text = NULL;
        size_t size = 0;
        int e = fd < 0 ? fd : file_read_fd(fd, NAME_SERVERS_TEXT, &text, &size);

        if (e == 0)
                return name_servers_parse(bytes_of(text, size), path, r);
        tell_failure(r, path, e == -ENOENT ? 0 : e);
        return true;
}

void name_servers_read(int root, const struct name_servers_reader *r) {
        bool own = file_tell(root, files[0].path, r);

        for (size_t i = 1; i < NAME_SERVERS_FILES; i++)
                if (own || !files[i].is_behind)
                        (void)file_tell(root, files[i].path, r);
}
