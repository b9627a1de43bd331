# SPDX-License-Identifier: MIT
"""The flows of test_network_matrix: what is sent from where, where it is counted, and whether the policy of
support/network_bed.py allows it. Each gets a tag and a port of its own."""

import collections
import struct

from network_bed import macs
from wires import (ETH_ARP, ETH_IP, ETH_IP6, GRE, ICMP, ICMP6, SCTP, TCP, UDP, address, arp, fragments, fragments6, frame, icmp, icmp6,
                   ip, ip6, neighbour, sctp, send_frame, send_ip, tcp, udp)

# send(bed, tag, port); where: a wire, or (4 or 6, protocol) of what the terminal is given; tag: in place of the flow's own
Flow = collections.namedtuple("Flow", "title send where allowed tag", defaults=(None,))
ALLOWED, DENIED = True, False
FLOWS = []


def flow(title, where, allowed, tag=None):
    def add(send):
        FLOWS.append(Flow(title, send, where, allowed, tag))
        return send
    return add


def packet(source, target, protocol, body, **more):
    return (ip6 if ":" in source else ip)(source, target, protocol, body, **more)


def segment(kind, source, target, sport, dport, tag):
    if kind == SCTP:
        return sctp(sport, dport, tag)
    return (tcp if kind == TCP else udp)(source, target, sport, dport, tag)


NAMES = {TCP: "tcp", UDP: "udp", SCTP: "sctp"}


def out(kind, target, dport, allowed, why, wire="own", source=None, device=None):
    source = source or ({"own": "fd01::2", "lgwan": "fd02::2", "net": "fd03::2"} if ":" in target else
                        {"own": "10.1.0.2", "lgwan": "10.2.0.2", "net": "10.3.0.2"})[wire]
    flow(f"out, {NAMES[kind]} to {target} {dport}: {why}", wire, allowed)(
        lambda bed, tag, port: send_ip(bed.terminal, packet(source, target, kind, segment(kind, source, target, port, dport, tag)), device))


def inward(kind, source, dport, allowed, why, wire="own", target=None):
    target = target or ({"own": "fd01::2", "lgwan": "fd02::2", "net": "fd03::2"} if ":" in source else
                        {"own": "10.1.0.2", "lgwan": "10.2.0.2", "net": "10.3.0.2"})[wire]
    v6 = ":" in source

    def send(bed, tag, port):
        ours, theirs = macs(wire)
        body = packet(source, target, kind, segment(kind, source, target, port, dport, tag))
        send_frame(bed.far[wire], "far0", frame(ours, theirs, ETH_IP6 if v6 else ETH_IP, body))
    flow(f"in, {NAMES[kind]} from {source} to {target} {dport} by {wire}: {why}", (6 if v6 else 4, kind), allowed)(send)


for v in ("10.1.0.", "fd01::"):
    out(TCP, v + "1", 443, ALLOWED, "web")
    out(TCP, v + "1", 8010, ALLOWED, "the last port of a range")
    out(TCP, v + "1", 8011, DENIED, "the next")
    out(TCP, v + "1", 22, DENIED, "an administrator asks us, not we him")
    out(UDP, v + "1", 443, DENIED, "another protocol")
    out(TCP, v + "66", 443, DENIED, "a stranger on the same wire")
    out(UDP, v + "3", 514, ALLOWED, "a neighbour that has to be found")
    out(UDP, v + "66", 514, DENIED, "beyond the range of addresses")
    out(UDP, v + "53", 53, ALLOWED, "the resolver")
    out(TCP, v + "53", 53, ALLOWED, "the resolver")
    out(UDP, v + "1", 53, DENIED, "another resolver")
    out(SCTP, v + "1", 3868, ALLOWED, "sctp")
    out(SCTP, v + "1", 3869, DENIED, "another port")
    inward(TCP, v + "1", 22, ALLOWED, "administration")
    inward(TCP, v + "1", 443, DENIED, "we ask the web, not it us")
    inward(TCP, v + "66", 22, DENIED, "a stranger")
    inward(UDP, v + "1", 161, ALLOWED, "monitoring")
    inward(UDP, v + "1", 162, DENIED, "another port")
    inward(SCTP, v + "1", 3868, ALLOWED, "sctp")
    inward(SCTP, v + "66", 3868, DENIED, "a stranger")
    inward(UDP, v + "1", 161, DENIED, "the right address on the wrong wire", wire="lgwan", target=v + "2")
    inward(UDP, v + "1", 161, DENIED, "an address of another interface", target="10.2.0.2" if "." in v else "fd02::2")
