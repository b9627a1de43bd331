/* SPDX-License-Identifier: MIT */
/* login_words.c — the sentences of the login plane, and how their gaps are filled. They are no printf formats: a gap is
 * a name in braces, so that no sentence can read an argument that it was not given. */
#include "text/login_words.h"

#include "text/line.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ASK_JA "分からないときは、{contact} へ連絡してください。"
#define CALL_JA "{contact} へ連絡してください。"
#define ASK_EN " If in doubt, contact: {contact}."
#define CALL_EN " Please contact: {contact}."

/* A sign that can be read out on the telephone; what to do for each stands in OPERATING.md. */
#define SIGN_JA(sign) "{contact} へ「画面に " sign " と出た」と伝えてください。"
#define SIGN_EN(sign) " Tell that the screen said " sign " to: {contact}."

static const char *const sentences[LOGIN_WORDS][LANGUAGES] = {
        [WORD_ASK_PASSWORD] = { "パスワード: ", "Password: " },
        [WORD_ASK_TOTP] = { "ワンタイムパスワード（{count}桁の数字）: ", "One-time code ({count} digits): " },
        [WORD_ASK_TOTP_OR_RECOVERY] = { "ワンタイムパスワード（{count}桁の数字）か回復コード: ",
                                        "One-time code ({count} digits) or recovery code: " },
        [WORD_ASK_RECOVERY] = { "回復コード（用紙の12文字）: ", "Recovery code (12 characters, on your sheet): " },
        [WORD_ASK_PIN] = { "ICカードの暗証番号: ", "Card PIN: " },
        [WORD_ASK_PIN_FEW] = { "ICカードの暗証番号（残りの回数が少なくなっています）: ",
                               "Card PIN (few tries are left): " },
        [WORD_ASK_PIN_LAST] = { "ICカードの暗証番号（残り1回。間違えるとカードが使えなくなります）: ",
                                "Card PIN (the last try: a wrong one locks the card): " },
        [WORD_ASK_LINE] = { "パスワードとワンタイムパスワード（{count}桁）を、半角の + でつないで入力: ",
                            "Password, a plus sign, and the one-time code ({count} digits): " },
        [WORD_ASK_LINE_RECOVERY] = { "パスワードと回復コードを、半角の + でつないで入力: ",
                                     "Password, a plus sign, and a recovery code: " },
        [WORD_ASK_LINE_EITHER] = { "パスワードと、ワンタイムパスワード（{count}桁）か回復コードを、半角の + でつないで入力: ",
                                   "Password, a plus sign, and the one-time code ({count} digits) or a recovery code: " },
        [WORD_ASK_LINE_BOTH] = { "パスワード、ワンタイムパスワード（{count}桁）、回復コードを、この順に半角の + でつないで入力: ",
                                 "Password, one-time code ({count} digits) and recovery code, with plus signs between: " },
        [WORD_ASK_CARD] = { "職員証などのICカードを置いて、Enterキーを押してください: ",
                            "Put your card on the reader and press Enter: " },

        [WORD_LAST_LOGIN] = { "前回ログイン：{when}、{place}", "Last login: {when}, {place}" },
        [WORD_FIRST_LOGIN] = { "この端末への、はじめてのログインです。", "This is the first login to this terminal." },
        [WORD_FAILED_SINCE] = { "前回のログインのあと、失敗が{count}回ありました。心当たりがないときは、{contact} "
                                "へ連絡してください。",
                                "Failed attempts since the last login: {count}. If they were not yours, contact: "
                                "{contact}." },
        [WORD_RECOVERY_LEFT] = { "回復コードは残り{count}個です。なくなる前に、{contact} へ連絡し、新しいものを受け取ってください。",
                                 "Recovery codes left: {count}. Get new ones in time from: {contact}." },
        [WORD_RECOVERY_NO_MORE] = { "回復コードを使い切りました。{contact} へ連絡し、新しいものを受け取ってください。",
                                    "That was the last recovery code. Get new ones from: {contact}." },
        [WORD_SEALED] = { "この端末は準備中です。職員証やトークンでは入れません。パスワードと回復コードでログインしてください。"
                          "回復コードがない方は、" CALL_JA,
                          "This terminal is not set up yet: cards and tokens do not let you in, password and recovery "
                          "code do. If you have no recovery code, contact: {contact}." },

        [WORD_WRONG] = { "ログインできませんでした。入力した内容が登録と一致しません。もう一度お試しください。" ASK_JA,
                         "You are not logged in: what was entered does not match. Please try again." ASK_EN },
        [WORD_THROTTLED] = { "失敗が続いたため、あと{wait}はログインを受け付けません。時間をおいて、もう一度お試しください。"
                             "お急ぎのときは、{contact} へ連絡してください。",
                             "After too many failures the next attempt is possible in {wait}. Please try again then. If "
                             "it is urgent, contact: {contact}." },
        [WORD_CLOCK_BACK] = { "端末の時計が、前回のログインより前の時刻になっています。時計が正しくなるまで、ワンタイムパスワードは"
                              "使えません。" SIGN_JA("L-1"),
                              "The terminal's clock is behind the time of the last login. One-time codes cannot be used "
                              "until it is right." SIGN_EN("L-1") },
        [WORD_TOKEN_OFF] = { "時刻ずれ：トークンの時計がずれています。次のワンタイムパスワードに変わったら、すぐもう一度ログインしてください。"
                             "入れないときは、" CALL_JA,
                             "The token's clock is off. When it shows its next code, log in with that at once. If you "
                             "are still not let in, contact: {contact}." },
        [WORD_CODE_USED] = { "そのワンタイムパスワードまたは回復コードは使用済みです。ワンタイムパスワードは次のものに変わってから、"
                             "回復コードは別のものを入力してください。" ASK_JA,
                             "That code has been used before. Wait for the token to show its next one, or enter "
                             "another recovery code." ASK_EN },

        [WORD_CARD_NOT_THEIRS] = { "このICカードは、この利用者のものとして登録されていません。ご自分のカードと"
                                   "利用者名を確かめてください。" ASK_JA,
                                   "This card is not registered for this user. Please check that the card and the user "
                                   "name are yours." ASK_EN },
        [WORD_CARD_EXPIRED] = { "このICカードは有効期限が切れています。カードの更新のため、" CALL_JA,
                                "This card has expired and needs to be renewed." CALL_EN },
        [WORD_CARD_NOT_YET] = { "このICカードは、まだ有効期間に入っていません。カードの有効期間と端末の日付の確認のため、" CALL_JA,
                                "This card is not valid yet. To have its dates and the terminal's checked, contact: "
                                "{contact}." },
        [WORD_CARD_REVOKED] = { "このICカードは失効しているため使えません。新しいカードのため、" CALL_JA,
                                "This card has been revoked and cannot be used. For a new one, contact: {contact}." },
        [WORD_CARD_NO_LIST] = { "このICカードの発行元の失効情報が端末になく、カードが有効かを確かめられません。カードに問題はありません。" SIGN_JA(
                                        "L-5"),
                                "The terminal has no revocation list of this card's issuer, and cannot tell whether the card is still valid. Nothing is wrong with the card." SIGN_EN(
                                        "L-5") },
        [WORD_CARD_LIST_KEY] = { "端末にある失効情報は、このICカードの発行元の鍵で署名されたものではありません。カードに問題はありません。" SIGN_JA(
                                         "L-5"),
                                 "The terminal's revocation list is not signed with a key of this card's issuer. Nothing is wrong with the card." SIGN_EN(
                                         "L-5") },
        [WORD_CARD_LIST_UNKNOWN] = { "端末にある失効情報に、この端末が解釈できない重要な項目があります。カードに問題はありません。" SIGN_JA(
                                             "L-5"),
                                     "The terminal's revocation list says something critical that the terminal does not understand. Nothing is wrong with the card." SIGN_EN(
                                             "L-5") },
        [WORD_CARD_LIST_INDIRECT] = { "このICカードの失効は別の発行元が公表しており、その失効情報が端末にありません。カードに問題はありません。" SIGN_JA(
                                              "L-5"),
                                      "Another issuer tells whether this card was revoked, and the terminal has no list of it. Nothing is wrong with the card." SIGN_EN(
                                              "L-5") },
        [WORD_CARD_LIST_PART] = { "端末にある失効情報は、分割されたうちの別の部分で、このICカードを含みません。カードに問題はありません。" SIGN_JA(
                                          "L-5"),
                                  "The terminal's revocation list is one of several parts, and not the part for this card. Nothing is wrong with the card." SIGN_EN(
                                          "L-5") },
        [WORD_CARD_LIST_AUTHORITIES] = { "端末にある失効情報は認証局だけを対象にしていて、ICカードを含みません。カードに問題はありません。" SIGN_JA(
                                                 "L-5"),
                                         "The terminal's revocation list speaks of authorities only, and of no card. Nothing is wrong with the card." SIGN_EN(
                                                 "L-5") },
        [WORD_CARD_LIST_REASONS] = { "端末にある失効情報は一部の失効理由だけを対象にしています。カードに問題はありません。" SIGN_JA(
                                             "L-5"),
                                     "The terminal's revocation list speaks of some reasons for a revocation only. Nothing is wrong with the card." SIGN_EN(
                                             "L-5") },
        [WORD_CARD_STALE_LIST] = { "端末にある失効情報が古く、ICカードが有効かを確かめられません。カードに問題はありません。" SIGN_JA(
                                           "L-5"),
                                   "The terminal's revocation list is too old to tell whether a card is still valid. "
                                   "Nothing is wrong with the card." SIGN_EN("L-5") },
        [WORD_CARD_CA_EXPIRED] = { "このICカードの発行元の証明書は、有効期限が切れています。カードに問題はありません。" SIGN_JA(
                                           "L-5"),
                                   "The certificate of this card's issuer has expired. Nothing is wrong with the card." SIGN_EN(
                                           "L-5") },
        [WORD_CARD_CA_NOT_YET] = { "このICカードの発行元の証明書は、まだ有効期間に入っていません。カードに問題はありません。" SIGN_JA(
                                           "L-5"),
                                   "The certificate of this card's issuer is not valid yet. Nothing is wrong with the card." SIGN_EN(
                                           "L-5") },
        [WORD_CARD_CA_WEAK] = { "このICカードの発行元の鍵は、この端末で使えない種類です。カードに問題はありません。" SIGN_JA(
                                        "L-5"),
                                "The key of this card's issuer is of a kind that this terminal does not accept. Nothing is wrong with the card." SIGN_EN(
                                        "L-5") },
        [WORD_CARD_UNKNOWN_CA] = { "このICカードの発行元は、この端末に登録されていません。別のカードがないかを確かめてください。" ASK_JA,
                                   "The issuer of this card is not known to this terminal. Please check whether you "
                                   "have another card." ASK_EN },
        [WORD_CARD_PURPOSE] = { "このICカードの証明書は、ログイン用ではありません。別のカードがないかを確かめてください。" ASK_JA,
                                "The certificate on this card is not meant for logging in. Please check whether you "
                                "have another card." ASK_EN },
        [WORD_CARD_WEAK] = { "このICカードの暗号は古い方式のため使えません。カードの交換のため、" CALL_JA,
                             "The cryptography of this card is too old to be used. To have it replaced, contact: "
                             "{contact}." },
        [WORD_CARD_POLICY] = { "このICカードの証明書は、ログインに求められる証明書ポリシーに従っていません。別のカードがないかを確かめてください。" ASK_JA,
                               "The certificate on this card does not follow a certificate policy that is demanded for "
                               "logging in. Please check whether you have another card." ASK_EN },
        [WORD_CARD_UNREADABLE] = { "ICカードを読み取れませんでした。置き直して、もう一度お試しください。" ASK_JA,
                                   "The card could not be read. Please put it on the reader again and retry." ASK_EN },
        [WORD_CARD_UNREACHED] = { "この端末では読めないカードリーダーに、ICカードがあります。別のリーダーに置いて、もう一度お試しください。" ASK_JA,
                                  "There is a card in a reader that this terminal does not read. Please put it on another "
                                  "reader and retry." ASK_EN },
        [WORD_CARD_UNPROVEN] = { "ICカードが本物であることを確かめられませんでした。このカードではログインできません。" CALL_JA,
                                 "The card could not prove to be genuine, and cannot be used to log in." CALL_EN },
        [WORD_CARD_NONE] = { "ICカードが見つかりません。リーダーに置いて、もう一度お試しください。" ASK_JA,
                             "There is no card on the reader. Please put it there and try again." ASK_EN },
        [WORD_CARD_PULLED] = { "途中でICカードが外れました。ログインが終わるまで置いたままにして、もう一度お試しください。" ASK_JA,
                               "The card was taken away too early. Please leave it on the reader until you are logged "
                               "in, and try again." ASK_EN },
        [WORD_PIN_MALFORMED] = { "暗証番号の長さが違います。カードの残り回数は減っていません。もう一度お試しください。" ASK_JA,
                                 "A PIN of this length is not possible. No try of the card was spent. Please try "
                                 "again." ASK_EN },
        [WORD_PIN_WRONG] = { "暗証番号が違います。続けて間違えるとカードがロックされます。自信がないときは試さず、" CALL_JA,
                             "The PIN is wrong. Wrong again and again, it locks the card: unless you are sure, do not "
                             "try, and contact: {contact}." },
        [WORD_PIN_LOCKED] = { "暗証番号を続けて間違えたため、ICカードがロックされています。解除のため、" CALL_JA,
                              "The card is locked because its PIN was wrong too often. To have it unlocked, contact: "
                              "{contact}." },
        [WORD_PIN_LAST_REFUSED] = { "ICカードの暗証番号を試せる回数が残り1回のため、ロックを防ぐために止めました。"
                                    "回数を戻すため、" CALL_JA,
                                    "Only one try is left for this card's PIN, and it is kept so that the card does not "
                                    "lock. To have the tries restored, contact: {contact}." },
        [WORD_DISK] = { "端末の保存領域に書き込めないため、ログインできません。入力の間違いではありません。" SIGN_JA(
                                "L-3"),
                        "The terminal cannot write to its disk, and nobody can log in. What was entered is not at "
                        "fault." SIGN_EN("L-3") },
        [WORD_FACTORS_LOST] = { "端末が、登録されたトークンやICカードの情報を開けません。パスワードと回復コードでログインできます"
                                "（規則で認められている場合）。" SIGN_JA("L-4"),
                                "The terminal cannot open what is enrolled of tokens and cards. Where the rules allow "
                                "it, password and recovery code still work." SIGN_EN("L-4") },
        [WORD_STATE_BROKEN] = { "端末にある、この利用者の使用済みコードの記録が壊れています。入力の間違いではありません。" SIGN_JA(
                                        "L-2"),
                                "The terminal's record of this user's used codes is damaged. What was entered is not "
                                "at fault." SIGN_EN("L-2") },
        [WORD_NO_RULE] = { "この利用者が、ここからログインすることは認められていません。利用者名を確かめてください。" ASK_JA,
                           "The rules do not let this user log in here. Please check the user name." ASK_EN },
        [WORD_NOTHING_ENROLLED] = { "この端末に、この利用者のログイン方法が登録されていません。登録のため、" CALL_JA,
                                    "No way to log in is enrolled for this user at this terminal. To have one enrolled, "
                                    "contact: {contact}." },
        [WORD_NOT_THROUGH_US] = { "多要素認証を通っていないため、このログインは認められません（自動ログイン、公開鍵など）。"
                                  "いつもの画面からログインしてください。" ASK_JA,
                                  "This login did not pass multi-factor authentication (automatic login, public key or "
                                  "the like) and is not let in. Please log in at the usual screen." ASK_EN },
        [WORD_TOO_MANY] = { "同時に行われているログインが多すぎるため、これ以上は受け付けられません。入力の間違いではありません。"
                            "使っていないログイン画面や端末画面を閉じて、もう一度お試しください。" SIGN_JA("L-6"),
                            "Too many logins are open at once, and no more can be taken. What was entered is not at "
                            "fault. Please close login prompts and terminals that are not used, and try again." SIGN_EN(
                                    "L-6") },
        [WORD_UNAVAILABLE] = { "いまは認証を行えません。入力の間違いではありません。少し待って、もう一度お試しください。" ASK_JA,
                               "Nobody can be authenticated just now. What was entered is not at fault. Please wait a "
                               "little and try again." ASK_EN },
};

