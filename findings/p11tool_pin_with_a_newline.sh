#!/bin/sh
# SPDX-License-Identifier: MIT
# p11tool 3.7.9 (Debian 12), with SoftHSM 2.6.1: the PIN file that a PKCS#11 URI names (pin-source, RFC 7512) is taken whole. The newline
# that every editor and `echo` leave behind is part of the PIN, and the PIN is wrong: it is sent to the token, which counts it. A card
# that takes three tries is locked by a service that was started three times. The RFC's own example names the file as file:/etc/token_pin:
# of that form p11tool reads nothing, and asks whoever sits at the terminal, without a word about the file.
# Guess before the run: the newline is dropped, and file: is read as a bare path is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download gnutls-bin=3.7.9-2+deb12u7 libgnutls30=3.7.9-2+deb12u7 libgnutls-dane0=3.7.9-2+deb12u7 libp11-kit0=0.24.1-2 \
        softhsm2=2.6.1-2.1 libsofthsm2=2.6.1-2.1 \
        libffi8 libnettle8 libhogweed6 libunistring2 libidn2-0 libtasn1-6 libgmp10 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
SOFTHSM2_CONF=$work/softhsm2.conf
export LD_LIBRARY_PATH SOFTHSM2_CONF
module=$work/root/usr/lib/$multiarch/softhsm/libsofthsm2.so
mkdir tokens
echo "directories.tokendir = $work/tokens" >softhsm2.conf
printf '1234' >pin
printf '1234\n' >pin_of_an_editor
root/usr/bin/softhsm2-util --module "$module" --init-token --free --so-pin 12345678 --pin 1234 --label card >/dev/null
p11tool() { root/usr/bin/p11tool --provider "$module" "$@" 2>&1 </dev/null || :; }
p11tool --login --generate-privkey=ecdsa --curve=secp256r1 --label key --outfile key.pem 'pkcs11:token=card?pin-value=1234' >log

# seen PIN-SOURCE WANTED: is the private key seen, which only a login shows; and has the token counted a wrong PIN?
seen() {
        case $(p11tool --login --list-privkeys "pkcs11:token=card?pin-source=$1") in
        *"Label: key"*) got=yes ;;
        *"Error in provided PIN"*) got=wrong ;;
        *"Enter PIN"*) got=asks ;;
        *) got=other ;;
        esac
        p11tool --list-tokens | grep -q 'uPIN low count' && got="$got, counted"
        echo "$1: $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

seen pin yes
seen pin_of_an_editor 'wrong, counted'
seen pin yes
seen "file:$work/pin" asks
