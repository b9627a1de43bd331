# SPDX-License-Identifier: MIT
"""A nofail disk that udev is slow to read is waited for, one that is away is named and refused; setup stops there."""

from harness import devices, keeper, media

SLOW = 'SUBSYSTEM=="block", KERNEL=="sd?1", PROGRAM="/bin/sleep 4"\n'
AWAY = "11111111-2222-4333-8444-555555555555"
LIST = "/usr/lib/sekimori/sekimori-keeper --list"


def uuid_of(vm, name):
    return vm.sh(f"blkid -o value -s UUID /dev/{name}").strip()


def run(vm):
    home, other = (devices.scsi_disk(spare_port=port) for port in (1, 2))
    media.fill(vm, home, letter="hello\n")
    names = [keeper.plug_disk(vm, each) for each in (home, other)]
    late, away = (f"ext4 nofail,x-systemd.device-timeout={seconds}s 0 2" for seconds in (120, 30))
    vm.sh(f"mkdir -p /srv /away && echo 'UUID={uuid_of(vm, names[0] + '1')} /srv {late}' >>/etc/fstab && echo 'UUID={AWAY} /away {away}' >>/etc/fstab")
    vm.put("/etc/udev/rules.d/50-slow.rules", SLOW)
    keeper.turn_on(vm)
    vm.start_agent()

    vm.reboot()
    vm.wait("systemctl is-system-running --wait | grep -E 'running|degraded'", timeout=600, what="the machine is up")
    said = vm.sh(f"journalctl -b -u {keeper.UNIT} -o cat --no-pager")
    assert "waiting for udev: fstab" in said and said.count("system stands on") == 2, said
    assert f"refused when it comes: fstab UUID={AWAY}\n" in said, said
    vm.wait("grep -qx hello /srv/letter", what="the slow disk is mounted")
    refused = [name for name in vm.sh("cd /sys/class/block && ls -d sd?").split() if vm.run(f"head -c 1 /dev/{name}").status != 0]
    assert len(refused) == 1, refused

    status = vm.status()
    assert status["disks"]["missing"] == f"fstab UUID={AWAY}" and "disks-missing" in status["needs"], status
    reply = vm.run(LIST)
    assert reply.status == 1 and reply.text.splitlines()[-1] == f"not found: fstab UUID={AWAY}" and "mounted at /\n" in reply.text, reply.text
    assert f"not there: fstab UUID={AWAY}" in vm.run("sekimori setup check --lang en").text
    vm.sh(f"sed -i 's/{AWAY}.*nofail/&,noauto/' /etc/fstab && {LIST} && [ -e {keeper.LINK} ]")
    vm.sh(f"systemctl restart {keeper.UNIT}")
    assert vm.status()["disks"]["missing"] == ""
