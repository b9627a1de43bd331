# SPDX-License-Identifier: MIT
"""Installed, upgraded and purged while the network is limited: nothing slips through, and an administrator from outside gets in."""

from harness import wire
from harness.policy import policy

DEBIAN = PACKAGES = LONG = True
NETWORK = {**wire.NETWORK, "peers": [*wire.NETWORK["peers"], {
    "name": "management", "clause": "6(7)", "addresses": ["10.0.2.2"], "protocol": "tcp", "ports": [22], "direction": "in"}]}
SETTINGS = ("cd /proc/sys/net && grep -H . ipv4/conf/*/{forwarding,send_redirects,accept_redirects,proxy_arp} ipv6/conf/*/forwarding;"
            " ip -o link | sed \"s/ qdisc.*//\"; nft list ruleset; ls /run/sekimori /etc/systemd/system/sysinit.target.wants | grep sekimori; true")


def answers(vm, port):
    """Patiently: emulated, sshd takes seconds."""
    return any(b"SSH-" in wire.banner(port) for _ in range(10))


def strangers(vm):
    return [frame[:80] for frame in wire.left(vm, "lan") if b"OTHER" in frame or b"RAW" in frame or b"GROUP" in frame]


def run(vm):
    port = wire.free_port()
    wire.shout(vm)
    vm.sh("systemctl --root=/ --quiet unmask ssh.service; systemctl --root=/ --quiet enable ssh.service;"
          "echo update_initramfs=no >/etc/initramfs-tools/update-initramfs.conf")
    vm.put("/etc/sysctl.d/50-router.conf", "net.ipv4.conf.all.forwarding = 1\n")
    vm.plug_blindly(wire.card("lan", wire.MAC, forward=port))
    vm.power_cycle()
    vm.wait("systemctl is-active ssh", what="sshd")
    assert answers(vm, port)
    before = vm.sh(f"bash -c '{SETTINGS}'")

    vm.install_debs("sekimori", options="--no-install-recommends")
    assert vm.sh(f"systemctl is-active {wire.FIREWALL}; nft list ruleset") == "active\n", "it is on, and does nothing"
    vm.start_agent(policy(network=NETWORK))
    vm.sh(f"echo enforce >{wire.STAGE}.new && mv {wire.STAGE}.new {wire.STAGE}")
    vm.wait(wire.ALL, what="the tables")
    assert answers(vm, port)
    wire.shouted(vm, "eth0")
    slipped = len(strangers(vm))                # of before, and what was under way

    pid = vm.sh(f"systemctl show -P MainPID {wire.FIREWALL}")
    vm.sh("DEBIAN_FRONTEND=noninteractive dpkg --install /root/debs/sekimori.deb 2>&1", timeout=600)
    vm.wait(f"systemctl is-active {wire.FIREWALL}", what="the new one")
    assert vm.sh(f"systemctl show -P MainPID {wire.FIREWALL}") != pid
    wire.shouted(vm, "eth0")
    assert len(strangers(vm)) == slipped, strangers(vm)[slipped]
    assert answers(vm, port)
    assert vm.sh("cat /proc/sys/net/ipv4/conf/all/forwarding") == "0\n"

    vm.sh("DEBIAN_FRONTEND=noninteractive dpkg --purge sekimori 2>&1", timeout=600)
    assert answers(vm, port)
    assert (after := vm.sh(f"bash -c '{SETTINGS}'")) == before, after
