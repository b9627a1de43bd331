/* SPDX-License-Identifier: MIT */
/* uevent.c — NETLINK_KOBJECT_UEVENT, multicast group 1 (the kernel's; udev's is 2); a message whose nl_pid is not 0
 * comes from a process and is skipped. See uevent.h. */
#include "keeper/uevent.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/socket.h>

#define ROOM (16 * 1024 * 1024) /* bytes that may be queued: many hubs at once send some hundred kilobytes */
#define FROM_KERNEL 1           /* the multicast group; udev's is 2 */

static bool uevent_copy(char *to, size_t size, const char *from) {
        return (size_t)snprintf(to, size, "%s", from) < size;
}

static bool uevent_number(const char *text, uint64_t most, uint64_t *ret) {
        char *end;

        errno = 0;
        *ret = strtoull(text, &end, 10);
        return *text >= '0' && *text <= '9' && !*end && !errno && *ret <= most;
}

/* KEY=VALUE; unknown keys are ignored. */
static bool uevent_take(struct uevent *u, const char *line) {
        static const struct {
                const char *key;
                size_t at, size;
        } texts[] = {
                { "ACTION=", offsetof(struct uevent, action), UEVENT_WORD },
                { "DEVPATH=/", offsetof(struct uevent, path), UEVENT_PATH },
                { "SUBSYSTEM=", offsetof(struct uevent, subsystem), UEVENT_WORD },
                { "DEVTYPE=", offsetof(struct uevent, type), UEVENT_WORD },
        };
        uint64_t n = 0;

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
                if (strncmp(line, texts[i].key, strlen(texts[i].key)) == 0)
                        return uevent_copy((char *)u + texts[i].at, texts[i].size, line + strlen(texts[i].key));
        if (strncmp(line, "DEVNAME=", 8) == 0)
                (void)uevent_copy(u->name, sizeof u->name, line + 8); /* bus/usb/… is not needed: it may be cut */
        else if (strncmp(line, "MAJOR=", 6) == 0 && uevent_number(line + 6, UINT32_MAX, &n))
                u->major = (uint32_t)n;
        else if (strncmp(line, "MINOR=", 6) == 0 && uevent_number(line + 6, UINT32_MAX - 1, &n))
                u->minor = (uint32_t)n;
        else if (strncmp(line, "DISKSEQ=", 8) == 0 && uevent_number(line + 8, UINT64_MAX, &n))
                u->diskseq = n;
        else if (strncmp(line, "SEQNUM=", 7) == 0 && uevent_number(line + 7, UINT64_MAX, &n))
                u->seq = n;
        return true;
}

int uevent_decode(struct bytes from, struct uevent *ret) {
        struct uevent u = { 0 };

        if (from.left == 0 || from.at[from.left - 1] != '\0' || !memchr(from.at, '@', from.left))
                return -EBADMSG;
        while (from.left) {
                const char *line = (const char *)from.at;

                (void)bytes_take(&from, strlen(line) + 1);
                if (!uevent_take(&u, line))
                        return -EBADMSG;
        }
        if (!u.action[0] || !u.path[0])
                return -EBADMSG;
        *ret = u;
        return 0;
}

int uevent_listen(void) {
        const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = FROM_KERNEL };
        auto_fd fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
        const int room = ROOM;

        if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                return -errno;
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
        return take_fd(&fd);
}

int uevent_receive(int fd, struct uevent *ret) {
        uint8_t raw[UEVENT_MAX];
        struct sockaddr_nl from = { 0 };
        socklen_t size = sizeof from;
        ssize_t n;

        do
                n = recvfrom(fd, raw, sizeof raw, 0, (struct sockaddr *)&from, &size);
        while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid != 0)); /* a process sent it to us alone */
        if (n < 0)
                return errno == ENOBUFS ? -ENOBUFS : 0;
        return uevent_decode(bytes_of(raw, (size_t)n), ret) < 0 ? -EBADMSG : 1;
}
