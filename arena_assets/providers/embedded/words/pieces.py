"""The ten centrepieces in words: looks for the picture, objectives for the match."""

from __future__ import annotations

from arena_assets.providers.embedded.words.bank import ObjectiveWords, PieceWords
from arena_assets.scene.model import Centrepiece

PIECES: dict[Centrepiece, PieceWords] = {
    Centrepiece.CRYSTAL: PieceWords(
        "crystal",
        (
            "a towering crystal, clear at the tip and clouded with {glow} at the root",
            "a many-faced crystal that drinks in the daylight and gives back {glow}",
            "a leaning crystal, cracked down one side, with {glow} seeping from the fault",
        ),
        (
            ObjectiveWords(
                "Attune the Crystal",
                "Cast three spells while one of your units stands beside the crystal.",
            ),
            ObjectiveWords(
                "Hold the Facets", "Keep the crystal under your control for three full turns."
            ),
            ObjectiveWords(
                "Crack the Heart", "Deal a total of 12 damage to the crystal before your opponent."
            ),
        ),
    ),
    Centrepiece.ALTAR: PieceWords(
        "altar",
        (
            "a broad altar of stacked slabs, its hollow brimming with {glow}",
            "a low altar on seven steps, edged with {glow}",
            "a plain altar of dark stone under a canopy of {glow}",
        ),
        (
            ObjectiveWords(
                "Answer the Altar", "Sacrifice two of your own units upon the altar in one match."
            ),
            ObjectiveWords(
                "Keep the Vigil", "End three of your turns with a unit standing at the altar."
            ),
            ObjectiveWords(
                "Silence the Rite", "Drive every enemy unit away from the altar for two turns."
            ),
        ),
    ),
    Centrepiece.OBELISK: PieceWords(
        "obelisk",
        (
            "a four-sided obelisk whose edges burn with {glow}",
            "a slender obelisk, split at mid-height, the halves joined only by {glow}",
            "a weighty obelisk sunk a third of its length into the floor and veined with {glow}",
        ),
        (
            ObjectiveWords(
                "Raise the Obelisk", "Spend 10 mana on the obelisk before your opponent does."
            ),
            ObjectiveWords(
                "Stand in Its Shadow", "Keep two units beside the obelisk through three turns."
            ),
            ObjectiveWords(
                "Turn the Obelisk", "Win a combat next to the obelisk in each of three turns."
            ),
        ),
    ),
    Centrepiece.FOUNTAIN: PieceWords(
        "fountain",
        (
            "a three-tiered fountain that pours {glow} from bowl to bowl",
            "a round fountain whose jet rises high and falls back as {glow}",
            "a wide fountain, rimmed in worn stone, lit from below by {glow}",
        ),
        (
            ObjectiveWords("Wake the Fountain", "Heal a total of 10 health beside the fountain."),
            ObjectiveWords("Drink Deep", "Have three different units end a turn at the fountain."),
            ObjectiveWords(
                "Guard the Spring", "Let no enemy unit touch the fountain for three turns."
            ),
        ),
    ),
    Centrepiece.BRAZIER: PieceWords(
        "brazier",
        (
            "a blackened brazier as wide as a house, heaped with coals of {glow}",
            "a tall brazier on three clawed legs, its flame a column of {glow}",
            "a shallow brazier of beaten bronze from which {glow} licks upward",
        ),
        (
            ObjectiveWords(
                "Feed the Brazier", "Discard four cards into the brazier over the match."
            ),
            ObjectiveWords("Keep the Flame", "Hold the brazier at the end of three of your turns."),
            ObjectiveWords(
                "Carry the Coals", "Bring a unit from the brazier to the enemy's back row."
            ),
        ),
    ),
    Centrepiece.PORTAL: PieceWords(
        "portal",
        (
            "a standing portal, its ring unbroken, filled edge to edge with {glow}",
            "a great portal whose surface ripples with {glow}",
            "a portal of nine locked stones around a slow whirl of {glow}",
        ),
        (
            ObjectiveWords(
                "Open the Portal", "Pay 2 mana into the portal on four different turns."
            ),
            ObjectiveWords("Cross the Threshold", "Send three of your units through the portal."),
            ObjectiveWords(
                "Seal the Portal", "Control the portal when the tenth turn of the match ends."
            ),
        ),
    ),
    Centrepiece.ORRERY: PieceWords(
        "orrery",
        (
            "a gilded orrery whose spheres trail {glow}",
            "a huge bronze orrery, still turning, its sun a knot of {glow}",
            "an orrery of nested rings, each one tipped with {glow}",
        ),
        (
            ObjectiveWords(
                "Align the Orrery", "Play cards of three different costs in one turn, twice."
            ),
            ObjectiveWords("Turn the Spheres", "Move the orrery one step on each of four turns."),
            ObjectiveWords(
                "Stop the Heavens", "Hold the orrery for two turns in a row without attacking."
            ),
        ),
    ),
    Centrepiece.TREE: PieceWords(
        "tree",
        (
            "an ancient tree whose roots grip the floor and whose crown holds {glow}",
            "a single silver-barked tree, hung with drops of {glow}",
            "a hollow tree, wide as a tower, with {glow} welling from its heart",
        ),
        (
            ObjectiveWords("Tend the Tree", "Give the tree 8 health in all from healing effects."),
            ObjectiveWords(
                "Rest in the Roots", "Keep three undamaged units beside the tree for one turn."
            ),
            ObjectiveWords(
                "Gather the Fruit", "Be the first to end four turns with a unit under the tree."
            ),
        ),
    ),
    Centrepiece.ENGINE: PieceWords(
        "engine",
        (
            "a monumental engine of flywheels and pistons, its furnace full of {glow}",
            "a brass-ribbed engine that breathes {glow} at every stroke",
            "a cold engine, half dismantled, with {glow} running along its pipes",
        ),
        (
            ObjectiveWords("Start the Engine", "Spend 9 mana on the engine over three turns."),
            ObjectiveWords(
                "Hold the Levers", "Keep a unit at the engine while you cast four spells."
            ),
            ObjectiveWords(
                "Overload the Engine", "Deal 5 or more damage in one turn, three times."
            ),
        ),
    ),
    Centrepiece.MONOLITHS: PieceWords(
        "ring of monoliths",
        (
            "a ring of monoliths, each one crowned with {glow}",
            "a tight circle of monoliths that pass {glow} from stone to stone",
            "a spiral of monoliths, tallest at its core, threaded with {glow}",
        ),
        (
            ObjectiveWords("Claim the Circle", "Control three of the five monoliths at once."),
            ObjectiveWords(
                "Walk the Monoliths", "Move one unit past all the monoliths without losing it."
            ),
            ObjectiveWords(
                "Join the Stones", "Keep two units at opposite monoliths for two turns."
            ),
        ),
    ),
}
