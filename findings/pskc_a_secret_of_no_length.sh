#!/bin/sh
# SPDX-License-Identifier: MIT
# libpskc 2.6.12 (Debian 13): pskc_get_key_data_secret() gives the bytes of a plain key's secret and says that there are 0 of them. 2.6.7
# (Debian 12) says 20 for the same file. The call succeeds, and the pointer is right, so a program that copies as many bytes as it was
# told has enrolled an empty secret, or refuses every file. The text, which pskc_get_key_data_b64secret() gives, is whole in both.
# Guess before the run: both say 20; a later release of the same library does not lose a length that the older one told.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keys ] || { echo "the keys of Debian's archive are missing (debian-archive-keyring)"; exit 3; }
libraries=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

# fetch SUITE PACKAGE...: unpacked into a folder of the suite's name
fetch() {
        suite=$1
        shift
        mkdir -p "$suite/lists/partial" "$suite/archives/partial" "$suite/root"
        echo "deb [signed-by=$keys] http://deb.debian.org/debian $suite main" >"$suite/sources.list"
        : >"$suite/status"
        apt="apt-get -q -o Dir::Etc::SourceList=$work/$suite/sources.list -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$work/$suite/lists"
        apt="$apt -o Dir::State::status=$work/$suite/status -o Dir::Cache=$work/$suite -o APT::Sandbox::User=root"
        { $apt update && (cd "$suite" && $apt download "$@"); } >log 2>&1 || { cat log; exit 3; }
        for package in "$suite"/*.deb; do dpkg -x "$package" "$suite/root"; done
}
more="libxml2 libxslt1.1 libc6 libexpat1 zlib1g libffi8 liblzma5 libgcc-s1 libstdc++6 libzstd1 libltdl7"
# shellcheck disable=SC2086
fetch trixie libpskc0t64=2.6.12-1 libxmlsec1t64 libxmlsec1t64-openssl libssl3t64 libicu76 python3.13-minimal libpython3.13-minimal libpython3.13-stdlib $more
# shellcheck disable=SC2086
fetch bookworm libpskc0=2.6.7-3.1+deb12u1 libxmlsec1 libxmlsec1-openssl libssl3 libicu72 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib $more

cat >container.xml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
 <KeyPackage>
  <Key Id="0001" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:totp">
   <AlgorithmParameters><ResponseFormat Length="6" Encoding="DECIMAL"/></AlgorithmParameters>
   <Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret></Data>
  </Key>
 </KeyPackage>
</KeyContainer>
END
cat >secret.py <<'END'
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1] + "/libpskc.so.0")
for name in ("pskc_get_keypackage", "pskc_get_key_data_secret", "pskc_get_key_data_b64secret"):
    getattr(lib, name).restype = ctypes.c_void_p
text = open("container.xml", "rb").read()
container, length = ctypes.c_void_p(), ctypes.c_size_t(77)
assert lib.pskc_global_init() == 0 and lib.pskc_init(ctypes.byref(container)) == 0
assert lib.pskc_parse_from_memory(container, ctypes.c_size_t(len(text)), text) == 0
key = ctypes.c_void_p(lib.pskc_get_keypackage(container, 0))
secret = lib.pskc_get_key_data_secret(key, ctypes.byref(length))
print(length.value, ctypes.string_at(secret, 20).decode(), ctypes.string_at(lib.pskc_get_key_data_b64secret(key)).decode())
END

# seen SUITE PYTHON WANTED: the length, the bytes behind the pointer, the text
seen() {
        root=$work/$1/root
        loader=$(find "$root/$libraries" "$root/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
        got=$(PYTHONHOME=$root/usr "$loader" --library-path "$root/$libraries:$root/lib/${libraries##*/}" "$root/usr/bin/$2" secret.py "$root/$libraries")
        echo "$1: $got"
        [ "$got" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}
seen trixie python3.13 "0 12345678901234567890 MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="
seen bookworm python3.11 "20 12345678901234567890 MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="
