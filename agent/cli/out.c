/* SPDX-License-Identifier: MIT */
/* out.c — open_memstream(), then file_replace() or file_edit(), with signals blocked (unbroken.h). See out.h. */
#include "cli/out.h"

#include "base/cleanup.h"
#include "cli/unbroken.h"
#include "cli/verbs.h"
#include "host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

void out_open(struct out *o) {
        *o = (struct out){ 0 };
        o->to = open_memstream(&o->text, &o->size);
}

typedef int write_fn(int dirfd, const char *name, struct bytes content, mode_t mode, struct err *err);

/* Only a regular file may be replaced: otherwise root would replace /dev/stdout itself. */
static int replace_regular(int dirfd, const char *name, struct bytes content, mode_t mode, struct err *err) {
        struct stat st;

        if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode))
                return S_ISDIR(st.st_mode) ? err_say_errno(err, -EISDIR, "「%s」を書けません", "write '%s'", name)
                                           : err_say(err, -EINVAL, "「%s」は通常のファイルではないので、置き換えません",
                                                     "'%s' is no regular file and is not replaced", name);
        return file_replace(dirfd, name, content, mode, err);
}

static int write_path(const char *path, struct bytes content, mode_t mode, write_fn *write_file) {
        const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
        auto_free char *above = slash ? strndup(path, (size_t)(slash - path + 1)) : strdup(".");
        struct err err = { 0 };
        struct unbroken whole;
        auto_fd dir = -1;
        int r;

        if (!above)
                return complain_memory();
        dir = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir < 0)
                return complain_errno(EXIT_COULD_NOT, above, errno);
        unbroken_begin(&whole);
        r = write_file(dir, name, content, mode, &err);
        unbroken_end(&whole);
        return r < 0 ? complain_err(EXIT_COULD_NOT, slash ? above : NULL, &err) : EXIT_OK;
}

int out_write(const char *path, struct bytes content, mode_t mode) {
        return write_path(path, content, mode, replace_regular);
}

int out_edit(const char *path, struct bytes content) {
        return write_path(path, content, 0644, file_edit);
}

int out_close(struct out *o, const char *path, mode_t mode) {
        int code = EXIT_OK;

        if (!o->to || fclose(o->to) != 0)
                code = complain_memory();
        else if (path)
                code = out_write(path, bytes_of(o->text, o->size), mode);
        else if (fwrite(o->text, 1, o->size, stdout) != o->size || fflush(stdout) != 0)
                code = complain_unwritten();
        free(o->text);
        return code;
}
