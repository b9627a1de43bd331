/* SPDX-License-Identifier: MIT */
/* main.c — sekimori-observer: the only program in which bytes that a device chose are parsed.
 *
 * It starts as root with a socket on descriptor 3, opens its udev monitors, gives up all other privileges, and then
 * turns announcements and scan requests into sightings until the agent is gone. It knows no policy. */
#include "helper/begin.h"
#include "helper/observer.h"
#include "host/memory.h"
#include "observer/disk.h"
#include "observer/gather.h"
#include "observer/monitor.h"
#include "observer/router.h"
#include "observer/sandbox.h"
#include "observer/tell.h"
#include "wire/socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROGRAM "sekimori-observer"
#define AGENT_FD CHILD_FD

struct observation {
        struct monitor monitor;
        struct readers readers;
        int r; /* the result of the last tell() */
};

static int tell_news(struct observation *o, const struct monitor_event *n) {
        static const enum sighting_type places[] = {
                [NEWS_CONTROLLER] = SIGHTING_CONTROLLER,
                [NEWS_BOUND] = SIGHTING_BOUND,
                [NEWS_INTERFACE] = SIGHTING_INTERFACE,
                [NEWS_TAKEN] = SIGHTING_TAKEN,
                [NEWS_GONE] = SIGHTING_GONE,
        };
        struct sighting s = { .type = SIGHTING_LOST };
        int r = 0;

        if (n->what == NEWS_NOTHING)
                return 0;
        if (n->what == NEWS_DISK)
                r = disk_gather(n->devpath, &s);
        else if (n->what == NEWS_DISK_GONE)
                r = disk_gone(n->devpath, &s);
        else if (n->what == NEWS_ROUTER)
                r = router_gather(n->devpath, &s);
        else if (n->what == NEWS_ROUTER_GONE)
                r = router_gone(n->devpath, &s);
        else if (n->what == NEWS_DEVICE)
                r = gather_device(n->devpath, n->speaks_mtp, &o->readers, &s);
        else if (n->what == NEWS_DRIVER)
                s.type = SIGHTING_DRIVER;
        else if (n->what != NEWS_LOST)
                r = gather_place(places[n->what], n->devpath, &s);
        return r < 0 ? 0 : tell(AGENT_FD, &s); /* a device that is being removed is not reported */
}

static int observer_hear(struct observation *o, enum monitor_source source) {
        struct monitor_event n;
        int r = 0;

        while (r == 0 && monitor_next(&o->monitor, source, &n))
                r = tell_news(o, &n);
        return r;
}

static void tell_present(void *ctx, const struct monitor_event *n) {
        struct observation *o = ctx;

        if (o->r == 0)
                o->r = tell_news(o, n);
}

/* Answer the requests, one after the other; 0 when there are none left. */
static int observer_answer(struct observation *o) {
        for (;;) {
                uint8_t request[SCAN_REQUEST_SIZE];
                struct sighting done = { .type = SIGHTING_SCANNED };
                ssize_t n = socket_receive(AGENT_FD, request, sizeof request, NULL);

                if (n <= 0)
                        return n == -EAGAIN ? 0 : -EPIPE;
                o->r = scan_request_decode(bytes_of(request, (size_t)n), &done.scan);
                if (o->r == 0)
                        o->r = monitor_enumerate(&o->monitor, tell_present, o);
                if (o->r == 0)
                        o->r = tell(AGENT_FD, &done);
                if (o->r < 0)
                        return o->r;
        }
}

static int observer_observe(struct observation *o) {
        struct pollfd ends[] = {
                { .fd = monitor_fd(&o->monitor, MONITOR_KERNEL), .events = POLLIN },
                { .fd = monitor_fd(&o->monitor, MONITOR_UDEV), .events = POLLIN },
                { .fd = AGENT_FD, .events = POLLIN },
        };
        int r = 0;

        while (r == 0) {
                if (poll(ends, 3, -1) < 0)
                        continue;
                if (ends[0].revents)
                        r = observer_hear(o, MONITOR_KERNEL);
                if (r == 0 && ends[1].revents)
                        r = observer_hear(o, MONITOR_UDEV);
                if (r == 0 && ends[2].revents)
                        r = observer_answer(o);
        }
        return r;
}

int main(int argc, char **argv) {
        bool listens = argc < 2 || strcmp(argv[1], OBSERVER_SCAN_ONLY) != 0;
        struct observation o = { 0 };
        int r;

        if (!helper_begin(PROGRAM))
                return 2;
        if ((r = monitor_open(listens, &o.monitor)) < 0)
                helper_fail(PROGRAM, "listen to udev", r);
        if ((r = sandbox_drop()) < 0)
                helper_fail(PROGRAM, "give up privileges", r);
        if ((r = libusb_crosscheck_open(&o.readers.crosscheck)) < 0)
                helper_fail(PROGRAM, "start libusb", r);
        aliases_open(&o.readers.aliases, NULL, NULL);
        o.readers.udev = o.monitor.udev;
        memory_hold(); /* a keyboard comes while the disk is busy, too */
        if ((r = sandbox_lock()) < 0)
                helper_fail(PROGRAM, "lock the sandbox", r);
        r = observer_observe(&o);
        if (r != -EPIPE)
                helper_fail(PROGRAM, "observe", r);
        _exit(0); /* the agent is gone */
}
