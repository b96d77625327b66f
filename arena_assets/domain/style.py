"""A project's style: what all its arenas have in common, in words a maker can follow.

Which maker follows what of it is said in ``providers.style``; only that much is part of a slot's
content key, so a changed style makes exactly those slots stale that would come out otherwise.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from arena_assets.domain.manifest import FileRef
from arena_assets.errors import UsageFault

WISH_MAX = 300
REFERENCE_KIND = ("image/webp", ".webp")
"""Media type and suffix of every reference picture: they are written anew when handed in."""


def _plain(text: str) -> str:
    if any(unicodedata.category(char)[0] == "C" or char in "<>{}\u2028\u2029" for char in text):
        raise ValueError("plain words only: no control characters, brackets or braces")
    return text


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(_plain),
]
Wish = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=WISH_MAX), AfterValidator(_plain)
]
_Several = Field(default=(), max_length=8)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Character(_Frozen):
    """Somebody whom the lore may mention; never shown in a picture."""

    name: Words
    description: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        AfterValidator(_plain),
    ]


class Style(_Frozen):
    """The style bible. ``negative`` is what shall not be there.

    ``references`` are pictures for the people who decide; no maker reads them.
    """

    palette: tuple[Words, ...] = _Several
    materials: tuple[Words, ...] = _Several
    mood: tuple[Words, ...] = _Several
    negative: tuple[Words, ...] = _Several
    characters: tuple[Character, ...] = Field(default=(), max_length=12)
    references: tuple[FileRef, ...] = Field(default=(), max_length=12)

    @field_validator("palette", "materials", "mood", "negative")
    @classmethod
    def _each_once(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words))


NO_STYLE = Style()


def parse_style(given: object) -> Style:
    """A style from loose input; a wrong field is one :class:`UsageFault` that says what fits."""
    try:
        style = Style.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "style"
        raise UsageFault(
            f"The style's {where} cannot be used ({first['msg'][:120]})",
            "Give up to 8 short plain phrases each for palette, materials, mood and negative",
        ) from error
    # What the bytes are called decides what a browser makes of them: no caller may choose it.
    if any((ref.media_type, ref.suffix) != REFERENCE_KIND for ref in style.references):
        raise UsageFault(
            "A reference picture of this style is no picture of ours",
            "Give references as they were answered when the picture was handed in",
        )
    return style


def parse_wish(text: str) -> str:
    """What a person wants otherwise in the next take; raises :class:`UsageFault`."""
    wish = " ".join(text.split())
    if len(wish) > WISH_MAX:
        raise UsageFault(f"The wish has {len(wish)} characters", f"Use at most {WISH_MAX}")
    try:
        return _plain(wish)
    except ValueError as error:
        raise UsageFault("The wish cannot be used", f"Write {error}") from error
