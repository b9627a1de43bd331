/* SPDX-License-Identifier: MIT */
/* servers.c — see servers.h. Of the clocks timesyncd, chrony and ntpsec. */
#include "cli/network/servers.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/name_servers.h"
#include "language/address.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX (256 * 1024)
#define BETWEEN " \t\r"

void servers_add(struct servers_seen *s, const struct address_range *a) {
        for (unsigned i = 0; i < s->n; i++)
                if (s->all[i].v6 == a->v6 && memcmp(s->all[i].first, a->first, sizeof a->first) == 0)
                        return;
        if (s->n < SERVERS_SEEN)
                s->all[s->n++] = *a;
}

static bool is_printable(const char *word) {
        for (; *word; word++)
                if (*word <= ' ' || *word > '~')
                        return false;
        return true;
}

/* What is the machine's own (127.0.0.53) asks others itself. */
static void server_note(struct servers_seen *s, const char *word) {
        struct address_range a;
        bool numeric = strchr(word, ':') || word[strspn(word, "0123456789.")] == '\0';

        if (address_parse(word, &a) == NULL)
                servers_add(s, &a);
        else if (!numeric && is_printable(word) && s->n_by_name < SERVERS_SEEN)
                (void)snprintf(s->by_name[s->n_by_name++], sizeof *s->by_name, "%s", word);
}

/* In each line that begins with `key`, the word behind it; of `all` every word. */
static void servers_from(int dir, const char *name, const char *key, bool all, struct servers_seen *s) {
        auto_free uint8_t *text = NULL;
        char *lines = NULL, *words;
        size_t size;

        if (dir < 0 || file_read(dir, name, FILE_MAX, &text, &size) < 0)
                return;
        for (char *line = strtok_r((char *)text, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
                line += strspn(line, BETWEEN);
                if (strncmp(line, key, strlen(key)) != 0)
                        continue;
                line += strlen(key);
                if (key[strlen(key) - 1] != '=' && !strchr(BETWEEN, *line))
                        continue;
                for (char *word = strtok_r(line, BETWEEN, &words); word;
                     word = all ? strtok_r(NULL, BETWEEN, &words) : NULL)
                        server_note(s, word);
        }
}

static void resolver_note(void *ctx, const char *file, const struct address_range *address) {
        (void)file;
        servers_add(ctx, address);
}

void resolvers_read(const struct network_sources *from, struct servers_seen *ret) {
        if (from->root >= 0)
                name_servers_read(from->root, &(struct name_servers_reader){ .server = resolver_note, .ctx = ret });
}

void clocks_read(const struct network_sources *from, struct servers_seen *ret) {
        static const char *const files[] = { "etc/chrony/chrony.conf", "etc/ntpsec/ntp.conf" };

        servers_from(from->root, "etc/systemd/timesyncd.conf", "NTP=", true, ret);
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
                servers_from(from->root, files[i], "server", false, ret);
                servers_from(from->root, files[i], "pool", false, ret);
        }
}
