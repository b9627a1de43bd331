/* SPDX-License-Identifier: MIT */
/* conversation.h — what the person at the terminal is shown and asked, through the login program's PAM conversation. */
#pragma once

#include "wire/login.h"

#include <security/pam_modules.h>

/* What the module says of itself; the agent has the words for everything else. */
enum word { WORD_NO_AGENT, WORD_SETTINGS, WORDS };

/* PAM_SUCCESS; PAM_CONV_ERR: nobody answered (no conversation, it failed, the end of the input); PAM_AUTH_ERR: too long
 * an answer. What the program gave is wiped and freed on every path; *ret is the caller's to wipe, empty on failure. */
int conversation_ask(pam_handle_t *pamh, bool hidden, const char *text, char ret[LOGIN_ANSWER]);

/* PAM_SUCCESS, or PAM_CONV_ERR: the text was not shown. An empty text is not shown at all; where the program breaks no
 * line (decision/pam_service.h), each sentence is given one of its own. */
int conversation_tell(pam_handle_t *pamh, bool warning, const char *text);

/* Shown in Japanese and English. A failure to show it is ignored. */
void conversation_word(pam_handle_t *pamh, enum word w);
