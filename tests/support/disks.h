/* SPDX-License-Identifier: MIT */
/* disks.h — disks on other buses than USB in the simulated computer (bed.h): sysfs as the kernel shows it. */
#pragma once

#include "support/bed.h"

struct disk_made {
        const char *unit,
                *node; /* beneath /sys/devices; "sdb". A namespace of NVMe: the unit is the node's directory */
        const char *const (*attributes)[2]; /* of the unit: name and text, up to NULL */
        unsigned seq;                       /* diskseq */
};

/* A card in a reader, a virtio-scsi disk and an optical drive, a namespace behind a PCI port, a virtio disk. */
struct disk_made a_card(void);
struct disk_made a_scsi_disk(void);
struct disk_made an_optical_drive(void);
struct disk_made a_namespace(void);
struct disk_made a_virtio_disk(void);
struct disk_made a_floppy(void); /* on a bus that has no name with us */

/* Announces it; returns the kernel's path of the disk, "/devices/…", static storage. */
const char *insert(struct bed *bed, const struct disk_made *d);
void take_out(struct bed *bed, const struct disk_made *d);

/* Another medium in the same drive, announced. */
void change_medium(struct bed *bed, const struct disk_made *d, unsigned seq);
