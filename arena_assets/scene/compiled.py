"""How this room compiles its inner loops.

Fast maths, but infinities keep their meaning (they stand for the sky), no checks for division by
zero, no hold on the interpreter, and the machine code kept on disk for the next process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numba as nb

_FAST = {"contract", "arcp", "afn", "reassoc", "nsz"}


def compiled(function: Callable[..., Any]) -> Any:
    """A compiled function of its own."""
    return nb.njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)(function)


def lean(function: Callable[..., Any]) -> Any:
    """A compiled function that counts no references to its arrays, and so may not make any.

    Two threads that count references to one array spend more time passing the counter's cache
    line to and fro than on the work: everything called once per ray is lean.
    """
    options: dict[str, Any] = {"_nrt": False, "fastmath": _FAST}
    return nb.njit(cache=True, nogil=True, error_model="numpy", **options)(function)


def merged(function: Callable[..., Any]) -> Any:
    """A lean function that the optimizer makes part of its callers: for those that are handed the
    whole world, which is some sixty numbers, at every call."""
    options: dict[str, Any] = {"_nrt": False, "forceinline": True, "fastmath": _FAST}
    return nb.njit(cache=True, nogil=True, error_model="numpy", **options)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A small function that becomes part of its callers."""
    return nb.njit(inline="always", error_model="numpy", fastmath=_FAST)(function)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
