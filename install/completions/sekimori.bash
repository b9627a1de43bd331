# SPDX-License-Identifier: MIT
# bash completion for sekimori(8), made from agent/cli/options.c and verbs.c by `make generate`.

_sekimori_options() { # the options of a verb
        case $1 in
        "policy init") echo --signers --threshold --name --lang --help ;;
        "policy check") echo --json --lang --help ;;
        "policy sign") echo --cert --key --previous -o --force --lang --help ;;
        "policy verify") echo --trust --json --lang --help ;;
        "policy show") echo --lang --help ;;
        "policy diff") echo --lang --help ;;
        "policy import") echo --lang --help ;;
        "push") echo --force --lang --runtime-dir --help ;;
        "devices") echo --policy --json --lang --runtime-dir --help ;;
        "status") echo --json --prometheus --lang --runtime-dir --state-dir --help ;;
        "fleet") echo --before --serial --html --json --lang --now --help ;;
        "enrol") echo --label --algorithm --digits --period --no-qr --import --check --assign --transport-key --code --certificate --module --slot --id --serial --replace --force --lang --runtime-dir --help ;;
        "factors") echo --json --lang --runtime-dir --help ;;
        "unlock") echo --lang --runtime-dir --help ;;
        "forget") echo --label --lang --runtime-dir --help ;;
        "media list") echo --all --json --ledger --policy --lang --runtime-dir --state-dir --help ;;
        "media enrol") echo --section --person --until --access --hours --users --into --ledger --token --medium --fingerprint --force --no-agent --lang --runtime-dir --help ;;
        "media retire") echo --by --witness --from --ledger --lang --help ;;
        "setup") echo --observe --confirm --undo --yes --force --no-wait --unless-confirmed --json --lang --root --help ;;
        "network show") echo --json --lang --runtime-dir --state-dir --help ;;
        "network test") echo --json --lang --runtime-dir --state-dir --help ;;
        "network suggest") echo --lang --help ;;
        "audit show") echo --state-dir --json --lang --type --since -n --follow --help ;;
        "audit verify") echo --state-dir --pub --expect --from --json --lang --help ;;
        "audit export") echo --since --state-dir --runtime-dir --lang --help ;;
        esac
}

_sekimori_value() { # what may stand behind an option of a verb
        case "$1 $2" in
        "policy init --signers") echo "none" ;;
        "policy init --threshold") echo "none" ;;
        "policy init --name") echo "none" ;;
        "policy init --lang") echo "-W 'ja en'" ;;
        "policy check --lang") echo "-W 'ja en'" ;;
        "policy sign --cert") echo "-f" ;;
        "policy sign --key") echo "-f" ;;
        "policy sign --previous") echo "-f" ;;
        "policy sign -o") echo "-f" ;;
        "policy sign --lang") echo "-W 'ja en'" ;;
        "policy verify --trust") echo "-f" ;;
        "policy verify --lang") echo "-W 'ja en'" ;;
        "policy show --lang") echo "-W 'ja en'" ;;
        "policy diff --lang") echo "-W 'ja en'" ;;
        "policy import --lang") echo "-W 'ja en'" ;;
        "push --lang") echo "-W 'ja en'" ;;
        "push --runtime-dir") echo "-d" ;;
        "devices --policy") echo "-f" ;;
        "devices --lang") echo "-W 'ja en'" ;;
        "devices --runtime-dir") echo "-d" ;;
        "status --lang") echo "-W 'ja en'" ;;
        "status --runtime-dir") echo "-d" ;;
        "status --state-dir") echo "-d" ;;
        "fleet --before") echo "-d" ;;
        "fleet --serial") echo "none" ;;
        "fleet --html") echo "-f" ;;
        "fleet --lang") echo "-W 'ja en'" ;;
        "fleet --now") echo "none" ;;
        "enrol --label") echo "none" ;;
        "enrol --algorithm") echo "-W 'sha1 sha256 sha512'" ;;
        "enrol --digits") echo "-W '6 7 8'" ;;
        "enrol --period") echo "none" ;;
        "enrol --import") echo "-f" ;;
        "enrol --assign") echo "none" ;;
        "enrol --transport-key") echo "-f" ;;
        "enrol --code") echo "none" ;;
        "enrol --certificate") echo "-f" ;;
        "enrol --module") echo "-f" ;;
        "enrol --slot") echo "none" ;;
        "enrol --id") echo "none" ;;
        "enrol --serial") echo "none" ;;
        "enrol --lang") echo "-W 'ja en'" ;;
        "enrol --runtime-dir") echo "-d" ;;
        "factors --lang") echo "-W 'ja en'" ;;
        "factors --runtime-dir") echo "-d" ;;
        "unlock --lang") echo "-W 'ja en'" ;;
        "unlock --runtime-dir") echo "-d" ;;
        "forget --label") echo "none" ;;
        "forget --lang") echo "-W 'ja en'" ;;
        "forget --runtime-dir") echo "-d" ;;
        "media list --ledger") echo "-f" ;;
        "media list --policy") echo "-f" ;;
        "media list --lang") echo "-W 'ja en'" ;;
        "media list --runtime-dir") echo "-d" ;;
        "media list --state-dir") echo "-d" ;;
        "media enrol --section") echo "none" ;;
        "media enrol --person") echo "none" ;;
        "media enrol --until") echo "none" ;;
        "media enrol --access") echo "-W 'read-write read-only'" ;;
        "media enrol --hours") echo "none" ;;
        "media enrol --users") echo "none" ;;
        "media enrol --into") echo "-f" ;;
        "media enrol --ledger") echo "-f" ;;
        "media enrol --medium") echo "none" ;;
        "media enrol --lang") echo "-W 'ja en'" ;;
        "media enrol --runtime-dir") echo "-d" ;;
        "media retire --by") echo "none" ;;
        "media retire --witness") echo "none" ;;
        "media retire --from") echo "-f" ;;
        "media retire --ledger") echo "-f" ;;
        "media retire --lang") echo "-W 'ja en'" ;;
        "setup --force") echo "-W 'agent policy trust signers clock space journal boot grub devices upgrade keyboard network mounts disks rivals administrators reader profile password services logins exempt autologin sshd sudo rescue isolation early-network cut-off'" ;;
        "setup --lang") echo "-W 'ja en'" ;;
        "setup --root") echo "-d" ;;
        "network show --lang") echo "-W 'ja en'" ;;
        "network show --runtime-dir") echo "-d" ;;
        "network show --state-dir") echo "-d" ;;
        "network test --lang") echo "-W 'ja en'" ;;
        "network test --runtime-dir") echo "-d" ;;
        "network test --state-dir") echo "-d" ;;
        "network suggest --lang") echo "-W 'ja en'" ;;
        "audit show --state-dir") echo "-d" ;;
        "audit show --lang") echo "-W 'ja en both'" ;;
        "audit show --type") echo "-W 'device-allowed device-refused device-revoked device-restored device-gone devices-counted policy-installed policy-refused policy-loaded login-allowed login-refused login-throttled login-unavailable logins-counted session-opened session-refused session-closed session-lost factors-changed clock-set-back card-removed card-lost stage-changed stage-confirmed network-stage-changed network-in-force network-not-in-force network-restored network-silent network-link-allowed network-link-refused network-link-stuck network-sysctl network-radio network-route network-resolver network-refused network-counted agent-started agent-stopping observer-lost kernel-baseline log-repaired log-pruned checkpoint'" ;;
        "audit show --since") echo "none" ;;
        "audit show -n") echo "none" ;;
        "audit verify --state-dir") echo "-d" ;;
        "audit verify --pub") echo "-f" ;;
        "audit verify --expect") echo "none" ;;
        "audit verify --from") echo "none" ;;
        "audit verify --lang") echo "-W 'ja en'" ;;
        "audit export --since") echo "none" ;;
        "audit export --state-dir") echo "-d" ;;
        "audit export --runtime-dir") echo "-d" ;;
        "audit export --lang") echo "-W 'ja en'" ;;
        esac
}

