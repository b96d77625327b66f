"""The lore decides what the stage is."""

from __future__ import annotations

from arena_assets.domain.metadata import (
    ArenaMetadata,
    Hazard,
    Objective,
    PassiveEffect,
    SpecialRule,
    Trigger,
)
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.scene.model import Centrepiece, Feature
from arena_assets.scene.plan import plan_stage


def metadata(**changes: object) -> ArenaMetadata:
    given: dict[str, object] = {
        "name": "Quiet Hall",
        "mana_color": ManaColor.AZURE,
        "theme": Theme.ANCIENT_TEMPLE,
        "passive_effect": PassiveEffect(name="Calm", description="All is calm.", type="calm"),
        "objective": Objective(name="Hold", description="Hold the middle.", reward="A boon."),
        "hazard": Hazard(
            name="Gust", description="A gust of air.", trigger=Trigger.TURN_START, effect="Push."
        ),
        "special_rules": (
            SpecialRule(
                name="Rule", description="A rule.", trigger=Trigger.ON_DEATH, effect="x", amount=1
            ),
        ),
        "story_text": "Nobody knows who made it. It has always been here.",
        "flavor_text": "Come in.",
        "difficulty_rating": 3,
        "environment_description": "A wide floor of pale stone under an open sky at noon.",
    }
    return ArenaMetadata.model_validate(given | changes)


def test_the_objective_names_the_centrepiece() -> None:
    objective = Objective(
        name="The Great Engine", description="Stop the gears of the machine.", reward="Steam."
    )
    assert plan_stage(metadata(objective=objective), "", 5).centrepiece is Centrepiece.ENGINE


def test_the_hazard_brings_its_feature() -> None:
    hazard = Hazard(
        name="Erupting Vents",
        description="Scalding steam.",
        trigger=Trigger.TURN_START,
        effect="-2",
    )
    assert Feature.VENTS in plan_stage(metadata(hazard=hazard), "", 5).features


def test_the_brief_outweighs_the_objective() -> None:
    objective = Objective(name="The Altar", description="Guard the altar.", reward="Grace.")
    plan = plan_stage(metadata(objective=objective), "a huge old tree in the middle", 5)
    assert plan.centrepiece is Centrepiece.TREE


def test_words_and_difficulty_set_decay_and_grandeur() -> None:
    plain = plan_stage(metadata(), "", 5)
    ruined = plan_stage(metadata(), "a ruined, crumbling, overgrown place", 5)
    vast = plan_stage(metadata(difficulty_rating=5), "a vast and colossal place", 5)
    small = plan_stage(metadata(difficulty_rating=1), "an intimate little place", 5)
    assert ruined.decay > plain.decay + 0.1
    assert vast.grandeur > plain.grandeur > small.grandeur


def test_without_words_the_theme_and_the_seed_decide() -> None:
    for theme in Theme:
        plans = [plan_stage(metadata(theme=theme), "", seed) for seed in range(12)]
        assert len({plan.centrepiece for plan in plans}) > 1, theme
        assert all(plan.features for plan in plans)
        assert plans[3] == plan_stage(metadata(theme=theme), "", 3)
