/* SPDX-License-Identifier: MIT */
/* check_doors.c — ways round the login that are no PAM service: automatic logins, sudo, the rescue shell, GRUB.
 */
#include "cli/setup/checks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SUDOERS_D "etc/sudoers.d"
#define INCLUDES_MAX 8 /* one within the other; sudo has 128 */

/* "key = value" of an ini file: true, and the value without spaces around it. */
static bool key_is(char *line, const char *key, const char **ret) {
        size_t n = strlen(key), end;

        if (strncasecmp(line, key, n) != 0)
                return false;
        line += n + strspn(line + n, " \t");
        if (*line++ != '=')
                return false;
        line += strspn(line, " \t");
        for (end = strlen(line); end && strchr(" \t\r", line[end - 1]);)
                line[--end] = '\0';
        *ret = line;
        return true;
}

struct door_search {
        struct check_context *context;
        const char *folder, *path; /* of the file that is being read; `folder` for check_context_names */
        check_context_line *tell;
        bool joined; /* at a backslash */
        size_t found;
        unsigned depth; /* of files that include files */
        char where[512];
};

static void check_doors_found(struct door_search *s, unsigned number) {
        words_add(s->where, sizeof s->where, "%s/%s:%u", s->found++ ? ", " : "", s->path, number);
}

static void search_file(struct door_search *s, const char *path) {
        s->path = path;
        finding_unread(s->context, path,
                       (s->joined ? check_context_lines : check_context_plain_lines)(s->context, path, s->tell, s));
}

static void search_named(void *ctx, const char *name) {
        struct door_search *s = ctx;
        char path[512];

        if (snprintf(path, sizeof path, "%s/%s", s->folder, name) < (int)sizeof path)
                search_file(s, path);
}

static void search_folder(struct door_search *s, const char *folder, const char *suffix) {
        s->folder = folder;
        finding_unread(s->context, folder, check_context_names(s->context, folder, suffix, search_named, s));
}

static bool is_yes(const char *value) {
        return strcasecmp(value, "true") == 0 || strcasecmp(value, "yes") == 0 || strcmp(value, "1") == 0;
}

static void gdm_line(void *ctx, unsigned number, char *line) {
        const char *value;

        if ((key_is(line, "AutomaticLoginEnable", &value) || key_is(line, "TimedLoginEnable", &value)) && is_yes(value))
                check_doors_found(ctx, number);
}

static void lightdm_line(void *ctx, unsigned number, char *line) {
        const char *value;

        if (key_is(line, "autologin-user", &value) && *value)
                check_doors_found(ctx, number);
}

static void sddm_line(void *ctx, unsigned number, char *line) {
        const char *value;

        if (key_is(line, "User", &value) && *value) /* the only section that has one is [Autologin] */
                check_doors_found(ctx, number);
}

static void getty_line(void *ctx, unsigned number, char *line) {
        const char *value;
        char *rest, *word;

        if (!key_is(line, "ExecStart", &value))
                return;
        rest = (char *)value;
        while ((word = line_word(&rest)))
                if (strcmp(word, "-a") == 0 || strncmp(word, "--autologin", 11) == 0)
                        check_doors_found(ctx, number);
}

static void search_getty(void *ctx, const char *name) {
        struct door_search *s = ctx;
        char folder[512], target[16];

        (void)snprintf(folder, sizeof folder, "etc/systemd/system/%s", name);
        if (!strstr(name, "getty")
            || (check_context_link(s->context, folder, target, sizeof target)
                && strcmp(target, "/dev/null") == 0)) /* masked */
                return;
        if (strstr(name, ".service.d"))
                search_folder(s, folder, ".conf");
        else if (strstr(name, ".service"))
                search_file(s, folder);
}

void check_autologin(struct check_context *g) {
        struct door_search s = { .context = g, .tell = gdm_line };

        search_file(&s, "etc/gdm3/daemon.conf");
        search_file(&s, "etc/gdm3/custom.conf");
        s.tell = lightdm_line;
        search_file(&s, "etc/lightdm/lightdm.conf");
        search_folder(&s, "etc/lightdm/lightdm.conf.d", ".conf");
        search_folder(&s, "usr/share/lightdm/lightdm.conf.d", ".conf");
        s.tell = sddm_line;
        search_file(&s, "etc/sddm.conf");
        search_folder(&s, "etc/sddm.conf.d", ".conf");
        s.tell = getty_line;
        s.joined = true;
        (void)check_context_names(g, "etc/systemd/system", "", search_getty, &s);
        if (s.found)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "自動ログイン（%s）は拒否されるようになります: 設定から消してください",
                                "automatic logins (%s) will be refused: take them out of the settings"),
                            s.where);
        else
                finding_add(g, FINDING_OK, SAY(g->l, "自動ログインはありません", "no automatic login"));
}

/* A '#' begins no comment where a number follows (#1000 is a user, %#27 a group), behind a backslash, and in quotes. */
static void sudo_cut_comment(char *line) {
        bool quoted = false;

        for (char *at = line; *at; at++) {
                if (*at == '\\' && at[1])
                        at++;
                else if (*at == '"')
                        quoted = !quoted;
                else if (*at == '#' && !quoted && !strchr("-0123456789", at[1]))
                        *at = '\0'; /* of '\0' itself, too: what comes behind nothing is nothing */
        }
}

