"""Giving large freed pieces back to the system, so that a long run keeps no more than it uses."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGE = 1 << 20
"""Bytes from which a piece has pages of its own, which go back when it is freed; glibc raises this
to 32 MB by itself, and what lies between two pieces in use then stays taken."""
_KEPT = 4 << 20
"""Bytes of small freed pieces that stay for the next ones; with the usual 128 KB they go and come
back all the time."""


@functools.cache
def _libc() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "malloc_trim"):
        return None
    libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
    libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
    return libc


def give_back() -> None:
    """Return what was freed to the system.

    glibc keeps freed pieces up to 32 MB for each thread's next use. Pictures are as large as that
    and differ in size, so without this a process that draws a dozen of them keeps several times
    what it needs.
    """
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
