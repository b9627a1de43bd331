/* SPDX-License-Identifier: MIT */
/* pam_tree.c — openat2(2) with RESOLVE_IN_ROOT reads, so that links stay beneath the root; mkdtemp(3) makes the folder.
 * See pam_tree.h. */
#include "cli/setup/pam_tree.h"

#include "base/cleanup.h"
#include "cli/setup/program.h"
#include "host/file.h"
#include "wire/stacks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECONDS 30
#define UPDATE "/usr/sbin/pam-auth-update"
#define SERVICES "etc/pam.d"
#define STATE "var/lib/pam"
#define PROFILES "usr/share/pam-configs"

static const char *const pam_directories[] = { SERVICES, "usr/lib/pam.d", NULL };

bool pam_tree_has(const struct check_context *g, const char *service) {
        char path[64];

        for (size_t i = 0; pam_directories[i]; i++) {
                (void)snprintf(path, sizeof path, "%s/%s", pam_directories[i], service);
                if (check_context_has(g, path))
                        return true;
        }
        return false;
}

struct copying {
        struct check_context *context;
        const char *from;
        void (*copy)(struct copying *c, const char *path, const char *name);
        int top, to, r;
};

/* A regular file beneath the root, whatever links lead to it. */
static int pam_tree_open(const struct check_context *g, const char *path) {
        const struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                                      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
        int fd = (int)syscall(SYS_openat2, g->root, path, &how, sizeof how);
        struct stat st;

        if (fd < 0)
                return -errno;
        if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= CHECK_CONTEXT_FILE_MAX)
                return fd;
        (void)close(fd);
        return -EFBIG;
}

static int pam_tree_read(const struct check_context *g, const char *path, char **ret, size_t *ret_n) {
        auto_fd fd = pam_tree_open(g, path);
        auto_free char *text = fd < 0 ? NULL : malloc(CHECK_CONTEXT_FILE_MAX + 1);
        ssize_t got = 0;
        size_t n = 0;

        if (fd < 0)
                return fd;
        if (!text)
                return -ENOMEM;
        while (n < CHECK_CONTEXT_FILE_MAX && (got = read(fd, text + n, CHECK_CONTEXT_FILE_MAX - n)) > 0)
                n += (size_t)got;
        if (got < 0)
                return -errno;
        if (memchr(text, 0, n))
                return -EBADMSG;
        text[n] = '\0';
        *ret = TAKE(text);
        *ret_n = n;
        return 0;
}

static int pam_tree_write(int dir, const char *name, const char *text, size_t n) {
        auto_fd fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);

        if (fd < 0)
                return errno == EEXIST ? 0 : -errno;
        if (fchmod(fd, 0644) < 0) /* whatever the umask: sekimori-stacks is nobody */
                return -errno;
        while (n) {
                ssize_t put = write(fd, text, n);

                if (put < 0)
                        return -errno;
                text += put;
                n -= (size_t)put;
        }
        return 0;
}

static void pam_tree_note(struct copying *c, int r) {
        if (c->r == 0)
                c->r = r;
}

static void pam_tree_included(struct copying *c, const char *text);

