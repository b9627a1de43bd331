/* SPDX-License-Identifier: MIT */
/* nodes.c — for each device node, works out the mode from the grants and sets or drops its entry in the plane's map;
 * an order that takes a mode back also has the device cut off (detach.h). See nodes.h. */
#include "keeper/nodes.h"

#include "host/file.h"
#include "keeper/detach.h"
#include "keeper/device.h"
#include "keeper/entry.h"
#include "keeper/majors.h"
#include "keeper/system/blockdev_parents.h"
#include "keeper/usb_nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define VIRTUAL "devices/virtual/block"

/* udev looked while the disk was still refused: this makes udev and the desktop look again. */
static void nodes_announce(const struct nodes *n, const char *path) {
        char name[SYSFS_DIRS_PATH];

        (void)snprintf(name, sizeof name, "%s/uevent", path);
        if (n->in_force)
                (void)file_poke(n->dirs.sys, name, "change");
}

/* The kernel was refused when it read the partition table, and does not retry by itself. */
static void read_partitions(const struct nodes *n, const struct disk *d) {
        auto_fd fd = n->in_force ? disk_open(&n->dirs, &n->plane, d) : -1;

        if (fd >= 0)
                (void)ioctl(fd, BLKRRPART);
}

static bool is_being_opened(const struct entry *e) {
        return e->opener && e->opener != OPENER_SYSTEM;
}

/* Whoever looked while it was refused looks again. */
static void nodes_look_anew(const struct nodes *n, const struct disk *d, const char *path) {
        if (d->node.type != NODE_BLOCK)
                return;
        if (!device_is_partition(&n->dirs, path))
                read_partitions(n, d);
        nodes_announce(n, path);
}

/* What is made at will (loop, device mapper) takes no room in the map where its major number lets it in. */
static void let_in_by_major(const struct nodes *n, const struct disk *d, const char *path) {
        struct entry before;

        if (plane_get(&n->plane, &d->node, &before) < 0)
                return;
        plane_drop(&n->plane, &d->node);
        if (before.mode == MODE_NONE)
                nodes_look_anew(n, d, path);
}

static void let_in(struct nodes *n, const struct disk *d, const char *path) {
        const struct grant *grant = grants_find(&n->grants, path);
        const struct entry e = { .mode = MODE_WRITE,
                                 .opener = grant && grant->system ? OPENER_SYSTEM : 0,
                                 .diskseq = d->diskseq };
        struct entry before = { 0 };
        bool had = plane_get(&n->plane, &d->node, &before) == 0;
        int r;

        had = had && before.mode == e.mode && before.diskseq == e.diskseq;
        if (had && before.opener == e.opener)
                return;
        r = path_covers(VIRTUAL, path) ? plane_set(&n->plane, &d->node, &e)
                                       : entry_store(&n->plane, &n->dirs, &d->node, &e);
        if (r < 0) {
                (void)fprintf(stderr, "sekimori-keeper: %s: no room for it, it stays refused\n", path);
                return;
        }
        if (!had)
                nodes_look_anew(n, d, path);
}

