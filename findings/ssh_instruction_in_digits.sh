#!/bin/sh
# SPDX-License-Identifier: MIT
# OpenSSH's client 9.2p1 (Debian 12; 10.0p1 of Debian 13 does the same), keyboard-interactive (RFC 4256): of one and the same request, the
# prompt is shown in the locale's characters, and the instruction, which is meant to be read before it, goes through the client's log:
# every byte beyond ASCII is three digits, in a UTF-8 locale as in C, and what is longer than the 1,023 bytes of a log line is cut. What PAM says
# with a refusal is such an instruction of a request without a prompt, so a sentence that is not in English never reaches anybody.
# Guess before the run: name, instruction and prompt are shown alike, in characters where the locale is UTF-8 (RFC 4256, 3.3).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${server-}" ] || kill "$server" 2>/dev/null || :' EXIT
cd "$work"
apt-get -q download openssh-client=1:9.2p1-2+deb12u10 python3-paramiko=2.12.0-2 python3-bcrypt=3.2.2-1 python3-nacl=1.5.0-2 \
        python3-cryptography=38.0.4-3+deb12u1 python3-cffi-backend=1.15.1-5+b1 python3-six=1.16.0-4 libsodium23 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=root/lib/$multiarch:root/usr/lib/$multiarch
PYTHONPATH=root/usr/lib/python3/dist-packages
export LD_LIBRARY_PATH PYTHONPATH

cat >server.py <<'PY'
import socket, sys, paramiko
INSTRUCTION = "続けて入力してください。" + "あ" * 400

class Server(paramiko.ServerInterface):
    def get_allowed_auths(self, user):
        return "keyboard-interactive"
    def check_auth_interactive(self, user, submethods):
        return paramiko.InteractiveQuery("", INSTRUCTION, ("パスワード: ", False))
    def check_auth_interactive_response(self, responses):
        return paramiko.AUTH_FAILED

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    transport = paramiko.Transport(listener.accept()[0])
    transport.add_server_key(key := globals().setdefault("key", paramiko.RSAKey.generate(2048)))
    transport.start_server(server=Server())
    transport.join()
PY
python3 -W ignore server.py >port 2>server.log &
server=$!
while ! [ -s port ]; do kill -0 "$server" || { cat server.log; exit 1; }; sleep 0.1; done

cat >client.py <<'PY'
import os, pty, sys
port, locale = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execve("root/usr/bin/ssh", ["ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "NumberOfPasswordPrompts=1",
              "-o", "PreferredAuthentications=keyboard-interactive", "-p", port, "sato@127.0.0.1"], {**os.environ, "LC_ALL": locale})
said, answered = b"", False
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    said += more
    if not answered and said.endswith(b": ") and b"sato@127.0.0.1)" in said:
        os.write(terminal, b"x\n")
        answered = True
instruction = next(line for line in said.splitlines() if "続".encode() in line or rb"\347\266\232" in line)
print("in", locale, "the prompt is", "characters," if "パスワード: ".encode() in said else "digits,",
      "the instruction", "characters" if "続".encode() in said else f"digits, {len(instruction.strip())} bytes of it")
PY

# seen WHAT GOT WANTED
seen() {
        echo "$1: $2"
        [ "$2" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

root/usr/bin/ssh -V
seen UTF-8 "$(python3 client.py "$(cat port)" C.UTF-8)" 'in C.UTF-8 the prompt is characters, the instruction digits, 1020 bytes of it'
seen C "$(python3 client.py "$(cat port)" C)" 'in C the prompt is digits, the instruction digits, 1020 bytes of it'
