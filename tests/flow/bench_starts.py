# SPDX-License-Identifier: MIT
"""What `make bench` times on a simulated computer: see test_bench_starts, which starts this."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench"))
import simulated  # noqa: E402
from computer import computer  # noqa: E402
from peers import Sekimori  # noqa: E402


@unittest.skipIf("asan" in os.path.basename(os.environ["SEKIMORI_BUILD"]), "what is timed is what is released, without a sanitizer's library")
class Starts(unittest.TestCase):
    def test_all_eight_are_let_in(self):
        with tempfile.TemporaryDirectory() as scratch:
            os.chmod(scratch, 0o755)
            agent = Sekimori(scratch, os.environ["SEKIMORI_BUILD"])
            with computer() as (bed, _):
                agent.set_rules(simulated.rules_for(simulated.FEW), bed)
            took, between = simulated.start_once(agent)
        self.assertGreater(took, between)


if __name__ == "__main__":
    unittest.main()
