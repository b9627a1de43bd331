/* SPDX-License-Identifier: MIT */
/* file.c — directories by openat2 with RESOLVE_NO_SYMLINKS (where that gives ENOSYS, openat for each part of the
 * path); new content goes to `.NAME.new`, then fsync, rename, fsync of the directory. See file.h. */
#include "host/file.h"

#include "base/cleanup.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define DIRECTORY (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

/* The same step by step, for where a service forbids openat2(2): systemd cannot look into its flags, so
 * RestrictSUIDSGID= forbids all of it, and udev's own service has that. */
static int directory_walk(int dirfd, const char *path) {
        auto_fd fd = openat(dirfd, *path == '/' ? "/" : ".", DIRECTORY);

        if (*path == '/' && dirfd != AT_FDCWD)
                return -EXDEV;
        while (fd >= 0 && *(path += strspn(path, "/"))) {
                char name[NAME_MAX + 1];
                size_t n = strcspn(path, "/");
                int next;

                if (n > NAME_MAX || (n == 2 && memcmp(path, "..", n) == 0))
                        return -EXDEV;
                memcpy(name, path, n);
                name[n] = '\0';
                next = openat(fd, name, DIRECTORY);
                if (next < 0)
                        return -errno;
                (void)close(fd);
                fd = next;
                path += n;
        }
        return fd < 0 ? -errno : take_fd(&fd);
}

int directory_open(int dirfd, const char *path) {
        struct open_how how = {
                .flags = DIRECTORY,
                .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | (dirfd == AT_FDCWD ? 0 : RESOLVE_BENEATH),
        };
        long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof how);

        if (fd < 0 && errno == ENOSYS)
                return directory_walk(dirfd, path);
        return fd < 0 ? -errno : (int)fd;
}

int directory_make(int dirfd, const char *name, mode_t mode, int *ret_fd, struct err *err) {
        int fd;

        if (mkdirat(dirfd, name, mode) < 0) {
                if (errno != EEXIST)
                        return err_say_errno(err, -errno, "「%s」を作れません", "make '%s'", name);
        } else if (dirfd != AT_FDCWD && fsync(dirfd) < 0) {
                return err_say_errno(err, -errno, "「%s」をディスクに書き終えられません", "sync above '%s'", name);
        }
        fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
                return err_say_errno(err, -errno, "「%s」を開けません", "open '%s'", name);
        *ret_fd = fd;
        return 0;
}

/* A fixed name: what a crash left behind is overwritten by the next try, not collected. */
static int name_beside(const char *name, char to[NAME_MAX + 1], struct err *err) {
        return snprintf(to, NAME_MAX + 1, ".%s.new", name) > NAME_MAX
                       ? err_say_errno(err, -ENAMETOOLONG, "「%s」を書けません", "write '%s'", name)
                       : 0;
}

int directory_begin(int dirfd, const char *name, mode_t mode, int *ret_fd, struct err *err) {
        char temp[NAME_MAX + 1];
        int r = name_beside(name, temp, err);

        if (r < 0)
                return r;
        r = file_remove(dirfd, temp);
        return r < 0 ? err_say_errno(err, r, "「%s」を消せません", "take away '%s'", temp)
                     : directory_make(dirfd, temp, mode, ret_fd, err);
}

int directory_settle(int dirfd, const char *name, int fd, int r, struct err *err) {
        char temp[NAME_MAX + 1];

        if (name_beside(name, temp, err) < 0)
                return -ENAMETOOLONG;
        if (r == 0 && (fsync(fd) < 0 || renameat(dirfd, temp, dirfd, name) < 0))
                r = err_say_errno(err, -errno, "「%s」を作れません", "make '%s'", name);
        if (r < 0)
                (void)file_remove(dirfd, temp);
        else if (fsync(dirfd) < 0)
                r = err_say_errno(err, -errno, "「%s」をディスクに書き終えられません", "sync above '%s'", name);
        return r;
}

int file_read_fd(int fd, size_t max, uint8_t **ret, size_t *ret_size) {
        auto_free uint8_t *buffer = NULL;
        size_t have = 0, room = 0;

        for (;;) {
                ssize_t n;

                if (room - have < 2) {
                        uint8_t *larger = realloc(buffer, room = room ? room * 2 : 4096);

                        if (!larger)
                                return -ENOMEM;
                        buffer = larger;
                }
                n = pread(fd, buffer + have, room - have - 1, (off_t)have);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                if (n == 0)
                        break;
                have += (size_t)n;
                if (have > max)
                        return -EFBIG;
        }
        buffer[have] = '\0';
        *ret = TAKE(buffer);
        *ret_size = have;
        return 0;
}

static int open_regular(int dirfd, const char *name) {
        auto_fd fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        if (!S_ISREG(st.st_mode))
                return -EINVAL;
        return take_fd(&fd);
}

