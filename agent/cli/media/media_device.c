/* SPDX-License-Identifier: MIT */
/* media_device.c — takes the first element that fits from the agent's list, or from whatif(). See media_device.h. */
#include "cli/media/media_device.h"

#include "cli/answer.h"
#include "cli/ask.h"
#include "cli/status/whatif.h"
#include "cli/verbs.h"

#include <string.h>
#include <strings.h>

static int devices_present(const struct terminal *t, bool alone, json_t **ret) {
        struct err err;

        if (!alone)
                return ask_json(t->runtime_dir, CONTROL_DEVICES, ret);
        return whatif(NULL, ret, &err) < 0 ? complain_err(EXIT_COULD_NOT, NULL, &err) : EXIT_OK;
}

static bool is_meant(const json_t *e, const char *which) {
        return strcasecmp(answer_text(e, NULL, "request"), which) == 0
               || strcmp(answer_text(e, NULL, "port"), which) == 0;
}

static bool is_twin(const json_t *a, const json_t *b) {
        static const char *const same[] = { "bus", "vid", "pid", "serial" };

        for (size_t i = 0; i < sizeof same / sizeof *same; i++)
                if (strcmp(answer_text(a, NULL, same[i]), answer_text(b, NULL, same[i])) != 0)
                        return false;
        return a != b;
}

int media_device_find(const struct terminal *t, bool alone, const char *which, json_t **ret, size_t *ret_twins) {
        auto_json all = NULL;
        json_t *found = NULL;
        size_t twins = 0;
        int code = devices_present(t, alone, &all);

        for (size_t i = 0; i < json_array_size(all) && !found; i++)
                if (is_meant(json_array_get(all, i), which))
                        found = json_array_get(all, i);
        if (code != EXIT_OK)
                return code;
        if (!found)
                return complain(
                        EXIT_REFUSED,
                        "%s: その問い合わせ番号やポートの機器は、いま差し込まれていません（sekimori devices で確かめられます）",
                        "%s: no device with this request number or port is plugged in (see sekimori devices)", which);
        for (size_t i = 0; i < json_array_size(all); i++)
                twins += is_twin(json_array_get(all, i), found);
        *ret = json_incref(found);
        *ret_twins = twins;
        return EXIT_OK;
}
