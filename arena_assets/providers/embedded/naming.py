"""Names of two to four words, unique in a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

import numpy as np

from arena_assets.domain.metadata import name_key
from arena_assets.providers.embedded.words.bank import ColorWords, ThemeWords

_ONSETS = (
    "A",
    "Bel",
    "Cal",
    "Dor",
    "El",
    "Fen",
    "Gal",
    "Hes",
    "Ith",
    "Kar",
    "Lor",
    "Mal",
    "Nym",
    "Or",
    "Per",
    "Quel",
    "Rha",
    "Syl",
    "Tar",
    "Ul",
    "Vae",
    "Wyr",
    "Ys",
    "Zeph",
)
_MIDDLES = ("", "a", "an", "ar", "e", "en", "i", "ir", "o", "or", "u", "ae")
_ENDS = (
    "bris",
    "dane",
    "dris",
    "gorn",
    "las",
    "leth",
    "lis",
    "mere",
    "moth",
    "nar",
    "nath",
    "rael",
    "reth",
    "ris",
    "rond",
    "sil",
    "thas",
    "thal",
    "thos",
    "vale",
    "van",
    "vex",
    "wyn",
    "zar",
)
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Name:
    """A name and whether prose puts 'the' before it."""

    text: str
    article: bool

    @property
    def prose(self) -> str:
        return f"the {self.text}" if self.article else self.text

    @property
    def opening(self) -> str:
        """As the first words of a sentence."""
        return f"The {self.text}" if self.article else self.text


_Pattern = Callable[[np.random.Generator, ThemeWords, ColorWords], Name | None]


def choose_name(
    rng: np.random.Generator, theme: ThemeWords, color: ColorWords, taken_keys: Set[str]
) -> Name:
    """A name whose :func:`name_key` is not in ``taken_keys``.

    Patterns are tried from the plainest to the widest; the last one numbers its names, so that
    there always is one.
    """
    for pattern in (_mixed, _invented):
        for _ in range(_TRIES):
            name = pattern(rng, theme, color)
            if name and name_key(name.text) not in taken_keys:
                return name
    return next(name for name in _ordinals(rng, theme) if name_key(name.text) not in taken_keys)


def _pick(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]


def _mixed(rng: np.random.Generator, theme: ThemeWords, color: ColorWords) -> Name | None:
    """'Burning Nave', 'Vault of Oaths', 'Nave of Sacred Embers', 'Silent Coral Forum'."""
    place = _pick(rng, theme.places)
    epithets, relics = theme.epithets + color.epithets, theme.relics + color.relics
    match int(rng.integers(5)):
        case 0:
            words = [_pick(rng, color.epithets), place]
        case 1:
            words = [_pick(rng, epithets), place]
        case 2:
            words = [place, "of", _pick(rng, relics)]
        case 3:
            words = [place, "of", _pick(rng, epithets), _pick(rng, relics)]
        case _:
            words = [_pick(rng, epithets), place, "of", _pick(rng, relics)]
    return Name(" ".join(words), article=True) if _distinct(words) else None


def _invented(rng: np.random.Generator, theme: ThemeWords, color: ColorWords) -> Name | None:
    """'Vaelathal Cloister', 'Silent Vault of Nymoris', 'Vault of Calendane'."""
    coined = _pick(rng, _ONSETS) + _pick(rng, _MIDDLES) + _pick(rng, _ENDS)
    place = _pick(rng, theme.places)
    match int(rng.integers(3)):
        case 0:
            words = [coined, place]
        case 1:
            words = [_pick(rng, color.epithets), place, "of", coined]
        case _:
            words = [place, "of", coined]
    article = words[0] != coined
    return Name(" ".join(words), article) if _distinct(words) else None


def _ordinals(rng: np.random.Generator, theme: ThemeWords) -> Iterator[Name]:
    coined = _pick(rng, _ONSETS) + _pick(rng, _MIDDLES) + _pick(rng, _ENDS)
    place = _pick(rng, theme.places)
    number = 2
    while True:
        yield Name(f"{place} of {coined} {_roman(number)}", article=True)
        number += 1


def _roman(number: int) -> str:
    steps = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    text = ""
    for value, letters in steps:
        times, number = divmod(number, value)
        text += letters * times
    return text


def _distinct(words: list[str]) -> bool:
    """No two words share their first four letters ('Silent Vale of Silence')."""
    stems = [word.casefold()[:4] for word in words if word != "of"]
    return len(set(stems)) == len(stems)
