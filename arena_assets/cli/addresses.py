"""Where a server may listen, and where it is reached."""

from __future__ import annotations

import ipaddress
import socket

from arena_assets.errors import Refused, UsageFault


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it; raises :class:`UsageFault` for a wrong address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError as error:
        raise UsageFault(
            f"'{host[:60]}' is no address to listen on", "Use 127.0.0.1, ::1 or an address of yours"
        ) from error


def reachable_host(host: str) -> str:
    """The host part of a URL by which this machine reaches the server."""
    if host == "localhost":
        return host
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return host if address.version == 4 else f"[{host}]"


def take_port(host: str, port: int) -> int:
    """A port that is free right now: the wanted one, or any when it is 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} of {host} cannot be used ({error.strerror or error})",
                "Choose another with --port or ARENA_PORT; --port 0 takes any free one",
            ) from error
        return int(probe.getsockname()[1])
