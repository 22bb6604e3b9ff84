"""Where probes may go: one policy for every protocol, checked on the address that is connected to.

A name is resolved once, every address behind it is checked, and the probe connects to the checked
address itself, so that a second answer of the name server changes nothing. Addresses that carry an
IPv4 address inside (mapped, NAT64, 6to4, Teredo) count as that address too.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# What ipaddress calls global although it is not a place of its own (Python 3.11).
NEVER = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # RFC 6890: protocol assignments
        "192.88.99.0/24",  # RFC 7526: 6to4 relays, withdrawn
        "64:ff9b:1::/48",  # RFC 8215: NAT64 inside one network
        "fec0::/10",  # RFC 3879: site-local, withdrawn
        "5f00::/16",  # RFC 9602: segment routing
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")
LAST_32_BITS = 0xFFFF_FFFF
LONGEST_NAME = 253
# Which one makes no difference to a route: discard (RFC 863).
ANY_PORT = 9
# RFC 1123, 2.1. Neither an option of a program (-h) nor a pattern passes for a name.
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
LOCAL = ip_address("127.0.0.1")


class EgressRefused(Exception):
    """A probe may not go there; the text says why, for the person who named the target."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A target that passed: connect to `address`; `host` is for TLS and Host headers only."""

    host: str
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Public addresses only, but for `allowed` networks; `own` are never reached, even if allowed.

    `allowed` is the list of a provider that runs the portal on its own premises, or of tests. With
    `only_allowed` nothing else is reached at all, as an agent at a site keeps it.
    """

    allowed: tuple[Network, ...] = ()
    own: tuple[Network, ...] = ()
    only_allowed: bool = False

    def check(self, address: Address) -> None:
        """Raise EgressRefused unless probes may go to `address`."""
        for inner in (*_inside(address), address):
            if reason := self._objection(inner):
                raise EgressRefused(f"{address} is {reason}, so nothing is sent there.")

    def _objection(self, address: Address) -> str:
        if any(address in network for network in self.own):
            return "one of the portal's own addresses"
        if any(address in network for network in self.allowed):
            return ""
        if self.only_allowed:
            return "in none of the networks that are allowed"
        return next((reason for holds, reason in OBJECTIONS if holds(address)), "")


OBJECTIONS: tuple[tuple[Callable[[Address], bool], str], ...] = (
    (lambda address: address.is_loopback, "a loopback address"),
    (lambda address: address.is_link_local, "a link-local address"),
    (lambda address: address.is_multicast, "a multicast address"),
    (lambda address: address.is_unspecified, "no address of a machine"),
    (lambda address: any(address in network for network in NEVER), "reserved"),
    (lambda address: not address.is_global, "private or reserved"),
)


def check_typed(host: str, policy: EgressPolicy) -> str:
    """Return a host as it is to be kept; refuse now what nothing has to be asked for.

    Raises EgressRefused like `pin` for a bad name, a number in disguise and a forbidden address.
    What a name leads to is known at asking only, and `pin` checks it every time.
    """
    name = _plain_name(host)
    if _literal(name):
        policy.check(ip_address(name.partition("%")[0]))
    elif name.split(".")[-1] == "localhost":
        # RFC 6761, 6.3: it never leads anywhere else.
        policy.check(LOCAL)
    return name


async def pin(host: str, port: int, policy: EgressPolicy, resolve: Resolve | None = None) -> Pinned:
    """Resolve `host` once, check every address behind it, and choose the first that has a way.

    Raises EgressRefused for a bad name, for a name that is a number in disguise (0x7f000001, 127.1)
    and for a forbidden address; OSError when the name cannot be resolved.
    """
    name = _plain_name(host)
    found = [name] if _literal(name) else await (resolve or _resolve)(name, port)
    addresses = [ip_address(text.partition("%")[0]) for text in found]
    if not addresses:
        raise OSError(f"{name} has no address")
    for address in addresses:
        policy.check(address)
    return Pinned(name, str(_first_with_a_way(addresses)), port)


def _first_with_a_way(addresses: Sequence[Address]) -> Address:
    """Return the first address that this machine has a route to; the first of all if none has.

    A name with both families is alive although this machine has one of them only.
    """
    if len({address.version for address in addresses}) < 2:
        return addresses[0]
    return next((address for address in addresses if has_route(address)), addresses[0])


def has_route(address: Address) -> bool:
    """Has this machine a route to an address? Nothing is sent: a UDP socket only looks it up."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.setblocking(False)
            probe.connect((str(address), ANY_PORT))
    except OSError:
        return False
    return True


def _plain_name(host: str) -> str:
    name = host.strip().removeprefix("[").removesuffix("]").rstrip(".")
    if not name or len(name) > LONGEST_NAME:
        raise EgressRefused("This is no name of a machine: it is empty or too long.")
    if _literal(name):
        return name
    try:
        ascii_name = name.encode("idna").decode()
    except UnicodeError as error:
        raise EgressRefused(f"{name} is no name of a machine.") from error
    labels = ascii_name.lower().split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        raise EgressRefused(f"{name} is no name of a machine.")
    # The system would read these as addresses: 2130706433, 127.1, 0x7f.0.0.1, 0177.0.0.1.
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        raise EgressRefused(f"{name} is an address in an unusual form; write it as 192.0.2.1.")
    return ascii_name.lower()


def _literal(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _inside(address: Address) -> Iterator[IPv4Address]:
    """Give the IPv4 addresses that an IPv6 address carries."""
    if not isinstance(address, IPv6Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        yield IPv4Address(int(address) & LAST_32_BITS)


async def _resolve(name: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))
