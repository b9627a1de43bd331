#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a new thing touches (ADR 0170): a bus, a factor, a verb and an event that live in here only are put into a copy of the tree, in as
few files as is promised, built, and asked for. Words, tests and documents do not count.

usage: tests/lint/growth.py"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# kind -> (files at most, [(file, what stands there, what is put behind it)]); a file that is not there is made
GROWTH = {
    "bus": (4, [
        ("policy/decision/facts.h", 'ROW(BUS_VIRTIO, "virtio", true)', ' ROW(BUS_TAPE, "tape", true)'),
        ("agent/daemon/enforce/bus.c", "[BUS_VIRTIO] = OF_DISKS,", " [BUS_TAPE] = OF_DISKS,"),
        ("agent/observer/disk.c", '{ "/virtio#", BUS_VIRTIO, read_virtio },', ' { "/tape#", BUS_TAPE, read_virtio },')]),
    "factor": (4, [
        ("policy/decision/login.h", 'ROW(FACTOR_RECOVERY, "recovery", POSSESSION, "回復コード", "recovery codes")',
         ' ROW(FACTOR_BADGE, "badge", POSSESSION, "名札", "badge")'),
        ("policy/decision/login.h", '#define FACTORS_ENROLLED "totp|card|recovery', "|badge"),
        ("agent/daemon/auth/means.c", "[FACTOR_PASSWORD] = { ASK_PASSWORD, .is_there = means_always },",
         " [FACTOR_BADGE] = { ASK_CODE, means_token, WORD_ASK_TOTP, WORD_ASK_LINE, 0, judge_token },"),
        ("agent/daemon/control/enrolled.c", '{ "card", true, enrolled_cards, enrol_add_card, forget_cards },',
         ' { "badge", true, enrolled_cards, enrol_add_card, forget_cards },'),
        ("agent/cli/factors/enrol.c", '{ "card", enrol_card },', ' { "badge", enrol_card },')]),
    "verb": (3, [
        ("agent/cli/verbs.h", "verb setup;", " verb greet;"),
        ("agent/cli/verbs.c", "const struct verb_row verbs[] = {",
         ' { NULL, "greet", greet, "", 0, 0, { OPTION_LANG }, "挨拶する", "greet" },'),
        ("agent/cli/status/greet.c", None,
         '#include "cli/verbs.h"\n#include <stdio.h>\nint greet(const struct typed *t) { (void)t; (void)puts("hello"); return EXIT_OK; }\n')]),
    "event": (3, [
        ("agent/daemon/audit/event.h", "#define EVENT_ROWS(ROW) \\",
         '\n ROW(EVENT_BELL_RANG, "bell-rang", "00000000000000000000000000000001", LOG_INFO) \\'),
        ("agent/daemon/audit/audit.h", "int audit_agent_started(struct audit *a);", " int audit_bell_rang(struct audit *a);"),
        ("agent/daemon/audit/agent.c", "int audit_agent_started(struct audit *a) {\n        return agent_write(a, EVENT_AGENT_STARTED, NULL, NULL);\n}",
         "\nint audit_bell_rang(struct audit *a) { return agent_write(a, EVENT_BELL_RANG, NULL, NULL); }\n")]),
}

ASKED = r"""
#include "audit/audit.h"
#include "audit/event.h"
#include "auth/means.h"
#include "control/enrolled.h"
#include "decision/factor.h"
#include "enforce/bus.h"
#include <stdio.h>
#include <string.h>

int main(void) {
        int (*const ring)(struct audit *) = audit_bell_rang;
        const struct { const char *what; bool works; } asked[] = {
                { "bus", bus_from_name("tape") == BUS_TAPE && bus_is_of_disks(BUS_TAPE) && bus_ops(BUS_TAPE) },
                { "factor", alternative_parse("password+badge").spans && enrolled_kind("badge")
                            && means_of_codes() & FACTOR_BIT(FACTOR_BADGE) },
                { "event", ring && event_from_name("bell-rang") == EVENT_BELL_RANG },
        };
        int wrong = 0;

        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
                if (!asked[i].works)
                        wrong += printf("a new %s does not work\n", asked[i].what) > 0;
        return wrong != 0;
}
"""


def put(top, file, stands, more):
    path = top / file
    text = path.read_text(encoding="utf-8") if stands else ""
    found = re.search(r"\s+".join(map(re.escape, (stands or "").split())), text)   # whatever blanks clang-format has put in between
    if not found:
        sys.exit(f"{file}: '{stands}' does not stand there any more")
    path.write_text(text[:found.end()] + more + text[found.end():], encoding="utf-8")


def run(top, *command):
    done = subprocess.run(command, cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])}: {done.stdout[-3000:]}")
    return done.stdout


def asks(top, build):
    (top / "asked.c").write_text(ASKED, encoding="utf-8")
    run(top, os.environ.get("CC", "cc").split()[-1], "-std=gnu17", "-D_GNU_SOURCE", "-Ipolicy", "-Iagent/lib", "-Iagent/daemon", "-o", "asked", "asked.c",
        f"{build}/libagent.a", f"{build}/libpolicy.a", "-lcyaml", "-lyaml", "-lcrypto", "-lsystemd", "-ljansson")
    run(top, "./asked")
    if run(top, f"{build}/sekimori", "greet") != "hello\n":
        sys.exit("a new verb does not work")


def main():
    for kind, (most, edits) in GROWTH.items():
        if (n := len({file for file, _, _ in edits})) > most:
            sys.exit(f"a new {kind} touches {n} files, at most {most}")
    with tempfile.TemporaryDirectory() as place:
        top = pathlib.Path(place) / "tree"
        top.mkdir()
        for each in ("policy", "agent", "pam_module", "install", "tests", "Makefile", "build/lint"):  # what is built already is not built again
            if pathlib.Path(each).is_dir():
                shutil.copytree(each, top / each, symlinks=True)
            elif pathlib.Path(each).exists():
                shutil.copy2(each, top / each)
        for _, edits in GROWTH.values():
            for edit in edits:
                put(top, *edit)
        run(top, "make", "--no-print-directory", "-s", f"-j{os.cpu_count()}", "FLAVOUR=lint", "CI=1", "all")
        asks(top, "build/lint")
    print(", ".join(f"{kind}: {len({file for file, _, _ in edits})} files" for kind, (_, edits) in GROWTH.items()))


if __name__ == "__main__":
    main()