static void fill_contact(enum language l, const struct word_facts *f, char *to, size_t size) {
        words_add(to, size, "%s",
                  f->contact && *f->contact ? f->contact : SAY(l, "情報システム担当", "your IT section"));
}

static void fill_count(enum language l, const struct word_facts *f, char *to, size_t size) {
        (void)l;
        words_add(to, size, "%u", f->count);
}

/* Rounded up: nobody is told to come back too early. */
static void fill_wait(enum language l, const struct word_facts *f, char *to, size_t size) {
        int64_t s = f->wait_s > 1 ? f->wait_s : 1, minutes = (s + 59) / 60;

        if (s < 60)
                words_add(to, size, SAY(l, "%lld秒", "%lld s"), (long long)s);
        else if (minutes < 60)
                words_add(to, size, SAY(l, "%lld分", "%lld min"), (long long)minutes);
        else if (minutes % 60 == 0)
                words_add(to, size, SAY(l, "%lld時間", "%lld h"), (long long)(minutes / 60));
        else
                words_add(to, size, SAY(l, "%lld時間%lld分", "%lld h %lld min"), (long long)(minutes / 60),
                          (long long)(minutes % 60));
}

static void fill_when(enum language l, const struct word_facts *f, char *to, size_t size) {
        static const char *const days[][LANGUAGES] = { { "日", "Sun" }, { "月", "Mon" }, { "火", "Tue" },
                                                       { "水", "Wed" }, { "木", "Thu" }, { "金", "Fri" },
                                                       { "土", "Sat" } };
        time_t at = (time_t)f->when_s;
        struct tm t = { 0 };

        (void)localtime_r(&at, &t);
        words_add(to, size, SAY(l, "%d年%d月%d日（%s）%02d:%02d", "%d-%02d-%02d (%s) %02d:%02d"), t.tm_year + 1900,
                  t.tm_mon + 1, t.tm_mday, days[t.tm_wday % 7][l], t.tm_hour, t.tm_min);
}

