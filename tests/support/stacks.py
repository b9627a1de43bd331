# SPDX-License-Identifier: MIT
"""Questions to sekimori-stacks, as `sekimori setup` asks them, and libpam itself beside it (with Debian's pam_debug)."""

import array
import ctypes
import os
import socket
import subprocess

from programs import BUILD

AUTH, ACCOUNT = 0, 1
REFUSES, ACCEPTS, UNASKED = 0, 1, 2
ANY, NO = 0, 1
NEVER, EVER, UNKNOWN = 0, 1, 2
QUESTION = 128 + 4


class Stacks:
    """The program, and a folder of services; `stands` may have what is beside them: {"group": text}."""

    def __init__(self, folder, **stands):
        for name, text in {"group": "", "passwd": "", "nsswitch": "group: files\n", "probe": "auth required sekimori_probe.so\n",
                           **stands}.items():
            with open(os.path.join(folder, "\n" + name), "w", encoding="utf-8") as file:
                file.write(text)
        self.here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = subprocess.Popen(["/bin/sh", "-c", f'exec "$0" 3<&{there.fileno()}', f"{BUILD}/sekimori-stacks"],
                                        pass_fds=[there.fileno()], env={})
        there.close()
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self.here.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        os.close(fd)

    def ask(self, service, phase=AUTH, ours=REFUSES, others=ANY, reaches=False):
        """(verdict, who said yes)"""
        self.here.send(service.encode().ljust(128, b"\0") + bytes((phase, ours, others, int(reaches))))
        answer = self.here.recv(4096)
        return answer[0], answer[1:].split(b"\0")[0].decode()

    def close(self):
        self.here.close()
        return self.process.wait()


class _Conversation(ctypes.Structure):
    _fields_ = [("conv", ctypes.c_void_p), ("data", ctypes.c_void_p)]


class Libpam:
    """What libpam itself returns for a service of a folder."""

    def __init__(self):
        self.lib = ctypes.CDLL("libpam.so.0")
        self.talk = ctypes.CFUNCTYPE(ctypes.c_int)(lambda *_: 19)
        self.conversation = _Conversation(ctypes.cast(self.talk, ctypes.c_void_p), None)

    def result(self, folder, service, phase=AUTH):
        handle = ctypes.c_void_p()
        r = self.lib.pam_start_confdir(service.encode(), b"hanako", ctypes.byref(self.conversation), folder.encode(), ctypes.byref(handle))
        if r == 0:
            r = (self.lib.pam_acct_mgmt if phase == ACCOUNT else self.lib.pam_authenticate)(handle, 0x8000)
        self.lib.pam_end(handle, r)
        return r
