"""The five forms: how a main theme, an introduction, a loop, a fanfare and a threat are built."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from arena_assets.domain.sequences import Sequence, SequenceKind
from arena_assets.score.composition import Composition, Part
from arena_assets.score.melody import (
    brass_chords,
    descant,
    nearest_chord_tone,
    octave_for,
    sentence,
)  # fmt: skip
from arena_assets.score.motif import transpose_to_fit
from arena_assets.score.patterns import CRASH, GONG, IMPACT, LOW_DRUM, RISER, SWELL, TRIANGLE
from arena_assets.score.sheet import Sheet
from arena_assets.score.suite import Suite
from arena_assets.score.theory import BRIGHT_COUNTERPART, DARK_COUNTERPART

Form = Callable[[Suite, Sequence, np.random.Generator], Composition]


def _pace(
    seconds: float, meter: int, wanted: float, ring: tuple[float, float], counts: range
) -> tuple[int, float]:
    """Bars and tempo so that whole bars fill the track but for a ring of so many seconds."""
    choices = [
        (bars, 60.0 * bars * meter / (seconds - float(left)))
        for bars in counts
        for left in np.linspace(ring[0], ring[1], 9)
    ]
    return min(choices, key=lambda choice: abs(float(np.log2(choice[1] / wanted))))


def _cast(suite: Suite, **changes: str) -> dict[Part, str]:
    cast = {
        Part.LEAD: suite.lead, Part.COUNTER: suite.counter, Part.OSTINATO: suite.ostinato,
        Part.SPARKLE: suite.style.sparkle, Part.PAD: suite.pad, Part.CHOIR: suite.style.choir,
        Part.BRASS: "brass" if suite.drive > 0.45 else "horn", Part.BASS: suite.style.bass,
        Part.TIMPANI: "timpani", Part.DRUMS: "percussion", Part.METALS: "percussion",
        Part.EFFECTS: "effects",
    }  # fmt: skip
    return cast | {Part(part): name for part, name in changes.items()}


def main_theme(suite: Suite, cut: Sequence, rng: np.random.Generator) -> Composition:
    """A vamp, the whole theme, its head again at full force, and a last tonic chord."""
    bars, tempo = _pace(cut.seconds, suite.meter, suite.tempo, (2.2, 3.6), range(10, 25))
    sheet = Sheet(suite, cut, suite.mode, bars, tempo, rng)
    vamp = 2 if bars < 14 else 2 + (bars % 2)
    reprise = bars - vamp - 8
    theme = [*suite.phrase, *suite.answer]
    theme[7] = theme[7] if theme[7] != 0 else 4
    sheet.chords = [suite.phrase[0]] * vamp + theme
    sheet.chords += ([*suite.phrase] * 4)[: max(0, reprise)]
    sheet.chords[bars - 1] = 6 if suite.mode in ("mixolydian", "dorian", "phrygian") else 4
    sheet.chords = [*sheet.chords[:bars], 0]
    octave = octave_for(sheet, 60)
    theme_bar, reprise_bar = vamp, vamp + 8
    sheet.sections = {"verse": theme_bar, "lift": theme_bar + 4, "climax": min(reprise_bar, bars)}
    for bar in range(bars):
        energy = 0.5 + 0.42 * (bar / bars) ** 1.2
        lifted = bar >= theme_bar + 4
        full = bar >= theme_bar
        voices = sheet.voicing(bar, 8 if bar % 4 == 2 and suite.drive < 0.5 else None)
        sheet.pads(Part.PAD, bar, voices, energy * 0.9)
        sheet.bass(bar, energy, suite.style.groove if full else "held")
        sheet.ostinato(bar, voices, energy * (0.9 if full else 0.8), suite.figure)
        if full or suite.drive > 0.4:
            sheet.groove(bar, energy * (0.6 + 0.4 * suite.drive), full and suite.drive > 0.25)
        if lifted:
            sheet.pads(Part.CHOIR, bar, [pitch + 12 for pitch in voices[-3:]], energy * 0.8)
        if bar >= reprise_bar or (lifted and suite.drive > 0.55):
            brass_chords(sheet, bar, voices, energy * (0.6 + 0.35 * suite.drive))
        if not full and bar % 2 == 0:
            sheet.melody(Part.SPARKLE, bar * suite.meter, suite.motif, 0, 0.5, octave=1, count=4)
    for bar in (theme_bar, theme_bar + 4, reprise_bar):
        if 0 < bar < bars:
            sheet.hit(Part.METALS, bar * suite.meter, CRASH, 0.5 + 0.4 * suite.drive, 4)
            if suite.drive > 0.3:
                sheet.fill(bar - 1, 0.55 + 0.3 * suite.drive)
    sentence(sheet, theme_bar, 0.74, octave, home=reprise < 2)
    descant(sheet, Part.COUNTER, theme_bar + 4, bars - theme_bar - 4, 0.66, 0)
    at = reprise_bar
    while at + 2 <= bars:
        chords = [sheet.chord(at), sheet.chord(at + 1)]
        shift = (
            0
            if at == reprise_bar
            else transpose_to_fit(suite.motif, suite.meter, chords, 2, range(5))
        )
        sheet.melody(Part.LEAD, at * suite.meter, suite.motif, shift, 0.92, octave=octave)
        sheet.melody(Part.BRASS, at * suite.meter, suite.motif, shift, 0.72)
        at += 2
    _arrival(sheet, bars, 0.95, octave)
    return sheet.finish(suite.motif, _cast(suite), suite.textures[:2], suite.style.reverb)


def introduction(suite: Suite, cut: Sequence, rng: np.random.Generator) -> Composition:
    """From air and a held fifth, through the motif's head in slow notes, to its first statement."""
    bars, tempo = _pace(cut.seconds, suite.meter, suite.tempo, (1.6, 2.8), range(4, 13))
    sheet = Sheet(suite, cut, suite.mode, bars, tempo, rng)
    statement = bars - 2
    sheet.sections = {"climax": statement}
    rest = [suite.phrase[index % 4] for index in range(max(0, statement - 2))]
    sheet.chords = [*[0, 0, *rest][:statement], suite.phrase[0], suite.phrase[1], 4]
    octave = octave_for(sheet, 60)
    stretch = 2.0 if sum(suite.motif.beats[:4]) * 2 <= statement * suite.meter else 1.0
    sheet.melody(Part.SPARKLE, 0, suite.motif, 0, 0.55, octave=1, count=4, stretch=stretch)
    for bar in range(bars):
        part = bar / bars
        energy = 0.3 + 0.62 * part**1.4
        voices = sheet.voicing(bar)
        sheet.pads(Part.PAD, bar, voices if bar else voices[:3], energy)
        sheet.bass(bar, energy * 0.9, "held" if bar < statement else suite.style.groove)
        if part >= 0.3:
            sheet.ostinato(bar, voices, energy * 0.85, suite.figure)
        if part >= 0.5:
            sheet.pads(Part.CHOIR, bar, [pitch + 12 for pitch in voices[-2:]], energy * 0.75)
        if part >= 0.45:
            sheet.groove(bar, energy * (0.55 + 0.4 * suite.drive), bar >= statement)
        if bar >= statement:
            brass_chords(sheet, bar, voices, 0.55 + 0.3 * suite.drive)
    begin = statement * suite.meter
    sheet.hit(
        Part.EFFECTS, max(0.0, begin - 2 * suite.meter), RISER, 0.6, min(begin, 2 * suite.meter)
    )
    sheet.hit(Part.EFFECTS, begin, IMPACT, 0.7, 4)
    sheet.hit(Part.METALS, begin, CRASH, 0.7, 4)
    sheet.roll(begin - 2, 2, sheet.pitch(0) - 24, 0.2, 0.7)
    if suite.drive > 0.3:
        sheet.fill(statement - 1, 0.7)
    sheet.melody(Part.LEAD, begin, suite.motif, 0, 0.85, octave=octave)
    sheet.melody(Part.COUNTER, begin, suite.motif, -7, 0.6, octave=octave)
    end = bars * suite.meter
    goal = nearest_chord_tone(suite.motif.degrees[-1], 4)
    sheet.line(Part.LEAD, end, [(8.0, goal)], 0.8, octave)
    _last_chord(sheet, bars, 0.8)
    return sheet.finish(suite.motif, _cast(suite), suite.textures[:2], suite.style.reverb * 1.15)


