# SPDX-License-Identifier: MIT
"""A running agent is killed, or its disk fails, at every operation in turn from the moment a push begins until the agent
has been stopped. Afterwards the old policy is in force or the new one, and the new one where the push was told so; the
log verifies; people can type; the next push works. Started by test_crash_in_agent."""

import itertools
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import bed as beds  # noqa: E402
from agent import KILLED, Agent  # noqa: E402
from kit import make_kit  # noqa: E402
from programs import SANITIZERS, program, sekimori  # noqa: E402

FEWEST = 20  # operations: slot, mark, pruning, records. Fewer, and the faults are not felt


class Case:
    """One fault, in a push of `old` + 1 on what start{old}/ holds."""

    def __init__(self, computer, old, kind, n):
        self.computer, self.old, self.kind, self.n = computer, old, kind, n
        self.code, self.said = None, ""
        shutil.rmtree("state", ignore_errors=True)
        shutil.copytree(f"start{old}", "state")
        for name in ("arm", "trace"):
            if os.path.exists(name):
                os.unlink(name)

    def __str__(self):
        operations = self.trace()
        which = operations[self.n - 1] if len(operations) >= self.n else "not reached"
        return f"push of {self.old + 1}, {self.kind} at {self.n} ({which}), {self.code}: {self.said.strip()}"

    def faulty_agent(self):
        here = os.path.realpath(".")
        return Agent([program("fault.so")], FAULT_UNDER=f"{here}/state", FAULT_ARM=f"{here}/arm",
                     FAULT_TRACE=f"{here}/trace", FAULT_AT=str(self.n), FAULT_KIND=self.kind)

    @staticmethod
    def trace():
        if not os.path.exists("trace"):
            return []
        with open("trace", encoding="utf-8") as f:
            return [line.split(" ", 1)[1].strip() for line in f]

    def push(self, agent):
        """Returns when what follows the answer has been written, too: the records, and a checkpoint or not."""
        with open("arm", "w", encoding="utf-8"):
            pass
        self.code, self.said = agent.push(f"{self.old + 1}.cms")
        rests = self.computer.bed.wait(lambda: not agent.alive() or self.trace()[-1] != "write", seconds=20)
        assert rests, f"{self}: it does not come to rest: {self.trace()}"

    def serial_in_force(self, agent):
        status = agent.status()
        serial = status["policy"]["serial"] if status["policy"] else 0
        allowed = (self.old + 1,) if self.code == 0 else (self.old, self.old + 1)
        assert serial in allowed, f"{self}: {serial} is in force: {status['note']}"
        return serial

    def next_push_works(self, agent):
        """The next serial, or where a failing disk may have used that up, and said so, the one after it."""
        serial = self.serial_in_force(agent) + 1
        code, said = agent.push(f"{serial}.cms")
        if code and "may be used up" in self.said and "not higher" in said:
            serial += 1
            code, said = agent.push(f"{serial}.cms")
        assert code == 0, f"{self}: the next push: {said}"
        assert agent.status()["policy"]["serial"] == serial, str(self)

    def recovers(self):
        """Started again on a sound disk. Returns what the push before it left in force."""
        with open("state/audit/audit.jsonl", "rb") as f:
            torn = not f.read().endswith(b"\n")
        self.computer.forget()
        with Agent() as agent:
            serial = self.serial_in_force(agent)
            self.computer.was_judged()
            self.next_push_works(agent)
            assert agent.stop() == 0, str(self)
        report = json.loads(sekimori("audit", "verify", "--state-dir", "state", "--pub", "state/audit/terminal.pub", "--json"))
        assert report["ok"] and report["repairs"] == torn, f"{self}: {report}"
        return serial, torn


class Computer:
    """With a keyboard, which every policy here lets in, and a stick, which none does."""

    def __init__(self, bed):
        self.bed, self.keyboard, self.stick = bed, bed.plug(beds.a_keyboard()), bed.plug(beds.a_stick())

    def forget(self):
        for path in filter(self.bed.authorized, (self.keyboard, self.stick)):
            with open(self.bed.at(path, "authorized"), "r+", encoding="utf-8") as f:  # one change, as a kernel sees it
                f.write("0\n")
            assert self.bed.wait(lambda: self.bed.read(path, "bConfigurationValue") == "")

    def was_judged(self):
        assert self.bed.authorized(self.keyboard), "nobody can type"
        assert not self.bed.authorized(self.stick)


def killed(case):
    """None when the agent was through before its turn to die came."""
    with case.faulty_agent() as agent:
        case.push(agent)
        end = agent.stop()
    if end == 0:
        assert case.code == 0 and len(case.trace()) < case.n, str(case)
        return None
    assert end == KILLED, f"{case}: {end}"
    return case.recovers()


def failed(case, restart):
    """The agent lives, and says what it could not do. Then the disk is sound again, with or without a restart."""
    with case.faulty_agent() as agent:
        case.push(agent)
        assert agent.alive() and case.code in (0, 1) and case.said.strip(), str(case)
        serial = case.serial_in_force(agent)
        assert serial == case.old + (case.code == 0), f"{case}: {serial}"
        if not restart:
            os.unlink("arm")
            case.next_push_works(agent)
        assert agent.stop() == 0, str(case)
    if restart:
        found, _ = case.recovers()
        assert found == serial or "may be in force after a restart" in case.said, f"{case}: {found}"


def kill_everywhere(computer, old):
    """Returns how many operations there are, and how many faults were tried."""
    seen, torn_lines, torn_writes = set(), 0, 0
    for n in itertools.count(1):
        case = Case(computer, old, "kill", n)
        outcome = killed(case)
        if outcome is None:
            break
        seen.add(outcome[0])
        if case.trace()[-1] == "write":
            torn_writes += 1
            outcome = killed(Case(computer, old, "tear", n))
            torn_lines += outcome[1]
    assert n > FEWEST, f"only {n - 1} operations were felt"
    assert seen == {old, old + 1} and torn_lines >= 2, (seen, torn_lines)
    return n - 1, n - 1 + torn_writes


def try_everything(computer, old):
    operations, tried = kill_everywhere(computer, old)
    for n in range(1, operations + 1):
        failed(Case(computer, old, "EIO", n), restart=True)
        failed(Case(computer, old, "ENOSPC", n), restart=False)
        tried += 2
    print(f"push of {old + 1}: {operations} operations, {tried} faults")


def make_starts():
    """What a push starts from: nothing yet, and two policies, of which it will remove one."""
    with Agent() as agent:
        assert agent.stop() == 0
    shutil.copytree("state", "start0")
    with Agent() as agent:
        assert agent.push("1.cms")[0] == 0 and agent.push("2.cms")[0] == 0 and agent.stop() == 0
    shutil.copytree("state", "start2")


def main():
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as place, \
            beds.Bed() as bed:
        os.chdir(place)
        make_kit(range(1, 6))
        make_starts()
        computer = Computer(bed)
        for old in (2,) if SANITIZERS else (0, 2):  # a sanitizer takes its time to start
            try_everything(computer, old)


main()
