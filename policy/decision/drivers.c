/* SPDX-License-Identifier: MIT */
/* drivers.c — the rows, by the names under which drivers register on the USB bus (drivers/hid/usbhid, drivers/usb,
 * drivers/net/usb, sound/usb, drivers/media/usb, drivers/input of Linux 6.1 and 6.12). See drivers.h. */
#include "decision/drivers.h"

#include <stddef.h>
#include <string.h>

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct driver_row {
        uint32_t kinds;
        unsigned nodes;
        const char *const *drivers; /* NULL-terminated */
};

/* A touch screen or a touch pad of the class HID has a driver of its own in place of usbhid. */
#define HID_DRIVERS                                                                                                    \
        NAMES("usbhid", "usbkbd", "usbmouse", "usbtouchscreen", "bcm5974", "appletouch", "acecad", "aiptek",           \
              "hanwang", "kbtab", "synaptics_usb")
#define STORAGE_DRIVERS                                                                                                \
        NAMES("uas", "usb-storage", "ums-alauda", "ums-cypress", "ums-datafab", "ums-eneub6250", "ums-freecom",        \
              "ums-isd200", "ums-jumpshot", "ums-karma", "ums-onetouch", "ums-realtek", "ums-sddr09", "ums-sddr55",    \
              "ums-usbat")

static const struct driver_row rows[] = {
        { KIND_HID | KIND_HID_KEYBOARD | KIND_HID_MOUSE, NODES_INPUT, HID_DRIVERS },
        { KIND_SECURITY_KEY, NODES_HIDRAW, NAMES("usbhid") },
        { KIND_HUB, 0, NAMES("hub", "usbcore") }, /* the driver, and the module that it is in */
        { KIND_STORAGE, NODES_DISK, STORAGE_DRIVERS },
        { KIND_STILL_IMAGE, NODES_USBFS, NAMES(NULL) },
        { KIND_PRINTER, NODES_USBFS | NODES_MISC, NAMES("usblp") },
        { KIND_AUDIO | KIND_MIDI, NODES_SOUND, NAMES("snd-usb-audio") },
        { KIND_VIDEO, NODES_VIDEO, NAMES("uvcvideo") },
        { KIND_SMARTCARD, NODES_USBFS, NAMES(NULL) },
        { KIND_CDC_SERIAL, NODES_SERIAL, NAMES("cdc_acm") },
        { KIND_NETWORK, NODES_MISC,
          NAMES("cdc_ether", "cdc_ncm", "cdc_mbim", "cdc_eem", "cdc_subset", "rndis_host", "r8153_ecm",
                "huawei_cdc_ncm", "cdc_wdm", "cdc_phonet", "zaurus", "qmi_wwan", "rndis_wlan") },
        { KIND_WIRELESS, 0, NAMES("btusb", "bfusb", "bcm203x", "bpa10x", "ath3k") },
        { KIND_DFU, NODES_USBFS, NAMES(NULL) },
        { KIND_VENDOR | KIND_OTHER, NODES_USBFS | NODES_SERIAL | NODES_MISC | NODES_SOUND | NODES_VIDEO, NAMES(NULL) },
};
#define ROWS (sizeof rows / sizeof *rows)

/* Module names are spelled with "_" where drivers have "-". */
static bool driver_is(const char *a, const char *b) {
        while (*a && (*a == *b || ((*a == '-' || *a == '_') && (*b == '-' || *b == '_'))))
                a++, b++;
        return *a == *b;
}

static bool names_hold(const char *const *names, const char *name) {
        while (*names && !driver_is(*names, name))
                names++;
        return *names;
}

const char *const *drivers_of_kind(uint32_t kind) {
        static const char *const none[] = { NULL };

        for (size_t i = 0; i < ROWS; i++)
                if (rows[i].kinds & kind)
                        return rows[i].drivers;
        return none;
}

unsigned nodes_of_kinds(uint32_t kinds) {
        unsigned nodes = 0;

        for (size_t i = 0; i < ROWS; i++)
                nodes |= rows[i].kinds & kinds ? rows[i].nodes : 0;
        return nodes;
}

/* What a program needs that drives the device itself; each other node is a driver's own, and so its kind's. */
static const struct {
        unsigned node;
        const char *name;
} named[] = { { NODES_USBFS, "usbfs" }, { NODES_HIDRAW, "hidraw" } };
#define NAMED (sizeof named / sizeof *named)

const char *node_name(unsigned node) {
        for (size_t i = 0; i < NAMED; i++)
                if (named[i].node == node)
                        return named[i].name;
        return NULL;
}

unsigned node_from_name(const char *name) {
        for (size_t i = 0; i < NAMED; i++)
                if (strcmp(named[i].name, name) == 0)
                        return named[i].node;
        return 0;
}

uint32_t kinds_of_driver(const char *name) {
        uint32_t kinds = 0;

        for (size_t i = 0; i < ROWS; i++)
                kinds |= names_hold(rows[i].drivers, name) ? rows[i].kinds : 0;
        return kinds ? kinds : KIND_VENDOR;
}

bool driver_may_serve(const char *name, uint32_t interface_kinds, uint32_t let_in) {
        uint32_t kinds = kinds_of_driver(name);

        if (driver_is(name, "usbfs"))
                return true;
        return interface_kinds & (KIND_VENDOR | KIND_OTHER) ? (kinds & (let_in | KIND_VENDOR)) != 0
                                                            : (kinds & interface_kinds) != 0;
}

bool hid_driver_is_for_input(const char *module) {
        static const char *const others[] = { "hid_mcp2221", "hid_mcp2200", "hid_cp2112", "hid_ft260", "hid_picolcd",
                                              "hid_u2fzero", "hid_led",     "hid_gfrm",   NULL };

        return !names_hold(others, module)
               && (strncmp(module, "hid_", 4) == 0 || strncmp(module, "hid-", 4) == 0 || strcmp(module, "wacom") == 0);
}

bool module_takes_no_interface(const char *module) {
        static const char *const of_devices[] = { "apple_mfi_fastcharge", "onboard_usb_hub", "onboard_usb_dev", NULL };

        return names_hold(of_devices, module);
}