out(UDP, "10.1.0.123", 123, ALLOWED, "the clock")
out(UDP, "10.1.0.1", 123, DENIED, "another clock")
out(TCP, "10.1.9.9", 443, DENIED, "a peer of another interface", wire="lgwan", source="10.2.0.2")
for v in ("10.2.0.", "fd02::"):
    out(TCP, v + "1", 8443, ALLOWED, "LGWAN", wire="lgwan")
    out(UDP, v + "1", 8443, ALLOWED, "LGWAN", wire="lgwan")
    out(TCP, v + "1", 443, DENIED, "another port", wire="lgwan")
    inward(UDP, v + "1", 161, DENIED, "LGWAN asks for nothing", wire="lgwan")
for v in ("10.3.0.", "fd03::"):
    out(TCP, v + "1", 443, DENIED, "a peer, by a link that nobody granted", wire="net")
    out(UDP, v + "1", 53, DENIED, "the internet", wire="net")
    inward(TCP, v + "1", 22, DENIED, "the internet", wire="net")
out(UDP, "239.9.9.9", 7000, ALLOWED, "a group that the policy names", device="own0")
out(UDP, "239.9.9.9", 7001, DENIED, "another port", device="own0")
out(UDP, "224.0.0.251", 5353, DENIED, "multicast DNS", device="own0")
out(UDP, "ff02::fb", 5353, DENIED, "multicast DNS", device="own0")
out(UDP, "ff02::1:3", 5355, DENIED, "LLMNR", device="own0")
out(UDP, "10.1.0.255", 514, DENIED, "a broadcast", device="own0")
out(UDP, "255.255.255.255", 514, DENIED, "a broadcast", device="own0")
inward(UDP, "10.1.0.1", 161, DENIED, "a group of all", target="224.0.0.1")
inward(UDP, "10.1.0.1", 161, DENIED, "a broadcast", target="10.1.0.255")
inward(UDP, "fd01::1", 161, DENIED, "a group of all", target="ff02::1")


def plain(title, where, allowed, make, wire="own", device=None, tag=None):
    """From the terminal where it is counted on a wire; else to it."""
    def send(bed, tag, port):
        ours, theirs = macs(wire)
        made = make(tag, port)
        for each in made if isinstance(made, list) else [made]:
            if isinstance(where, str):
                send_ip(bed.terminal, each, device)
            else:
                send_frame(bed.far[wire], "far0", frame(ours, theirs, ETH_IP6 if each[0] >> 4 == 6 else ETH_IP, each))
    flow(title, where, allowed, tag)(send)


US, WEB, OTHER, US6, WEB6, OTHER6 = "10.1.0.2", "10.1.0.1", "10.1.0.66", "fd01::2", "fd01::1", "fd01::66"


def echo(port):
    return struct.pack(">HH", port, 1)


plain("out, echo request", "own", ALLOWED, lambda t, n: ip(US, WEB, ICMP, icmp(8, t, rest=echo(n))))
plain("out, echo request to a stranger", "own", DENIED, lambda t, n: ip(US, OTHER, ICMP, icmp(8, t, rest=echo(n))))
plain("out, timestamp request", "own", DENIED, lambda t, n: ip(US, WEB, ICMP, icmp(13, t, rest=echo(n))))
plain("out, echo reply that nobody asked for", "own", DENIED, lambda t, n: ip(US, WEB, ICMP, icmp(0, t, rest=echo(n))))
plain("out, unreachable of nothing", "own", DENIED,
      lambda t, n: ip(US, WEB, ICMP, icmp(3, ip(WEB, US, UDP, udp(WEB, US, 9, n, b"")) + t, rest=bytes(4))))
