# SPDX-License-Identifier: MIT
"""The agent is stopped, killed at each of its writes, and started again, with people logged in: no session is lost, none
invented, none recorded twice, and no device of a rule with `users:` is cut off for it. Started by test_sessions_outlast."""

import hashlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import logind  # noqa: E402
from bed import Bed, a_stick  # noqa: E402
from desktop import until  # noqa: E402
from gi.repository import GLib  # noqa: E402
from login_bed import BUILD, PEOPLE, Conversation, LoginBed  # noqa: E402

RULE = "  - {name: 税務課, match: {bus: usb, interfaces: [storage]}, users: [\"group:staff\"], action: allow}\n"
PATIENCE_S = 10
RESTARTS = 50
PLACE = {"tty": "tty2", "seat": "seat0", "session": "2"}
# Opens a session as its login program, and stays until its input ends.
LOGIN_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from login_bed import Conversation
assert Conversation(sys.argv[2], sys.argv[3], phase="open", tty=sys.argv[4], seat="seat0", session=sys.argv[5]).finish([]) == "allow"
print("open", flush=True)
sys.stdin.read()
"""


class Desk(LoginBed):
    """Somebody's stick is allowed for the staff."""

    def policy(self, login, **keys):
        return super().policy(login, **keys).replace("devices:\n", "devices:\n" + RULE)

    def restart(self, kill=True):
        self.stop(kill)
        self.start()

    def login_program(self, user, session, tty):
        support = os.path.dirname(os.path.abspath(logind.__file__))
        program = subprocess.Popen(["/usr/bin/python3", "-c", LOGIN_PROGRAM, support, f"{self.place}/run/auth.sock", user, tty, session],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert program.stdout.readline() == b"open\n"
        return program

    def open_as_the_module_does(self):
        """The verdict; "closed" where the agent died first. Asked once more then, of the next agent: the caller's to do."""
        return self.ask("tanaka", [], phase="open", **PLACE)

    def close(self, user="tanaka"):
        return self.ask(user, [], phase="close", session="2", tty="tty2")

    def count(self, kind):
        return len(self.audit(kind))


def end(program):
    program.stdin.close()
    program.wait(20)
    program.stdout.close()


def a_persons_stick_stays(desk, stick):
    """Neither cut off at the start, nor recorded as anything but allowed."""
    logind.session_begins("2", PEOPLE["tanaka"])
    desk.open_as_the_module_does()
    logind.in_front("2", PEOPLE["tanaka"])
    until(lambda: stick.lives(), "it was not let in")
    before = desk.count("device-re")
    for kill in (False, True):
        desk.restart(kill)
        assert stick.lives() and stick.changes() == 0, "it was cut off, if only for a moment"
        assert desk.count("device-re") == before, desk.audit("device-re")[before:]
    logind.nobody_in_front()
    until(lambda: not stick.lives(), "the seat is followed")
    logind.in_front("2", PEOPLE["tanaka"])
    until(lambda: stick.lives(), "and whose it is known")
    assert desk.count("session-opened") == 1 and desk.count("session-closed") == 0
    assert desk.close() == "allow"
    until(lambda: not stick.lives(), "the session is over")
    assert desk.count("session-closed") == 1


def who_went_meanwhile_is_recorded(desk, _):
    stays, goes = desk.login_program("tanaka", "5", "tty5"), desk.login_program("suzuki", "6", "tty6")
    opened, closed = desk.count("session-opened"), desk.count("session-closed")
    desk.stop(kill=True)
    end(goes)
    desk.start()
    assert desk.audit("session-closed")[closed:][0]["user"] == "suzuki"
    desk.restart()
    assert (desk.count("session-opened"), desk.count("session-closed")) == (opened, closed + 1), "once"
    end(stays)
    until(lambda: desk.count("session-closed") == closed + 2, "its process is still followed")
    assert desk.audit("session-closed")[-1]["user"] == "tanaka"


def another_process_with_its_number_is_not_it(desk, _):
    program = desk.login_program("tanaka", "7", "tty7")
    closed = desk.count("session-closed")
    desk.stop(kill=True)
    end(program)
    for _ in range(200):
        with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as f:
            f.write(str(program.pid - 1))
        with subprocess.Popen(["sleep", "60"]) as other:
            if other.pid == program.pid:
                desk.start()
            other.kill()
        if desk.agent:
            break
    assert desk.agent, "the number was not given again"
    assert desk.count("session-closed") == closed + 1


def no_restart_is_felt(desk, _):
    program = desk.login_program("tanaka", "8", "tty8")
    before = desk.count("session-")
    for _ in range(RESTARTS):
        desk.restart()
    assert desk.count("session-") == before, "none lost, none invented"
    end(program)
    until(lambda: desk.count("session-closed") and desk.count("session-") == before + 1, "it is still known")


def file_of(desk):
    return f"{desk.place}/run/sessions"


def a_damaged_list_locks_every_screen(desk, _):
    with logind.Manager() as manager:
        desk.open_as_the_module_does()
        for damage in (lambda b: b[:-1], lambda b: b[:40] + b"\xff" + b[41:], lambda b: b"", lambda b: b"\0" * 4096):
            desk.stop(kill=True)
            with open(file_of(desk), "rb") as f:
                whole = f.read()
            with open(file_of(desk), "wb") as f:
                f.write(damage(whole))
            lost = desk.count("session-lost")
            desk.start()
            assert manager.await_asked() == [("LockSessions",)]
            assert desk.count("session-lost") == lost + 1 and not desk.audit("session-lost")[-1]["user"]
            assert desk.ask("suzuki", [], phase="open") == "allow", "and the next login works"
            desk.restart()
            assert desk.count("session-lost") == lost + 1 and not manager.asked(), "said once"
            assert desk.ask("suzuki", [], phase="close") == "allow"


def nothing_outlasts_the_machine(desk, _):
    desk.open_as_the_module_does()
    desk.stop(kill=True)
    with open(file_of(desk), "rb") as f:
        content = f.read()[:-32]
    with open("/proc/sys/kernel/random/boot_id", "rb") as f:
        boot = f.read().strip()
    assert boot in content
    content = content.replace(boot, b"0" * len(boot))
    with open(file_of(desk), "wb") as f:
        f.write(content + hashlib.sha256(content).digest())
    records = desk.count("session-")
    desk.start()
    assert desk.close() == "allow" and desk.count("session-") == records, "nobody is known"


def armed(desk, n):
    """The agent dies at the n-th operation on its files from when `arm` is there."""
    for name in ("arm", "trace"):
        if os.path.exists(f"{desk.place}/{name}"):
            os.unlink(f"{desk.place}/{name}")
    desk.stop()
    desk.more.update(FAULT_UNDER=os.path.realpath(desk.place), FAULT_ARM=f"{desk.place}/arm", FAULT_KIND="kill", FAULT_AT=str(n),
                     FAULT_TRACE=f"{desk.place}/trace")
    desk.preload.insert(0, f"{BUILD}/fault.so")
    desk.start()
    desk.preload.pop(0)
    for name in [name for name in desk.more if name.startswith("FAULT_")]:
        del desk.more[name]


def asked_again(desk, ask):
    """As the module does it: the next agent is asked where this one died of the question, or of what it wrote before."""
    try:
        verdict = ask()
    except (ConnectionError, FileNotFoundError):
        verdict = "closed"
    if verdict == "closed":
        desk.restart()
        verdict = ask()
    assert verdict == "allow"


def killed_everywhere(desk, what):
    """While a session is opened, or closed. At how many operations."""
    for n in range(1, 200):
        armed(desk, n)
        before = desk.count("session-opened"), desk.count("session-closed")
        if what == "close":
            assert desk.open_as_the_module_does() == "allow"
        with open(f"{desk.place}/arm", "w", encoding="ascii"):
            pass
        for ask in (desk.open_as_the_module_does, desk.close)[what == "close":]:
            asked_again(desk, ask)
        desk.restart()
        after = desk.count("session-opened"), desk.count("session-closed")
        assert after == (before[0] + 1, before[1] + 1), (what, n, before, after)
        assert desk.close() == "allow" and desk.count("session-closed") == after[1], "nothing is left"
        with open(f"{desk.place}/trace", encoding="ascii") as f:
            if len(f.readlines()) < n:
                return n - 1
    raise AssertionError("it has no end")


def killed_at_each_of_its_writes(desk, _):
    for what in ("open", "close"):
        tried = killed_everywhere(desk, what)
        print(what, tried, "operations")
        assert tried >= 6, f"only {tried} operations were felt"


class Stick:
    def __init__(self, bed):
        self.bed, self.path = bed, bed.plug(a_stick())
        self.seen = None

    def lives(self):
        if self.bed.authorized(self.path) and self.seen is None:
            self.seen = self.written()
        return self.bed.authorized(self.path)

    def written(self):
        return os.stat(self.bed.at(self.path, "authorized")).st_mtime_ns

    def changes(self):
        return int(self.written() != self.seen)


logind.own_run()
logind.logind_starts()
with Bed() as computer:
    seen = {"UMOCKDEV_DIR": GLib.getenv("UMOCKDEV_DIR")}
    with Desk(preload=["libumockdev-preload.so.0"], environment=seen) as terminal:
        the_stick = Stick(computer)
        until(lambda: terminal.audit("device-refused"), "it was not judged")
        for claim in (a_persons_stick_stays, who_went_meanwhile_is_recorded, another_process_with_its_number_is_not_it,
                      no_restart_is_felt, a_damaged_list_locks_every_screen, nothing_outlasts_the_machine,
                      killed_at_each_of_its_writes):
            claim(terminal, the_stick)
            print(claim.__name__, flush=True)
