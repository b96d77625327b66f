"""From an arena's lore to its stage: words choose the centrepiece, the features and their mood."""

from __future__ import annotations

import re
from typing import TypeVar

import numpy as np

from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.scene.model import Centrepiece, Cover, Drift, Feature, Sky, StageSpec

_Option = TypeVar("_Option", Sky, Cover, Drift)
_C, _F = Centrepiece, Feature

_CENTREPIECE_WORDS: dict[Centrepiece, str] = {
    _C.CRYSTAL: "crystal shard gem prism geode heartstone focus core",
    _C.ALTAR: "altar shrine offering ritual sacrifice sacred sanctum relic blessing dais",
    _C.OBELISK: "obelisk pillar monument spire beacon totem needle stele",
    _C.FOUNTAIN: "fountain spring well basin wellspring font waters tide oasis",
    _C.BRAZIER: "brazier fire flame pyre ember hearth blaze burning forge torch",
    _C.PORTAL: "portal gate rift doorway threshold passage breach vortex void",
    _C.ORRERY: "orrery star stars planet planets celestial astrolabe constellation moon sphere",
    _C.TREE: "tree root roots grove bough sapling blossom canopy seed worldtree",
    _C.ENGINE: "engine machine gear gears piston boiler turbine furnace clockwork dynamo cog",
    _C.MONOLITHS: "monolith monoliths megalith circle standing menhir stones henge",
}
_FEATURE_WORDS: dict[Feature, str] = {
    _F.POOLS: "pool pools water lake flood tide pond acid lava basin drown spring",
    _F.BRIDGES: "bridge bridges span walkway causeway chasm crossing gorge gap",
    _F.SPIRES: "spire spires pinnacle tower towers stalagmite needle peak impale spike spikes",
    _F.RUBBLE: "rubble ruin ruins ruined fallen broken collapse collapsing crumbling debris quake",
    _F.RUNES: "rune runes glyph glyphs sigil ward wards arcane inscribed spell binding",
    _F.VINES: "vine vines ivy root roots overgrown bramble thorns tendril tangle creeper moss",
    _F.CHAINS: "chain chains shackle bound hanging suspended tether iron imprison",
    _F.VENTS: "vent vents geyser steam eruption erupt gas fume fumes smoke heat scald",
    _F.LANTERNS: "lantern lanterns lamp lamps torch torches candle glow beacon light lights",
    _F.SHARDS: "shard shards crystal crystals splinter splinters fragment glass frozen icicle",
}
_SKY_WORDS: dict[Sky, str] = {
    Sky.NIGHT: "night nights midnight nightfall moon moonlit moonlight starlit starlight nocturnal",
    Sky.OVERCAST: "overcast leaden drizzle rain rains rainy gloom gloomy brooding clouded sunless",
}
_COVER_WORDS: dict[Cover, str] = {
    Cover.SNOW: "snow snowy snowbound frost frosted frozen ice icy winter blizzard glacier",
    Cover.MOSS: "moss mossy overgrown jungle creeping thorns spores rot",
    Cover.ASH: "ash ashes ashen soot sooty cinder cinders scorched charred burnt eruption",
    Cover.SAND: "sand sands sandy dune dunes sandstorm dust dusty buried",
}
_DRIFT_WORDS: dict[Drift, str] = {
    Drift.EMBERS: "ember embers spark sparks fire flame flames blaze inferno lava magma eruption",
    Drift.SNOW: "snow snowfall blizzard frost hail winter",
    Drift.ASH: "ash ashes ashen soot cinder smoke",
    Drift.SAND: "sand sands sandstorm dust",
    Drift.PETALS: "petal petals blossom blossoms pollen leaves bloom",
}
_DECAY_WORDS = (
    "ruin ruins ruined broken crumbling shattered ancient forgotten abandoned collapsed weathered "
    "decayed fallen overgrown cracked eroded lost drowned forsaken",
    "pristine polished immaculate gleaming intact perfect new pure maintained flawless orderly",
)
_GRANDEUR_WORDS = (
    "vast towering colossal immense grand mighty soaring enormous cathedral epic endless giant "
    "majestic monumental titanic",
    "intimate small narrow quiet humble hidden secluded cosy low modest little sheltered",
)
_THEME_CENTRES: dict[Theme, tuple[Centrepiece, ...]] = {
    Theme.ANCIENT_TEMPLE: (_C.ALTAR, _C.OBELISK, _C.BRAZIER, _C.CRYSTAL),
    Theme.CRYSTAL_CAVERN: (_C.CRYSTAL, _C.MONOLITHS, _C.PORTAL),
    Theme.FLOATING_ISLAND: (_C.TREE, _C.CRYSTAL, _C.FOUNTAIN, _C.OBELISK),
    Theme.UNDERWATER_RUINS: (_C.FOUNTAIN, _C.MONOLITHS, _C.ALTAR, _C.CRYSTAL),
    Theme.VOLCANIC_CRATER: (_C.BRAZIER, _C.MONOLITHS, _C.OBELISK, _C.ALTAR),
    Theme.FROZEN_TUNDRA: (_C.MONOLITHS, _C.CRYSTAL, _C.OBELISK),
    Theme.MYSTICAL_FOREST: (_C.TREE, _C.MONOLITHS, _C.ALTAR),
    Theme.DESERT_OASIS: (_C.FOUNTAIN, _C.OBELISK, _C.ALTAR),
    Theme.CELESTIAL_OBSERVATORY: (_C.ORRERY, _C.CRYSTAL, _C.PORTAL),
    Theme.SHADOW_REALM: (_C.PORTAL, _C.OBELISK, _C.ALTAR, _C.MONOLITHS),
    Theme.STEAMPUNK_FACTORY: (_C.ENGINE, _C.BRAZIER, _C.ORRERY),
    Theme.ETHEREAL_VOID: (_C.PORTAL, _C.CRYSTAL, _C.MONOLITHS),
}
_THEME_FEATURES: dict[Theme, tuple[Feature, ...]] = {
    Theme.ANCIENT_TEMPLE: (_F.RUNES, _F.RUBBLE, _F.LANTERNS, _F.VINES),
    Theme.CRYSTAL_CAVERN: (_F.SHARDS, _F.POOLS, _F.SPIRES, _F.RUNES),
    Theme.FLOATING_ISLAND: (_F.BRIDGES, _F.LANTERNS, _F.VINES, _F.POOLS),
    Theme.UNDERWATER_RUINS: (_F.RUBBLE, _F.VENTS, _F.RUNES, _F.SPIRES),
    Theme.VOLCANIC_CRATER: (_F.VENTS, _F.SPIRES, _F.POOLS, _F.CHAINS),
    Theme.FROZEN_TUNDRA: (_F.SHARDS, _F.SPIRES, _F.LANTERNS, _F.RUBBLE),
    Theme.MYSTICAL_FOREST: (_F.VINES, _F.POOLS, _F.LANTERNS, _F.RUNES),
    Theme.DESERT_OASIS: (_F.POOLS, _F.RUBBLE, _F.LANTERNS, _F.VINES),
    Theme.CELESTIAL_OBSERVATORY: (_F.RUNES, _F.LANTERNS, _F.BRIDGES, _F.SHARDS),
    Theme.SHADOW_REALM: (_F.CHAINS, _F.SPIRES, _F.RUNES, _F.SHARDS),
    Theme.STEAMPUNK_FACTORY: (_F.VENTS, _F.CHAINS, _F.LANTERNS, _F.BRIDGES),
    Theme.ETHEREAL_VOID: (_F.SHARDS, _F.BRIDGES, _F.RUNES, _F.SPIRES),
}
_MOODS: dict[Theme, tuple[float, float]] = {
    Theme.ANCIENT_TEMPLE: (0.40, 0.60),
    Theme.CRYSTAL_CAVERN: (0.20, 0.60),
    Theme.FLOATING_ISLAND: (0.30, 0.55),
    Theme.UNDERWATER_RUINS: (0.65, 0.55),
    Theme.VOLCANIC_CRATER: (0.45, 0.60),
    Theme.FROZEN_TUNDRA: (0.40, 0.50),
    Theme.MYSTICAL_FOREST: (0.45, 0.50),
    Theme.DESERT_OASIS: (0.40, 0.45),
    Theme.CELESTIAL_OBSERVATORY: (0.10, 0.70),
    Theme.SHADOW_REALM: (0.55, 0.65),
    Theme.STEAMPUNK_FACTORY: (0.30, 0.60),
    Theme.ETHEREAL_VOID: (0.35, 0.65),
}


