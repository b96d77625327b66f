"""Rhythms on a grid: what drums, ostinatos and basses play in a bar.

Drum strings hold four steps a beat (16 for 4/4, 12 for 3/4): ``X`` accent, ``x`` plain, ``o`` soft.
Piece numbers follow General MIDI percussion.
"""

from __future__ import annotations

LOW_DRUM, SNARE, LOW_TOM, MID_TOM, HIGH_TOM = 36, 38, 41, 45, 48
HAT, CRASH, TAMBOURINE, ANVIL, SHAKER, WOODBLOCK, TRIANGLE, GONG = 42, 49, 54, 56, 70, 76, 81, 52
RISER, IMPACT, SWELL = 90, 91, 92

Groove = dict[int, str]

GROOVES: dict[str, dict[int, tuple[Groove, Groove]]] = {
    "epic": {4: (
        {LOW_DRUM: "X.....x.X.......", LOW_TOM: "............x.x."},
        {LOW_DRUM: "X..x..x.X..x....", LOW_TOM: "......x.....X.xx", HIGH_TOM: "....o.......o...",
         SHAKER: "x.o.x.o.x.o.x.o."},
    )},
    "war": {4: (
        {LOW_DRUM: "X..x..x.X.......", MID_TOM: "..........x.x.x."},
        {LOW_DRUM: "X..x..x.X..x..x.", LOW_TOM: "..x..x....x..x..", SNARE: "....X..o....X.oo",
         ANVIL: "........x.......", SHAKER: "x.x.x.x.x.x.x.x."},
    )},
    "doom": {4: (
        {LOW_DRUM: "X...........o..."},
        {LOW_DRUM: "X.....x.........", LOW_TOM: "............X..x", ANVIL: "........o.......",
         SHAKER: "....o.......o..."},
    )},
    "folk": {
        3: (
            {LOW_DRUM: "x.......o...", TAMBOURINE: "....o...o..."},
            {LOW_DRUM: "X.....x.....", MID_TOM: "....x...x.o.", TAMBOURINE: "x.o.x.o.x.o."},
        ),
    },
    "desert": {4: (
        {LOW_DRUM: "X.....x.x.......", HIGH_TOM: "..o.......o.x..."},
        {LOW_DRUM: "X.....x.X.......", HIGH_TOM: "..x.x..o..x.x.oo", TAMBOURINE: "x.o.x.o.x.o.x.o.",
         MID_TOM: "............X..."},
    )},
    "light": {
        3: (
            {LOW_DRUM: "x...........", TRIANGLE: "........o..."},
            {LOW_DRUM: "x.......o...", SHAKER: "x.o.x.o.x.o.", TAMBOURINE: "....x...x..."},
        ),
        4: (
            {LOW_DRUM: "x...........o...", TRIANGLE: "........o......."},
            {LOW_DRUM: "x.........o.x...", SHAKER: "x.o.x.o.x.o.x.o.", MID_TOM: "......o.......o."},
        ),
    },
    "sparse": {
        3: (
            {LOW_DRUM: "x...........", TRIANGLE: "......o....."},
            {LOW_DRUM: "X.......o...", SHAKER: "..o...o...o.", HIGH_TOM: "....o......."},
        ),
        4: (
            {LOW_DRUM: "x...............", TRIANGLE: "..........o....."},
            {LOW_DRUM: "X.........x.....", SHAKER: "..o...o...o...o.",
             HIGH_TOM: "......o.....o..."},
        ),
    },
    "machine": {4: (
        {LOW_DRUM: "X.......x.......", HAT: "x.o.x.o.x.o.x.o.", WOODBLOCK: "....x.......x.x."},
        {LOW_DRUM: "X.....x.X.x.....", SNARE: "....X.......X..o", HAT: "x.oox.oox.oox.oo",
         ANVIL: "......x.......x.", WOODBLOCK: "x..x..x....x..x."},
    )},
}  # fmt: skip
"""By groove and meter: the quiet pattern and the full one."""

