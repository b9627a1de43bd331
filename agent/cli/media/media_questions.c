/* SPDX-License-Identifier: MIT */
/* media_questions.c — which section, who, until when: from the command line, or asked. See media_enrol.h. */
#include "cli/media/media_enrol.h"

#include "base/date.h"
#include "cli/verbs.h"
#include "decision/hours.h"
#include "language/value.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *until_fault(const void *ctx, enum language l, const char *answer) {
        const struct media_enrolment *e = ctx;
        int32_t day;

        if (!ledger_date(answer, &day))
                return SAY(l, "2027-03-31 のような日付ではありません", "not a date like 2027-03-31");
        if (day < e->today)
                return SAY(l, "過ぎた日付です", "that day has passed");
        return day > e->limit ? SAY(l, "ポリシーの有効期間より後です", "it is after the policy's last day") : NULL;
}

static const char *access_fault(const void *ctx, enum language l, const char *answer) {
        bool read_only;

        (void)ctx;
        return access_from_word(answer, &read_only)
                       ? NULL
                       : SAY(l, "読み書き か 読み取り専用 のどちらかです", "one of read-write, read-only");
}

static const char *hours_fault(const void *ctx, enum language l, const char *answer) {
        struct hours hours;

        (void)ctx;
        return !answer[0] || !hours_parse(answer, &hours)
                       ? NULL
                       : SAY(l, "mon-fri 08:30-17:15 のように書きます", "it is written like mon-fri 08:30-17:15");
}

static const struct media_question {
        const char *option, *ja, *en;
        size_t typed; /* offset in struct media_enrolment */
        media_fault *fault;
        bool optional;
} questions[] = {
        { "--section", "所属（課の名前）", "section", offsetof(struct media_enrolment, section), media_line_fault,
          false },
        { "--person", "担当者", "person in charge", offsetof(struct media_enrolment, person), media_line_fault, false },
        { "--until", "いつまで（例 2027-03-31（令和9年3月31日））", "until which day",
          offsetof(struct media_enrolment, until), until_fault, false },
        { "--access", "読み書き か 読み取り専用", "read-write or read-only", offsetof(struct media_enrolment, access),
          access_fault, false },
        { "--hours", "使える時間（例 mon-fri 08:30-17:15、空なら いつでも）",
          "hours (like mon-fri 08:30-17:15; empty: always)", offsetof(struct media_enrolment, hours), hours_fault,
          true },
};
#define QUESTIONS (sizeof questions / sizeof *questions)

static const char **media_questions_typed(struct media_enrolment *e, const struct media_question *q) {
        return (const char **)((char *)e + q->typed);
}

static void usual_answer(const struct media_enrolment *e, const struct media_question *q, char to[DATE_TEXT + 32]) {
        to[0] = '\0';
        if (q->fault == access_fault)
                (void)snprintf(to, DATE_TEXT + 32, "%s", access_word(true, e->terminal.l));
        if (q->fault == until_fault && e->limit < INT32_MAX)
                date_text(e->limit, to);
}

/* Without a terminal nobody can be asked: name all missing options at once. */
static int check_missing(struct media_enrolment *e) {
        char missing[256] = "";

        for (size_t i = 0; i < QUESTIONS; i++)
                if (!*media_questions_typed(e, &questions[i]) && !questions[i].optional)
                        words_add(missing, sizeof missing, " %s", questions[i].option);
        if (!missing[0] || isatty(STDIN_FILENO))
                return EXIT_OK;
        return complain(EXIT_USAGE, "足りない指定:%s", "missing:%s", missing);
}

static int take_answers(struct media_enrolment *e, char answers[QUESTIONS][MEDIA_TEXT], bool *ret_asked) {
        enum language l = e->terminal.l;

        for (size_t i = 0; i < QUESTIONS; i++) {
                const struct media_question *q = &questions[i];
                const char **answer = media_questions_typed(e, q), *why;
                char usual[DATE_TEXT + 32];
                int code;

                answers[i][0] = '\0';
                if (*answer) {
                        why = strlen(*answer) < MEDIA_TEXT ? q->fault(e, l, *answer) : SAY(l, "長すぎます", "too long");
                        if (why)
                                return complain(EXIT_USAGE, "%s %s: %s", "%s %s: %s", q->option, *answer, why);
                        (void)snprintf(answers[i], MEDIA_TEXT, "%s", *answer);
                } else if (isatty(STDIN_FILENO)) {
                        usual_answer(e, q, usual);
                        code = media_ask(l, SAY(l, q->ja, q->en), usual, q->fault, e, answers[i]);
                        if (code != EXIT_OK)
                                return code;
                        *ret_asked = true;
                }
        }
        return EXIT_OK;
}

static void media_questions_show(const struct media_enrolment *e) {
        char text[MEDIUM_TEXT];

        medium_text(&e->entry.medium, text);
        (void)fprintf(stderr, "%s  %s\n", text, e->entry.medium.name);
}

int media_answers(struct media_enrolment *e) {
        char answers[QUESTIONS][MEDIA_TEXT];
        bool asked = false;
        int code = check_missing(e);

        if (code == EXIT_OK && isatty(STDIN_FILENO))
                media_questions_show(e);
        if (code == EXIT_OK)
                code = take_answers(e, answers, &asked);
        if (code != EXIT_OK)
                return code;
        (void)memcpy(e->entry.section, answers[0], MEDIA_TEXT);
        (void)memcpy(e->entry.person, answers[1], MEDIA_TEXT);
        (void)ledger_date(answers[2], &e->entry.until);
        (void)access_from_word(answers[3], &e->entry.read_only);
        (void)memcpy(e->entry.hours, answers[4], MEDIA_TEXT);
        if (asked && !ask_yes(e->terminal.l, SAY(e->terminal.l, "登録しますか", "Enrol it?")))
                return complain(EXIT_REFUSED, "取りやめました", "given up");
        return EXIT_OK;
}