def ambience(suite: Suite, cut: Sequence, rng: np.random.Generator) -> Composition:
    """A calm round: slow chords, the motif in long notes, bells between; its end is its start."""
    slow = float(np.clip(suite.tempo * 0.74, 58, 84))
    counts = range(8, 41, 4)
    bars = min(counts, key=lambda n: abs(np.log2(60.0 * n * suite.meter / cut.seconds / slow)))
    sheet = Sheet(suite, cut, suite.mode, bars, 60.0 * bars * suite.meter / cut.seconds, rng)
    order = [*suite.phrase, *suite.phrase, *suite.answer, *suite.phrase]
    sheet.chords = [order[bar % len(order)] for bar in range(bars)]
    octave = octave_for(sheet, 62)
    for bar in range(bars):
        wave = 0.5 - 0.5 * np.cos(2 * np.pi * bar / bars)
        energy = 0.42 + 0.16 * float(wave)
        voices = sheet.voicing(bar, (8, None, 6, None)[bar % 4])
        sheet.pads(Part.PAD, bar, voices, energy)
        sheet.bass(bar, energy, "held")
        if bar % 8 >= 4:
            sheet.pads(Part.CHOIR, bar, [pitch + 12 for pitch in voices[1:3]], energy * 0.7)
        if bar % 4 in (1, 2):
            sheet.ostinato(bar, voices, energy * 0.62, suite.figure)
        if bar % 2 == 1:
            tone = nearest_chord_tone(int(rng.integers(7, 14)), sheet.chord(bar))
            sheet.add(Part.SPARKLE, bar * suite.meter + suite.meter - 1, 2, sheet.pitch(tone), 0.42)
        if bar % 4 == 0:
            sheet.hit(Part.DRUMS, bar * suite.meter, LOW_DRUM, 0.25)
            sheet.hit(Part.METALS, bar * suite.meter + 2, TRIANGLE, 0.22)
    for group in range(0, bars - 3, 8):
        chords = [sheet.chord(group), sheet.chord(group + 2)]
        shift = (
            0 if group == 0 else transpose_to_fit(suite.motif, suite.meter, chords, 0, range(-2, 4))
        )
        begin = group * suite.meter
        sheet.melody(Part.LEAD, begin, suite.motif, shift, 0.55, stretch=2, octave=octave)
        if group + 8 <= bars:
            descant(sheet, Part.COUNTER, group + 4, 4, 0.42, 0)
    cast = _cast(suite, lead=suite.soft_lead)
    return sheet.finish(suite.motif, cast, suite.textures, suite.style.reverb * 1.4)


