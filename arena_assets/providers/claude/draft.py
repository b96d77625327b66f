"""The form in which Claude writes: named places for everything, so that nothing can be left out.

The service holds an answer to names, types and fixed choices, not to lengths: those are checked
afterwards. Colour and theme are not asked for; they are the request's.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from arena_assets.domain.metadata import (
    Hazard,
    Line,
    Objective,
    PassiveEffect,
    Sentence,
    SpecialRule,
)
from arena_assets.scene.model import Centrepiece, Feature


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Strict):
    """Four names, the best first: the first that is free becomes the arena's."""

    first: Line
    second: Line
    third: Line
    fourth: Line


class Rules(_Strict):
    of_the_place: SpecialRule
    of_the_mana: SpecialRule
    of_the_danger: SpecialRule | None = Field(
        description="A third rule when difficulty_rating is 3 or more, otherwise null."
    )


class Story(_Strict):
    """Three sentences."""

    origin: Sentence
    change: Sentence
    stakes: Sentence


class Features(_Strict):
    """Three different features; the hazard comes from the first."""

    first: Feature
    second: Feature
    third: Feature


class Environment(_Strict):
    """What a picture shows, one sentence each."""

    architecture: Sentence
    centrepiece: Sentence
    features: Sentence
    surfaces: Sentence
    light: Sentence
    air: Sentence


class LoreDraft(_Strict):
    centrepiece: Centrepiece
    features: Features
    names: Names
    passive_effect: PassiveEffect
    objective: Objective
    hazard: Hazard
    rules: Rules
    story: Story
    flavor_text: Sentence
    difficulty_rating: int = Field(ge=1, le=5)
    environment: Environment


@lru_cache
def draft_schema() -> dict[str, JsonValue]:
    """The JSON schema of a draft, within what the service can enforce."""
    from anthropic import transform_schema

    return transform_schema(LoreDraft)