plain("in, echo request", (4, ICMP), ALLOWED, lambda t, n: ip(WEB, US, ICMP, icmp(8, t, rest=echo(n))))
plain("in, echo request of a stranger", (4, ICMP), DENIED, lambda t, n: ip(OTHER, US, ICMP, icmp(8, t, rest=echo(n))))
plain("in, redirect", (4, ICMP), DENIED,
      lambda t, n: ip(WEB, US, ICMP, icmp(5, ip(US, OTHER, UDP, udp(US, OTHER, n, 9, b"")) + t, rest=address("10.1.0.3"))))
plain("out, echo request of IPv6", "own", ALLOWED, lambda t, n: ip6(US6, WEB6, ICMP6, icmp6(US6, WEB6, 128, t, rest=echo(n))))
plain("out, echo request of IPv6 to a stranger", "own", DENIED,
      lambda t, n: ip6(US6, OTHER6, ICMP6, icmp6(US6, OTHER6, 128, t, rest=echo(n))))
plain("out, node information query", "own", DENIED, lambda t, n: ip6(US6, WEB6, ICMP6, icmp6(US6, WEB6, 139, t, rest=echo(n))))
plain("in, echo request of IPv6", (6, ICMP6), ALLOWED, lambda t, n: ip6(WEB6, US6, ICMP6, icmp6(WEB6, US6, 128, t, rest=echo(n))))
plain("in, echo request of IPv6 of a stranger", (6, ICMP6), DENIED,
      lambda t, n: ip6(OTHER6, US6, ICMP6, icmp6(OTHER6, US6, 128, t, rest=echo(n))))
plain("in, neighbour solicitation", (6, ICMP6), ALLOWED, lambda t, n: ip6(WEB6, US6, ICMP6, neighbour(WEB6, US6, 135, US6, t), ttl=255))
plain("in, neighbour solicitation from afar", (6, ICMP6), DENIED,
      lambda t, n: ip6(WEB6, US6, ICMP6, neighbour(WEB6, US6, 135, US6, t), ttl=254))
plain("in, router advertisement", (6, ICMP6), DENIED,
      lambda t, n: ip6("fe80::1", "ff02::1", ICMP6, icmp6("fe80::1", "ff02::1", 134, bytes(8) + b"\xfe\2" + t[:14], rest=bytes(4)), ttl=255))
plain("out, neighbour solicitation", "own", ALLOWED, lambda t, n: ip6(US6, WEB6, ICMP6, neighbour(US6, WEB6, 135, WEB6, t), ttl=255))
plain("out, router solicitation", "own", DENIED,
      lambda t, n: ip6(US6, "ff02::2", ICMP6, icmp6(US6, "ff02::2", 133, b"\xfe\2" + t[:14], rest=bytes(4)), ttl=255), device="own0")
plain("out, neighbour solicitation by a link that nobody granted", "net", DENIED,
      lambda t, n: ip6("fd03::2", "fd03::1", ICMP6, neighbour("fd03::2", "fd03::1", 135, "fd03::1", t), ttl=255), wire="net")
GRE_HEAD = b"\0\0\x08\0"
plain("out, gre", "own", ALLOWED, lambda t, n: ip(US, WEB, GRE, GRE_HEAD + t))
plain("out, gre to a stranger", "own", DENIED, lambda t, n: ip(US, OTHER, GRE, GRE_HEAD + t))
plain("out, gre over IPv6", "own", ALLOWED, lambda t, n: ip6(US6, WEB6, GRE, GRE_HEAD + t))
plain("in, gre", (4, GRE), DENIED, lambda t, n: ip(OTHER, US, GRE, GRE_HEAD + t))
plain("out, esp", "own", DENIED, lambda t, n: ip(US, WEB, 50, b"\0\0\1\0\0\0\0\1" + t))
plain("in, esp", (4, 50), DENIED, lambda t, n: ip(WEB, US, 50, b"\0\0\1\0\0\0\0\1" + t))
plain("out, a packet in a packet", "own", DENIED, lambda t, n: ip(US, WEB, 4, ip(US, WEB, UDP, udp(US, WEB, n, 514, t))))
plain("out, a protocol that nobody knows", "own", DENIED, lambda t, n: ip(US, WEB, 253, t * 2))
plain("out, group membership", "own", DENIED, lambda t, n: ip(US, "224.0.0.22", 2, icmp(0x22, t), ttl=1), device="own0")
plain("out, fragments", "own", ALLOWED, lambda t, n: fragments(US, WEB, UDP, udp(US, WEB, n, 514, t * 60), n))
plain("out, fragments to a port that is denied", "own", DENIED, lambda t, n: fragments(US, WEB, UDP, udp(US, WEB, n, 515, t * 60), n))
plain("out, a first fragment of eight bytes", "own", DENIED,
      lambda t, n: fragments(US, WEB, TCP, tcp(US, WEB, n, 445, t * 60), n, first=8))
