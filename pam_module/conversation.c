/* SPDX-License-Identifier: MIT */
/* conversation.c — each text is one pam_prompt(3) call; an error from it is PAM_CONV_ERR. See conversation.h. */
#include "conversation.h"

#include "base/secret.h"
#include "decision/pam_service.h"

#include <security/pam_ext.h>
#include <stdlib.h>

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

/* An error, but where the program would show words of its own in its place. */
static int style_of_warning(pam_handle_t *pamh) {
        const void *service = NULL;

        (void)pam_get_item(pamh, PAM_SERVICE, &service);
        return service && pam_service_has(service, PAM_SERVICE_OWN_WORDS) ? PAM_TEXT_INFO : PAM_ERROR_MSG;
}

int conversation_tell(pam_handle_t *pamh, bool warning, const char *text) {
        if (!*text)
                return PAM_SUCCESS;
        return pam_prompt(pamh, warning ? style_of_warning(pamh) : PAM_TEXT_INFO, NULL, "%s", text) == PAM_SUCCESS
                       ? PAM_SUCCESS
                       : PAM_CONV_ERR;
}

void conversation_word(pam_handle_t *pamh, enum word w) {
        (void)pam_prompt(pamh, style_of_warning(pamh), NULL, "%s\n%s", words[w][0], words[w][1]);
}
