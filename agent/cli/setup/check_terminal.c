/* SPDX-License-Identifier: MIT */
/* check_terminal.c — the terminal itself: the agent, its policy, the clock, the disk, the boot. */
#include "base/cleanup.h"
#include "cli/setup/checks.h"
#include "host/clock.h"
#include "host/file.h"
#include "signature/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WARN_DAYS 30
#define YEAR_DAYS 366
#define RTC_GRACE_S 120
#define SPACE_STOP_MIB 32
#define SPACE_WARN_MIB 256
#define TRUST "etc/sekimori/trust.pem"

static bool is_true(const struct check_context *g, const char *group, const char *key) {
        return json_is_true(check_context_status(g, group, key));
}

void check_agent(struct check_context *g) {
        if (!g->status)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "エージェントが応答しません: systemctl restart sekimorid、だめなら journalctl -u sekimorid",
                            "the agent does not answer: systemctl restart sekimorid; if that does not help, journalctl -u "
                            "sekimorid"));
        else if (!is_true(g, "observer", "settled"))
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "つながっている機器をまだ調べ終えていません: 数秒後にもう一度（journalctl -u sekimorid）",
                            "what is plugged in has not been judged yet: again in a few seconds (journalctl -u sekimorid)"));
        else if (!is_true(g, "audit", "healthy"))
                finding_add(g, FINDING_STOP,
                            SAY(g->l, "監査記録に書けません: df /var/lib/sekimori で空き容量を確かめてください",
                                "the audit log cannot be written: look at df /var/lib/sekimori"));
        else
                finding_add(g, FINDING_OK, SAY(g->l, "動いています", "running"));
}

void check_policy(struct check_context *g) {
        const json_t *policy = check_context_status(g, NULL, "policy");
        long long serial = json_integer_value(json_object_get(policy, "serial"));
        long long left = json_integer_value(json_object_get(policy, "days_left"));

        if (!g->status)
                return; /* check_agent has said so */
        if (!json_is_object(policy))
                finding_add(g, FINDING_STOP,
                            SAY(g->l, "ポリシーがありません: sekimori push FILE.cms",
                                "there is no policy: sekimori push FILE.cms"));
        else if (!g->policy)
                finding_add(g, FINDING_STOP,
                            SAY(g->l, "第%lld号のポリシーを読めません: もう一度適用してください（sekimori push）",
                                "the policy with serial %lld cannot be read: push it again"),
                            serial);
        else if (left < 0)
                finding_add(
                        g, FINDING_WARNING,
                        SAY(g->l,
                            "第%lld号は期限が過ぎています（効力は続きます）: 新しいポリシーを適用してください（sekimori push）",
                            "serial %lld has expired (it is still enforced): push a new policy"),
                        serial);
        else
                finding_add(g, left <= WARN_DAYS ? FINDING_WARNING : FINDING_OK,
                            SAY(g->l, "第%lld号、あと%lld日", "serial %lld, %lld days left"), serial, left);
}

/* Needed until the first policy is in force; from then on its signers decide. */
void check_trust(struct check_context *g) {
        bool needed = !json_is_object(check_context_status(g, NULL, "policy"));
        auto_free uint8_t *text = NULL;
        auto_trust trust = NULL;
        struct err err = { 0 };
        size_t size = 0;
        int r = file_read(g->root, TRUST, CHECK_CONTEXT_FILE_MAX, &text, &size);

        if (r == -ENOENT)
                finding_add(g, needed ? FINDING_STOP : FINDING_OK,
                            needed ? SAY(g->l, "/%s がありません: 署名者の trust.pem を置いてください",
                                         "there is no /%s: put the signers' trust.pem there")
                                   : SAY(g->l, "/%s はありません（ポリシーの署名者が使われます）",
                                         "there is no /%s (the policy's signers count)"),
                            TRUST);
        else if (r < 0 || trust_parse(bytes_of(text, size), &trust, &err) < 0)
                finding_add(g, needed ? FINDING_STOP : FINDING_WARNING,
                            SAY(g->l, "/%s を使えません（%s）: 署名者の trust.pem を置き直してください",
                                "/%s is of no use (%s): put the signers' trust.pem there again"),
                            TRUST, r < 0 ? err_reason(r, g->l) : err_text(&err, g->l));
        else
                finding_add(g, FINDING_OK, "/%s", TRUST);
}

