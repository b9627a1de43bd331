#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Software USB devices, with any descriptors, in this guest's own kernel.

  fake_usb.py hold SERIAL SHAPE [SHAPE...]   plug in and stay; after each bus reset the next shape;
                                             SIGUSR1 types a key, SIGTERM pulls it out
  fake_usb.py replug SERIAL SHAPE TIMES      plug in and pull out, each time as soon as the kernel knows the device
  fake_usb.py fuzz SEED TIMES                plug in mutations of a keyboard that carries a disk
  fake_usb.py reset DIRECTORY                reset the device with this sysfs directory on its bus

Shapes: those of usb_device.py."""

import errno
import fcntl
import random
import re
import select
import signal
import socket
import subprocess
import sys
import time

import usb_device
import vhci

NETLINK_KOBJECT_UEVENT = 15
USBDEVFS_RESET = 0x5514
AT_A_TIME = 8           # devices plugged in together
LIFE_S = 0.2            # how long one stays after the kernel got to know it
KNOWN_TIMEOUT_S = 60    # honest devices
LIE_TIMEOUT_S = 2       # a mutated device may never be accepted


def say(line):
    print(line, flush=True)


class Uevents:
    """The kernel's word on the devices that come and go in our ports."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_KOBJECT_UEVENT)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((0, 1))
        self.heard = []    # ("ACTION@PATH", when) of USB devices, not waited for yet

    def await_device(self, action, port, timeout):
        """Wait until the device in this port has been added or removed; returns when we heard of it, or None."""
        wanted = re.compile(f"{action}@.*{port.path}")
        end = time.monotonic() + timeout
        while True:
            for head, when in self.heard:
                if wanted.match(head):
                    self.heard.remove((head, when))
                    return when
            if not select.select([self.socket], [], [], max(0, end - time.monotonic()))[0]:
                return None
            self.hear()

    def hear(self):
        """Take in all there is to hear."""
        while select.select([self.socket], [], [], 0)[0]:
            message = self.socket.recv(1 << 16)
            if b"DEVTYPE=usb_device" in message:
                self.heard.append((message.split(b"\0")[0].decode(), time.monotonic()))


def hold(serial, *shapes):
    device = usb_device.Device(*(usb_device.SHAPES[shape](serial) for shape in shapes))
    signals = {signal.SIGUSR1, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    plug = vhci.Plug(device)
    say("plugged")
    while signal.sigwait(signals) == signal.SIGUSR1:
        plug.type_key()
    plug.pull()


def replug(serial, shape, times):
    """Several ports in turn, so that a device can stay for a while and the next one still comes soon."""
    uevents, plugged, known = Uevents(), {}, 0
    free = vhci.ports()[:AT_A_TIME]
    for count in range(int(times)):
        port = free[count % len(free)]
        if port in plugged:
            known += pull_known(plugged.pop(port), uevents)
        device = usb_device.Device(usb_device.SHAPES[shape](f"{serial}-{count}"))
        plugged[port] = vhci.Plug(device, port)
    known += sum(pull_known(plug, uevents) for plug in plugged.values())
    say(f"{known} known to the kernel")


def pull_known(plug, uevents, timeout=KNOWN_TIMEOUT_S):
    """Pull a device out some time after the kernel got to know it; says whether it did."""
    added = uevents.await_device("add", plug.port, timeout)
    if added:
        time.sleep(max(0, added + LIFE_S - time.monotonic()))   # for the gate to decide, and for drivers to bind
    plug.pull()
    if added:
        uevents.await_device("remove", plug.port, KNOWN_TIMEOUT_S)
    return added is not None


def mutate(chance, data):
    """Change, drop or insert a few bytes, with a liking for the values that break parsers."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data))
        how = chance.randrange(4)
        if how == 0:
            data[place] = chance.randrange(256)
        elif how == 1:
            data[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif how == 2 and len(data) > 2:
            del data[place]
        else:
            data.insert(place, chance.randrange(256))
    return bytes(data)


def fuzz(seed, times):
    chance = random.Random(int(seed))
    uevents, plugged, known = Uevents(), {}, 0
    free = vhci.ports()[:AT_A_TIME]
    for count in range(int(times)):
        port = free[count % len(free)]
        if port in plugged:
            known += pull_known(plugged.pop(port), uevents, LIE_TIMEOUT_S)
        plugged[port] = vhci.Plug(usb_device.Device(liar(chance, f"FUZZ-{seed}-{count}")), port)
    known += sum(pull_known(plug, uevents, LIE_TIMEOUT_S) for plug in plugged.values())
    say(f"{known} known to the kernel")


def liar(chance, serial):
    """A keyboard that carries a disk, with something wrong in its descriptors."""
    shape = usb_device.composite(serial)
    if chance.random() < 0.3:
        shape.device = mutate(chance, shape.device)
    else:
        shape.configuration = shape.configuration[:4] + mutate(chance, shape.configuration[4:])
    return shape


def reset(directory):
    with open(f"{directory}/busnum") as bus, open(f"{directory}/devnum") as number:
        node = f"/dev/bus/usb/{int(bus.read()):03}/{int(number.read()):03}"
    with open(node, "wb") as device:
        try:
            fcntl.ioctl(device, USBDEVFS_RESET)
        except OSError as error:
            if error.errno != errno.ENODEV:    # it came back as another device: what we are after
                raise


VERBS = {"hold": hold, "replug": replug, "fuzz": fuzz, "reset": reset}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in VERBS:
        sys.exit(__doc__)
    subprocess.run(["modprobe", "vhci_hcd"], check=True)
    VERBS[sys.argv[1]](*sys.argv[2:])