def fanfare(suite: Suite, cut: Sequence, rng: np.random.Generator) -> Composition:
    """The motif in brass and a major light, a cadence, and the tonic with everything ringing."""
    mode = BRIGHT_COUNTERPART.get(suite.mode, suite.mode)
    wanted = float(np.clip(suite.tempo * 1.12, 96, 138))
    bars, tempo = _pace(cut.seconds, suite.meter, wanted, (3.2, 4.2), range(3, 8))
    sheet = Sheet(suite, cut, mode, bars, tempo, rng)
    sheet.sections = {"climax": bars}
    body = {1: [4], 2: [3, 4], 3: [3, 1, 4], 4: [5, 3, 1, 4], 5: [5, 3, 0, 3, 4]}[bars - 2]
    sheet.chords = [*[0, suite.phrase[1] if bars > 3 else 3, *body][:bars], 0]
    sheet.chords[bars - 1] = 6 if mode == "mixolydian" else 4
    octave = octave_for(sheet, 60)
    meter = suite.meter
    for bar in range(bars):
        energy = 0.78 + 0.18 * bar / bars
        voices = sheet.voicing(bar)
        sheet.pads(Part.PAD, bar, [*voices, voices[-1] + 12], energy * 0.8)
        sheet.pads(Part.CHOIR, bar, [pitch + 12 for pitch in voices[-3:]], energy * 0.75)
        sheet.bass(bar, energy, "epic")
        sheet.ostinato(bar, voices, energy * 0.75, "rolling")
        sheet.groove(bar, energy * 0.8, True, "epic" if meter == 4 else "light")
        brass_chords(sheet, bar, voices, energy * 0.8)
        for beat in range(0, meter, 2):
            sheet.add(
                Part.TIMPANI, bar * meter + beat, 1, sheet.pitch(sheet.chord(bar)) - 24, energy
            )
    end = sheet.melody(Part.LEAD, 0, suite.motif, 0, 0.95, octave=octave, legato=0.9)
    sheet.melody(Part.COUNTER, 0, suite.motif, -2, 0.72, octave=octave - 1, legato=0.9)
    climb = [(bars * meter - end) / 3.0] * 3 if bars * meter - end > 1.4 else []
    last = 7 if max(suite.motif.degrees) >= 4 else 0
    sheet.line(
        Part.LEAD, end, list(zip(climb, (last - 3, last - 2, last - 1), strict=False)), 0.95, octave
    )
    sheet.roll(bars * meter - 2, 2, sheet.pitch(4) - 24, 0.35, 0.9)
    sheet.hit(Part.METALS, 0, CRASH, 0.8, 4)
    sheet.hit(Part.EFFECTS, max(0, bars * meter - 3), SWELL, 0.6, 3)
    sheet.fill(bars - 1, 0.85)
    _arrival(sheet, bars, 1.0, octave)
    for index, degree in enumerate((7, 9, 11, 14, 16, 18)):
        at = bars * meter + 0.25 * index
        sheet.add(Part.SPARKLE, at, 2, sheet.pitch(degree), 0.6)
    lead, counter = ("trumpet", "horn") if suite.lines.first else ("horn", "trumpet")
    cast = _cast(suite, lead=lead, counter=counter, brass="brass", pad="strings")
    return sheet.finish(suite.motif, cast, suite.textures[:1], suite.style.reverb)


