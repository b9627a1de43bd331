# SPDX-License-Identifier: MIT
"""sekimori setup network over ssh: who would be cut off is told, who is cut off is back after the trial, also after a power cut;
confirmed over a new connection it stays across a boot; undone it leaves nothing."""

from harness.policy import policy

DEBIAN = LONG = True
MAC, HERE, THERE, OTHER = "02:00:5e:10:00:01", "10.9.0.1", "10.9.0.2", "10.9.0.3"
STAGE = "/var/lib/sekimori/network/stage"
# Ten minutes are long in emulation.
SHORT = "[Timer]\nOnActiveSec=\nOnActiveSec=150s\n"
SSH = ("timeout 60 ip netns exec desk ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
       f" -o ConnectTimeout=10 -o BatchMode=yes -i /run/key root@{HERE}")
REACH = """import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
except ConnectionRefusedError:
    print("refused")
except OSError as e:
    print(e)
"""
NFT = "nft list tables | grep -c sekimori"


def network(manager):
    return {"default": "deny", "interfaces": [{"name": "lan", "driver": "veth", "mac": MAC}],
            "peers": [{"name": "management", "clause": "6(7)", "addresses": [manager], "protocol": "tcp", "ports": [22],
                       "direction": "in"}]}


def wire(vm):
    """The administrator's desk: a host of its own at the other end of the terminal's only wire."""
    vm.sh(f"ip netns add desk && ip link add lan address {MAC} type veth peer name far netns desk &&"
          f" ip address add {HERE}/24 dev lan && ip link set lan up && ip -n desk address add {THERE}/24 dev far &&"
          " ip -n desk link set far up && ip -n desk link set lo up")
    vm.sh("[ -e /run/key ] || ssh-keygen -q -t ed25519 -N '' -f /run/key; install -d -m 700 /root/.ssh /run/sshd;"
          " install -m 600 /run/key.pub /root/.ssh/authorized_keys; /usr/sbin/sshd -o UsePAM=no -o PermitRootLogin=prohibit-password")


def over_ssh(vm, words, status=0):
    reply = vm.run(f"{SSH} {words}", timeout=180)
    assert reply.status == status, (reply.status, reply.text)
    return reply.text


def cuts_itself_off(vm):
    """Its own answer does not arrive any more."""
    assert vm.run(f"timeout 40 {SSH} sekimori setup network --yes --force cut-off", timeout=180).status == 124
    assert stage(vm) == "trial"


def setup(vm, words, status=0):
    return over_ssh(vm, f"'sekimori setup network {words} --lang en; exit $?'", status)


def stage(vm):
    return vm.sh(f"cat {STAGE}").strip()


def is_cut_off(vm):
    return vm.run(f"{SSH} true", timeout=90).status != 0


def is_reached(vm, port):
    """Nobody listens there: the terminal says so, or nothing at all."""
    vm.put("/run/reach.py", REACH)
    return vm.sh(f"ip netns exec desk python3 /run/reach.py {HERE} {port}").strip() == "refused"


def await_undone(vm):
    vm.wait(f"grep -qx observe {STAGE}", timeout=400, what="the trial undone")
    vm.wait("systemctl show -P ActiveState sekimori-network-trial.service | grep -qx inactive")


def observed(vm):
    said = setup(vm, "--observe --yes")
    assert "nothing is stopped" in said and stage(vm) == "observe", said
    assert vm.sh(NFT).strip() == "3" and over_ssh(vm, "id -un").strip() == "root"
    return said


def with_a_wrong_policy(vm):
    """The console is not cut off: all that is looked at here comes through it."""
    assert f"cuts off an ssh login of now: from {THERE}" in setup(vm, "--yes", status=1)
    cuts_itself_off(vm)
    assert is_cut_off(vm)
    await_undone(vm)
    assert over_ssh(vm, "id -un").strip() == "root"


def the_power_is_cut_on_trial(vm):
    cuts_itself_off(vm)
    vm.reboot()
    vm.wait("systemctl is-active --quiet systemd-user-sessions.service", timeout=240)
    assert stage(vm) == "observe", "undone before anybody could be asked"
    wire(vm)
    assert over_ssh(vm, "id -un").strip() == "root"


def with_the_right_one(vm):
    vm.push(policy(network=network(THERE)))
    assert "--confirm" in setup(vm, "--yes") and stage(vm) == "trial"
    assert "limited to what" in setup(vm, "--confirm") and stage(vm) == "enforce"
    assert not is_reached(vm, 9), "that is no port of the peer's"
    vm.reboot()
    vm.wait("systemctl is-active --quiet sekimori-firewall.service", timeout=240)
    wire(vm)
    assert stage(vm) == "enforce" and vm.sh(NFT).strip() == "3"
    assert over_ssh(vm, "id -un").strip() == "root"
    vm.sh(f"ip -n desk address delete {THERE}/24 dev far && ip -n desk address add {OTHER}/24 dev far")
    assert is_cut_off(vm), "another machine is not let in"
    vm.sh(f"ip -n desk address delete {OTHER}/24 dev far && ip -n desk address add {THERE}/24 dev far")


def undone(vm):
    setup(vm, "--undo --yes")
    setup(vm, "--undo --yes")
    assert stage(vm) == "off" and vm.run(NFT).text.strip() == "0"
    assert is_reached(vm, 9)


def run(vm):
    vm.install_files()
    vm.sh("install -d -m 711 /var/lib/sekimori && echo observe >/var/lib/sekimori/stage")
    vm.sh("mkdir -p /etc/systemd/system/sekimori-network-trial.timer.d")
    vm.put("/etc/systemd/system/sekimori-network-trial.timer.d/short.conf", SHORT)
    vm.sh("systemctl daemon-reload")
    vm.start_agent(policy(network=network(OTHER)))
    wire(vm)
    observed(vm)
    with_a_wrong_policy(vm)
    the_power_is_cut_on_trial(vm)
    with_the_right_one(vm)
    undone(vm)
    changes = [r["stage"] for r in vm.audit("network-stage-changed")]
    assert changes == ["observe"] + 2 * ["trial", "observe"] + ["trial", "enforce", "observe", "off"], changes
