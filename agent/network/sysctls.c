/* SPDX-License-Identifier: MIT */
/* sysctls.c — one table of what is off, walked for all, default and each interface. Writing ipv4/conf/all/forwarding
 * resets accept_redirects: so the table begins with it, and after any change everything is looked at. See sysctls.h. */
#include "network/sysctls.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"
#include "network/netlink/rtnl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netconf.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

#define TEXT_MAX (1024 * 1024)
#define VALUE 16

/* What this kernel does not have is passed over. Of groups that are reported each has a packet of its own in version 1
 * of MLD only: the tables let some of them out. */
static const struct {
        const char *family, *key;
        long off;
} table[] = {
        { "ipv4", "forwarding", 0 },          { "ipv6", "forwarding", 0 },           { "ipv6", "force_forwarding", 0 },
        { "ipv4", "proxy_arp", 0 },           { "ipv4", "proxy_arp_pvlan", 0 },      { "ipv6", "proxy_ndp", 0 },
        { "ipv4", "accept_source_route", 0 }, { "ipv6", "accept_source_route", -1 }, /* 0 takes type 2 */
        { "ipv6", "seg6_enabled", 0 },        { "ipv6", "rpl_seg_enabled", 0 },      { "ipv4", "accept_redirects", 0 },
        { "ipv6", "accept_redirects", 0 },    { "ipv4", "send_redirects", 0 },       { "ipv6", "force_mld_version", 1 },
};
#define ROWS (sizeof table / sizeof *table)

typedef int sysctl_visit(void *ctx, int folder, size_t row, const char *path);

