/* SPDX-License-Identifier: MIT */
/* exposure — spins over everything a USB device could give away and notes what it gets.
 * Knows nothing of policies: the scenario says afterwards whose findings are a scandal.
 *
 *   exposure REPORT [-x NAME]... [-c VID:PID]...
 *
 *   -x  a block device that is the guest's own, with its partitions
 *   -c  a device whose interface 0 is to be claimed through /dev/bus/usb (MTP needs no driver to leak)
 *
 * Writes REPORT (JSON) on SIGUSR1, and on SIGTERM before it ends. It makes its own block nodes from sysfs,
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
        OPENS_ENOUGH = 3, /* then leave that node alone: closing a disk makes udev look at it, and so on */
        NAP_US = 500,
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
        return taken;
}

/* A node of our own for this disk: /dev may not have it yet, or udev may have changed its mode. */
static bool block_node_make(const char *name, const char *sysfs_link, char *ret, size_t size) {
        char number[16];
        unsigned major_number, minor_number;

        attribute_read(sysfs_link, "dev", number, sizeof number);
        if (sscanf(number, "%u:%u", &major_number, &minor_number) != 2)
                return false;
        snprintf(ret, size, OWN_NODES "/%s", name);
        unlink(ret); /* an earlier disk of that name may have had another number */
        return mknod(ret, S_IFBLK | 0600, makedev(major_number, minor_number)) == 0;
}

static bool is_own_disk(const char *name) {
        for (size_t i = 0; i < own_disks_used; i++)
                if (strncmp(name, own_disks[i], strlen(own_disks[i])) == 0)
                        return true;
        return false;
}

/* Disks made of nothing (loop, ram, device mapper) are no device's. */
static bool is_virtual(const char *sysfs_link) {
        char target[PATH_MAX];
        ssize_t n = readlink(sysfs_link, target, sizeof target - 1);

        target[n > 0 ? n : 0] = '\0';
        return strstr(target, "/virtual/") != NULL;
}

/* Take first and ask whose it is afterwards: it may be gone in a moment. */
static void block_look(const char *name) {
        char link[PATH_MAX], node[PATH_MAX];
        struct finding *f;

        if (is_own_disk(name))
                return;
        snprintf(link, sizeof link, "/sys/class/block/%s", name);
        ino_t instance = instance_of(link);
        f = finding_known("block", name, instance);
        if (f != NULL && f->opens >= OPENS_ENOUGH)
                return;
        if (is_virtual(link) || !block_node_make(name, link, node, sizeof node))
                return;
        struct taken taken = block_take(node);
        if (f == NULL)
                f = finding_for("block", name, link, instance, &spinning);
        if (f == NULL)
                return;
        f->opens += taken.opens;
        f->writable_opens += taken.writable_opens;
        f->bytes += taken.bytes;
}

static bool is_claimed(const char *device) {
        static ino_t others[256]; /* devices already known not to be of interest */
        static unsigned next;
        char vendor[8], product[8], id[20];
        ino_t instance = instance_of(device);

        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                if (others[i] == instance)
                        return false;
        attribute_read(device, "idVendor", vendor, sizeof vendor);
        attribute_read(device, "idProduct", product, sizeof product);
        snprintf(id, sizeof id, "%s:%s", vendor, product);
        for (size_t i = 0; i < claimed_ids_used; i++)
                if (strcmp(id, claimed_ids[i]) == 0)
                        return true;
        others[next++ % (sizeof others / sizeof *others)] = instance;
        return false;
}

/* What an MTP program would do first. It is noted only when the kernel lets it through. */
static void device_claim(const char *name, const char *device) {
        char number[16], node[64];
        unsigned major_number, minor_number, first = 0;

        attribute_read(device, "dev", number, sizeof number);
        if (sscanf(number, "%u:%u", &major_number, &minor_number) != 2)
                return;
        snprintf(node, sizeof node, OWN_NODES "/usb-%.32s", name);
        unlink(node);
        if (mknod(node, S_IFCHR | 0600, makedev(major_number, minor_number)) < 0)
                return;
        int fd = open(node, O_RDWR | O_CLOEXEC);
        if (fd >= 0 && ioctl(fd, USBDEVFS_CLAIMINTERFACE, &first) == 0) {
                struct finding *f = finding_for("claim", name, device, instance_of(device), &spinning);

                if (f != NULL)
                        f->opens++;
                ioctl(fd, USBDEVFS_RELEASEINTERFACE, &first);
        }
        if (fd >= 0)
                close(fd);
}