KIN: dict[str, tuple[str, ...]] = {
    "epic": ("war", "desert"),
    "war": ("epic", "desert"),
    "desert": ("epic", "war"),
    "machine": ("war", "epic"),
    "doom": ("sparse", "light"),
    "folk": ("light", "sparse"),
    "light": ("sparse", "folk"),
    "sparse": ("light", "folk"),
}
"""Grooves of like weight, which another take may play instead."""

FIGURES: dict[str, dict[int, tuple[tuple[float, float, int], ...]]] = {
    "broken": {
        4: tuple((i * 0.5, 0.5, (0, 2, 1, 3, 2, 1, 3, 2)[i]) for i in range(8)),
        3: tuple((i * 0.5, 0.5, (0, 2, 1, 3, 2, 1)[i]) for i in range(6)),
    },
    "rolling": {
        4: tuple((i * 0.5, 0.5, (0, 1, 2, 3, 4, 3, 2, 1)[i]) for i in range(8)),
        3: tuple((i * 0.5, 0.5, (0, 1, 2, 3, 2, 1)[i]) for i in range(6)),
    },
    "cascade": {
        4: tuple((i * 0.5, 0.5, (5, 4, 3, 2, 4, 3, 2, 1)[i]) for i in range(8)),
        3: tuple((i * 0.5, 0.5, (5, 3, 2, 4, 2, 1)[i]) for i in range(6)),
    },
    "waltz": {
        3: ((0.0, 0.5, 0), (0.5, 0.5, 2), (1.0, 0.5, 3), (1.5, 0.5, 2), (2.0, 0.5, 4),
            (2.5, 0.5, 2)),
        4: tuple((i * 0.5, 0.5, (0, 2, 3, 2, 4, 2, 3, 2)[i]) for i in range(8)),
    },
    "gallop": {
        4: tuple(
            (beat + at, length, (0, 0, 2)[i] if beat % 2 == 0 else (1, 1, 2)[i])
            for beat in range(4)
            for i, (at, length) in enumerate(((0.0, 0.5), (0.5, 0.25), (0.75, 0.25)))
        ),
        3: tuple(
            (beat + at, length, (0, 0, 2)[i])
            for beat in range(3)
            for i, (at, length) in enumerate(((0.0, 0.5), (0.5, 0.25), (0.75, 0.25)))
        ),
    },
    "driving": {
        4: tuple((i * 0.5, 0.5, (0, 0, 2, 0, 1, 0, 2, 3)[i]) for i in range(8)),
        3: tuple((i * 0.5, 0.5, (0, 0, 2, 0, 1, 2)[i]) for i in range(6)),
    },
}  # fmt: skip
"""Ostinatos: (beat, length, step through the chord's ascending tones)."""

BASS_LINES: dict[str, dict[int, tuple[tuple[float, float, int], ...]]] = {
    "held": {4: ((0, 4, 0),), 3: ((0, 3, 0),)},
    "epic": {4: ((0, 1.5, 0), (1.5, 0.5, 0), (2, 1, 0), (3, 1, 7)), 3: ((0, 2, 0), (2, 1, 7))},
    "war": {4: tuple((beat, 0.5, 0) for beat in (0, 0.75, 1.5, 2, 2.75, 3.5)),
            3: ((0, 1, 0), (1.5, 1, 0))},
    "doom": {4: ((0, 3, 0), (3, 1, 0)), 3: ((0, 3, 0),)},
    "folk": {3: ((0, 2, 0), (2, 1, 7)), 4: ((0, 2, 0), (2, 2, 7))},
    "desert": {4: ((0, 1.5, 0), (1.5, 1, 0), (2.5, 0.5, 7), (3, 1, 0)), 3: ((0, 3, 0),)},
    "light": {4: ((0, 3, 0), (3, 1, 7)), 3: ((0, 2, 0), (2, 1, 7))},
    "sparse": {4: ((0, 4, 0),), 3: ((0, 3, 0),)},
    "machine": {4: tuple((i * 0.5, 0.4, (0, 0, 12, 0, 7, 0, 12, 7)[i]) for i in range(8)),
                3: ((0, 1, 0), (1, 1, 7), (2, 1, 12))},
}  # fmt: skip
"""Basses: (beat, length, semitones above the root); octaves and fifths only."""
