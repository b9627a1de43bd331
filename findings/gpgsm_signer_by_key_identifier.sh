#!/bin/sh
# SPDX-License-Identifier: MIT
# gpgsm 2.2.40 with libksba 1.6.3 (Debian 12): a CMS signature names its signer by issuer and serial number, or by the identifier of the
# key (RFC 5652, 5.3: who reads it must support both). The second is what `openssl cms -sign -keyid` writes, and gpgsm does not see a
# signature there: "ber-decoder: TLV length too large", as if the file were damaged. OpenSSL and GnuTLS verify it.
# Guess before the run: gpgsm verifies both.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download gpgsm=2.2.40-1.1+deb12u2 libksba8=1.6.3-2 libassuan0 libnpth0 libreadline8 openssl libssl3 \
        gnutls-bin libgnutls30 libgnutls-dane0 libp11-kit0 libffi8 libnettle8 libhogweed6 libunistring2 libidn2-0 libtasn1-6 libgmp10 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
GNUPGHOME=$work/home
OPENSSL_CONF=/dev/null
export LD_LIBRARY_PATH GNUPGHOME OPENSSL_CONF
mkdir -m 700 home

echo policy >data
printf '%s\n' '[req]' distinguished_name=name x509_extensions=extensions prompt=no '[name]' CN=signer \
        '[extensions]' keyUsage=digitalSignature subjectKeyIdentifier=hash >req.cnf
root/usr/bin/openssl req -config req.cnf -x509 -newkey rsa:2048 -nodes -keyout key.pem -out signer.pem -days 30 2>/dev/null

gpgsm() { # gpgsm SIGNATURE: that a signature is there, or why not. Whom it trusts is not asked: no agent runs.
        root/usr/bin/gpgsm --batch --no-autostart --disable-crl-checks --disable-dirmngr --verify "$1" data 2>&1 |
                sed -n 's/^gpgsm: \(Signature made\) .*/\1/p; s/^gpgsm: \(ksba_cms_parse failed: .*\)/\1/p'
}
openssl() { root/usr/bin/openssl cms -verify -binary -content data -inform DER -in "$1" -CAfile signer.pem -purpose any -out /dev/null 2>&1; }
gnutls() { root/usr/bin/certtool --p7-verify --inder --infile "$1" --load-data data --load-certificate signer.pem 2>&1 | sed -n 's/.*Signature status: //p'; }

# seen WHO SIGNATURE WANTED
seen() {
        got=$("$1" "$2")
        echo "$1, $2: $got"
        [ "$got" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

root/usr/bin/openssl cms -sign -binary -in data -signer signer.pem -inkey key.pem -outform DER -out by_serial
root/usr/bin/openssl cms -sign -binary -in data -signer signer.pem -inkey key.pem -keyid -outform DER -out by_key
seen openssl by_serial 'CMS Verification successful'
seen openssl by_key 'CMS Verification successful'
seen gnutls by_serial ok
seen gnutls by_key ok
seen gpgsm by_serial 'Signature made'
seen gpgsm by_key 'ksba_cms_parse failed: BER error'
