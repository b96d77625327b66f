"""Giving large freed pieces back to the system, so that a long run keeps no more than it uses."""

from __future__ import annotations

import ctypes
import functools
import sys
from typing import Any


@functools.cache
def _libc() -> Any:
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    return libc if hasattr(libc, "malloc_trim") else None


def give_back() -> None:
    """Return what was freed to the system.

    glibc keeps freed pieces up to 32 MB for each thread's next use. Pictures are as large as that
    and differ in size, so without this a process that draws a dozen of them keeps several times
    what it needs.
    """
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
