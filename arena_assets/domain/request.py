"""What a person asks for: a batch of 1–100 arenas."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.errors import UsageFault

BRIEF_MAX = 500
COUNT_MAX = 100
PRIORITY_RANGE = (-10, 10)


class RequestSpec(BaseModel):
    """One request. Higher ``priority`` runs first; ``brief`` is free text to suit.

    ``cap_usd`` is the most all its arenas together may cost at services outside. ``economy`` lets
    the lore wait up to a day, for half its price.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$")]
    count: Annotated[int, Field(ge=1, le=COUNT_MAX)] = 1
    theme: Theme | None = None
    mana_color: ManaColor | None = None
    brief: Annotated[str, StringConstraints(strip_whitespace=True, max_length=BRIEF_MAX)] = ""
    priority: Annotated[int, Field(ge=PRIORITY_RANGE[0], le=PRIORITY_RANGE[1])] = 0
    cap_usd: Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)] | None = None
    economy: bool = False

    @field_validator("brief")
    @classmethod
    def _printable(cls, brief: str) -> str:
        if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in brief):
            raise ValueError("control characters")
        return brief


_NEXT_STEP = {
    "count": f"Ask for 1 to {COUNT_MAX} arenas",
    "theme": "Choose one of: " + ", ".join(Theme),
    "mana_color": "Choose one of: " + ", ".join(ManaColor),
    "brief": f"Write the brief as plain text of at most {BRIEF_MAX} characters",
    "priority": f"Give a priority from {PRIORITY_RANGE[0]} to {PRIORITY_RANGE[1]}",
    "cap_usd": "Give the cap in dollars, like 12.50",
    "project": "Use 1–48 lower-case letters, digits and inner hyphens, like 'card-game'",
}


def parse_request(**given: object) -> RequestSpec:
    """A request from loose input; a wrong field is one :class:`UsageFault` that says what fits."""
    try:
        return RequestSpec.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "request"
        shown = str(first.get("input"))
        shown = f"{shown[:40]}… ({len(shown)} characters)" if len(shown) > 40 else shown
        raise UsageFault(
            f"The {field.replace('_', ' ')} '{shown}' cannot be used",
            _NEXT_STEP.get(field, "See 'arena request --help'"),
        ) from error
