"""The six mana colours in words."""

from __future__ import annotations

from arena_assets.domain.metadata import Trigger
from arena_assets.domain.palette import ManaColor
from arena_assets.providers.embedded.words.bank import ColorWords, PassiveWords, RuleWords

COLORS: dict[ManaColor, ColorWords] = {
    ManaColor.CRIMSON: ColorWords(
        epithets=(
            "Burning",
            "Scarlet",
            "Wrathful",
            "Ember",
            "Red",
            "Raging",
            "Scorched",
            "Crimson",
            "Fevered",
            "Sanguine",
            "Defiant",
            "Furious",
        ),
        relics=("Fury", "Embers", "Oaths", "Cinders", "Wrath", "Sparks", "Scars", "Trials"),
        glows=(
            "crimson radiance",
            "scarlet brilliance",
            "deep red luminescence",
            "ruby-red splendour",
        ),
        passives=(
            PassiveWords(
                "First Strike", "each unit deals 1 extra damage on its first attack", "damage_bonus"
            ),
            PassiveWords(
                "Rising Fury",
                "a hero who lost health last turn gains 1 crimson mana",
                "mana_on_damage",
            ),
            PassiveWords("No Retreat", "units may attack on the turn they are played", "haste"),
            PassiveWords(
                "Fever Pitch", "damage spells deal 1 more damage to wounded targets", "spell_damage"
            ),
        ),
        rewards=(
            "Deal 4 damage to the enemy hero and gain 2 crimson mana.",
            "Your units gain 2 attack until the end of your next turn.",
            "Your next damage spell is cast twice.",
            "Draw two cards; any that deal damage cost 1 less.",
        ),
        deeds=(
            "Red mana pools wherever two wills collide, and here they have collided for an age.",
            "A war that should have ended in a day left its anger behind, and the anger took root.",
            "Each duel feeds the crimson current, and it has never once gone hungry.",
            "The red flare that broke the sky that night still beats under the floor like a pulse.",
        ),
        stakes=(
            "Whoever holds the {piece} when the fire peaks walks out with more than a victory.",
            "Champions come for the {piece}, and most of them leave something of themselves.",
            "Now the {piece} burns for the boldest challenger and for nobody else.",
            "To stand by the {piece} is to be challenged, and to refuse is to burn.",
        ),
        sayings=(
            "the fire asks only who is next",
            "anger is a debt it always collects",
            "the brave are simply the first to burn",
            "no ember here has ever gone out quietly",
            "mercy is the one fuel it will not take",
        ),
        rules=(
            RuleWords(
                "Blood Price",
                Trigger.ON_DEATH,
                "its owner may deal {n} damage to any target",
                "damage",
                (1, 3),
            ),
            RuleWords(
                "Spoils of Rage",
                Trigger.ON_ENEMY_DEATH,
                "your hero gains {n} crimson mana",
                "mana",
                (1, 2),
            ),
            RuleWords(
                "Flashpoint",
                Trigger.EVERY_4_TURNS,
                "every unit gains {n} attack and loses 1 health",
                "strengthen",
                (1, 3),
            ),
        ),
    ),
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
    ManaColor.VERDANT: ColorWords(
        epithets=(
            "Verdant",
            "Blooming",
            "Living",
            "Green",
            "Wild",
            "Thorned",
            "Mossbound",
            "Waking",
            "Rooted",
            "Unfurling",
            "Fertile",
            "Untamed",
        ),
        relics=("Seeds", "Thorns", "Seasons", "Growth", "Blossoms", "Spring", "Roots", "Renewal"),
        glows=(
            "verdant radiance",
            "soft green brilliance",
            "emerald luminescence",
            "leaf-green splendour",
        ),
        passives=(
            PassiveWords(
                "Second Growth", "each undamaged unit gains 1 health when its turn starts", "growth"
            ),
            PassiveWords(
                "Deep Roots", "units that did not attack last turn gain 1 attack", "strength_bonus"
            ),
            PassiveWords("Green Bounty", "healing effects restore 1 additional health", "healing"),
            PassiveWords(
                "Fertile Ground", "a hero with no units in play summons a 1/1 sapling", "summon"
            ),
        ),
        rewards=(
            "Restore 5 health to your hero and 2 to each of your units.",
            "Summon two saplings with 2 attack and 3 health.",
            "Your units gain 1 attack and 2 health for the rest of the match.",
            "Gain 2 verdant mana and return your last fallen unit to your hand.",
        ),
        deeds=(
            "Green mana seeped into every seam, and whatever it touched began to grow.",
            "A single seed was left behind, and patience did the rest.",
            "Life came back long before anyone gave it leave, and it came back stronger.",
            "Nothing that falls here is wasted; the green current carries it all to the roots.",
        ),
        stakes=(
            "The {piece} gives to those who protect it and takes from those who only want.",
            "The season turns around the {piece}, and both sides mean to decide its name.",
            "All that grows here leans toward the {piece}, as do the ambitions of its guests.",
            "Those who tend the {piece} through a whole duel never need to win another.",
        ),
        sayings=(
            "the roots have the longest memory",
            "growth is the slowest victory and the surest",
            "whatever falls here comes back green",
            "spring keeps every promise it makes",
            "even the thorns are only asking for room",
        ),
        rules=(
            RuleWords(
                "Overgrowth", Trigger.EVERY_3_TURNS, "each unit gains {n} health", "heal", (1, 3)
            ),
            RuleWords(
                "Return to Soil", Trigger.ON_DEATH, "its neighbours gain {n} health", "heal", (1, 2)
            ),
            RuleWords(
                "Sprouting",
                Trigger.TURN_START,
                "your weakest unit gains {n} attack",
                "strengthen",
                (1, 2),
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
    ManaColor.RADIANT: ColorWords(
        epithets=(
            "Radiant",
            "Gilded",
            "Golden",
            "Hallowed",
            "Dawnlit",
            "Shining",
            "Exalted",
            "Sunlit",
            "Blessed",
            "Unbowed",
            "Bright",
            "Triumphant",
        ),
        relics=("Dawn", "Glory", "Vows", "Honour", "Grace", "Crowns", "Hymns", "Daybreak"),
        glows=(
            "golden radiance",
            "warm amber brilliance",
            "honeyed luminescence",
            "pale gold splendour",
        ),
        passives=(
            PassiveWords(
                "Shield of Dawn", "the first damage each unit takes is reduced by 1", "shield"
            ),
            PassiveWords("Shared Honour", "adjacent units gain 1 attack", "formation_bonus"),
            PassiveWords(
                "Steady Light",
                "each hero regains 1 health at the end of a turn without attacks",
                "healing",
            ),
            PassiveWords(
                "Noble Bearing", "units that cost 5 or more enter play with a shield", "shield"
            ),
        ),
        rewards=(
            "All of your units gain a shield and 1 attack.",
            "Restore 6 health to your hero and remove every curse.",
            "Gain 2 radiant mana and draw a card for each shielded unit.",
            "Your next unit enters play with twice its health.",
        ),
        deeds=(
            "Golden mana answers to courage, and the bravest vows of an age were sworn here.",
            "The sun stood still over the place for one hour, and part of that hour remains.",
            "Light was given into its keeping once, and it has never let a spark of it fade.",
            "The first dawn after the long war broke here, and the stones kept its warmth.",
        ),
        stakes=(
            "The {piece} weighs each challenger, and it does not care for excuses.",
            "Whoever lifts the light of the {piece} must be ready to be seen by all.",
            "Crowns have been won beside the {piece}, and better things than crowns.",
            "To fight before the {piece} is an honour; to win there is a duty.",
        ),
        sayings=(
            "the light favours those who stand in it",
            "a vow weighs more than a crown",
            "dawn has never once been late",
            "glory is only a debt paid in daylight",
            "the sun looks twice at the steadfast",
        ),
        rules=(
            RuleWords(
                "Morning Blessing",
                Trigger.TURN_START,
                "your most wounded unit regains {n} health",
                "heal",
                (1, 2),
            ),
            RuleWords(
                "Avenging Light",
                Trigger.ON_DEATH,
                "its owner's other units gain {n} attack until the next turn",
                "strengthen",
                (1, 2),
            ),
            RuleWords(
                "Hour of Grace",
                Trigger.EVERY_4_TURNS,
                "every unit gains a shield that absorbs {n} damage",
                "shield",
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
