/* SPDX-License-Identifier: MIT */
/* catalogue.c — the devices that tests plug, built like the ones people buy (USB class documents named at each). */
#include "support/hardware.h"

#define EXTRA(h, type, ...)                                                                                            \
        hardware_extra(h, type, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

enum { IN = 0x80, CONTROL = 0, ISOCHRONOUS = 1, BULK = 2, INTERRUPT = 3 };
enum {
        HID = 0x21,
        CLASS_INTERFACE = 0x24,
        CLASS_ENDPOINT = 0x25,
        ASSOCIATION = 11,
        COMPANION = 0x30,
        PIPE_USAGE = 0x24
};

static void named(struct hardware *h, const char *manufacturer, const char *product, const char *serial) {
        h->manufacturer = manufacturer;
        h->product = product;
        h->serial = serial;
}

/* HID 1.11 §6.2.1: a HID descriptor that announces one report descriptor. */
static void hid(struct hardware *h, uint8_t number, uint8_t subclass, uint8_t protocol, uint8_t report,
                uint8_t endpoint) {
        hardware_interface(h, number, 0, 3, subclass, protocol, 1);
        EXTRA(h, HID, 0x11, 0x01, 0, 1, 0x22, report, 0);
        hardware_endpoint(h, IN | endpoint, INTERRUPT, 8, 10);
}

static void bulk_only(struct hardware *h, uint8_t number, uint16_t packet) {
        hardware_interface(h, number, 0, 8, 6, 0x50, 2);
        hardware_endpoint(h, IN | 1, BULK, packet, 0);
        hardware_endpoint(h, 2, BULK, packet, 0);
}

struct hardware a_keyboard(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x046d, 0xc31c);

        named(&h, "Logitech", "USB Keyboard", NULL);
        h.speed = "1.5";
        hardware_configuration(&h, 1);
        hid(&h, 0, 1, 1, 65, 1);
        hid(&h, 1, 0, 0, 159, 2);
        return h;
}

struct hardware a_mouse(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x046d, 0xc077);

        named(&h, "Logitech", "USB Optical Mouse", NULL);
        h.speed = "1.5";
        hardware_configuration(&h, 1);
        hid(&h, 0, 1, 2, 46, 1);
        return h;
}

/* USB 2.0 §11.23.1: a hub that can do one translator for all ports or one for each. */
struct hardware a_hub(void) {
        struct hardware h = hardware_device(9, 0, 2, 0x05e3, 0x0608);

        named(&h, NULL, "USB2.0 Hub", NULL);
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 9, 0, 1, 1);
        hardware_endpoint(&h, IN | 1, INTERRUPT, 1, 12);
        hardware_interface(&h, 0, 1, 9, 0, 2, 1);
        hardware_endpoint(&h, IN | 1, INTERRUPT, 1, 12);
        return h;
}

struct hardware a_fast_hub(void) {
        struct hardware h = hardware_device(9, 0, 3, 0x05e3, 0x0612);

        named(&h, "GenesysLogic", "USB3.0 Hub", NULL);
        h.speed = "5000";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 9, 0, 0, 1);
        hardware_endpoint(&h, IN | 1, 0x13, 2, 8);
        EXTRA(&h, COMPANION, 0, 0, 2, 0);
        return h;
}

struct hardware a_stick(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x0951, 0x1666);

        named(&h, "Kingston", "DataTraveler 3.0", "E0D55EA573F5F3A0");
        hardware_configuration(&h, 1);
        bulk_only(&h, 0, 512);
        return h;
}

static void uas_pipe(struct hardware *h, uint8_t address, uint8_t id) {
        hardware_endpoint(h, address, BULK, 1024, 0);
        EXTRA(h, COMPANION, 7, id == 1 ? 0 : 4, 0, 0);
        EXTRA(h, PIPE_USAGE, id, 0);
}

/* USB Attached SCSI §5: the same interface speaks either protocol. */
struct hardware a_uas_disk(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x152d, 0x0578);

        named(&h, "JMicron", "External Disk", "DD56419883914");
        h.speed = "5000";
        hardware_configuration(&h, 1);
        bulk_only(&h, 0, 1024);
        hardware_interface(&h, 0, 1, 8, 6, 0x62, 4);
        uas_pipe(&h, 4, 1);
        uas_pipe(&h, IN | 3, 2);
        uas_pipe(&h, IN | 1, 3);
        uas_pipe(&h, 2, 4);
        return h;
}

struct hardware a_qemu_keyboard(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x0627, 0x0001);

        named(&h, "QEMU", "QEMU USB Keyboard", "68284-0000:00:05.0-1");
        hardware_configuration(&h, 1);
        hid(&h, 0, 1, 1, 63, 1);
        return h;
}