static void interface_look(const char *name, const char *interface) {
        char link[PATH_MAX + 8], target[PATH_MAX];

        snprintf(link, sizeof link, "%s/driver", interface);
        ssize_t n = readlink(link, target, sizeof target - 1);
        if (n <= 0)
                return;
        target[n] = '\0';
        const char *driver = strrchr(target, '/') + 1;
        if (strcmp(driver, "hub") == 0)
                return;
        struct finding *f = finding_for("driver", name, interface, instance_of(interface), &spinning);
        if (f != NULL)
                snprintf(f->driver, sizeof f->driver, "%.31s", driver);
}

static void usb_look(const char *name) {
        char path[PATH_MAX];

        snprintf(path, sizeof path, "/sys/bus/usb/devices/%s", name);
        if (strchr(name, ':') != NULL)
                interface_look(name, path);
        else if (claimed_ids_used > 0 && is_claimed(path))
                device_claim(name, path);
}

/* Classes whose members on a USB device are ways out. An interface of class net needs no open to be one. */
static const char *const classes[] = {
        "net", "tty", "sound", "scsi_generic", "bsg", "usbmisc", "video4linux", "bluetooth", "wwan", "ieee80211",
};

/* tty, tty0…63, ttyS0…: many, and never on USB. */
static bool is_console(const char *name) {
        return strncmp(name, "tty", 3) == 0
               && (name[3] == '\0' || name[3] == 'S' || (name[3] >= '0' && name[3] <= '9'));
}

static void class_member_look(const char *class, const char *name) {
        char link[PATH_MAX], target[PATH_MAX], node[PATH_MAX];

        if (is_console(name))
                return;
        snprintf(link, sizeof link, "/sys/class/%s/%s", class, name);
        ssize_t n = readlink(link, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        if (strstr(target, "/usb") == NULL)
                return;
        struct finding *f = finding_for(class, name, link, instance_of(link), &spinning);
        if (f == NULL || f->opens >= OPENS_ENOUGH)
                return;
        snprintf(node, sizeof node, "/dev/%s%s",
                 strcmp(class, "sound") == 0 ? "snd/"
                 : strcmp(class, "bsg") == 0 ? "bsg/"
                                             : "",
                 name);
        int fd = open(node, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd >= 0)
                close(fd);
        if (fd >= 0 || strcmp(class, "net") == 0)
                f->opens++;
}

static void directory_each(const char *directory, void (*look)(const char *name)) {
        DIR *d = opendir(directory);

        if (d == NULL)
                return;
        for (struct dirent *e; (e = readdir(d)) != NULL;)
                if (e->d_name[0] != '.')
                        look(e->d_name);
        closedir(d);
}

static const char *class_now;

static void class_now_look(const char *name) {
        class_member_look(class_now, name);
}

static void scan_rest(void) {
        char directory[64];

        directory_each("/sys/bus/usb/devices", usb_look);
        for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
                class_now = classes[i];
                snprintf(directory, sizeof directory, "/sys/class/%s", class_now);
                directory_each(directory, class_now_look);
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

/* A thread of its own, before all others: block nodes matter most and cost least to look for. */
static void *spin_blocks(void *unused) {
        const struct sched_param first = { .sched_priority = 1 };
        struct pollfd dev = { .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .events = POLLIN };
        const struct timespec nap = { .tv_nsec = NAP_US * 1000L };

        (void)unused;
        if (inotify_add_watch(dev.fd, "/dev", IN_CREATE) < 0)
                err(1, "watch /dev");
        if (sched_setscheduler(0, SCHED_FIFO, &first) < 0)
                err(1, "sched_setscheduler");
        for (unsigned long long before = now_us();; spinning.scans++) {
                unsigned long long now = now_us();

                if (now - before > spinning.longest_gap_us)
                        spinning.longest_gap_us = now - before;
                before = now;
                directory_each("/sys/class/block", block_look);
                if (ppoll(&dev, 1, &nap, NULL) > 0)
                        drain(dev.fd);
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
                if (read(signals, &caught, sizeof caught) > 0)
                        report_write(report, &spinning);
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
        pthread_t blocks;

        arguments_read(argc, argv);
        mkdir(OWN_NODES, 0700); /* below /dev: nodes on /run could not be opened */
        int signals = signals_open(), uevents = uevents_open();
        spinning.started_us = now_us();
        if (pthread_create(&blocks, NULL, spin_blocks, NULL) != 0)
                errx(1, "no thread");
        report_write(argv[optind], &spinning); /* its presence says: the spinner spins */
        spin_rest(argv[optind], signals, uevents);
        return 0;
}
