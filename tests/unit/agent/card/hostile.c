/* SPDX-License-Identifier: MIT */
/* hostile.c — the card helper before a module that does its worst (tests/odd/pkcs11_odd.c), modules that are none, and
 * requests that nobody makes. */
#include "base/err.h"
#include "unit/agent/card/helper.h"
#include "wire/socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULE "/mnt/pkcs11_odd.so"

static void copy(const char *from, const char *to, mode_t mode) {
        int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

        cr_assert(in >= 0 && out >= 0, "%s", from);
        while (sendfile(out, in, NULL, 1 << 20) > 0)
                ;
        cr_assert_eq(fchmod(out, mode), 0);
        (void)close(in);
        (void)close(out);
}

static void fake_module(char path[PATH_MAX]) {
        ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

        cr_assert_gt(n, 0);
        path[n] = '\0';
        (void)snprintf(strrchr(path, '/'), 32, "/pkcs11_odd.so");
}

/* The test program may lie in a folder that others may write to; root makes one that nobody else sees. */
static void given_module(void) {
        char built[PATH_MAX];

        if (geteuid() != 0)
                cr_skip_test("only root can put a module where nobody else may write");
        if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
            || mount("none", "/mnt", "tmpfs", 0, "mode=0755") < 0)
                cr_skip_test("root without the right to mount");
        fake_module(built);
        copy(built, MODULE, 0755);
        helper_start();
}

static void given_open_module(void) {
        given_module();
        helper_open(MODULE);
}

/* What it says when it ends is not wanted here by the dozen. */
static void given_quiet(void) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        cr_assert(null >= 0 && dup2(null, STDERR_FILENO) >= 0);
        (void)close(null);
        helper_start();
}

TestSuite(card_module, .init = given_open_module, .fini = helper_stop, .timeout = 60);
TestSuite(card_path, .init = given_module, .fini = helper_stop, .timeout = 60);
TestSuite(card_request, .init = given_quiet, .fini = helper_stop, .timeout = 60);

/* ---- Answers of a module ----------------------------------------------------------------------------- */
Test(card_module, what_it_says_of_itself_moves_no_terminal) {
        cr_assert_eq(helper.listed.result, CARD_OK, "%s", helper.listed.text);
        cr_assert_eq(helper.listed.n, 1);
        cr_expect_str_eq(helper.found[0].label, "職員証??[2J");
        cr_expect_str_eq(helper.found[0].reader, "Nobody's reader??[2J");
        cr_expect_eq(helper.found[0].pin_least, 1);
        cr_expect_eq(helper.found[0].pin_most, CARD_PIN - 1);
}

static void expect(const char *pin, enum card_result result, enum pin_state state, const char *text) {
        struct card_signed s = helper_sign(&helper.found[0], pin, 1);

        cr_expect_eq(s.result, result, "%s: %d, %s", pin, (int)s.result, s.text);
        cr_expect_eq(s.pin, state, "%s: %d", pin, (int)s.pin);
        cr_expect_str_eq(s.text, text, "%s", pin);
        cr_expect_eq(s.n_signature, result == CARD_OK ? 64 : 0, "%s", pin);
}

Test(card_module, signatures_of_no_possible_length_are_refused) {
        expect("huge-signature", CARD_UNABLE, PIN_FRESH, "C_Sign: a signature of no possible length");
        expect("no-signature", CARD_UNABLE, PIN_FRESH, "C_Sign: a signature of no possible length");
        expect("grown-signature", CARD_UNABLE, PIN_FRESH, "C_Sign: a signature longer than announced");
        expect("right", CARD_OK, PIN_FRESH, "");
}

/* OpenSC says CKR_GENERAL_ERROR where a JPKI card answers 6984. */
Test(card_module, a_locked_pin_is_told_whatever_it_is_called) {
        expect("last-try", CARD_PIN_WRONG, PIN_LAST_TRY, "C_Login: CKR_PIN_INCORRECT");
        expect("locked-generally", CARD_PIN_IS_LOCKED, PIN_LOCKED, "C_Login: CKR_GENERAL_ERROR");
        expect("right", CARD_PIN_IS_LOCKED, PIN_LOCKED, "");
}

Test(card_module, who_was_in_already_has_to_show_the_pin_again) {
        expect("already-in", CARD_OK, PIN_FRESH, "");
}

/* Of each login that used the card before, the end resets it. */
Test(card_module, a_card_that_others_reset_is_shown_the_pin_again) {
        expect("reset-at-sign", CARD_OK, PIN_FRESH, "");
}

Test(card_module, a_key_that_asks_each_time_is_answered) {
        expect("each-time", CARD_OK, PIN_FRESH, "");
}

