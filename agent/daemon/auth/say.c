/* SPDX-License-Identifier: MIT */
/* say.c — what a conversation says to the person: a sentence of login_words.h, in the language of their terminal. */
#include "auth/attempt.h"

#include "auth/means.h"
#include "decision/pam_service.h"
#include "text/words.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum language say_language(const struct attempt *a) {
        const struct policy *p = attempt_policy(a);

        return language_on(p ? language_of(policy_language(p)) : LANGUAGE_JA, a->begin.tty);
}

static int say_text(struct attempt *a, const struct login_say *s) {
        uint8_t message[LOGIN_MAX];
        size_t n = login_say_encode(s, message);

        return n ? socket_send(a->peer.fd, message, n, -1) : -EMSGSIZE;
}

void attempt_verdict(struct attempt *a, enum login_saying verdict) {
        const struct login_say s = { .what = verdict, .kept = verdict == LOGIN_ALLOW ? a->kept : 0 };

        (void)say_text(a, &s);
        attempt_end(a);
}

/* A question in both languages: a client in the locale C shows the bytes of Japanese as digits, and can read on. */
static void say_in_english_too(enum login_word w, const struct word_facts *facts, struct login_say *s) {
        char english[sizeof s->text / 2];
        size_t n = strlen(s->text);

        while (n && strchr(": ", s->text[n - 1]))
                n--;
        words_login(LANGUAGE_EN, w, facts, english, sizeof english);
        (void)snprintf(s->text + n, sizeof s->text - n, " / %s", english);
}

static bool is_question(const struct login_say *s) {
        return s->what == LOGIN_ASK_HIDDEN || s->what == LOGIN_ASK_SHOWN;
}

/* Where nothing says what the screen can show: OpenSSH's client shows what is no question with digits in place of
 * Japanese in every locale, and cuts it; in an open session it goes to the person's own terminal. */
static int say_word(struct attempt *a, struct login_say *s, enum login_word w, struct word_facts facts) {
        const struct policy *p = attempt_policy(a);
        bool unseen = pam_service_has(a->begin.service, PAM_SERVICE_UNSEEN_SCREEN);
        enum language l = unseen && !is_question(s) && a->begin.phase != LOGIN_OPEN ? LANGUAGE_EN : say_language(a);

        facts.contact = p ? policy_contact(p) : NULL;
        words_login(l, w, &facts, s->text, sizeof s->text);
        if (unseen && is_question(s) && l != LANGUAGE_EN)
                say_in_english_too(w, &facts, s);
        return say_text(a, s);
}

void attempt_tell_facts(struct attempt *a, enum login_word w, const struct word_facts *facts) {
        struct login_say s = { .what = w >= WORD_FIRST_REFUSAL ? LOGIN_WARN : LOGIN_TELL };

        (void)say_word(a, &s, w, *facts);
}

void attempt_tell(struct attempt *a, enum login_word w) {
        attempt_tell_facts(a, w, &(struct word_facts){ 0 });
}

static enum login_word pin_question(const struct attempt *a) {
        return a->pin_state == PIN_LAST_TRY    ? WORD_ASK_PIN_LAST
               : a->pin_state == PIN_COUNT_LOW ? WORD_ASK_PIN_FEW
                                               : WORD_ASK_PIN;
}

static enum login_word code_question(const struct attempt *a, enum factor f) {
        return f == FACTOR_TOTP && a->choice.recovery_too ? WORD_ASK_TOTP_OR_RECOVERY : means_row(f)->question;
}

static enum login_word line_question(const struct attempt *a) {
        const uint32_t codes = a->choice.factors & means_of_codes();
        enum factor f = 0;

        if (a->choice.recovery_too)
                return WORD_ASK_LINE_EITHER;

        while (f < FACTORS - 1 && !(codes & FACTOR_BIT(f)))
                f++;
        return codes == FACTOR_BIT(f) ? means_row(f)->in_line : WORD_ASK_LINE_BOTH;
}

/* The number of digits of the next code: of the person's token, else of the policy, so that a question does not reveal
 * whether a token exists. */
static unsigned say_digits(const struct attempt *a) {
        return a->factors.n_tokens ? a->factors.tokens[0].digits : policy_login_terms(attempt_policy(a))->totp.digits;
}

static int say_ask(struct attempt *a, struct login_question q) {
        struct login_say s = { .what = LOGIN_ASK_HIDDEN };
        enum login_word w = WORD_ASK_PASSWORD;

        switch (q.ask) {
        case ASK_PASSWORD:
                s.keep = true;
                break;
        case ASK_LINE:
                s.keep = true;
                w = line_question(a);
                break;
        case ASK_PIN:
                w = pin_question(a);
                break;
        case ASK_CODE:
                w = code_question(a, q.code);
                break;
        }
        return say_word(a, &s, w, (struct word_facts){ .count = say_digits(a) });
}

int attempt_ask(struct attempt *a) {
        struct login_say s = { .what = LOGIN_ASK_SHOWN };
        int r = 0;

        if (a->choice.insert)
                return say_word(a, &s, WORD_ASK_CARD, (struct word_facts){ 0 });
        for (unsigned i = 0; i < a->choice.n && r == 0; i++)
                r = say_ask(a, a->choice.questions[i]);
        return r;
}
