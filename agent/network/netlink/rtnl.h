/* SPDX-License-Identifier: MIT */
/* rtnl.h — messages from and to the kernel's rtnetlink: whole, from the kernel only, each answered. Knows none by its
 * meaning. */
#pragma once

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdint.h>

/* A socket that hears these RTNLGRP_ groups (0 ends the list), never blocks and is close-on-exec; without any group one
 * for requests, which waits for the kernel's answer, 5 s at most. A descriptor or -errno. */
int rtnl_open(const unsigned *groups);
int rtnl_open_of(int protocol, const unsigned *groups); /* another than NETLINK_ROUTE */

/* One message, its length checked. Anything negative ends the reading and is forwarded. */
typedef int rtnl_take(void *ctx, const struct nlmsghdr *h);

/* The next datagram of a socket that hears groups. 1: read; 0: none waits; -ENOBUFS: the kernel had to drop some;
 * -EBADMSG: it was cut, or is malformed. What was missed must be listed anew after both. */
int rtnl_receive(int fd, rtnl_take *take, void *ctx);

/* Everything of one kind (RTM_GETLINK, RTM_GETROUTE), in messages of the type `answer`. -EAGAIN: what there is changed
 * meanwhile, several times over; what was taken may be incomplete. */
int rtnl_list(int fd, uint16_t request, uint16_t answer, uint8_t family, rtnl_take *take, void *ctx);

/* The same by a request of the caller's, of any protocol. */
int rtnl_dump(int fd, struct nlmsghdr *request, uint16_t answer, rtnl_take *take, void *ctx);

/* Send a request and wait for the kernel's word: 0, or -errno. `take` (may be NULL) has what it answers with. Not while
 * a list is read from the same socket. */
int rtnl_ask(int fd, struct nlmsghdr *request, uint16_t answer, rtnl_take *take, void *ctx);

/* The attributes in these bytes. False where they do not fill them exactly. */
typedef bool rtnl_attribute(void *ctx, const struct nlattr *a);
bool rtnl_attributes(const void *from, size_t size, rtnl_attribute *take, void *ctx);

/* The same behind the header of a message, whose own is `header` bytes long. */
bool rtnl_message_attributes(const struct nlmsghdr *h, size_t header, rtnl_attribute *take, void *ctx);

/* The value of an attribute that must have exactly this size. */
bool rtnl_value(const struct nlattr *a, void *ret, size_t size);

/* A name: NUL-terminated where it should end, no NUL before, not longer than fits. */
bool rtnl_text(const struct nlattr *a, char *ret, size_t size);
