"""Words for picture and music models, built from an arena's metadata.

The rules hold by construction: the prompt names place, light and air; creatures, people and text
stand only in the negative prompt.
"""

from __future__ import annotations

import re

from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import Sequence, SequenceKind
from arena_assets.domain.views import View

NEGATIVE_PROMPT = (
    "people, person, human, crowd, creature, animal, monster, character, text, letters, words, "
    "signature, watermark, user interface, HUD, weapon, sword, gun, blood, gore, logo"
)

FORBIDDEN_WORDS: frozenset[str] = frozenset(
    [
        "animal",
        "animals",
        "army",
        "beast",
        "beasts",
        "bird",
        "birds",
        "child",
        "children",
        "creature",
        "creatures",
        "crowd",
        "crowds",
        "demon",
        "demons",
        "dragon",
        "dragons",
        "enemies",
        "enemy",
        "figure",
        "figures",
        "gladiator",
        "gladiators",
        "golem",
        "golems",
        "guard",
        "guards",
        "hero",
        "heroes",
        "human",
        "humans",
        "king",
        "kings",
        "knight",
        "knights",
        "man",
        "men",
        "monster",
        "monsters",
        "people",
        "person",
        "priest",
        "priests",
        "queen",
        "serpent",
        "serpents",
        "skeleton",
        "skeletons",
        "soldier",
        "soldiers",
        "spectator",
        "spectators",
        "warrior",
        "warriors",
        "wizard",
        "wizards",
        "woman",
        "women",
        "wolf",
        "wolves",
        "inscription",
        "inscriptions",
        "letters",
        "lettering",
        "logo",
        "logos",
        "sign",
        "signs",
        "text",
        "words",
        "writing",
        "blade",
        "blades",
        "gun",
        "guns",
        "spear",
        "spears",
        "sword",
        "swords",
        "weapon",
        "weapons",
        "blood",
        "gore",
    ]
)
"""Words that would put a creature, a person, text or a weapon into a picture."""

_COLOR_PHRASE: dict[ManaColor, str] = {
    ManaColor.CRIMSON: "crimson energy, warm red light",
    ManaColor.AZURE: "azure energy, cool blue light",
    ManaColor.VERDANT: "verdant energy, living green light",
    ManaColor.OBSIDIAN: "violet-black energy, deep purple light",
    ManaColor.RADIANT: "radiant energy, golden light",
    ManaColor.AETHER: "aether energy, pale cyan light",
}
_TRACK_PHRASE: dict[SequenceKind, str] = {
    SequenceKind.MAIN: "main theme, sweeping and confident, full arrangement",
    SequenceKind.INTRO: "introduction, builds from quiet to a statement of the theme",
    SequenceKind.AMBIENT: "ambient background, calm, sparse, seamless loop",
    SequenceKind.VICTORY: "victory fanfare, resolves to a bright close",
    SequenceKind.HAZARD: "danger sting, tense and driving, unresolved",
}


def forbidden_in(text: str) -> list[str]:
    """The words of a text that a picture prompt must not hold, in order, without repeats."""
    found = re.findall(r"[a-z][a-z-]*", text.casefold())
    return list(dict.fromkeys(word for word in found if word in FORBIDDEN_WORDS))


def clean_scenery(text: str) -> str:
    """The sentences of a description that keep to the rules, joined; may be empty."""
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    return " ".join(sentence for sentence in sentences if sentence and not forbidden_in(sentence))


def picture_prompt(metadata: ArenaMetadata, view: View) -> str:
    """The positive prompt of one view."""
    parts = (
        view.phrase,
        f"{metadata.theme.words} battle arena",
        clean_scenery(metadata.environment_description).rstrip("."),
        _COLOR_PHRASE[metadata.mana_color],
        "fantasy environment concept art, highly detailed, cinematic light, empty scene",
    )
    return ", ".join(part for part in parts if part)


def music_prompt(theme: Theme, mana_color: ManaColor, sequence: Sequence) -> str:
    """The words for one track: always instrumental, in the arena's mood."""
    return (
        f"{_TRACK_PHRASE[sequence.kind]}; {theme.words}, {mana_color.mood} mood; "
        "orchestral game soundtrack, instrumental, no vocals"
    )
