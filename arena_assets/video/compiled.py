"""How this room compiles its inner loops.

No checks for division by zero, no hold on the interpreter, so that two pictures are drawn at once,
and the machine code kept on disk for the next process. These loops make no arrays of their own, so
nothing counts who holds those they were given: counting took a sixth of their time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba as nb

_QUICK: dict[str, Any] = {
    "error_model": "numpy",
    "fastmath": {"contract", "arcp", "nsz", "nnan", "ninf"},
    "_nrt": False,
}


def compiled(function: Callable[..., Any]) -> Any:
    """A compiled function of its own."""
    return nb.njit(cache=True, nogil=True, **_QUICK)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A small function that becomes part of its callers in the same file."""
    return nb.njit(inline="always", **_QUICK)(function)
