/* SPDX-License-Identifier: MIT */
/* rivals.c — units by the links that systemctl(1) makes and the cgroups that run, rules by udev's own order of folders.
 * See rivals.h and docs/adr/0179. */
#include "cli/setup/rivals.h"

#include "base/cleanup.h"
#include "cli/setup/udev_rule.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define UNITS "etc/systemd/system"
#define OWN_FOLDER "usr/lib/udev/rules.d"
#define RULES_MAX 1024

struct looking {
        const struct check_context *g;
        rival_found *found;
        void *ctx;
        const char *unit;   /* whose links are looked for */
        const char *folder; /* whose names are told */
        bool enabled;
        /* Rules files by name: the first folder that has one of that name wins. */
        char *seen[RULES_MAX];
        size_t n_seen;
};

static const struct phrase
        undoes = { "許可した機器を止め、拒否した機器を使えるようにすることがあります",
                   "it cuts off what the policy lets in, and may let in what the policy denies" },
        undo_usbguard = { "systemctl disable --now usbguard-dbus.service usbguard.service。規則は sekimori policy import usbguard で引き継げます",
                          "systemctl disable --now usbguard-dbus.service usbguard.service; sekimori policy import usbguard takes its rules over" },
        locks = { "画面がロックされている間、usbguard を起動して、新しい機器を止めます",
                  "while the screen is locked it starts usbguard and has new devices cut off" },
        undo_gnome = { "systemctl disable --now usbguard-dbus.service usbguard.service",
                       "systemctl disable --now usbguard-dbus.service usbguard.service" },
        lets_in = { "覚えている Thunderbolt の機器を、ポリシーを見ずに許可します",
                    "it lets in the Thunderbolt devices that it knows, whatever the policy says" },
        undo_bolt = { "systemctl mask --now bolt.service", "systemctl mask --now bolt.service" },
        switches = { "機器を別の機器に切り替えます。切り替わった機器は、改めて判定します",
                     "it turns devices into other ones, which are judged again" },
        undo_rule = { "要らなければ、/etc/udev/rules.d に、同じ名前で /dev/null へのリンクを置く（ln -s /dev/null）か、そのパッケージを削除してください",
                      "if it is not needed, put a link of that name to /dev/null into /etc/udev/rules.d, or remove its package" },
        writes = { "ポリシーを見ずに、機器を許可または拒否します（authorized を書く規則です）",
                   "it lets devices in or cuts them off whatever the policy says: it writes authorized" },
        unread = { "ほかに機器を許可するものがあるかどうか、分かりません",
                   "whether something there lets devices in cannot be told" },
        look_yourself = { "自分で確かめてください", "look at it yourself" };

static void rivals_tell(const struct looking *l, struct rival rival, const char *folder, const char *name) {
        char where[512];

        (void)snprintf(where, sizeof where, "%s%s%s%s", *folder ? "/" : "", folder, *folder ? "/" : "", name);
        words_clean(where, rival.where, sizeof rival.where); /* JSON takes no name that is not UTF-8 */
        l->found(l->ctx, &rival);
}

static void rivals_unread(const struct looking *l, const char *folder, const char *name, int r) {
        if (r < 0 && r != -ENOENT)
                rivals_tell(l, (struct rival){ RIVAL_UNREAD, "udev", "", &unread, &look_yourself }, folder, name);
}

static bool is_dead_link(const struct check_context *g, const char *folder, const char *name) {
        char path[512], to[64];

        (void)snprintf(path, sizeof path, "%s/%s", folder, name);
        return check_context_link(g, path, to, sizeof to) && strcmp(to, "/dev/null") == 0;
}

static bool unit_is_masked(const struct check_context *g, const char *unit) {
        return is_dead_link(g, UNITS, unit) || is_dead_link(g, "run/systemd/system", unit);
}

static bool unit_is_there(const struct check_context *g, const char *unit) {
        static const char *const folders[] = { UNITS, "run/systemd/system", "usr/lib/systemd/system" };
        char path[512];

        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
                (void)snprintf(path, sizeof path, "%s/%s", folders[i], unit);
                if (check_context_has(g, path))
                        return true;
        }
        return false;
}

/* systemd takes the cgroup of a unit away when nothing of it runs. */
static bool unit_runs(const struct check_context *g, const char *unit) {
        char path[512];

        (void)snprintf(path, sizeof path, "sys/fs/cgroup/system.slice/%s", unit);
        return check_context_has(g, path);
}

static void see_wanted(void *ctx, const char *name) {
        struct looking *l = ctx;
        char path[512], to[512];

        (void)snprintf(path, sizeof path, UNITS "/%s/%s", name, l->unit);
        l->enabled = l->enabled || check_context_link(l->g, path, to, sizeof to);
}

/* At the next start, or by D-Bus: both are links that `systemctl enable` makes. */
static bool unit_is_enabled(struct looking *l, const char *unit) {
        l->unit = unit;
        l->enabled = false;
        rivals_unread(l, UNITS, "", check_context_names(l->g, UNITS, ".wants", see_wanted, l));
        rivals_unread(l, UNITS, "", check_context_names(l->g, UNITS, ".requires", see_wanted, l));
        return l->enabled && unit_is_there(l->g, unit) && !unit_is_masked(l->g, unit);
}

static bool unit_is_in_force(struct looking *l, const char *unit) {
        return unit_runs(l->g, unit) || unit_is_enabled(l, unit);
}

