/* SPDX-License-Identifier: MIT */
/* keeper.h — what the agent and sekimori-keeper say to each other, over keeper.sock in the runtime directory. The
 * keeper sends first: which disks the system stands on, what may be read, and that this list is complete. Then the
 * agent sends orders; only KEEPER_LOOK is answered, once the media were looked at, and again when the result has
 * changed. Where the block plane is not in force, no process listens. */
#pragma once

#include "base/bytes.h"
#include "decision/drivers.h"
#include "decision/facts.h"

#include <stdbool.h>

#define KEEPER_SOCKET "keeper.sock"
/* Files beside it: one line each, in English and in Japanese, why the plane is not in force where it ought to be. */
#define KEEPER_NOTE "keeper.note"
#define KEEPER_NOTE_JA "keeper.note.ja"
/* Likewise one line: what fstab and crypttab name and was not found: "fstab UUID=aa-bb, crypttab /dev/sda2". */
#define KEEPER_MISSING "keeper.missing"
/* Where the plane is pinned: as long as the link is there, it is in force, whether a keeper runs or not. */
#define PLANE_DIR "/sys/fs/bpf/sekimori"
#define PLANE_LINK "link"
#define KEEPER_PATH 512 /* with its NUL */
#define KEEPER_MEDIUM_SIZE (2 + FACTS_UUIDS * UUID_SIZE)
#define KEEPER_MAX (KEEPER_PATH + 16 + KEEPER_MEDIUM_SIZE)

enum keeper_order_type {
        KEEPER_REVOKE, /* nothing of this device is let in any more */
        KEEPER_READ,   /* its disks may be read and never written; no other node of it is let in */
        KEEPER_WRITE,  /* these nodes of it may be read and written, and no others */
        KEEPER_LOOK,   /* report what is on its media, now and after each change; grants stay as they are */
        KEEPER_ORDERS,
};

/* No number is used for both an order and a word: a message that comes back to its sender is refused. */
enum keeper_word_type {
        KEEPER_SYSTEM = 0x80, /* the system stands on a disk of this device */
        KEEPER_READY,         /* the list is complete: the plane is in force */
        KEEPER_READING,       /* before KEEPER_READY: an earlier agent let it in for reading, and it still is */
        KEEPER_MEDIUM,        /* what is on the media of a device that was to be looked at */
};

#define KEEPER_WORDS_MAX 256 /* before KEEPER_READY */

struct keeper_order {
        enum keeper_order_type type;
        char path[KEEPER_PATH]; /* of the device, beneath /sys/devices: pci0000:00/…/usb1/1-2 */
        uint64_t diskseq;       /* only its disks up to this one, the newest that was reported; 0: all */
        uint16_t nodes;         /* enum node_kind; 0 where nothing is let in */
        uint32_t devnum;        /* on USB the device's number: another one at this path is not meant; else 0 */
};
#define KEEPER_NODES (2u * NODES_DISK - 1) /* all there are */

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

/* The facts alone, in KEEPER_MEDIUM_SIZE bytes: the answer of the process that looks at a medium. */
void keeper_medium_encode(const struct medium_facts *m, uint8_t to[KEEPER_MEDIUM_SIZE]);
int keeper_medium_decode(struct bytes from, struct medium_facts *ret);

/* Whether `path` is `above` itself or anything below it; a name that only begins alike is neither. */
bool path_covers(const char *above, const char *path);
