"""A project's rules: how its arenas are published, what needs a person's approval, its defaults."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.request import BRIEF_MAX, COUNT_MAX, PRIORITY_RANGE
from arena_assets.domain.slots import IMAGES, MADE, METADATA, MUSIC, VIDEOS, SlotName
from arena_assets.errors import UsageFault

REVIEWED_ASSETS = (METADATA, IMAGES, MUSIC, VIDEOS)
_ASSETS = frozenset(slot.asset for slot in MADE)


class Publishing(StrEnum):
    """``automatic``: as soon as all checks pass; ``reviewed``: when a person has approved too."""

    AUTOMATIC = "automatic"
    REVIEWED = "reviewed"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Defaults(_Frozen):
    """What a new request starts with on a form."""

    count: Annotated[int, Field(ge=1, le=COUNT_MAX)] = 1
    theme: Theme | None = None
    mana_color: ManaColor | None = None
    brief: Annotated[str, Field(max_length=BRIEF_MAX)] = ""
    priority: Annotated[int, Field(ge=PRIORITY_RANGE[0], le=PRIORITY_RANGE[1])] = 0


class Rules(_Frozen):
    """``review`` are the assets of which every item needs an approval before publishing."""

    publishing: Publishing = Publishing.AUTOMATIC
    review: Annotated[tuple[str, ...], Field(min_length=1)] = REVIEWED_ASSETS
    defaults: Defaults = Defaults()

    @field_validator("review")
    @classmethod
    def _known(cls, assets: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(assets) - _ASSETS)
        if unknown:
            raise ValueError(f"no such asset: {', '.join(unknown)[:80]}")
        return tuple(dict.fromkeys(assets))

    @property
    def awaited(self) -> tuple[SlotName, ...]:
        """The slots that need an approval before an arena is published; none when automatic."""
        if self.publishing is Publishing.AUTOMATIC:
            return ()
        return tuple(slot for slot in MADE if slot.asset in self.review)


def parse_rules(given: object) -> Rules:
    """Rules from loose input; a wrong field is one :class:`UsageFault`."""
    try:
        return Rules.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "rules"
        raise UsageFault(
            f"The project's {where} cannot be used ({first['msg'][:120]})",
            "Publishing is automatic or reviewed; review names assets like "
            + ", ".join(REVIEWED_ASSETS),
        ) from error
