"""No test reaches beyond this machine: a socket to anywhere else is an error that names where it wanted to go."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_LOCAL_NAMES = {"localhost", "ip6-localhost", "", None}


class ReachedOutside(Exception):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether an address or name means this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


class GuardedSocket(socket.socket):
    """A socket that connects to this machine only."""

    def connect(self, address: Any) -> None:
        _refuse_outside(self.family, address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        _refuse_outside(self.family, address)
        return super().connect_ex(address)

    def sendto(self, *arguments: Any) -> int:
        _refuse_outside(self.family, arguments[-1])
        return super().sendto(*arguments)


def guard() -> None:
    """Put the guard in place for the rest of this process."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        # Numbers are not looked up anywhere; the connect decides about them.
        if not is_loopback(host) and not _is_address(host):
            raise ReachedOutside(f"looked up {host!r}")
        return resolve(host, *arguments, **named)

    socket.getaddrinfo = getaddrinfo
    socket.socket = GuardedSocket  # type: ignore[misc]  # every library takes it from here


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True


def _refuse_outside(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    if not is_loopback(address[0]):
        raise ReachedOutside(f"connect to {address!r}")
