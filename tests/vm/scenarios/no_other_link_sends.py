# SPDX-License-Identifier: MIT
"""A second card, a USB adapter, a bridge, a tap, a veth and a macvlan send nothing; killed or flushed, the firewall's tables are there."""

from harness import wire
from harness.policy import policy

DEBIAN = LONG = True
OTHER, USB = "52:54:00:12:34:02", "52:54:00:12:34:03"
# Links that somebody makes, each with its own witness of what leaves by it.
VETH = """import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind(("far0", 0)); s.settimeout(6); n = 0
try:
    while True: n += b"RAW" in s.recv(2000)
except OSError: print(n)
"""
TUN = """import fcntl, os, struct, subprocess, time
fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK); fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH", b"tap7", 0x1002)); n = 0
end = time.monotonic() + 6
while time.monotonic() < end:
    subprocess.run(["ip", "link", "set", "tap7", "up"]); time.sleep(0.01)
    try:
        while True: n += len(os.read(fd, 2000)) > 0
    except OSError: pass
print(n)
"""


def killed_it_holds(vm, before):
    pid = vm.sh(f"systemctl show -P MainPID {wire.FIREWALL}")
    vm.sh(f"systemctl kill -s KILL {wire.FIREWALL}")
    vm.sh(wire.ALL)
    vm.wait(f"[ $(systemctl show -P MainPID {wire.FIREWALL}) -gt 0 ] && systemctl is-active {wire.FIREWALL}", what="it is started again")
    assert vm.sh(f"systemctl show -P MainPID {wire.FIREWALL}") != pid
    wire.shouted(vm, "eth0")
    assert wire.strangers(vm, since=before) == [], wire.strangers(vm, since=before)[0]


def other_links_send_nothing(vm, before, second, usb):
    """By the wire they are on, and by one that is made here."""
    vm.plug_blindly(second)
    vm.plug_blindly(usb)
    vm.wait(f"grep -l {OTHER} /sys/class/net/*/address", what=OTHER)
    vm.wait("[ -e /sys/class/net/usb0 ]", what="usb0")      # its driver makes its address up
    vm.sh("ip link add bridge0 type bridge; ip link set bridge0 up;"
          f" ip link set $(basename $(dirname $(grep -l {OTHER} /sys/class/net/*/address))) master bridge0;"
          " ip netns add far; ip link add near0 type veth peer name far0; ip link set far0 netns far; ip -n far link set far0 up;"
          " ip link add link eth0 name apart0 type macvlan mode bridge")
    vm.put("/run/veth.py", VETH)
    vm.put("/run/tun.py", TUN)
    loop = "for i in $(seq 40); do for n in $(ls /sys/class/net); do ip link set $n up 2>/dev/null; done; done"
    out = vm.sh(f"({loop}) & ip netns exec far python3 /run/veth.py & python3 /run/tun.py; wait", timeout=300)
    assert out.split() == ["0", "0"], out
    for name in ("second", "usb"):
        assert wire.left(vm, name) == [], (name, wire.left(vm, name)[0])
    assert wire.strangers(vm, since=before) == [], wire.strangers(vm, since=before)[0]
    vm.sh("ip link delete apart0; ip link delete near0; ip link delete bridge0")


def what_flushes_is_mended(vm, before):
    """nftables.service does so when it starts and when it ends. How much slipped through is said, emulated as it is."""
    for how in ("nft flush ruleset", "systemctl start nftables", "systemctl stop nftables"):
        vm.sh(how)
        vm.wait(wire.ALL, what=f"our tables after {how}")
    wire.shouted(vm, "eth0")
    slipped = len(wire.strangers(vm, since=before))
    vm.log(f"slipped through while the tables were gone, three times: {slipped} frames")
    wire.shouted(vm, "eth0")
    assert len(wire.strangers(vm, since=before)) == slipped


def run(vm):
    vm.install_files()
    vm.sh("mkdir -m 711 /var/lib/sekimori")
    vm.put("/var/lib/sekimori/stage", "observe\n")
    wire.shout(vm)
    vm.plug_blindly(wire.card("lan", wire.MAC))
    vm.sh(f"systemctl daemon-reload; systemctl start {wire.FIREWALL} systemd-networkd shouter", timeout=300)
    vm.start_agent(policy(network=wire.NETWORK))
    vm.sh(f"echo enforce >{wire.STAGE}.new && mv {wire.STAGE}.new {wire.STAGE}")
    vm.wait(wire.ALL, what="the tables")
    before = len(wire.left(vm, "lan"))
    wire.await_peer(vm, before)
    wire.shouted(vm, "eth0")
    before = len(wire.left(vm, "lan"))      # what left while nothing was set up
    killed_it_holds(vm, before)
    other_links_send_nothing(vm, before, wire.card("second", OTHER, bus="spare2"), wire.card("usb", USB, "usb-net", "xhci.0"))
    what_flushes_is_mended(vm, before)
