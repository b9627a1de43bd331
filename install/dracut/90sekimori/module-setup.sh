#!/bin/bash
# SPDX-License-Identifier: MIT
# dracut's twin of install/initramfs-tools/hooks/sekimori.

# Asked for by name, a module that says no ends dracut: so it says yes, and may install nothing.
check() {
        return 0
}

installkernel() {
        hostonly='' instmods -o hid_generic usbhid
}

install() {
        local ours=/usr/lib/sekimori/initramfs

        "${dracutsysrootdir-}$ours/wanted" "${dracutsysrootdir-}" || return 0
        if ! inst_binary /usr/lib/sekimori/sekimori-hid; then
                dwarn "sekimori: its helper for keyboards does not fit in: denial begins with the system"
                return 0
        fi
        inst_multiple grep
        inst_script "$ours/deny" /usr/lib/sekimori/deny
        inst_hook pre-udev 10 "$moddir/deny.sh"
        inst_simple "$ours/60-sekimori-hid.rules" /usr/lib/udev/rules.d/60-sekimori-hid.rules || return 0
        mkdir -p "$initdir/etc/modprobe.d"
        echo "options usbcore authorized_default=0" > "$initdir/etc/modprobe.d/sekimori.conf"
}
