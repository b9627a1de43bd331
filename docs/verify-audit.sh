#!/bin/sh
# SPDX-License-Identifier: MIT
# Verify an exported audit log with nothing of ours: sh, sed, sha256sum and openssl. The format: PROTOCOL.md, "Audit log".
# usage: verify-audit.sh terminal.pub audit-000000000001.jsonl ... audit.jsonl
set -eu
export LC_ALL=C
[ $# -ge 2 ] || { echo "usage: $0 PUBLIC_KEY LOG..." >&2; exit 2; }
pub=$1 n=0 signatures=0 signed=0 why=
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
no() { echo "$1 / $2" >&2; exit 1; }
fail() { no "NOT ok: the log was changed, or records are missing (record $n: $1)" "NG: 改ざん、または記録の欠落があります"; }
cannot_tell() { no "cannot tell: $1" "判定できません: $2"; }
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
                signatures=$((signatures + 1)) signed=$n ;;
        esac
        prev=$(printf '%s' "$line" | sha256sum | cut -d ' ' -f 1)
done <"$work/log"
# What comes now is no sign that anybody changed anything: the log is not all there, and so it cannot be told.
[ "$signatures" -gt 0 ] || cannot_tell "nothing in it is signed" "署名された記録がありません"
[ "$begins" = 1 ] || [ "${why:-$n}" -lt "$signed" ] ||
        cannot_tell "records 1 to $((begins - 1)) are not here, and nothing that is signed says why: verify together with the log before" \
                "前の記録（1〜$((begins - 1))）と合わせて検証してください"
[ "$signed" = "$n" ] ||
        cannot_tell "the last $((n - signed)) records are not yet signed: export the log once more" "最後の $((n - signed))件は未署名です。書き出し直してください"
echo "ok: $((n - begins + 1)) records, $signatures checkpoints / OK: 改ざん・欠落は検出されませんでした（記録 $((n - begins + 1))件、署名 $signatures件）"
echo "to write down for next time / 次回のための控え: $n:$prev"
