# SPDX-License-Identifier: MIT
"""A Debian whose root is on other disks than the one it came on: made by its own tools, with the product on it, and
booted from. What it came on stays in the machine, as a disk that nobody allowed."""

from . import keeper

KEY = "/etc/keys/root.key"
MAPPED = "root_crypt"
FOREIGN = "foreign"     # a volume group that is set up early at the boot though nothing of the system is in it
# Where a disk sits once the machine boots from it; to be written it is plugged in as a virtual one.
BUSES = {
    "sata": "-device ide-hd,drive={name},bus=ide.{slot},serial={name}",
    "nvme": "-device nvme,drive={name},bus=spare{slot},serial={name}",
    "virtio": "-device virtio-blk-pci,drive={name},bus=spare{slot},serial={name}",
}
MODULES = "ahci sd_mod nvme dm_mod dm_crypt aesni_intel xts raid1 btrfs"
HOOK = f"""#!/bin/sh
[ "$1" != prereqs ] || exit 0
. /usr/share/initramfs-tools/hook-functions
manual_add_modules {MODULES}
copy_exec /sbin/cryptsetup
mkdir -p $DESTDIR/etc/keys && cp -p {KEY} $DESTDIR/etc/keys
"""
# As Debian's own script does for a disk that crypttab names; that one cannot be made where the disk is not yet.
UNLOCK = f"""#!/bin/sh
[ "$1" != prereqs ] || {{ echo udev; exit 0; }}
. /scripts/functions
wait_for_udev 10
disk=$(blkid -l -o device -t LABEL={MAPPED})
[ ! "$disk" ] || cryptsetup open --key-file {KEY} $disk {MAPPED}
lvm vgchange -q -ay --sysinit {FOREIGN} 2>/dev/null || true
"""
# What no boot needs; the copy is most of the work, emulated.
LEFT_OUT = ("./boot/vmlinuz*", "./boot/System*", "./var/lib/apt", "./var/cache", "./usr/share/doc", "./usr/share/locale",
            "./usr/share/man", "./usr/lib/python3*", "./usr/lib/modules/*/kernel/sound", "./usr/lib/modules/*/kernel/net",
            *(f"./usr/lib/modules/*/kernel/drivers/{each}" for each in
              ("net", "gpu", "media", "infiniband", "staging", "iio", "hwmon", "isdn", "video", "platform", "target")))


CAME_ON = "vda"     # the kernel's name of the disk without a serial number


class Disk:
    """One that the root, or what is mounted beside it, is made of. `node`: while it is written."""

    def __init__(self, bus, slot, size_mib=900):
        self.bus, self.slot, self.size_mib = bus, slot, size_mib
        self.name = self.serial = f"{bus}{slot}"
        self.node = f"/dev/disk/by-id/virtio-{self.name}"

    def options(self, directory):
        return [*f"-blockdev driver=raw,node-name={self.name},file.driver=file,file.filename={directory}/{self.name}.img".split(),
                *BUSES[self.bus].format(name=self.name, slot=self.slot).split()]


def stranger(bus, slot):
    """An empty disk that nobody allowed, in the machine from its first moment on."""
    name = f"stranger-{bus}"
    return [*f"-blockdev driver=null-co,node-name={name},size=8388608,read-zeroes=on".split(),
            *BUSES[bus].format(name=name, slot=slot).split()]


def prepare(vm):
    """The product as an administrator leaves it, and what makes the initramfs find any root."""
    vm.install_files()
    vm.sh(f"mkdir -m 711 /var/lib/sekimori && echo devices >/var/lib/sekimori/stage && mkdir -m 700 /etc/keys &&"
          f" head -c 32 /dev/urandom >{KEY} && systemctl --root=/ --quiet enable sekimorid {keeper.UNIT}")
    vm.sh("mkdir /etc/systemd/system/sekimori-early.service.d")
    vm.put("/etc/systemd/system/sekimori-early.service.d/emulated.conf", "[Service]\nTimeoutStartSec=90s\n")
    keeper.be_patient(vm)
    vm.put("/etc/initramfs-tools/hooks/roots", HOOK, 0o755)
    vm.put("/etc/initramfs-tools/scripts/local-top/roots", UNLOCK, 0o755)


