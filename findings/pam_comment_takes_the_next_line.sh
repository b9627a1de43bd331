#!/bin/sh
# SPDX-License-Identifier: MIT
# libpam 1.5.2 (Debian 12): a comment of its own between the parts of a line that goes on (a backslash at its end) ends the line and takes
# the next one with it, backslash or not: the module that stands there is never asked. A comment that itself ends in a backslash, in the
# first line of a file, takes nothing. 1.7.0 (Debian 13) did not lose the line when this was written: the same file has one module more.
# Guess before the run: a comment ends at its line's end, as pam.conf(5) says, and the line after it is read.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download libpam-modules=1.5.2-6+deb12u3 libpam0g=1.5.2-6+deb12u3 libaudit1 libcap-ng0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/lib/$multiarch:$work/root/usr/lib/$multiarch
export LD_LIBRARY_PATH
modules=$work/root/lib/$multiarch/security
mkdir services
cat >ask.py <<'PYTHON'
import ctypes, os

class Conversation(ctypes.Structure):
    _fields_ = [("conv", ctypes.c_void_p), ("data", ctypes.c_void_p)]

talk = ctypes.CFUNCTYPE(ctypes.c_int)(lambda *_: 19)
conversation = Conversation(ctypes.cast(talk, ctypes.c_void_p), None)
libpam = ctypes.CDLL("libpam.so.0")
handle = ctypes.c_void_p()
r = libpam.pam_start_confdir(b"office", b"nobody", ctypes.byref(conversation), os.path.abspath("services").encode(), ctypes.byref(handle))
print(r or libpam.pam_acct_mgmt(handle, 0x8000))
PYTHON

# seen WHAT WANTED: what comes of the service as it stands
seen() {
        got=$(python3 ask.py)
        echo "$1: $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}
first="account [default=ignore] $modules/pam_permit.so"
second="account required $modules/pam_permit.so"
printf '%s\n' "$first" "$second" >services/office
seen 'two modules' 0
printf '%s\n' "$first \\" '# as agreed' "$second" >services/office
seen 'a comment between (only the first is asked: nobody has said yes)' 6
printf '%s\n' '# as agreed \' "$second" >services/office
seen 'a comment with a backslash' 0
