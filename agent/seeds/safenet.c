/* SPDX-License-Identifier: MIT */
/* safenet.c — see safenet.h. One with a <MovingFactor> counts: HOTP, and refused. */
#include "seeds/safenet.h"

#include "seeds/secrets.h"
#include "seeds/values.h"
#include "seeds/xml.h"

bool safenet_is(const struct seeds_reading *r) {
        return xml_root_is(r, "Tokens", NULL);
}

static void safenet_take(struct seeds_reading *r, xmlNode *token) {
        static const char *const application[] = { "Applications", "Application", NULL };
        struct reading_row *row = reading_add(r, xml_line(token));
        xmlNode *a = xml_path(token, application);
        size_t before = r->n_faults;
        char text[SEEDS_TEXT];

        if (!row)
                return;
        (void)xml_attribute(token, "serial", text, sizeof text);
        value_serial(r, &row->row, 1, text);
        if (xml_text(xml_child(a, "MovingFactor", NULL), text, sizeof text))
                value_counter(r, &row->row, 1, text);
        (void)xml_text(xml_child(a, "Seed", NULL), text, sizeof text);
        secrets_write(r, row, 1, text);
        r->n -= r->n_faults != before;
}

void safenet_read(struct seeds_reading *r) {
        xmlNode *root = xmlDocGetRootElement(r->xml);

        if (!reading_make_room(r, xmlChildElementCount(root))) {
                reading_refuse(r, 0, 0, "メモリーが足りません", "out of memory");
                return;
        }
        for (xmlNode *token = NULL; (token = xml_child(root, "Token", token));)
                safenet_take(r, token);
        if (!r->n && !r->n_faults)
                reading_refuse(r, xml_line(root), 1, "トークンがありません", "there is no token in it");
        r->alphabet = SEEDS_HEX;
        secrets_decide(r);
}