static int row_visit(int conf, const char *interface, size_t row, sysctl_visit *visit, void *ctx) {
        char path[SYSCTL_PATH];
        auto_fd folder = openat(conf, interface, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        if (folder < 0)
                return errno == ENOENT ? 0 : -errno; /* it has gone meanwhile */
        if ((size_t)snprintf(path, sizeof path, "%s/conf/%s/%s", table[row].family, interface, table[row].key)
            >= sizeof path)
                return -ENAMETOOLONG;
        return visit(ctx, folder, row, path);
}

static bool is_interface(const char *name) {
        return name[0] != '.' && strcmp(name, "all") != 0 && strcmp(name, "default") != 0;
}

/* All and default first: what an interface gets that comes meanwhile is off. */
static int row_walk(int net, size_t row, sysctl_visit *visit, void *ctx) {
        auto_fd family = openat(net, table[row].family, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        auto_dir conf = family < 0 ? NULL : listing_open(family, "conf");
        int worst, r;

        if (!conf)
                return errno == ENOENT ? 0 : -errno; /* no IPv6 */
        worst = row_visit(dirfd(conf), "all", row, visit, ctx);
        r = row_visit(dirfd(conf), "default", row, visit, ctx);
        worst = r < 0 ? r : worst;
        for (struct dirent *e; (e = readdir(conf));) {
                r = is_interface(e->d_name) ? row_visit(dirfd(conf), e->d_name, row, visit, ctx) : 0;
                worst = r < 0 ? r : worst;
        }
        return worst;
}

static int sysctls_walk(int net, sysctl_visit *visit, void *ctx) {
        int worst = 0;

        for (size_t row = 0; row < ROWS; row++) {
                int r = row_walk(net, row, visit, ctx);

                worst = r < 0 ? r : worst;
        }
        return worst;
}

static bool value_parse(const char *text, long *ret) {
        char *end;

        errno = 0;
        *ret = strtol(text, &end, 10);
        return *text && !*end && !errno && *text != ' ' && *text != '+' && *ret >= INT32_MIN && *ret <= INT32_MAX;
}

/* -ENOENT: there is none. */
static int value_read(int folder, size_t row, long *ret) {
        char text[VALUE];
        ssize_t n = file_read_line(folder, table[row].key, text, sizeof text);

        return n < 0 ? (int)n : value_parse(text, ret) ? 0 : -EBADMSG;
}

static int value_write(int folder, size_t row, long value) {
        char text[VALUE];

        (void)snprintf(text, sizeof text, "%ld", value);
        return file_poke(folder, table[row].key, text);
}

struct sysctls_round {
        struct sysctls *s;
        bool is_quiet; /* the first time: what stood is written down, and no news */
        int found;
};

static int sysctl_put_right(void *ctx, int folder, size_t row, const char *path) {
        struct sysctls_round *round = ctx;
        unsigned long untold;
        long value, now;
        int r = value_read(folder, row, &value);

        if (r == -ENOENT || (r == 0 && value == table[row].off))
                return 0;
        r = value_write(folder, row, table[row].off);
        if (r == 0 && (value_read(folder, row, &now) < 0 || now != table[row].off))
                r = -EIO;
        if (r == -ENOENT || r == -ENODEV)
                return 0;
        round->found++;
        if (!round->is_quiet && limit_allows(&round->s->limit, &untold))
                round->s->tell(round->s->ctx, path, value, r, untold);
        return r;
}

static int sysctls_put_right(struct sysctls *s, bool is_quiet) {
        struct sysctls_round round = { s, is_quiet, 0 };
        int r = sysctls_walk(s->net, sysctl_put_right, &round);

        if (!is_quiet)
                s->put_right += (unsigned)round.found;
        return r < 0 ? r : round.found;
}

int sysctls_check(struct sysctls *s) {
        return sysctls_put_right(s, false);
}

static int sysctl_note(void *ctx, int folder, size_t row, const char *path) {
        long value;
        int r = value_read(folder, row, &value);

        if (r == 0 && fprintf(ctx, "%s %ld\n", path, value) < 0)
                return -ENOMEM;
        return r == -ENOENT ? 0 : r;
}

static int sysctls_keep(const struct sysctls *s, struct err *err) {
        auto_free char *text = NULL;
        size_t size = 0;
        FILE *to;
        int r;

        if (faccessat(s->kept, SYSCTLS_KEPT, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
                return 0;
        to = open_memstream(&text, &size);
        if (!to)
                return err_errno(err, -ENOMEM, SYSCTLS_KEPT);
        r = sysctls_walk(s->net, sysctl_note, to);
        if (fclose(to) != 0 && r == 0)
                r = -ENOMEM;
        return r < 0 ? err_errno(err, r, "/proc/sys/net")
                     : file_replace(s->kept, SYSCTLS_KEPT, bytes_of(text, size), 0600, err);
}

int sysctls_hold(struct sysctls *s, struct err *err) {
        int kept = sysctls_keep(s, err), r = sysctls_put_right(s, true);

        if (r < 0)
                return err_say_errno(err, r, "ルーターとして働く設定を止められません",
                                     "hold forwarding and its like off");
        return kept;
}

/* "ipv4/conf/eth0/forwarding 1": a path that we would make, and a value. */
static bool kept_line_fits(const char *line) {
        const char *space = strrchr(line, ' '), *key = space ? memrchr(line, '/', (size_t)(space - line)) : NULL;
        long value;

        if (!key || !value_parse(space + 1, &value) || space - line >= SYSCTL_PATH)
                return false;
        for (size_t row = 0; row < ROWS; row++) {
                size_t family = strlen(table[row].family), n = strlen(table[row].key);

                if ((size_t)(space - key - 1) == n && memcmp(key + 1, table[row].key, n) == 0
                    && strncmp(line, table[row].family, family) == 0 && strncmp(line + family, "/conf/", 6) == 0
                    && key > line + family + 6 && !memchr(line + family + 6, '/', (size_t)(key - line) - family - 6))
                        return true;
        }
        return false;
}

/* The text with a newline before each line, too. */
static int kept_read(int dirfd, char **ret) {
        auto_free uint8_t *text = NULL;
        auto_free char *copy = NULL;
        size_t size;
        int r = file_read(dirfd, SYSCTLS_KEPT, TEXT_MAX, &text, &size);

        if (r < 0)
                return r;
        if (size && (memchr(text, 0, size) || text[size - 1] != '\n'))
                return -EBADMSG;
        if (asprintf(&copy, "\n%s", (const char *)text) < 0)
                return -ENOMEM;
        for (char *at = (char *)text, *line; (line = strsep(&at, "\n")) && at;)
                if (!kept_line_fits(line))
                        return -EBADMSG;
        *ret = TAKE(copy);
        return 0;
}

static bool kept_value(const char *kept, const char *path, long *ret) {
        char line[SYSCTL_PATH + 4], value[VALUE];
        const char *at;

        (void)snprintf(line, sizeof line, "\n%s ", path);
        at = strstr(kept, line);
        if (!at)
                return false;
        at += strlen(line);
        (void)snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\n"), at);
        return value_parse(value, ret);
}

/* An interface that came later would have had what default had. */
static int sysctl_undo(void *ctx, int folder, size_t row, const char *path) {
        const char *kept = ctx;
        char by_default[SYSCTL_PATH];
        long value, now;
        int r = value_read(folder, row, &now);

        (void)snprintf(by_default, sizeof by_default, "%s/conf/default/%s", table[row].family, table[row].key);
        if (r < 0 || (!kept_value(kept, path, &value) && !kept_value(kept, by_default, &value)) || value == now)
                return r == -ENOENT ? 0 : r;
        return value_write(folder, row, value);
}

int sysctls_undo(struct sysctls *s, struct err *err) {
        auto_free char *kept = NULL;
        int r = kept_read(s->kept, &kept);

        if (r == -ENOENT)
                return 0;
        if (r == 0)
                r = sysctls_walk(s->net, sysctl_undo, kept);
        if (r == 0)
                r = file_remove(s->kept, SYSCTLS_KEPT);
        return r < 0 ? err_say_errno(err, r, "/proc/sys/net を元に戻せません", "put /proc/sys/net back") : 0;
}

int sysctls_told(void) {
        int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

        return fd < 0 ? -errno : fd;
}

/* One watch on the folder tells of all files in it. */
static int folder_watch(const struct sysctls *s, int conf, const char *name) {
        auto_fd folder = openat(conf, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        char path[32];

        if (folder < 0)
                return errno == ENOENT ? 0 : -errno;
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", folder);
        return inotify_add_watch(s->told, path, IN_MODIFY | IN_ONLYDIR) < 0 ? -errno : 0;
}

static int family_watch(const struct sysctls *s, const char *family, const char *interface) {
        auto_fd dir = openat(s->net, family, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        auto_dir conf = dir < 0 ? NULL : listing_open(dir, "conf");
        int worst = 0;

        if (!conf)
                return errno == ENOENT ? 0 : -errno;
        if (interface)
                return folder_watch(s, dirfd(conf), interface);
        for (struct dirent *e; (e = readdir(conf));) {
                int r = e->d_name[0] == '.' ? 0 : folder_watch(s, dirfd(conf), e->d_name);

                worst = r < 0 ? r : worst;
        }
        return worst;
}

int sysctls_watch(struct sysctls *s, const char *interface) {
        int r = family_watch(s, "ipv4", interface), six = family_watch(s, "ipv6", interface);

        return r < 0 ? r : six;
}

void sysctls_drain(const struct sysctls *s) {
        union {
                struct inotify_event event; /* for its alignment */
                char room[4096];
        } raw;

        while (read(s->told, &raw, sizeof raw) > 0)
                ;
}

static bool netconf_take(void *ctx, const struct nlattr *a) {
        const uint16_t type = mnl_attr_get_type(a);
        int32_t value = 0;

        if (type != NETCONFA_FORWARDING && type != NETCONFA_PROXY_NEIGH)
                return true;
        if (!rtnl_value(a, &value, sizeof value))
                return false;
        *(bool *)ctx = *(bool *)ctx || value;
        return true;
}

bool netconf_is_on(const struct nlmsghdr *h) {
        bool is_on = false;

        return !rtnl_message_attributes(h, sizeof(struct netconfmsg), netconf_take, &is_on) || is_on;
}