int file_read(int dirfd, const char *name, size_t max, uint8_t **ret, size_t *ret_size) {
        auto_fd fd = open_regular(dirfd, name);

        return fd < 0 ? fd : file_read_fd(fd, max, ret, ret_size);
}

ssize_t file_read_line(int dirfd, const char *name, char *to, size_t size) {
        auto_fd fd = open_regular(dirfd, name);
        ssize_t n;

        if (fd < 0)
                return fd;
        n = read(fd, to, size - 1);
        if (n < 0)
                return -errno;
        to[n] = '\0';
        to[strcspn(to, "\n")] = '\0';
        return (ssize_t)strlen(to);
}

int file_read_word(int dirfd, const char *name, char *to, size_t size) {
        auto_free uint8_t *text = NULL;
        size_t n = 0, word;
        int r = file_read(dirfd, name, size, &text, &n);

        if (r < 0)
                return r;
        word = strcspn((char *)text, "\n");
        if (word + 1 != n)
                return -EBADMSG;
        text[word] = '\0';
        memcpy(to, text, n);
        return 0;
}

int file_sysfs_link(int dirfd, const char *name, char *to, size_t size) {
        char target[PATH_MAX];
        ssize_t n = readlinkat(dirfd, name, target, sizeof target);
        const char *at = target;

        if (n < 0)
                return -errno;
        if ((size_t)n == sizeof target)
                return -ENAMETOOLONG;
        target[n] = '\0';
        while (strncmp(at, "../", 3) == 0)
                at += 3;
        if (strlen(at) >= size)
                return -ENAMETOOLONG;
        memcpy(to, at, strlen(at) + 1);
        return 0;
}

int file_poke(int dirfd, const char *name, const char *text) {
        auto_fd fd = openat(dirfd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);

        if (fd < 0)
                return -errno;
        return fd_write_all(fd, bytes_text(text));
}

int fd_write_all(int fd, struct bytes content) {
        while (content.left) {
                ssize_t n = write(fd, content.at, content.left);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;
                (void)bytes_take(&content, (size_t)n);
        }
        return 0;
}

/* Keep owner and group; without root at most the group can be kept. */
static int own_like(int fd, const struct stat *like) {
        if (geteuid() == 0)
                return fchown(fd, like->st_uid, like->st_gid) < 0 ? -errno : 0;
        return fchown(fd, (uid_t)-1, like->st_gid) < 0 && errno != EPERM ? -errno : 0;
}

static int write_new(int dirfd, const char *name, struct bytes content, mode_t mode, const struct stat *like) {
        auto_fd fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode & 0600);
        int r;

        if (fd < 0)
                return -errno;
        r = fd_write_all(fd, content);
        if (r == 0 && like)
                r = own_like(fd, like);
        if (r == 0 && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
                r = -errno;
        return r;
}

static int file_replace_with(int dirfd, const char *name, struct bytes content, mode_t mode, const struct stat *like,
                             struct err *err) {
        char temp[NAME_MAX + 1];
        int r = name_beside(name, temp, err);

        if (r < 0)
                return r;
        (void)unlinkat(dirfd, temp, 0);
        r = write_new(dirfd, temp, content, mode, like);
        if (r == 0 && renameat(dirfd, temp, dirfd, name) < 0)
                r = -errno;
        if (r < 0) {
                (void)unlinkat(dirfd, temp, 0);
                return err_say_errno(err, r, "「%s」を書けません", "write '%s'", name);
        }
        if (fsync(dirfd) < 0)
                return err_say_errno(err, -errno, "「%s」をディスクに書き終えられません", "sync the directory of '%s'",
                                     name);
        return 0;
}

int file_replace(int dirfd, const char *name, struct bytes content, mode_t mode, struct err *err) {
        return file_replace_with(dirfd, name, content, mode, NULL, err);
}

int file_edit(int dirfd, const char *name, struct bytes content, mode_t mode, struct err *err) {
        struct stat st;

        if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? file_replace(dirfd, name, content, mode, err)
                                       : err_say_errno(err, -errno, "「%s」を調べられません", "look at '%s'", name);
        if (!S_ISREG(st.st_mode))
                return err_say(err, -EINVAL, "「%s」は通常のファイルではありません", "'%s' is no regular file", name);
        return file_replace_with(dirfd, name, content, st.st_mode & 0777, &st, err);
}

static int remove_files(int above, const char *name) {
        auto_dir directory = listing_open(above, name);
        struct dirent *entry;

        if (!directory)
                return -errno;
        while ((entry = readdir(directory)))
                (void)unlinkat(dirfd(directory), entry->d_name, 0); /* a file that stays makes the rmdir fail */
        return unlinkat(above, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

int file_remove(int dirfd, const char *name) {
        if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
                return 0;
        if (errno != EISDIR && errno != EPERM)
                return -errno;
        return remove_files(dirfd, name);
}
