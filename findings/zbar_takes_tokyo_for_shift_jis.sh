#!/bin/sh
# SPDX-License-Identifier: MIT
# libzbar 0.23.92 (Debian 12): a QR code whose bytes are UTF-8, as qrencode writes it, is read in a character set that zbar guesses. Names
# whose bytes could be Shift_JIS as well come out as other characters: 東京都, 中央区 and 佐藤 do, 京都市, 静岡県 and 市役所 do not. So
# an otpauth URI with a Japanese issuer that is not percent-coded enrols some offices under their name and others under rubbish, the
# secret being right in both. With its "binary" setting (0.23 and later) zbar gives the bytes.
# Guess before the run: what is UTF-8 throughout is taken for UTF-8.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download libzbar0=0.23.92-7+deb12u1 qrencode=4.1.1-1 libqrencode4=4.1.1-1 libpng16-16 zlib1g libdbus-1-3 libv4l-0 libv4lconvert0 \
        libx11-6 libxcb1 libxau6 libxdmcp6 libbsd0 libmd0 libjpeg62-turbo libsystemd0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
LD_LIBRARY_PATH=$work/root/usr/lib/$multiarch:$work/root/lib/$multiarch
PYTHONUTF8=1
export LD_LIBRARY_PATH PYTHONUTF8

# A picture as zbar wants it (one byte for each dot) of a code that is drawn in letters on standard input, two to a module.
cat >scan.py <<'SCAN'
import ctypes, sys
zbar = ctypes.CDLL("libzbar.so.0")
BINARY = 4 # ZBAR_CFG_BINARY

def made(name, *arguments):
    function = getattr(zbar, "zbar_" + name)
    function.restype = ctypes.c_void_p
    return ctypes.c_void_p(function(*arguments))

drawn = sys.stdin.read().splitlines()
rows = [b"".join((b"\0" if line[x] == "#" else b"\xff") * 4 for x in range(0, len(line), 2)) for line in drawn]
dots = b"".join(row * 4 for row in rows)
scanner = made("image_scanner_create")
image = made("image_create")
zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b"Y800", "little")))
zbar.zbar_image_set_size(image, len(rows[0]), len(rows) * 4)
zbar.zbar_image_set_data(image, dots, ctypes.c_ulong(len(dots)), None)
zbar.zbar_image_scanner_set_config(scanner, 0, BINARY, sys.argv[1] == "binary")
zbar.zbar_scan_image(scanner, image)
symbol = made("image_first_symbol", image)
print(ctypes.string_at(made("symbol_get_data", symbol), zbar.zbar_symbol_get_data_length(symbol)).decode())
SCAN

# seen SETTING TEXT READ: the text in a QR code, and what zbar reads there
seen() {
        got=$(printf %s "$2" | root/usr/bin/qrencode -8 --type=ASCII --output=- | python3 scan.py "$1")
        echo "$1, $2: $got"
        [ "$got" = "$3" ] || { echo "not what was seen before: $3"; exit 1; }
}

seen text 市役所 市役所
seen text 京都市 京都市
seen text 静岡県 静岡県
seen text 東京都 譚ｱ莠ｬ驛ｽ
seen text 中央区 荳ｭ螟ｮ蛹ｺ
seen text 佐藤 菴占陸
seen text 'otpauth://totp/東京都:tanaka?secret=GEZDGNBVGY3TQOJQ&issuer=東京都' 'otpauth://totp/譚ｱ莠ｬ驛ｽ:tanaka?secret=GEZDGNBVGY3TQOJQ&issuer=譚ｱ莠ｬ驛ｽ'
seen text 'otpauth://totp/%E6%9D%B1%E4%BA%AC%E9%83%BD:tanaka?secret=GEZDGNBVGY3TQOJQ' 'otpauth://totp/%E6%9D%B1%E4%BA%AC%E9%83%BD:tanaka?secret=GEZDGNBVGY3TQOJQ'
seen binary 東京都 東京都
