/* SPDX-License-Identifier: MIT */
/* administrators.c — root, and the groups (sudo ...). See administrators.h. */
#include "decision/administrators.h"

#include "decision/list.h"

const char administrators[] = "root\0group:root\0group:sudo\0group:wheel\0group:admin\0group:admins\0";

bool person_is_administrator(const struct person *who) {
        return list_names_person(administrators, who);
}
