/* SPDX-License-Identifier: MIT */
/* helper.c — child_spawn() and wire/card.h; memory is searched by /proc/PID/maps and mem. See helper.h. */
#include "unit/agent/card/helper.h"

#include "host/child.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct helper helper;

void helper_start(void) {
        struct child c;
        struct err err;

        /* What the test runs under is not for the helper. */
        (void)unsetenv("LD_PRELOAD");
        cr_assert_eq(child_spawn("sekimori-card", NULL, &c, &err), 0, "%s", err.text);
        helper = (struct helper){ .fd = c.fd, .pid = c.pid };
}

void helper_stop(void) {
        if (helper.fd > 0)
                (void)close(helper.fd);
        if (helper.pid > 0) {
                (void)kill(helper.pid, SIGKILL);
                (void)waitpid(helper.pid, NULL, 0);
        }
        helper = (struct helper){ .fd = -1, .pid = -1 };
}

void helper_send(const void *p, size_t n) {
        cr_assert_eq(socket_send(helper.fd, p, n, -1), 0);
}

size_t helper_receive(void *to) {
        struct pollfd p = { .fd = helper.fd, .events = POLLIN };
        ssize_t n;

        cr_assert_eq(poll(&p, 1, TIMEOUT_MS), 1, "the helper says nothing");
        n = socket_receive(helper.fd, to, CARD_MAX, NULL);
        cr_assert(n >= 0 || n == -ECONNRESET, "%zd", n);
        return n > 0 ? (size_t)n : 0;
}

void helper_prepare(const char *module) {
        uint8_t message[CARD_MAX];

        helper_send(message, card_prepare_encode(module, message));
        cr_assert_eq(card_ready_decode(bytes_of(message, helper_receive(message))), 0);
}

void helper_open(const char *module) {
        uint8_t message[CARD_MAX];
        size_t n = card_open_encode(module, message), found = 0;

        cr_assert_gt(n, 0);
        helper_send(message, n);
        for (;;) {
                n = helper_receive(message);
                cr_assert_gt(n, 0, "the helper ended");
                if (card_type(bytes_of(message, n)) == CARD_LISTED)
                        break;
                if (card_type(bytes_of(message, n)) == CARD_AUTHORITY) {
                        struct card_authority *a = &helper.authorities[helper.n_authorities++];

                        cr_assert_leq(helper.n_authorities, (size_t)CARD_AUTHORITIES_MAX);
                        cr_assert_eq(card_authority_decode(bytes_of(message, n), a), 0);
                        continue;
                }
                if (card_unreached_decode(bytes_of(message, n)) == 0)
                        continue; /* this machine's own readers */
                cr_assert_lt(found, (size_t)CARDS_MAX);
                cr_assert_eq(card_found_decode(bytes_of(message, n), &helper.found[found++]), 0);
        }
        cr_assert_eq(card_listed_decode(bytes_of(message, n), &helper.listed), 0);
        cr_expect_eq(helper.listed.n, found);
}

const struct card_found *helper_card(const char *label) {
        for (size_t i = 0; i < helper.listed.n; i++)
                if (strcmp(helper.found[i].label, label) == 0)
                        return &helper.found[i];
        cr_assert_fail("no card '%s': %s", label, helper.listed.text);
        return NULL;
}

struct card_signed helper_sign(const struct card_found *f, const char *pin, uint8_t round) {
        struct card_sign s = { .slot = f->slot, .n_id = f->n_id };
        struct card_signed ret;
        uint8_t message[CARD_MAX];
        size_t n;

        memcpy(s.id, f->id, sizeof s.id);
        (void)snprintf(s.pin, sizeof s.pin, "%s", pin);
        memset(s.nonce, round, sizeof s.nonce);
        n = card_sign_encode(&s, message);
        helper_send(message, n);
        explicit_bzero(&s, sizeof s);
        n = helper_receive(message);
        cr_assert_gt(n, 0, "the helper ended");
        cr_assert_eq(card_signed_decode(bytes_of(message, n), &ret), 0);
        return ret;
}

bool helper_ends(int *ret_status) {
        int fd = (int)syscall(SYS_pidfd_open, helper.pid, 0);
        struct pollfd p = { .fd = fd, .events = POLLIN };
        bool ended;

        cr_assert_geq(fd, 0);
        ended = poll(&p, 1, TIMEOUT_MS) == 1;
        (void)close(fd);
        if (ended) {
                cr_assert_eq(waitpid(helper.pid, ret_status, 0), helper.pid);
                helper.pid = -1;
        }
        return ended;
}

const char *helper_status(const char *key) {
        static char line[256];
        char path[64];
        FILE *f;

        (void)snprintf(path, sizeof path, "/proc/%d/status", helper.pid);
        f = fopen(path, "re");
        cr_assert_not_null(f);
        while (fgets(line, sizeof line, f))
                if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':') {
                        (void)fclose(f);
                        line[strcspn(line, "\n")] = '\0';
                        return line + strlen(key) + 2;
                }
        (void)fclose(f);
        cr_assert_fail("no %s", key);
        return NULL;
}

long helper_remembers(const char *needle) {
        char path[64], line[512];
        size_t n = strlen(needle);
        long count = 0;
        FILE *maps, *mem;

        (void)snprintf(path, sizeof path, "/proc/%d/maps", helper.pid);
        maps = fopen(path, "re");
        (void)snprintf(path, sizeof path, "/proc/%d/mem", helper.pid);
        mem = fopen(path, "re");
        if (!maps || !mem)
                return -1;
        while (fgets(line, sizeof line, maps)) {
                unsigned long from, to;
                char mode[5], *region;
                size_t got;

                if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || mode[0] != 'r' || strstr(line, "[v"))
                        continue;
                region = malloc(to - from);
                cr_assert_not_null(region);
                (void)fseek(mem, (long)from, SEEK_SET);
                got = fread(region, 1, to - from, mem);
                for (const char *at = region; (at = memmem(at, got - (size_t)(at - region), needle, n)); at++)
                        count++;
                free(region);
        }
        (void)fclose(maps);
        (void)fclose(mem);
        return count;
}
