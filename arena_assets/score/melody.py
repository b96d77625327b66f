"""Growing a theme from the motif: sequence, fragment, cadence, and lines against it."""

from __future__ import annotations

from arena_assets.score.composition import Part
from arena_assets.score.motif import transpose_to_fit
from arena_assets.score.sheet import Sheet

_NEAR = range(-3, 5)


def octave_for(sheet: Sheet, lowest: int) -> int:
    """The octave shift that keeps the whole motif, contour intact, above a pitch."""
    bottom = sheet.pitch(min(sheet.suite.motif.degrees) - 2)
    return max(0, -(-(lowest - bottom) // 12))


def sentence(sheet: Sheet, bar: int, energy: float, octave: int, home: bool) -> int:
    """An eight-bar theme (Caplin's sentence); the bar after it.

    Idea, the idea again where the harmony has moved, its head twice and rising, a cadence; it
    closes beside the tonic, ready to fall on it, when ``home``, else around the fifth.
    """
    motif, meter = sheet.suite.motif, sheet.meter
    sheet.melody(Part.LEAD, bar * meter, motif, 0, energy, octave=octave)
    chords = [sheet.chord(bar + 2), sheet.chord(bar + 3)]
    second = transpose_to_fit(motif, meter, chords, 1, _NEAR)
    sheet.melody(Part.LEAD, (bar + 2) * meter, motif, second, energy * 1.03, octave=octave)
    for step in (4, 5):
        shift = transpose_to_fit(motif, meter, [sheet.chord(bar + step)], step - 3, _NEAR)
        begin = (bar + step) * meter
        used = 0.0
        for index, beats in enumerate(motif.beats):
            if used + beats > meter + 0.01:
                break
            pitch = sheet.pitch(motif.degrees[index] + shift) + 12 * octave
            sheet.add(Part.LEAD, begin + used, beats * 0.96, pitch, energy * (0.97 + 0.03 * step))
            used += beats
    cadence(sheet, bar + 6, energy * 1.08, octave, home)
    return bar + 8


def cadence(sheet: Sheet, bar: int, energy: float, octave: int, home: bool) -> None:
    """Two bars: a turn on the penultimate chord, then the last long note."""
    meter, root = sheet.meter, sheet.chord(bar)
    wanted = (8 if max(sheet.suite.motif.degrees) >= 5 else 1) if home else 4
    goal = nearest_chord_tone(wanted, sheet.chord(bar + 1))
    above = nearest_chord_tone(goal + 2, root)
    turn = [(meter - 2.0, above), (1.0, above + 1 if above <= goal + 2 else above - 1),
            (1.0, goal + 1)]  # fmt: skip
    end = sheet.line(Part.LEAD, bar * meter, [each for each in turn if each[0] > 0], energy, octave)
    sheet.line(Part.LEAD, end, [(float(meter), goal)], energy, octave)


def nearest_chord_tone(degree: int, root: int) -> int:
    """The tone of the triad on ``root`` closest to a degree; the lower one when two are."""
    return min(
        (root + 7 * octave + step for octave in range(-2, 3) for step in (0, 2, 4)),
        key=lambda tone: (abs(tone - degree), tone),
    )


def descant(sheet: Sheet, part: Part, bar: int, bars: int, energy: float, octave: int) -> None:
    """A slow line of chord tones that moves by the smallest steps and leans against the theme."""
    meter = sheet.meter
    place = nearest_chord_tone(sheet.suite.lines.counter, sheet.chord(bar))
    for each in range(bar, bar + bars):
        place = nearest_chord_tone(place - 1 if each % 2 else place + 1, sheet.chord(each))
        place = max(-3, min(7, place))
        pitch = sheet.pitch(place) + 12 * octave
        sheet.add(part, each * meter, meter * 0.97, pitch, energy)
        if each % 2 and meter == 4:
            step = sheet.pitch(nearest_chord_tone(place + 2, sheet.chord(each))) + 12 * octave
            last = sheet.notes[part][-1]
            sheet.notes[part][-1] = last.model_copy(update={"beats": min(last.beats, 1.95)})
            sheet.add(part, each * meter + 2, 1.95, step, energy * 0.95)


def brass_chords(sheet: Sheet, bar: int, voices: tuple[int, ...], energy: float) -> None:
    """Three brass voices: a long chord, pushed again before the bar ends."""
    meter = sheet.meter
    for pitch in voices[-3:]:
        sheet.add(Part.BRASS, bar * meter, meter - 1.05, pitch, energy)
        sheet.add(Part.BRASS, bar * meter + meter - 1, 0.9, pitch, energy * 0.85)
