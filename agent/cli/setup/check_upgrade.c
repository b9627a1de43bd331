/* SPDX-License-Identifier: MIT */
/* check_upgrade.c — an agent of another version still runs: which of the devices present this version would treat
 * otherwise, and why. That agent says itself what it does; a table says what became different. */
#include "cli/setup/checks.h"

#include "audit/record.h"
#include "cli/answer.h"

#include <stdio.h>
#include <string.h>

static bool upgrade_denies(const json_t *device) {
        return strcmp(answer_text(device, NULL, "verdict"), "deny") == 0;
}

/* What a running agent knows and a look from outside does not: who sits there, what is on the medium, what failed. */
static bool upgrade_rests_on_more(const json_t *device) {
        switch (reason_from_name(answer_text(device, NULL, "reason"))) {
        case REASON_NO_RULE:
        case REASON_RULE:
        case REASON_SEALED:
        case REASON_MALFORMED:
                return false;
        default:
                return true;
        }
}

static bool by_its_driver(const json_t *was, const json_t *will) {
        return !upgrade_denies(was) && upgrade_denies(will) && *answer_text(will, NULL, "driver");
}

static bool by_its_descriptors(const json_t *was, const json_t *will) {
        return !upgrade_denies(was) && upgrade_denies(will) && *answer_text(will, NULL, "malformed");
}

static bool refused_now(const json_t *was, const json_t *will) {
        return !upgrade_denies(was) && upgrade_denies(will) && !upgrade_rests_on_more(will);
}

static bool let_in_now(const json_t *was, const json_t *will) {
        return upgrade_denies(was) && !upgrade_denies(will) && !upgrade_rests_on_more(was);
}

static bool in_other_parts(const json_t *was, const json_t *will) {
        const bool partial = answer_flag(will, NULL, "partial");
        const json_t *before = json_object_get(was, "kinds_let_in"); /* NULL: that version does not say it */

        return !upgrade_denies(was) && !upgrade_denies(will)
               && (answer_flag(was, NULL, "partial") != partial
                   || (partial && before && !json_equal(before, json_object_get(will, "kinds_let_in"))));
}

/* udev gave the node to whoever sat there, or to a group, denied or not. */
static bool shut_to_programs(const json_t *was, const json_t *will) {
        return upgrade_denies(was) && upgrade_denies(will)
               && (answer_lists(will, "kinds", "still-image") || answer_lists(will, "kinds", "smartcard")
                   || answer_lists(will, "kinds", "printer"));
}

static bool hidraw_is_shut(const json_t *was, const json_t *will) {
        return !upgrade_denies(was) && !upgrade_denies(will) && answer_lists(will, "kinds", "hid")
               && !answer_lists(will, "kinds", "hid-keyboard") && !answer_lists(will, "kinds", "hid-mouse")
               && !answer_lists(will, "nodes", "hidraw");
}

/* The first row that fits. `last`: the version that treated it otherwise, where the verdicts are the same: the nodes of
 * devices on USB, which are refused where the block plane is in force. */
static const struct difference {
        bool (*is)(const json_t *was, const json_t *will);
        const char *last, *ja, *en;
} differences[] = {
        { by_its_driver, NULL,
          "製造元と製品の番号から、種類の違うドライバー（driver）が動くため、種類で許可する規則に当てはまりません。必要なら番号（id）で許可する規則を加えてください",
          "by its vendor and product another kind of driver (`driver`) would take it, so a rule for its kind does not fit; if it is "
          "needed, add a rule by id" },
        { by_its_descriptors, NULL,
          "自分についての説明が食い違っています（malformed）。必要なら malformed: accept の規則を加えてください",
          "it contradicts itself (`malformed`); if it is needed, add a rule with malformed: accept" },
        { refused_now, NULL, "当てはまる許可の規則がありません。必要なら規則を加えてください",
          "no rule allows it; if it is needed, add one" },
        { let_in_now, NULL, "許可する規則に当てはまります。使わせないなら、拒否する規則を加えてください",
          "a rule allows it; if that is not wanted, add one that denies it" },
        { in_other_parts, NULL, "動く部分が変わります。規則の interfaces と partial を見直してください",
          "other parts of it come to life; look at the rule's `interfaces` and `partial`" },
        { shut_to_programs, "0.4.0",
          "拒否していても、プログラムからは使えました。これからは使えません。必要なら規則を加えてください",
          "denied as before, but programs could use it all the same, and cannot any more; if it is needed, add a rule" },
        { hidraw_is_shut, "0.4.0",
          "プログラムが hidraw で使う機器なら、使えなくなります。セキュリティキーには interfaces: [security-key] の規則を、ほかには番号（id）の規則に nodes: [hidraw] を加えてください",
          "what programs use through hidraw stops working: a security key needs a rule with interfaces: [security-key], anything else nodes: [hidraw] in a rule by id" },
};

