"""The mana colours that push: crimson, verdant, radiant."""

from __future__ import annotations

from arena_assets.domain.metadata import Trigger
from arena_assets.domain.palette import ManaColor
from arena_assets.providers.embedded.words.bank import ColorWords, PassiveWords, RuleWords

WARM: dict[ManaColor, ColorWords] = {
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
}
