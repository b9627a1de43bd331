# SPDX-License-Identifier: MIT
"""One QEMU process: its command line, its birth, its end. Emulation only (TCG), so it runs anywhere."""

import ctypes
import functools
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .channel import Channel
from .qmp import Qmp, QmpError

PROGRAM = "qemu-system-x86_64"
SPARE_PCIE_PORTS = 6        # a controller can be added to each while the machine runs
MEMORY_MIB = 768
BOOT_TIMEOUT = 900

# QEMU 7.2 given "-kernel vmlinux -initrd" writes the initrd over the firmware's ACPI tables. So a
# loader device puts it into RAM the kernel is told to keep off, and initrdmem= says where it lies.
INITRAMFS_ADDRESS = 0x8000000
MIB = 1 << 20

PLAIN_ARGUMENTS = (
    "root=/dev/vda rw console=ttyS0 panic=1 net.ifnames=0"
    # QEMU's hub forgets to wake up for a device plugged in while it is falling asleep
    " usbcore.autosuspend=-1"
    # emulation has no use for these, and snapshots want a steady clock
    " quiet loglevel=6 mitigations=off tsc=reliable no_timer_check nokaslr random.trust_cpu=on"
)
# what the product asks of every terminal; also in the guest's modprobe.d
KERNEL_ARGUMENTS = PLAIN_ARGUMENTS + " usbcore.authorized_default=0"


@functools.cache
def clock_argument():
    """A guest that measures its time stamp counter while the host is busy gets it wrong, by a factor of four at times, and
    its clock with it. It counts as this machine's does, which can be measured well."""
    if os.uname().machine != "x86_64":
        return ""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["gcc", "-O2", "-o", f"{directory}/tsc", paths.HERE / "harness/tsc.c"], check=True)
        khz = subprocess.run([f"{directory}/tsc"], check=True, capture_output=True, text=True).stdout.strip()
    return f" tsc_early_khz={khz}"


@dataclass(frozen=True)
class Boot:
    """What the machine starts from."""

    vmlinux: Path
    initramfs: Path
    arguments: str = KERNEL_ARGUMENTS

    def options(self):
        size = self.initramfs.stat().st_size
        room = (size + MIB - 1) // MIB
        arguments = (f"{self.arguments}{clock_argument()} memmap={room}M${INITRAMFS_ADDRESS:#x}"
                     f" initrdmem={INITRAMFS_ADDRESS:#x},{size}")
        return ("-kernel", str(self.vmlinux), "-append", arguments,
                "-device", f"loader,file={self.initramfs},addr={INITRAMFS_ADDRESS:#x},force-raw=on")


def command_line(boot, disk, frozen, sockets, extra=()):
    """`frozen`: writes to the disk are forgotten when the machine ends."""
    return [
        PROGRAM, "-nodefaults", "-no-user-config", "-display", "none",
        # no PS/2: key and mouse events injected go to USB or nowhere
        "-machine", "q35,i8042=off", "-accel", "tcg,thread=multi",
        # a sixth of the work, emulated, and nothing here needs it; and without erms and fsrm the guest clears and copies memory by
        # eight bytes at a time, where emulation takes a step for each byte of "rep stosb" (ten times as long for a page)
        "-cpu", "max,-smap,-la57,-avx,-avx2,-erms,-fsrm",
        "-smp", "2", "-m", str(MEMORY_MIB),
        *boot.options(),
        "-drive", f"file={disk},if=none,id=root,format=raw,snapshot={'on' if frozen else 'off'}",
        "-device", "virtio-blk-pci,drive=root,id=rootdisk",
        "-chardev", f"file,id=console,path={sockets}/console.txt", "-serial", "chardev:console",
        "-qmp", f"unix:{sockets}/qmp,server=on,wait=off",
        "-chardev", f"socket,id=channel,path={sockets}/channel,server=on,wait=off",
        "-device", "virtio-serial-pci,id=serial",
        "-device", "virtserialport,chardev=channel,name=harness,id=port",
        # without it two machines restored from one snapshot would share their random numbers
        "-device", "vmgenid,guid=auto",
        # uhci: QEMU's card reader has short-packet trouble on xHCI
        "-device", "qemu-xhci,id=xhci,p2=15,p3=15", "-device", "piix3-usb-uhci,id=uhci",
        *spare_pcie_ports(), *extra,
    ]


def spare_pcie_ports():
    for i in range(SPARE_PCIE_PORTS):
        yield from ("-device", f"pcie-root-port,id=spare{i},chassis={i + 1},slot={i + 1}")


def die_with_parent(how=signal.SIGKILL):
    """A harness that is killed leaves no machine behind, nor anything else that is at work."""
    ctypes.CDLL(None).prctl(1, how)


class Qemu:
    """A running machine with its QMP and its guest channel."""

    def __init__(self, boot, directory, disk, frozen=True, extra=()):
        self.directory = Path(directory)
        command = command_line(boot, disk, frozen, self.directory, extra)
        with open(self.directory / "qemu.txt", "w") as output:
            output.write(" ".join(command) + "\n")
            output.flush()
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                # scratch overlays of frozen disks go here, not to a small /tmp
                env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.directory)},
                preexec_fn=die_with_parent)
        try:
            self.qmp = Qmp(self.directory / "qmp", time.monotonic() + 180)
            self.channel_open()
        except OSError as error:
            self.stop()
            raise QmpError(f"QEMU did not start: {(self.directory / 'qemu.txt').read_text()}") from error

    def channel_open(self):
        self.channel = Channel(self.directory / "channel", time.monotonic() + 180)

    def snapshot(self, state):
        """Stop the machine and keep all it knows in a file."""
        self.qmp("stop")
        self.qmp("migrate-set-parameters", {"max-bandwidth": 1 << 40})
        self.qmp("migrate-set-capabilities", {"capabilities": [{"capability": "events", "state": True}]})
        self.qmp("migrate", {"uri": f"exec:cat > {state}"})
        self.qmp.await_event("MIGRATION", timeout=300, status="completed")

    def resume(self):
        """After -incoming: go on where the snapshot stopped."""
        while self.qmp("query-status")["status"] == "inmigrate":
            time.sleep(0.005)
        self.qmp("cont")

    def stop(self):
        self.process.kill()
        self.process.wait()
