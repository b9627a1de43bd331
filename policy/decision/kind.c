/* SPDX-License-Identifier: MIT */
/* kind.c — one table from class codes to the words people use. Sources: usb.org "Defined Class Codes", the CDC 1.2
 * subclass table, and the id tables of Linux's rndis_host, cdc_ether, cdc_ncm, cdc_mbim and cdc-acm. */
#include "decision/kind.h"

#include <string.h>

#define ANY (-1)

/* Two kinds of device share each of these interfaces; alone such an interface carries the data of neither kind
 * elsewhere. */
#define AUDIO_CONTROL (KIND_AUDIO | KIND_MIDI)
#define CDC_DATA (KIND_CDC_SERIAL | KIND_NETWORK)

struct class_row {
        int16_t klass, subclass, protocol;
        uint32_t kinds;
};

/* First row that fits, so special rows stand before general ones. */
static const struct class_row rows[] = {
        { 0x01, 0x01, ANY, AUDIO_CONTROL },
        { 0x01, 0x03, ANY, KIND_MIDI },
        { 0x01, ANY, ANY, KIND_AUDIO },
        { 0x02, 0x02, 0xff, KIND_NETWORK }, /* RNDIS as Windows spells it */
        { 0x02, 0x02, ANY, KIND_CDC_SERIAL },
        { 0x02, 0x06, ANY, KIND_NETWORK },  /* ECM */
        { 0x02, 0x07, ANY, KIND_NETWORK },  /* ATM */
        { 0x02, 0x08, 0x00, KIND_NETWORK }, /* wireless handset control: comes with a modem */
        { 0x02, 0x09, ANY, KIND_NETWORK },  /* device management of a WWAN modem (cdc-wdm) */
        { 0x02, 0x0a, ANY, KIND_NETWORK },  /* MDLM (cdc_ether, zaurus) */
        { 0x02, 0x0c, ANY, KIND_NETWORK },  /* EEM */
        { 0x02, 0x0d, ANY, KIND_NETWORK },  /* NCM */
        { 0x02, 0x0e, ANY, KIND_NETWORK },  /* MBIM */
        { 0x03, 0x01, 0x01, KIND_HID | KIND_HID_KEYBOARD },
        { 0x03, 0x01, 0x02, KIND_HID | KIND_HID_MOUSE },
        { 0x03, ANY, ANY, KIND_HID },
        { 0x06, ANY, ANY, KIND_STILL_IMAGE },
        { 0x07, ANY, ANY, KIND_PRINTER },
        { 0x08, ANY, ANY, KIND_STORAGE },
        { 0x09, ANY, ANY, KIND_HUB },
        { 0x0a, 0x00, 0x01, KIND_NETWORK }, /* NCM data */
        { 0x0a, 0x00, 0x02, KIND_NETWORK }, /* MBIM data */
        { 0x0a, ANY, ANY, CDC_DATA },
        { 0x0b, ANY, ANY, KIND_SMARTCARD },
        { 0x0e, ANY, ANY, KIND_VIDEO },
        { 0xe0, 0x01, 0x03, KIND_NETWORK }, /* RNDIS as Android spells it */
        { 0xe0, ANY, ANY, KIND_WIRELESS },
        { 0xef, 0x04, ANY, KIND_NETWORK }, /* RNDIS over Ethernet, WiFi, WiMAX, WWAN */
        { 0xfe, 0x01, ANY, KIND_DFU },
        { 0xff, ANY, ANY, KIND_VENDOR },
};

/* Named by the position of their bit. */
static const char *const names[KIND_COUNT] = {
        "hid",   "hid-keyboard", "hid-mouse",  "hub",     "storage",  "still-image", "printer", "audio", "midi",
        "video", "smartcard",    "cdc-serial", "network", "wireless", "dfu",         "vendor",  "other", "security-key",
};

static bool kind_fits(int16_t want, uint8_t have) {
        return want == ANY || want == have;
}