static void nodes_show(struct nodes *n, const struct disk *d, const char *path) {
        struct err err = { 0 };

        plane_drop(&n->plane, &d->node);
        if (d->node.type != NODE_BLOCK || device_is_partition(&n->dirs, path))
                return;
        readonly_loops_sweep(&n->readonly_loops, &n->dirs);
        if (readonly_loops_keep(&n->readonly_loops, &n->dirs, &n->plane, d, &err) < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s; it stays refused\n", err.text);
}

struct volume {
        const struct nodes *nodes;
        bool on_a_stranger;
};

static void made_of(void *ctx, const char *disk) {
        struct volume *v = ctx;
        struct entry e = { 0 };
        struct node node;

        if (path_covers(VIRTUAL, disk))
                return;
        if (!device_node(&v->nodes->dirs, disk, NODE_BLOCK, &node) || plane_get(&v->nodes->plane, &node, &e) < 0
            || e.mode != MODE_WRITE)
                v->on_a_stranger = true;
}

/* A volume that is assembled while the plane is in force has to open its disks, and is judged by that. Earlier, during
 * the boot, the programs that assemble volumes take any disk that is present. */
static bool stands_on_a_stranger(const struct nodes *n, const char *path) {
        struct volume v = { .nodes = n };

        blockdev_parents_of_path(&n->dirs, path, made_of, &v);
        return v.on_a_stranger;
}

/* A grant that was given because of a medium holds for that medium only: not for another one, and not for nodes that
 * bypass the block device. */
static uint32_t mode_of(const struct nodes *n, const char *path, enum node_type type, uint64_t diskseq) {
        const struct grant *grant = grants_find(&n->grants, path);

        if (path_covers(VIRTUAL, path))
                return stands_on_a_stranger(n, path) ? MODE_NONE : MODE_WRITE;
        if (!grant || !usb_nodes_grant_reaches(grant, path)
            || (grant->upto && (type != NODE_BLOCK || diskseq > grant->upto || !media_is_known(&n->media, diskseq))))
                return MODE_NONE;
        return grant->mode;
}

/* Whether the map entry is left over from another device with the same numbers, or from another medium in the drive. */
static bool is_stale(const struct nodes *n, const struct uevent *u, const struct disk *d) {
        struct entry e;

        if (plane_get(&n->plane, &d->node, &e) < 0 || is_being_opened(&e))
                return false; /* the process that looks at it is let in until it has opened it */
        return strcmp(u->action, "add") == 0 || (e.mode != MODE_NONE && e.diskseq != d->diskseq);
}

static void nodes_judge_disk(struct nodes *n, const struct uevent *u, enum node_type type) {
        const struct disk d = { .node = { type, u->major, u->minor },
                                .diskseq = type == NODE_BLOCK ? device_diskseq(&n->dirs, u->path) : 0,
                                .name = u->name };
        const uint32_t mode = mode_of(n, u->path, type, d.diskseq);
        const bool is_virtual = path_covers(VIRTUAL, u->path);

        if (mode == MODE_WRITE && is_virtual && entry_is_spare(&n->plane, &d.node))
                let_in_by_major(n, &d, u->path);
        else if (mode == MODE_WRITE)
                let_in(n, &d, u->path);
        else if (mode == MODE_READ)
                nodes_show(n, &d, u->path);
        else if (type == NODE_BLOCK && is_virtual) /* its major number alone would let it in */
                (void)entry_refuse(&n->plane, &n->dirs, &d.node, d.diskseq);
        else if (n->in_force && is_stale(n, u, &d))
                plane_drop(&n->plane, &d.node);
}

static void nodes_judge(void *ctx, const struct uevent *u, const struct node_class *c) {
        struct nodes *n = ctx;

        if (c->kind == NODES_DISK)
                nodes_judge_disk(n, u, c->type);
        else
                usb_nodes_judge(&n->plane, &n->dirs, &n->grants, u, c);
}

/* Any uevent of a disk or a partition may mean that its content was rewritten. */
static void nodes_look_again(void *ctx, const struct uevent *u, const struct node_class *c) {
        struct nodes *n = ctx;
        const struct grant *grant = grants_find(&n->grants, u->path);
        uint64_t diskseq;

        if (c->type != NODE_BLOCK || !grant || !grant->look)
                return;
        diskseq = device_diskseq(&n->dirs, u->path);
        if (device_is_partition(&n->dirs, u->path))
                media_changed(&n->media, diskseq);
        else
                media_look(&n->media, u, diskseq, mode_of(n, u->path, c->type, diskseq) == MODE_NONE);
}

static void nodes_gone(struct nodes *n, const struct uevent *u, enum node_type type) {
        plane_drop(&n->plane, &(struct node){ type, u->major, u->minor });
        if (type == NODE_BLOCK && strcmp(u->type, "partition") != 0) {
                (void)readonly_loops_drop(&n->readonly_loops, &n->dirs, u->diskseq);
                media_gone(&n->media, u->diskseq);
        }
}

void nodes_announced(struct nodes *n, const struct uevent *u) {
        const struct node_class *class = device_class(u->subsystem);
        bool removed = strcmp(u->action, "remove") == 0;
        struct err err = { 0 };

        if (strcmp(u->subsystem, "module") == 0 && !removed && majors_set(&n->dirs, &n->plane, &err) < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s\n", err.text);
        if (removed) /* a later device at this path is another one, and needs an order of its own */
                grants_drop(&n->grants, u->path, u->seq);
        if (!u->major || !class)
                return;
        if (removed) {
                nodes_gone(n, u, class->type);
                return;
        }
        nodes_judge(n, u, class);
        nodes_look_again(n, u, class);
}

void nodes_scan(struct nodes *n, const char *below) {
        device_each(&n->dirs, below, nodes_judge, n);
        device_each(&n->dirs, VIRTUAL, nodes_judge, n); /* after the devices that they are made of */
}

/* No order may change these disks: the machine would stop. */
static bool is_the_systems(struct nodes *n, const char *path) {
        struct grant *grant = grants_find_system(&n->grants, path);

        if (grant && !grant->said)
                (void)fprintf(stderr, "sekimori-keeper: no order changes /sys/%s: the system stands on /sys/%s\n", path,
                              grant->path);
        if (grant)
                grant->said = true;
        return grant != NULL;
}

/* Take back each entry whose mode differs from what is granted now. What is open of a node that is no disk's is
 * the agent's matter, which cuts the device off. */
static void take_back(void *ctx, const struct uevent *u, const struct node_class *c) {
        struct nodes *n = ctx;
        const struct node node = { c->type, u->major, u->minor };
        const uint32_t mode = mode_of(n, u->path, c->type, u->diskseq);
        struct entry e;

        if (c->kind != NODES_DISK) {
                nodes_judge(n, u, c);
                return;
        }
        if (plane_get(&n->plane, &node, &e) == 0 && !is_being_opened(&e) && e.mode != mode) {
                plane_drop(&n->plane, &node);
                n->taken_back = true;
        }
        if (c->type == NODE_BLOCK && mode != MODE_READ && readonly_loops_drop(&n->readonly_loops, &n->dirs, u->diskseq))
                n->taken_back = true;
}

/* The map refuses new opens; here existing mounts and descriptors are cut off. True: they were. */
static bool cut_what_changed(struct nodes *n, const char *path) {
        struct err err = { 0 };
        int r = 0;

        n->taken_back = false;
        device_each(&n->dirs, path, take_back, n);
        if (n->taken_back)
                r = detach_disk(&n->dirs, &n->grants, path, &err);
        if (r > 0)
                (void)printf("cut off: /sys/%s\n", path);
        else if (r < 0)
                (void)fprintf(stderr, "sekimori-keeper: /sys/%s: %s\n", path, err.text);
        return r > 0;
}

static bool is_there(const struct nodes *n, const char *path) {
        return faccessat(n->dirs.sys, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool nodes_granted(struct nodes *n, const char *path, const struct nodes_terms *t) {
        const uint64_t now = device_number(&n->dirs, "kernel", "uevent_seqnum");

        if (grants_set(&n->grants, path, t->mode, t->upto, now) < 0) {
                (void)fprintf(stderr, "sekimori-keeper: %s: no room for it, it stays refused\n", path);
                return false;
        }
        grants_open(&n->grants, path, t->nodes, t->devnum);
        grants_know(&n->grants, path, device_identity(&n->dirs, path));
        return true;
}

void nodes_grant(struct nodes *n, const char *path, const struct nodes_terms *t) {
        if (is_the_systems(n, path) || !is_there(n, path) || !nodes_granted(n, path, t))
                return;
        if (cut_what_changed(n, path) && is_there(n, path))
                (void)nodes_granted(n, path, t); /* the uevents of the cut-off are older than this order */
        nodes_scan(n, path);
        media_disturb(&n->media, path);
}

void nodes_look(struct nodes *n, const char *path) {
        if (is_the_systems(n, path) || !is_there(n, path))
                return;
        if (grants_look(&n->grants, path, device_number(&n->dirs, "kernel", "uevent_seqnum")) < 0) {
                (void)fprintf(stderr, "sekimori-keeper: %s: no room for it, it is not looked at\n", path);
                return;
        }
        grants_know(&n->grants, path, device_identity(&n->dirs, path));
        device_each(&n->dirs, path, nodes_look_again, n);
}

static void nodes_found(void *ctx, const char *path) {
        struct nodes *n = ctx;
        const struct grant *grant = grants_find(&n->grants, path);
        struct medium_facts m;
        uint64_t diskseq;

        if (n->told && grant && media_of(&n->media, grant->path, &diskseq, &m)
            && grants_tell(&n->grants, path, diskseq, &m))
                n->told(n->ctx, grant->path, diskseq, &m);
}

void nodes_watch(struct nodes *n, struct loop *l) {
        media_init(&n->media, l, &n->dirs, &n->plane, nodes_found, n);
}

void nodes_blind(struct nodes *n) {
        media_deinit(&n->media);
}

void nodes_revoke(struct nodes *n, const char *path) {
        if (is_the_systems(n, path))
                return;
        grants_drop(&n->grants, path, GRANTS_ALL);
        (void)cut_what_changed(n, path);
}

struct marks {
        const struct nodes *nodes;
        const char *above;
        bool any, found;
};

static void mark_seen(void *ctx, const struct node *node, const struct entry *e) {
        struct marks *m = ctx;
        char path[SYSFS_DIRS_PATH];

        if (e->opener != OPENER_SYSTEM)
                return;
        m->any = true;
        if (device_path(&m->nodes->dirs, node, path) && path_covers(m->above, path)
            && e->diskseq == device_diskseq(&m->nodes->dirs, path))
                m->found = true;
}

bool nodes_were_the_systems(const struct nodes *n, const char *path) {
        struct marks m = { .nodes = n, .above = path };

        plane_each(&n->plane, mark_seen, &m);
        return m.found || !m.any;
}

/* A node that is let in must be let in anew. One that is refused by an entry of its own stays refused until it is
 * judged; that of a built-in device, which has the number now, is none of ours. */
static bool is_kept(const struct entry *e, const char *path) {
        return e->mode == MODE_NONE && device_is_on_usb(path);
}

static void nodes_recheck_node(void *ctx, const struct node *node, const struct entry *e) {
        struct nodes *n = ctx;
        char path[SYSFS_DIRS_PATH];
        bool same;

        if (node->minor == MINOR_ANY)
                return;
        same = device_path(&n->dirs, node, path) && !is_being_opened(e);
        if (node->type == NODE_BLOCK)
                same = same && e->diskseq && e->diskseq == device_diskseq(&n->dirs, path);
        else
                same = same && is_kept(e, path);
        if (!same)
                plane_drop(&n->plane, node);
}

void nodes_recheck(struct nodes *n) {
        plane_each(&n->plane, nodes_recheck_node, n);
        readonly_loops_restore(&n->readonly_loops, &n->dirs);
        readonly_loops_sweep(&n->readonly_loops, &n->dirs);
}
