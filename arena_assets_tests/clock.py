"""A machine whose clock is set while its processes live."""

from __future__ import annotations

import pytest
from psutil import _pslinux


def clock_step(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the clock on or back: Linux then tells another time of boot (``btime``, proc(5))."""
    before = _pslinux.boot_time()
    patch.setattr(_pslinux, "boot_time", lambda: before + seconds)
