# SPDX-License-Identifier: MIT
"""Disks that fstab and swap name are let in and mounted at each boot with the block plane on, device mapper too; no other is."""

from harness import devices, keeper, media

PATIENT = "defaults,x-systemd.device-timeout=600s"      # an emulated boot beside other work is slow
MAP = "cd /usr/local/lib/vm && python3 -c 'import write_tries; write_tries.map_over(\"/dev/{0}\", b\"on-{0}\")'"


def run(vm):
    home, swap, other = (devices.scsi_disk(spare_port=port) for port in (1, 2, 3))
    media.fill(vm, home, letter="hello\n")
    names = [keeper.plug_disk(vm, each) for each in (home, swap, other)]
    uuid = vm.sh(f"blkid -o value -s UUID /dev/{names[0]}1").strip()
    area = vm.sh(f"mkswap /dev/{names[1]} >/dev/null && blkid -o value -s UUID /dev/{names[1]}").strip()
    vm.sh(f"mkdir -p /srv && echo 'UUID={uuid} /srv ext4 {PATIENT} 0 2' >>/etc/fstab &&"
          f" echo 'UUID={area} none swap {PATIENT} 0 0' >>/etc/fstab && systemctl daemon-reload")
    keeper.turn_on(vm)                  # nothing of it is mounted yet: fstab says so
    vm.sh("mount /srv && grep -qx hello /srv/letter && swapon -a && grep -q /dev/ /proc/swaps")
    assert vm.run(f"head -c 1 /dev/{names[2]}").status != 0
    assert vm.run(MAP.format(names[2])).status != 0, "device mapper over a refused disk"
    vm.sh(f"umount /srv && {MAP.format(names[0] + '1')} && mount -o ro /dev/dm-1 /mnt && umount /mnt")

    vm.reboot()
    vm.wait("systemctl is-system-running --wait | grep -qx running", timeout=600, what="the machine is up")
    vm.sh(f"[ -e {keeper.LINK} ] && grep -qx hello /srv/letter && grep -q /dev/ /proc/swaps && echo more >/srv/more && sync")
    vm.wait("cd /sys/class/block && ls sda sdb sdc", what="all disks, again")
    refused = [name for name in vm.sh("cd /sys/class/block && ls -d sd? vd?").split()
               if vm.run(f"head -c 1 /dev/{name} >/dev/null").status != 0]
    vm.log(f"refused after the boot: {refused}")
    assert len([name for name in refused if name.startswith("sd")]) == 1 and "vda" not in refused, refused
