# SPDX-License-Identifier: MIT
"""A clerk (uid 1000, in no group) stops, signals, traces, replaces, reconfigures, unloads and mounts nothing of ours."""

from harness import devices
from harness.desk import PASSWORD, Desk, unseen
from harness.terminal import UNIT

CLERK = "runuser -u clerk -- "
OURS = "/etc/sekimori /var/lib/sekimori /run/sekimori /usr/lib/sekimori /usr/bin/sekimori /usr/sbin/sekimorid /usr/lib/systemd/system" \
       " /usr/lib/modprobe.d /etc/pam.d /usr/lib/x86_64-linux-gnu/security /etc/credstore.encrypted /etc/systemd/system" \
       " /run/modprobe.d /usr/lib/udev /etc/udev /usr/share/polkit-1"
MANAGER = "org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager"
# Each of these must fail.
COMMANDS = """
systemctl --no-ask-password stop UNIT
systemctl --no-ask-password restart UNIT
systemctl --no-ask-password kill -s KILL UNIT
systemctl --no-ask-password freeze UNIT
systemctl --no-ask-password mask UNIT
systemctl --no-ask-password mask --runtime UNIT
systemctl --no-ask-password disable UNIT
systemctl --no-ask-password set-property --runtime UNIT CPUWeight=1
systemctl --no-ask-password daemon-reexec
systemctl --no-ask-password isolate rescue.target
systemctl --no-ask-password start sekimori-key-setup.service
systemctl --no-ask-password stop sekimori-key.service
busctl call MANAGER StopUnit ss UNIT replace
busctl call MANAGER KillUnit ssi UNIT all 9
busctl call MANAGER MaskUnitFiles asbb 1 UNIT true true
busctl call MANAGER SetEnvironment as 1 LD_PRELOAD=/tmp/x.so
busctl call MANAGER AttachProcessesToUnit ssau user.slice / 1 AGENT
sekimori push /etc/hostname
sekimori status
sekimori devices
sekimori unlock tanaka
sekimori enrol clerk recovery
sekimori factors tanaka
sekimori audit show
sekimorid --early
rmmod usbcore
rmmod usbhid
modprobe -r usb_storage
modprobe --first-time usb_storage
modprobe dummy
umount /run/sekimori/key
mount -o remount,rw /
mount --bind /tmp /run/sekimori
mount -t tmpfs none /var/lib/sekimori
nsenter -t AGENT -m true
sh -c 'cat /run/sekimori/key/sekimori.key'
sh -c 'cat /var/lib/sekimori/audit/audit.jsonl'
sh -c 'ls /var/lib/sekimori'
sh -c 'mv /run/sekimori /run/x'
sh -c 'rm /run/sekimori/auth.sock'
sh -c 'echo AGENT >/sys/fs/cgroup/user.slice/cgroup.procs'
sh -c 'echo 1 >/sys/fs/cgroup/UNIT/cgroup.freeze'
sh -c 'echo 1 >/sys/fs/cgroup/UNIT/cgroup.kill'
sh -c 'echo 1 >/sys/module/usbcore/parameters/authorized_default'
sh -c 'echo c >/proc/sysrq-trigger'
sh -c 'echo /tmp/x >/proc/sys/kernel/modprobe'
sh -c 'echo x >/dev/kmsg'
python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect("/run/sekimori/control.sock")'
"""
# And each of these, of every process of ours.
AT_A_PROCESS = """
kill -TERM PID
kill -KILL PID
kill -STOP PID
renice -n 19 -p PID
chrt -i -p 0 PID
taskset -p 1 PID
prlimit --pid PID --cpu=1
timeout 5 strace -p PID
cat /proc/PID/mem
cat /proc/PID/environ
cat /proc/PID/maps
ls /proc/PID/fd/
sh -c 'echo 1000 >/proc/PID/oom_score_adj'
"""
# What a user namespace makes of a clerk is root of nothing of ours.
PRETENDERS = """
kill -KILL AGENT
sh -c 'echo 1 >/sys/module/usbcore/parameters/authorized_default'
sh -c 'echo x >/run/sekimori/x'
nsenter -t AGENT -m true
rmmod usbhid
mount -o remount,rw /sys
setpriv --reuid 0 --clear-groups cat /var/lib/sekimori/audit/audit.jsonl
python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect("/run/sekimori/control.sock")'
"""