/* "login tty2", "gdm-password seat0", "sshd@10.0.0.7". */
static void fill_place(enum language l, const struct word_facts *f, char *to, size_t size) {
        const char *where = f->place ? strchr(f->place, ' ') : NULL;
        char escaped[512];

        words_escape(f->place ? f->place : "", escaped, sizeof escaped);
        if (!*escaped || (where && !where[1]))
                words_add(to, size, "%s", SAY(l, "場所は記録されていません", "place unknown"));
        else if (where && strncmp(where + 1, "seat", 4) == 0 && !strchr(where, '@'))
                words_add(to, size, SAY(l, "この端末の画面（%s）", "this terminal's screen (%s)"), escaped);
        else if (where && line_is_console(where + 1))
                words_add(to, size, SAY(l, "この端末のコンソール（%s）", "this terminal's console (%s)"), escaped);
        else
                words_add(to, size, "%s", escaped);
}

static const struct gap {
        const char *name;
        void (*fill)(enum language l, const struct word_facts *f, char *to, size_t size);
} gaps[] = {
        { "{contact}", fill_contact }, { "{count}", fill_count }, { "{wait}", fill_wait },
        { "{when}", fill_when },       { "{place}", fill_place },
};

static const struct gap *gap_at(const char *s) {
        for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
                if (strncmp(s, gaps[i].name, strlen(gaps[i].name)) == 0)
                        return &gaps[i];
        return NULL;
}

/* The whole sentence is built first: no text may follow the place where it is cut. */
void words_login(enum language l, enum login_word w, const struct word_facts *facts, char *to, size_t size) {
        static const struct word_facts none = { 0 };
        const char *s = sentences[(unsigned)w < LOGIN_WORDS ? w : WORD_UNAVAILABLE][l];
        char whole[2048] = "";

        while (*s) {
                const struct gap *gap = gap_at(s);
                size_t n = gap ? strlen(gap->name) : 1 + strcspn(s + 1, "{");

                if (gap)
                        gap->fill(l, facts ? facts : &none, whole, sizeof whole);
                else
                        words_add(whole, sizeof whole, "%.*s", (int)n, s);
                s += n;
        }
        to[0] = '\0';
        words_add(to, size, "%s", whole);
}

enum language language_on(enum language l, const char *tty) {
        return line_is_console(tty) ? LANGUAGE_EN : l;
}
