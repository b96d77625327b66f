"""From an arena to a composition plan: parts of exact length, styles from closed sets of words.

Nothing that a person or another model typed goes into a plan: the lore only chooses among moods
that the composer knows. All five tracks name the same key, tempo and lead, so that they belong
together; a minute has whole bars of that tempo, so that a loop can keep time over its seam.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.prompts import music_prompt
from arena_assets.domain.sequences import Sequence, SequenceKind
from arena_assets.score.brief import brief_for
from arena_assets.score.suite import suite_for
from arena_assets.score.theory import key_name

SHORTEST_MS, LONGEST_MS = 3_000, 120_000
LOOP_EXTRA_MS = 6_000
"""How much longer a loop is asked for, to find its best seam in."""
_ALWAYS = ("instrumental", "no vocals")
_NEVER = ("vocals", "singing", "spoken word", "lyrics", "crowd noise", "lo-fi")
_LOOP_NEVER = ("intro", "ending", "fade in", "fade out", "sudden stop", "loud drums")
_STYLES_MAX = 24


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    share: int
    styles: tuple[str, ...]


_PARTS: dict[SequenceKind, tuple[_Part, ...]] = {
    SequenceKind.MAIN: (
        _Part("Opening", 6, ("sets the scene", "builds")),
        _Part("Theme", 16, ("the theme in full", "wide and confident")),
        _Part("Close", 8, ("returns to the theme", "clear ending")),
    ),
    SequenceKind.INTRO: (
        _Part("Opening", 7, ("quiet", "mysterious", "rising")),
        _Part("Statement", 8, ("the theme is stated", "clear ending")),
    ),
    SequenceKind.AMBIENT: (
        _Part("Bed", 22, ("steady from the first second", "no build")),
        _Part("Bed", 22, ("the same calm", "no build")),
        _Part("Bed", 22, ("the same calm", "goes on evenly to the last second")),
    ),
    SequenceKind.VICTORY: (
        _Part("Fanfare", 6, ("bright brass", "triumphant at once")),
        _Part("Close", 4, ("resolves", "final chord")),
    ),
    SequenceKind.HAZARD: (
        _Part("Strike", 3, ("sudden", "impact")),
        _Part("Drive", 5, ("urgent", "unresolved end")),
    ),
}
"""The parts of each track with their share of its length, in seconds of the length asked for."""
_FORCE = {1: "gentle", 2: "calm strength", 3: "resolute", 4: "intense", 5: "merciless"}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


_Style = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Chunk(_Frozen):
    """One part as the service takes it; ``text`` names it and holds no word to be sung."""

    text: Annotated[str, StringConstraints(max_length=200)]
    duration_ms: int = Field(ge=SHORTEST_MS, le=LONGEST_MS)
    positive_styles: tuple[_Style, ...] = Field(min_length=1, max_length=40)
    negative_styles: tuple[_Style, ...] = Field(default=(), max_length=40)
    context_adherence: str = "high"


class Plan(_Frozen):
    chunks: tuple[Chunk, ...] = Field(min_length=1, max_length=30)

    @property
    def duration_ms(self) -> int:
        return sum(chunk.duration_ms for chunk in self.chunks)

    def body(self, model: str, seed: int) -> dict[str, JsonValue]:
        """The request's JSON."""
        return {
            "composition_plan": self.model_dump(mode="json"),
            "model_id": model,
            "seed": seed,
        }


def asked_ms(sequence: Sequence) -> int:
    """The length a track is asked for at."""
    return sequence.seconds * 1000 + (LOOP_EXTRA_MS if sequence.loops else 0)


def plan_for(
    metadata: ArenaMetadata, sequence: Sequence, suite_seed: int, asked: tuple[str, ...] = ()
) -> Plan:
    """The plan of one track; equal arguments give equal plans. ``asked``: moods a person wants."""
    brief = brief_for(metadata, suite_seed, asked)
    suite = suite_for(brief)
    phrases = music_prompt(metadata.theme, metadata.mana_color, sequence).replace(";", ",")
    whole = [
        *_ALWAYS,
        *(phrase.strip() for phrase in phrases.split(",")),
        f"{_FORCE[metadata.difficulty_rating]} character",
        *brief.moods,
        f"{suite.lead.replace('_', ' ')} lead",
        f"{suite.pad.replace('_', ' ')} bed",
        f"{suite.meter}/4 time",
        f"{suite.meter * round(suite.tempo / suite.meter)} BPM",
        f"in {key_name(suite.tonic)} {suite.mode.replace('_', ' ')}",
    ]
    never = (*_NEVER, *_LOOP_NEVER) if sequence.loops else _NEVER
    parts = _PARTS[sequence.kind]
    chunks = []
    for part, duration in zip(parts, _durations(sequence, parts), strict=True):
        styles = dict.fromkeys([*_ALWAYS, *part.styles, *whole])
        chunks.append(
            Chunk(
                text=f"[{part.title}]\n{{instrumental}}",
                duration_ms=duration,
                positive_styles=tuple(styles)[:_STYLES_MAX],
                negative_styles=never,
            )
        )
    return Plan(chunks=tuple(chunks))


def suggested_plan(suggestion: object, ours: Plan) -> Plan | None:
    """The service's own wording for a plan it refused, in our lengths; None when it has none.

    Only styles are taken over, and they are still instrumental.
    """
    try:
        theirs = _Suggestion.model_validate(suggestion)
    except ValidationError:
        return None
    if len(theirs.chunks) != len(ours.chunks):
        return None
    chunks = []
    for own, other in zip(ours.chunks, theirs.chunks, strict=True):
        positive = tuple(dict.fromkeys([*_ALWAYS, *other.positive_styles]))
        negative = tuple(dict.fromkeys([*own.negative_styles, *other.negative_styles]))
        update = {"positive_styles": positive[:_STYLES_MAX], "negative_styles": negative[:40]}
        chunks.append(own.model_copy(update=update))
    plan = Plan(chunks=tuple(chunks))
    return None if plan == ours else plan


class _SuggestedChunk(_Frozen):
    positive_styles: tuple[_Style, ...] = Field(max_length=40)
    negative_styles: tuple[_Style, ...] = Field(default=(), max_length=40)


class _Suggestion(_Frozen):
    chunks: tuple[_SuggestedChunk, ...] = Field(max_length=30)


def _durations(sequence: Sequence, parts: tuple[_Part, ...]) -> list[int]:
    """Milliseconds of each part by its share; together exactly the length asked for."""
    total, shares = asked_ms(sequence), sum(part.share for part in parts)
    durations = [total * part.share // shares for part in parts]
    durations[-1] += total - sum(durations)
    return durations
