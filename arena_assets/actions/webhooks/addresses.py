"""Which addresses a webhook may reach: public ones alone (guard against SSRF).

A name is resolved once, every address it has must be public, and the request goes to the address
that was checked, so that a second look-up cannot lead elsewhere (DNS rebinding). Redirects are not
followed: each would need the same care, and no receiver needs one.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from arena_assets.errors import Transient, UsageFault

Resolve = Callable[[str, int], list[str]]
_LONGEST = 2_000
_NEXT = "Use an https address on the public Internet, or name its host in ARENA_WEBHOOK_HOSTS"
_ASSIGNED = ipaddress.ip_network("192.0.0.0/24")
"""IETF protocol assignments, where a cloud keeps its metadata; RFC 6890 calls them not global."""
_SHARED = ipaddress.ip_network("100.64.0.0/10")
"""RFC 6598: between a provider and its customers."""
_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook's bytes go: the address that was checked, and the name it is asked by."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def url(self) -> str:
        """The URL with the checked address in place of the name."""
        place = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{place}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return name if self.port == usual else f"{name}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system finds them now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Transient(f"The name {host[:80]} cannot be resolved", "Check it") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def checked(url: str, own_hosts: Collection[str] = (), *, look_up: Resolve = resolve) -> Target:
    """The target of a webhook's URL; raises :class:`UsageFault` unless it may be reached.

    ``own_hosts`` are names in one's own network that an administrator allows, by http too.
    """
    scheme, host, port, path = _parts(url)
    allowed = host in {each.casefold() for each in own_hosts}
    if scheme != "https" and not allowed:
        raise UsageFault(f"A webhook is sent by https alone, not by {scheme}", _NEXT)
    addresses = look_up(host, port)
    inward = [each for each in addresses if not public(each)]
    if not addresses or (inward and not allowed):
        where = kind_of(inward[0]) if inward else "nowhere"
        raise UsageFault(
            f"The host {host[:80]} is not on the public Internet: it leads to {where}", _NEXT
        )
    return Target(scheme, host, port, path, addresses[0])


def public(address: str) -> bool:
    """Whether an address is a host's on the public Internet, also once it is translated."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return public(str(inner))
        if int(ip) >> 32 == 0:  # the old IPv4-compatible form
            return False
    elif ip in _ASSIGNED:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def kind_of(address: str) -> str:
    """What kind of place an address is that is not public, in words. It names no address: what a
    name inside leads to is not for whoever asks."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "no address"
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and (ip in _NAT64 or (int(ip) >> 32 == 0 and int(ip) > 1)):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return kind_of(str(inner))
    if ip.is_loopback or ip.is_unspecified:
        return "this machine itself"
    if ip.is_link_local or ip in _ASSIGNED:
        return "the local link, where clouds keep their machines' secrets"
    if ip.is_multicast:
        return "many machines at once (multicast)"
    if ip in _SHARED:
        return "a provider's inner network"
    inner_networks = any(ip in each for each in _PRIVATE if each.version == ip.version)
    return "a private network" if inner_networks else "a reserved range"


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > _LONGEST:
        raise _unusable(f"it has more than {_LONGEST} characters")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise _unusable("it has spaces or signs outside ASCII")
    if "\\" in url or "#" in url:
        raise _unusable("it has a backslash or a fragment")
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise _unusable("it is no URL") from error
    scheme, host = split.scheme.casefold(), (split.hostname or "").casefold().rstrip(".")
    if scheme not in ("https", "http"):
        raise _unusable("it does not begin with https://")
    if not host or port == 0:
        raise _unusable("it names no host")
    if "@" in split.netloc or "%" in split.netloc:
        raise _unusable("it carries a user's name or escaped signs before the path")
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return scheme, host, port or {"https": 443, "http": 80}[scheme], path


def _unusable(why: str) -> UsageFault:
    return UsageFault(f"The webhook's address cannot be used: {why}", _NEXT)