plain("out, a later fragment alone", "own", DENIED, lambda t, n: fragments(US, WEB, UDP, udp(US, WEB, n, 514, t * 60), n)[1:])
plain("in, fragments", (4, UDP), ALLOWED, lambda t, n: fragments(WEB, US, UDP, udp(WEB, US, n, 161, t * 60), n))
plain("in, fragments to a port that is denied", (4, UDP), DENIED, lambda t, n: fragments(WEB, US, UDP, udp(WEB, US, n, 162, t * 60), n))
plain("out, fragments of IPv6", "own", ALLOWED, lambda t, n: fragments6(US6, WEB6, UDP, udp(US6, WEB6, n, 514, t * 60), n))
plain("out, fragments of IPv6 to a port that is denied", "own", DENIED,
      lambda t, n: fragments6(US6, WEB6, UDP, udp(US6, WEB6, n, 515, t * 60), n))
plain("in, fragments of IPv6", (6, UDP), ALLOWED, lambda t, n: fragments6(WEB6, US6, UDP, udp(WEB6, US6, n, 161, t * 60), n))
plain("in, fragments of IPv6 to a port that is denied", (6, UDP), DENIED,
      lambda t, n: fragments6(WEB6, US6, UDP, udp(WEB6, US6, n, 162, t * 60), n))
PADDED = b"\0\1\4\0\0\0\0"  # eight bytes with the next header's number, all of it padding
for extension, number in (("hop-by-hop", 0), ("destination", 60)):
    for port, may in ((514, ALLOWED), (515, DENIED)):
        plain(f"out, behind {extension} options, to {port}", "own", may, lambda t, n, e=number, p=port:
              ip6(US6, WEB6, UDP, udp(US6, WEB6, n, p, t), headers=[(e, PADDED)]))
    for port, may in ((161, ALLOWED), (162, DENIED)):
        plain(f"in, behind {extension} options, to {port}", (6, UDP), may, lambda t, n, e=number, p=port:
              ip6(WEB6, US6, UDP, udp(WEB6, US6, n, p, t), headers=[(e, PADDED)]))
plain("out, behind two headers, to 515", "own", DENIED,
      lambda t, n: ip6(US6, WEB6, UDP, udp(US6, WEB6, n, 515, t), headers=[(0, PADDED), (60, PADDED)]))
STRANGER, STRANGER6 = "192.0.2.9", "2001:db8::9"
for title, number in (("loose", 131), ("strict", 137)):
    plain(f"out, {title} source route by way of a peer", "own", DENIED, lambda t, n, o=number:
          ip(US, WEB, UDP, udp(US, WEB, n, 514, t), options=struct.pack("BBB", o, 7, 4) + address(STRANGER)))
plain("out, a time stamp among the options", "own", ALLOWED, lambda t, n:
      ip(US, WEB, UDP, udp(US, WEB, n, 514, t), options=struct.pack("BBBBI", 68, 8, 5, 0, 0)))
for title, number in (("of segments", 4), ("of a mobile node", 2)):
    for before in ([], [(0, PADDED)], [(60, PADDED)]):
        plain(f"out, a routing header {title} by way of a peer{', behind options' * len(before)}", "own", DENIED,
              lambda t, n, k=number, b=before: ip6(US6, WEB6, UDP, udp(US6, WEB6, n, 514, t), headers=b + [
                  (43, struct.pack(">BBBxxxx", 4, k, 1) + address(STRANGER6) + address(WEB6))]))
plain("out, to a peer from an address that is not ours", "own", DENIED, lambda t, n: ip(OTHER, WEB, UDP, udp(OTHER, WEB, n, 514, t)))
plain("out, to a peer from an address that is not ours", "own", DENIED,
      lambda t, n: ip6(STRANGER6, WEB6, UDP, udp(STRANGER6, WEB6, n, 514, t)))
