#!/bin/sh
# SPDX-License-Identifier: MIT
# Verify an exported audit log with nothing of ours: sh, sed, sha256sum and openssl. The format: PROTOCOL.md, "Audit log".
# usage: verify-audit.sh terminal.pub audit-000000000001.jsonl ... audit.jsonl
set -eu
export LC_ALL=C
[ $# -ge 2 ] || { echo "usage: $0 PUBLIC_KEY LOG..." >&2; exit 2; }
pub=$1 n=0 signed=0 why=
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "record $n: $1 / 改ざん、または記録の欠落があります" >&2; exit 1; }
member() { printf '%s' "$line" | sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p'; }
key=$(openssl pkey -pubin -in "$pub" -outform DER | sha256sum | cut -d ' ' -f 1)
prev=$(printf '%064d' 0)
cat -- "$@" >"$work/log"
tr -d '\000-\011\013-\037' <"$work/log" | cmp -s - "$work/log" || fail "control characters in the log"
[ -z "$(tail -c 1 "$work/log")" ] || fail "the last line is cut off"
head -n 1 "$work/log" >"$work/first"
begins=$(sed -n 's/^{"seq":\([0-9]*\),.*/\1/p' "$work/first")
[ "${begins:=1}" = 1 ] || { n=$((begins - 1)); prev=$(sed -n 's/.*,"prev":"\([0-9a-f]*\)"}$/\1/p' "$work/first"); } # to be explained
before=$prev
while IFS= read -r line; do
        n=$((n + 1))
        case $line in '{"seq":'"$n"',"time":"'*',"prev":"'"$prev"'"}') ;; *) fail "not the line that belongs here" ;; esac
        case $line in *'"type":"log-repaired"'*'"broken":true'*) fail "the agent found records missing before this one" ;; esac
        case $line in *'"type":"log-pruned"'*'"last":'"$((begins - 1))"',"digest":"'"$before"'"'*) why=$n ;; esac
        case $line in *'"type":"checkpoint"'*)
                [ "$(member over)" = "$prev" ] && [ "$(member key)" = "$key" ] || fail "another key or another line is signed"
                member sig | openssl base64 -d -A >"$work/sig"
                printf 'sekimori-checkpoint-v1\n%s\n%s\n' "$n" "$prev" |
                        openssl dgst -sha256 -verify "$pub" -signature "$work/sig" >/dev/null 2>&1 || fail "wrong signature"
                signed=$n ;;
        esac
        prev=$(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)
done <"$work/log"
[ "$begins" = 1 ] || [ -n "$why" ] || fail "records before $begins are missing, and the log does not say why"
[ "$n" -gt 0 ] && [ "$signed" = "$n" ] || fail "signed only up to record $signed: export the log once more"
echo "$((n - begins + 1)) records from number $begins on, signed to the end: ok / 改ざんはありません"
