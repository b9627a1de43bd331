#!/bin/sh
# SPDX-License-Identifier: MIT
# openssl 3.0.22 (Debian 12): `openssl cms -sign -outform DER` writes a detached signature, and -stream is for data too large for memory. The
# two together write a signature with the whole of the data in it: what was to be a small file to publish beside an archive is as large
# as the archive, and contains it. The same with PEM, and with -indef. The older command, `openssl smime`, stays detached with the same
# options. Whoever verifies by openssl with -content, as one does a detached signature, does not notice.
# Guess before the run: -stream changes how lengths are written, not what is written.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
OPENSSL_CONF=/dev/null
export LD_LIBRARY_PATH OPENSSL_CONF
openssl() { root/usr/bin/openssl "$@"; }

head -c 1000000 /dev/zero | tr '\0' x >data
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
printf '%s\n' '[req]' distinguished_name=name prompt=no x509_extensions=extensions '[name]' CN=signer '[extensions]' keyUsage=digitalSignature >req.cnf
openssl req -config req.cnf -x509 -new -key key.pem -out signer.pem -days 30

# seen WANTED COMMAND OPTION...: is the data within the signature, or beside it?
seen() {
        wanted=$1
        shift
        openssl "$@" -binary -sign -in data -signer signer.pem -inkey key.pem -out signature
        if [ "$(wc -c <signature)" -gt 1000000 ]; then got=within; else got=beside; fi
        echo "openssl $* -sign: $got"
        [ "$got" = "$wanted" ] || { echo "not what was seen before: $wanted"; exit 1; }
}

openssl version
seen beside cms -outform DER
seen within cms -outform DER -nodetach
seen within cms -outform DER -stream
seen within cms -outform DER -indef
seen within cms -outform PEM -stream
seen beside smime -outform DER -stream
# And openssl itself takes the third for a detached signature.
openssl cms -sign -binary -outform DER -stream -in data -signer signer.pem -inkey key.pem -out signature
for content in '' '-content data'; do
        # shellcheck disable=SC2086 # two words or none
        got=$(openssl cms -verify -binary -inform DER -in signature $content -CAfile signer.pem -purpose any -out /dev/null 2>&1)
        echo "openssl cms -verify $content: $got"
        [ "$got" = 'CMS Verification successful' ] || { echo "not what was seen before"; exit 1; }
done
