/* SPDX-License-Identifier: MIT */
/* network_pieces.h — what the peers of a policy allow, one by one, before it is seen beside the others; and a list of
 * such. */
#pragma once

#include "decision/network_boxes.h"

/* An array that grows. Once broken it stays so: ask at the end. */
struct box_list {
        struct box *boxes;
        size_t n, room;
        int broken; /* 0, -ENOMEM; -E2BIG beyond BOXES_MAX */
};

void box_list_push(struct box_list *l, const struct box *b);

/* In the order of the peers: for each address, protocol and range of ports one. They may overlap. */
void pieces_gather(const struct network_terms *n, const struct box_question *q, struct box_list *ret);