static bool difference_may_be(const struct check_context *g, const struct difference *d) {
        return !d->last
               || (json_is_true(check_context_status(g, "disks", "denied_by_default"))
                   && strverscmp(json_string_value(check_context_status(g, NULL, "version")), d->last) <= 0);
}

static const struct difference *difference_of(const struct check_context *g, const json_t *was, const json_t *will) {
        for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
                if (difference_may_be(g, &differences[i]) && differences[i].is(was, will))
                        return &differences[i];
        return NULL;
}

static const json_t *upgrade_find(const json_t *devices, const char *path) {
        for (size_t i = 0; i < json_array_size(devices); i++)
                if (strcmp(answer_text(json_array_get(devices, i), NULL, "path"), path) == 0)
                        return json_array_get(devices, i);
        return NULL;
}

static const char *upgrade_verdict(enum language l, const json_t *device) {
        const char *verdict = answer_text(device, NULL, "verdict");

        if (strcmp(verdict, "deny") == 0)
                return SAY(l, "拒否", "denied");
        return strcmp(verdict, "allow") == 0 ? SAY(l, "許可", "allowed") : SAY(l, "読み取り専用", "read-only");
}

/* The only keyboard is another check's question; one that stops working is worth a stop here. */
static void upgrade_say(struct check_context *g, const struct difference *d, const json_t *was, const json_t *will) {
        const bool grave = answer_lists(will, "kinds", "hid-keyboard") && !device_is_in_as(will, "hid-keyboard")
                           && !upgrade_denies(was);
        const char *driver = answer_text(will, NULL, "driver"), *malformed = answer_text(will, NULL, "malformed");
        const char *detail = *driver ? driver : malformed;

        finding_add(g, grave ? FINDING_STOP : FINDING_WARNING,
                    SAY(g->l, "%s %s:%s（ポート %s）: いまの版では%s、この版では%s%s%s%s。%s",
                        "%s %s:%s (port %s): %s by the version that runs, %s by this one%s%s%s: %s"),
                    answer_text(will, NULL, "name"), answer_text(will, NULL, "vid"), answer_text(will, NULL, "pid"),
                    answer_text(will, NULL, "port"), upgrade_verdict(g->l, was), upgrade_verdict(g->l, will),
                    *detail ? SAY(g->l, "（", " (") : "", detail, *detail ? SAY(g->l, "）", ")") : "",
                    SAY(g->l, d->ja, d->en));
}

static size_t upgrade_compare(struct check_context *g) {
        size_t n = 0;

        for (size_t i = 0; i < json_array_size(g->next); i++) {
                const json_t *will = json_array_get(g->next, i);
                const json_t *was = upgrade_find(g->devices, answer_text(will, NULL, "path"));
                const struct difference *d = was ? difference_of(g, was, will) : NULL;

                if (d)
                        upgrade_say(g, d, was, will), n++;
        }
        return n;
}

/* The policy in force stays so; the next one must be written otherwise. */
static size_t upgrade_policy(struct check_context *g) {
        struct err why = { "" };

        if (!g->policy || policy_check_new(g->policy, &why) == 0)
                return 0;
        finding_add(g, FINDING_WARNING,
                    SAY(g->l,
                        "いまのポリシーは働き続けますが、この版では新しく有効にできません。書き直してください: %s",
                        "the policy in force goes on, but this version would not accept it anew, so mend it: %s"),
                    err_text(&why, g->l));
        return 1;
}

void check_upgrade(struct check_context *g) {
        const char *version = json_string_value(check_context_status(g, NULL, "version"));
        size_t n;

        if (!version || strcmp(version, SEKIMORI_VERSION) == 0)
                return;
        n = upgrade_policy(g);
        if (!g->next || !g->devices)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l,
                                "動いているのは別の版（%s）です。この版が機器をどう扱うかは、調べられませんでした",
                                "another version runs (%s), and how this one would treat the devices cannot be told"),
                            version);
        else if (upgrade_compare(g) + n == 0)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "動いている版（%s）と同じ扱いになります",
                                "all is treated as by the version that runs (%s)"),
                            version);
}
