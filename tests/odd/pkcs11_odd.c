/* SPDX-License-Identifier: MIT */
/* pkcs11_odd.c — a PKCS#11 module that does what the PIN names: what a broken, a hostile and a JPKI card's module do.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <p11-kit/pkcs11.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define SESSION 7
#define CERTIFICATE 1
#define KEY 2

static struct {
        unsigned char *der;
        CK_ULONG n_der;
        CK_FLAGS token, slot;
        CK_OBJECT_CLASS sought;
        char pin[65];    /* the script */
        char serial[17]; /* what could be done while it was loaded */
        bool in, found, each_time, confirmed, stuck;
        unsigned resets;
} card = { .token = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED, .slot = CKF_TOKEN_PRESENT };

static bool script_is(const char *name) {
        return strcmp(card.pin, name) == 0;
}

static CK_RV finalize(void *reserved) {
        (void)reserved;
        return CKR_OK;
}

static CK_RV slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *n) {
        (void)present;
        if (slots)
                slots[0] = 3;
        *n = 1;
        return CKR_OK;
}

static CK_RV slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info) {
        (void)slot;
        memset(info, ' ', sizeof *info);
        memcpy(info->slotDescription, "Nobody's reader\n\033[2J", 20);
        info->flags = card.slot;
        return CKR_OK;
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
        (void)slot;
        if (!(card.slot & CKF_TOKEN_PRESENT))
                return CKR_TOKEN_NOT_PRESENT;
        memset(info, ' ', sizeof *info);
        memcpy(info->label, "\xe8\x81\xb7\xe5\x93\xa1\xe8\xa8\xbc\n\x1b[2J", 14);
        memcpy(info->serialNumber, card.serial, strlen(card.serial));
        info->flags = card.token;
        info->ulMinPinLen = 0;
        info->ulMaxPinLen = 255;
        return CKR_OK;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify, CK_SESSION_HANDLE *ret) {
        (void)slot, (void)flags, (void)app, (void)notify;
        *ret = SESSION;
        return CKR_OK;
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *by, CK_ULONG n) {
        (void)session, (void)n;
        card.sought = *(CK_OBJECT_CLASS *)by[0].pValue;
        card.found = false;
        return CKR_OK;
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG most, CK_ULONG *n) {
        bool seen = card.sought == CKO_CERTIFICATE || (card.sought == CKO_PRIVATE_KEY && card.in);

        (void)session, (void)most;
        *n = seen && !card.found;
        if (*n)
                *objects = card.sought == CKO_CERTIFICATE ? CERTIFICATE : KEY;
        card.found = true;
        return CKR_OK;
}

static CK_RV find_final(CK_SESSION_HANDLE session) {
        (void)session;
        return CKR_OK;
}

static CK_RV attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *a, CK_ULONG n) {
        static const CK_BYTE id = 1;
        const CK_BBOOL yes = card.each_time;
        const void *value = NULL;
        CK_ULONG size = 0;

        (void)session, (void)n;
        if (a->type == CKA_ID)
                value = &id, size = 1;
        else if (a->type == CKA_VALUE && object == CERTIFICATE)
                value = card.der, size = card.n_der;
        else if (a->type == CKA_ALWAYS_AUTHENTICATE && object == KEY)
                value = &yes, size = 1;
        if (!value)
                return CKR_ATTRIBUTE_TYPE_INVALID;
        if (a->pValue)
                memcpy(a->pValue, value, size);
        a->ulValueLen = size;
        return CKR_OK;
}

/* ---- What an intruder tries from inside: its errno, or 0 where it worked ------------------------------- */
static int outcome(long r) {
        return r < 0 ? errno : 0;
}
static int reaches_out(void) {
        return outcome(socket(AF_INET, SOCK_STREAM, 0));
}
static int connects(void) {
        return outcome(socket(AF_UNIX, SOCK_STREAM, 0));
}
static int forks(void) {
        pid_t pid = fork();

        if (pid == 0)
                _exit(0);
        return outcome(pid);
}
static int makes_code(void) {
        return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}