Test(card_module, a_card_pulled_at_login_is_gone) {
        expect("pulled-at-login", CARD_GONE, 0, "C_Login: CKR_GENERAL_ERROR");
}

Test(card_module, a_card_pulled_at_signing_is_gone) {
        expect("pulled-at-sign", CARD_GONE, 0, "C_Sign: CKR_DEVICE_ERROR");
}

/* It tells in its serial. 1 is EPERM. */
Test(card_module, while_it_is_loaded_it_reaches_nobody_and_hears_no_environment) {
        cr_expect_str_eq(helper.found[0].serial, "inet 1 env 0");
}

Test(card_module, copies_of_the_pin_that_it_leaves_behind_are_wiped) {
        static const char secret[] = "Wq8-tR2-zN5-uY1";

#ifdef __SANITIZE_ADDRESS__
        cr_skip_test("under AddressSanitizer freed memory is kept as it was");
#endif
        cr_assert_gt(helper_remembers("C_GetFunctionList"), 0, "what is there is found");
        expect(secret, CARD_OK, PIN_FRESH, "");
        cr_expect_eq(helper_remembers(secret), 0);
}

Test(card_module, an_intruder_in_it_reaches_nothing) {
        static const struct {
                const char *pin;
                int code;
        } refused[] = {
                { "inet", EPERM },    { "unix", EPERM },  { "fork", EPERM }, { "code", EPERM },
                { "shadow", EACCES }, { "limit", EPERM }, { "dump", EPERM }, { "kill", EPERM },
        };

        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
                char text[64];

                (void)snprintf(text, sizeof text, "C_Login: CKR %#lx", 0x80000000UL + (unsigned long)refused[i].code);
                expect(refused[i].pin, CARD_UNABLE, PIN_FRESH, text);
        }
}

static void ends_by(const char *pin, int signal) {
        struct card_sign s = { .slot = 3, .n_id = 1, .id = { 1 } };
        uint8_t message[CARD_MAX];
        int status;

        (void)snprintf(s.pin, sizeof s.pin, "%s", pin);
        helper_send(message, card_sign_encode(&s, message));
        cr_assert(helper_ends(&status), "%s", pin);
        cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == signal, "%s: %#x", pin, (unsigned)status);
        cr_expect_eq(helper_receive(message), 0, "%s: and it says nothing", pin);
}

Test(card_module, executing_is_the_end) {
        ends_by("execute", SIGSYS);
}

Test(card_module, tracing_is_the_end) {
        ends_by("trace", SIGSYS);
}

/* A reader of hardware that pcscd does not know was pulled; this one says it is none. */
Test(card_module, a_slot_that_is_no_reader_is_never_pulled) {
        uint8_t message[CARD_MAX];
        int status;

        helper_send(message, card_watch_encode(3, message));
        helper_send(message, card_watch_encode(3, message));
        cr_expect(helper_ends(&status));
        cr_expect_eq(helper_receive(message), 0, "only its end: what comes behind CARD_WATCH is out of turn");
}

/* ---- Paths of modules ---------------------------------------------------------------------------------- */
static void refused(const char *path, const char *why) {
        helper_stop();
        helper_start();
        helper_open(path);
        cr_expect_eq(helper.listed.result, CARD_UNABLE, "%s", path);
        cr_expect_eq(helper.listed.n, 0);
        cr_expect(strstr(helper.listed.text, why), "'%s' lacks '%s'", helper.listed.text, why);
}

Test(card_path, a_module_belongs_to_root_alone) {
        cr_assert_eq(mkdir("/mnt/open", 0755), 0);
        cr_assert_eq(chmod("/mnt/open", 0777), 0);
        cr_assert_eq(mkdir("/mnt/group", 0755), 0);
        cr_assert_eq(chmod("/mnt/group", 0775), 0);
        copy(MODULE, "/mnt/open/module.so", 0755);
        copy(MODULE, "/mnt/group/module.so", 0755);
        copy(MODULE, "/mnt/writable.so", 0757);
        copy(MODULE, "/mnt/theirs.so", 0755);
        cr_assert_eq(chown("/mnt/theirs.so", 1000, 1000), 0);
        cr_assert_eq(symlink("/mnt/open/module.so", "/mnt/into-open.so"), 0);
        cr_assert_eq(symlink(MODULE, "/mnt/open/out-of-open.so"), 0);
        cr_assert_eq(symlink(MODULE, "/mnt/good.so"), 0);
        refused("/mnt/open/module.so", "'/mnt/open' can be changed by others");
        refused("/mnt/group/module.so", "'/mnt/group' can be changed by others");
        refused("/mnt/writable.so", "'/mnt/writable.so' can be changed by others");
        refused("/mnt/theirs.so", "'/mnt/theirs.so' belongs to user 1000");
        refused("/mnt/into-open.so", "'/mnt/open' can be changed by others");
        refused("/mnt/open/out-of-open.so", "'/mnt/open' can be changed by others");
        helper_stop();
        helper_start();
        helper_open("/mnt/good.so");
        cr_expect_eq(helper.listed.result, CARD_OK, "a link of root's is fine: %s", helper.listed.text);
}

