# SPDX-License-Identifier: MIT
"""5,000 terminals on one page: how long `sekimori fleet` takes, and how long reading the same files as JSON takes that
knows nothing. Prints JSON: seconds, each the median of five. usage: fleet.py BUILD"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from collected import NOW, answer, collect  # noqa: E402

TERMINALS = 5000


def given(folder, seq):
    collect(folder, {f"ward-{i:04}": answer(f"ward-{i:04}", serial=13 - (i % 9 == 0), days_left=i % 400, seq=seq + i,
                                            devices=(i % 5, i % 50)) for i in range(TERMINALS)})


def timed(work):
    times = []
    for _ in range(5):
        start = time.monotonic()
        work()
        times.append(time.monotonic() - start)
    return statistics.median(times)


def main():
    with tempfile.TemporaryDirectory() as here:
        given(here + "/before", 100)
        given(here + "/now", 200)

        def fleet(*more):
            subprocess.run([sys.argv[1] + "/sekimori", "fleet", here + "/now", "--before", here + "/before", "--now",
                            NOW.isoformat(), *more], check=True, stdout=subprocess.DEVNULL)

        def parse():
            for path in pathlib.Path(here, "now").iterdir():
                json.loads(path.read_bytes())
        print(json.dumps({"table": timed(fleet), "html": timed(lambda: fleet("--html", here + "/page.html")),
                          "python_json": timed(parse)}))


if __name__ == "__main__":
    main()
