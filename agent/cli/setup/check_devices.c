/* SPDX-License-Identifier: MIT */
/* check_devices.c — which of the devices plugged in now would be cut off: the only keyboard, the network, a mounted
 * disk. */
#include "audit/record.h"
#include "base/cleanup.h"
#include "cli/answer.h"
#include "cli/setup/checks.h"
#include "host/built_in.h"
#include "host/file.h"
#include "host/listing.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define STACKED 4 /* disks made of disks: LUKS on LVM on a stick */

bool device_is_in_as(const json_t *device, const char *kind) {
        if (strcmp(answer_text(device, NULL, "verdict"), "allow") != 0)
                return false;
        return json_object_get(device, "kinds_let_in") ? answer_lists(device, "kinds_let_in", kind)
                                                       : !answer_flag(device, NULL, "partial");
}

static bool is_denied(const json_t *device) {
        return strcmp(answer_text(device, NULL, "verdict"), "allow") != 0;
}

/* `at` is the device's directory, or beneath it. What is beneath a denied hub is cut off, too. */
static bool is_beneath(const char *at, const char *device) {
        size_t n = strlen(device);

        return n && strncmp(at, device, n) == 0 && (at[n] == '/' || !at[n]);
}

/* The denied device that would cut off this path; NULL: there is none. `at` is beneath /sys/devices. */
static const json_t *cut_by(const struct check_context *g, const char *at) {
        for (size_t i = 0; i < json_array_size(g->devices); i++) {
                const json_t *device = json_array_get(g->devices, i);

                const bool is_hub = answer_lists(device, "kinds", "hub");

                if ((is_hub ? !device_is_in_as(device, "hub") : is_denied(device))
                    && is_beneath(at, answer_text(device, NULL, "path")))
                        return device;
        }
        return NULL;
}

/* The same for a link in /sys/class or /sys/dev: "../../devices/…". */
static const json_t *link_cut_by(const struct check_context *g, const char *path) {
        char link[PATH_MAX];
        const char *at = check_context_link(g, path, link, sizeof link) ? strstr(link, "/devices/") : NULL;

        return at ? cut_by(g, at + strlen("/devices/")) : NULL;
}

static void check_devices_why(const struct check_context *g, const json_t *device, char *to, size_t size) {
        enum reason reason = reason_from_name(answer_text(device, NULL, "reason"));
        const char *rule = answer_text(device, NULL, "rule");

        (void)snprintf(to, size, "%s%s%s", rule, *rule ? ": " : "", words_reason(g->l, reason));
}

void check_devices(struct check_context *g) {
        size_t denied = 0, n = json_array_size(g->devices);

        for (size_t i = 0; i < n; i++) {
                const json_t *device = json_array_get(g->devices, i);
                char reason[256];

                if (!is_denied(device))
                        continue;
                check_devices_why(g, device, reason, sizeof reason);
                denied++;
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "使えなくなります: %s %s:%s（ポート %s、%s）。必要なら規則を加えてください",
                                "will stop working: %s %s:%s (port %s, %s). If it is needed, add a rule"),
                            answer_text(device, NULL, "name"), answer_text(device, NULL, "vid"),
                            answer_text(device, NULL, "pid"), answer_text(device, NULL, "port"), reason);
        }
        if (g->devices && !denied)
                finding_add(g, FINDING_OK, SAY(g->l, "%zu 台すべてが使えます", "all %zu of them go on working"), n);
}

void check_keyboard(struct check_context *g) {
        size_t denied = 0, strange = 0, left = keyboard_is_built_in(g->root, "sys");

        for (size_t i = 0; i < json_array_size(g->devices); i++) {
                const json_t *device = json_array_get(g->devices, i);

                if (!answer_lists(device, "kinds", "hid-keyboard"))
                        continue;
                if (!device_is_in_as(device, "hid-keyboard") || cut_by(g, answer_text(device, NULL, "path")))
                        denied++;
                else if (*answer_text(device, NULL, "malformed"))
                        strange++; /* the initramfs accepts no contradiction */
                else
                        left++;
        }
        if (denied && !left)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "ただ一つのキーボードが使えなくなります: キーボードを許可する規則をポリシーに加えて、適用してください（sekimori push）",
                            "the only keyboard would stop working: add a rule that allows keyboards, and push"));
        else if (strange && !left)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "ただ一つのキーボードの記述子が矛盾しているため（malformed: accept）、起動時のパスフレーズを打てません: ほかのキーボードをつないでください",
                            "the only keyboard contradicts itself (malformed: accept), so that no passphrase can be typed at the start: plug in another one"));
        else if (g->devices)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "使えるキーボードが残ります", "a keyboard goes on working, or none is there"));
}

