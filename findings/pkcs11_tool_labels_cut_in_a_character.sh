#!/bin/sh
# SPDX-License-Identifier: MIT
# pkcs11-tool 0.23.0 (Debian 12), with SoftHSM 2.6.1: a token's label is 32 bytes of UTF-8, which is ten ideographs and two bytes. A longer
# one is cut there, within the eleventh, and "Token successfully initialized" is all that is said. The label that stays is no UTF-8 any
# more: p11tool gives it as a URI that ends in %E5%8B and no human can type. softhsm2-util refuses the same name and speaks of
# "32 chars", which it does not count: eleven ideographs are too many, thirty-two letters are not.
# Guess before the run: both refuse a label that does not fit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download opensc=0.23.0-0.3+deb12u2 opensc-pkcs11=0.23.0-0.3+deb12u2 softhsm2=2.6.1-2.1 libsofthsm2=2.6.1-2.1 gnutls-bin libgnutls30 libgnutls-dane0 \
        libp11-kit0 libpcsclite1 libglib2.0-0 libffi8 libnettle8 libhogweed6 libunistring2 libidn2-0 libtasn1-6 libgmp10 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
SOFTHSM2_CONF=$work/softhsm2.conf
export LD_LIBRARY_PATH SOFTHSM2_CONF
module=$work/root/usr/lib/$multiarch/softhsm/libsofthsm2.so
mkdir tokens
echo "directories.tokendir = $work/tokens" >softhsm2.conf

# seen WHAT GOT WANTED
seen() {
        echo "$1: $2"
        [ "$2" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

softhsm() { # softhsm LABEL: what it says
        root/usr/bin/softhsm2-util --module "$module" --init-token --free --so-pin 12345678 --pin 1234 --label "$1" 2>&1 | sed -n '/^ERROR/p; s/^\(The token has been initialized\).*/\1/p'
}

label=甲市役所情報政策課業務端末
seen 'softhsm2-util, 33 bytes' "$(softhsm 甲市役所情報政策課業務)" 'ERROR: The token label must not have a length greater than 32 chars.'
seen 'pkcs11-tool, 39 bytes' "$(root/usr/bin/pkcs11-tool --module "$module" --init-token --slot-index 0 --so-pin 12345678 --label "$label" 2>/dev/null)" \
        'Token successfully initialized'
uri=$(root/usr/bin/p11tool --provider "$module" --list-token-urls | sed -n 's/.*token=//p')
seen 'the label as a URI' "$uri" '%E7%94%B2%E5%B8%82%E5%BD%B9%E6%89%80%E6%83%85%E5%A0%B1%E6%94%BF%E7%AD%96%E8%AA%B2%E6%A5%AD%E5%8B'
seen 'softhsm2-util, 32 letters' "$(softhsm abcdefghijklmnopqrstuvwxyzabcdef)" 'The token has been initialized'
