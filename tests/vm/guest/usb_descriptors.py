# SPDX-License-Identifier: MIT
"""USB descriptors as bytes (USB 2.0, chapter 9): honest ones, and whatever else a device may claim."""

import struct

DEVICE, CONFIGURATION, STRING, INTERFACE, ENDPOINT = 1, 2, 3, 4, 5
HID, HID_REPORT = 0x21, 0x22
CLASS_HID, CLASS_STORAGE = 3, 8
BULK, INTERRUPT = 2, 3

# A boot keyboard's report: modifiers, a reserved byte, LEDs out, six keys (HID 1.11, appendix E.6).
KEYBOARD_REPORT = bytes.fromhex(
    "05010906a101050719e029e7150025017501950881029501750881019505750105081901"
    "29059102950175039101950675081500256505071900296581 00c0")

# A security key's: packets of 64 bytes each way on the page of the FIDO alliance (CTAP 2.1, 11.2.8.2).
FIDO_REPORT = bytes.fromhex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0")
# A UPS: the present state of the battery on the page of power devices (USB HID power devices 1.1).
UPS_REPORT = bytes.fromhex("05840904a1010966150026ff00750895018102c0")
# A signature pad's: as a key's, of its vendor's own page.
PAD_REPORT = bytes.fromhex("0600ff0901a1010920150026ff00750895408102" "0921150026ff00750895409102c0")


def device(vendor, product, device_class=0, release=0x0100):
    return struct.pack("<BBHBBBBHHHBBBB", 18, DEVICE, 0x0200, device_class, 0, 0, 64,
                       vendor, product, release, 1, 2, 3, 1)


def configuration(interfaces, count):
    body = b"".join(interfaces)
    return struct.pack("<BBHBBBBB", 9, CONFIGURATION, 9 + len(body), count, 1, 0, 0x80, 50) + body


def interface(number, interface_class, subclass, protocol, endpoints=(), alternate=0, extra=b""):
    head = bytes((9, INTERFACE, number, alternate, len(endpoints), interface_class, subclass, protocol, 0))
    return head + extra + b"".join(endpoints)


def endpoint(address, kind, size, interval=0):
    return struct.pack("<BBBBHB", 7, ENDPOINT, address, kind, size, interval)


def hid_descriptor(report=KEYBOARD_REPORT):
    return struct.pack("<BBHBBBH", 9, HID, 0x0111, 0, 1, HID_REPORT, len(report))


def hid_keyboard(number, address=0x83):
    return interface(number, CLASS_HID, 1, 1, [endpoint(address, INTERRUPT, 8, 4)], extra=hid_descriptor())


def hid_generic(number, report):
    """Packets in and out, without a boot protocol: 03:00:00."""
    return interface(number, CLASS_HID, 0, 0, [endpoint(0x81, INTERRUPT, 64, 4), endpoint(0x02, INTERRUPT, 64, 4)], extra=hid_descriptor(report))


def mass_storage(number, bulk_in=0x81, bulk_out=0x02):
    """SCSI commands over bulk-only transport: 08:06:50."""
    return interface(number, CLASS_STORAGE, 6, 0x50, [endpoint(bulk_in, BULK, 512), endpoint(bulk_out, BULK, 512)])


def text(string):
    encoded = string.encode("utf-16-le")
    return bytes((2 + len(encoded), STRING)) + encoded


LANGUAGES = bytes((4, STRING, 0x09, 0x04))    # English (US)
