"""Tests reach this machine and nothing else."""

import socket
from ipaddress import ip_address
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideError(AssertionError):
    """A test tried to reach another machine."""


def close() -> None:
    """Refuse every connection that leaves this machine, from now on."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _require_loopback(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _require_loopback(self, address)
    return _connect_ex(self, address)


def _require_loopback(connection: socket.socket, address: Any) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    if host != "localhost" and not ip_address(host).is_loopback:
        raise OutsideError(f"a test tried to reach {host}")
