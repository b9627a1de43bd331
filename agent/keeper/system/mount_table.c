/* SPDX-License-Identifier: MIT */
/* mount_table.c — splits both tables at their spaces, in place, and resolves the octal escapes. See mount_table.h. */
#include "keeper/system/mount_table.h"

#include "host/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024)

static int octal_at(const char *at) {
        for (size_t i = 0; i < 3; i++)
                if (at[i] < '0' || at[i] > '7')
                        return -1;
        return (at[0] - '0') * 64 + (at[1] - '0') * 8 + (at[2] - '0');
}

/* The next word of the line, "\040" resolved; "" at its end. */
static const char *word_next(char **rest) {
        char *word = *rest + strspn(*rest, " \t"), *to = word, *from = word;

        for (; *from && *from != ' ' && *from != '\t'; from++, to++) {
                int code = *from == '\\' ? octal_at(from + 1) : -1;

                *to = code > 0 ? (char)code : *from;
                from += code > 0 ? 3 : 0;
        }
        *rest = from + (*from != '\0');
        *to = '\0';
        return word;
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw */
static bool line_of_kernel(char *text, struct mount_line *ret) {
        const char *word;

        (void)word_next(&text), (void)word_next(&text);
        ret->number = word_next(&text);
        (void)word_next(&text);
        ret->at = word_next(&text);
        do
                word = word_next(&text);
        while (*word && strcmp(word, "-") != 0);
        ret->type = word_next(&text);
        ret->source = word_next(&text);
        ret->options = word_next(&text);
        return ret->type[0] != '\0';
}

static bool line_of_fstab(char *text, struct mount_line *ret) {
        ret->number = NULL;
        ret->source = word_next(&text);
        ret->at = word_next(&text);
        ret->type = word_next(&text);
        ret->options = word_next(&text);
        return ret->source[0] && ret->source[0] != '#';
}

static size_t count_lines(const char *text) {
        size_t n = 1;

        for (; (text = strchr(text, '\n')); text++)
                n++;
        return n;
}

static int mount_table_read(int dir, const char *name, bool (*line)(char *text, struct mount_line *ret),
                            struct mount_table *ret) {
        char *rest = NULL;
        uint8_t *text;
        size_t size;
        int r = file_read(dir, name, TEXT_MAX, &text, &size);

        *ret = (struct mount_table){ 0 };
        if (r < 0)
                return r;
        ret->text = (char *)text;
        if (strlen(ret->text) != size) /* as a power cut leaves it: what is behind the NUL would not be read */
                return -EBADMSG;
        ret->line = calloc(count_lines(ret->text), sizeof *ret->line);
        if (!ret->line)
                return -ENOMEM;
        for (char *at = strtok_r(ret->text, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest))
                ret->lines += line(at, &ret->line[ret->lines]);
        return 0;
}

int mount_table_of_kernel(const struct sysfs_dirs *g, struct mount_table *ret) {
        return mount_table_read(g->proc, "self/mountinfo", line_of_kernel, ret);
}

int mount_table_of_fstab(const struct sysfs_dirs *g, struct mount_table *ret) {
        int r = mount_table_read(g->etc, "fstab", line_of_fstab, ret);

        return r == -ENOENT ? 0 : r;
}

void mount_table_free(struct mount_table *t) {
        free(t->line);
        free(t->text);
        *t = (struct mount_table){ 0 };
}

/* "/srv/" is "/srv", and "/" stays. */
static size_t length_of(const char *path) {
        size_t n = strlen(path);

        while (n > 1 && path[n - 1] == '/')
                n--;
        return n;
}

const struct mount_line *mount_table_at(const struct mount_table *t, const char *at) {
        const size_t n = length_of(at);

        for (size_t i = t->lines; i-- > 0;)
                if (length_of(t->line[i].at) == n && strncmp(t->line[i].at, at, n) == 0)
                        return &t->line[i];
        return NULL;
}

static bool lies_in(const char *path, const char *at) {
        const size_t n = strcmp(at, "/") == 0 ? 0 : length_of(at);

        return strncmp(path, at, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

const struct mount_line *mount_table_above(const struct mount_table *t, const char *path,
                                           const struct mount_line *except) {
        const struct mount_line *longest = NULL;

        for (const struct mount_line *l = t->line; l < t->line + t->lines; l++)
                if (l != except && lies_in(path, l->at) && (!longest || length_of(l->at) >= length_of(longest->at)))
                        longest = l;
        return longest;
}

bool mount_line_has(const struct mount_line *l, const char *option) {
        const size_t n = strlen(option);

        for (const char *at = l->options; *at; at += strcspn(at, ","), at += *at == ',')
                if (strncmp(at, option, n) == 0 && (at[n] == ',' || at[n] == '=' || at[n] == '\0'))
                        return true;
        return false;
}
