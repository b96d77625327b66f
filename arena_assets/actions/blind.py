"""Blind comparison: two takes, or two mixes, as A and B, and only the server knows which is which.

A side goes by a token: a keyed hash of what is compared, by whom, and which candidate it is. Tokens
are mapped back by making those of the few candidates again, so nothing is stored and none can be
guessed. The side with the smaller token is A: a random order that stays the same for one person.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from arena_assets.actions.review import takes_made
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import CLIPS, IMAGES, MUSIC, SEQUENCE_SET, VIDEOS, Slot
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.store.database import Database
from arena_assets.workshop.mixes import TrackDesk

COMPARED = frozenset({IMAGES, CLIPS, SEQUENCE_SET, MUSIC, VIDEOS})
"""Assets that are looked at or heard. Lore and the model tell by their words what they are."""
REASON = "blind choice"
_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Side:
    """``candidate`` is the take or the mix; it is not shown before the choice."""

    letter: str
    token: str
    candidate: int


@dataclass(frozen=True, slots=True)
class Blind:
    """Two sides, A first."""

    sides: tuple[Side, Side]

    @property
    def candidates(self) -> frozenset[int]:
        """Both, in no order."""
        return frozenset(side.candidate for side in self.sides)

    def side(self, token: str) -> Side:
        """The side of that token; raises :class:`NotFound`."""
        return side_among([self], token)[1]

    def lettered(self, letter: str) -> Side:
        """``a`` or ``b``; raises :class:`UsageFault`."""
        for each in self.sides:
            if each.letter == letter.upper():
                return each
        raise UsageFault(f"There is no '{letter[:20]}' in a pair", "Choose a or b")

    def other(self, side: Side) -> Side:
        first, second = self.sides
        return second if side == first else first


@dataclass(frozen=True, slots=True)
class Takes:
    """Two takes of a slot, compared."""

    blind: Blind
    manifests: Mapping[int, SlotManifest]

    def of(self, side: Side) -> SlotManifest:
        return self.manifests[side.candidate]

    @property
    def numbers(self) -> tuple[int, int]:
        low, high = sorted(each.candidate for each in self.blind.sides)
        return low, high


def blind(secret: bytes, about: str, candidates: tuple[int, int]) -> Blind:
    """Two candidates as A and B; ``about`` names the comparison, and the person where it is
    theirs."""
    low, high = sorted(candidates)
    if low == high:
        raise UsageFault("It cannot be compared with itself", "Name two that differ")

    def token(candidate: int) -> str:
        text = f"blind/{about}/{low}/{high}/{candidate}".encode()
        return hmac.new(secret, text, hashlib.sha256).hexdigest()[:_LETTERS]

    first, second = sorted((token(each), each) for each in (low, high))
    return Blind((Side("A", *first), Side("B", *second)))


def compare_takes(
    db: Database, slot: Slot, takes: tuple[int, int] | None, *, who: str, secret: bytes
) -> Takes:
    """Two takes of a slot; without ``takes`` the newest two that differ.

    Raises :class:`Refused` where there is nothing to compare, :class:`NotFound` for a take that was
    never made.
    """
    made = _comparable(db, slot)
    if takes is None:
        takes = _newest(made)
    missing = [each for each in takes if each not in made]
    if missing:
        shown = ", ".join(map(str, made)) or "none"
        raise NotFound(f"{slot} has no take {missing[0]}", f"Takes that were made: {shown}")
    return Takes(blind(secret, _about(slot, who), takes), made)


def find_side(
    db: Database, slot: Slot, token: str, *, who: str, secret: bytes
) -> tuple[Takes, Side]:
    """The comparison of a slot's takes, and its side, that a token of this person belongs to."""
    made = _comparable(db, slot)
    pairs = (blind(secret, _about(slot, who), pair) for pair in combinations(made, 2))
    found, side = side_among(pairs, token)
    return Takes(found, made), side


def mix_pairs(desk: TrackDesk, *, secret: bytes, who: str = "") -> tuple[Blind, ...]:
    """The pairs of a track's last tournament; without ``who`` they are the same for everybody."""
    kept, _ = desk.tournament()
    about = "/".join(filter(None, (f"{desk.slot}/mixes {kept.take}", who)))
    return tuple(
        blind(secret, f"{about}/pair {number}", pair)
        for number, pair in enumerate(desk.pairs(), start=1)
    )


def side_among(pairs: Iterable[Blind], token: str) -> tuple[Blind, Side]:
    """The pair, and its side, that a token belongs to; raises :class:`NotFound`."""
    for pair in pairs:
        for side in pair.sides:
            if hmac.compare_digest(side.token, token):
                return pair, side
    raise NotFound("There is no such side", "Begin the comparison again")


def _comparable(db: Database, slot: Slot) -> dict[int, SlotManifest]:
    if slot.where.asset not in COMPARED:
        raise Refused(
            f"{slot} cannot be compared blind", "Pictures, clips, edits, tracks and videos can"
        )
    return takes_made(db, slot)


def _newest(made: Mapping[int, SlotManifest]) -> tuple[int, int]:
    for high, low in combinations(sorted(made, reverse=True), 2):
        if made[high].content_hash != made[low].content_hash:
            return low, high
    raise Refused("There are no two takes that differ", "Redo the item; then compare")


def _about(slot: Slot, who: str) -> str:
    return f"{slot}/{who}"