def threat(suite: Suite, cut: Sequence, rng: np.random.Generator) -> Composition:
    """The motif driven hard in a darker mode over a pedal; its last chord settles nothing."""
    mode = DARK_COUNTERPART.get(suite.mode, suite.mode)
    wanted = float(np.clip(suite.tempo * 1.22, 126, 160))
    bars, tempo = _pace(cut.seconds, suite.meter, wanted, (1.1, 1.9), range(3, 9))
    sheet = Sheet(suite, cut, mode, bars, tempo, rng)
    sheet.sections = {"climax": bars}
    sheet.chords = [(0, 0, 1, 0, 5, 1, 0, 1)[bar % 8] for bar in range(bars)] + [1]
    sheet.chords[bars - 1] = 1
    octave = octave_for(sheet, 58)
    meter = suite.meter
    for bar in range(bars):
        energy = 0.72 + 0.25 * bar / bars
        voices = sheet.voicing(bar)
        sheet.pads(Part.PAD, bar, [voices[0], voices[1], voices[1] + 1], energy * 0.75)
        root = sheet.pitch(0) - 24
        for step in range(meter * 2):
            loud = energy * (1.0 if step % meter == 0 else 0.8)
            sheet.add(Part.BASS, bar * meter + step / 2, 0.42, root, loud)
        sheet.ostinato(bar, voices, energy * 0.9, "driving", lift=0)
        sheet.groove(bar, energy, True, "war" if meter == 4 else suite.style.groove)
        if meter == 3:
            for beat in (0.0, 1.5):
                sheet.hit(Part.DRUMS, bar * meter + beat, LOW_DRUM, energy)
        if bar % 2 == 1:
            brass_chords(sheet, bar, voices, energy * 0.85)
    sheet.melody(Part.LEAD, 0, suite.motif, 0, 0.95, octave=octave, legato=0.8)
    span = sum(suite.motif.beats[:4])
    begin = max(2 * meter, bars * meter - 2 * meter)
    if begin + span <= bars * meter + 0.01:
        sheet.melody(Part.LEAD, begin, suite.motif, 1, 1.0, octave=octave, count=4, legato=0.8)
    sheet.hit(Part.EFFECTS, 0, IMPACT, 0.8, 3)
    sheet.hit(Part.EFFECTS, max(0, bars * meter - 6), RISER, 0.7, 6)
    sheet.roll(bars * meter - 3, 3, sheet.pitch(0) - 24, 0.3, 0.95)
    sheet.fill(bars - 1, 0.95)
    end = bars * meter
    sheet.hit(Part.METALS, end, GONG, 0.9, 6)
    sheet.hit(Part.DRUMS, end, LOW_DRUM, 1.0)
    sheet.hit(Part.EFFECTS, end, IMPACT, 0.8, 4)
    for degree, bend in ((1, 0), (3, 0), (5, 0), (1, 7)):
        sheet.add(Part.BRASS, end, 4, sheet.pitch(degree) - 12 + (bend and 6), 0.95)
        sheet.add(Part.PAD, end, 6, sheet.pitch(degree) + (bend and 6), 0.9)
    sheet.add(Part.LEAD, end, 4, sheet.pitch(1) + 12 * octave, 0.95)
    sheet.add(Part.BASS, end, 6, sheet.pitch(1) - 24, 0.95)
    cast = _cast(
        suite, lead="low_brass" if suite.lines.first else "horn", ostinato="spiccato",
        pad="low_strings", bass="contrabass", brass="low_brass",
    )  # fmt: skip
    return sheet.finish(
        suite.motif, cast, (*suite.textures[:1], "rumble"), suite.style.reverb * 0.8
    )


