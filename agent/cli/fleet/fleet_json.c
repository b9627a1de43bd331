/* SPDX-License-Identifier: MIT */
/* fleet_json.c — the page as JSON, for programs. */
#include "cli/fleet/fleet.h"
#include "control/parcel.h"
#include "host/clock.h"

static json_t *fleet_json_refusals(const struct station *s) {
        json_t *o = s->counts[PLANE_DEVICES] ? refusals_object(&s->refused) : json_null();

        for (size_t i = 0; i < PLANES; i++)
                if (!s->counts[i])
                        (void)json_object_del(o, refused_planes[i]);
        return o;
}

static json_t *fleet_json_remarks(const struct station *s) {
        json_t *list = json_array();

        for (size_t i = 0; i < s->n_remarks; i++)
                (void)json_array_append_new(
                        list, json_pack("{s:s, s:s}", "id", s->remarks[i].id, "text", s->remarks[i].text));
        return list;
}

static json_t *fleet_json_station(const struct station *s) {
        static const char *const gravities[] = { "none", "soon", "due", "alarm" };
        json_t *o = json_pack("{s:s, s:s, s:s, s:o}", "name", s->name, "file", s->path, "gravity",
                              gravities[s->gravity], "needs", fleet_json_remarks(s));
        char when[CLOCK_TEXT];

        if (s->why)
                return o;
        clock_text(s->time_s, when);
        (void)json_object_update_new(o, json_pack("{s:s, s:s, s:s, s:s, s:I, s:i, s:o, s:{s:I, s:s, s:s}}", "hostname",
                                                  s->host, "stage", s->stage, "version", s->version, "time", when,
                                                  "serial", (json_int_t)s->serial, "days_left", (int)s->days_left,
                                                  "refusals", fleet_json_refusals(s), "audit", "seq",
                                                  (json_int_t)s->log_seq, "hash", s->log_hash, "key", s->log_key));
        return o;
}

int fleet_print_json(const struct fleet *f, FILE *to) {
        auto_json totals = json_object(), all = json_array(), o = NULL;
        const char *const *ids;
        size_t n = remark_kinds(&ids);

        for (size_t i = 0; i < n; i++)
                if (fleet_count(f, ids[i]))
                        (void)json_object_set_new(totals, ids[i], json_integer((json_int_t)fleet_count(f, ids[i])));
        for (size_t i = 0; i < f->n; i++)
                (void)json_array_append_new(all, fleet_json_station(&f->stations[i]));
        o = json_pack("{s:I, s:I, s:I, s:O, s:O}", "terminals", (json_int_t)f->n, "need_a_person",
                      (json_int_t)fleet_count(f, NULL), "newest_serial", (json_int_t)f->newest, "needs", totals,
                      "stations", all);
        return o && json_dumpf(o, to, JSON_COMPACT) == 0 && fputc('\n', to) != EOF ? 0 : -1;
}
