/* SPDX-License-Identifier: MIT */
/* alias.h — what the kernel's MODULE_ALIAS() leaves in a module: depmod reads it from there. */
#define ALIAS(name, text)                                                                                              \
        static const char name[] __attribute__((used, section(".modinfo"), aligned(1))) = "alias=" text
