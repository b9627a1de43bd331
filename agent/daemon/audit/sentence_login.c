/* SPDX-License-Identifier: MIT */
/* sentence_login.c — the login plane's records as people read them, in Japanese and English side by side. */
#include "audit/told.h"
#include "decision/login.h"

#include <inttypes.h>
#include <string.h>

/* A word of the log in both languages; an unknown word of a later version is shown as it is. */
struct word {
        const char *code, *words[LANGUAGES];
};

static const struct word outcomes[] = {
        { "login-allowed", { "ログインしました", "Logged in" } },
        { "login-refused", { "ログインを認めませんでした", "Login refused" } },
        { "login-throttled", { "失敗が続いたため、ログインを待たせました", "Login put off after failures" } },
        { "login-unavailable", { "ログインを判定できませんでした", "Nobody could judge a login" } },
};

static const struct word reasons[] = {
        { "wrong-password", { "パスワードが違います", "the password is wrong" } },
        { "wrong-code", { "ワンタイムパスワードまたは回復コードが違います", "the code is wrong" } },
        { "used", { "使用済みのワンタイムパスワードまたは回復コードです", "the code was used before" } },
        { "clock-back",
          { "端末の時計が、前回のログインより前の時刻になっています",
            "the terminal's clock is behind the time of the last login" } },
        { "clock-off", { "トークンの時計がずれています", "the token's clock is off" } },
        { "unknown", { "利用者が見つかりません", "nobody has that name" } },
        { "no-rule", { "この利用者とサービスを認める規則がありません", "no rule lets this user use this service" } },
        { "not-enrolled", { "ログイン方法が登録されていません", "nothing that would do is enrolled" } },
        { "factors-lost", { "登録情報を開けません", "what is enrolled cannot be opened" } },
        { "no-card", { "ICカードがありません", "there is no card" } },
        { "wrong-pin", { "暗証番号が違います", "the card's PIN is wrong" } },
        { "pin-locked", { "暗証番号がロックされています", "the card's PIN is locked" } },
        { "last-try", { "暗証番号の残りが1回です", "only one try of the card's PIN is left" } },
        { "card-gone", { "ICカードが外れました", "the card was taken away" } },
        { "card-unable", { "ICカードを読み取れません", "the card could not be read" } },
        { "wrong-signature", { "ICカードが本物と確かめられません", "the card could not prove to be genuine" } },
        { "malformed", { "証明書を読み取れません", "the certificate cannot be read" } },
        { "not-theirs", { "ほかの人のICカードです", "the card is not this user's" } },
        { "unknown-authority", { "証明書の発行元が登録されていません", "the certificate's issuer is not known" } },
        { "expired", { "証明書の期限が切れています", "the certificate has expired" } },
        { "not-yet-valid", { "証明書の有効期間の前です", "the certificate is not valid yet" } },
        { "revoked", { "証明書が失効しています", "the certificate is revoked" } },
        { "no-revocation-list", { "発行元の失効情報がありません", "there is no revocation list of its issuer" } },
        { "revocation-list-of-another-key",
          { "失効情報が発行元の鍵で署名されていません",
            "the revocation list is not signed with a key of its issuer" } },
        { "revocation-list-not-understood",
          { "失効情報に解釈できない重要な項目があります",
            "the revocation list says something critical that is not understood" } },
        { "revocation-list-of-another-issuer",
          { "失効を別の発行元が公表しています", "another issuer tells of its revocation" } },
        { "revocation-list-of-another-part",
          { "失効情報が、分割されたうちの別の部分です", "the revocation list is of another part" } },
        { "revocation-list-of-others",
          { "失効情報が認証局だけを対象にしています", "the revocation list is of authorities only" } },
        { "revocation-list-of-some-reasons",
          { "失効情報が一部の理由だけを対象にしています", "the revocation list is of some reasons only" } },
        { "stale-revocation-list", { "失効情報が古くなっています", "the revocation list is too old" } },
        { "authority-expired", { "発行元の証明書の期限が切れています", "the certificate of its issuer has expired" } },
        { "authority-not-yet-valid",
          { "発行元の証明書の有効期間の前です", "the certificate of its issuer is not valid yet" } },
        { "authority-weak",
          { "発行元の鍵が使えない種類です", "the key of its issuer is of a kind that is not accepted" } },
        { "wrong-purpose", { "ログイン用の証明書ではありません", "the certificate is not meant for logging in" } },
        { "wrong-policy",
          { "求められる証明書ポリシーに従っていません", "the certificate does not follow a policy that is demanded" } },
        { "weak", { "証明書の暗号が古い方式です", "the certificate's cryptography is too old" } },
        { "no-authentication", { "多要素認証を通っていません", "it did not pass multi-factor authentication" } },
        { "another-user", { "ほかの利用者の名前で求められました", "it was asked for in another user's name" } },
        { "not-root", { "管理者だけができる操作です", "only root may ask for that" } },
        { "no-administrator", { "管理者ではありません", "this is no administrator" } },
        { "unproven", { "示されたものが登録と一致しません", "what was shown does not match" } },
        { "tally", { "使用済みコードの記録が壊れています", "the record of used codes is damaged" } },
        { "state", { "端末の保存領域を使えません", "the terminal cannot use its disk" } },
        { "no-helper", { "確認用のプログラムが動きません", "a helper program does not work" } },
        { "too-many", { "同時に行われているログインが多すぎます", "too many logins at once from there" } },
        { "too-many-sessions", { "開いているセッションが多すぎます", "too many sessions are open from there" } },
        { "timeout", { "時間内に終わりませんでした", "it took too long" } },
        { "unrecorded", { "監査記録に書けません", "it could not be recorded" } },
};