plain("out, to a peer from the address of the link", "own", ALLOWED,
      lambda t, n: ip6("fe80::ff:fe00:102", WEB6, UDP, udp("fe80::ff:fe00:102", WEB6, n, 514, t)))


def membership(title, kind, group, allowed):
    """RFC 2710, RFC 3810: `group` is what the report says, and in version 1 where it goes to, too."""
    target = "ff02::16" if kind == 143 else group
    record = struct.pack(">BBH", 4, 0, 0) if kind == 143 else b""
    plain(f"out, membership, {title}", "own", allowed, lambda t, n: ip6(
        "fe80::2", target, ICMP6, icmp6("fe80::2", target, kind, record + address(group), rest=struct.pack(">HH", 0, kind == 143)),
        ttl=1, headers=[(0, b"\0\5\2\0\0\1\0")]), device="own0", tag=address(group))


membership("the group in which neighbours ask", 131, "ff02::1:ffa7:1e55", ALLOWED)
membership("a group of the wire", 131, "ff02::6e:6f:7b", DENIED)
membership("a group of the office", 131, "ff05::6e:6f:7c", DENIED)
membership("of version 2", 143, "ff02::1:ffa7:1e56", DENIED)
plain("out, to the next machine by its own address", "own", DENIED,
      lambda t, n: ip6(US6, "ff02::1", UDP, udp(US6, "ff02::1", n, 514, t)), device="own0")
plain("out, dhcp", "own", ALLOWED, lambda t, n: ip(US, "255.255.255.255", UDP, udp(US, "255.255.255.255", 68, 67, t)), device="own0")
plain("out, dhcp where it is not allowed", "lgwan", DENIED,
      lambda t, n: ip("10.2.0.2", "255.255.255.255", UDP, udp("10.2.0.2", "255.255.255.255", 68, 67, t)), device="lgwan0", wire="lgwan")
plain("in, dhcp", (4, UDP), ALLOWED, lambda t, n: ip(WEB, US, UDP, udp(WEB, US, 67, 68, t)))
plain("in, dhcp where it is not allowed", (4, UDP), DENIED,
      lambda t, n: ip("10.2.0.1", "10.2.0.2", UDP, udp("10.2.0.1", "10.2.0.2", 67, 68, t)), wire="lgwan")


def raw(title, wire, allowed, make, kind=ETH_IP, **how):
    """A frame that a program of the terminal has made itself."""
    def send(bed, tag, port):
        ours, theirs = macs(wire)
        send_frame(bed.terminal, wire + "0", frame(theirs, ours, kind, make(tag, port)), **how)
    flow("raw frame, " + title, wire, allowed)(send)


raw("udp to a peer", "own", DENIED, lambda t, n: ip(US, WEB, UDP, udp(US, WEB, n, 514, t)))
raw("udp to a stranger", "own", DENIED, lambda t, n: ip(US, OTHER, UDP, udp(US, OTHER, n, 514, t)))
raw("of IPv6", "own", DENIED, lambda t, n: ip6(US6, OTHER6, UDP, udp(US6, OTHER6, n, 514, t)), kind=ETH_IP6)
raw("past the queues", "own", DENIED, lambda t, n: ip(US, OTHER, UDP, udp(US, OTHER, n, 514, t)), bypass=True)
raw("with a mark", "own", DENIED, lambda t, n: ip(US, OTHER, UDP, udp(US, OTHER, n, 514, t)), mark=1)
raw("to LGWAN", "lgwan", DENIED, lambda t, n: ip("10.2.0.2", "10.2.0.1", UDP, udp("10.2.0.2", "10.2.0.1", n, 8443, t)))
raw("of a kind that nobody knows", "own", DENIED, lambda t, n: t, kind=0x88B5)
raw("lldp", "own", DENIED, lambda t, n: t, kind=0x88CC)
raw("in a VLAN", "own", DENIED, lambda t, n: b"\0\5\x08\0" + ip(US, OTHER, UDP, udp(US, OTHER, n, 514, t)), kind=0x8100)
raw("arp for a stranger", "own", DENIED, lambda t, n: arp(1, macs("own")[0], US, "10.1.0.78") + t, kind=ETH_ARP)


