"""The environment description: what an image model and the embedded stage build from.

Architecture, light and air only. The nouns of centrepiece and features are the stage's own, so
that text and picture agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arena_assets.providers.embedded.brief import Reading
from arena_assets.providers.embedded.grammar import Writer, sentence, with_article
from arena_assets.providers.embedded.words.bank import ColorWords, ThemeWords
from arena_assets.providers.embedded.words.features import FEATURES
from arena_assets.providers.embedded.words.pieces import PIECES
from arena_assets.scene.model import Centrepiece, Feature

_SIZES = ("vast", "broad", "towering", "intimate", "high-walled", "grand", "wide")
_LEADS = (
    "at the centre stands {piece}",
    "the middle of the floor belongs to {piece}",
    "every line leads to {piece}",
    "in the middle rises {piece}",
    "the eye goes first to {piece}",
)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a place has: one centrepiece and up to three features, the most important first."""

    piece: Centrepiece
    features: tuple[Feature, ...]


def describe(
    write: Writer, theme: ThemeWords, color: ColorWords, outline: Outline, reading: Reading
) -> str:
    """Six to ten sentences without creatures, people, text or weapons, under 1200 characters."""
    return " ".join(_sentences(write, theme, color, outline, reading))


def _sentences(
    write: Writer, theme: ThemeWords, color: ColorWords, outline: Outline, reading: Reading
) -> Iterator[str]:
    piece, features = PIECES[outline.piece], [FEATURES[each] for each in outline.features]
    center_glow, air_glow = write.sample(color.glows, 2)
    yield write.freshest(lambda: _architecture(write, theme, reading))
    yield write.freshest(
        lambda: sentence(
            write.choose(_LEADS).format(piece=write.choose(piece.looks).format(glow=center_glow))
        )
    )
    for scenery in reading.scenery:
        yield write.freshest(lambda options=scenery: sentence(write.choose(options)))  # type: ignore[misc]
    yield write.freshest(
        lambda: sentence(
            f"{write.choose(features[0].clauses)}{write.choose((', and ', ', while '))}"
            f"{write.choose(features[1].clauses)}"
        )
    )
    yield write.freshest(
        lambda: sentence(f"{write.choose(theme.surfaces)}, and {write.choose(features[2].clauses)}")
    )
    yield write.freshest(lambda: sentence(write.choose(theme.lights).format(glow=air_glow)))
    yield write.freshest(lambda: sentence(write.choose(theme.airs)))
    if reading.tones:
        yield sentence(write.choose(reading.tones))


def _architecture(write: Writer, theme: ThemeWords, reading: Reading) -> str:
    size = reading.size or write.choose(_SIZES)
    state = reading.state or write.choose(theme.states)
    setting, bound = write.choose(theme.settings), write.choose(theme.bounds)
    if write.choose((True, False)):
        return sentence(f"{with_article(size)}, {state} {setting}, {bound}")
    return sentence(f"{with_article(size)} {setting}, {state} and {bound}")
