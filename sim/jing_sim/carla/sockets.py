"""Settings of sockets and files that let a server outlive clients which vanish without a word."""

import asyncio
import logging
import resource
import socket

__all__ = ["keep_alive", "raise_file_limit"]

_LOG = logging.getLogger(__name__)
_IDLE_S, _EVERY_S, _TIMES = 30, 10, 3


def keep_alive(transport: asyncio.BaseTransport) -> None:
    """A peer that is silent is asked whether it is still there, and the connection ends a minute after it is not."""
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is None or sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _IDLE_S)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _EVERY_S)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _TIMES)


def raise_file_limit() -> None:
    """As many connections at a time as this user may have: every stream of every client is one."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError):
        _LOG.warning("the limit of open files stays at %d; many clients with many sensors may need more", now)