def plug(vm, *disks):
    """To be written."""
    for port, disk in enumerate(disks, start=1):
        with open(vm.directory / f"{disk.name}.img", "wb") as image:
            image.truncate(disk.size_mib << 20)
        vm.qmp("blockdev-add", {"driver": "raw", "node-name": disk.name, "file": {"driver": "file", "filename": f"{vm.directory}/{disk.name}.img"}})
        vm.qmp("device_add", {"driver": "virtio-blk-pci", "drive": disk.name, "id": disk.name, "bus": f"spare{port}", "serial": disk.name})
    for disk in disks:
        vm.wait(f"[ -b {disk.node} ]", what=f"{disk.name}, to be written")


def fill(vm, node, fstab, crypttab="", then="true"):
    """This machine's own tree is copied to what is on the node, with these tables."""
    left_out = " ".join(f"--exclude='{each}'" for each in LEFT_OUT)
    vm.sh(f"mount {node} /mnt && tar -C / --one-file-system {left_out} -cf - . | tar -C /mnt -xf -", timeout=400)
    vm.put("/mnt/etc/fstab", fstab)
    vm.put("/mnt/etc/crypttab", crypttab)
    vm.sh(f"mkdir -p /mnt/srv /mnt/home && umount /mnt && {then}", timeout=200)


def boot(vm, root, *disks, strangers=(), **options):
    """Off, and on from these disks."""
    vm.extra = [word for disk in disks for word in disk.options(vm.directory)] + [word for each in strangers for word in each]
    vm.arguments = f"root={root}"
    vm.power_cycle(offline=None if vm.boots else "update-initramfs -u", **options)


def update_initramfs(vm):
    """In the machine, by its own tools; what it boots from now on is what they wrote. Hooks for what is not there stay
    out: each takes many seconds in emulation."""
    vm.sh("cd /usr/share/initramfs-tools/hooks && chmod -x cryptgnupg* cryptkeyctl cryptopensc cryptpassdev cryptroot-unlock fsck"
          " keymap resume thermal && rm /etc/initramfs-tools/*/roots /etc/initramfs-tools/scripts/local-top/roots 2>/dev/null;"
          " update-initramfs -u", timeout=900)
    vm.initramfs = vm.directory / "initrd-of-the-root"
    vm.initramfs.write_bytes(vm.get(vm.sh("echo /boot/initrd.img-$(uname -r)").strip()))


def uuid(vm, node):
    return vm.sh(f"blkid -o value -s UUID {node}").strip()


def called(vm, serial):
    """As the kernel calls this disk now: no boot promises the same name again."""
    if serial == CAME_ON:
        return serial
    found = vm.wait(f"cd /sys/class/block && grep -lsawe {serial} */serial */device/serial */device/vpd_pg80 | grep .", what=f"the disk {serial}")
    return found.split("/")[0]


def stands(vm, root, *members, refused):
    """It is up, unharmed, on what it should be, and the plane is in force: these disks are the system's, those nobody's."""
    members, refused = [called(vm, each.serial) for each in members], [called(vm, serial) for serial in refused]
    state = vm.wait("systemctl is-system-running --wait | grep -E 'running|degraded'", timeout=900, what="the machine is up")
    assert state.strip() == "running", vm.sh("systemctl --failed; systemctl status --failed --no-pager -l")
    source = vm.sh("findmnt -no SOURCE /").strip()
    assert source == root, source
    vm.sh(f"[ -e {keeper.LINK} ] && for at in $(findmnt --fstab -rno TARGET -t noswap); do findmnt -rno OPTIONS $at | grep -q ^rw && touch $at/works || exit 1; done")
    vm.sh("[ $(swapon --show --noheadings | wc -l) = $(grep -c ' swap ' /etc/fstab) ] && sync && echo 3 >/proc/sys/vm/drop_caches && ls -R /etc >/dev/null")
    said = vm.sh(f"journalctl -b -u {keeper.UNIT} -o cat --no-pager")
    for name in members:
        path = vm.sh(f"readlink -f /sys/class/block/{name}/device").strip()
        assert f"the system stands on {path}\n" in said, (path, said)
        vm.sh(f"head -c 1 /dev/{name} >/dev/null")
    for name in refused:
        reply = vm.run(f"head -c 1 /dev/{name}")
        assert reply.status != 0 and "not permitted" in reply.text, (name, reply.text)
    assert said.count("the system stands on") == len(members), said
    vm.log(f"on {source}: {' '.join(members)}; refused: {' '.join(refused)}")
