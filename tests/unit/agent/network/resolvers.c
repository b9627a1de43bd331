/* SPDX-License-Identifier: MIT */
/* Which servers for names are strangers, and that each change of what is set up is heard of. */
#include "network/resolvers.h"

#include "support/scratch.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LONG_MS 250 /* more than the file is given to settle */

static struct loop *loop;
static struct timer enough;
static int root;
static struct resolvers *resolvers;
static char told[4096];

static void enough_fired(struct timer *t, bool clock_was_set) {
        (void)t;
        (void)clock_was_set;
        loop_stop(loop);
}

static void idle(void *ctx) {
        (void)ctx;
}

static void add(const struct resolver_facts *r) {
        size_t n = strlen(told);

        (void)snprintf(told + n, sizeof told - n, "%s%u.%u.%u.%u%s%s", n ? " " : "", r->address[0], r->address[1],
                       r->address[2], r->address[3], r->error ? "!" : "",
                       r->error ? strerrorname_np((int)r->error) : "");
}

static void tell(void *ctx, const struct resolver_facts *r, unsigned long untold) {
        (void)ctx;
        (void)untold;
        add(r);
}

static void take(void *ctx, const struct resolver_facts *r) {
        (void)ctx;
        add(r);
}

static void begin(void) {
        char bed[SCRATCH];

        cr_assert(scratch_make(bed, "resolvers"));
        cr_assert_eq(chdir(bed), 0);
        cr_assert_eq(mkdir("etc", 0700) | mkdir("run", 0700), 0);
        root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        cr_assert_eq(loop_new(&loop), 0);
        cr_assert_eq(timer_init(&enough, loop, CLOCK_MONOTONIC, enough_fired), 0);
        cr_assert_eq(resolvers_new(loop, root, tell, NULL, &resolvers), 0);
}

static void end(void) {
        resolvers_free(resolvers);
        timer_deinit(&enough);
        loop_free(loop);
        (void)close(root);
}

TestSuite(resolvers, .init = begin, .fini = end, .timeout = 20);