def plan_stage(metadata: ArenaMetadata, brief: str, seed: int) -> StageSpec:
    """The stage that suits an arena's lore and its request's brief; the same for the same words.

    The brief weighs most, then the objective and the environment, then hazard and passive effect;
    where the words say nothing, the theme's own defaults decide, by the seed.
    """
    rng = np.random.default_rng((seed, 0x91))
    sources = _sources(metadata, brief)
    theme = metadata.theme
    centres = _THEME_CENTRES[theme]
    start = int(rng.integers(len(centres)))
    centre_scores = {
        option: _weight(sources, words)
        + (0.6 - 0.1 * ((centres.index(option) - start) % len(centres)) if option in centres else 0)
        for option, words in _CENTREPIECE_WORDS.items()
    }
    features = _THEME_FEATURES[theme]
    turn = int(rng.integers(len(features)))
    feature_scores = {
        option: _weight(sources, words)
        + (
            0.6 - 0.1 * ((features.index(option) - turn) % len(features))
            if option in features
            else 0
        )
        for option, words in _FEATURE_WORDS.items()
    }
    ranked = sorted(feature_scores, key=lambda option: -feature_scores[option])
    decay, grandeur = _MOODS[theme]
    decay += 0.12 * _lean(sources, _DECAY_WORDS) + 0.05 * (metadata.difficulty_rating - 3)
    grandeur += 0.12 * _lean(sources, _GRANDEUR_WORDS) + 0.05 * (metadata.difficulty_rating - 3)
    return StageSpec(
        theme=theme,
        mana_color=metadata.mana_color,
        seed=seed,
        centrepiece=max(centre_scores, key=lambda option: centre_scores[option]),
        features=tuple(option for option in ranked[:3] if feature_scores[option] > 0.25),
        decay=_within(decay + float(rng.uniform(-0.08, 0.08))),
        grandeur=_within(grandeur + float(rng.uniform(-0.08, 0.08))),
        sky=_asked(sources, _SKY_WORDS, 2.0) or Sky.OWN,
        cover=_asked(sources, _COVER_WORDS, 1.2) or Cover.OWN,
        drift=_asked(sources, _DRIFT_WORDS, 1.2) or Drift.OWN,
    )


