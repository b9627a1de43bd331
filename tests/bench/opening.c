/* SPDX-License-Identifier: MIT */
/* opening.c — what the block plane's program adds to each open of a device node, in this kernel: the program that the
 * keeper loads, attached to a cgroup of its own that this process moves into and out of again; and the same opens
 * without it, in turn. Prints one line for each number; nothing, with the reason on stderr, where BPF cannot be had. */
#include "base/cleanup.h"
#include "bench/timing.h"
#include "keeper/plane.h"
#include "keeper/program.h"

#include <bpf/bpf.h>
#include <err.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define ROUNDS 101
#define OPENS 500
#define ENTRIES 512 /* more than a terminal has nodes */

/* Whole or beside v1. */
static int cgroup_open(void) {
        static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };

        for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
                int fd = open(roots[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
                struct statfs s;

                if (fd >= 0 && fstatfs(fd, &s) == 0 && s.f_type == CGROUP2_SUPER_MAGIC)
                        return fd;
                if (fd >= 0)
                        (void)close(fd);
        }
        errx(0, "left out: no cgroup v2");
}

static void move_to(int cgroup) {
        auto_fd fd = openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, "0\n", 2) != 2)
                err(0, "left out: cgroup.procs");
}

static int map_filled(void) {
        int map = bpf_map_create(BPF_MAP_TYPE_HASH, NULL, sizeof(struct node), sizeof(struct entry), ENTRIES, NULL);

        if (map < 0)
                err(0, "left out: a BPF map");
        for (uint32_t i = 1; i < ENTRIES; i++)
                (void)bpf_map_update_elem(map, &(struct node){ NODE_BLOCK, 300, i },
                                          &(struct entry){ .mode = MODE_WRITE }, BPF_ANY);
        return map;
}

static double opens_us(const char *path) {
        double start = now_us();

        for (int i = 0; i < OPENS; i++) {
                int fd = open(path, O_RDONLY | O_CLOEXEC);

                if (fd < 0)
                        err(1, "%s", path);
                (void)close(fd);
        }
        return (now_us() - start) / OPENS;
}

static void measure(const char *name, const char *path, int with, int without) {
        double judged[ROUNDS], bare[ROUNDS];

        for (int i = 0; i < ROUNDS; i++) {
                move_to(with);
                judged[i] = opens_us(path);
                move_to(without);
                bare[i] = opens_us(path);
        }
        (void)printf("open_%s_judged %.3f us\nopen_%s_bare %.3f us\n", name, median(judged, ROUNDS), name,
                     median(bare, ROUNDS));
}

/* A block device that opens and has no other side effect, free or not. It is refused first: the program is asked. */
static void measure_block(const char *path, int map, int with, int without) {
        struct stat st;

        if (stat(path, &st) < 0 || access(path, R_OK) < 0)
                return;
        move_to(with);
        if (open(path, O_RDONLY | O_CLOEXEC) >= 0)
                errx(1, "%s was let in", path);
        (void)bpf_map_update_elem(map, &(struct node){ NODE_BLOCK, major(st.st_rdev), minor(st.st_rdev) },
                                  &(struct entry){ .mode = MODE_WRITE }, BPF_ANY);
        measure("block", path, with, without);
}

int main(void) {
        auto_fd root = cgroup_open(), folder = -1, map = map_filled(), program = program_load(map, NULL, 0);
        char name[64];

        (void)snprintf(name, sizeof name, "sekimori-bench-%d", (int)getpid());
        if (mkdirat(root, name, 0755) < 0)
                err(0, "left out: a cgroup of our own");
        folder = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (program < 0 || bpf_prog_attach(program, folder, BPF_CGROUP_DEVICE, 0) < 0)
                warn("left out: the program");
        else {
                measure("character", "/dev/null", folder, root);
                measure_block("/dev/loop0", map, folder, root);
        }
        move_to(root);
        (void)unlinkat(root, name, AT_REMOVEDIR);
        return 0;
}
