# SPDX-License-Identifier: MIT
"""As ids_from_the_kernels_tables_open_nothing, two hundred of them."""

from harness import masks

LONG = True


def run(vm):
    masks.prove(vm, 200)
