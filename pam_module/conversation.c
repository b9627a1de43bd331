/* SPDX-License-Identifier: MIT */
/* conversation.c — each text is one pam_prompt(3) call; an error from it is PAM_CONV_ERR. See conversation.h. */
#include "conversation.h"

#include "base/secret.h"
#include "decision/pam_service.h"

#include <security/pam_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In both languages: only the agent knows which one the policy wants, and here the agent cannot be asked. */
static const char *const words[WORDS][2] = {
        [WORD_NO_AGENT] = { "ログインの確認を受け付ける仕組みから応答がありません。少し待って、もう一度お試しください。"
                            "続くときは、情報システム担当へ連絡してください。",
                            "The login service of this terminal does not answer. Please wait a moment and try again. "
                            "If it goes on, contact your IT section." },
        [WORD_SETTINGS] = { "この端末のログインの設定に誤りがあり、確認を始められません。"
                            "情報システム担当へ連絡してください。",
                            "The login of this terminal is not set up correctly and cannot begin. "
                            "Please contact your IT section." },
};

/* The response is the login program's memory; its length depends on what was typed. */
static void conversation_forget(char *response) {
        if (response)
                secret_wipe(response, strlen(response));
        free(response);
}

int conversation_ask(pam_handle_t *pamh, bool hidden, const char *text, char ret[LOGIN_ANSWER]) {
        char *response = NULL;
        int code = pam_prompt(pamh, hidden ? PAM_PROMPT_ECHO_OFF : PAM_PROMPT_ECHO_ON, &response, "%s", text);
        size_t n = response ? strlen(response) : 0;

        memset(ret, 0, LOGIN_ANSWER);
        if (code != PAM_SUCCESS || !response)
                code = PAM_CONV_ERR;
        else if (n >= LOGIN_ANSWER)
                code = PAM_AUTH_ERR;
        else
                memcpy(ret, response, n);
        conversation_forget(response);
        return code;
}

static bool conversation_at(pam_handle_t *pamh, enum pam_service_trait t) {
        const void *service = NULL;

        (void)pam_get_item(pamh, PAM_SERVICE, &service);
        return service && pam_service_has(service, t);
}

/* An error, but where the program would show words of its own in its place. */
static int style_of_warning(pam_handle_t *pamh) {
        return conversation_at(pamh, PAM_SERVICE_OWN_WORDS) ? PAM_TEXT_INFO : PAM_ERROR_MSG;
}

/* How many bytes the end of a sentence has, where one is at `at` and more follows in its line. */
static size_t sentence_end(const char *at) {
        static const char *const stops[] = { "。", ". " };

        for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
                size_t n = strlen(stops[i]);

                if (strncmp(at, stops[i], n) == 0)
                        return strchr("\n", at[n]) ? 0 : n; /* the end of the text, too */
        }
        return 0;
}

/* Each sentence in a line of its own. */
static int show_in_lines(pam_handle_t *pamh, int style, const char *text) {
        char lines[2 * LOGIN_TEXT];
        size_t used = 0;

        while (*text && used + sizeof "。\n" < sizeof lines) {
                size_t end = sentence_end(text), n = end ? end : 1;

                memcpy(lines + used, text, n);
                used += n;
                text += n;
                if (end)
                        lines[used++] = '\n';
        }
        lines[used] = '\0';
        return pam_prompt(pamh, style, NULL, "%s", lines);
}

static int conversation_show(pam_handle_t *pamh, int style, const char *text) {
        return conversation_at(pamh, PAM_SERVICE_UNBROKEN_LINES) ? show_in_lines(pamh, style, text)
                                                                 : pam_prompt(pamh, style, NULL, "%s", text);
}

int conversation_tell(pam_handle_t *pamh, bool warning, const char *text) {
        if (!*text)
                return PAM_SUCCESS;
        return conversation_show(pamh, warning ? style_of_warning(pamh) : PAM_TEXT_INFO, text) == PAM_SUCCESS
                       ? PAM_SUCCESS
                       : PAM_CONV_ERR;
}

void conversation_word(pam_handle_t *pamh, enum word w) {
        char both[LOGIN_TEXT];

        (void)snprintf(both, sizeof both, "%s\n%s", words[w][0], words[w][1]);
        (void)conversation_show(pamh, style_of_warning(pamh), both);
}
