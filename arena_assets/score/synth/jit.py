"""Compiling the inner loops: without the interpreter lock, kept on disk after the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

_P = ParamSpec("_P")
_R = TypeVar("_R")

FloatArray = npt.NDArray[np.float32]
RATE = 48000
"""Samples per second of everything the composer plays."""


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function as machine code, in strict IEEE arithmetic: equal inputs give equal bytes.

    Where no folder can be written to, it is compiled anew in each process.
    """
    try:
        return cast(Callable[_P, _R], njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(Callable[_P, _R], njit(nogil=True)(function))
