"""What a composer is told about an arena."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.palette import ManaColor, Theme

MOODS: dict[str, tuple[str, ...]] = {
    "calm": ("calm", "still", "quiet", "silent", "silence", "gentle", "peace", "serene", "slow"),
    "storm": ("storm", "thunder", "lightning", "tempest", "gale", "wind", "winds", "howling"),
    "fire": ("fire", "flame", "flames", "burning", "ember", "embers", "lava", "magma", "molten"),
    "water": ("water", "tide", "tides", "rain", "river", "waves", "sea", "ocean", "pool", "pools"),
    "frost": ("ice", "frost", "frozen", "snow", "cold", "glacier", "winter"),
    "dread": ("dread", "dark", "darkness", "shadow", "shadows", "doom", "grim", "ominous", "curse"),
    "wonder": ("wonder", "star", "stars", "glow", "glowing", "shimmer", "dream", "light", "moon"),
    "glory": ("glory", "triumph", "triumphant", "golden", "radiant", "hero", "heroes", "sun"),
    "machine": ("gear", "gears", "engine", "engines", "steam", "piston", "clockwork", "machine"),
    "ancient": ("ancient", "old", "ruin", "ruins", "ruined", "forgotten", "lost", "relic"),
}
"""Moods the composer understands, each with the words that call for it."""


class ScoreBrief(BaseModel):
    """Everything that decides an arena's music; equal briefs give equal bytes.

    ``moods`` are keys of :data:`MOODS`, strongest first. ``suite_seed`` decides what all tracks
    share, and is ``seed`` where it is None; ``seed`` decides the rest. So another take of a track
    has a seed of its own and stays in its suite.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: Theme
    mana_color: ManaColor
    difficulty: int = Field(ge=1, le=5)
    moods: tuple[str, ...] = Field(default=(), max_length=3)
    seed: int = Field(ge=0, lt=2**63)
    suite_seed: int | None = Field(default=None, ge=0, lt=2**63)


def brief_for(
    metadata: ArenaMetadata,
    seed: int,
    asked: tuple[str, ...] = (),
    suite_seed: int | None = None,
) -> ScoreBrief:
    """The brief that an arena's lore asks for: its three most spoken moods set the tone.

    ``asked`` are moods that a person wants; they come before those of the lore. For the seeds see
    :class:`ScoreBrief`.
    """
    text = " ".join(
        (
            metadata.name,
            metadata.story_text,
            metadata.flavor_text,
            metadata.environment_description,
            metadata.hazard.description,
        )
    )
    words = re.findall(r"[a-z]+", text.casefold())
    counts = {mood: sum(words.count(word) for word in calls) for mood, calls in MOODS.items()}
    spoken = sorted((mood for mood in counts if counts[mood]), key=lambda mood: -counts[mood])
    return ScoreBrief(
        theme=metadata.theme,
        mana_color=metadata.mana_color,
        difficulty=metadata.difficulty_rating,
        moods=tuple(dict.fromkeys([*asked, *spoken]))[:3],
        seed=seed,
        suite_seed=suite_seed,
    )
