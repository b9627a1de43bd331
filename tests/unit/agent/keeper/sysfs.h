/* SPDX-License-Identifier: MIT */
/* sysfs.h — a small /sys, /proc, /etc, /dev and /run in the test's own folder: block devices, what stands on what. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

struct sysfs_dirs sysfs_begin(void); /* the working directory is the test's own from here on */
void sysfs_end(struct sysfs_dirs *g);

/* A file, with all folders above it. */
void sysfs_write(const char *path, const char *text);

/* What stands there now, beneath /sys; "": nothing. Static storage. */
const char *sysfs_line(const struct sysfs_dirs *g, const char *path);

/* `link` leads to `to`, as the kernel writes it: sys/devices/…/driver, ../../bus/scsi/drivers/sd. */
void sysfs_link(const char *link, const char *to);

/* A device with its node's numbers, in its class: "block", "devices/pci0000:00/…/block/sda", "8:0". */
void sysfs_device(const char *class, const char *path, const char *numbers, const char *diskseq);
void sysfs_remove(const char *class, const char *path, const char *numbers);

/* /dev/NODE leads to the device of that name. */
void sysfs_node(const char *node, const char *name);

/* `upper` is made of `lower`: two paths. */
void sysfs_slave(const char *upper, const char *lower);
