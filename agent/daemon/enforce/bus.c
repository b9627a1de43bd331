/* SPDX-License-Identifier: MIT */
/* bus.c — the rows: USB and Thunderbolt by the kernel's own authorization, all other buses by sekimori-keeper alone.
 * See bus.h. */
#include "enforce/bus.h"

#include "enforce/release.h"
#include "enforce/router.h"

static enum outcome keeper_recognise(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note) {
        (void)u, (void)s, (void)ret_fd, (void)note;
        return OUTCOME_DONE;
}

static enum outcome keeper_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                                 struct err *note) {
        (void)u, (void)device_fd, (void)s, (void)v, (void)note;
        return OUTCOME_DONE;
}

static bool bus_is_always_ready(int device_fd) {
        (void)device_fd;
        return true;
}

#define OF_DISKS                                                                                                       \
        { true, keeper_recognise, keeper_apply, bus_is_always_ready, NULL }

static const struct bus_ops rows[BUS_COUNT] = {
        [BUS_USB] = { true, usb_recognise, usb_apply, usb_is_set_up, usb_release_one },
        [BUS_THUNDERBOLT] = { false, router_recognise, router_apply, bus_is_always_ready, NULL },
        [BUS_MMC] = OF_DISKS,
        [BUS_SCSI] = OF_DISKS,
        [BUS_ATA] = OF_DISKS,
        [BUS_NVME] = OF_DISKS,
        [BUS_FIREWIRE] = OF_DISKS,
        [BUS_VIRTIO] = OF_DISKS,
};

const struct bus_ops *bus_ops(enum bus b) {
        return (unsigned)b < BUS_COUNT && rows[b].apply ? &rows[b] : NULL;
}
