/* SPDX-License-Identifier: MIT */
/* facts.c — the table of bus names; a device on any bus but USB and Thunderbolt is a disk. See facts.h. */
#include "decision/facts.h"

#include <string.h>

static const char *const bus_names[BUS_COUNT] = {
        [BUS_UNKNOWN] = "unknown",
        [BUS_USB] = "usb",
        [BUS_MMC] = "mmc",
        [BUS_SCSI] = "scsi",
        [BUS_ATA] = "ata",
        [BUS_NVME] = "nvme",
        [BUS_THUNDERBOLT] = "thunderbolt",
        [BUS_FIREWIRE] = "firewire",
        [BUS_VIRTIO] = "virtio",
};

const char *bus_name(enum bus b) {
        return bus_names[(unsigned)b < BUS_COUNT ? b : BUS_UNKNOWN];
}

bool facts_are_of_a_disk(const struct device_facts *f) {
        return f->bus != BUS_USB && f->bus != BUS_THUNDERBOLT;
}

enum bus bus_from_name(const char *name) {
        for (unsigned b = BUS_UNKNOWN + 1; b < BUS_COUNT; b++)
                if (strcmp(name, bus_names[b]) == 0)
                        return (enum bus)b;
        return BUS_UNKNOWN;
}
