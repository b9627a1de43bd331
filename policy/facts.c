/* SPDX-License-Identifier: MIT */
/* facts.c — see facts.h. */
#include "facts.h"

static const char *const bus_names[BUS_COUNT] = {
        [BUS_UNKNOWN] = "unknown",
        [BUS_USB] = "usb",
        [BUS_MMC] = "mmc",
        [BUS_SCSI] = "scsi",
        [BUS_ATA] = "ata",
        [BUS_NVME] = "nvme",
        [BUS_THUNDERBOLT] = "thunderbolt",
        [BUS_FIREWIRE] = "firewire",
};

const char *bus_name(enum bus b) {
        return bus_names[(unsigned)b < BUS_COUNT ? b : BUS_UNKNOWN];
}
