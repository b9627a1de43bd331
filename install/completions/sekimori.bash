# SPDX-License-Identifier: MIT
# bash completion for sekimori(8). tests/lint/manuals keeps it in step with `sekimori help`.

_sekimori_options() { # the options of a verb
        case $1 in
        "policy init") echo --signers --threshold --name --help ;;
        "policy check") echo --json --help ;;
        "policy sign") echo --cert --key --previous -o --help ;;
        "policy verify") echo --trust --json --help ;;
        "policy show") echo --help ;;
        "policy diff") echo --lang --help ;;
        "push") echo --runtime-dir --help ;;
        "devices") echo --policy --json --lang --runtime-dir --help ;;
        "status") echo --json --prometheus --lang --runtime-dir --state-dir --help ;;
        "fleet") echo --before --serial --html --json --lang --now --help ;;
        "enrol") echo --label --algorithm --digits --period --no-qr --import --code --certificate --module --slot --id \
                --serial --replace --force --lang --runtime-dir --help ;;
        "factors") echo --json --lang --runtime-dir --help ;;
        "unlock") echo --lang --runtime-dir --help ;;
        "forget") echo --label --lang --runtime-dir --help ;;
        "media list") echo --all --json --ledger --policy --lang --runtime-dir --state-dir --help ;;
        "media enrol") echo --section --person --until --access --hours --users --into --ledger --token --medium --fingerprint \
                --force --no-agent --lang --runtime-dir --help ;;
        "media retire") echo --by --witness --from --ledger --lang --help ;;
        "setup") echo --undo --yes --force --no-wait --unless-confirmed --json --lang --root --help ;;
        "audit show") echo --state-dir --json --lang --type --since -n --follow --help ;;
        "audit export") echo --since --state-dir --runtime-dir --help ;;
        "audit verify") echo --state-dir --pub --from --json --help ;;
        esac
}

_sekimori() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}

        COMPREPLY=()
        if ((COMP_CWORD == 1)); then
                mapfile -t COMPREPLY < <(compgen -W "policy push devices status fleet enrol factors unlock forget media setup audit help" -- "$current")
                return
        fi
        if [[ $verb == @(policy|media|audit) ]]; then
                if ((COMP_CWORD == 2)); then
                        local -A below=([policy]="init check sign verify show diff" [media]="list enrol retire" [audit]="show verify export")
                        mapfile -t COMPREPLY < <(compgen -W "${below[$verb]}" -- "$current")
                        return
                fi
                verb="$verb ${COMP_WORDS[2]}"
        fi
        case $previous in
        --lang)
                local languages="ja en"
                [[ $verb == "audit show" ]] && languages="ja en both"
                mapfile -t COMPREPLY < <(compgen -W "$languages" -- "$current")
                return
                ;;
        --runtime-dir | --state-dir | --before | --root)
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -d -- "$current")
                return
                ;;
        --algorithm)
                mapfile -t COMPREPLY < <(compgen -W "sha1 sha256 sha512" -- "$current")
                return
                ;;
        --access)
                mapfile -t COMPREPLY < <(compgen -W "read-write read-only" -- "$current")
                return
                ;;
        --section | --person | --until | --hours | --users | --by | --witness | --signers | --threshold | --name | --type | --since | -n | --label | --digits | --period | --code | --slot | --id | --serial | --from | --now)
                return
                ;;
        esac
        if [[ $current == -* && $previous != --import ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$(_sekimori_options "$verb")" -- "$current")
        elif [[ $verb == @(enrol|factors|unlock|forget) ]] && ((COMP_CWORD == 2)); then
                mapfile -t COMPREPLY < <(compgen -u -- "$current")
        elif [[ $verb == @(enrol|forget) ]] && ((COMP_CWORD == 3)); then
                mapfile -t COMPREPLY < <(compgen -W "totp card recovery$([[ $verb == forget ]] && echo " all")" -- "$current")
        elif [[ $verb == "media retire" && $previous != --@(from|ledger) ]]; then
                mapfile -t COMPREPLY < <(compgen -W "returned erased destroyed" -- "$current")
        elif [[ $verb == setup && $previous == --force ]]; then
                mapfile -t COMPREPLY < <(compgen -W "agent policy trust clock space devices keyboard network mounts administrators profile password" -- "$current")
        elif [[ $verb == setup ]]; then
                mapfile -t COMPREPLY < <(compgen -W "check observe devices login" -- "$current")
        else
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
}
complete -F _sekimori sekimori
