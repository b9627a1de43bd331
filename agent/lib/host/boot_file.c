/* SPDX-License-Identifier: MIT */
/* boot_file.c — magic, the boot's id, content, digest; replaced as a whole. See boot_file.h. */
#include "host/boot_file.h"

#include "base/cleanup.h"
#include "host/digest.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define BOOT 40
#define AROUND (BOOT_FILE_MAGIC + BOOT + DIGEST_SIZE)

/* Which boot this is; "" where the kernel does not say: such a file is good for no boot. */
static void boot_id(char to[BOOT]) {
        if (file_read_line(AT_FDCWD, "/proc/sys/kernel/random/boot_id", to, BOOT) < 0)
                to[0] = '\0';
}

static bool boot_file_is_whole(struct bytes file, const char *magic) {
        uint8_t right[DIGEST_SIZE];
        size_t n = file.left - DIGEST_SIZE;

        return file.left >= AROUND && memcmp(file.at, magic, BOOT_FILE_MAGIC) == 0
               && digest_sha256(bytes_of(file.at, n), right) == 0 && memcmp(file.at + n, right, DIGEST_SIZE) == 0;
}

int boot_file_read(int dirfd, const char *name, const char magic[BOOT_FILE_MAGIC], size_t max, uint8_t **ret,
                   struct bytes *ret_content) {
        auto_free uint8_t *file = NULL;
        char boot[BOOT] = "";
        size_t size;
        int r = file_read(dirfd, name, max + AROUND, &file, &size);

        if (r < 0)
                return r;
        if (!boot_file_is_whole(bytes_of(file, size), magic))
                return -EBADMSG;
        boot_id(boot);
        if (!boot[0] || memcmp(file + BOOT_FILE_MAGIC, boot, strlen(boot) + 1) != 0)
                return -ENOENT;
        *ret_content = bytes_of(file + BOOT_FILE_MAGIC + BOOT, size - AROUND);
        *ret = TAKE(file);
        return 0;
}

int boot_file_write(int dirfd, const char *name, const char magic[BOOT_FILE_MAGIC], struct bytes content,
                    struct err *err) {
        auto_free uint8_t *file = malloc(content.left + AROUND);
        struct bytes_out o = bytes_into(file, content.left + AROUND - DIGEST_SIZE);
        char boot[BOOT] = "";

        if (!file)
                return err_say(err, -ENOMEM, "メモリーが足りません: %s", "no memory for %s", name);
        boot_id(boot);
        bytes_put(&o, magic, BOOT_FILE_MAGIC);
        bytes_put(&o, boot, sizeof boot);
        bytes_put(&o, content.at, content.left);
        if (o.broken || digest_sha256(bytes_of(file, o.used), file + o.used) < 0)
                return err_say(err, -EIO, "%s を作れません", "make %s", name);
        return file_replace(dirfd, name, bytes_of(file, o.used + DIGEST_SIZE), 0600, err);
}