uint32_t kinds_of_class(uint8_t klass, uint8_t subclass, uint8_t protocol) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                if (kind_fits(rows[i].klass, klass) && kind_fits(rows[i].subclass, subclass)
                    && kind_fits(rows[i].protocol, protocol))
                        return rows[i].kinds;
        return KIND_OTHER;
}

uint32_t kinds_of_interface(const struct device_facts *f, size_t i) {
        const struct interface_facts *in = &f->interfaces[i];
        uint32_t kinds = kinds_of_class(in->klass, in->subclass, in->protocol);

        if (f->foreign >> i & 1)
                return KIND_VENDOR;
        if (kinds == KIND_HID && (f->fido & ~f->not_fido) >> i & 1)
                return KIND_HID | KIND_SECURITY_KEY;
        return kinds == KIND_VENDOR && f->ccid >> i & 1 ? KIND_SMARTCARD : kinds;
}

uint32_t kinds_of_interfaces(const struct device_facts *f, uint64_t interfaces) {
        uint32_t kinds = 0;

        for (size_t i = 0; i < f->n_interfaces && i < FACTS_INTERFACES; i++)
                if (interfaces >> i & 1)
                        kinds |= kinds_of_interface(f, i);
        return kinds;
}

uint64_t interfaces_of_generic_hid(const struct device_facts *f) {
        uint64_t mask = 0;

        for (size_t i = 0; i < f->n_interfaces && i < FACTS_INTERFACES; i++) {
                const struct interface_facts *in = &f->interfaces[i];

                if (kinds_of_class(in->klass, in->subclass, in->protocol) == KIND_HID && !(f->foreign >> i & 1))
                        mask |= UINT64_C(1) << i;
        }
        return mask;
}

static bool class_defers_to_interfaces(uint8_t klass, uint8_t subclass, uint8_t protocol) {
        return klass == 0x00 || (klass == 0xef && subclass == 0x02 && protocol == 0x01)
               || (klass == 0x02 && subclass == 0x00);
}

static bool kind_is_everywhere(const struct device_facts *f, uint32_t kind) {
        for (size_t i = 0; i < f->n_interfaces; i++)
                if (kinds_of_interface(f, i) != kind)
                        return false;
        return f->n_interfaces > 0;
}

uint32_t kinds_of_device_class(const struct device_facts *f) {
        uint32_t kinds = kinds_of_class(f->klass, f->subclass, f->protocol);

        if (class_defers_to_interfaces(f->klass, f->subclass, f->protocol))
                return 0;
        return kinds == KIND_VENDOR && kind_is_everywhere(f, KIND_SMARTCARD) ? 0 : kinds;
}

/* The halves of a shared interface are not two more kinds of the device: a headset's control interface does not
 * make it a MIDI instrument. It is named only where no other interface says which of the two it is. */
static uint32_t kind_show(uint32_t sure, bool shared, uint32_t either) {
        return shared && !(sure & either) ? sure | either : sure;
}

uint32_t kinds_to_show(const struct device_facts *f) {
        bool audio = false, data = false;
        uint32_t sure = kinds_of_device_class(f);

        for (size_t i = 0; i < f->n_interfaces && i < FACTS_INTERFACES; i++) {
                uint32_t kinds = kinds_of_interface(f, i);

                audio |= kinds == AUDIO_CONTROL;
                data |= kinds == CDC_DATA;
                sure |= kinds == AUDIO_CONTROL || kinds == CDC_DATA ? 0 : kinds;
        }
        sure = kind_show(kind_show(sure, audio, AUDIO_CONTROL), data, CDC_DATA);
        return sure & KIND_VENDOR && f->speaks_mtp ? sure | KIND_STILL_IMAGE : sure;
}

const char *kind_name(uint32_t kind) {
        for (size_t i = 0; i < KIND_COUNT; i++)
                if (kind == UINT32_C(1) << i)
                        return names[i];
        return NULL;
}

uint32_t kind_from_name(const char *name) {
        for (size_t i = 0; i < KIND_COUNT; i++)
                if (strcmp(name, names[i]) == 0)
                        return UINT32_C(1) << i;
        return 0;
}
