# SPDX-License-Identifier: MIT
"""Finding scenarios, running one, and keeping what is needed to understand a failure."""

import importlib.util
import inspect
import shutil
import tempfile
import time
import traceback
from dataclasses import dataclass

from . import paths
from .fresh import Debian
from .terminal import Terminal


class Skip(Exception):
    """Raised by a scenario that cannot run here, with the reason."""


@dataclass(frozen=True)
class Result:
    name: str
    outcome: str    # ok, FAILED, skipped
    seconds: float
    reason: str = ""


# What to fetch from the guest of a failed scenario: file name, command.
EVIDENCE = (
    ("journal.txt", "journalctl --no-pager -b -o short-precise"),
    ("audit.txt", "cat /var/lib/sekimori/audit/*.jsonl"),
    ("usb.txt", "grep -s . /sys/bus/usb/devices/*/{authorized,authorized_default,idVendor,idProduct,serial};"
                "ls -l /dev/sd* /dev/tty[UA]* /sys/class/net /proc/asound 2>/dev/null; dmesg | tail -n 300"),
    ("devices.txt", "sekimori devices --json; sekimori status --json"),
)


class Scenario:
    """One file in scenarios/: its docstring says what it claims, its run(vm) proves it.

    The file may say KERNEL_ONLY = True (the agent is not needed), COLD = True (boot afresh, not from the
    snapshot), QEMU = ["-device", ...] (more hardware, only with COLD), DEBIAN = True (on a Debian as it is
    installed, without the product), PACKAGES = True (of ours, to be installed there), NEIGHBOURS = True (other packages' rules: harness/neighbours.py), LONG = True (many minutes: only by its name, or with all)."""

    def __init__(self, path):
        self.name = path.stem
        specification = importlib.util.spec_from_file_location(f"scenarios.{self.name}", path)
        self.module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(self.module)
        self.claim = inspect.getdoc(self.module).splitlines()[0]
        self.kernel_only = getattr(self.module, "KERNEL_ONLY", False)
        self.cold = getattr(self.module, "COLD", False)
        self.qemu = getattr(self.module, "QEMU", [])
        self.debian = getattr(self.module, "DEBIAN", False)
        self.packages = getattr(self.module, "PACKAGES", False)
        self.long = getattr(self.module, "LONG", False)
        self.neighbours = getattr(self.module, "NEIGHBOURS", False)
        self.roots = hasattr(self.module, "roots")      # moves a Debian to other disks: harness/roots.py

    def run(self, rig, keep):
        started = time.monotonic()
        logs = rig.release.logs / self.name
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir(parents=True)
        outcome, reason = self._attempt(rig, logs)
        if outcome == "ok" and not keep:
            shutil.rmtree(logs)
        return Result(self.name, outcome, time.monotonic() - started, reason)

    def _attempt(self, rig, logs):
        vm = None
        directory = tempfile.mkdtemp(prefix=f"{self.name}.", dir=rig.release.running)
        with open(logs / "log.txt", "w") as log_file:
            log = Log(log_file)
            try:
                machine = Debian if self.debian else Terminal
                vm = machine(rig, paths.Path(directory), log, cold=self.cold, extra=self.qemu)
                self.module.run(vm)
                return "ok", ""
            except Skip as skip:
                return "skipped", str(skip)
            except Exception as error:   # whatever went wrong, the scenario has not shown its claim
                log(traceback.format_exc())
                return "FAILED", f"{type(error).__name__}: {error}"
            finally:
                self._wind_up(vm, directory, logs, log)

    @staticmethod
    def _wind_up(vm, directory, logs, log):
        if vm is not None:
            evidence_collect(vm, logs, log)
            vm.stop()
        for kept in [*paths.Path(directory).glob("console*.txt"), paths.Path(directory) / "qemu.txt"]:
            if kept.exists():
                shutil.copy(kept, logs)
        shutil.rmtree(directory)


class Log:
    """The scenario's log: what was done, when, with what result."""

    def __init__(self, file):
        self.file = file
        self.started = time.monotonic()

    def __call__(self, *lines):
        for line in lines:
            if line:
                self.file.write(f"{time.monotonic() - self.started:8.3f} {line}\n")
        self.file.flush()


def evidence_collect(vm, logs, log):
    """Best effort: a guest that no longer answers still leaves its console."""
    try:
        for name, command in EVIDENCE:
            (logs / name).write_bytes(vm.qemu.channel.run(f"bash -c '{command}' 2>&1", timeout=60).content)
        uevents = "".join(f"{e.guest_ns} {e.action}@{e.path} {e.fields}\n" for e in vm.uevents())
        (logs / "uevents.txt").write_text(uevents)
    except Exception as error:    # whatever it is, the scenario's own failure is what must be reported
        log(f"no evidence from the guest: {error}")


def find(names):
    """The scenarios asked for, or all of them."""
    known = {path.stem: path for path in sorted(paths.SCENARIOS.glob("*.py")) if path.stem != "__init__"}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"tests/vm/run: no such scenario: {' '.join(unknown)} (try --list)")
    return [Scenario(known[name]) for name in names or known]
