/* SPDX-License-Identifier: MIT */
/* yaml_quoted.c — quotes and backslashes are escaped, everything else stays. See yaml_quoted.h. */
#include "cli/policy/yaml_quoted.h"

void yaml_put_quoted(FILE *to, const char *text) {
        (void)fputc('"', to);
        for (; *text; text++) {
                if (*text == '"' || *text == '\\')
                        (void)fputc('\\', to);
                (void)fputc(*text, to);
        }
        (void)fputc('"', to);
}
