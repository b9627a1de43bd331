/* SPDX-License-Identifier: MIT */
/* plane.c — libbpf: a hash map, and a BPF_CGROUP_DEVICE program linked to the cgroup v2 root; both are pinned in
 * /sys/fs/bpf/sekimori, the link last, so that a pinned link always has its map. See plane.h. */
#include "keeper/plane.h"

#include "keeper/program.h"
#include "wire/keeper.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#define MAP_PIN PLANE_DIR "/devices"
#define LINK_PIN PLANE_DIR "/" PLANE_LINK
#define ENTRIES 16384
#define LOG_SIZE 4096

/* Where systemd mounts cgroup v2: alone, or beside v1. */
static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

static int cgroup_root(struct err *err) {
        for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
                auto_fd fd = open(roots[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
                struct statfs s;

                if (fd >= 0 && fstatfs(fd, &s) == 0 && s.f_type == CGROUP2_SUPER_MAGIC)
                        return take_fd(&fd);
        }
        return err_say(err, -ENOTDIR, "%s に cgroup v2 がありません", "no cgroup v2 at %s", roots[0]);
}

static int has_bpffs(struct err *err) {
        struct statfs s;

        if (statfs("/sys/fs/bpf", &s) < 0 || s.f_type != BPF_FS_MAGIC)
                return err_say(err, -ENOSYS, "/sys/fs/bpf に BPF のファイルシステムがありません",
                               "no BPF file system at /sys/fs/bpf");
        return 0;
}

static int folder_make(struct err *err) {
        int r = has_bpffs(err);

        if (r < 0)
                return r;
        return mkdir(PLANE_DIR, 0700) < 0 && errno != EEXIST ? err_errno(err, -errno, PLANE_DIR) : 0;
}

static int map_make(int *ret, struct err *err) {
        *ret = bpf_map_create(BPF_MAP_TYPE_HASH, "sekimori", sizeof(struct node), sizeof(struct entry), ENTRIES, NULL);
        return *ret < 0 ? err_say_errno(err, -errno, "BPF の表を作れません", "make a BPF map") : 0;
}

int plane_open(struct plane *p, bool *ret_in_force, struct err *err) {
        int r = folder_make(err);

        *p = PLANE_NONE;
        if (r < 0)
                return r;
        p->link = bpf_obj_get(LINK_PIN);
        p->map = p->link < 0 ? -1 : bpf_obj_get(MAP_PIN);
        *ret_in_force = p->map >= 0;
        if (*ret_in_force)
                return 0;
        r = plane_unpin(err); /* remains of a setup that a crash interrupted */
        if (r == 0)
                r = folder_make(err);
        if (r < 0)
                return r;
        plane_close(p);
        return map_make(&p->map, err);
}

void plane_close(struct plane *p) {
        cleanup_close(&p->map);
        cleanup_close(&p->link);
        *p = PLANE_NONE;
}

/* The link is pinned last: without it nothing is in force, and what is in force can be found again. */
static int plane_attach(struct plane *p, int program, struct err *err) {
        auto_fd root = cgroup_root(err);

        if (root < 0)
                return root;
        p->link = bpf_link_create(program, root, BPF_CGROUP_DEVICE, NULL);
        if (p->link < 0)
                return err_say_errno(err, -errno, "cgroup の根に結び付けられません",
                                     "attach to the root of the cgroup tree");
        if (bpf_obj_pin(p->map, MAP_PIN) < 0)
                return err_say_errno(err, -errno, "BPF の表を " MAP_PIN " に置けません", "pin " MAP_PIN);
        return bpf_obj_pin(p->link, LINK_PIN) < 0
                       ? err_say_errno(err, -errno, LINK_PIN " を置けません", "pin " LINK_PIN)
                       : 0;
}

static int plane_load(int map, struct err *err) {
        char log[LOG_SIZE] = "";
        int program = program_load(map, log, sizeof log);

        return program < 0 ? err_say_errno(err, -errno, "BPF のプログラムを読み込めません: %.200s",
                                           "load the BPF program: %.200s", log)
                           : program;
}

int plane_try(struct err *err) {
        auto_fd root = -1, map = -1, program = -1;
        int r = has_bpffs(err);

        if (r == 0)
                r = root = cgroup_root(err);
        if (r >= 0)
                r = map_make(&map, err);
        if (r == 0)
                r = program = plane_load(map, err);
        return r < 0 ? r : 0;
}

int plane_enforce(struct plane *p, struct err *err) {
        auto_fd program = plane_load(p->map, err);
        int r;

        if (program < 0)
                return program;
        if (p->link >= 0)
                r = bpf_link_update(p->link, program, NULL) < 0 ? err_say_errno(
                            err, -errno, "BPF のプログラムを入れ替えられません", "replace the BPF program")
                                                                : 0;
        else
                r = plane_attach(p, program, err);
        cleanup_close(&p->link);
        p->link = -1;
        return r;
}

int plane_set(const struct plane *p, const struct node *n, const struct entry *e) {
        return bpf_map_update_elem(p->map, n, e, BPF_ANY) < 0 ? -errno : 0;
}

int plane_get(const struct plane *p, const struct node *n, struct entry *ret) {
        return bpf_map_lookup_elem(p->map, n, ret) < 0 ? -errno : 0;
}

void plane_drop(const struct plane *p, const struct node *n) {
        (void)bpf_map_delete_elem(p->map, n);
}

void plane_each(const struct plane *p, void (*visit)(void *ctx, const struct node *n, const struct entry *e),
                void *ctx) {
        struct node now, next;
        struct entry e;
        bool more = bpf_map_get_next_key(p->map, NULL, &next) == 0;

        while (more) {
                now = next;
                more = bpf_map_get_next_key(p->map, &now, &next) == 0; /* before the visitor drops this one */
                if (plane_get(p, &now, &e) == 0)
                        visit(ctx, &now, &e);
        }
}

int plane_unpin(struct err *err) {
        if (unlink(LINK_PIN) < 0 && errno != ENOENT)
                return err_say_errno(err, -errno, LINK_PIN " を外せません", "unpin " LINK_PIN);
        if (unlink(MAP_PIN) < 0 && errno != ENOENT)
                return err_say_errno(err, -errno, MAP_PIN " を外せません", "unpin " MAP_PIN);
        return rmdir(PLANE_DIR) < 0 && errno != ENOENT ? err_errno(err, -errno, PLANE_DIR) : 0;
}
