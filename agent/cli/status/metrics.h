/* SPDX-License-Identifier: MIT */
/* metrics.h — the answer of `status --json` in Prometheus' text format, for the textfile collector of its node
 * exporter. Metric names are a contract with those who watch them (docs/PROTOCOL.md). */
#pragma once

#include <jansson.h>
#include <stdio.h>

void metrics_print(const json_t *status, FILE *to);