/* Where the clock chip keeps local time, only its minutes and seconds can be held against ours. */
static long long rtc_difference(const struct check_context *g) {
        char text[32];
        long long seconds, off;

        if (file_read_line(g->root, "sys/class/rtc/rtc0/since_epoch", text, sizeof text) <= 0)
                return 0;
        seconds = strtoll(text, NULL, 10);
        off = llabs(seconds - g->now_s);
        if (off <= 14 * 3600 + RTC_GRACE_S) {
                off %= 900; /* every zone is off by whole quarters of an hour */
                off = off > 450 ? 900 - off : off;
        }
        return off;
}

void check_clock(struct check_context *g) {
        char rfc3339[CLOCK_TEXT], now[64];
        int64_t day = g->now_s / 86400;
        long long off = rtc_difference(g);

        clock_text(g->now_s, rfc3339);
        words_time(g->l, rfc3339, now, sizeof now);
        if (g->policy && (g->now_s < policy_issued(g->policy) || day + 1 < policy_valid_from(g->policy)))
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "時計がポリシーより前を指しています（%s）: date で確かめ、timedatectl set-time で合わせてください",
                            "the clock is before the policy (%s): look at date, set it with timedatectl set-time"),
                        now);
        else if (g->policy && day > policy_valid_until(g->policy) + YEAR_DAYS)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "時計がポリシーの期限より一年以上先です（%s）: date で確かめ、timedatectl set-time で合わせてください",
                            "the clock is a year beyond the policy (%s): look at date, set it with timedatectl set-time"),
                        now);
        else if (off > RTC_GRACE_S)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "電池で動く時計と%lld秒ずれています（%s）: date が正しければ hwclock --systohc",
                                "the battery-backed clock is off by %lld s (%s): if date is right, hwclock --systohc"),
                            off, now);
        else
                finding_add(g, FINDING_OK, "%s", now);
}

void check_space(struct check_context *g) {
        long long mib = json_integer_value(check_context_status(g, "disk", "free_mib"));

        if (g->status)
                finding_add(g,
                            mib < SPACE_STOP_MIB   ? FINDING_STOP
                            : mib < SPACE_WARN_MIB ? FINDING_WARNING
                                                   : FINDING_OK,
                            SAY(g->l, "空き容量は %lld MiB です（df /var/lib/sekimori）",
                                "%lld MiB free (df /var/lib/sekimori)"),
                            mib);
}

void check_journal(struct check_context *g) {
        bool persistent = check_context_has(g, "var/log/journal");

        finding_add(
                g, persistent ? FINDING_OK : FINDING_WARNING,
                persistent ? SAY(g->l, "再起動しても残ります", "persistent")
                           : SAY(g->l, "再起動で消えます: mkdir /var/log/journal && systemctl restart systemd-journald",
                                 "lost at each reboot: mkdir /var/log/journal && systemctl restart systemd-journald"));
}

void check_boot(struct check_context *g) {
        bool tool = check_context_has(g, "usr/sbin/update-initramfs") || check_context_has(g, "usr/bin/dracut");

        finding_add(
                g, tool ? FINDING_OK : FINDING_WARNING,
                tool ? SAY(g->l, "initramfs を作り直せます", "the initramfs can be made anew")
                     : SAY(g->l,
                           "initramfs を作り直せません。起動の初めは制限が働きません: sudo apt install ./initramfs-tools_*.deb（入手は導入手引き 2.4）",
                           "the initramfs cannot be made anew, so that nothing is denied early in the boot: "
                           "sudo apt install ./initramfs-tools_*.deb (INSTALLING 2.4: how it gets here)"));
}
