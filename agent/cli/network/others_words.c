/* SPDX-License-Identifier: MIT */
/* others_words.c — see others_words.h. */
#include "cli/network/others_words.h"

#include "base/quote.h"
#include "cli/answer.h"

static void other_say(const json_t *o, enum language l) {
        const bool out = strcmp(answer_text(o, NULL, "direction"), "out") == 0;

        (void)printf(SAY(l,
                         "注意: ほかの表 %s %s（%s）も、%s通信のうち書かれていないものを止めます。"
                         "ポリシーが許可する通信も、そこで止まることがあります\n",
                         "note: another table, %s %s (%s), also refuses what %s and it does not name: it may stop what "
                         "the policy allows\n"),
                     answer_text(o, NULL, "family"), shown(answer_text(o, NULL, "table")).text,
                     shown(answer_text(o, NULL, "chain")).text,
                     out ? SAY(l, "出る", "goes out") : SAY(l, "入る", "comes in"));
}

void others_say(const json_t *answer, enum language l) {
        const json_t *others = json_object_get(answer, "others");

        for (size_t i = 0; i < json_array_size(others); i++)
                other_say(json_array_get(others, i), l);
        if (!json_is_array(others))
                (void)puts(SAY(
                        l, "注意: ほかの表を読めません。ポリシーが許可する通信をほかの表が止めるかどうか、分かりません",
                        "note: other tables could not be read: whether one of them stops what the policy allows "
                        "is not known"));
}
