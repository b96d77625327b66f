"""One finished draft that the system prompt shows: the tone, the lengths and how parts agree."""

from __future__ import annotations

from pydantic import JsonValue

EXAMPLE_REQUEST = "VERDANT, desert oasis, letters T, M, B, K, difficulty 3"
EXAMPLE: dict[str, JsonValue] = {
    "centrepiece": "fountain",
    "features": {"first": "vines", "second": "pools", "third": "lanterns"},
    "names": {
        "first": "Tamarisk Court",
        "second": "The Mending Well",
        "third": "Basin of Slow Rain",
        "fourth": "Kestrel Cistern",
    },
    "passive_effect": {
        "name": "Rising Sap",
        "description": "At the end of a turn in which you played no spell, your weakest unit "
        "gains one health.",
        "type": "growth",
    },
    "objective": {
        "name": "Open the Sluice",
        "description": "Hold the middle lane for two turns to turn the fountain's wheel.",
        "reward": "Draw two cards and heal your hero for three.",
    },
    "hazard": {
        "name": "Grasping Vines",
        "description": "Every third turn, vines close over whatever has not moved.",
        "trigger": "every_3_turns",
        "effect": "Units that did not attack this turn lose two attack until your next turn.",
    },
    "rules": {
        "of_the_place": {
            "name": "Shallow Crossing",
            "description": "At the start of each turn, units in the outer lanes may change places.",
            "trigger": "turn_start",
            "effect": "swap outer lanes",
            "amount": 1,
        },
        "of_the_mana": {
            "name": "Second Harvest",
            "description": "Whenever a unit of yours dies, its cost returns as mana next turn.",
            "trigger": "on_death",
            "effect": "refund mana",
            "amount": 2,
        },
        "of_the_danger": {
            "name": "Thirst",
            "description": "Every fourth turn, each hero without a unit beside the pools pays.",
            "trigger": "every_4_turns",
            "effect": "hero loses health",
            "amount": 3,
        },
    },
    "story": {
        "origin": "Caravans dug Tamarisk Court where three dry rivers used to meet.",
        "change": "When green mana seeped through the clay, the wells began to give more than "
        "was asked of them.",
        "stakes": "Whoever governs the fountain now decides which roads across the sand stay open.",
    },
    "flavor_text": "Water keeps no promises, but here it keeps its appointments.",
    "difficulty_rating": 3,
    "environment": {
        "architecture": "A sunken court of sand-coloured brick lies between two rows of low "
        "arches, its far side open to the dunes.",
        "centrepiece": "In the middle a tiered fountain of veined green stone spills over its "
        "lowest rim.",
        "features": "Thick vines hang from the arches, round pools step down towards the middle, "
        "and brass lanterns lean on bent poles.",
        "surfaces": "Glazed tiles, chipped at the edges, run in worn stripes under a film of "
        "bright moss.",
        "light": "Late sun slants in low and gold, and the water throws green ripples on the "
        "brick.",
        "air": "Fine dust and warm mist drift together a hand above the tiles.",
    },
}