static void put(const char *path, const char *text) {
        FILE *f = fopen(path, "w");

        cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

/* What was told since it was asked last. */
static const char *heard(void) {
        static char said[sizeof told];

        loop_resume(loop);
        (void)timer_in_ms(&enough, LONG_MS);
        cr_assert_eq(loop_run(loop, idle, NULL), 0);
        memcpy(said, told, sizeof said);
        told[0] = '\0';
        return said;
}

static const char *listed(void) {
        static char said[sizeof told];

        resolvers_list(resolvers, take, NULL);
        memcpy(said, told, sizeof said);
        told[0] = '\0';
        return said;
}

static const struct address_range names[] = { { false, { 10, 1, 2, 53 }, { 10, 1, 2, 53 } } };
static const struct network_terms terms = { .names = names, .n_names = 1 };

Test(resolvers, a_stranger_is_told_of_once_and_the_policys_not_at_all) {
        put("etc/resolv.conf",
            "nameserver 10.1.2.53\nnameserver 127.0.0.1\nnameserver 10.9.9.9\nnameserver 10.9.9.9\n");
        resolvers_follow(resolvers, &terms);
        cr_expect_str_eq(heard(), "10.9.9.9");
        put("etc/resolv.conf", "nameserver 10.9.9.9\nnameserver 10.9.9.8\n");
        cr_expect_str_eq(heard(), "10.9.9.8", "the other was told of");
        cr_expect_str_eq(listed(), "10.9.9.9 10.9.9.8");
        put("etc/resolv.conf", "nameserver 10.9.9.8\n");
        cr_expect_str_eq(heard(), "");
        put("etc/resolv.conf", "nameserver 10.9.9.9\n");
        cr_expect_str_eq(heard(), "10.9.9.9", "it had gone, and is there again");
}

Test(resolvers, another_policy_has_its_own_strangers) {
        put("etc/resolv.conf", "nameserver 10.1.2.53\n");
        resolvers_follow(resolvers, &terms);
        cr_expect_str_eq(heard(), "");
        resolvers_follow(resolvers, NULL);
        cr_expect_str_eq(heard(), "10.1.2.53", "nobody is named");
        resolvers_follow(resolvers, NULL);
        cr_expect_str_eq(heard(), "10.1.2.53", "told of anew");
        resolvers_follow(resolvers, &terms);
        cr_expect_str_eq(listed(), "");
}

Test(resolvers, each_way_to_change_it_is_heard) {
        resolvers_follow(resolvers, &terms);
        put("etc/new", "nameserver 10.9.9.1\n");
        cr_expect_str_eq(heard(), "", "no matter of ours");
        cr_assert_eq(rename("etc/new", "etc/resolv.conf"), 0);
        cr_expect_str_eq(heard(), "10.9.9.1", "renamed");
        cr_assert_eq(unlink("etc/resolv.conf"), 0);
        cr_assert_eq(symlink("../run/resolvconf/resolv.conf", "etc/resolv.conf"), 0);
        cr_expect_str_eq(heard(), "");
        cr_assert_eq(mkdir("run/resolvconf", 0700), 0);
        put("run/resolvconf/resolv.conf", "nameserver 10.9.9.2\n");
        cr_expect_str_eq(heard(), "10.9.9.2", "where the symlink leads");
        cr_assert_eq(link("run/resolvconf/resolv.conf", "other"), 0);
        put("other", "nameserver 10.9.9.3\n");
        cr_expect_str_eq(heard(), "10.9.9.3", "by another name of the file");
        cr_assert_eq(rename("run/resolvconf", "run/away"), 0);
        cr_assert_eq(mkdir("run/resolvconf", 0700), 0);
        put("run/resolvconf/resolv.conf", "nameserver 10.9.9.4\n");
        cr_expect_str_eq(heard(), "10.9.9.4", "another folder");
}

Test(resolvers, what_comes_with_systemd_is_heard) {
        put("etc/resolv.conf", "nameserver 127.0.0.53\n");
        resolvers_follow(resolvers, &terms);
        cr_assert_eq(mkdir("run/systemd", 0700) | mkdir("run/systemd/resolve", 0700), 0);
        put("run/systemd/resolve/resolv.conf", "nameserver 10.9.9.9\n");
        cr_expect_str_eq(heard(), "10.9.9.9");
}

Test(resolvers, a_file_that_is_kept_open_is_read_too) {
        FILE *f = fopen("etc/resolv.conf", "w");

        resolvers_follow(resolvers, &terms);
        cr_assert(fputs("nameserver 10.9.9.9\n", f) >= 0 && fflush(f) == 0);
        cr_expect_str_eq(heard(), "10.9.9.9");
        (void)fclose(f);
}

Test(resolvers, what_cannot_be_read_is_told_of_once) {
        cr_assert_eq(mkfifo("etc/resolv.conf", 0600), 0);
        resolvers_follow(resolvers, &terms);
        cr_expect_str_eq(heard(), "0.0.0.0!EINVAL");
        cr_assert_eq(chmod("etc/resolv.conf", 0644), 0);
        cr_expect_str_eq(heard(), "");
        cr_expect_str_eq(listed(), "0.0.0.0!EINVAL");
}

static unsigned watches(void) {
        unsigned n = 0;
        char path[64], line[256];

        for (int fd = 0; fd < 64; fd++) {
                FILE *f;

                (void)snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
                f = fopen(path, "r");
                while (f && fgets(line, sizeof line, f))
                        n += strncmp(line, "inotify ", 8) == 0;
                if (f)
                        (void)fclose(f);
        }
        return n;
}

Test(resolvers, no_watch_is_left_where_nothing_leads_any_more) {
        char to[32];
        unsigned before;

        put("etc/resolv.conf", "");
        resolvers_follow(resolvers, &terms);
        before = watches();
        for (int i = 0; i < 200; i++) {
                (void)snprintf(to, sizeof to, "run/%d", i);
                cr_assert_eq(mkdir(to, 0700), 0);
                (void)snprintf(to, sizeof to, "/run/%d/resolv.conf", i);
                cr_assert_eq(unlink("etc/resolv.conf"), 0);
                cr_assert_eq(symlink(to, "etc/resolv.conf"), 0);
                resolvers_follow(resolvers, &terms);
        }
        put(to + 1, "nameserver 10.9.9.9\n");
        cr_expect_str_eq(heard(), "10.9.9.9");
        cr_expect_leq(watches(), before + 2, "of the last folder and its file");
        cr_expect_gt(before, 0);
}
