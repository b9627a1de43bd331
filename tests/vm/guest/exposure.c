/* SPDX-License-Identifier: MIT */
/* exposure — spins over everything a USB device, or a disk on any bus, could give away and notes what it gets.
 * Knows nothing of policies: the scenario says afterwards whose findings are a scandal.
 *
 *   exposure REPORT [-x NAME]... [-c VID:PID]...
 *
 *   -x  a block device that is the guest's own, with its partitions
 *   -c  a device whose interface 0 is to be claimed through /dev/bus/usb (MTP needs no driver to leak)
 *
 * Writes REPORT (JSON) on SIGUSR1, and on SIGTERM before it ends. It makes its own nodes of disks from sysfs,
 * so that it need not wait for udev, and a change in /dev or a uevent cuts its nap short. */
#define _GNU_SOURCE
#include "findings.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

enum {
        NAMES_MAX = 32,
        IGNORED_MAX = 4096,
        OPENS_ENOUGH = 3,   /* then leave that node alone: closing a disk makes udev look at it, and so on */
        NAP_US = 500,       /* while something happens to devices, … */
        LULL_US = 300000,   /* … which is until so long after the last uevent or new node; */
        LONG_NAP_US = 5000, /* at other times: the first event ends it */
        SCAN_ANYWAY_MS = 50,
        READ_SIZE = 4096,
};

#define OWN_NODES "/dev/exposure.d"

static const char *own_disks[NAMES_MAX], *claimed_ids[NAMES_MAX];
static size_t own_disks_used, claimed_ids_used;
static struct spinning spinning;

struct taken {
        unsigned opens, writable_opens;
        unsigned long long bytes;
};

static struct taken block_take(const char *node) {
        static char data[READ_SIZE] __attribute__((aligned(READ_SIZE)));
        struct taken taken = { 0 };
        int fd = open(node, O_RDONLY | O_DIRECT | O_CLOEXEC);

        if (fd < 0)
                fd = open(node, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
                ssize_t n = read(fd, data, sizeof data);

                taken.opens++;
                taken.bytes = n > 0 ? (unsigned long long)n : 0;
                close(fd);
        }
        fd = open(node, O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
                taken.opens++;
                taken.writable_opens++;
                close(fd);
        }
        fd = open(node, O_ACCMODE | O_NONBLOCK | O_CLOEXEC); /* for ioctls alone: an empty drive too */
        if (fd >= 0) {
                taken.opens++;
                close(fd);
        }
        return taken;
}

/* A node of our own for this disk, for what leads round it, or for a USB device: /dev may not have it yet, or udev may
 * have changed its mode. */
static bool node_make(mode_t type, const char *name, const char *sysfs_link, char *ret, size_t size) {
        char number[16];
        unsigned major_number, minor_number;

        attribute_read(sysfs_link, "dev", number, sizeof number);
        if (sscanf(number, "%u:%u", &major_number, &minor_number) != 2)
                return false;
        snprintf(ret, size, OWN_NODES "/%s", name);
        unlink(ret); /* an earlier one of that name may have had another number */
        return mknod(ret, type | 0600, makedev(major_number, minor_number)) == 0;
}

/* What a thread has looked at and found to be of no interest, by sysfs inode: asked of every name, every time. */
static _Thread_local ino_t ignored[IGNORED_MAX];

static bool is_ignored(ino_t instance) {
        return ignored[instance % IGNORED_MAX] == instance;
}

static void ignore(ino_t instance) {
        ignored[instance % IGNORED_MAX] = instance; /* a collision only means looking twice */
}

static bool is_own_disk(const char *name) {
        for (size_t i = 0; i < own_disks_used; i++)
                if (strncmp(name, own_disks[i], strlen(own_disks[i])) == 0)
                        return true;
        return false;
}

/* Where a link in sysfs leads: the device's whole path. */
static bool link_mentions(const char *sysfs_link, const char *what) {
        char target[PATH_MAX];
        ssize_t n = readlink(sysfs_link, target, sizeof target - 1);

        target[n > 0 ? n : 0] = '\0';
        return strstr(target, what) != NULL;
}

/* Take first and ask whose it is afterwards: it may be gone in a moment. Disks made of nothing (loop, ram, device
 * mapper) are no device's. */
static void block_look(const char *directory, const char *name, ino_t instance) {
        char link[PATH_MAX], node[PATH_MAX];
        struct finding *f = finding_known("block", name, instance);

        if (f != NULL && f->opens >= OPENS_ENOUGH)
                return;
        snprintf(link, sizeof link, "%s/%s", directory, name);
        if (is_own_disk(name) || link_mentions(link, "/virtual/")) {
                ignore(instance);
                return;
        }
        if (!node_make(S_IFBLK, name, link, node, sizeof node))
                return;
        struct taken taken = block_take(node);
        if (f == NULL)
                f = finding_new("block", name, link, instance, &spinning);
        f->opens += taken.opens;
        f->writable_opens += taken.writable_opens;
        f->bytes += taken.bytes;
}

