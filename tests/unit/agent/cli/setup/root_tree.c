/* SPDX-License-Identifier: MIT */
/* root_tree.c — files by openat(2), links by symlinkat(2); verdicts are read from the JSON array. See root_tree.h. */
#include "unit/agent/cli/setup/root_tree.h"
#include "support/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct check_context tree;
static char folder[SCRATCH], text_said[8192];

void given_a_tree(void) {
        cr_assert(scratch_make(folder, "tree"));
        tree = (struct check_context){ .l = LANGUAGE_EN, .now_s = 1796083200, .check = "check" }; /* 2026-12-01 */
        tree.root_path = folder;
        tree.root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        tree.findings = json_array();
        cr_assert(tree.root >= 0);
}

static int drop_one(const char *path, const struct stat *st, int flag, struct FTW *ftw) {
        (void)st, (void)flag, (void)ftw;
        return remove(path);
}

void drop_tree(void) {
        json_decref(tree.findings);
        (void)close(tree.root);
        (void)nftw(folder, drop_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folders(const char *path) {
        char above[PATH_MAX];

        for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
                (void)snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
                (void)mkdirat(tree.root, above, 0755);
        }
}

void given_file(const char *path, const char *text) {
        int fd;

        make_folders(path);
        fd = openat(tree.root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        cr_assert(fd >= 0, "%s", path);
        cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
        (void)close(fd);
}

void given_link(const char *path, const char *target) {
        make_folders(path);
        (void)unlinkat(tree.root, path, 0);
        cr_assert_eq(symlinkat(target, tree.root, path), 0);
}

enum finding looked(void (*look)(struct check_context *g)) {
        enum finding worst = FINDING_OK;

        (void)json_array_clear(tree.findings);
        text_said[0] = '\0';
        look(&tree);
        for (size_t i = 0; i < json_array_size(tree.findings); i++) {
                const json_t *finding = json_array_get(tree.findings, i);
                const char *verdict = json_string_value(json_object_get(finding, "verdict"));

                for (enum finding f = FINDING_WARNING; f <= FINDING_STOP; f++)
                        worst = strcmp(verdict, finding_name(f)) == 0 && f > worst ? f : worst;
                words_add(text_said, sizeof text_said, "%s\n", json_string_value(json_object_get(finding, "text")));
        }
        return worst;
}

const char *said(void) {
        return text_said;
}
