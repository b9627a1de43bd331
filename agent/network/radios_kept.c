/* SPDX-License-Identifier: MIT */
/* radios_kept.c — see radios_kept.h. */
#include "network/radios_kept.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <linux/rfkill.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (RADIOS_MAX * (RADIOS_KEPT_PATH + 8) + 64)

static const char *const sorts[RADIO_SORTS] = { "wireless", "bluetooth" };

static bool off_take(struct radios_kept *k, const char *text) {
        struct radio_kept *to = &k->off[k->n_off];

        if (k->n_off == RADIOS_MAX || text[0] <= '0' || text[0] >= '0' + NUM_RFKILL_TYPES || text[1] != ' ' || !text[2]
            || strlen(text + 2) >= sizeof to->path)
                return false;
        to->type = (uint8_t)(text[0] - '0');
        memcpy(to->path, text + 2, strlen(text + 2) + 1);
        k->n_off++;
        return true;
}

static bool line_take(struct radios_kept *k, const char *line) {
        if (strncmp(line, "off ", 4) == 0)
                return off_take(k, line + 4);
        for (size_t i = 0; strncmp(line, "held ", 5) == 0 && i < RADIO_SORTS; i++)
                if (strcmp(line + 5, sorts[i]) == 0)
                        return k->held[i] = true;
        return false;
}

int radios_kept_read(int dirfd, struct radios_kept *ret) {
        auto_free uint8_t *text = NULL;
        struct radios_kept k = { 0 };
        size_t size = 0;
        int r = file_read(dirfd, RADIOS_KEPT, TEXT_MAX, &text, &size);
        char *at = (char *)text;

        if (r < 0 && r != -ENOENT)
                return r;
        if (size && (memchr(text, 0, size) || text[size - 1] != '\n'))
                return -EBADMSG;
        for (char *line; size && (line = strsep(&at, "\n")) && at;)
                if (!line_take(&k, line))
                        return -EBADMSG;
        *ret = k;
        return 0;
}

int radios_kept_write(int dirfd, const struct radios_kept *k, struct err *err) {
        auto_free char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return err_errno(err, -ENOMEM, RADIOS_KEPT);
        for (size_t i = 0; i < RADIO_SORTS; i++)
                if (k->held[i])
                        (void)fprintf(to, "held %s\n", sorts[i]);
        for (size_t i = 0; i < k->n_off; i++)
                (void)fprintf(to, "off %u %s\n", k->off[i].type, k->off[i].path);
        if (fclose(to) != 0)
                return err_errno(err, -ENOMEM, RADIOS_KEPT);
        return size ? file_replace(dirfd, RADIOS_KEPT, bytes_of(text, size), 0600, err)
                    : file_remove(dirfd, RADIOS_KEPT);
}

bool radios_kept_says_off(const struct radios_kept *k, uint8_t type, const char *path) {
        for (size_t i = 0; i < k->n_off; i++)
                if (k->off[i].type == type
                    && (strcmp(k->off[i].path, path) == 0 || strcmp(k->off[i].path, "-") == 0
                        || strcmp(path, "-") == 0))
                        return true;
        return false;
}
