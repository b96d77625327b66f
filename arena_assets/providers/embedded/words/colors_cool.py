"""The mana colours that wait: azure, obsidian, aether."""

from __future__ import annotations

from arena_assets.domain.metadata import Trigger
from arena_assets.domain.palette import ManaColor
from arena_assets.providers.embedded.words.bank import ColorWords, PassiveWords, RuleWords

COOL: dict[ManaColor, ColorWords] = {
    ManaColor.AZURE: ColorWords(
        epithets=(
            "Azure",
            "Tidal",
            "Patient",
            "Silent",
            "Blue",
            "Rippling",
            "Sapphire",
            "Rain-Lit",
            "Still",
            "Deepwater",
            "Serene",
            "Measured",
        ),
        relics=("Tides", "Echoes", "Secrets", "Rain", "Memories", "Whispers", "Depths", "Calm"),
        glows=(
            "azure radiance",
            "clear blue brilliance",
            "sapphire luminescence",
            "cool blue splendour",
        ),
        passives=(
            PassiveWords(
                "Clear Thought",
                "a hero who casts no spell on a turn draws 1 extra card",
                "card_draw",
            ),
            PassiveWords("Undertow", "units that attack return one place back", "displacement"),
            PassiveWords(
                "Cold Patience", "the second spell of each turn costs 1 less", "cost_reduction"
            ),
            PassiveWords(
                "Still Water",
                "the first spell aimed at a unit each turn has no effect",
                "spell_ward",
            ),
        ),
        rewards=(
            "Draw three cards and keep the best two.",
            "Take control of the enemy unit with the lowest cost for one turn.",
            "Gain 2 azure mana and freeze one enemy unit for two turns.",
            "Your next two spells cost 2 less.",
        ),
        deeds=(
            "Blue mana settled here the way water settles, slowly and into every crack.",
            "Someone asked the place a question once, and it is still composing the answer.",
            "Every spell cast here is remembered, and the azure light repeats them in a whisper.",
            "The tide of magic came in one evening and never found its way out again.",
        ),
        stakes=(
            "Those who study the {piece} long enough learn the next move before it is made.",
            "The {piece} yields to patience, which is why so few have ever mastered it.",
            "Two minds meet at the {piece}, and only one of them leaves unchanged.",
            "The one who reads the {piece} first decides how the duel will end.",
        ),
        sayings=(
            "the deep answers in its own time",
            "the patient are never truly late",
            "every ripple remembers its stone",
            "the quietest mind casts last",
            "what the water keeps, it keeps in order",
        ),
        rules=(
            RuleWords(
                "Foresight",
                Trigger.TURN_START,
                "you may look at the top {n} cards of your deck",
                "scry",
                (1, 3),
            ),
            RuleWords(
                "Drowned Knowledge", Trigger.ON_DEATH, "its owner draws {cards}", "draw", (1, 2)
            ),
            RuleWords(
                "Ebb",
                Trigger.EVERY_3_TURNS,
                "the costliest unit returns to its owner's hand, its cost reduced by {n}",
                "return",
                (1, 3),
            ),
        ),
    ),
    ManaColor.OBSIDIAN: ColorWords(
        epithets=(
            "Obsidian",
            "Hollow",
            "Grieving",
            "Violet",
            "Black",
            "Ashen",
            "Unforgiving",
            "Veiled",
            "Starless",
            "Forsaken",
            "Dusk",
            "Bitter",
        ),
        relics=("Shadows", "Bargains", "Sorrow", "Ashes", "Hunger", "Graves", "Silence", "Debts"),
        glows=(
            "violet radiance",
            "dark purple brilliance",
            "violet-black luminescence",
            "dim amethyst splendour",
        ),
        passives=(
            PassiveWords(
                "Soul Tithe",
                "each hero gains 1 health whenever one of their units dies",
                "life_drain",
            ),
            PassiveWords(
                "Grave Bargain", "a hero may pay 2 health instead of 1 mana", "alternate_cost"
            ),
            PassiveWords(
                "Lasting Harm", "healing effects restore 1 less health", "healing_penalty"
            ),
            PassiveWords(
                "Hollow Crown",
                "the hero with less health deals 1 extra damage with spells",
                "spell_damage",
            ),
        ),
        rewards=(
            "Drain 3 health from the enemy hero.",
            "Return your strongest fallen unit to play with 1 health.",
            "Your opponent discards two cards of your choice.",
            "Destroy a wounded enemy unit and gain obsidian mana equal to its cost.",
        ),
        deeds=(
            "Black mana gathers where promises are broken, and many were broken here.",
            "A bargain was struck in the dark, and its price is still being paid.",
            "What was buried here did not stay buried, though it has learned to be patient.",
            "The violet light appeared on the night the last witness fell silent.",
        ),
        stakes=(
            "The {piece} grants what is asked of it and then presents the bill.",
            "All who bargain with the {piece} believe that they will be the exception.",
            "The {piece} keeps a tally of the fallen, and it is close to a round number.",
            "The victor may question the {piece} once, and few care for the reply.",
        ),
        sayings=(
            "the dark keeps honest accounts",
            "every gift arrives with its grave",
            "nothing lost here is ever lost alone",
            "the night has yet to refuse a bargain",
            "grief is the only coin it takes",
        ),
        rules=(
            RuleWords(
                "Grave Toll", Trigger.ON_ENEMY_DEATH, "your hero gains {n} health", "drain", (1, 3)
            ),
            RuleWords(
                "Last Debt",
                Trigger.ON_DEATH,
                "the opponent of its owner discards {cards}",
                "discard",
                (1, 2),
            ),
            RuleWords(
                "Creeping Doubt",
                Trigger.EVERY_4_TURNS,
                "the strongest unit on each side loses {n} attack",
                "weaken",
                (1, 3),
            ),
        ),
    ),
    ManaColor.AETHER: ColorWords(
        epithets=(
            "Aether",
            "Dreaming",
            "Weightless",
            "Pale",
            "Shimmering",
            "Drifting",
            "Lucid",
            "Opal",
            "Wandering",
            "Boundless",
            "Unfinished",
            "Hushed",
        ),
        relics=(
            "Dreams",
            "Mirrors",
            "Wonders",
            "Hours",
            "Paradox",
            "Visions",
            "Beginnings",
            "Winds",
        ),
        glows=(
            "pale cyan radiance",
            "milky blue-green brilliance",
            "opaline luminescence",
            "ghostly teal splendour",
        ),
        passives=(
            PassiveWords(
                "Loose Hours", "each hero may keep 1 unspent mana for the next turn", "mana_carry"
            ),
            PassiveWords(
                "Waking Dream",
                "the first card each hero plays in a turn may be returned to hand",
                "return",
            ),
            PassiveWords(
                "Thin Air",
                "every card costs 1 less on odd turns and 1 more on even turns",
                "cost_shift",
            ),
            PassiveWords(
                "Second Self", "the first unit of each match enters play with a 1/1 echo", "summon"
            ),
        ),
        rewards=(
            "Take an extra main phase this turn.",
            "Gain 3 aether mana and copy the last spell you cast.",
            "Swap the positions of any two units, then draw two cards.",
            "Create an echo of your strongest unit with half its health.",
        ),
        deeds=(
            "Aether drifts through the place as thought drifts through a sleeper.",
            "Time runs loosely here, and some of its duels have not happened yet.",
            "What is imagined here long enough acquires weight, and then edges.",
            "The walls between moments wore thin, and the pale light came through.",
        ),
        stakes=(
            "No two visitors see the same {piece}, and no two want the same thing of it.",
            "Whoever moves the {piece} moves the dream, and the dream moves everything else.",
            "The {piece} has shown every possible ending, and both sides intend to choose one.",
            "The duel for the {piece} ends when one side stops believing in defeat.",
        ),
        sayings=(
            "the dream has already seen the ending",
            "only the certain can fall",
            "yesterday is still deciding",
            "every answer arrives before its question",
            "nothing here is finished, least of all the war",
        ),
        rules=(
            RuleWords(
                "Slipstream",
                Trigger.TURN_START,
                "you may move one unit up to {places}",
                "move",
                (1, 2),
            ),
            RuleWords(
                "Afterimage",
                Trigger.ON_DEATH,
                "an echo with {n} attack takes its place for one turn",
                "summon",
                (1, 3),
            ),
            RuleWords(
                "Mana Drift",
                Trigger.EVERY_3_TURNS,
                "each hero gains {n} aether mana",
                "mana",
                (1, 2),
            ),
        ),
    ),
}