/* "@include FILE", "@includedir FOLDER", and both with '#'; a path that is not whole begins where the file is. False:
 * it is not looked at. */
static bool sudo_include(struct door_search *s, char *line) {
        const char *path_before = s->path, *folder_before = s->folder;
        const bool folder = strcmp(line_word(&line) + 1, "includedir") == 0;
        const char *name = line_word(&line), *slash = strrchr(s->path, '/');
        char path[512];
        int n = !name || name[0] == '/' || !slash ? 0 : (int)(slash + 1 - s->path);

        if (!name || strpbrk(name, "\"\\%") || s->depth == INCLUDES_MAX
            || snprintf(path, sizeof path, "%.*s%s", n, s->path, name + (name[0] == '/')) >= (int)sizeof path)
                return false;
        if (strcmp(path, SUDOERS_D) == 0 || strcmp(path, s->path) == 0)
                return true; /* it is read in any case */
        s->depth++;
        if (folder)
                search_folder(s, path, "");
        else
                search_file(s, path);
        s->depth--;
        s->path = path_before;
        s->folder = folder_before;
        return true;
}

static bool sudo_does_not_ask(const char *line) {
        const char *may = strstr(line, "authenticate");

        while (may && may > line && strchr(" \t", may[-1]))
                may--;
        return (may && may > line && may[-1] == '!') || strstr(line, "NOPASSWD") || strstr(line, "exempt_group");
}

static void sudo_line(void *ctx, unsigned number, char *line) {
        struct door_search *s = ctx;

        if (strncmp(line + 1, "include", 7) == 0 && strchr("@#", line[0])) {
                if (!sudo_include(s, line))
                        finding_unfollowed(s->context, s->path, number);
                return;
        }
        sudo_cut_comment(line);
        if (sudo_does_not_ask(line))
                check_doors_found(s, number);
}

void check_sudo(struct check_context *g) {
        struct door_search s = { .context = g, .tell = sudo_line };

        search_file(&s, "etc/sudoers");
        search_file(&s, "etc/sudoers-rs"); /* sudo-rs takes it where it is there */
        search_folder(&s, SUDOERS_D, "");
        if (s.found)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "sudo が何も尋ねない行があります（%s）: visudo で NOPASSWD、!authenticate、exempt_group を消してください",
                            "lines with which sudo asks nothing (%s): take NOPASSWD, !authenticate and exempt_group out with visudo"),
                        s.where);
        else
                finding_add(g, FINDING_OK, SAY(g->l, "sudo は必ず尋ねます", "sudo always asks"));
}

struct shadow {
        bool root, seen;
        size_t empty;
        char names[512];
};

static void shadow_line(void *ctx, unsigned number, char *line) {
        struct shadow *s = ctx;
        char *hash = strchr(line, ':');

        (void)number;
        if (!hash)
                return;
        *hash++ = '\0';
        hash[strcspn(hash, ":")] = '\0';
        s->seen = true;
        if (strcmp(line, "root") == 0)
                s->root = hash[0] && !strchr("!*", hash[0]);
        if (!hash[0])
                words_add(s->names, sizeof s->names, "%s%s", s->empty++ ? ", " : "", line);
}

void check_rescue(struct check_context *g) {
        struct shadow s = { 0 };

        finding_unread(g, "etc/shadow", check_context_lines(g, "etc/shadow", shadow_line, &s));
        if (s.empty)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l,
                                "パスワードが空の人がいます（%s）: passwd で設定するか passwd -l で止めてください",
                                "people with an empty password (%s): set one with passwd, or lock them with passwd -l"),
                            s.names);
        if (s.seen && !s.root)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "root にパスワードがないため、レスキューモードに入れません: sudo passwd root（封筒に入れて保管）",
                            "root has no password, so nobody gets into rescue mode: sudo passwd root (keep it in an envelope)"));
        else if (s.seen)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "root のパスワードでレスキューモードに入れます",
                                "root's password opens rescue mode"));
}

static void grub_line(void *ctx, unsigned number, char *line) {
        (void)number;
        *(bool *)ctx = *(bool *)ctx || strstr(line, "password_pbkdf2") || strncmp(line, "password ", 9) == 0;
}

void check_grub(struct check_context *g) {
        bool guarded = false;
        int r = check_context_lines(g, "boot/grub/grub.cfg", grub_line, &guarded);

        finding_unread(g, "boot/grub/grub.cfg", r);
        if (r == 0)
                finding_add(
                        g, guarded ? FINDING_OK : FINDING_WARNING,
                        guarded ? SAY(g->l, "起動メニューにパスワードがあります", "the boot menu has a password")
                                : SAY(g->l,
                                      "起動メニューにパスワードがありません: grub-mkpasswd-pbkdf2 で作り、/etc/grub.d/40_custom へ（導入手引き 3.3）",
                                      "the boot menu has no password: make one with grub-mkpasswd-pbkdf2 and put it into "
                                      "/etc/grub.d/40_custom (INSTALLING 3.3)"));
        else if (r == -ENOENT)
                finding_add(g, FINDING_OK, SAY(g->l, "GRUB はありません", "there is no GRUB"));
}
