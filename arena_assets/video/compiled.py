"""How this room compiles its inner loops.

No checks for division by zero, no hold on the interpreter, so that two pictures are drawn at once,
and the machine code kept on disk for the next process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba as nb

_FAST = {"contract", "arcp", "nsz", "nnan", "ninf"}


def compiled(function: Callable[..., Any]) -> Any:
    """A compiled function of its own."""
    return nb.njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A small function that becomes part of its callers in the same file."""
    return nb.njit(inline="always", error_model="numpy", fastmath=_FAST)(function)
