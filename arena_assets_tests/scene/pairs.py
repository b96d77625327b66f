"""Three pairs of arenas: theme, colour and seed are the same, what was written and asked is not."""

from __future__ import annotations

from typing import NamedTuple

from arena_assets.domain.metadata import (
    ArenaMetadata,
    Hazard,
    Objective,
    PassiveEffect,
    SpecialRule,
    Trigger,
)
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.scene.model import StageSpec
from arena_assets.scene.plan import plan_stage

_RULE = SpecialRule(
    name="Rule", description="A rule.", trigger=Trigger.ON_DEATH, effect="heal", amount=1
)
_PASSIVE = PassiveEffect(name="Calm", description="All is calm.", type="calm")


class Written(NamedTuple):
    """What an arena's words say: objective and hazard (name, description) and the brief."""

    objective: tuple[str, str]
    hazard: tuple[str, str]
    brief: str
    difficulty: int = 3


class Twin(NamedTuple):
    """One theme, colour and seed, written in two ways."""

    theme: Theme
    mana_color: ManaColor
    seed: int
    first: Written
    second: Written


TWINS = (
    Twin(
        Theme.ANCIENT_TEMPLE,
        ManaColor.AETHER,
        41,
        Written(("Guard the Altar", "Hold the shrine."), ("Falling Stones", "Broken walls."), ""),
        Written(
            ("The Worldtree", "Wake the old tree."),
            ("Biting Frost", "Snow and ice gather."),
            "a moonlit, snowbound temple with lanterns and pools",
            5,
        ),
    ),
    Twin(
        Theme.DESERT_OASIS,
        ManaColor.CRIMSON,
        42,
        Written(("The Spring", "Drink from the fountain."), ("Heat", "The air burns dry."), ""),
        Written(
            ("The Rift", "Close the portal."),
            ("Spike Fields", "Spires rise and impale."),
            "an overgrown ruin at night, runes and chains everywhere",
        ),
    ),
    Twin(
        Theme.FLOATING_ISLAND,
        ManaColor.RADIANT,
        43,
        Written(("The Bough", "Tend the tree."), ("Gust", "A gust over the bridges."), ""),
        Written(
            ("The Great Engine", "Stop the gears of the machine."),
            ("Cinder Rain", "Ash and embers fall."),
            "a brooding, overcast, shattered island of spires and steam vents",
            4,
        ),
    ),
)


def metadata(twin: Twin, written: Written) -> ArenaMetadata:
    return ArenaMetadata(
        name="Quiet Hall",
        mana_color=twin.mana_color,
        theme=twin.theme,
        passive_effect=_PASSIVE,
        objective=Objective(
            name=written.objective[0], description=written.objective[1], reward="A boon."
        ),
        hazard=Hazard(
            name=written.hazard[0],
            description=written.hazard[1],
            trigger=Trigger.TURN_START,
            effect="Lose 2 health.",
        ),
        special_rules=(_RULE,),
        story_text="Nobody knows who made it. It has always been here.",
        flavor_text="Come in.",
        difficulty_rating=written.difficulty,
        environment_description="A wide floor of pale stone, open to the sky all around.",
    )


def specs(twin: Twin) -> tuple[StageSpec, StageSpec]:
    first, second = (
        plan_stage(metadata(twin, written), written.brief, twin.seed)
        for written in (twin.first, twin.second)
    )
    return first, second
