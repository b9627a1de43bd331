/* SPDX-License-Identifier: MIT */
/* standing.h — the usual disks of a test (two SATA, an NVMe, a stick, a card), and what system_disks_find tells of
 * them. */
#pragma once

#include "keeper/system/system_disks.h"
#include "unit/agent/keeper/sysfs.h"

#define PCI "devices/pci0000:00/0000:00:1f.2/"
#define DISK(n) PCI "ata" #n "/host" #n "/target" #n ":0:0/" #n ":0:0:0"
#define STICK "devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0"
#define NVME "devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme0"
#define CARD "devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"
#define VIRTUAL "devices/virtual/block/"

extern struct standing {
        struct sysfs_dirs dirs;
        struct system_disks_told tell;
        char found[4096], missing[4096], twins[4096], unknown[4096]; /* one a line, none twice */
} standing;

/* sda1 sda2, sdb1, nvme0n1p1, sdc1 (the stick), mmcblk0p1 (the card); nothing is mounted. */
void standing_begin(void);
void standing_end(void);

const char *standing_disks(void); /* looks, and returns standing.found */

/* The whole of mountinfo: this, and that. */
void standing_mounted(const char *numbers, const char *at, const char *source);
void standing_also_mounted(const char *numbers, const char *at, const char *source);

/* udev has read it: the device claims this link beneath /dev, and has these properties ("E:…\n"). */
void standing_wears(const char *numbers, const char *link, const char *properties);
