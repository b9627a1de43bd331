#!/bin/sh
# SPDX-License-Identifier: MIT
# pskctool 2.6.7 (Debian 12): RFC 6030 gives a key's StartDate and ExpiryDate as xs:dateTime, so a Japanese token maker may write
# 2026-04-01T00:00:00+09:00. libpskc reads only times that end in Z. Any other is told as "parse error" with no place in the file,
# --strict refuses the container, and without --strict the digits are shown with the offset dropped: nine hours off.
# The same day without a zone, or with a fraction of a second, goes the same way.
# Guess before the run: the offset is counted in, and the time shown in UTC.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download pskctool=2.6.7-3.1+deb12u1 libpskc0=2.6.7-3.1+deb12u1 libxml2 libxmlsec1 libxmlsec1-openssl libxslt1.1 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
pskctool() { LD_LIBRARY_PATH=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu) root/usr/bin/pskctool "$@" 2>&1; }

container() { # container STARTDATE
        cat <<END
<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
 <KeyPackage>
  <Key Id="0001" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
   <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
   <Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret></Data>
   <Policy><StartDate>$1</StartDate></Policy>
  </Key>
 </KeyPackage>
</KeyContainer>
END
}

# seen DATE STRICT SHOWN: what --strict ends with (0 or not), and the line that is shown without it
seen() {
        container "$1" >container.xml
        shown=$(pskctool --info container.xml | sed -n 's/.*StartDate: //p')
        strict=0
        pskctool --info --strict container.xml >strict.txt || strict=refused
        echo "$1: shown as '$shown', --strict: $strict"
        [ "$strict $shown" = "$2 $3" ] || { echo "not what was seen before: $2, $3"; exit 1; }
}

pskctool --version | head -n 1
seen 2026-04-01T00:00:00Z 0 "2026-04-01 00:00:00"
seen 2026-04-01T09:00:00+09:00 refused "2026-04-01 09:00:00"
seen 2026-04-01T00:00:00 refused "2026-04-01 00:00:00"
seen 2026-04-01T00:00:00.5Z refused "2026-04-01 00:00:00"
