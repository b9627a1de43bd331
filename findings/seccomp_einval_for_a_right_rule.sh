#!/bin/sh
# SPDX-License-Identifier: MIT
# libseccomp 2.5.4 (Debian 12) and 2.6.0 (Debian 13), in a process that may not call seccomp(2) by a filter that answers EPERM, as
# systemd 252's SystemCallFilter=@system-service does: seccomp_rule_add() with SCMP_ACT_KILL_PROCESS or SCMP_ACT_LOG is -EINVAL, and
# seccomp_init() with KILL_PROCESS gives NULL, as if the caller had written nonsense; rules with ERRNO and KILL_THREAD are taken, and
# seccomp_load() returns 0. EPERM is taken for a kernel that is too old ("API level 1"), where only prctl(2) loads filters and those two
# actions are unknown. So a program starts by hand and under systemd 257, whose group has the call, and under 252 reports "Invalid
# argument" of a rule that is right.
# Guess before the run: all rules are taken, and seccomp_load() fails with -EPERM.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keys ] || { echo "the keys of Debian's archive are missing (debian-archive-keyring)"; exit 3; }
libraries=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

# fetch SUITE PACKAGE...: unpacked into a folder of the suite's name
fetch() {
        suite=$1
        shift
        mkdir -p "$suite/lists/partial" "$suite/archives/partial" "$suite/root"
        echo "deb [signed-by=$keys] http://deb.debian.org/debian $suite main" >"$suite/sources.list"
        : >"$suite/status"
        apt="apt-get -q -o Dir::Etc::SourceList=$work/$suite/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$work/$suite/lists"
        apt="$apt -o Dir::State::status=$work/$suite/status -o Dir::Cache=$work/$suite -o APT::Sandbox::User=root"
        { $apt update && (cd "$suite" && $apt download "$@"); } >log 2>&1 || { cat log; exit 3; }
        for package in "$suite"/*.deb; do dpkg -x "$package" "$suite/root"; done
}
fetch trixie libseccomp2=2.6.0-2 python3.13-minimal libpython3.13-minimal libpython3.13-stdlib libc6 libexpat1 zlib1g libffi8 libssl3t64
fetch bookworm libseccomp2=2.5.4-1+deb12u1 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libc6 libexpat1 zlib1g libffi8 libssl3

cat >rules.py <<'END'
import ctypes, os, sys
lib = ctypes.CDLL(sys.argv[1] + "/libseccomp.so.2")
lib.seccomp_init.restype = ctypes.c_void_p
ALLOW, LOG, KILL_PROCESS, KILL_THREAD, ERRNO = 0x7FFF0000, 0x7FFC0000, 0x80000000, 0, 0x00050000
def init(action):
    return ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(action)))
def add(to, action, call):
    return lib.seccomp_rule_add(to, ctypes.c_uint32(action), lib.seccomp_syscall_resolve_name(call.encode()), 0)
one = init(ALLOW)
if sys.argv[2] == "without":    # and begin again, as a service manager does: the library asks the kernel once in a process
    assert add(one, ERRNO | 1, "seccomp") == 0 and lib.seccomp_load(one) == 0
    os.execv(sys.argv[3], [sys.argv[3], *sys.argv[4:], "rules.py", sys.argv[1], "then"])
print("api", lib.seccomp_api_get(), "errno", add(one, ERRNO | 13, "ptrace"), "kill-thread", add(one, KILL_THREAD, "chroot"),
      "kill-process", add(one, KILL_PROCESS, "mount"), "log", add(one, LOG, "umount2"), "load", lib.seccomp_load(one),
      "init", init(KILL_PROCESS).value is not None)
END

# seen SUITE PYTHON HOW WANTED
seen() {
        root=$work/$1/root
        loader=$(find "$root/$libraries" "$root/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
        set -- "$1" "$3" "$4" "$loader" --library-path "$root/$libraries:$root/lib/${libraries##*/}" "$root/usr/bin/$2"
        suite=$1 how=$2 wanted=$3
        shift 3
        got=$(PYTHONHOME=$root/usr "$@" rules.py "$root/$libraries" "$how" "$@")
        echo "$suite, $how: $got"
        [ "$got" = "$wanted" ] || { echo "not what was seen before: $wanted"; exit 1; }
}
none="errno 0 kill-thread 0 kill-process -22 log -22 load 0 init False"
all="errno 0 kill-thread 0 kill-process 0 log 0 load 0 init True"
seen bookworm python3.11 with "api 6 $all"
seen bookworm python3.11 without "api 1 $none"
seen trixie python3.13 with "api 7 $all"
seen trixie python3.13 without "api 1 $none"
