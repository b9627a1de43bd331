/* SPDX-License-Identifier: MIT */
/* malformed_words.c — what a device contradicts, as a clause in either language. See words.h. */
#include "text/words.h"

static const char *const words[MALFORMED_COUNT][LANGUAGES] = {
        [MALFORMED_NOT] = { "", "" },
        [MALFORMED_EXCESS_BYTE] = { "記述子が、名乗る全長（wTotalLength）より1バイト短い",
                                    "its descriptors are one byte shorter than it announces (wTotalLength)" },
        [MALFORMED_TOTAL_LENGTH] = { "記述子が、名乗る全長（wTotalLength）より短い",
                                     "its descriptors are shorter than it announces (wTotalLength)" },
        [MALFORMED_ENDPOINTS_MISSING] = { "最後のインターフェースのエンドポイントが、名乗る数（bNumEndpoints）より少ない",
                                          "its last interface has fewer endpoints than it announces (bNumEndpoints)" },
        [MALFORMED_DEVICE_CUT] = { "機器の記述子が途中で切れている", "the device descriptor is cut short" },
        [MALFORMED_NO_DEVICE] = { "機器の記述子が先頭にない", "no device descriptor at the start" },
        [MALFORMED_CONFIGURATIONS] = { "構成の数がありえない", "an impossible number of configurations" },
        [MALFORMED_NO_CONFIGURATION] = { "構成の記述子があるべきところにない",
                                         "no configuration descriptor where one belongs" },
        [MALFORMED_CONFIGURATION_CUT] = { "構成の記述子が途中で切れている", "a configuration is cut short" },
        [MALFORMED_CONFIGURATION_TWICE] = { "同じ番号の構成が二つある", "two configurations of the same number" },
        [MALFORMED_CONFIGURATION_ZERO] = { "構成の番号が、未設定を意味する 0 である",
                                           "a configuration with the number that means unconfigured" },
        [MALFORMED_NO_INTERFACES] = { "インターフェースのない構成がある", "a configuration without interfaces" },
        [MALFORMED_INTERFACES] = { "インターフェースの数が、名乗る数と違う",
                                   "another number of interfaces than announced" },
        [MALFORMED_INTERFACES_MANY] = { "インターフェースが、カーネルの扱える数より多い",
                                        "more interfaces than the kernel keeps" },
        [MALFORMED_KINDS_MANY] = { "インターフェースの種類が、判定できる数より多い",
                                   "more different interfaces than a verdict can hold" },
        [MALFORMED_INTERFACE_CUT] = { "インターフェースの記述子が短すぎる", "an interface descriptor is too short" },
        [MALFORMED_SETTING_TWICE] = { "同じ代替設定が二つある", "the same alternate setting twice" },
        [MALFORMED_SETTINGS_MANY] = { "代替設定が、カーネルの扱える数より多い",
                                      "more alternate settings than the kernel keeps" },
        [MALFORMED_ENDPOINT_CUT] = { "エンドポイントの記述子が短すぎる", "an endpoint descriptor is too short" },
        [MALFORMED_ENDPOINT_MORE] = { "どのインターフェースも名乗っていないエンドポイントがある",
                                      "an endpoint that no interface announced" },
        [MALFORMED_LENGTH] = { "記述子の長さが行き先を外れている", "a descriptor's length leads nowhere" },
        [MALFORMED_NESTED] = { "構成の中に、機器や構成の記述子がある",
                               "a device or configuration descriptor inside a configuration" },
        [MALFORMED_TAIL] = { "最後の構成の後ろに余分なデータがある", "bytes behind the last configuration" },
        [MALFORMED_READERS_DIFFER] = { "二つのプログラムで、記述子の読み取り結果が違う",
                                       "two programs do not read its descriptors alike" },
        [MALFORMED_UNREADABLE] = { "記述子を読み取れない", "its descriptors cannot be read" },
        [MALFORMED_IDENTITY] = { "名前や番号を読み取れない", "its name or its number cannot be read" },
};

const char *words_malformed(enum language l, enum malformed m) {
        return words[(unsigned)m < MALFORMED_COUNT ? m : MALFORMED_NOT][l];
}
