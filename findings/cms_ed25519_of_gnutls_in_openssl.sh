#!/bin/sh
# SPDX-License-Identifier: MIT
# GnuTLS 3.7.9 and openssl 3.0.22 (Debian 12): certtool signs CMS with an Ed25519 key (RFC 8419) and verifies it. openssl knows the key, and the
# certificate verifies there; its cms command has "no default digest" for it, refuses each digest that it is given by hand, and calls
# what certtool signed a failure, with signed attributes ("invalid digest") and without ("not supported for this keytype"). That is not
# told apart from a wrong signature but by the line above. With P-256 the two understand each other.
# Guess before the run: what one writes the other verifies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download gnutls-bin=3.7.9-2+deb12u7 libgnutls30=3.7.9-2+deb12u7 libgnutls-dane0=3.7.9-2+deb12u7 openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 \
        libp11-kit0 libffi8 libnettle8 libhogweed6 libunistring2 libidn2-0 libtasn1-6 libgmp10 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
OPENSSL_CONF=/dev/null
export LD_LIBRARY_PATH OPENSSL_CONF
openssl() { root/usr/bin/openssl "$@" 2>&1; }
certtool() { root/usr/bin/certtool "$@" 2>&1; }

echo policy >data
printf '%s\n' 'cn = signer' signing_key 'expiration_days = 30' >template
for kind in ed25519 ecdsa; do
        certtool --generate-privkey --key-type=$kind --outfile $kind.key >log || { cat log; exit 3; }
        certtool --generate-self-signed --load-privkey $kind.key --template template --outfile $kind.pem >log || { cat log; exit 3; }
done

# seen WHAT GOT WANTED
seen() {
        echo "$1: $2"
        [ "$2" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}
signed() { # signed KIND OPTION...: what certtool signed, as certtool and then as openssl sees it
        kind=$1
        shift
        certtool --p7-detached-sign "$@" --load-certificate $kind.pem --load-privkey $kind.key --infile data --outder --outfile signature >log
        certtool --p7-verify --inder --infile signature --load-data data --load-certificate $kind.pem | sed -n 's/.*Signature status: //p'
        openssl cms -verify -binary -inform DER -in signature -content data -CAfile $kind.pem -purpose any -out /dev/null |
                sed -n 's/.*:\(invalid digest\|operation not supported for this keytype\):.*/\1/p; /^CMS Verification/p'
}

openssl version
seen 'the certificate' "$(openssl verify -CAfile ed25519.pem ed25519.pem)" 'ed25519.pem: OK'
seen 'P-256' "$(signed ecdsa --p7-time | paste -sd ,)" 'ok,CMS Verification successful'
seen 'Ed25519' "$(signed ed25519 | paste -sd ,)" 'ok,CMS Verification failure,operation not supported for this keytype'
seen 'Ed25519, signed attributes' "$(signed ed25519 --p7-time | paste -sd ,)" 'ok,CMS Verification failure,invalid digest'
for digest in '' '-md sha512' '-md sha256'; do
        # shellcheck disable=SC2086 # two words or none
        got=$(openssl cms -sign -binary -in data -signer ed25519.pem -inkey ed25519.key -outform DER -out signature $digest | grep -o 'no default digest\|invalid digest' || :)
        seen "openssl signs $digest" "$got" "$([ -n "$digest" ] && echo 'invalid digest' || echo 'no default digest')"
done
