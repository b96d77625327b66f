"""Reading a brief: which motifs a person's free text asks for.

Nothing of the text itself goes on: motifs are told in our own words, so a brief can neither put
forbidden words into a picture prompt nor give orders to a model further down.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from arena_assets.providers.embedded.words.bank import Motif
from arena_assets.providers.embedded.words.motifs import MOTIFS, TONES
from arena_assets.scene.model import Centrepiece, Feature

_NEGATED = re.compile(
    r"\b(?:no|not|without|never|avoid|exclude|excluding|lacking|minus)\s+(?:(?:any|a|an|the|more)\s+)?$"
)
_MOTIF_MAX = 3
_FEATURE_MAX = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a brief asks for.

    ``piece`` and ``features`` are wanted, ``banned`` ones are asked away ('no chains'). ``tones``
    colour the words when nothing of a brief was recognised. ``seed`` differs for every brief.
    """

    piece: Centrepiece | None = None
    features: tuple[Feature, ...] = ()
    banned: frozenset[Centrepiece | Feature] = frozenset()
    scenery: tuple[tuple[str, ...], ...] = ()
    size: str | None = None
    state: str | None = None
    difficulty: int = 0
    tones: tuple[str, ...] = ()
    seed: int = 0


def read_brief(brief: str) -> Reading:
    """The motifs of a brief in the order in which it names them; an empty one asks for nothing."""
    text = " ".join(brief.casefold().split())
    if not text:
        return Reading()
    fingerprint = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    wanted, banned = _find(text)
    pieces = [motif.piece for motif in wanted if motif.piece]
    features = list(dict.fromkeys(motif.feature for motif in wanted if motif.feature))
    return Reading(
        piece=pieces[0] if pieces else None,
        features=tuple(features[:_FEATURE_MAX]),
        banned=frozenset(banned) - set(pieces) - set(features),
        scenery=tuple(motif.scenery for motif in wanted if motif.scenery)[:_MOTIF_MAX],
        size=next((motif.size for motif in wanted if motif.size), None),
        state=next((motif.state for motif in wanted if motif.state), None),
        difficulty=max(-2, min(2, sum(motif.difficulty for motif in wanted))),
        tones=() if wanted else _tones(fingerprint),
        seed=fingerprint,
    )


def _tones(fingerprint: int) -> tuple[str, ...]:
    start = fingerprint % len(TONES)
    return (TONES + TONES)[start : start + len(TONES) // 2]


def _pattern(motif: Motif) -> re.Pattern[str]:
    stems = (re.escape(word).replace(r"\*", r"[a-z]*") for word in motif.keywords)
    return re.compile(rf"\b(?:{'|'.join(sorted(stems, key=len, reverse=True))})\b")


_PATTERNS = tuple((motif, _pattern(motif)) for motif in MOTIFS)


def _find(text: str) -> tuple[list[Motif], set[Centrepiece | Feature]]:
    """Motifs in the order of their place in the text, and what is asked away.

    A stretch of text belongs to the first motif of the table that matches it.
    """
    found: list[tuple[int, Motif]] = []
    banned: set[Centrepiece | Feature] = set()
    taken: list[tuple[int, int]] = []
    for motif, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            if _NEGATED.search(text, 0, match.start()):
                banned.update(each for each in (motif.piece, motif.feature) if each)
            elif motif not in (each for _, each in found):
                found.append((match.start(), motif))
    return [motif for _, motif in sorted(found, key=lambda each: each[0])], banned