Test(card_path, a_module_is_a_module) {
        copy("/etc/passwd", "/mnt/text.so", 0755);
        copy("/dev/null", "/mnt/empty.so", 0755);
        refused("/mnt/nowhere.so", "No such file");
        refused("/mnt", "is not a file");
        refused("/dev/null", "can be changed by others");
        refused("/mnt/text.so", "invalid ELF header");
        refused("/mnt/empty.so", "file too short");
        refused("/mnt/pkcs11_odd.so/", "Not a directory");
        refused("/usr/lib/x86_64-linux-gnu/libcrypto.so.3", "is no PKCS#11 module");
}

/* ---- Requests ------------------------------------------------------------------------------------------- */
static const char missing[] = "/nowhere/module.so";

static size_t sign_message(void *to) {
        return card_sign_encode(&(const struct card_sign){ .n_id = 1, .pin = "1234" }, to);
}
static size_t watch_message(void *to) {
        return card_watch_encode(0, to);
}
static size_t open_message(void *to) {
        return card_open_encode(missing, to);
}
static size_t prepare_message(void *to) {
        return card_prepare_encode(missing, to);
}
static size_t found_message(void *to) {
        return card_removed_encode(to);
}
static size_t long_message(void *to) {
        memset(to, 1, CARD_MAX);
        return CARD_MAX;
}
static size_t short_message(void *to) {
        return open_message(to) - 1;
}
static size_t one_byte(void *to) {
        *(uint8_t *)to = 1;
        return 1;
}

static const struct {
        size_t (*message)(void *to);
        bool opened;
        const char *what;
} out_of_turn[] = {
        { sign_message, false, "signing before opening" },
        { watch_message, false, "watching before opening" },
        { open_message, true, "opening twice" },
        { prepare_message, true, "making ready what is open" },
        { prepare_message, false, "making ready what is not there" },
        { watch_message, true, "watching what was not listed" },
        { found_message, false, "an answer for a request" },
        { found_message, true, "an answer for a request" },
        { long_message, false, "noise" },
        { short_message, false, "a torn request" },
        { one_byte, false, "a version" },
};

Test(card_request, out_of_turn_or_malformed_is_the_end) {
        for (size_t i = 0; i < sizeof out_of_turn / sizeof *out_of_turn; i++) {
                uint8_t message[CARD_MAX];
                int status;

                helper_stop();
                helper_start();
                if (out_of_turn[i].opened)
                        helper_open(missing);
                helper_send(message, out_of_turn[i].message(message));
                cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 3, "%s",
                          out_of_turn[i].what);
        }
}

Test(card_request, too_much_at_once_is_the_end) {
        static uint8_t message[CARD_MAX + 1];
        int status;

        helper_send(message, sizeof message);
        cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

Test(card_request, a_descriptor_with_it_is_the_end) {
        uint8_t message[CARD_MAX];
        int status;

        cr_assert_eq(socket_send(helper.fd, message, open_message(message), 0), 0);
        cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

Test(card_request, random_bytes_are_the_end) {
        srandom(6);
        for (int round = 0; round < 50; round++) {
                uint8_t message[256];
                int status;

                helper_stop();
                helper_start();
                for (size_t i = 0; i < sizeof message; i++)
                        message[i] = (uint8_t)random();
                message[0] = 1;
                message[1] = (uint8_t)(1 + round % (CARD_MESSAGES - 1));
                helper_send(message, 1 + (size_t)random() % (sizeof message - 1));
                cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 3, "%d", round);
        }
}

Test(card_request, it_ends_with_the_agent) {
        int status;

        (void)close(helper.fd);
        helper.fd = -1;
        cr_expect(helper_ends(&status) && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

Test(card_request, a_module_that_cannot_be_loaded_is_named_and_nothing_is_signed) {
        const struct card_found none = { .n_id = 1 };

        helper_open(missing);
        cr_expect_eq(helper.listed.result, CARD_UNABLE);
        cr_expect(strstr(helper.listed.text, "'/nowhere': No such file or directory"), "%s", helper.listed.text);
        cr_expect_eq(helper_sign(&none, "1234", 1).result, CARD_GONE);
}
