/* SPDX-License-Identifier: MIT */
/* devices.c — sekimori devices: every device present, its verdict and the rule behind it; or, with --policy, what they
 * would be under that policy. */
#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/language.h"
#include "cli/policy/policy_file.h"
#include "cli/status/device_table.h"
#include "cli/status/whatif.h"
#include "cli/verbs.h"

#include <stdbool.h>
#include <stdio.h>

struct request {
        const char *policy, *runtime_dir; /* policy NULL: ask the agent */
        bool json;
};

static int from_policy(const struct request *r, json_t **ret, enum language *ret_language) {
        auto_policy p = NULL;
        struct err err = { "" };
        int code = policy_file_compile(r->policy, &p);

        if (code != EXIT_OK)
                return code;
        *ret_language = language_follow(policy_language(p));
        if (whatif(p, ret, &err) < 0)
                return complain_err(EXIT_COULD_NOT, NULL, &err);
        return EXIT_OK;
}

/* The agent speaks the language of its policy. */
static int from_agent(const struct request *r, json_t **ret, enum language *ret_language) {
        json_t *status = NULL;
        const char *language;
        int code = ask_json(r->runtime_dir, CONTROL_DEVICES, ret);

        if (code != EXIT_OK || r->json)
                return code;
        code = ask_json(r->runtime_dir, CONTROL_STATUS, &status);
        language = json_string_value(json_object_get(json_object_get(status, "policy"), "language"));
        *ret_language = language_follow(language);
        json_decref(status);
        return code;
}

static int devices_print(const struct request *r, const json_t *elements, enum language l) {
        if (!r->json)
                device_table_print(elements, l);
        else if (json_dumpf(elements, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) < 0 || putchar('\n') == EOF)
                return complain_unwritten();
        if (fflush(stdout) != 0)
                return complain_unwritten();
        return EXIT_OK;
}

int devices(const struct typed *t) {
        struct request r = { t->value[OPTION_POLICY], t->value[OPTION_RUNTIME_DIR], typed_has(t, OPTION_JSON) };
        enum language l = language_now();
        json_t *elements = NULL;
        int code = r.policy ? from_policy(&r, &elements, &l) : from_agent(&r, &elements, &l);

        if (code == EXIT_OK)
                code = devices_print(&r, elements, l);
        json_decref(elements);
        return code;
}
