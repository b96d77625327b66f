"""What a brief can ask for, by keyword, and how it is told in our own words.

Keywords are lower-case word stems or phrases; a stem ends in ``*``. Longer phrases come first, so
that 'frozen waterfall' is one motif and not two.
"""

from __future__ import annotations

from arena_assets.providers.embedded.words.bank import Motif
from arena_assets.scene.model import Centrepiece, Feature

MOTIFS: tuple[Motif, ...] = (
    Motif(
        ("frozen waterfall*", "icefall*", "ice waterfall*"),
        (
            "a frozen waterfall hangs down the far side like a curtain of glass",
            "a frozen waterfall, caught in mid-plunge, fills the gap opposite the gate",
        ),
    ),
    Motif(
        ("lava fall*", "lavafall*", "lava river*", "river* of lava", "lava", "magma"),
        (
            "slow lava slides down the outer slopes in bright threads",
            "a narrow river of lava cuts past one side",
        ),
        difficulty=1,
    ),
    Motif(
        ("waterfall*", "cascade*", "cataract*"),
        (
            "a tall waterfall drops behind the far boundary and fills the air with spray",
            "twin waterfalls flank the opposite gate",
        ),
    ),
    Motif(
        ("frozen", "ice", "icy", "frost*", "snow*", "glacier*", "winter*"),
        ("sheets of ice cling to every ledge", "frost has drawn white ferns over the stone"),
    ),
    Motif(
        ("thunder*", "lightning", "storm*", "tempest*", "hurricane*"),
        (
            "storm clouds turn overhead, lit from within by lightning",
            "a storm wall circles the place without ever closing in",
        ),
        difficulty=1,
    ),
    Motif(
        ("rain", "rains", "rainy", "rainstorm*", "drizzle", "downpour*"),
        ("thin rain silvers every edge", "rain runs from the cornices in bright strings"),
    ),
    Motif(
        ("mist*", "fog*", "haze", "hazy"),
        ("thick mist hides the foot of every wall", "banks of fog open and close around the rim"),
    ),
    Motif(
        ("sunset*", "dusk", "twilight", "golden hour", "evening*"),
        (
            "the last of the sunset lies along the western edge",
            "a late amber dusk settles over the western wall",
        ),
    ),
    Motif(
        ("dawn", "sunrise", "morning"),
        (
            "the first sunrise colours gather low in the east",
            "a thin band of morning opens under the clouds",
        ),
    ),
    Motif(
        ("night*", "midnight", "moon*"),
        ("a full moon stands exactly over the middle", "moonlight lies on the outer walls"),
    ),
    Motif(
        ("aurora*", "northern light*"),
        (
            "an aurora hangs in folds across the sky",
            "curtains of aurora move over the horizon",
        ),
    ),
    Motif(
        ("star", "stars", "starry", "constellation*", "cosmic", "galax*", "space"),
        (
            "unfamiliar constellations fill the upper sky",
            "the sky is deep and thick with stars",
        ),
        piece=Centrepiece.ORRERY,
    ),
    Motif(
        ("fire", "fires", "fiery", "flame*", "burning", "blaz*", "bonfire*", "torch*"),
        (
            "open flames burn in bowls along the rim",
            "low fires burn behind every opening in the walls",
        ),
        piece=Centrepiece.BRAZIER,
    ),
    Motif(("brazier*",), piece=Centrepiece.BRAZIER),
    Motif(("crystal*", "gem*", "diamond*"), piece=Centrepiece.CRYSTAL),
    Motif(("altar*", "shrine*", "ritual*", "sacrific*"), piece=Centrepiece.ALTAR),
    Motif(("obelisk*", "pillar of", "needle*"), piece=Centrepiece.OBELISK),
    Motif(
        ("fountain*", "wellspring*", "old well", "stone well", "wishing well"),
        piece=Centrepiece.FOUNTAIN,
    ),
    Motif(("portal*", "gateway*", "rift*", "teleport*"), piece=Centrepiece.PORTAL),
    Motif(("orrery", "orreries", "planet*", "astrolabe*", "telescope*"), piece=Centrepiece.ORRERY),
    Motif(("tree", "trees", "oak*", "willow*", "world-tree", "yggdrasil"), piece=Centrepiece.TREE),
    Motif(
        ("engine", "engines", "machine*", "clockwork*", "gear", "gears", "mechanism*", "turbine*"),
        piece=Centrepiece.ENGINE,
    ),
    Motif(
        ("monolith*", "standing stone*", "menhir*", "stonehenge", "stone circle*"),
        piece=Centrepiece.MONOLITHS,
    ),
    Motif(("pool*", "lake*", "pond*", "reflecting", "flooded"), feature=Feature.POOLS),
    Motif(("bridge*", "causeway*", "walkway*", "catwalk*"), feature=Feature.BRIDGES),
    Motif(("spire", "spires", "tower", "towers", "pinnacle*", "steeple*"), feature=Feature.SPIRES),
    Motif(("rubble", "debris", "wreckage"), feature=Feature.RUBBLE),
    Motif(("rune*", "runic", "glyph*", "sigil*"), feature=Feature.RUNES),
    Motif(("vine*", "ivy", "creeper*", "root*", "jungle*"), feature=Feature.VINES),
    Motif(("chain*", "chained", "shackle*", "anchor*"), feature=Feature.CHAINS),
    Motif(("vent", "vents", "steam*", "geyser*", "fumarole*"), feature=Feature.VENTS),
    Motif(("lantern*", "lamp*", "candle*", "firefl*"), feature=Feature.LANTERNS),
    Motif(("shard*", "splinter*", "fragment*", "shattered glass"), feature=Feature.SHARDS),
    Motif(
        ("ruin*", "broken", "collaps*", "crumbl*", "destroyed", "wreck*", "shattered"),
        (
            "whole stretches of wall have fallen and nobody has raised them again",
            "half of the roof line is gone and the sky looks in",
            "toppled blocks lie where they came to rest an age ago",
        ),
        state="ruined",
    ),
    Motif(
        ("abandon*", "forgotten", "desert*ed", "derelict", "lost"),
        (
            "doors stand open on rooms that no step has crossed in an age",
            "thick dust lies on everything that was once in daily use",
        ),
        state="abandoned",
    ),
    Motif(("ancient", "old", "timeless", "age-old"), state="ancient"),
    Motif(
        ("pristine", "immaculate", "perfect", "flawless", "intact", "gleaming"),
        (
            "every surface is polished and every edge is true",
            "not one line or joint is out of place",
        ),
        state="pristine",
    ),
    Motif(
        ("overgrown", "moss*", "garden*", "flower*", "lush"),
        (
            "flowering growth has taken every ledge",
            "ferns and flowers have claimed the lower walls",
        ),
        feature=Feature.VINES,
        state="overgrown",
    ),
    Motif(
        (
            "huge",
            "giant*",
            "colossal",
            "massive",
            "enormous",
            "gigantic",
            "towering",
            "vast",
            "immense",
            "epic",
        ),
        size="colossal",
    ),
    Motif(("small", "tiny", "intimate", "cosy", "cozy", "narrow", "cramped"), size="intimate"),
    Motif(
        ("floating", "levitat*", "hover*", "suspended"),
        (
            "loose blocks of stone hover beyond the edge, held by nothing",
            "islets of rock hang at rest in the surrounding air",
        ),
    ),
    Motif(
        ("whirlpool*", "maelstrom*", "vortex*"),
        (
            "a slow vortex turns in the distance",
            "cloud and debris wheel around a distant vortex",
        ),
        difficulty=1,
    ),
    Motif(
        ("ocean*", "sea", "underwater", "coral*", "reef*"),
        ("the sound of surf seems to haze the air, and salt whitens the lower steps",),
    ),
    Motif(
        ("cliff*", "chasm*", "abyss*", "canyon*", "precipice*"),
        (
            "a sheer chasm opens just past the boundary",
            "the ground ends without warning at a bottomless drop",
        ),
        difficulty=1,
    ),
    Motif(
        ("stair*", "steps", "terrace*"),
        (
            "wide stairs climb away in three directions",
            "long flights of stairs rise to the outer wall",
        ),
    ),
    Motif(("statue*", "sculpture*"), ("empty pedestals stand in pairs along the way in",)),
    Motif(("mirror*", "reflection*"), ("mirrored panels repeat the place until it seems endless",)),
    Motif(("gold", "golden", "gilded", "treasure*"), ("gilding still clings to the mouldings",)),
    Motif(
        ("dark*", "shadow*", "gloom*", "black"),
        (
            "deep shadow owns every corner",
            "the far corners are lost in thick shade",
        ),
    ),
    Motif(
        ("bright", "sunny", "sunlit", "radiant", "light-filled"),
        (
            "strong sun reaches into every corner",
            "the whole place stands open to a clear sky",
        ),
        difficulty=-1,
    ),
    Motif(
        ("peaceful", "gentle", "calm", "serene", "tranquil", "easy", "beginner*", "tutorial"),
        (
            "a deep calm lies over everything",
            "nothing stirs, and every sound carries softly",
            "the place has the ease of a late afternoon",
        ),
        difficulty=-2,
    ),
    Motif(
        (
            "deadly",
            "dangerous",
            "lethal",
            "brutal",
            "treacherous",
            "hard",
            "difficult",
            "hellish",
            "nightmar*",
            "boss",
            "final",
        ),
        (
            "scorch marks and gouges cover the floor from rim to rim",
            "deep cracks and burnt stone tell of every earlier duel",
            "no surface is without its scar",
        ),
        difficulty=2,
    ),
    Motif(
        ("haunted", "ghost*", "spectral", "cursed", "eerie", "creepy"),
        (
            "pale gleams move where nothing carries them",
            "cold patches of mist drift against the wind",
        ),
        difficulty=1,
    ),
    Motif(
        ("dream*", "surreal", "strange", "weird", "impossible"),
        ("perspectives refuse to agree, and far things look near",),
    ),
    Motif(
        ("library", "librar*", "book*", "archive*"),
        ("tall empty shelves climb the walls into shade",),
    ),
    Motif(
        ("throne*", "palace*", "royal", "castle*", "fortress*"),
        ("a grand facade of battlements closes the view",),
    ),
    Motif(
        ("bone*", "fossil*", "skull*"), ("pale fossil ribs arch out of the ground like rafters",)
    ),
    Motif(
        ("web", "webs", "cobweb*", "silk*"),
        ("silken threads as thick as rope stretch between the heights",),
    ),
    Motif(
        ("desert", "sand", "sands", "sandy", "sandstorm*", "dune*"),
        ("sand has drifted knee-deep against the walls",),
    ),
    Motif(("mushroom*", "fung*"), ("pale mushrooms, tall as doorways, fill the damp places",)),
    Motif(
        ("ship", "ships", "shipwreck*", "hull*", "galleon*", "airship*"),
        ("the ribs of an old ship lean against the boundary",),
    ),
    Motif(("bell", "bells", "chime*"), ("great bells hang silent under the arches",)),
    Motif(("eclipse*",), ("a standing eclipse turns the sun into a ring",)),
    Motif(
        ("volcan*", "erupt*", "crater*", "ash", "ashen"),
        ("a plume of ash climbs from the skyline",),
        difficulty=1,
    ),
)

TONES: tuple[str, ...] = (
    "the whole place seems arranged around a single held breath",
    "every line of the place leads the eye back to its middle",
    "the air has the stillness that comes just before a signal",
    "something in the proportions feels older than the stone",
    "the far side looks closer each time one turns back to it",
    "a faint tremor runs through the ground and is gone",
    "quiet lies over everything like fresh paint",
    "the edges of things look newly cut",
)
"""For a brief in which no keyword is known: chosen by the brief's hash."""