_sekimori_word() { # what may stand at a place behind a verb
        case "$1 $2" in
        "policy init 0") echo "-d" ;;
        "policy check 0") echo "-f" ;;
        "policy sign 0") echo "-f" ;;
        "policy verify 0") echo "-f" ;;
        "policy show 0") echo "-f" ;;
        "policy diff 0") echo "-f" ;;
        "policy diff 1") echo "-f" ;;
        "policy import 0") echo "-W 'usbguard'" ;;
        "policy import 1") echo "-f" ;;
        "push 0") echo "-f" ;;
        "status 0") echo "-f" ;;
        "fleet 0") echo "-f" ;;
        "enrol 0") echo "-u" ;;
        "enrol 1") echo "-W 'totp card recovery'" ;;
        "factors 0") echo "-u" ;;
        "unlock 0") echo "-u" ;;
        "forget 0") echo "-u" ;;
        "forget 1") echo "-W 'totp card recovery all'" ;;
        "media enrol 0") echo "none" ;;
        "media retire 0") echo "none" ;;
        "media retire 1") echo "-W 'returned erased destroyed'" ;;
        "setup 0") echo "-W 'check observe devices login network'" ;;
        "audit show 0") echo "-f" ;;
        "audit verify 0") echo "-f" ;;
        "audit export 0") echo "-d" ;;
        esac
}

_sekimori_offer() { # KIND CURRENT: fills COMPREPLY
        [[ $1 == none ]] && return
        [[ $1 == -[df] ]] && compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(eval "compgen $1" -- '"$2"')
}

_sekimori() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} at=2
        local -A below=([policy]="init check sign verify show diff import" [media]="list enrol retire" [network]="show test suggest" [audit]="show verify export")

        COMPREPLY=()
        if ((COMP_CWORD == 1)); then
                _sekimori_offer "-W 'policy push devices status fleet enrol factors unlock forget media setup network audit help'" "$current"
                return
        fi
        if [[ -n ${below[$verb]} ]]; then
                if ((COMP_CWORD == 2)); then
                        _sekimori_offer "-W '${below[$verb]}'" "$current"
                        return
                fi
                verb="$verb ${COMP_WORDS[2]}" at=3
        fi
        local value
        value=$(_sekimori_value "$verb" "$previous")
        if [[ -n $value ]]; then
                _sekimori_offer "$value" "$current"
        elif [[ $current == -* ]]; then
                _sekimori_offer "-W '$(_sekimori_options "$verb")'" "$current"
        else
                value=$(_sekimori_word "$verb" "$((COMP_CWORD - at))")
                _sekimori_offer "${value:--f}" "$current"
        fi
}
complete -F _sekimori sekimori