/* usbguard-dbus starts usbguard (Requires=), and a call over D-Bus starts usbguard-dbus (Alias=). */
static bool dbus_starts_usbguard(struct looking *l) {
        char to[512];

        return !unit_is_masked(l->g, "usbguard.service")
               && (unit_is_in_force(l, "usbguard-dbus.service")
                   || (unit_is_there(l->g, "usbguard-dbus.service")
                       && check_context_link(l->g, UNITS "/dbus-org.usbguard.service", to, sizeof to)));
}

static void look_at_usbguard(struct looking *l) {
        bool dbus = dbus_starts_usbguard(l), itself = unit_is_in_force(l, "usbguard.service");

        if (itself || dbus)
                rivals_tell(l, (struct rival){ RIVAL_UNDOES, "usbguard", "", &undoes, &undo_usbguard }, "",
                            itself ? "usbguard.service" : "usbguard-dbus.service");
        /* GNOME's setting usb-protection is on unless a person turns it off, and does nothing without this service. */
        if (dbus && check_context_has(l->g, "usr/libexec/gsd-usb-protection"))
                rivals_tell(l, (struct rival){ RIVAL_UNDOES, "GNOME usb-protection", "", &locks, &undo_gnome }, "",
                            "usbguard-dbus.service");
}

/* Nobody enables it: a rule of udev's and D-Bus start it. */
static void look_at_bolt(struct looking *l) {
        if (unit_runs(l->g, "bolt.service")
            || (unit_is_there(l->g, "bolt.service") && !unit_is_masked(l->g, "bolt.service")))
                rivals_tell(l, (struct rival){ RIVAL_DECIDES, "bolt", "", &lets_in, &undo_bolt }, "", "bolt.service");
}

struct rules_file {
        struct looking *l;
        const char *name;
        bool known;
};

static void see_line(void *ctx, unsigned number, char *line) {
        const struct rules_file *f = ctx;
        enum udev_writes what = udev_rule_writes(line);
        char place[300];

        if (what == UDEV_WRITES_NOTHING || (what == UDEV_WRITES_CONFIGURATION && f->known))
                return;
        (void)snprintf(place, sizeof place, "%.255s:%u", f->name, number);
        rivals_tell(f->l,
                    what == UDEV_WRITES_AUTHORIZED
                            ? (struct rival){ RIVAL_DECIDES, "udev", "", &writes, &undo_rule }
                            : (struct rival){ RIVAL_SWITCHES, "udev", "", &switches, &undo_rule },
                    f->l->folder, place);
}

/* Programs that are known by the rules that start them. */
static bool is_known(const struct looking *l, const char *name) {
        static const struct {
                const char *rules, *name;
        } known[] = { { "39-usbmuxd.rules", "usbmuxd" }, { "40-usb_modeswitch.rules", "usb_modeswitch" } };

        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
                if (strcmp(known[i].rules, name) != 0)
                        continue;
                rivals_tell(l, (struct rival){ RIVAL_SWITCHES, known[i].name, "", &switches, &undo_rule }, l->folder,
                            name);
                return true;
        }
        return false;
}

static bool is_ours(const struct looking *l, const char *name) {
        return strcmp(l->folder, OWN_FOLDER) == 0 && strncmp(name + strspn(name, "0123456789"), "-sekimori-", 10) == 0;
}

static bool was_seen(const struct looking *l, const char *name) {
        for (size_t i = 0; i < l->n_seen; i++)
                if (strcmp(l->seen[i], name) == 0)
                        return true;
        return false;
}

static void see_rules(void *ctx, const char *name) {
        struct looking *l = ctx;
        struct rules_file f = { .l = l, .name = name };
        char path[512], *copy;

        (void)snprintf(path, sizeof path, "%s/%s", l->folder, name);
        if (was_seen(l, name))
                return;
        copy = l->n_seen < RULES_MAX ? strdup(name) : NULL;
        if (copy)
                l->seen[l->n_seen++] = copy;
        if (is_dead_link(l->g, l->folder, name) || is_ours(l, name))
                return;
        f.known = is_known(l, name);
        rivals_unread(l, l->folder, name, check_context_lines(l->g, path, see_line, &f));
}

void rivals_look(const struct check_context *g, rival_found *found, void *ctx) {
        /* udev(7), in the order of precedence */
        static const char *const folders[] = { "etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d",
                                               OWN_FOLDER };
        struct looking l = { .g = g, .found = found, .ctx = ctx };

        look_at_usbguard(&l);
        look_at_bolt(&l);
        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
                l.folder = folders[i];
                rivals_unread(&l, folders[i], "", check_context_names(g, folders[i], ".rules", see_rules, &l));
        }
        for (size_t i = 0; i < l.n_seen; i++)
                free(l.seen[i]);
}

static void rivals_list(void *ctx, const struct rival *rival) {
        static const char *const keys[] = { [RIVAL_SWITCHES] = "switching",
                                            [RIVAL_UNREAD] = "unread",
                                            [RIVAL_DECIDES] = "deciding",
                                            [RIVAL_UNDOES] = "deciding" };
        json_t *list = json_object_get(ctx, keys[rival->kind]);

        (void)json_array_append_new(list, json_sprintf("%s (%s)", rival->name, rival->where));
}

json_t *rivals_of(int root) {
        const struct check_context g = { .root = root };
        json_t *found = json_pack("{s:[], s:[], s:[]}", "deciding", "switching", "unread");

        if (found)
                rivals_look(&g, rivals_list, found);
        return found;
}
