"""The embedded writer: lore and mechanics from word banks and a small grammar, without a model."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from arena_assets.domain.metadata import (
    ArenaMetadata,
    Hazard,
    Objective,
    PassiveEffect,
    SpecialRule,
    Trigger,
    name_key,
)
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.providers.embedded.brief import Reading, read_brief
from arena_assets.providers.embedded.grammar import Writer, sentence
from arena_assets.providers.embedded.naming import Name, choose_name
from arena_assets.providers.embedded.scenery import Outline, describe
from arena_assets.providers.embedded.words.bank import ColorWords, RuleWords, ThemeWords
from arena_assets.providers.embedded.words.colors import COLORS
from arena_assets.providers.embedded.words.features import FEATURES
from arena_assets.providers.embedded.words.pieces import PIECES
from arena_assets.providers.embedded.words.themes_stone import STONE
from arena_assets.providers.embedded.words.themes_strange import STRANGE
from arena_assets.providers.embedded.words.themes_wild import WILD
from arena_assets.scene.model import Feature

THEMES: dict[Theme, ThemeWords] = {**STONE, **WILD, **STRANGE}
_PHRASE: dict[Trigger, str] = {
    Trigger.ONCE_PER_TURN: "Once per turn",
    Trigger.EVERY_3_TURNS: "Every third turn",
    Trigger.EVERY_4_TURNS: "Every fourth turn",
    Trigger.TURN_START: "At the start of each turn",
    Trigger.ON_ENEMY_DEATH: "Whenever an enemy unit dies",
    Trigger.ON_DEATH: "Whenever a unit dies",
}
_FEATURE_COUNT = 3
_MAX_RULES = 4


def write_metadata(pair: Pair, brief: str, seed: int, taken: Collection[str]) -> ArenaMetadata:
    """Everything written about one arena; the same arguments always give the same words.

    ``brief`` is free text of a person: known motifs in it decide centrepiece, features, scenery and
    difficulty, and none of its words are repeated. ``taken`` are the names of the project's other
    arenas.
    """
    reading = read_brief(brief)
    rng = np.random.default_rng([seed, reading.seed, *_ordinal(pair)])
    theme, color = THEMES[pair.theme], COLORS[pair.mana_color]
    write = Writer(rng)
    name = choose_name(rng, theme, color, {name_key(each) for each in taken})
    outline = _outline(write, theme, reading)
    difficulty = _difficulty(rng, theme, reading)
    return ArenaMetadata(
        name=name.text,
        mana_color=pair.mana_color,
        theme=pair.theme,
        passive_effect=_passive(write, theme, color),
        objective=_objective(write, color, outline),
        hazard=_hazard(write, outline, difficulty),
        special_rules=_rules(write, theme, color, difficulty),
        story_text=_story(write, name, theme, color, outline),
        flavor_text=_flavor(write, theme, color),
        difficulty_rating=difficulty,
        environment_description=describe(write, theme, color, outline, reading),
    )


def _scaled(amount: tuple[int, int], difficulty: int) -> int:
    """The strength of a mechanic within its range, by difficulty 1–5."""
    low, high = amount
    return round(low + (high - low) * (difficulty - 1) / 4)


def _ordinal(pair: Pair) -> tuple[int, int]:
    return list(ManaColor).index(pair.mana_color), list(Theme).index(pair.theme)


def _outline(write: Writer, theme: ThemeWords, reading: Reading) -> Outline:
    """The centrepiece and features: what the brief wants first, then what suits the theme."""
    fitting = [piece for piece in theme.pieces if piece not in reading.banned]
    piece = reading.piece or write.choose(fitting or theme.pieces)
    features: list[Feature] = list(reading.features)
    others = [each for each in theme.features if each not in reading.banned | set(features)]
    features += write.sample(others, _FEATURE_COUNT - len(features))
    return Outline(piece=piece, features=tuple(features))


def _difficulty(rng: np.random.Generator, theme: ThemeWords, reading: Reading) -> int:
    drift = int(rng.choice([-1, 0, 0, 1]))
    return max(1, min(5, theme.harshness + drift + reading.difficulty))


def _passive(write: Writer, theme: ThemeWords, color: ColorWords) -> PassiveEffect:
    passive = write.choose(color.passives)
    text = write.freshest(lambda: f"{write.choose(theme.causes)}, so {passive.clause}.")
    return PassiveEffect(name=passive.name, description=text, type=passive.type)


def _objective(write: Writer, color: ColorWords, outline: Outline) -> Objective:
    objective = write.choose(PIECES[outline.piece].objectives)
    return Objective(
        name=objective.name, description=objective.text, reward=write.choose(color.rewards)
    )


def _hazard(write: Writer, outline: Outline, difficulty: int) -> Hazard:
    """From the first feature, which the brief chooses when it names one."""
    hazard = write.choose(FEATURES[outline.features[0]].hazards)
    trigger = write.choose(hazard.triggers)
    return Hazard(
        name=hazard.name,
        description=f"{_PHRASE[trigger]}, {hazard.happens}.",
        trigger=trigger,
        effect=hazard.effect.format(n=_scaled(hazard.amount, difficulty)),
    )


def _rules(
    write: Writer, theme: ThemeWords, color: ColorWords, difficulty: int
) -> tuple[SpecialRule, ...]:
    """One to four rules, more where it is harder; one of the theme and one of the colour first."""
    count = min(_MAX_RULES, max(1, difficulty - 1 + write.choose((0, 1))))
    themed = write.sample(theme.rules, len(theme.rules))
    colored = write.sample(color.rules, len(color.rules))
    mixed = [rule for both in zip(themed, colored, strict=True) for rule in both]
    return tuple(_rule(rule, difficulty) for rule in _unlike(mixed)[:count])


def _unlike(rules: Sequence[RuleWords]) -> list[RuleWords]:
    """The rules without any that doubles the trigger and effect, or the name, of an earlier one."""
    kept: dict[tuple[str, str], RuleWords] = {}
    for rule in rules:
        if rule.name not in {each.name for each in kept.values()}:
            kept.setdefault((rule.trigger, rule.effect), rule)
    return list(kept.values())


def _rule(rule: RuleWords, difficulty: int) -> SpecialRule:
    amount = _scaled(rule.amount, difficulty)
    text = rule.text.format(
        n=amount,
        cards="a card" if amount == 1 else f"{amount} cards",
        places="one place" if amount == 1 else f"{amount} places",
    )
    return SpecialRule(
        name=rule.name,
        description=f"{_PHRASE[rule.trigger]}, {text}.",
        trigger=rule.trigger,
        effect=rule.effect,
        amount=amount,
    )


def _story(
    write: Writer, name: Name, theme: ThemeWords, color: ColorWords, outline: Outline
) -> str:
    """Where it comes from, what the mana did to it, and what is fought for."""
    past = write.choose(theme.pasts).format(Name=name.opening, name=name.prose)
    deed = write.choose(color.deeds)
    stake = write.choose(color.stakes).format(piece=PIECES[outline.piece].noun)
    return " ".join((past, deed, stake) if write.choose((True, True, False)) else (past, stake))


def _flavor(write: Writer, theme: ThemeWords, color: ColorWords) -> str:
    return write.freshest(
        lambda: sentence(
            write.choose(theme.sayings)
            + write.choose(("; ", ", and "))
            + write.choose(color.sayings)
        )
    )