static bool is_claimed(const char *device) {
        char vendor[8], product[8], id[20];

        attribute_read(device, "idVendor", vendor, sizeof vendor);
        attribute_read(device, "idProduct", product, sizeof product);
        snprintf(id, sizeof id, "%s:%s", vendor, product);
        for (size_t i = 0; i < claimed_ids_used; i++)
                if (strcmp(id, claimed_ids[i]) == 0)
                        return true;
        return false;
}

/* The finding for this very node, made if need be. */
static struct finding *finding_of(const char *kind, const char *name, const char *path, ino_t instance) {
        struct finding *f = finding_known(kind, name, instance);

        return f != NULL ? f : finding_new(kind, name, path, instance, &spinning);
}

/* What an MTP program would do first. It is noted only when the kernel lets it through. */
static void device_claim(const char *name, const char *device, ino_t instance) {
        char node[PATH_MAX];
        unsigned first = 0;

        if (!node_make(S_IFCHR, name, device, node, sizeof node))
                return;
        int fd = open(node, O_RDWR | O_CLOEXEC);
        if (fd >= 0 && ioctl(fd, USBDEVFS_CLAIMINTERFACE, &first) == 0) {
                finding_of("claim", name, device, instance)->opens++;
                ioctl(fd, USBDEVFS_RELEASEINTERFACE, &first);
        }
        if (fd >= 0)
                close(fd);
}

/* The kernel links each driver that it tries, and asks only then whether the interface is held back
 * (drivers/base/dd.c, usb_probe_interface): what is held back is bound to nothing, whatever the link says for a moment.
 */
static void interface_look(const char *name, const char *interface, ino_t instance) {
        char link[PATH_MAX + 8], target[PATH_MAX], authorized[4] = "";

        attribute_read(interface, "authorized", authorized, sizeof authorized);
        if (strcmp(authorized, "0") == 0)
                return;
        snprintf(link, sizeof link, "%s/driver", interface);
        ssize_t n = readlink(link, target, sizeof target - 1);
        if (n <= 0)
                return;
        target[n] = '\0';
        const char *driver = strrchr(target, '/') + 1;
        if (strcmp(driver, "hub") == 0)
                ignore(instance);
        else
                snprintf(finding_of("driver", name, interface, instance)->driver, 32, "%.31s", driver);
}

static void usb_look(const char *directory, const char *name, ino_t instance) {
        char path[PATH_MAX];

        snprintf(path, sizeof path, "%s/%s", directory, name);
        if (strchr(name, ':') != NULL)
                interface_look(name, path, instance);
        else if (is_claimed(path))
                device_claim(name, path, instance);
        else
                ignore(instance);
}

/* A member of a class is a way out if it hangs on a USB device. One of class net needs no open to be one. */
static void member_look(const char *directory, const char *name, ino_t instance) {
        const char *class = strrchr(directory, '/') + 1, *below = "";
        char link[PATH_MAX], node[PATH_MAX];

        snprintf(link, sizeof link, "%s/%s", directory, name);
        if (!link_mentions(link, "/usb")) {
                ignore(instance);
                return;
        }
        struct finding *f = finding_of(class, name, link, instance);
        if (f->opens >= OPENS_ENOUGH)
                return;
        if (strcmp(class, "sound") == 0)
                below = "snd/";
        snprintf(node, sizeof node, "/dev/%s%s", below, name);
        int fd = open(node, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd >= 0)
                close(fd);
        if (fd >= 0 || strcmp(class, "net") == 0)
                f->opens++;
}

/* A character node that leads to a disk: it asks no bus. */
static void round_look(const char *directory, const char *name, ino_t instance) {
        const int modes[] = { O_RDONLY, O_RDWR, O_ACCMODE };
        const char *class = strrchr(directory, '/') + 1;
        char link[PATH_MAX], node[PATH_MAX];

        snprintf(link, sizeof link, "%s/%s", directory, name);
        struct finding *f = finding_of(class, name, link, instance);
        if (f->opens >= OPENS_ENOUGH || !node_make(S_IFCHR, name, link, node, sizeof node))
                return;
        for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
                int fd = open(node, modes[i] | O_NONBLOCK | O_CLOEXEC);

                if (fd < 0)
                        continue;
                f->opens++;
                close(fd);
        }
}

struct place {
        const char *path;
        void (*look)(const char *directory, const char *name, ino_t instance);
};

static const struct place blocks = { "/sys/class/block", block_look };

