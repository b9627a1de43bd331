#!/bin/sh
# SPDX-License-Identifier: MIT
# nftables 1.0.6 (Debian 12): what `nft -j list ruleset` gives and `nft -j -f` takes back is not the ruleset that was. auto-merge of a set
# and dynamic are not in the JSON, nor is the comment of a table or a chain; the comment of a set is there, and is not read. Nothing is
# said, and both end with 0. An address inside a range that is in the set already could be added before; afterwards it "overlaps".
# A rule that jumps to a chain without a name is a piece of nft's own language in a JSON string: "no json callback" on standard error,
# exit 0, and the file cannot be loaded.
# Guess before the run: the JSON is the whole ruleset, or nft says that it is not.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11 libmnl0 libjansson4 libxtables12 libedit2 libbsd0 libmd0 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

cat >rules.nft <<'END_OF_RULES'
table ip office {
        comment "of the table"
        counter dropped {
                comment "of the counter"
        }
        set printers {
                type ipv4_addr
                flags interval
                auto-merge
                comment "of the set"
                elements = { 10.0.0.1-10.0.0.9 }
        }
        set seen {
                type ipv4_addr
                flags dynamic,timeout
                timeout 1h
        }
        chain forward {
                comment "of the chain"
                ip saddr @printers counter name "dropped" drop comment "of the rule"
        }
}
END_OF_RULES

# Before and after, in a network namespace of its own.
unshare --map-root-user --net env LD_LIBRARY_PATH="$libraries" sh -c '
        nft=root/usr/sbin/nft
        kept() { $nft list ruleset >now; for word in auto-merge dynamic "of the table" "of the set" "of the chain" "of the counter" "of the rule"; do grep -q "$word" now && echo "$word"; done | paste -sd ,; }
        $nft -f rules.nft && kept >before
        $nft add element ip office printers "{ 10.0.0.5 }" >added_before 2>&1; echo $? >>added_before
        $nft -j list ruleset >rules.json 2>said; echo $? >>said
        $nft flush ruleset; $nft -j -f rules.json >>said 2>&1; echo $? >>said
        kept >after
        $nft add element ip office printers "{ 10.0.0.5 }" >added_after 2>&1
        $nft add rule ip office forward "jump { drop; }"
        $nft -j list ruleset >rules.json 2>jump; echo $? >>jump
        $nft flush ruleset; $nft -j -f rules.json >>jump 2>&1; echo $? >>jump'

# seen WHAT WANTED: the first line of a file
seen() {
        got=$(paste -sd ' ' "$1")
        echo "$1: $got"
        case $got in $2) ;; *) echo "not what was seen before: $2"; exit 1 ;; esac
}

LD_LIBRARY_PATH="$libraries" root/usr/sbin/nft --version
seen before 'auto-merge,dynamic,of the table,of the set,of the chain,of the counter,of the rule'
seen said '0 0'
seen after 'of the counter,of the rule'
seen added_before '0'
seen added_after 'Error: interval overlaps with an existing one *'
seen jump 'warning: stmt ops chain have no json callback 0 *Unexpected expr array element of type string, expected object.* 1'
