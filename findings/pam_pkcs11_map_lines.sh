#!/bin/sh
# SPDX-License-Identifier: MIT
# pam_pkcs11 0.6.12 (Debian 12), with SoftHSM 2.6.1: a map file says which certificate is whose, "certificate -> login" in each line. One
# blank stands on either side of the arrow. Any more belong to the name or to the login: a table that somebody lined up knows nobody, or
# knows " tanaka"; so does one with tabs. A comment behind the login is part of the login. The cn mapper gives the name in UTF-8, and the
# subject mapper beside it gives the same name in escapes, byte for byte: what people can read there never matches.
# Guess before the run: blanks do not count, and both mappers spell a name the same way.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download libpam-pkcs11=0.6.12-1+deb12u1 softhsm2=2.6.1-2.1 libsofthsm2=2.6.1-2.1 gnutls-bin libgnutls30 libgnutls-dane0 libp11-kit0 \
        libffi8 libnettle8 libhogweed6 libunistring2 libidn2-0 libtasn1-6 libgmp10 libcurl4 libnghttp2-14 librtmp1 libssh2-1 libpsl5 libbrotli1 \
        libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 libldap-2.5-0 libsasl2-2 libssl3 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
SOFTHSM2_CONF=$work/softhsm2.conf
export LD_LIBRARY_PATH SOFTHSM2_CONF
module=$work/root/usr/lib/$multiarch/softhsm/libsofthsm2.so

# A card with the certificate of CN=市 田中.
mkdir tokens empty
echo "directories.tokendir = $work/tokens" >softhsm2.conf
printf '%s\n' 'cn = "市 田中"' 'country = JP' signing_key 'expiration_days = 30' >template
{
        root/usr/bin/softhsm2-util --module "$module" --init-token --free --so-pin 12345678 --pin 1234 --label card
        root/usr/bin/certtool --generate-privkey --key-type=rsa --outfile key.pem
        root/usr/bin/certtool --generate-self-signed --load-privkey key.pem --template template --outfile certificate.pem
        for file in --load-certificate=certificate.pem --load-privkey=key.pem; do
                root/usr/bin/p11tool --provider "$module" --login --write $file --id 01 --label card 'pkcs11:token=card?pin-value=1234'
        done
} >log 2>&1 || { cat log; exit 3; }

# seen MAPPER LINE WANTED: whose the card is by a map of that line
seen() {
        printf '%s\n' "$2" >map
        cat >pam_pkcs11.conf <<CONF
pam_pkcs11 {
  nullok = true; debug = false; use_pkcs11_module = softhsm; use_mappers = $1; mapper_search_path = $work/empty;
  pkcs11_module softhsm { module = $module; description = "SoftHSM"; slot_description = "none"; ca_dir = $work/empty; crl_dir = $work/empty; cert_policy = none; }
  mapper cn { debug = false; module = internal; ignorecase = false; mapfile = "file://$work/map"; }
  mapper subject { debug = false; module = internal; ignorecase = false; mapfile = "file://$work/map"; }
}
CONF
        got=$(echo 1234 | setsid --wait root/usr/bin/pklogin_finder "config_file=$work/pam_pkcs11.conf" 2>/dev/null | sed 's/.*/[&]/') || :
        echo "$1, $2: ${got:=nobody}"
        [ "$got" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

seen cn '市 田中 -> tanaka' '[tanaka]'
seen cn '市 田中    -> tanaka' nobody
seen cn '市 田中 ->    tanaka' '[   tanaka]'
seen cn "$(printf '市 田中\t->\ttanaka')" nobody
seen cn '市 田中 -> tanaka # since April' '[tanaka # since April]'
seen subject '/C=JP/CN=市 田中 -> tanaka' nobody
seen subject '/C=JP/CN=\xE5\xB8\x82 \xE7\x94\xB0\xE4\xB8\xAD -> tanaka' '[tanaka]'
