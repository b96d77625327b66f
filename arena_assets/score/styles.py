"""The character of each theme and mana colour: tempo, modes, orchestra, groove and air."""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.domain.palette import ManaColor, Theme


@dataclass(frozen=True, slots=True)
class ThemeStyle:
    """A theme's sound. Where several patches are named, the seed casts one of them.

    ``modes``: the darker first. ``groove`` names the drum patterns, ``figure`` the ostinatos.
    ``reverb`` is the decay time in seconds.
    """

    tempo: float
    meter: int
    modes: tuple[str, str]
    lead: tuple[str, ...]
    soft_lead: tuple[str, ...]
    counter: tuple[str, ...]
    pad: tuple[str, ...]
    choir: str
    bass: str
    ostinato: tuple[str, ...]
    sparkle: str
    groove: str
    figure: tuple[str, ...]
    textures: tuple[str, ...]
    reverb: float


@dataclass(frozen=True, slots=True)
class ManaStyle:
    """A colour's touch: possible tonics (pitch classes), how dark, how driven (0–1)."""

    tonics: tuple[int, ...]
    darkness: float
    drive: float


STYLES: dict[Theme, ThemeStyle] = {
    Theme.ANCIENT_TEMPLE: ThemeStyle(
        92, 4, ("aeolian", "dorian"), ("horn", "violin"), ("flute", "oboe"), ("cello", "horn"),
        ("strings",), "choir_ah", "contrabass", ("harp", "spiccato"), "tubular_bells", "epic",
        ("broken", "rolling"), ("wind", "drips"), 2.8,
    ),
    Theme.CRYSTAL_CAVERN: ThemeStyle(
        86, 4, ("dorian", "lydian"), ("fm_bell", "ondes"), ("glass", "celesta"),
        ("violin", "ondes"), ("glass_pad",), "choir_oo", "synth_bass",
        ("dulcimer", "celesta"), "glass", "sparse", ("cascade", "broken"),
        ("drips", "shimmer"), 3.8,
    ),
    Theme.FLOATING_ISLAND: ThemeStyle(
        116, 3, ("mixolydian", "ionian"), ("violin", "flute"), ("flute", "ocarina"),
        ("horn", "oboe"), ("strings",), "choir_ah", "contrabass", ("harp", "pizzicato"),
        "celesta", "light", ("waltz", "rolling"), ("wind", "birds"), 2.2,
    ),
    Theme.UNDERWATER_RUINS: ThemeStyle(
        92, 3, ("aeolian", "lydian"), ("ondes", "cello"), ("ondes", "glass"), ("cello", "clarinet"),
        ("warm_pad",), "choir_oo", "sub_bass", ("marimba", "harp"), "fm_bell", "sparse",
        ("waltz", "cascade"), ("water", "bubbles"), 4.0,
    ),
    Theme.VOLCANIC_CRATER: ThemeStyle(
        128, 4, ("phrygian", "harmonic_minor"), ("trumpet", "horn"), ("duduk", "cello"),
        ("low_brass", "horn"), ("low_strings",), "choir_ah", "contrabass", ("spiccato",),
        "tubular_bells", "war", ("gallop", "driving"), ("rumble", "embers"), 2.2,
    ),
    Theme.FROZEN_TUNDRA: ThemeStyle(
        80, 4, ("aeolian", "dorian"), ("violin", "oboe"), ("flute", "glass"), ("cello", "horn"),
        ("strings", "glass_pad"), "choir_oo", "contrabass", ("celesta", "dulcimer"), "glass",
        "light", ("broken", "cascade"), ("blizzard", "ice"), 3.4,
    ),
    Theme.MYSTICAL_FOREST: ThemeStyle(
        108, 3, ("dorian", "mixolydian"), ("flute", "oboe"), ("ocarina", "clarinet"),
        ("clarinet", "violin"), ("strings", "warm_pad"), "choir_oo", "pluck_bass",
        ("harp", "dulcimer"), "kalimba", "folk", ("waltz", "rolling"), ("leaves", "birds"), 2.4,
    ),
    Theme.DESERT_OASIS: ThemeStyle(
        100, 4, ("phrygian_dominant", "phrygian_dominant"), ("duduk", "violin"),
        ("duduk", "flute"), ("oud", "violin"), ("strings", "low_strings"), "choir_ah",
        "contrabass", ("oud", "koto"), "kalimba", "desert", ("gallop", "rolling"),
        ("sand", "water"), 2.0,
    ),
    Theme.CELESTIAL_OBSERVATORY: ThemeStyle(
        104, 3, ("ionian", "lydian"), ("violin", "horn"), ("celesta", "flute"), ("horn", "cello"),
        ("strings", "glass_pad"), "choir_ah", "contrabass", ("celesta", "harp"), "music_box",
        "light", ("cascade", "waltz"), ("shimmer", "wind"), 3.4,
    ),
    Theme.SHADOW_REALM: ThemeStyle(
        78, 4, ("harmonic_minor", "aeolian"), ("cello", "violin"), ("clarinet", "cello"),
        ("oboe", "low_brass"), ("dark_pad", "low_strings"), "choir_ah", "contrabass",
        ("music_box", "pizzicato"), "tubular_bells", "doom", ("broken", "driving"),
        ("whispers", "rumble"), 3.6,
    ),
    Theme.STEAMPUNK_FACTORY: ThemeStyle(
        126, 4, ("harmonic_minor", "dorian"), ("clarinet", "violin"), ("clarinet", "oboe"),
        ("low_brass", "trumpet"), ("organ", "low_strings"), "choir_ah", "pluck_bass",
        ("pizzicato", "spiccato"), "music_box", "machine", ("driving", "gallop"),
        ("machine", "steam"), 1.5,
    ),
    Theme.ETHEREAL_VOID: ThemeStyle(
        74, 4, ("aeolian", "lydian"), ("ondes", "violin"), ("fm_bell", "ondes"), ("cello", "ondes"),
        ("warm_pad", "glass_pad"), "choir_oo", "sub_bass", ("kalimba", "fm_bell"), "glass",
        "sparse", ("cascade", "broken"), ("whispers", "shimmer"), 4.4,
    ),
}  # fmt: skip

MANA: dict[ManaColor, ManaStyle] = {
    ManaColor.CRIMSON: ManaStyle((2, 0, 9), 0.75, 0.9),
    ManaColor.AZURE: ManaStyle((9, 4, 11), 0.4, 0.35),
    ManaColor.VERDANT: ManaStyle((7, 2, 5), 0.25, 0.45),
    ManaColor.OBSIDIAN: ManaStyle((0, 1, 8), 0.9, 0.65),
    ManaColor.RADIANT: ManaStyle((4, 5, 10), 0.1, 0.6),
    ManaColor.AETHER: ManaStyle((11, 6, 3), 0.35, 0.3),
}

MOOD_TEXTURE: dict[str, str] = {
    "storm": "wind",
    "fire": "embers",
    "water": "water",
    "frost": "ice",
    "dread": "whispers",
    "wonder": "shimmer",
    "machine": "machine",
}
"""The sound bed a mood adds under the theme's own."""

MOOD_DRIVE: dict[str, float] = {
    "calm": -0.25,
    "storm": 0.2,
    "fire": 0.15,
    "dread": 0.05,
    "wonder": -0.1,
    "glory": 0.15,
    "machine": 0.1,
}
"""How much a mood adds to the drive: tempo, drums and brass."""