#define FACTOR_WORD(factor, name, class, ja, en) { name, { ja, en } },
static const struct word factors[] = { FACTOR_ROWS(FACTOR_WORD){ "all", { "すべて", "everything" } } };

static const struct word sessions[] = {
        { "session-opened", { "セッションを始めました", "Session opened" } },
        { "session-refused",
          { "多要素認証を通っていないため、セッションを認めませんでした",
            "Session refused, it did not pass multi-factor authentication" } },
        { "session-closed", { "セッションを終えました", "Session closed" } },
        { "session-lost",
          { "エージェントの再起動の後に引き継げないセッションがあったため、画面をロックしました",
            "A session could not be taken up after a restart of the agent, screen locked" } },
};

/* Of many hosts and lines together; others are named. */
static const struct word askers[] = {
        { "host", { "ほかのホスト", "other hosts" } },
        { "line", { "席のない端末（pts など）", "terminals without a seat (pts and the like)" } },
};

static const struct word changes[] = {
        { "enrolled", { "ログイン方法を登録しました", "Enrolled" } },
        { "removed", { "ログイン方法の登録を消しました", "Removed" } },
        { "unlocked", { "ログインの停止を解除しました", "Unlocked" } },
};

static const struct word removals[] = {
        { "lock", { "ICカードが外れたため、画面をロックしました", "Card taken away, screen locked" } },
        { "logout", { "ICカードが外れたため、ログアウトしました", "Card taken away, logged out" } },
};

/* Appends the member's word through a format with one %s. */
#define ADD_WORD(s, key, rows, ja, en)                                                                                 \
        do {                                                                                                           \
                char word_[512];                                                                                       \
                find_word(s, key, rows, sizeof(rows) / sizeof *(rows), word_, sizeof word_);                           \
                if (*word_)                                                                                            \
                        words_add((s)->to, (s)->size, SAY((s)->l, ja, en), word_);                                     \
        } while (0)

static void find_word(const struct told *s, const char *key, const struct word *rows, size_t n, char *to, size_t size) {
        for (size_t i = 0; i < n; i++)
                if (told_is(s, key, rows[i].code)) {
                        to[0] = '\0';
                        words_add(to, size, "%s", rows[i].words[s->l]);
                        return;
                }
        sentence_text(s->record, key, to, size);
}

static const struct word losses[] = {
        { "lock",
          { "ICカードがあるかどうかを確かめられない状態が続いたため、画面をロックしました",
            "Nobody could say for too long whether the card is there, screen locked" } },
        { "logout",
          { "ICカードがあるかどうかを確かめられない状態が続いたため、画面をロックできないセッションを終えました",
            "Nobody could say for too long whether the card is there, a session without a screen to lock was ended" } },
};

