"""The ten features in words: clauses for the picture, hazards for the match."""

from __future__ import annotations

from arena_assets.domain.metadata import Trigger
from arena_assets.providers.embedded.words.bank import FeatureWords, HazardWords
from arena_assets.scene.model import Feature

_EACH = (Trigger.TURN_START, Trigger.ONCE_PER_TURN)
_SLOW = (Trigger.EVERY_3_TURNS, Trigger.EVERY_4_TURNS)
_DEATH = (Trigger.ON_DEATH, Trigger.ON_ENEMY_DEATH)

FEATURES: dict[Feature, FeatureWords] = {
    Feature.POOLS: FeatureWords(
        "pools",
        (
            "round pools lie sunk in the floor and double every line above them",
            "shallow pools spread between the paths, smooth as poured silver",
            "a string of pools curves around the middle, each with its own shimmer",
        ),
        (
            HazardWords(
                "Rising Pools",
                "the pools spill over their rims and flood the front row",
                "Each unit in the front row takes {n} damage and moves back one place.",
                _SLOW,
                (1, 3),
            ),
            HazardWords(
                "Mirror Pools",
                "the pools show the last spell again and loose a pale copy of it",
                "The last spell is repeated at {n} less strength against a random target.",
                _EACH,
                (1, 2),
            ),
        ),
    ),
    Feature.BRIDGES: FeatureWords(
        "bridges",
        (
            "narrow bridges span the gaps without a rail",
            "arched bridges lead in from every side and meet at the middle",
            "thin bridges cross one another at three heights",
        ),
        (
            HazardWords(
                "Falling Bridges",
                "one of the bridges gives way under the heaviest load",
                "The unit with the most health takes {n} damage and cannot attack next turn.",
                _SLOW,
                (2, 4),
            ),
            HazardWords(
                "Swaying Bridges",
                "the bridges sway and throw the last arrival off balance",
                "The unit played last loses {n} attack until its next turn.",
                _EACH,
                (1, 2),
            ),
        ),
    ),
    Feature.SPIRES: FeatureWords(
        "spires",
        (
            "sharp spires climb behind the rim like a jagged crown",
            "tall spires lean inward and frame the open middle",
            "clustered spires rise on all sides, each higher than the last",
        ),
        (
            HazardWords(
                "Toppling Spires",
                "one of the spires breaks off and comes down across both sides",
                "A random lane is struck: every unit in it takes {n} damage.",
                _SLOW,
                (2, 4),
            ),
            HazardWords(
                "Singing Spires",
                "the spires ring until thought itself falters",
                "The next spell each hero casts costs {n} more mana.",
                _EACH,
                (1, 2),
            ),
        ),
    ),
    Feature.RUBBLE: FeatureWords(
        "rubble",
        (
            "heaps of rubble mark where older walls came down",
            "banks of rubble slope up against the boundary",
            "loose rubble lies in drifts along the edges of the floor",
        ),
        (
            HazardWords(
                "Shifting Rubble",
                "the rubble slides and buries whatever stands lowest",
                "The unit with the least health takes {n} damage and is pinned for one turn.",
                _SLOW,
                (1, 3),
            ),
            HazardWords(
                "Restless Rubble",
                "a stone works free of the rubble and strikes the fallen unit's neighbour",
                "A unit next to the one that died takes {n} damage.",
                _DEATH,
                (1, 2),
            ),
        ),
    ),
    Feature.RUNES: FeatureWords(
        "runes",
        (
            "rings of runes shine in the floor, brightest toward the middle",
            "lines of runes run up the pillars like slow sparks",
            "half-buried runes pulse in turn around the rim",
        ),
        (
            HazardWords(
                "Waking Runes",
                "the runes flare and ask a price for every spell",
                "Each hero loses {n} health for every spell cast in the last turn.",
                _SLOW,
                (1, 2),
            ),
            HazardWords(
                "Hungry Runes",
                "the runes under the fallen unit light up and feed",
                "The hero with more health loses {n} health.",
                _DEATH,
                (1, 3),
            ),
        ),
    ),
    Feature.VINES: FeatureWords(
        "vines",
        (
            "heavy vines drape the walls and trail across the floor",
            "flowering vines have climbed every upright they could reach",
            "knotted vines hang in curtains from the heights",
        ),
        (
            HazardWords(
                "Grasping Vines",
                "the vines tighten around whatever has stood still too long",
                "Every unit that did not move last turn takes {n} damage.",
                _EACH,
                (1, 2),
            ),
            HazardWords(
                "Thorn Season",
                "the vines burst into thorn along both front rows",
                "Units that attack take {n} damage until the end of the turn.",
                _SLOW,
                (1, 3),
            ),
        ),
    ),
    Feature.CHAINS: FeatureWords(
        "chains",
        (
            "massive chains stretch from the heights to rings in the floor",
            "slack chains hang over the arena, their links thick as pillars",
            "taut chains hold the outer walls upright",
        ),
        (
            HazardWords(
                "Snapping Chains",
                "one of the chains snaps and whips across the arena",
                "Two random units take {n} damage each.",
                _SLOW,
                (1, 3),
            ),
            HazardWords(
                "Binding Chains",
                "the chains reach for the strongest and drag it down",
                "The unit with the highest attack loses {n} attack until the next turn.",
                _EACH,
                (1, 2),
            ),
        ),
    ),
    Feature.VENTS: FeatureWords(
        "vents",
        (
            "round vents in the floor exhale slow plumes",
            "cracked vents along the rim throw up sheets of shimmering heat",
            "slotted vents breathe in rhythm, one after another",
        ),
        (
            HazardWords(
                "Bursting Vents",
                "the vents burst in a line from one gate to the other",
                "Every unit in a random lane takes {n} damage.",
                _SLOW,
                (1, 4),
            ),
            HazardWords(
                "Choking Vents",
                "the vents cloud the air until no shot flies true",
                "Ranged attacks deal {n} less damage this turn.",
                _EACH,
                (1, 2),
            ),
        ),
    ),
    Feature.LANTERNS: FeatureWords(
        "lanterns",
        (
            "hundreds of lanterns float at head height in loose orbits",
            "swinging lanterns mark each path with a string of small suns",
            "caged lanterns burn in the niches of the outer wall",
        ),
        (
            HazardWords(
                "Dying Lanterns",
                "one of the lanterns goes out, and the dark takes its due",
                "The unit that died cannot be returned, and its hero loses {n} health.",
                _DEATH,
                (1, 2),
            ),
            HazardWords(
                "Blinding Lanterns",
                "the lanterns flare white and leave both sides half blind",
                "All attacks deal {n} less damage until the next turn.",
                _SLOW,
                (1, 2),
            ),
        ),
    ),
    Feature.SHARDS: FeatureWords(
        "shards",
        (
            "splintered shards hang in the air and turn without haste",
            "glassy shards jut from the floor in slanting rows",
            "drifting shards catch every gleam and scatter it over the walls",
        ),
        (
            HazardWords(
                "Storm of Shards",
                "the shards break from their orbits and rake the field",
                "Every unit takes {n} damage; shielded units take none.",
                _SLOW,
                (1, 2),
            ),
            HazardWords(
                "Cutting Shards",
                "the nearest shards turn toward the place of the fall",
                "A random unit of the same side takes {n} damage.",
                _DEATH,
                (1, 3),
            ),
        ),
    ),
}