def question(why, wire, allowed, asked, more=b"", operation=1, to=b"\xff" * 6):
    """Raw ARP, as programs ask whether an address is free."""
    ours = macs(wire)[0]
    body = arp(operation, ours, "0.0.0.0", asked)
    flow(f"raw frame, is {asked} free: {why}", wire, allowed, body)(
        lambda bed, tag, port: send_frame(bed.terminal, wire + "0", to + ours + ETH_ARP.to_bytes(2, "big") + body + more))


question("by a link of the policy", "own", ALLOWED, "10.1.0.81")
question("with something behind it", "own", DENIED, "10.1.0.82", more=b"secret")
question("of one alone", "own", DENIED, "10.1.0.83", to=macs("own")[1])
question("an answer", "own", DENIED, "10.1.0.84", operation=2)
raw("dhcp", "own", ALLOWED, lambda t, n: ip("0.0.0.0", "255.255.255.255", UDP, udp("0.0.0.0", "255.255.255.255", 68, 67, t)))
raw("dhcp where it is not allowed", "lgwan", DENIED,
    lambda t, n: ip("0.0.0.0", "255.255.255.255", UDP, udp("0.0.0.0", "255.255.255.255", 68, 67, t)))


# What the kernel asks on a wire before it can send there.
for us, target, wire, may, why in ((US, "10.1.0.4", "own", ALLOWED, "a peer"), (US, "10.1.0.77", "own", DENIED, "a stranger"),
                                   ("10.3.0.2", "10.3.0.77", "net", DENIED, "a stranger of the internet")):
    @flow(f"arp, who has {target}: {why}", wire, may, arp(1, macs(wire)[0], us, target))
    def send(bed, tag, port, us=us, target=target):
        send_ip(bed.terminal, ip(us, target, UDP, udp(us, target, port, 514, tag)))

for wire, source, target, may in (("own", "10.1.0.88", "10.1.0.2", ALLOWED), ("net", "10.3.0.88", "10.3.0.2", DENIED)):
    @flow(f"arp, an answer to {source}", wire, may, arp(2, macs(wire)[0], target, source, macs(wire)[1]))
    def send(bed, tag, port, wire=wire, source=source, target=target):
        ours, theirs = macs(wire)
        send_frame(bed.far[wire], "far0", frame(ours, theirs, ETH_ARP, arp(1, theirs, source, target)))


def through(title, source_wire, wire, make):
    """By way of the terminal, from one wire to the other."""
    def send(bed, tag, port):
        ours, theirs = macs(source_wire)
        made = make(tag, port)
        send_frame(bed.far[source_wire], "far0", frame(ours, theirs, ETH_IP6 if made[0] >> 4 == 6 else ETH_IP, made))
    flow("through, " + title, wire, DENIED)(send)


through("tcp to LGWAN", "own", "lgwan", lambda t, n: ip(WEB, "10.2.0.1", TCP, tcp(WEB, "10.2.0.1", n, 8443, t)))
through("udp of IPv6 to LGWAN", "own", "lgwan", lambda t, n: ip6(WEB6, "fd02::1", UDP, udp(WEB6, "fd02::1", n, 8443, t)))
through("udp of LGWAN to our log", "lgwan", "own", lambda t, n: ip("10.2.0.1", WEB, UDP, udp("10.2.0.1", WEB, n, 514, t)))
through("icmp of LGWAN", "lgwan", "own", lambda t, n: ip("10.2.0.1", WEB, ICMP, icmp(8, t, rest=echo(n))))
through("tcp from LGWAN to the internet", "lgwan", "net", lambda t, n: ip("10.2.0.1", "10.3.0.1", TCP, tcp("10.2.0.1", "10.3.0.1", n, 443, t)))
through("udp of IPv6 from the internet", "net", "own", lambda t, n: ip6("fd03::1", WEB6, UDP, udp("fd03::1", WEB6, n, 514, t)))
through("sctp from the internet to LGWAN", "net", "lgwan", lambda t, n: ip("10.3.0.1", "10.2.0.1", SCTP, sctp(n, 3868, t)))