static void add_user(const struct told *s) {
        if (json_is_string(json_object_get(s->record, "user")))
                ADD_TEXT(s, "user", ": %s", ": %s");
        else
                ADD(s, ": 登録のない名前", ": a name that nobody has");
}

/* Where: the host far away, else the terminal line, else the seat. */
static void add_place(const struct told *s) {
        static const char *const keys[] = { "rhost", "tty", "seat" };

        ADD_TEXT(s, "service", "（%s", " (%s");
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
                const char *text = json_string_value(json_object_get(s->record, keys[i]));

                if (text && *text) {
                        ADD_TEXT(s, keys[i], "、%s", ", %s");
                        break;
                }
        }
        if (json_string_length(json_object_get(s->record, "service")))
                ADD(s, "）", ")");
}

static void add_factors(const struct told *s) {
        char all[512], *rest = all, *one;
        bool first = true;

        sentence_text(s->record, "factors", all, sizeof all);
        while ((one = strsep(&rest, "+"))) {
                const char *word = one;

                for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
                        if (strcmp(one, factors[i].code) == 0)
                                word = factors[i].words[s->l];
                if (*word)
                        words_add(s->to, s->size, "%s%s", first ? SAY(s->l, " ", " with ") : "+", word);
                first = first && !*word;
        }
}

const char *told_login_reason(enum language l, const char *code) {
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
                if (strcmp(reasons[i].code, code) == 0)
                        return reasons[i].words[l];
        return NULL;
}

void told_login(const struct told *s) {
        char reason[512], card[512];

        ADD_WORD(s, "type", outcomes, "%s", "%s");
        add_user(s);
        add_place(s);
        add_factors(s);
        sentence_reason(s->l, s->record, reason, sizeof reason);
        find_word(s, "card", reasons, sizeof reasons / sizeof *reasons, card, sizeof card);
        if (*reason)
                words_add(s->to, s->size, SAY(s->l, "。%s", ": %s"), reason);
        if (*card)
                words_add(s->to, s->size, SAY(s->l, "（ICカード: %s）", " (the card: %s)"), card);
        if (told_number(s, "failures") > 0)
                words_add(s->to, s->size, SAY(s->l, "（続けて%" PRId64 "回）", " (%" PRId64 " in a row)"),
                          told_number(s, "failures"));
        if (told_number(s, "wait") > 0)
                words_add(s->to, s->size, SAY(s->l, "（あと%" PRId64 "秒）", " (%" PRId64 " s to wait)"),
                          told_number(s, "wait"));
        ADD_TEXT(s, "rule", " 規則「%s」", " [rule: %s]");
        told_policy(s);
}

void told_session(const struct told *s) {
        ADD_WORD(s, "type", sessions, "%s", "%s");
        if (!told_is(s, "type", "session-lost") || json_string_length(json_object_get(s->record, "user")))
                add_user(s);
        add_place(s);
        ADD_TEXT(s, "session", " セッション %s", " [session %s]");
}

void told_logins_counted(const struct told *s) {
        ADD_WORD(s, "subject", askers, "「%s」からのログインの拒否が、", "From %s, ");
        words_add(s->to, s->size,
                  SAY(s->l, "ほかに %" PRId64 "件ありました（多すぎるため、1件ずつは記録していません）",
                      "%" PRId64 " more refused logins: too many to be recorded one by one"),
                  told_number(s, "count"));
}

void told_factors(const struct told *s) {
        ADD_WORD(s, "what", changes, "%s", "%s");
        add_user(s);
        ADD_WORD(s, "factor", factors, "（%s", " (%s");
        ADD_TEXT(s, "label", "「%s」", " \"%s\"");
        if (json_string_length(json_object_get(s->record, "factor")))
                ADD(s, "）", ")");
        told_operator(s);
}

void told_clock(const struct told *s) {
        words_add(s->to, s->size,
                  SAY(s->l, "端末の時計が、前回のログインより %" PRId64 " 秒前の時刻になっています",
                      "The terminal's clock is %" PRId64 " s behind the time of the last login"),
                  told_number(s, "seconds"));
        add_user(s);
}

void told_card(const struct told *s) {
        ADD_WORD(s, "action", removals, "%s", "%s");
        add_user(s);
}

void told_card_lost(const struct told *s) {
        ADD_WORD(s, "action", losses, "%s", "%s");
        add_user(s);
}
