/* SPDX-License-Identifier: MIT */
/* check_disks.c — whether each disk that this terminal needs would be let in: asks sekimori-keeper, which will let them
 * in. */
#include "cli/setup/checks.h"
#include "cli/setup/program.h"

#include <errno.h>
#include <string.h>

#define KEEPER "/usr/lib/sekimori/sekimori-keeper"
#define SECONDS 30

/* The part of the keeper's last line behind these words; NULL: the line does not have them. */
static const char *check_disks_after(const struct err *err, const char *words) {
        const char *at = strstr(err->text, words);

        return at ? at + strlen(words) : NULL;
}

void check_disks(struct check_context *g) {
        const char *const argv[] = { KEEPER, "--list", g->l == LANGUAGE_JA ? "--lang" : NULL, "ja", NULL };
        struct err err = { 0 };
        int r = program_run(g->root_path, argv[0], argv, SECONDS, &err);
        const char *missing = check_disks_after(&err, "not found: "), *why = check_disks_after(&err, "cannot refuse: ");
        const char *unknown = check_disks_after(&err, "not understood: ");

        if (r == 0)
                finding_add(g, FINDING_OK,
                            SAY(g->l, "この端末に必要なディスクは、すべて使えます",
                                "every disk that this terminal needs goes on working"));
        else if (unknown)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "どのディスクの上にあるか分からないものがあります: %s。このままでは必要なディスクを拒否するおそれがあるため、進みません",
                            "nobody can tell which disks this is made of: %s. A disk that is needed might be refused, so "
                            "nothing begins"),
                        unknown);
        else if (missing)
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l,
                            "/etc/fstab か /etc/crypttab にあるディスクが見つかりません: %s。いらない行は消すか noauto を付け、"
                            "いるものはつないでください。removable とあれば、製造番号の名前（/dev/disk/by-id/…）で書いてマウントするか、noauto を付けたうえで、ポリシーの規則で許可してください",
                            "a disk of /etc/fstab or /etc/crypttab is not there: %s. Take its line out or say noauto; or "
                            "plug it in; where it says removable, name it by its serial number (/dev/disk/by-id/…) and mount it, or "
                            "say noauto and add a rule for it"),
                        missing);
        else if (why || r == -ENOENT)
                finding_add(g, FINDING_WARNING,
                            SAY(g->l, "この端末では、USB 以外のディスクを拒否できません（%s）",
                                "disks on other buses than USB cannot be refused on this terminal (%s)"),
                            why ? why : err_text(&err, g->l));
        else
                finding_add(
                        g, FINDING_STOP,
                        SAY(g->l, "必要なディスクが分かりません（%s）", "which disks are needed cannot be told (%s)"),
                        err_text(&err, g->l));
}