struct hardware a_qemu_storage(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x46f4, 0x0001);

        named(&h, "QEMU", "QEMU USB HARDDRIVE", "1-0000:00:05.0-2");
        hardware_configuration(&h, 1);
        bulk_only(&h, 0, 512);
        return h;
}

static void audio_stream(struct hardware *h, uint8_t number, uint8_t address) {
        hardware_interface(h, number, 0, 1, 2, 0, 0);
        hardware_interface(h, number, 1, 1, 2, 0, 1);
        EXTRA(h, CLASS_INTERFACE, 1, number, 1, 1, 0);
        EXTRA(h, CLASS_INTERFACE, 2, 1, 2, 2, 16, 1, 0x80, 0xbb, 0);
        EXTRA(h, 5, address, ISOCHRONOUS | 8, 192, 0, 1, 0, 0); /* audio 1.0 §4.6.1.1: nine bytes long */
        EXTRA(h, CLASS_ENDPOINT, 1, 1, 0, 0, 0);
}

struct hardware a_headset(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x0d8c, 0x0014);

        named(&h, "C-Media Electronics Inc.", "USB Audio Device", NULL);
        h.speed = "12";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 1, 1, 0, 0);
        EXTRA(&h, CLASS_INTERFACE, 1, 0, 1, 39, 0, 2, 1, 2);
        EXTRA(&h, CLASS_INTERFACE, 2, 1, 1, 1, 0, 2, 3, 0, 0, 0);
        audio_stream(&h, 1, 1);
        audio_stream(&h, 2, IN | 2);
        hid(&h, 3, 0, 0, 38, 3);
        return h;
}

/* UVC 1.5 §3: video control and streaming under one association. */
struct hardware a_webcam(void) {
        struct hardware h = hardware_device(0xef, 2, 1, 0x046d, 0x0825);

        named(&h, NULL, "Webcam C270", "1A2B3C4D");
        hardware_configuration(&h, 1);
        EXTRA(&h, ASSOCIATION, 0, 2, 14, 3, 0, 0);
        hardware_interface(&h, 0, 0, 14, 1, 0, 1);
        EXTRA(&h, CLASS_INTERFACE, 1, 0, 1, 51, 0, 0x80, 0x8d, 0x5b, 0, 1, 1);
        EXTRA(&h, CLASS_INTERFACE, 2, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 14, 0, 0);
        hardware_endpoint(&h, IN | 7, INTERRUPT, 16, 8);
        EXTRA(&h, CLASS_ENDPOINT, 3, 16, 0);
        hardware_interface(&h, 1, 0, 14, 2, 0, 0);
        EXTRA(&h, CLASS_INTERFACE, 1, 1, 14, 0, 0x81, 0, 3, 0, 0, 0, 1, 0);
        for (uint8_t setting = 1; setting <= 11; setting++) {
                hardware_interface(&h, 1, setting, 14, 2, 0, 1);
                hardware_endpoint(&h, IN | 1, ISOCHRONOUS | 4, (uint16_t)(192 * setting), 1);
        }
        EXTRA(&h, ASSOCIATION, 2, 2, 1, 2, 0, 0);
        hardware_interface(&h, 2, 0, 1, 1, 0, 0);
        EXTRA(&h, CLASS_INTERFACE, 1, 0, 1, 38, 0, 1, 3);
        audio_stream(&h, 3, IN | 4);
        return h;
}

/* Two configurations: Windows takes the first, everybody else the second. Both number their interfaces from 0. */
struct hardware a_network_adapter(void) {
        struct hardware h = hardware_device(2, 0, 0, 0x0525, 0xa4a2);

        named(&h, "QEMU", "RNDIS/QEMU USB Network Device", "525400123456");
        hardware_configuration(&h, 2);
        hardware_interface(&h, 0, 0, 2, 2, 0xff, 1);
        EXTRA(&h, CLASS_INTERFACE, 0, 0x10, 1);
        EXTRA(&h, CLASS_INTERFACE, 6, 0, 1);
        hardware_endpoint(&h, IN | 1, INTERRUPT, 16, 32);
        hardware_interface(&h, 1, 0, 10, 0, 0, 2);
        hardware_endpoint(&h, IN | 2, BULK, 64, 0);
        hardware_endpoint(&h, 2, BULK, 64, 0);
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 2, 6, 0, 1);
        EXTRA(&h, CLASS_INTERFACE, 15, 5, 0, 0, 0, 0, 0xea, 5, 0, 0, 0);
        hardware_endpoint(&h, IN | 1, INTERRUPT, 16, 32);
        hardware_interface(&h, 1, 0, 10, 0, 0, 0);
        hardware_interface(&h, 1, 1, 10, 0, 0, 2);
        hardware_endpoint(&h, IN | 2, BULK, 64, 0);
        hardware_endpoint(&h, 2, BULK, 64, 0);
        return h;
}