static void visit_interface(struct check_context *g, const char *name, size_t *cut) {
        char path[PATH_MAX], state[16] = "";
        const json_t *device;

        (void)snprintf(path, sizeof path, "sys/class/net/%s", name);
        device = link_cut_by(g, path);
        if (!device)
                return;
        (void)snprintf(path, sizeof path, "sys/class/net/%s/operstate", name);
        if (file_read_line(g->root, path, state, sizeof state) < 0 || strcmp(state, "down") == 0)
                return;
        ++*cut;
        finding_add(
                g, FINDING_STOP,
                SAY(g->l,
                    "使用中のネットワーク %s（%s）が切れます: この端末の前で実行するか、許可する規則を加えてください",
                    "the network in use, %s (%s), would be cut off: do this at the terminal itself, or add a rule"),
                name, answer_text(device, NULL, "name"));
}

void check_network(struct check_context *g) {
        auto_dir d = listing_open(g->root, "sys/class/net");
        struct dirent *entry;
        size_t cut = 0;

        while (d && (entry = readdir(d)))
                if (entry->d_name[0] != '.')
                        visit_interface(g, entry->d_name, &cut);
        if (!cut && g->devices)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "使用中のネットワークは切れません", "no network in use is cut off"));
}

/* The denied device that would cut off a disk, given by its number, or one of the disks that it is made of. */
static const json_t *disk_cut_by(const struct check_context *g, const char *number, unsigned depth) {
        char path[64 + NAME_MAX];
        const json_t *device;
        auto_dir slaves = NULL;
        struct dirent *entry;

        (void)snprintf(path, sizeof path, "sys/dev/block/%.20s", number);
        device = link_cut_by(g, path);
        (void)snprintf(path, sizeof path, "sys/dev/block/%.20s/slaves", number);
        slaves = !device && depth < STACKED ? listing_open(g->root, path) : NULL;
        while (!device && slaves && (entry = readdir(slaves))) {
                char below[32];

                (void)snprintf(path, sizeof path, "%s/dev", entry->d_name);
                if (entry->d_name[0] != '.' && file_read_line(dirfd(slaves), path, below, sizeof below) > 0)
                        device = disk_cut_by(g, below, depth + 1);
        }
        return device;
}

struct mounts {
        struct check_context *context;
        size_t cut;
};

/* btrfs gives its mounts a number of their own: then the mount's source names the disk. */
static void number_of_source(const struct check_context *g, const char *source, char to[32]) {
        struct stat st;

        if (source && source[0] == '/' && fstatat(g->root, source + 1, &st, 0) == 0 && S_ISBLK(st.st_mode))
                (void)snprintf(to, 32, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
}

/* proc_pid_mountinfo(5): id, parent, major:minor, root, mount point, options … - type source options */
static void read_mount(void *ctx, unsigned number, char *line) {
        struct mounts *m = ctx;
        char *rest = strstr(line, " - "), *word = NULL, *where = NULL, disk[32] = "";
        const json_t *device;

        (void)number;
        for (size_t i = 0; i < 5 && (where = line_word(&line)); i++)
                if (i == 2)
                        (void)snprintf(disk, sizeof disk, "%s", where);
        if (!rest || !where)
                return;
        rest += strlen(" - ");
        (void)line_word(&rest);
        word = line_word(&rest);
        if (strncmp(disk, "0:", 2) == 0)
                number_of_source(m->context, word, disk);
        device = disk_cut_by(m->context, disk, 0);
        if (!device)
                return;
        m->cut++;
        finding_add(m->context, FINDING_STOP,
                    SAY(m->context->l,
                        "%s は使えなくなる機器（%s）の上にあります: umount するか、許可する規則を加えてください",
                        "%s is on a device that would stop working (%s): unmount it, or add a rule"),
                    where, answer_text(device, NULL, "name"));
}

void check_mounts(struct check_context *g) {
        struct mounts m = { .context = g };

        finding_unread(g, "proc/self/mountinfo", check_context_lines(g, "proc/self/mountinfo", read_mount, &m));
        if (!m.cut && g->devices)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "使えなくなる機器の上に、使用中のファイルはありません",
                                "nothing is mounted from what stops working"));
}
