"""The shapes of the word banks.

Clauses start in lower case and carry no full stop; sentences start in upper case and end with one.
Slots in braces: ``{glow}`` light of the mana colour, ``{name}`` the arena's name as prose,
``{piece}`` the noun of the centrepiece, ``{n}`` an amount.
"""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.domain.metadata import Trigger
from arena_assets.scene.model import Centrepiece, Feature


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A special rule. ``text`` goes on after the trigger's phrase; ``amount`` is its range."""

    name: str
    trigger: Trigger
    text: str
    effect: str
    amount: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PassiveWords:
    """A passive effect. ``clause`` goes on after '…, so '."""

    name: str
    clause: str
    type: str


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """One theme: the place, how it is lit, where it comes from and what it does to a match."""

    epithets: tuple[str, ...]
    places: tuple[str, ...]
    relics: tuple[str, ...]
    settings: tuple[str, ...]
    """Nouns with their material, without article: 'court of honey-coloured sandstone'."""
    bounds: tuple[str, ...]
    """Participial phrases about the edge: 'ringed by …'."""
    states: tuple[str, ...]
    surfaces: tuple[str, ...]
    lights: tuple[str, ...]
    airs: tuple[str, ...]
    causes: tuple[str, ...]
    """Independent clauses, in sentence case, that explain a passive effect."""
    pasts: tuple[str, ...]
    sayings: tuple[str, ...]
    rules: tuple[RuleWords, ...]
    pieces: tuple[Centrepiece, ...]
    features: tuple[Feature, ...]
    harshness: int
    """Difficulty before anything else is known, 1–5."""


@dataclass(frozen=True, slots=True)
class ColorWords:
    """One mana colour: its light, its way of fighting and what it wants."""

    epithets: tuple[str, ...]
    relics: tuple[str, ...]
    glows: tuple[str, ...]
    """Noun phrases of light that need no article: 'crimson radiance'."""
    passives: tuple[PassiveWords, ...]
    rewards: tuple[str, ...]
    deeds: tuple[str, ...]
    stakes: tuple[str, ...]
    sayings: tuple[str, ...]
    """Clauses that close a saying after a dash or 'and'."""
    rules: tuple[RuleWords, ...]


@dataclass(frozen=True, slots=True)
class ObjectiveWords:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PieceWords:
    """One centrepiece: its singular noun, how it looks (with article), what is won with it."""

    noun: str
    looks: tuple[str, ...]
    objectives: tuple[ObjectiveWords, ...]


@dataclass(frozen=True, slots=True)
class HazardWords:
    """A hazard. ``happens`` goes on after the trigger's phrase; ``effect`` is a sentence."""

    name: str
    happens: str
    effect: str
    triggers: tuple[Trigger, ...]
    amount: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FeatureWords:
    """One feature: clauses that show it, and the hazards it holds."""

    noun: str
    clauses: tuple[str, ...]
    hazards: tuple[HazardWords, ...]


@dataclass(frozen=True, slots=True)
class Motif:
    """Something a brief can ask for, found by its keywords and told in our own words.

    ``scenery`` are independent clauses that show it; ``size`` and ``state`` replace the theme's
    adjective; ``difficulty`` is added to the rating.
    """

    keywords: tuple[str, ...]
    scenery: tuple[str, ...] = ()
    piece: Centrepiece | None = None
    feature: Feature | None = None
    size: str | None = None
    state: str | None = None
    difficulty: int = 0
