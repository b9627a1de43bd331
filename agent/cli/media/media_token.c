/* SPDX-License-Identifier: MIT */
/* media_token.c — see media_token.h. UEFI 2.10 §5.3 (GUID partition tables). */
#include "cli/media/media_token.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"
#include "host/medium_token.h"
#include "wire/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define SECTOR 512 /* what the kernel counts in */
#define UP "../../devices/"
#define NAME_TEXT 64

static const uint8_t none[UUID_SIZE];

const char *token_fault_words(enum token_fault f, enum language l) {
        static const char *const words[TOKEN_FAULTS][2] = {
                [TOKEN_FINE] = { "", "" },
                [TOKEN_NO_DISK] = { "この機器のディスクが一つに定まりません。差し込んで、使える状態にしてください",
                                    "the device has no disk just now, or several: plug it in where it is allowed" },
                [TOKEN_REFUSED] = { "この端末では書き込めません。読み書きを許可した端末か、Sekimori のないパソコンで書き込んでください",
                                    "it may not be written here: do it where a rule allows that, or on a PC without Sekimori" },
                [TOKEN_BUSY] = { "使用中です。取り外し（アンマウント）の操作をしてください",
                                 "it is in use: unmount it first" },
                [TOKEN_NO_TABLE] = { "パーティション表がありません（LUKS なら、その UUID を --medium で指定できます）",
                                     "it has no partition table (of a LUKS medium, --medium takes its UUID)" },
                [TOKEN_NO_ROOM] = { "最初のパーティションの前に、空きがありません",
                                    "there is no room before its first partition" },
                [TOKEN_OCCUPIED] = { "印を書く場所に、別のものがあります。上書きはしません",
                                     "something else is where the token would stand, and is not overwritten" },
                [TOKEN_NOT_WRITTEN] = { "印を書けません。媒体が壊れているかもしれません",
                                        "the token cannot be written: the medium may be broken" },
        };

        return words[f][l == LANGUAGE_EN];
}

/* Do the entries of a GUID partition table reach the place of the token? All that its header announces count: their
 * checksum covers empty ones, too. */
static bool table_reaches(const uint8_t header[SECTOR], uint32_t sector) {
        struct bytes in = bytes_of(header, SECTOR);
        uint64_t lba, n, size;

        if (memcmp(header, "EFI PART", 8) != 0)
                return false;
        (void)bytes_take(&in, 72);
        lba = bytes_u64(&in);
        n = bytes_u32(&in);
        size = bytes_u32(&in);
        return lba > TOKEN_AT / sector || size > TOKEN_AT || n > TOKEN_AT || lba * sector + n * size > TOKEN_AT;
}

enum token_fault token_at(int fd, uint64_t first, uint32_t sector, uint8_t ret[UUID_SIZE]) {
        uint8_t mbr[SECTOR], header[SECTOR], raw[TOKEN_SIZE], zero[TOKEN_SIZE] = { 0 }, uuid[UUID_SIZE];

        if (sector < SECTOR || sector > 4096 || pread(fd, mbr, sizeof mbr, 0) != SECTOR
            || pread(fd, header, sizeof header, sector) != SECTOR || pread(fd, raw, sizeof raw, TOKEN_AT) != TOKEN_SIZE)
                return TOKEN_NOT_WRITTEN;
        if (first == 0 || mbr[510] != 0x55 || mbr[511] != 0xaa)
                return TOKEN_NO_TABLE;
        if (first < TOKEN_AT + TOKEN_SIZE || table_reaches(header, sector))
                return TOKEN_NO_ROOM;
        memcpy(ret, none, UUID_SIZE);
        if (medium_token_decode(raw, uuid))
                memcpy(ret, uuid, UUID_SIZE);
        else if (memcmp(raw, zero, sizeof raw) != 0)
                return TOKEN_OCCUPIED;
        return TOKEN_FINE;
}

/* The token is flushed and dropped from the cache, so that it is read back from the medium. */
enum token_fault token_write(int fd, const uint8_t uuid[UUID_SIZE]) {
        uint8_t raw[TOKEN_SIZE], back[TOKEN_SIZE];

        medium_token_encode(uuid, raw);
        if (pwrite(fd, raw, sizeof raw, TOKEN_AT) != TOKEN_SIZE || fsync(fd) < 0
            || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0 || pread(fd, back, sizeof back, TOKEN_AT) != TOKEN_SIZE
            || memcmp(raw, back, sizeof raw) != 0)
                return TOKEN_NOT_WRITTEN;
        return TOKEN_FINE;
}