def sample_stage(theme: Theme, mana_color: ManaColor, seed: int) -> StageSpec:
    """A stage of a theme without any lore, as the seed has it: for galleries and statistics."""
    rng = np.random.default_rng((seed, 0x92))
    decay, grandeur = _MOODS[theme]
    features = _THEME_FEATURES[theme]
    return StageSpec(
        theme=theme,
        mana_color=mana_color,
        seed=seed,
        centrepiece=_THEME_CENTRES[theme][int(rng.integers(len(_THEME_CENTRES[theme])))],
        features=tuple(features[k] for k in rng.permutation(len(features))[:3]),
        decay=_within(decay + float(rng.uniform(-0.15, 0.15))),
        grandeur=_within(grandeur + float(rng.uniform(-0.1, 0.2))),
    )


def _sources(metadata: ArenaMetadata, brief: str) -> list[tuple[float, frozenset[str]]]:
    """The texts that say how a place looks, each with its weight, as sets of words."""
    objective, hazard, passive = metadata.objective, metadata.hazard, metadata.passive_effect
    texts = (
        (4.0, brief),
        (2.0, f"{objective.name} {objective.description}"),
        (1.5, metadata.environment_description),
        (1.2, f"{hazard.name} {hazard.description} {hazard.effect}"),
        (1.0, metadata.name),
        (0.6, f"{passive.name} {passive.description}"),
    )
    return [(weight, frozenset(re.findall(r"[a-z]+", text.casefold()))) for weight, text in texts]


def _weight(sources: list[tuple[float, frozenset[str]]], words: str) -> float:
    wanted = frozenset(words.split())
    return sum(weight for weight, found in sources if found & wanted)


def _asked(
    sources: list[tuple[float, frozenset[str]]], words: dict[_Option, str], least: float
) -> _Option | None:
    """The option that the words name most, if texts of at least this weight name it."""
    scores = {option: _weight(sources, text) for option, text in words.items()}
    best = max(scores, key=lambda option: scores[option])
    return best if scores[best] >= least else None


def _lean(sources: list[tuple[float, frozenset[str]]], words: tuple[str, str]) -> float:
    """−2 … 2: how far the words lean to the first list rather than the second."""
    more, less = (_weight(sources, each) for each in words)
    return max(-2.0, min(2.0, (more - less) / 2))


def _within(value: float) -> float:
    return round(max(0.0, min(1.0, value)), 3)
