"""How this room compiles its inner loops.

No checks for division by zero, no hold on the interpreter, so that two pictures are drawn at once,
and the machine code kept on disk for the next process. These loops make no arrays of their own, so
nothing counts who holds those they were given: counting took a sixth of their time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba as nb

_FAST = {"contract", "arcp", "nsz", "nnan", "ninf"}


def compiled(function: Callable[..., Any]) -> Any:
    """A compiled function of its own."""
    options = {"error_model": "numpy", "fastmath": _FAST, "_nrt": False}
    return nb.njit(cache=True, nogil=True, **options)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A small function that becomes part of its callers in the same file."""
    return nb.njit(inline="always", error_model="numpy", fastmath=_FAST, _nrt=False)(function)