static uint64_t number_at(int dir, const char *name, const char *attribute) {
        char file[NAME_MAX + 32], text[32];

        (void)snprintf(file, sizeof file, "%s/%s", name, attribute);
        return file_read_line(dir, file, text, sizeof text) > 0 ? strtoull(text, NULL, 10) : 0;
}

/* The kernel's name of the one whole disk beneath the device. */
static bool disk_of(int class, const char *device, char ret[NAME_TEXT]) {
        auto_dir all = listing_open(class, ".");
        const struct dirent *entry;
        unsigned found = 0;

        while (all && (entry = readdir(all))) {
                char link[PATH_MAX];
                ssize_t n = readlinkat(class, entry->d_name, link, sizeof link - 1);

                link[n < 0 ? 0 : n] = '\0';
                if (strncmp(link, UP, strlen(UP)) != 0 || !path_covers(device, link + strlen(UP))
                    || strlen(entry->d_name) >= NAME_TEXT || number_at(class, entry->d_name, "partition"))
                        continue;
                (void)snprintf(ret, NAME_TEXT, "%.63s", entry->d_name);
                found++;
        }
        return found == 1;
}

/* Where the first partition begins, in bytes; 0: there is none. */
static uint64_t first_partition(int class, const char *name) {
        auto_dir all = NULL;
        const struct dirent *entry;
        uint64_t first = 0;
        auto_fd dir = openat(class, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* the class has symlinks */

        all = dir < 0 ? NULL : listing_open(dir, ".");
        while (all && (entry = readdir(all))) {
                uint64_t at = number_at(dir, entry->d_name, "partition") ? number_at(dir, entry->d_name, "start") : 0;

                if (at && (first == 0 || at * SECTOR < first))
                        first = at * SECTOR;
        }
        return first;
}

/* O_EXCL: no part of the disk is mounted, or can be mounted while this descriptor is open. */
static int node_open(int class, const char *name) {
        auto_fd dev = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        auto_fd fd = dev < 0 ? -1 : openat(dev, name, O_RDWR | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        char file[NAME_TEXT + 8], numbers[32], is[32];
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0)
                return -errno;
        (void)snprintf(file, sizeof file, "%s/dev", name);
        (void)snprintf(is, sizeof is, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
        if (!S_ISBLK(st.st_mode) || file_read_line(class, file, numbers, sizeof numbers) < 0
            || strcmp(numbers, is) != 0)
                return -ENODEV;
        return take_fd(&fd);
}

static enum token_fault disk_open(const char *device, int *ret_fd, uint8_t ret_uuid[UUID_SIZE]) {
        auto_fd class = open("/sys/class/block", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
        char name[NAME_TEXT];
        enum token_fault fault;
        int sector = 0;

        if (class < 0 || !disk_of(class, device, name))
                return TOKEN_NO_DISK;
        fd = node_open(class, name);
        if (fd < 0)
                return fd == -EBUSY ? TOKEN_BUSY : fd == -ENODEV ? TOKEN_NO_DISK : TOKEN_REFUSED;
        if (ioctl(fd, BLKSSZGET, &sector) < 0)
                return TOKEN_NOT_WRITTEN;
        fault = token_at(fd, first_partition(class, name), (uint32_t)sector, ret_uuid);
        if (fault == TOKEN_FINE)
                *ret_fd = take_fd(&fd);
        return fault;
}

/* Version 4 of RFC 9562 §5.4: random bits only. */
static bool uuid_make(uint8_t ret[UUID_SIZE]) {
        if (getrandom(ret, UUID_SIZE, 0) != UUID_SIZE)
                return false;
        ret[6] = (uint8_t)((ret[6] & 0x0f) | 0x40);
        ret[8] = (uint8_t)((ret[8] & 0x3f) | 0x80);
        return true;
}

enum token_fault token_find(const char *device, uint8_t ret[UUID_SIZE]) {
        auto_fd fd = -1;
        enum token_fault fault = disk_open(device, &fd, ret);

        if (fault == TOKEN_FINE && memcmp(ret, none, UUID_SIZE) == 0 && !uuid_make(ret))
                fault = TOKEN_NOT_WRITTEN;
        return fault;
}

enum token_fault token_put(const char *device, const uint8_t uuid[UUID_SIZE]) {
        uint8_t has[UUID_SIZE];
        auto_fd fd = -1;
        enum token_fault fault = disk_open(device, &fd, has);

        if (fault != TOKEN_FINE || memcmp(has, uuid, UUID_SIZE) == 0)
                return fault;
        return memcmp(has, none, UUID_SIZE) == 0 ? token_write(fd, uuid) : TOKEN_OCCUPIED;
}
