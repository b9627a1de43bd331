/* SPDX-License-Identifier: MIT */
/* keeper.h — what the agent and sekimori-keeper say to each other, over keeper.sock in the runtime directory. The
 * keeper begins: which disks the system stands on, what may be read, and that this was all. The agent gives orders;
 * only that to look is answered, when something was found, and again when that has changed. Where the block plane is
 * not in force, nobody listens. */
#pragma once

#include "base/bytes.h"
#include "decision/facts.h"

#include <stdbool.h>

#define KEEPER_SOCKET "keeper.sock"
/* Beside it: one line each, in English and in Japanese, why the plane is not in force where it ought to be. */
#define KEEPER_NOTE "keeper.note"
#define KEEPER_NOTE_JA "keeper.note.ja"
/* The same of what fstab and crypttab name and nobody found: "fstab UUID=aa-bb, crypttab /dev/sda2". */
#define KEEPER_MISSING "keeper.missing"
#define KEEPER_PATH 512 /* with its NUL */
#define KEEPER_MEDIUM_SIZE (2 + FACTS_UUIDS * UUID_SIZE)
#define KEEPER_MAX (KEEPER_PATH + 16 + KEEPER_MEDIUM_SIZE)

enum keeper_order_type {
        KEEPER_REVOKE, /* nothing of this device is let in any more */
        KEEPER_READ,   /* its disks may be read and never written */
        KEEPER_WRITE,  /* its disks may be read and written */
        KEEPER_LOOK,   /* say what is on its media, and go on watching; what is let in stays so */
        KEEPER_ORDERS,
};

/* No number is an order's and a word's: what comes back to its sender is refused. */
enum keeper_word_type {
        KEEPER_SYSTEM = 0x80, /* the system stands on a disk of this device */
        KEEPER_READY,         /* that was all: the plane is in force */
        KEEPER_READING,       /* before that: an agent before this one had it let in for reading, and it still is */
        KEEPER_MEDIUM,        /* what is on the media of a device that was to be looked at */
};

#define KEEPER_WORDS_MAX 256 /* before it is ready */

struct keeper_order {
        enum keeper_order_type type;
        char path[KEEPER_PATH]; /* of the device, beneath /sys/devices: pci0000:00/…/usb1/1-2 */
        uint64_t diskseq;       /* of its disks, these: up to the newest that was told of; 0: whatever comes */
};

/* Bytes used, 0 where it does not fit or is out of range. `to` has KEEPER_MAX bytes. */
size_t keeper_order_encode(const struct keeper_order *o, void *to);

/* -EBADMSG: short, long, of another version, out of range, a path that leads elsewhere. */
int keeper_order_decode(struct bytes from, struct keeper_order *ret);

struct keeper_word {
        enum keeper_word_type type;
        char path[KEEPER_PATH]; /* as in an order; "" with KEEPER_READY */
        uint64_t diskseq;       /* KEEPER_MEDIUM: of the newest of its disks */
        struct medium_facts medium;
};

/* As for orders. */
size_t keeper_word_encode(const struct keeper_word *w, void *to);
int keeper_word_decode(struct bytes from, struct keeper_word *ret);

/* The same facts alone, in KEEPER_MEDIUM_SIZE bytes: what the process that looks answers. */
void keeper_medium_encode(const struct medium_facts *m, uint8_t to[KEEPER_MEDIUM_SIZE]);
int keeper_medium_decode(struct bytes from, struct medium_facts *ret);

/* The device itself, or anything below it; names that only begin alike are neither. */
bool path_covers(const char *above, const char *path);
