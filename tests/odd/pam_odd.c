/* SPDX-License-Identifier: MIT */
/* pam_odd.c — a PAM module that misbehaves as its first argument says: for tests of whoever has to live with one. */
#include <fcntl.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* Say `n` messages of one style at once; what the conversation answered. */
static int say(pam_handle_t *h, int style, const char *text, int n) {
        struct pam_message message = { .msg_style = style, .msg = text };
        const struct pam_message *all[PAM_MAX_NUM_MSG + 1];
        struct pam_response *replies = NULL;
        const struct pam_conv *conversation;
        int r = pam_get_item(h, PAM_CONV, (const void **)&conversation);

        for (int i = 0; i < n; i++)
                all[i] = &message;
        if (r == PAM_SUCCESS)
                r = conversation->conv(n, all, &replies, conversation->appdata_ptr);
        for (int i = 0; replies && i < n; i++)
                free(replies[i].resp);
        free(replies);
        return r;
}

static int hang(pam_handle_t *h) {
        (void)h;
        while (pause() < 0)
                ;
        return PAM_SUCCESS;
}

static int crash(pam_handle_t *h) {
        (void)h;
        abort();
}

static int leave(pam_handle_t *h) {
        (void)h;
        exit(0);
}

static int ask_shown(pam_handle_t *h) {
        return say(h, PAM_PROMPT_ECHO_ON, "Code: ", 1);
}

static int ask_binary(pam_handle_t *h) {
        return say(h, PAM_BINARY_PROMPT, "", 1);
}

static int ask_twice(pam_handle_t *h) {
        int r = say(h, PAM_PROMPT_ECHO_OFF, "Password: ", 1);

        return r == PAM_SUCCESS ? say(h, PAM_PROMPT_ECHO_OFF, "Another: ", 1) : r;
}

static int ask_two_at_once(pam_handle_t *h) {
        return say(h, PAM_PROMPT_ECHO_OFF, "Password: ", 2);
}

static int ask_nothing(pam_handle_t *h) {
        return say(h, PAM_TEXT_INFO, "", 0);
}

static int ask_too_much(pam_handle_t *h) {
        return say(h, PAM_TEXT_INFO, "x", PAM_MAX_NUM_MSG + 1);
}

static int talk(pam_handle_t *h) {
        (void)say(h, PAM_TEXT_INFO, "三回まちがえると\x1b[2Jとまります", 1);
        return say(h, PAM_ERROR_MSG, "at most 3", 1);
}

static int flood(pam_handle_t *h) {
        for (int i = 0; i < 1000; i++)
                (void)say(h, PAM_TEXT_INFO, "関守", 1);
        return PAM_SUCCESS;
}

static int become_root(pam_handle_t *h) {
        return pam_set_item(h, PAM_USER, "root");
}

static int wait_on_failure(pam_handle_t *h) {
        (void)pam_fail_delay(h, 5000000);
        return PAM_AUTH_ERR;
}

/* For whoever looks at the handle: what the modules before gave on. */
static int show_password(pam_handle_t *h) {
        const char *password = NULL;
        char text[1024];

        if (pam_get_item(h, PAM_AUTHTOK, (const void **)&password) != PAM_SUCCESS || !password)
                return PAM_SUCCESS;
        (void)snprintf(text, sizeof text, "PAM_AUTHTOK=%s", password);
        return pam_putenv(h, text);
}

static int allow(pam_handle_t *h) {
        (void)h;
        return PAM_SUCCESS;
}

static const struct {
        const char *name;
        int (*act)(pam_handle_t *h);
} acts[] = {
        { "hang", hang },
        { "crash", crash },
        { "exit", leave },
        { "ask-shown", ask_shown },
        { "ask-binary", ask_binary },
        { "ask-twice", ask_twice },
        { "ask-two-at-once", ask_two_at_once },
        { "ask-nothing", ask_nothing },
        { "ask-too-much", ask_too_much },
        { "talk", talk },
        { "flood", flood },
        { "root", become_root },
        { "delay", wait_on_failure },
        { "show-password", show_password },
        { "allow", allow },
};

/* Or a number: PAM's own for what to answer. */
static int act(pam_handle_t *h, int argc, const char **argv) {
        for (size_t i = 0; argc == 1 && i < sizeof acts / sizeof *acts; i++)
                if (strcmp(argv[0], acts[i].name) == 0)
                        return acts[i].act(h);
        return argc == 1 ? atoi(argv[0]) : PAM_SERVICE_ERR;
}

EXPORTED int pam_sm_authenticate(pam_handle_t *h, int flags, int argc, const char **argv) {
        (void)flags;
        return act(h, argc, argv);
}

EXPORTED int pam_sm_setcred(pam_handle_t *h, int flags, int argc, const char **argv) {
        (void)h;
        (void)flags;
        (void)argc;
        (void)argv;
        return PAM_SUCCESS;
}

EXPORTED int pam_sm_acct_mgmt(pam_handle_t *h, int flags, int argc, const char **argv) {
        (void)flags;
        return act(h, argc, argv);
}
