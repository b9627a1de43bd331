# SPDX-License-Identifier: MIT
"""Of the ids that the kernel's drivers are found by, some at random, with each class that rules let in: no disk, no network, no byte, no other driver."""

from harness import masks

COUNT = 16      # two_hundred_ids_open_nothing takes more


def run(vm):
    masks.prove(vm, COUNT)