def _arrival(sheet: Sheet, bar: int, energy: float, octave: int) -> None:
    """The final tonic: chord, bass, drum, cymbal, and the melody at home."""
    meter = sheet.meter
    last = 7 if max(sheet.suite.motif.degrees) >= 4 else 0
    sheet.line(Part.LEAD, bar * meter, [(12.0, last)], energy, octave)
    _last_chord(sheet, bar, energy)
    sheet.add(Part.TIMPANI, bar * meter, 4, sheet.pitch(0) - 24, energy)


def _last_chord(sheet: Sheet, bar: int, energy: float) -> None:
    meter = sheet.meter
    voices = sheet.voicing(bar)
    sheet.pads(Part.PAD, bar, [*voices, voices[-1] + 12], energy * 0.85, bars=8)
    sheet.pads(Part.CHOIR, bar, [pitch + 12 for pitch in voices[-3:]], energy * 0.75, bars=8)
    for pitch in voices[-3:]:
        sheet.add(Part.BRASS, bar * meter, 8, pitch, energy * 0.8)
    sheet.add(Part.BASS, bar * meter, 12, sheet.pitch(sheet.chord(bar)) - 24, energy)
    sheet.hit(Part.DRUMS, bar * meter, LOW_DRUM, energy)
    sheet.hit(Part.METALS, bar * meter, CRASH, energy * 0.9, 6)
    sheet.hit(Part.EFFECTS, bar * meter, IMPACT, energy * 0.6, 4)


FORMS: dict[SequenceKind, Form] = {
    SequenceKind.MAIN: main_theme,
    SequenceKind.INTRO: introduction,
    SequenceKind.AMBIENT: ambience,
    SequenceKind.VICTORY: fanfare,
    SequenceKind.HAZARD: threat,
}
