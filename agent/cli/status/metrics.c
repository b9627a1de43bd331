/* SPDX-License-Identifier: MIT */
/* metrics.c — see metrics.h. https://prometheus.io/docs/instrumenting/exposition_formats/ */
#include "cli/status/metrics.h"

#include "cli/answer.h"
#include "cli/audit/refusals.h"
#include "cli/status/cares.h"

#include <string.h>

#define DAY_S 86400

static void metrics_head(FILE *to, const char *name, const char *type, const char *help) {
        (void)fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void metrics_label(FILE *to, const char *name, const char *value) {
        (void)fprintf(to, "%s=\"", name);
        for (; *value; value++)
                if (*value == '\n')
                        (void)fputs("\\n", to);
                else
                        (void)fprintf(to, "%s%c", *value == '"' || *value == '\\' ? "\\" : "", *value);
        (void)fputc('"', to);
}

static void metrics_single(FILE *to, const char *name, const char *type, const char *help, json_int_t value) {
        metrics_head(to, name, type, help);
        (void)fprintf(to, "%s %" JSON_INTEGER_FORMAT "\n", name, value);
}

static void print_info(const json_t *s, FILE *to) {
        static const char *const members[] = { "version", "state", "stage" };

        metrics_head(to, "sekimori_info", "gauge", "What the agent says of itself; always 1.");
        (void)fputs("sekimori_info{", to);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
                (void)fputs(i ? "," : "", to);
                metrics_label(to, members[i], answer_text(s, NULL, members[i]));
        }
        (void)fputs("} 1\n", to);
}

static void print_policy(const json_t *s, FILE *to) {
        metrics_single(to, "sekimori_policy_serial", "gauge", "Serial of the policy in force; 0 where there is none.",
                       answer_number(s, "policy", "serial"));
        if (json_is_object(json_object_get(s, "policy")))
                metrics_single(to, "sekimori_policy_remaining_seconds", "gauge",
                               "Until the policy's last day; negative once that has passed.",
                               answer_number(s, "policy", "days_left") * DAY_S);
}

static void print_devices(const json_t *s, FILE *to) {
        static const char *const states[] = { "authorized", "denied" };

        metrics_head(to, "sekimori_devices", "gauge", "Devices present.");
        for (size_t i = 0; i < sizeof states / sizeof *states; i++)
                (void)fprintf(to, "sekimori_devices{state=\"%s\"} %" JSON_INTEGER_FORMAT "\n", states[i],
                              answer_number(s, "devices", states[i]));
}

/* Nothing where the log could not be read: absent is not zero. */
static void print_refusals(const json_t *s, FILE *to) {
        static const char *const windows[] = { "day", "week" };
        const json_t *refusals = json_object_get(s, "refusals");

        if (!json_is_object(refusals))
                return;
        metrics_head(to, "sekimori_refused", "gauge", "Refusals in the last 24 hours and 7 days.");
        for (size_t i = 0; i < PLANES; i++)
                for (size_t k = 0; k < sizeof windows / sizeof *windows; k++)
                        (void)fprintf(to, "sekimori_refused{plane=\"%s\",window=\"%s\"} %" JSON_INTEGER_FORMAT "\n",
                                      refused_planes[i], windows[k],
                                      answer_number(refusals, refused_planes[i], windows[k]));
}

static void print_care(void *ctx, const struct care *care) {
        FILE *to = ctx;

        (void)fputs("sekimori_needs_person{", to);
        metrics_label(to, "care", care->id);
        (void)fprintf(to, "} %d\n", care->is_so);
}

void metrics_print(const json_t *s, FILE *to) {
        bool up = strcmp(answer_text(s, NULL, "state"), STATE_SILENT) != 0;

        metrics_single(to, "sekimori_up", "gauge", "1 where the agent answers.", up);
        if (up) {
                print_info(s, to);
                metrics_single(to, "sekimori_uptime_seconds", "gauge", "Since the agent was started.",
                               answer_number(s, NULL, "uptime_s"));
                print_policy(s, to);
                print_devices(s, to);
                print_refusals(s, to);
                metrics_single(to, "sekimori_audit_records_total", "counter", "Number of the log's last record.",
                               answer_number(s, "audit", "seq"));
        }
        metrics_head(to, "sekimori_needs_person", "gauge",
                     "1 where a person must do something; `sekimori status` says what.");
        (void)cares_tell(s, LANGUAGE_EN, print_care, to);
}
