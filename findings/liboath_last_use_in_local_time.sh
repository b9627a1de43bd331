#!/bin/sh
# SPDX-License-Identifier: MIT
# liboath 2.6.7 (Debian 12), which pam_oath stands on: behind a person's key the users file gets the last code and when it was used, as
# 2026-11-29T18:14:44L. The L is for local: the zone of the process that wrote it, which is not kept, and not UTC. Who reads it goes by
# his own zone: a login seen in Japan is told nine hours ahead, in the future, to a process whose TZ is UTC (a service's often is).
# The users file is rewritten whole at each login; lines of others stay as they are.
# Guess before the run: the time is kept in UTC and ends in Z.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download liboath0=2.6.7-3.1+deb12u1 oathtool=2.6.7-3.1+deb12u1 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
key=3132333435363738393031323334353637383930 # RFC 4226's own
TZ=Asia/Tokyo date +%z | grep -qx +0900 || { echo "no time zones here (tzdata)"; exit 3; }

cat >login.py <<'END'
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1] + "/liboath.so.0")
lib.oath_init()
lib.oath_strerror_name.restype = ctypes.c_char_p
last = ctypes.c_long(0)
r = lib.oath_authenticate_usersfile(b"users.oath", b"tanaka", sys.argv[2].encode(), ctypes.c_size_t(0), None, ctypes.byref(last))
print(lib.oath_strerror_name(r).decode(), last.value)
END
login() { TZ=$1 python3 login.py "$libraries" "$2"; } # login ZONE CODE: the verdict, and the last use as seconds since 1970

# seen WHAT GOT WANTED
seen() {
        echo "$1: $2"
        [ "$2" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

printf 'HOTP sato - %s 5\nHOTP tanaka - %s\n' "$key" "$key" >users.oath
code=$(LD_LIBRARY_PATH=$libraries root/usr/bin/oathtool --counter=0 "$key")
before=$(date +%s)
seen 'the first login' "$(login Asia/Tokyo "$code")" 'OATH_OK 0'
kept=$(awk '$2 == "tanaka" { print $NF }' users.oath)
seen 'what is kept' "$(echo "$kept" | sed 's/[0-9]/9/g')" 9999-99-99T99:99:99L
written=$(TZ=Asia/Tokyo date -d "$(echo "$kept" | sed 's/T/ /; s/L$//')" +%s)
seen 'in the zone of the writer' "$([ "$written" -ge "$before" ] && [ "$written" -le "$(date +%s)" ] && echo now)" now
seen 'the same code again, in Japan' "$(login Asia/Tokyo "$code")" "OATH_REPLAYED_OTP $written"
seen 'the same code again, in UTC' "$(login UTC "$code")" "OATH_REPLAYED_OTP $((written + 9 * 3600))"
seen 'the line of somebody else' "$(sed -n 1p users.oath)" "HOTP sato - $key 5"
