#!/bin/sh
# SPDX-License-Identifier: MIT
# libpam 1.5.2 (Debian 12): pam_start_confdir(3) takes the service from the folder that it is given, and what that service includes from
# /etc/pam.d all the same: a file of the folder is not found by its name ("@include" ends in PAM_ABORT, a line with "include" in
# PAM_PERM_DENIED), one of the same name in /etc/pam.d is taken in its stead. By its absolute path it is found. So a set of services that
# works in /etc/pam.d does not in a folder, and whoever tries a set out before putting it there tries a mixture. 1.7.0 (Debian 13) did the
# same when this was written.
# Guess before the run: everything comes from the folder.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download libpam-modules=1.5.2-6+deb12u3 libpam0g=1.5.2-6+deb12u3 libaudit1 libcap-ng0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/lib/$multiarch:$work/root/usr/lib/$multiarch
export LD_LIBRARY_PATH
mkdir services
permit=$work/root/lib/$multiarch/security/pam_permit.so
echo "account required $permit" >services/sekimori-finding-inner
cat >ask.py <<'PYTHON'
import ctypes, os, sys

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
echo "account required $permit" >services/office
seen 'a service of the folder' 0
echo '@include sekimori-finding-inner' >services/office
seen '@include, by name' 26
echo 'account include sekimori-finding-inner' >services/office
seen 'include, by name' 6
echo "@include $work/services/sekimori-finding-inner" >services/office
seen '@include, by its path' 0
