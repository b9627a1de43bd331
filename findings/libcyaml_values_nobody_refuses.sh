#!/bin/sh
# SPDX-License-Identifier: MIT
# libcyaml 1.3.1 (Debian 12): a schema says that a key is a bool or a number, and a value that is neither loads all the same. A bool is
# false for false, no, off, disable and 0 (any case), and true for everything else: a slip of the finger, n, disabled, null, nothing.
# Of a number only its beginning is read, and that as C reads it: 010 is 8, as in YAML 1.1, but 1_000 (a thousand there) is 1, and 1e3
# and 0b11 are 1 and 0. An enum, beside them, refuses a word that is not its own, and takes any number, named or not.
# Guess before the run: what is no value of the type is refused with its line, as a missing key is.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q download libcyaml-dev=1.3.1-1 libcyaml1=1.3.1-1 libyaml-dev libyaml-0-2 >log 2>&1 || { cat log; exit 3; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)

cat >load.c <<'END'
#include <stdbool.h>
#include <cyaml/cyaml.h>
#include <stdio.h>
#include <string.h>

struct values {
        bool flag;
        int number;
        unsigned action;
};
static const cyaml_strval_t actions[] = { { "deny", 0 }, { "allow", 1 } };
static const cyaml_schema_field_t fields[] = { CYAML_FIELD_BOOL("flag", CYAML_FLAG_OPTIONAL, struct values, flag),
                                               CYAML_FIELD_INT("number", CYAML_FLAG_OPTIONAL, struct values, number),
                                               CYAML_FIELD_ENUM("action", CYAML_FLAG_OPTIONAL, struct values, action, actions, 2),
                                               CYAML_FIELD_END };
static const cyaml_schema_value_t schema = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct values, fields) };

int main(int argc, char **argv) {
        const cyaml_config_t config = { .mem_fn = cyaml_mem };
        struct values *v = NULL;
        cyaml_err_t error = cyaml_load_data((const uint8_t *)argv[argc - 1], strlen(argv[argc - 1]), &config, &schema,
                                            (cyaml_data_t **)&v, NULL);

        if (error != CYAML_OK)
                return puts(cyaml_strerror(error)) < 0;
        if (argv[1][0] == 'f')
                puts(v->flag ? "true" : "false");
        else
                printf("%u\n", argv[1][0] == 'n' ? (unsigned)v->number : v->action);
        return cyaml_free(&config, &schema, v, 0) != CYAML_OK;
}
END
cc -o load -I root/usr/include load.c "$libraries/libcyaml.a" "$libraries/libyaml.a"

# seen TEXT WANTED: what it loads as
seen() {
        got=$(./load "$1")
        echo "$1: $got"
        [ "$got" = "$2" ] || { echo "not what was seen before: $2"; exit 1; }
}

seen 'flag: Off' false
seen 'flag: n' true
seen 'flag: flase' true
seen 'flag: disable' false
seen 'flag: disabled' true
seen 'flag: null' true
seen 'flag: ""' true
seen 'number: 010' 8
seen 'number: 1_000' 1
seen 'number: 1e3' 1
seen 'number: 0b11' 0
seen 'number: 2147483648' 'Invalid value'
seen 'action: Allow' 'Invalid value'
seen 'action: 3' 3
