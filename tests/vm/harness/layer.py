# SPDX-License-Identifier: MIT
"""One step of the rig's build, kept in the machine's cache under a name that says what went into it, so that any number
of trees share it and none takes another's away."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time

from . import paths
from .qemu import die_with_parent

KEPT_DAYS = 30      # since somebody last used it


class Layer:
    def __init__(self, release, name, build, inputs, below=(), made_with=""):
        self.name, self.build = name, build
        digest = hashlib.sha256(f"{release.number}\0{made_with}\0".encode())
        for path in inputs:
            digest.update(f"{path.relative_to(paths.ROOT)}\0".encode() + path.read_bytes())
        for layer in below:
            digest.update(layer.key.encode())
        self.key = digest.hexdigest()
        self.directory = release.cache / f"{name}-{self.key[:16]}"

    def ensure(self, say):
        """It gets its name when it is whole; whoever needs the same one meanwhile waits, and finds it."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        with open(self.directory.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.directory.exists():
                self._make(say)
            os.utime(self.directory)

    def _make(self, say):
        started, new = time.monotonic(), self.directory.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        self.build(new, runner(new))
        new.rename(self.directory)
        say(f"built   {self.name:<34}{time.monotonic() - started:6.1f} s")


def runner(directory):
    log_path = directory / "build.txt"

    def run(command, stdout=subprocess.PIPE, **options):
        command = [str(word) for word in command]
        with open(log_path, "a") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            try:
                return subprocess.run(command, check=True, text=True, stdout=stdout, stderr=log,
                                      preexec_fn=lambda: die_with_parent(signal.SIGTERM), **options).stdout
            except subprocess.CalledProcessError as error:
                raise RuntimeError(f"{command[0]} failed, see {log_path}") from error
    return run


def forget_unused(directory):
    """What nobody has used for so long is in nobody's hands."""
    for old in directory.iterdir():
        if old.is_dir() and time.time() - old.stat().st_mtime > KEPT_DAYS * 86400:
            shutil.rmtree(old)
