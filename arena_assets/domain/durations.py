"""Lengths of time in words."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """``850 ms``, ``4.2 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``: what a person can use."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
