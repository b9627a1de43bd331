/* SPDX-License-Identifier: MIT */
/* program.c — see program.h. Written by hand: forty instructions need no compiler of their own. */
#include "keeper/program.h"

#include "keeper/plane.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <stddef.h>

#define OP(c, d, s, o, i) ((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define LOAD(d, s, o) OP(BPF_LDX | BPF_W | BPF_MEM, d, s, o, 0)
#define STORE(d, o, s) OP(BPF_STX | BPF_W | BPF_MEM, d, s, o, 0)
#define STORE_NUMBER(d, o, i) OP(BPF_ST | BPF_W | BPF_MEM, d, 0, o, i)
#define MOVE(d, s) OP(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define NUMBER(d, i) OP(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define WITH(op, d, i) OP(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define AND(d, s) OP(BPF_ALU64 | BPF_AND | BPF_X, d, s, 0, 0)
#define IF(op, d, i, o) OP(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define IF_SAME(d, s, o) OP(BPF_JMP | BPF_JEQ | BPF_X, d, s, o, 0)
#define CALL(f) OP(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP(d, fd) OP(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, fd), OP(0, 0, 0, 0, 0)

#define KEY (-(int)sizeof(struct node))
#define LOOK_UP(map)                                                                                                   \
        MOVE(BPF_REG_2, BPF_REG_10), WITH(BPF_ADD, BPF_REG_2, KEY), MAP(BPF_REG_1, map), CALL(BPF_FUNC_map_lookup_elem)

int program_load(int map, char *log, unsigned size) {
        const struct bpf_insn program[] = {
                LOAD(BPF_REG_7, BPF_REG_1, offsetof(struct bpf_cgroup_dev_ctx, access_type)),
                MOVE(BPF_REG_8, BPF_REG_7),
                WITH(BPF_RSH, BPF_REG_8, 16),
                WITH(BPF_AND, BPF_REG_8, MODE_WRITE), /* r8: the access that is wanted: read, write */
                IF(BPF_JEQ, BPF_REG_8, 0, 31),        /* neither: mknod */
                WITH(BPF_AND, BPF_REG_7, 0xffff),     /* r7: block or character */
                STORE(BPF_REG_10, KEY + (int)offsetof(struct node, type), BPF_REG_7),
                LOAD(BPF_REG_2, BPF_REG_1, offsetof(struct bpf_cgroup_dev_ctx, major)),
                STORE(BPF_REG_10, KEY + (int)offsetof(struct node, major), BPF_REG_2),
                LOAD(BPF_REG_2, BPF_REG_1, offsetof(struct bpf_cgroup_dev_ctx, minor)),
                STORE(BPF_REG_10, KEY + (int)offsetof(struct node, minor), BPF_REG_2),
                LOOK_UP(map),
                IF(BPF_JNE, BPF_REG_0, 0, 9),
                STORE_NUMBER(BPF_REG_10, KEY + (int)offsetof(struct node, minor), -1),
                LOOK_UP(map),
                IF(BPF_JNE, BPF_REG_0, 0, 2),
                IF(BPF_JEQ, BPF_REG_7, NODE_CHAR, 11), /* not in the map at all */
                IF(BPF_JA, 0, 0, 8),
                MOVE(BPF_REG_6, BPF_REG_0),
                LOAD(BPF_REG_1, BPF_REG_6, offsetof(struct entry, mode)),
                AND(BPF_REG_1, BPF_REG_8),
                IF_SAME(BPF_REG_1, BPF_REG_8, 6), /* the mode has all the access that is wanted */
                LOAD(BPF_REG_6, BPF_REG_6, offsetof(struct entry, opener)),
                CALL(BPF_FUNC_get_current_pid_tgid),
                WITH(BPF_RSH, BPF_REG_0, 32), /* no process that opens anything is number 0 */
                IF_SAME(BPF_REG_0, BPF_REG_6, 2),
                NUMBER(BPF_REG_0, 0),
                EXIT,
                NUMBER(BPF_REG_0, 1),
                EXIT,
        };
        LIBBPF_OPTS(bpf_prog_load_opts, options, .log_buf = log, .log_size = size, .log_level = log ? 1 : 0);

        return bpf_prog_load(BPF_PROG_TYPE_CGROUP_DEVICE, "sekimori", "MIT", program, sizeof program / sizeof *program,
                             &options);
}
