/* SPDX-License-Identifier: MIT */
/* cut_off.c — of what is connected now, what a policy does not let through is told once, with whose it is. */
#include "cli/network/cut_off.h"

#include "base/cleanup.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
#define INODE(n) " 00000000:00000000 00:00000000 00000000     0        0 " #n " 1 0 20 4 30 10 -1\n"

/* 10.1.2.20 asks 10.1.2.3 (443) and, twice, 10.1.2.4; it is asked over ssh by 10.1.9.5 and 10.1.9.6. */
static const char tcp[] = HEADING
        "   0: 00000000:0016 00000000:0000 0A" INODE(1) "   1: 1402010A:9C40 0302010A:01BB 01" INODE(2) "   2: 1402010A:9C42 0402010A:01BB 01" INODE(3) "   3: 1402010A:9C43 0402010A:01BB 01" INODE(
                3) "   4: 1402010A:0016 0509010A:D431 01" INODE(4) "   5: 1402010A:0016 0609010A:D431 01" INODE(5) "   6: 1402010A:9C44 0702010A:0050 06" INODE(0);

static struct address_range range(uint8_t third, uint8_t first, uint8_t last) {
        return (struct address_range){ .first = { 10, 1, third, first }, .last = { 10, 1, third, last } };
}

static void put(const char *path, const char *text) {
        FILE *f = fopen(path, "w");

        cr_assert_not_null(f, "%s", path);
        cr_assert(fputs(text, f) >= 0 && fclose(f) == 0);
}

static void told(void *ctx, const struct cut_off *c) {
        char *to = ctx;
        size_t n = strlen(to);

        (void)snprintf(to + n, 512 - n, "%s %d.%d.%d.%d:%u %s%s\n", c->began == NETWORK_IN ? "in" : "out",
                       c->other.first[0], c->other.first[1], c->other.first[2], c->other.first[3], c->port, c->program,
                       c->is_login ? " login" : "");
}

Test(cut_off, is_told_once_with_whose_it_is, .timeout = 20) {
        const struct address_range servers = range(2, 3, 3), desk = range(9, 6, 6);
        const struct port_range https = { 443, 443 }, ssh = { 22, 22 };
        const struct network_peer peers[] = {
                { .addresses = &servers,
                  .n_addresses = 1,
                  .ports = &https,
                  .n_ports = 1,
                  .direction = NETWORK_OUT,
                  .protocols = PROTOCOL_BIT(PROTOCOL_TCP) },
                { .addresses = &desk,
                  .n_addresses = 1,
                  .ports = &ssh,
                  .n_ports = 1,
                  .direction = NETWORK_IN,
                  .protocols = PROTOCOL_BIT(PROTOCOL_TCP) },
        };
        const struct network_terms terms = { .peers = peers, .n_peers = 2 };
        char folder[SCRATCH], text[512] = "";
        struct err err = { "" };
        int here;

        cr_assert(scratch_make(folder, "cut"));
        cr_assert_eq(chdir(folder), 0);
        put("tcp", tcp);
        cr_assert_eq(mkdir("77", 0700) | mkdir("77/fd", 0700) | mkdir("78", 0700) | mkdir("78/fd", 0700), 0);
        cr_assert_eq(symlink("socket:[3]", "77/fd/5") | symlink("socket:[4]", "78/fd/3"), 0);
        put("77/comm", "fire\x1b"
                       "fox\n");
        put("78/comm", "sshd-session\n");
        here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_eq(cut_off_look(&(struct network_sources){ .net = here, .sys = -1, .root = -1 }, here, &terms, told,
                                  text, &err),
                     0, "%s", err.text);
        cr_expect_str_eq(text, "out 10.1.2.4:443 fire\\x1bfox\nin 10.1.9.5:22 sshd-session login\n");
        text[0] = '\0';
        cr_assert_eq(cut_off_look(&(struct network_sources){ .net = here, .sys = -1, .root = -1 }, -1, &terms, told,
                                  text, &err),
                     0, "%s", err.text);
        cr_expect_str_eq(text, "out 10.1.2.4:443 \nin 10.1.9.5:22 \n");
        put("tcp", HEADING "   0: 1402010A:9C40 nonsense 01\n");
        cr_expect_lt(cut_off_look(&(struct network_sources){ .net = here }, -1, &terms, told, text, &err), 0);
        (void)close(here);
}
