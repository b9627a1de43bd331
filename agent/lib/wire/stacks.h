/* SPDX-License-Identifier: MIT */
/* stacks.h — between `sekimori setup` and sekimori-stacks: what would libpam make of a PAM service? First message: the
 * folder of the services' files, as a descriptor. Then questions, each with its answer. Both are built together. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STACKS_SERVICE 128
#define STACKS_BY 96

/* Beside the services there are files in that folder which none could be called. */
#define STACKS_GROUP "\ngroup" /* copies of /etc/group … */
#define STACKS_PASSWD "\npasswd"
#define STACKS_NSSWITCH "\nnsswitch"
#define STACKS_PROBE "\nprobe" /* a service with one module, which nobody has */
#define STACKS_PROBE_MODULE "sekimori_probe"
#define STACKS_PROBE_TEXT "auth required " STACKS_PROBE_MODULE ".so\n"

/* Stands for a file that could not be read: whatever asks for this module is not known. */
#define STACKS_UNREAD "sekimori_unread"
#define STACKS_UNREAD_TEXT "auth required " STACKS_UNREAD ".so\naccount required " STACKS_UNREAD ".so\n"

enum stacks_phase { STACKS_AUTH, STACKS_ACCOUNT };

/* What pam_sekimori.so is taken to answer. */
enum stacks_ours {
        STACKS_REFUSES, /* each of its refusals, and what libpam says where it is missing */
        STACKS_ACCEPTS,
        STACKS_UNASKED, /* as its account phase does for somebody whom its auth phase did not let in */
};

/* What all other modules are taken to answer, as far as it is not known beforehand. */
enum stacks_others {
        STACKS_ANY,
        STACKS_NO, /* anything but success: the password is wrong */
};

struct stacks_question {
        char service[STACKS_SERVICE];
        uint8_t phase, ours, others;
        uint8_t reaches; /* is ours ever asked? Otherwise: does the phase as a whole ever say yes? */
};

enum stacks_verdict { STACKS_NEVER, STACKS_EVER, STACKS_UNKNOWN };

struct stacks_answer {
        uint8_t verdict; /* STACKS_UNKNOWN: too many answers to try them all, a file was not read, or libpam not asked
                          */
        char by[STACKS_BY]; /* of STACKS_EVER: the modules that said yes, "pam_u2f, pam_unix"; may be cut */
};

/* How a file is called in that folder that libpam would look for at this absolute path (of n bytes): x for
 * "/etc/pam.d/x" and "/usr/lib/pam.d/x", and for all others a name that no service has. False: too long. */
bool stacks_name(const char *path, size_t n, char *to, size_t size);

/* As they came over the socket: whole, with their strings ended, and nothing that is not in the enums. */
bool stacks_question_is_sound(const struct stacks_question *q, size_t n);
bool stacks_answer_is_sound(const struct stacks_answer *a, size_t n);
