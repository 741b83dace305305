"""Run at the start of a notebook's kernel: no network but this machine's own, and every warning is an error."""

from __future__ import annotations

import sys
import warnings
from typing import Any

LOOPBACK = ("", "127.0.0.1", "::1", "localhost")
ASKED_AT = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getaddrinfo": 0,
            "socket.gethostbyname": 0}  # fmt: skip
"""Audit events of Python, and which of their values is the host or address."""


def _host(value: Any) -> str:
    first = value[0] if isinstance(value, tuple) and value else value
    if isinstance(first, bytes):
        first = first.decode("ascii", "replace")
    return first if isinstance(first, str) else ""


def _refuse(event: str, values: tuple[Any, ...]) -> None:
    if event not in ASKED_AT:
        return
    address = values[ASKED_AT[event]]
    # An address that is a path is a socket on this machine.
    path = ASKED_AT[event] == 1 and not isinstance(address, tuple)
    if not path and _host(address) not in LOOPBACK:
        raise PermissionError(f"a notebook asked for {_host(address)!r}; notebooks run without a network.")


sys.addaudithook(_refuse)
warnings.simplefilter("error")
# Warnings of the kernel itself when it ends, not of the notebook.
warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module=r"ipykernel\.")