def attempts(vm, text, **names):
    """Each line as the clerk, all in one go; the ones that succeeded."""
    for name, value in names.items():
        text = text.replace(name, str(value))
    lines = text.strip().splitlines()
    vm.put("/run/attempts", "".join(f"if timeout 20 {line} >/dev/null 2>&1 </dev/null; then echo {index}; fi\n"
                                    for index, line in enumerate(lines)), 0o755)
    return lines


def succeeded(vm, text, prefix="", **names):
    lines = attempts(vm, text, **names)
    done = vm.sh(f"cd / && {CLERK} {prefix} sh /run/attempts", timeout=300).split()
    return [lines[int(index)] for index in done]


def state_of(vm):
    """What must be the same afterwards."""
    return vm.sh(f"systemctl show -p MainPID -p NRestarts -p UnitFileState -p ActiveState {UNIT};"
                 "cat /sys/module/usbcore/parameters/authorized_default /sys/bus/usb/devices/usb*/authorized_default;"
                 "find /etc/sekimori /usr/lib/sekimori /var/lib/sekimori/policy -type f -exec sha256sum {} +; lsmod | grep -c usb;"
                 "ls -lR /run/sekimori | grep -v total")


def run(vm):
    desk = Desk(vm)
    vm.sh("useradd -m -u 1000 -s /bin/sh clerk")
    desk.person("tanaka")
    assert vm.sh("id -Gn clerk").strip() == "clerk"
    status, screen = desk.becomes("tanaka")     # and the next login's helper stands ready: one more process of ours
    assert status == 0, screen
    agent, before = vm.agent_pid(), state_of(vm)
    ours = vm.sh(f"cat /sys/fs/cgroup/{UNIT}/cgroup.procs").split()
    assert str(agent) in ours and len(ours) >= 2, ours

    assert succeeded(vm, "true") == ["true"]    # this way of trying sees a success
    assert not (done := succeeded(vm, COMMANDS, UNIT=UNIT, MANAGER=MANAGER, AGENT=agent)), done
    for pid in ours:
        assert not (done := succeeded(vm, AT_A_PROCESS, PID=pid)), done
    vm.sh("sysctl -qw kernel.unprivileged_userns_clone=1 2>/dev/null || true")
    assert succeeded(vm, "id", "unshare -Urmpf --mount-proc") == ["id"]
    assert not (done := succeeded(vm, PRETENDERS, "unshare -Urm", AGENT=agent)), done

    # Nothing of ours can be written by them, nor what of the kernel's decides about devices.
    writable = vm.sh(f"{CLERK} find {OURS} -writable -not -type l 2>/dev/null || true").split()
    assert set(writable) <= {"/run/sekimori/auth.sock", "/run/sekimori/notify.sock"}, writable
    writable = vm.sh(f"{CLERK} find /sys/bus/usb /sys/module /sys/devices /dev/bus/usb -writable -not -type l 2>/dev/null || true").split()
    assert not writable, writable
    assert state_of(vm) == before

    # What the clerk mounts in a world of their own fools no login program: none of them is root there.
    vm.put("/run/fool", "mount -t tmpfs none /run/sekimori && mount -t tmpfs none /var/lib/sekimori && exec su -c 'id -un' tanaka\n")
    status, screen = desk.types([unseen("assword", PASSWORD)], *CLERK.split(), "unshare", "-Urm", "sh", "/run/fool", seconds=20)
    assert status != 0 and "\ntanaka\r" not in screen, screen

    keyboard, stick = devices.keyboard(), devices.stick()
    vm.plug(keyboard, stick)
    vm.await_verdict("allow", keyboard)
    vm.await_verdict("deny", stick)
    vm.assert_denied_by_kernel(stick)
    status, screen = desk.becomes("tanaka")
    assert status == 0 and "\ntanaka\r" in screen, screen