/* A service's file. One that cannot be read is there all the same: what comes of it is not known. */
static void pam_tree_service(struct copying *c, const char *path, const char *name) {
        auto_free char *text = NULL;
        size_t n = 0;
        int r;

        if (faccessat(c->to, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
                return;
        r = pam_tree_read(c->context, path, &text, &n);
        if (r < 0 && c->context->findings)
                finding_unread(c->context, path, r);
        pam_tree_note(c, r < 0 ? pam_tree_write(c->to, name, STACKS_UNREAD_TEXT, strlen(STACKS_UNREAD_TEXT))
                               : pam_tree_write(c->to, name, text, n));
        if (r == 0)
                pam_tree_included(c, text);
}

/* libpam follows "@include /etc/authselect/x", too: sekimori-stacks looks for it under a name without slashes. */
static void pam_tree_included(struct copying *c, const char *text) {
        static const char blank[] = " \t\r\n\\";
        char path[256], name[256];

        for (const char *at = text; *(at += strspn(at, blank)); at += strcspn(at, blank)) {
                size_t n = strcspn(at, blank);

                if (*at != '/' || n < 2 || n >= sizeof path || (n > 3 && memcmp(at + n - 3, ".so", 3) == 0))
                        continue;
                (void)snprintf(path, sizeof path, "%.*s", (int)n - 1, at + 1);
                if (stacks_name(at, n, name, sizeof name) && check_context_has(c->context, path))
                        pam_tree_service(c, path, name);
        }
}

/* What is no service: profiles, and what pam-auth-update has noted. */
static void pam_tree_file(struct copying *c, const char *path, const char *name) {
        auto_free char *text = NULL;
        size_t n = 0;
        int r = pam_tree_read(c->context, path, &text, &n);

        pam_tree_note(c, r < 0 ? r : pam_tree_write(c->to, name, text, n));
}

static void pam_tree_named(void *ctx, const char *name) {
        struct copying *c = ctx;
        char path[300];

        if (snprintf(path, sizeof path, "%s/%s", c->from, name) >= (int)sizeof path)
                pam_tree_note(c, -ENAMETOOLONG);
        else
                c->copy(c, path, name);
}

static int pam_tree_folder(struct copying *c, const char *from, const char *to) {
        auto_fd folder = directory_open(c->top, to);
        int r;

        if (folder < 0)
                return folder;
        c->from = from;
        c->to = folder;
        r = check_context_names(c->context, from, "", pam_tree_named, c);
        return r < 0 ? r : c->r;
}

static const char *const folders[] = { "etc", SERVICES, "var", "var/lib", STATE, "usr", "usr/share", PROFILES };
#define FOLDERS (sizeof folders / sizeof *folders)

/* Two hundred files that live for a second: /run is in memory everywhere. Who is not root has /tmp. */
static int pam_tree_folder_for_it(struct pam_tree *t) {
        static const char *const patterns[] = { "/run/sekimori-pam-XXXXXX", "/tmp/sekimori-pam-XXXXXX" };

        for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
                (void)snprintf(t->path, sizeof t->path, "%s", patterns[i]);
                if (mkdtemp(t->path))
                        return 0;
        }
        t->path[0] = '\0';
        return -errno;
}

static int pam_tree_make(struct pam_tree *t) {
        auto_fd top = -1;
        int r = pam_tree_folder_for_it(t);

        if (r < 0)
                return r;
        top = directory_open(AT_FDCWD, t->path);
        for (size_t i = 0; i < FOLDERS && top >= 0; i++)
                if (mkdirat(top, folders[i], 0755) < 0 || fchmodat(top, folders[i], 0755, 0) < 0)
                        return -errno;
        return top < 0 ? top : 0;
}

static void pam_tree_fact(struct copying *c, const char *path, const char *name) {
        auto_free char *text = NULL;
        size_t n = 0;
        int r = pam_tree_read(c->context, path, &text, &n);

        if (r == 0)
                pam_tree_note(c, pam_tree_write(c->to, name, text, n));
        else if (c->context->findings)
                finding_unread(c->context, path, r);
}

/* What sekimori-stacks wants to know beside the services. Where it is not told, it depends on everything. */
static void pam_tree_facts(struct copying *c) {
        pam_tree_fact(c, "etc/group", STACKS_GROUP);
        pam_tree_fact(c, "etc/passwd", STACKS_PASSWD);
        pam_tree_fact(c, "etc/nsswitch.conf", STACKS_NSSWITCH);
        pam_tree_note(c, pam_tree_write(c->to, STACKS_PROBE, STACKS_PROBE_TEXT, strlen(STACKS_PROBE_TEXT)));
}

static int pam_tree_fill(struct check_context *g, const struct pam_tree *t, int top) {
        struct copying c = { .context = g, .copy = pam_tree_service, .top = top };
        int r = 0;

        for (size_t i = 0; pam_directories[i] && r == 0; i++)
                r = pam_tree_folder(&c, pam_directories[i], SERVICES);
        c.to = t->services;
        if (r == 0)
                pam_tree_facts(&c);
        c.copy = pam_tree_file;
        r = r < 0 ? r : c.r;
        if (r == 0)
                r = pam_tree_folder(&c, STATE, STATE);
        return r < 0 ? r : pam_tree_folder(&c, PROFILES, PROFILES);
}

int pam_tree_copy(struct check_context *g, struct pam_tree *ret, struct err *err) {
        auto_fd top = -1;
        int r = pam_tree_make(ret);

        if (r == 0)
                top = r = directory_open(AT_FDCWD, ret->path);
        if (r >= 0)
                ret->services = r = directory_open(top, SERVICES);
        if (r >= 0)
                r = pam_tree_fill(g, ret, top);
        return r < 0 ? err_say_errno(err, r, "/etc/pam.d の写しを /run に作れません", "copy /etc/pam.d to /run") : 0;
}

int pam_tree_enable(const struct check_context *g, const struct pam_tree *t, struct err *err) {
        const char *const argv[] = { UPDATE,     "--root",           t->path, "--package", "--enable",
                                     "sekimori", "sekimori-session", NULL };
        auto_fd top = directory_open(AT_FDCWD, t->path);
        char text[512], variable[64];
        int n = snprintf(
                text, sizeof text,
                "Config: configdb\nTemplates: templatedb\n\nName: configdb\nDriver: File\nFilename: %s/config.dat\n\n"
                "Name: templatedb\nDriver: File\nFilename: %s/templates.dat\n",
                t->path, t->path);
        int r = top < 0 ? top : pam_tree_write(top, "debconf.conf", text, (size_t)n);

        (void)snprintf(variable, sizeof variable, "DEBCONF_SYSTEMRC=%s/debconf.conf", t->path);
        return r < 0 ? err_say_errno(err, r, "%s に書けません", "write to %s", t->path)
                     : program_run_with(g->root_path, UPDATE, argv, variable, SECONDS, err);
}

void pam_tree_remove(struct pam_tree *t) {
        auto_fd top = t->path[0] ? directory_open(AT_FDCWD, t->path) : -1;

        for (size_t i = FOLDERS; i > 0 && top >= 0; i--)
                (void)file_remove(top, folders[i - 1]);
        if (top >= 0)
                (void)file_remove(AT_FDCWD, t->path);
        if (t->services >= 0)
                (void)close(t->services);
        *t = PAM_TREE_NONE;
}
