#!/bin/sh
# SPDX-License-Identifier: MIT
# ausearch 3.0.9 (Debian 12), --format csv: no cell is ever quoted. A comma in the name of a file begins a new column, and whoever reads the
# columns by their names finds half a name as the object, the other half as its inode, the inode as its kind, and "file" as the program.
# With --extra-keys an event that two rules' keys were put on (-k twice) shows the first key alone; --interpret shows both. The log
# itself is not in doubt: names are quoted or hexadecimal there, and keys apart.
# Guess before the run: a cell with a comma in it is quoted, and all keys are told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download auditd=1:3.0.9-1 libauparse0=1:3.0.9-1 libaudit1 libcap-ng0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=root/lib/$multiarch:root/usr/lib/$multiarch
LC_ALL=C
TZ=UTC0
export LD_LIBRARY_PATH LC_ALL TZ

opened() { # opened SECOND NAME KEY: as the kernel tells that a file was opened
        cat <<EVENT
type=SYSCALL msg=audit(179855640$1.123:10$1): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=0 a3=0 items=1 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="cat" exe="/usr/bin/cat" subj=unconfined key=$3
type=CWD msg=audit(179855640$1.123:10$1): cwd="/media"
type=PATH msg=audit(179855640$1.123:10$1): item=0 name="$2" inode=7 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0
type=PROCTITLE msg=audit(179855640$1.123:10$1): proctitle="cat"
EVENT
}
opened 1 /media/plan.txt '"media"' >log
opened 2 /media/plan,new.txt '"media"' >>log
opened 3 /media/plan.txt 6D6564696101757362 >>log # media and usb

told() { # told LINE OPTION...: what a reader of CSV finds by the names of the columns
        line=$1
        shift
        root/sbin/ausearch -if log --format csv "$@" 2>/dev/null | python3 -c '
import csv, sys
row = list(csv.DictReader(sys.stdin))[int(sys.argv[1]) - 1]
print(*(row.get(name) for name in ("OBJ_PRIME", "OBJ_SEC", "OBJ_KIND", "HOW", "KEY")))' "$line"
}

# seen WHAT GOT WANTED
seen() {
        echo "$1: $2"
        [ "$2" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

root/sbin/ausearch --version
seen 'a name without a comma' "$(told 1)" '/media/plan.txt 7 file /usr/bin/cat None'
seen 'a name with a comma' "$(told 2)" '/media/plan new.txt 7 file None'
seen 'two keys, CSV' "$(told 3 --extra-keys)" '/media/plan.txt 7 file /usr/bin/cat media'
seen 'two keys, interpreted' "$(root/sbin/ausearch -if log --interpret -k usb 2>/dev/null | sed -n 's/.*subj=unconfined //p')" 'key=media key=usb '