struct hardware a_printer(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x04f9, 0x0027);

        named(&h, "Brother", "HL-2030 series", "L7J123456");
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 7, 1, 2, 2);
        hardware_endpoint(&h, 1, BULK, 512, 0);
        hardware_endpoint(&h, IN | 2, BULK, 512, 0);
        return h;
}

/* CCID 1.1 §5.1: the class descriptor has 54 bytes. */
static void reader_interface(struct hardware *h, uint8_t number, uint8_t klass) {
        static const uint8_t ccid[52] = { 0x10, 0x01, 0, 7, 3, 0, 0, 0, 0xc0, 0x12, 0, 0, 0xc0, 0x12 };

        hardware_interface(h, number, 0, klass, 0, 0, 3);
        hardware_extra(h, 0x21, ccid, sizeof ccid);
        hardware_endpoint(h, 1, BULK, 64, 0);
        hardware_endpoint(h, IN | 2, BULK, 64, 0);
        hardware_endpoint(h, IN | 3, INTERRUPT, 16, 24);
}

struct hardware a_card_reader(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x04e6, 0x5814);

        named(&h, "Identiv", "SCR3500 A Contact Reader", "53312305700104");
        h.speed = "12";
        hardware_configuration(&h, 1);
        reader_interface(&h, 0, 11);
        return h;
}

struct hardware a_vendor_reader(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x04e6, 0x511a);

        named(&h, "SCM", "Contact Reader of its maker's class", "21120639200219");
        h.speed = "12";
        hardware_configuration(&h, 1);
        reader_interface(&h, 0, 0xff);
        return h;
}

struct hardware a_felica_reader(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x054c, 0x0dc8);

        named(&h, "SONY", "FeliCa Port/PaSoRi 4.0", "0000002");
        h.speed = "12";
        hardware_configuration(&h, 1);
        reader_interface(&h, 0, 11);
        hardware_interface(&h, 1, 0, 0xff, 0, 0, 2);
        hardware_endpoint(&h, IN | 4, BULK, 512, 0);
        hardware_endpoint(&h, 5, BULK, 512, 0);
        return h;
}

struct hardware a_card_keyboard(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x046a, 0x0010);

        named(&h, "Cherry", "Keyboard with a card slot", "000000000001");
        h.speed = "12";
        hardware_configuration(&h, 1);
        hid(&h, 0, 1, 1, 65, 1);
        reader_interface(&h, 1, 11);
        return h;
}

struct hardware a_label_printer(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x0922, 0x1001);

        named(&h, "Dymo", "LabelManager PnP", "00000000000002");
        hardware_configuration(&h, 1);
        hid(&h, 0, 0, 0, 34, 3);
        bulk_only(&h, 1, 512);
        return h;
}

struct hardware a_phone(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x18d1, 0x4ee1);

        named(&h, "Google", "Pixel", "8A2X0L9NF");
        h.property = "ID_MTP_DEVICE=1";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 0xff, 0xff, 0, 3);
        hardware_endpoint(&h, IN | 1, BULK, 512, 0);
        hardware_endpoint(&h, 1, BULK, 512, 0);
        hardware_endpoint(&h, IN | 2, INTERRUPT, 28, 6);
        return h;
}

struct hardware a_camera(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x04a9, 0x3219);

        named(&h, "Canon Inc.", "Canon Digital Camera", NULL);
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 6, 1, 1, 3);
        hardware_endpoint(&h, IN | 1, BULK, 512, 0);
        hardware_endpoint(&h, 2, BULK, 512, 0);
        hardware_endpoint(&h, IN | 3, INTERRUPT, 8, 9);
        return h;
}

struct hardware a_bad_keyboard(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x046d, 0xc31c);

        named(&h, "Logitech", "USB Keyboard", NULL);
        hardware_configuration(&h, 1);
        hid(&h, 0, 1, 1, 65, 3);
        bulk_only(&h, 1, 512);
        return h;
}

struct hardware a_serial_adapter(void) {
        struct hardware h = hardware_device(2, 0, 0, 0x2341, 0x0043);

        named(&h, "Arduino (www.arduino.cc)", "Uno", "7573530373035180");
        h.speed = "12";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 2, 2, 1, 1);
        EXTRA(&h, CLASS_INTERFACE, 0, 0x10, 1);
        EXTRA(&h, CLASS_INTERFACE, 6, 0, 1);
        hardware_endpoint(&h, IN | 2, INTERRUPT, 8, 255);
        hardware_interface(&h, 1, 0, 10, 0, 0, 2);
        hardware_endpoint(&h, 4, BULK, 64, 0);
        hardware_endpoint(&h, IN | 3, BULK, 64, 0);
        return h;
}
