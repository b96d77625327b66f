"""The lore and mechanics of one arena, as the game and the picture makers read them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from arena_assets.domain.palette import ManaColor, Theme

NAME_MAX = 100


class Trigger(StrEnum):
    """When a hazard or special rule takes effect."""

    ONCE_PER_TURN = "once_per_turn"
    EVERY_3_TURNS = "every_3_turns"
    EVERY_4_TURNS = "every_4_turns"
    TURN_START = "turn_start"
    ON_ENEMY_DEATH = "on_enemy_death"
    ON_DEATH = "on_death"


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Story = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=900)]
Scenery = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1200)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PassiveEffect(_Frozen):
    name: Line
    description: Sentence
    type: Line


class Objective(_Frozen):
    name: Line
    description: Sentence
    reward: Sentence


class Hazard(_Frozen):
    name: Line
    description: Sentence
    trigger: Trigger
    effect: Sentence


class SpecialRule(_Frozen):
    name: Line
    description: Sentence
    trigger: Trigger
    effect: Line
    amount: Annotated[int, Field(ge=-100, le=100)]


class ArenaMetadata(_Frozen):
    """Everything written about an arena.

    ``name`` has 2–4 words; ``story_text`` 2–3 sentences; ``difficulty_rating`` 1–5.
    ``environment_description`` is what an image model sees: architecture, light and atmosphere,
    never creatures, people or text.
    """

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=NAME_MAX)
    ]
    mana_color: ManaColor
    theme: Theme
    passive_effect: PassiveEffect
    objective: Objective
    hazard: Hazard
    special_rules: Annotated[tuple[SpecialRule, ...], Field(min_length=1, max_length=6)]
    story_text: Story
    flavor_text: Sentence
    difficulty_rating: Annotated[int, Field(ge=1, le=5)]
    environment_description: Scenery

    @model_validator(mode="after")
    def _name_is_two_to_four_words(self) -> Self:
        if not 2 <= len(self.name.split()) <= 4:
            raise ValueError(f"name must have 2 to 4 words, got {self.name!r}")
        return self


def name_key(name: str) -> str:
    """The form in which two names of one project are compared."""
    return " ".join(name.split()).casefold()
