# SPDX-License-Identifier: MIT
"""A stick is refused, and the person at the desk reads why, in Japanese, with the number that stands in the log: with the
real agent, a session's bus of its own, and a notification server that comes and goes. Started by test_notify."""

import json
import os
import secrets
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bed as beds  # noqa: E402
from agent import Agent  # noqa: E402
from desktop import Session, until  # noqa: E402
from kit import make_kit  # noqa: E402

CONTACT = "情報政策課 <内線 1234> & 'IT'"
DESK = f"desk-{secrets.token_hex(8)}"  # /proc/net/unix shows the sockets of all who share the network, another checkout's too
MARKED = "情報政策課 &lt;内線 1234&gt; &amp; &#39;IT&#39;"


def records(kind):
    with open("state/audit/audit.jsonl", encoding="utf-8") as log:
        return [r for r in map(json.loads, log) if r["type"] == kind]


def desk_agent():
    return Agent(where=("config", "state", DESK))


def connected():
    """The agent has let a notifier in: a socket more of that name, which the kernel keeps as it was bound."""
    with open("/proc/net/unix", encoding="utf-8") as f:
        return any(fields[7:] == [f"{DESK}/notify.sock.new"] and fields[5] == "03" for fields in map(str.split, f))


def switches(process):
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("voluntary_ctxt"))


def a_refusal_is_read_at_the_desk(bed, session, notifier):
    with desk_agent() as agent:
        assert agent.push("1.cms")[0] == 0
        until(connected, "the notifier did not come")
        stick = bed.plug(beds.a_stick())
        until(lambda: records("device-refused"), "not refused")
        # Nobody shows notifications yet: it waits for whoever will.
        session.server()
        replaces, title, body, hints, timeout = session.await_shown(1)
        number = records("device-refused")[-1]["request"]
        assert title == f"この機器は使えません（問い合わせ番号 {number}）", title
        assert body == ("このUSBメモリなどの電磁的記録媒体は使えません（登録されていません）。データは読み書きされていません。"
                        f"必要なときは、問い合わせ番号 {number} を {MARKED} へ伝えてください。"), body
        assert (replaces, timeout, int(hints["urgency"])) == (0, 0, 2), "it stays until it is closed"

        # The same stick again: in the place of the first notice, with the new number.
        bed.unplug(stick)
        bed.plug(beds.a_stick())
        replaces, _, body, _, _ = session.await_shown(2)
        assert replaces == 1 and records("device-refused")[-1]["request"] in body, (replaces, body)
        assert number not in body

        bed.plug(beds.a_printer())
        replaces, _, body, _, _ = session.await_shown(3)
        assert replaces == 0 and "プリンター" in body, body
        bed.plug(beds.a_keyboard())
        agent.stop()
    assert len(session.shown()) == 3, "what is let in is not told of"
    assert notifier.poll() is None


def it_finds_the_agent_again(bed, session, notifier):
    """Restarted, and killed; and another server that shows no markup comes in between."""
    before = len(session.shown())
    with desk_agent() as agent:
        until(connected, "the notifier did not come back")
        bed.plug(beds.a_phone())
        until(lambda: any("スマートフォン" in body for _, _, body, _, _ in session.shown()[before:]), "nothing arrived")
        agent.process.kill()
        agent.ended()
    server = next(p for p in session.programs if "dbusmock" in p.args)
    session.end(server)
    session.server(capabilities="body")
    with desk_agent() as agent:
        until(connected, "the notifier did not come back")
        bed.plug(beds.a_network_adapter())
        until(lambda: any("通信装置" in each[2] for each in session.shown()), "nothing arrived")
        assert all(CONTACT in body for _, _, body, _, _ in session.shown()), "no markup where it is not understood"
    assert notifier.poll() is None


def it_has_no_privilege_and_no_haste(session, notifier):
    with open(f"/proc/{notifier.pid}/status", encoding="utf-8") as f:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2"), status
    with open(f"/proc/{notifier.pid}/smaps_rollup", encoding="utf-8") as f:
        print(next(line for line in f if line.startswith("Pss:")).strip())
    with desk_agent() as agent:
        until(connected, "the notifier did not come back")
        began = time.monotonic()
        quiet = time.monotonic()
        while time.monotonic() < quiet + 2:  # once what was to be done is done, nothing must happen
            before = switches(notifier), switches(agent.process)
            time.sleep(0.1)
            if (switches(notifier), switches(agent.process)) != before:
                assert time.monotonic() < began + 10, "woken up for nothing"
                quiet = time.monotonic()
    assert session.notifier(DESK).wait(timeout=10) == 0, "one for each session"


class Impostor:
    """Something else that listens at notify.sock."""

    def __init__(self, folder):
        os.makedirs(folder)
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listening.bind(f"{folder}/notify.sock.new")
        self.listening.listen()
        self.listening.settimeout(10)
        os.rename(f"{folder}/notify.sock.new", f"{folder}/notify.sock")

    def says(self, message):
        peer, _ = self.listening.accept()
        peer.send(message)
        peer.settimeout(10)
        assert peer.recv(1) == b"", "it goes on talking to whoever sends this"


def garbage_is_not_shown(session):
    """And a directory that does not exist yet is waited for."""
    before = len(session.shown())
    for started in [p for p in session.programs if "sekimori-notify" in p.args[0]]:
        session.end(started)
    until(lambda: not session.bus.name_has_owner("sekimori.Notify"), "the name is still taken")
    notifier = session.notifier("later")
    until(lambda: session.bus.name_has_owner("sekimori.Notify"), "not started")
    impostor, began = Impostor("later"), time.monotonic()
    for garbage in (b"\0", b"x" * 5000, bytes([1, 1, 2]) + bytes(8) + b"\1\0\x1b" + bytes(6), bytes([9, 1, 2]) + bytes(16)):
        impostor.says(garbage)
    assert time.monotonic() - began > 0.6, "whoever is shown out takes its time"
    assert notifier.poll() is None and len(session.shown()) == before


def main():
    make_kit([1], CONTACT)
    with beds.Bed() as bed, Session() as session:
        notifier = session.notifier(DESK)
        a_refusal_is_read_at_the_desk(bed, session, notifier)
        it_finds_the_agent_again(bed, session, notifier)
        it_has_no_privilege_and_no_haste(session, notifier)
        garbage_is_not_shown(session)


with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    os.chdir(folder)
    main()
    os.chdir("/")