static int reads_passwords(void) {
        return outcome(open("/etc/shadow", O_RDONLY));
}
static int lifts_limits(void) {
        return outcome(setrlimit(RLIMIT_NOFILE, &(const struct rlimit){ 1, 1 }));
}
static int can_be_dumped(void) {
        return outcome(prctl(PR_SET_DUMPABLE, 1));
}
static int kills(void) {
        return outcome(kill(getppid(), 0));
}
static int executes(void) {
        return outcome(execl("/bin/true", "true", NULL));
}
static int traces(void) {
        return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static const struct {
        const char *script;
        int (*attempt)(void);
} intruders[] = {
        { "inet", reaches_out },       { "unix", connects },      { "fork", forks },         { "code", makes_code },
        { "shadow", reads_passwords }, { "limit", lifts_limits }, { "dump", can_be_dumped }, { "kill", kills },
        { "execute", executes },       { "trace", traces },
};

/* As libraries do that trace what they send: in memory given back, and further down the stack than anybody looks. */
static __attribute__((noinline)) void leave_copies(const unsigned char *pin, CK_ULONG n) {
        unsigned char below[8192];
        char *copy = malloc(256), *larger;

        memcpy(below + 16, pin, n);
        memcpy(copy + 128, pin, n); /* the allocator overwrites the first bytes by itself */
        __asm__ volatile("" : : "r"(below), "r"(copy) : "memory"); /* really */
        larger = realloc(copy, 4096);
        __asm__ volatile("" : : "r"(larger) : "memory");
        free(larger);
}

static CK_RV fail_login(void) {
        static bool already = true;

        if (script_is("locked-generally")) {
                card.token |= CKF_USER_PIN_LOCKED;
                return CKR_GENERAL_ERROR;
        }
        if (script_is("last-try")) {
                card.token |= CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY;
                return CKR_PIN_INCORRECT;
        }
        if (script_is("pulled-at-login")) {
                card.slot = 0;
                return CKR_GENERAL_ERROR;
        }
        if (script_is("already-in") && already) {
                already = false;
                card.stuck = true;
        }
        return card.stuck ? CKR_USER_ALREADY_LOGGED_IN : CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin, CK_ULONG n) {
        CK_RV rv;

        (void)session;
        if (n >= sizeof card.pin)
                return CKR_PIN_LEN_RANGE;
        leave_copies(pin, n);
        if (user == CKU_CONTEXT_SPECIFIC) {
                card.confirmed = n == strlen(card.pin) && memcmp(card.pin, pin, n) == 0;
                return card.confirmed ? CKR_OK : CKR_PIN_INCORRECT;
        }
        memset(card.pin, 0, sizeof card.pin);
        memcpy(card.pin, pin, n);
        for (size_t i = 0; i < sizeof intruders / sizeof *intruders; i++)
                if (script_is(intruders[i].script))
                        return CKR_VENDOR_DEFINED + (CK_RV)intruders[i].attempt();
        rv = fail_login();
        card.in = rv == CKR_OK;
        card.each_time = script_is("each-time");
        card.confirmed = false;
        return rv;
}

static CK_RV logout(CK_SESSION_HANDLE session) {
        (void)session;
        memset(card.pin, 0, sizeof card.pin);
        card.in = card.stuck = false;
        return CKR_OK;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key) {
        (void)session;
        return card.in && key == KEY && mechanism->mechanism == CKM_ECDSA ? CKR_OK : CKR_KEY_HANDLE_INVALID;
}

static CK_RV sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG n_data, unsigned char *to, CK_ULONG *n) {
        (void)session, (void)data;
        if (n_data != 32)
                return CKR_DATA_LEN_RANGE;
        if (card.each_time && !card.confirmed)
                return CKR_USER_NOT_LOGGED_IN;
        if (script_is("reset-at-sign") && to && card.resets++ < 3) {
                card.in = false;
                return CKR_DEVICE_ERROR;
        }
        if (script_is("pulled-at-sign")) {
                card.slot = 0;
                return CKR_DEVICE_ERROR;
        }
        if (to)
                memset(to, 0x51, 64);
        *n = script_is("huge-signature") ? 5000 : script_is("no-signature") ? 0 : 64;
        if (to && script_is("grown-signature"))
                *n = 65;
        return CKR_OK;
}

static CK_RV initialize(void *args) {
        EVP_PKEY *key = EVP_EC_gen("P-256");
        X509 *c = X509_new();

        (void)args;
        (void)snprintf(card.serial, sizeof card.serial, "inet %d env %d", reaches_out(), environ && *environ);
        X509_set_version(c, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8, (const unsigned char *)"fake", -1, -1,
                                   0);
        ASN1_TIME_set_string(X509_getm_notBefore(c), "20200101000000Z");
        ASN1_TIME_set_string(X509_getm_notAfter(c), "20400101000000Z");
        X509_set_pubkey(c, key);
        X509_sign(c, key, EVP_sha256());
        card.n_der = (CK_ULONG)i2d_X509(c, &card.der);
        X509_free(c);
        EVP_PKEY_free(key);
        return card.n_der ? CKR_OK : CKR_HOST_MEMORY;
}

static CK_FUNCTION_LIST functions = {
        .version = { 2, 40 },
        .C_Initialize = initialize,
        .C_Finalize = finalize,
        .C_GetSlotList = slot_list,
        .C_GetSlotInfo = slot_info,
        .C_GetTokenInfo = token_info,
        .C_OpenSession = open_session,
        .C_FindObjectsInit = find_init,
        .C_FindObjects = find,
        .C_FindObjectsFinal = find_final,
        .C_GetAttributeValue = attribute,
        .C_Login = login,
        .C_Logout = logout,
        .C_SignInit = sign_init,
        .C_Sign = sign,
};

EXPORT CK_RV C_GetFunctionList(CK_FUNCTION_LIST **ret) {
        *ret = &functions;
        return CKR_OK;
}
