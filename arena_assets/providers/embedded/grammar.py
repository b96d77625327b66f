"""Choosing and joining words so that sentences come out whole and varied."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

_TRIES = 10
_REPEAT_COST = 10
_SMALL_WORDS = frozenset(
    re.findall(
        r"[a-z]+",
        "about above after again ahead along and another around back before behind below beneath "
        "between beyond both each every from half have here into itself like more most near "
        "nothing one only other over past that their them then there these they this through "
        "toward under until upon what when where which while whoever with without",
    )
)


class Writer:
    """Draws from word banks; remembers what it wrote so that sentences do not echo each other."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._seen: set[str] = set()

    def choose(self, options: Sequence[T]) -> T:
        return options[int(self._rng.integers(len(options)))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """At most ``count`` different options, in random order."""
        order = self._rng.permutation(len(options))[: max(0, count)]
        return [options[int(index)] for index in order]

    def freshest(self, draw: Callable[[], str]) -> str:
        """The least repetitive of some drafts: within itself first, then against earlier ones."""
        best, best_cost = "", float("inf")
        for _ in range(_TRIES):
            draft = draw()
            stems = Counter(content_stems(draft))
            repeated = sum(times - 1 for times in stems.values())
            cost = _REPEAT_COST * repeated + len(self._seen & set(stems))
            if cost < best_cost:
                best, best_cost = draft, cost
            if not cost:
                break
        self._seen.update(content_stems(best))
        return best


def content_stems(text: str) -> list[str]:
    """The first five letters of every word that carries meaning, in order."""
    words = re.findall(r"[a-z]{4,}", text.casefold())
    return [word[:5] for word in words if word not in _SMALL_WORDS]


def sentence(clause: str) -> str:
    """A clause with a capital and a full stop."""
    return f"{clause[0].upper()}{clause[1:].rstrip('.')}."


def with_article(phrase: str) -> str:
    """'a broad court', 'an open court'; the banks hold no silent h and no 'one' or 'uni-'."""
    return f"{'an' if phrase[0].lower() in 'aeiou' else 'a'} {phrase}"