static const struct place rest[] = {
        { "/sys/bus/usb/devices", usb_look },      { "/sys/class/net", member_look },
        { "/sys/class/tty", member_look },         { "/sys/class/sound", member_look },
        { "/sys/class/usbmisc", member_look },     { "/sys/class/video4linux", member_look },
        { "/sys/class/bluetooth", member_look },   { "/sys/class/ieee80211", member_look },
        { "/sys/class/wwan", member_look },        { "/sys/class/bsg", round_look },
        { "/sys/class/scsi_generic", round_look }, { "/sys/class/scsi_tape", round_look },
        { "/sys/class/nvme", round_look },         { "/sys/class/nvme-generic", round_look },
};

static void look_through(const struct place *place, DIR *d) {
        for (struct dirent *e; (e = readdir(d)) != NULL;)
                if (e->d_name[0] != '.' && !is_ignored(e->d_ino))
                        place->look(place->path, e->d_name, e->d_ino);
}

static void scan_rest(void) {
        for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
                DIR *d = opendir(rest[i].path);

                if (d == NULL)
                        continue; /* its module is not loaded */
                look_through(&rest[i], d);
                closedir(d);
        }
}

static int uevents_open(void) {
        struct sockaddr_nl kernel = { .nl_family = AF_NETLINK, .nl_groups = 1 };
        int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

        if (fd < 0 || bind(fd, (struct sockaddr *)&kernel, sizeof kernel) < 0)
                err(1, "uevents");
        return fd;
}

static int signals_open(void) {
        sigset_t set;

        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        sigaddset(&set, SIGTERM);
        sigprocmask(SIG_BLOCK, &set, NULL);
        return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void drain(int fd) {
        char waste[16384];

        while (read(fd, waste, sizeof waste) > 0)
                ;
}

/* A thread of its own, before all others: block nodes matter most and cost least to look for. A round takes some
 * 30 us; the naps keep it from starving those it watches. */
static void *spin_blocks(void *unused) {
        const struct sched_param first = { .sched_priority = 1 };
        struct timespec nap = { 0 };
        struct pollfd news[] = { { .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN },
                                 { .fd = uevents_open(), .events = POLLIN } };
        DIR *d = opendir(blocks.path);

        (void)unused;
        if (d == NULL)
                err(1, "%s", blocks.path);
        if (inotify_add_watch(news[0].fd, "/dev", IN_CREATE) < 0)
                err(1, "watch /dev");
        if (sched_setscheduler(0, SCHED_FIFO, &first) < 0)
                err(1, "sched_setscheduler");
        for (unsigned long long before = now_us(), last_news = 0;; spinning.scans++) {
                unsigned long long now = now_us();

                if (now - before > spinning.longest_gap_us)
                        spinning.longest_gap_us = now - before;
                rewinddir(d);
                look_through(&blocks, d);
                before = now_us(); /* reading a disk takes as long as it takes: that is no gap */
                nap.tv_nsec = 1000L * (now - last_news < LULL_US ? NAP_US : LONG_NAP_US);
                if (ppoll(news, 2, &nap, NULL) > 0) {
                        last_news = now;
                        drain(news[0].fd);
                        drain(news[1].fd);
                }
        }
        return NULL;
}

/* Everything else: when the kernel says that something changed, and now and then without being told. */
static void spin_rest(const char *report, int signals, int uevents) {
        struct pollfd sources[] = { { .fd = signals, .events = POLLIN }, { .fd = uevents, .events = POLLIN } };
        struct signalfd_siginfo caught = { 0 };

        while (caught.ssi_signo != SIGTERM) {
                poll(sources, 2, SCAN_ANYWAY_MS);
                drain(uevents);
                scan_rest();
                if (read(signals, &caught, sizeof caught) > 0) {
                        report_write(report, &spinning);
                        spinning.longest_gap_us = 0; /* each report tells of the time since the last */
                }
        }
}

static void arguments_read(int argc, char **argv) {
        for (int option; (option = getopt(argc, argv, "x:c:")) != -1;)
                if (option == 'x' && own_disks_used < NAMES_MAX)
                        own_disks[own_disks_used++] = optarg;
                else if (option == 'c' && claimed_ids_used < NAMES_MAX)
                        claimed_ids[claimed_ids_used++] = optarg;
                else
                        exit(2);
        if (argc - optind != 1)
                errx(2, "usage: exposure [-x NAME]... [-c VID:PID]... REPORT");
}

int main(int argc, char **argv) {
        pthread_t thread;

        arguments_read(argc, argv);
        mkdir(OWN_NODES, 0700); /* below /dev: nodes on /run could not be opened */
        int signals = signals_open(), uevents = uevents_open();
        spinning.started_us = now_us();
        if (pthread_create(&thread, NULL, spin_blocks, NULL) != 0)
                errx(1, "no thread");
        report_write(argv[optind], &spinning); /* its presence says: the spinner spins */
        spin_rest(argv[optind], signals, uevents);
        return 0;
}
