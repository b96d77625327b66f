"""Choices as people write them: ``Ancient Temple`` for ``ancient_temple``, ``azure``."""

from __future__ import annotations


def as_theme(text: str | None) -> str | None:
    return None if text is None else _joined(text).lower()


def as_color(text: str | None) -> str | None:
    return None if text is None else _joined(text).upper()


def _joined(text: str) -> str:
    return text.strip().replace(" ", "_").replace("-", "_")
