/* SPDX-License-Identifier: MIT */
/* setup_words.c — what is about to change, in words, before anybody is asked whether to do it. */
#include "cli/setup/door.h"
#include "cli/setup/setup.h"
#include "cli/status/observed.h"

#include <stdio.h>

static void setup_words_say(const struct setup *s, const char *ja, const char *en) {
        (void)puts(SAY(s->t.l, ja, en));
}

static void say_observed(const struct setup *s) {
        char state_dir[PATH_MAX];
        struct observed o;

        (void)snprintf(state_dir, sizeof state_dir, "%s/" SETUP_STATE, s->root_path);
        if (observed_count(state_dir, &o) == 0)
                (void)printf(
                        SAY(s->t.l, "  観察中に、拒否に当たる機器が %zu種類、延べ %llu回ありました\n",
                            "  while it observed, %zu kinds of devices would have been refused, %llu times in all\n"),
                        json_array_size(o.devices), (unsigned long long)o.times);
        for (size_t i = 0; i < json_array_size(o.devices); i++)
                (void)printf("    - %s\n", json_string_value(json_array_get(o.devices, i)));
        json_decref(o.devices);
}

static void say_doors(const struct setup *s, const char *ja, const char *en) {
        struct check_context g = setup_ground(s);
        size_t n = 0;

        (void)fputs(SAY(s->t.l, ja, en), stdout);
        for (size_t i = 0; i < pam_services_n; i++)
                if (pam_services[i].kind <= PAM_SERVICE_LOCKER && pam_tree_has(&g, pam_services[i].name))
                        (void)printf("%s%s", n++ ? ", " : "", pam_services[i].name);
        (void)putchar('\n');
}

void setup_announce_disks(const struct setup *s) {
        setup_words_say(s,
                        "  USB でないディスクも、この端末に必要なものとポリシーが許可するもののほかは開けなくなります",
                        "  of other disks, too, only those open that this terminal needs or the policy allows");
}

static void announce_devices(const struct setup *s) {
        setup_words_say(s, "これから、USB 機器を制限します:", "From now on USB devices are kept out:");
        setup_words_say(s, "  ポリシーが許可する機器だけが使えます。つながっている機器にも、すぐに適用されます",
                        "  only what the policy allows comes to life; what is plugged in is judged at once, too");
        say_observed(s);
        setup_announce_disks(s);
        setup_words_say(s, "  initramfs を作り直し、起動の初めから制限します",
                        "  the initramfs is made anew, so that it holds from the first moment of the boot");
        setup_words_say(s, "  元に戻すには: sekimori setup --undo", "  to undo it: sekimori setup --undo");
}

static void announce_login(const struct setup *s) {
        setup_words_say(s, "これから、ログインに二つの要素を求めます:", "From now on logins ask for two factors:");
        say_doors(s, "  変わるもの（/etc/pam.d/common-*）: ", "  what changes (/etc/pam.d/common-*): ");
        setup_words_say(s, "  10分以内に管理者がログインすれば確定し、しなければ自動的に元に戻ります",
                        "  final once an administrator has logged in within ten minutes; otherwise it undoes itself");
        setup_words_say(s, "  元に戻すには: sekimori setup --undo", "  to undo it: sekimori setup --undo");
}

static void announce_back(const struct setup *s, enum stage to) {
        struct check_context g = setup_ground(s);

        setup_words_say(s, "これから、前の段階に戻します:", "It is taken back:");
        if (door_is_ours(&g) != 0)
                say_doors(s,
                          "  ログインは Sekimori を入れる前のとおりになります: ", "  logins are as before Sekimori: ");
        if (!stage_enforces(to))
                setup_words_say(s, "  すべての機器が使えるようになります。判定と記録は続きます",
                                "  every device comes to life; judging and recording go on");
}

void setup_announce(const struct setup *s, enum stage to) {
        if (to == STAGE_LOGIN)
                announce_login(s);
        else if (to == STAGE_DEVICES && s->stage == STAGE_OBSERVE)
                announce_devices(s);
        else
                announce_back(s, to);
}

void setup_say_stage(const struct setup *s) {
        static const char *const next[STAGES][LANGUAGES] = {
                [STAGE_OBSERVE] = { "次は sekimori setup devices", "next: sekimori setup devices" },
                [STAGE_DEVICES] = { "次は sekimori setup login", "next: sekimori setup login" },
                [STAGE_TRIAL] = { "管理者のログインを待っています", "waiting for an administrator to log in" },
                [STAGE_LOGIN] = { "", "" },
        };

        const char *stage = stage_name(s->stage);

        (void)printf(SAY(s->t.l, "段階: %s。%s", "stage: %s (%s)"), words_stage_name(s->t.l, stage),
                     words_stage(s->t.l, stage));
        (void)printf("%s%s\n", next[s->stage][s->t.l][0] ? SAY(s->t.l, "。", ". ") : "", next[s->stage][s->t.l]);
}
