#!/bin/sh
# SPDX-License-Identifier: MIT
# pam_unix 1.5.2 and chage 4.13 (Debian 12): the days in /etc/shadow are days of UTC, whatever the zone. In Japan they change at nine in
# the morning, half an hour after offices open: whoever left at the end of March, and expires on the first of April, can log in on the
# first until 08:59. And the two dates that `chage -l` prints one above the other mean two things: on the day that "Account expires"
# names, pam_unix refuses; all through the day that "Password expires" names, the password is good ("will expire in 0 days"), and the
# next day at nine it is not.
# Guess before the run: a day begins at midnight where the computer is, and on the day that is named both are over.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 700 "$work"
cd "$work"
apt-get -q download libpam-modules=1.5.2-6+deb12u3 libpam0g=1.5.2-6+deb12u3 passwd=1:4.13+dfsg1-1+deb12u2 pamtester=0.1.2-4 libfaketime=0.9.10-2.1 \
        libnsl2 libtirpc3 libcrypt1 libaudit1 libselinux1 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/lib/$multiarch:$work/root/usr/lib/$multiarch
TZ=Asia/Tokyo
export LD_LIBRARY_PATH TZ
date +%z | grep -qx +0900 || { echo "no time zones here (tzdata)"; exit 3; }

# Somebody of whom the machine knows nothing, in a mount namespace.
cp /etc/passwd passwd
echo 'tanaka:x:424242:424242::/:/bin/sh' >>passwd
mkdir pam.d
echo "account required $work/root/lib/$multiarch/security/pam_unix.so" >pam.d/office
alone() { # alone COMMAND...
        unshare --mount sh -c 'mount --bind passwd /etc/passwd && mount --bind shadow /etc/shadow && mount --bind pam.d /etc/pam.d && "$@"' - "$@" 2>&1 || :
}

# seen WHAT GOT WANTED
seen() {
        echo "$1: $2"
        [ "$2" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}
at() { # at TIME-IN-JAPAN: what pam_unix says of the account then
        alone env FAKETIME="@$1" LD_PRELOAD="$work/root/usr/lib/$multiarch/faketime/libfaketime.so.1" root/usr/bin/pamtester office tanaka acct_mgmt |
                sed -n 's/^pamtester: //p'
}
passed='account management done.'

echo 'tanaka:*:19000:0:99999:7::20544:' >shadow # day 20544 is 2026-04-01
seen 'the account' "$(alone root/usr/bin/chage -l tanaka | sed -n 's/^Account expires[^:]*: //p')" 'Apr 01, 2026'
seen '1 April, 00:01' "$(at '2026-04-01 00:01:00')" "$passed"
seen '1 April, 08:59' "$(at '2026-04-01 08:59:00')" "$passed"
seen '1 April, 09:01' "$(at '2026-04-01 09:01:00')" 'User account has expired'

echo 'tanaka:*:20514:0:30:7:::' >shadow # changed on 2026-03-02, good for 30 days
seen 'the password' "$(alone root/usr/bin/chage -l tanaka | sed -n 's/^Password expires[^:]*: //p')" 'Apr 01, 2026'
seen '1 April, 09:01' "$(at '2026-04-01 09:01:00')" "$passed"
seen '2 April, 08:59' "$(at '2026-04-02 08:59:00')" "$passed"
seen '2 April, 09:01' "$(at '2026-04-02 09:01:00')" 'Authentication token is no longer valid; new one required'
