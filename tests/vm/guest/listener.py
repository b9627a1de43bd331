#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""listener — connects to the agent's notify.sock as whoever runs it, and writes down what it hears.

  listener.py FILE     FILE is there once it is connected; each notice's request number becomes a line of it"""

import socket
import struct
import sys

AT = 1 + 1 + 1 + 8  # version, kind, urgency, device

with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as agent, open(sys.argv[1], "w", encoding="ascii") as heard:
    agent.connect("/run/sekimori/notify.sock")
    print("connected", file=heard, flush=True)
    while message := agent.recv(65536):
        length, = struct.unpack_from("<H", message, AT)
        print(message[AT + 2:AT + 2 + length].decode("ascii"), file=heard, flush=True)
