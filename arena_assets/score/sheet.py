"""The sheet a track is written on: accompaniment, percussion and melody, bar by bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arena_assets.domain.sequences import Sequence as Cut
from arena_assets.score.composition import Composition, Motif, Note, Part
from arena_assets.score.patterns import BASS_LINES, FIGURES, GROOVES, HIGH_TOM, LOW_TOM, MID_TOM
from arena_assets.score.suite import Suite
from arena_assets.score.theory import chord_degrees, lead_voices, pitch_of

_STEP_VELOCITY = {"X": 1.0, "x": 0.74, "o": 0.48}
_METAL_PIECES = frozenset({42, 49, 52, 54, 56, 70, 76, 81})
_RANGES: dict[Part, tuple[int, int]] = {
    Part.LEAD: (58, 88),
    Part.COUNTER: (48, 74),
    Part.BRASS: (46, 74),
    Part.BASS: (29, 45),
    Part.SPARKLE: (72, 98),
}


class Sheet:
    """Collects the notes of one track. Energies are 0–1; bars count from 0."""

    def __init__(
        self, suite: Suite, cut: Cut, mode: str, bars: int, tempo: float, rng: np.random.Generator
    ) -> None:
        self.suite, self.cut, self.mode, self.bars, self.tempo = suite, cut, mode, bars, tempo
        self.rng = rng
        self.meter = suite.meter
        self.chords: list[int] = []
        self.notes: dict[Part, list[Note]] = {part: [] for part in Part}
        self.sections: dict[str, int] = {}
        self._voicing: tuple[int, ...] | None = None

    @property
    def total_beats(self) -> float:
        return self.cut.seconds * self.tempo / 60.0

    def add(self, part: Part, start: float, beats: float, pitch: int, velocity: float) -> None:
        """A note; ``velocity`` 0–1. What would begin after the end, or never sound, is left out."""
        if start < self.total_beats - 0.01 and velocity > 0.02:
            room = beats if self.cut.loops else min(beats, self.total_beats - start)
            touch = velocity * float(1 + self.rng.normal(0, 0.035))
            level = max(1, min(127, round(127 * touch)))
            at, pitch = round(max(0.0, start), 4), self._in_range(part, pitch)
            note = Note(start=at, beats=round(room, 4), pitch=pitch, velocity=level)
            self.notes[part].append(note)

    def pitch(self, degree: int) -> int:
        return pitch_of(self.mode, self.suite.tonic, degree)

    def chord(self, bar: int) -> int:
        return self.chords[min(bar, len(self.chords) - 1)]

    def voicing(self, bar: int, extra: int | None = None) -> tuple[int, ...]:
        """The chord of a bar, led from the chord before it, around A3."""
        degrees = chord_degrees(self.chord(bar), extra)
        classes = [self.pitch(degree) % 12 for degree in degrees]
        self._voicing = lead_voices(classes, self._voicing, 57.0)
        return self._voicing

    def pads(
        self, part: Part, bar: int, voices: Sequence[int], energy: float, bars: float = 1
    ) -> None:
        """A held chord; tones shared with the bar before are tied over."""
        start, beats = bar * self.meter, bars * self.meter
        for pitch in voices:
            tied = next(
                (
                    index
                    for index, note in enumerate(self.notes[part])
                    if note.pitch == pitch and abs(note.start + note.beats - start) < 0.01
                ),
                None,
            )
            if tied is not None and self.notes[part][tied].beats < 3 * self.meter:
                old = self.notes[part][tied]
                longer = min(old.beats + beats, 8 * self.meter)
                if not self.cut.loops:
                    longer = min(longer, self.total_beats - old.start)
                self.notes[part][tied] = old.model_copy(update={"beats": round(longer, 4)})
            else:
                self.add(part, start, beats, pitch, energy)

    def bass(self, bar: int, energy: float, line: str) -> None:
        root = self.pitch(self.chord(bar))
        for at, beats, above in BASS_LINES[line][self.meter]:
            self.add(Part.BASS, bar * self.meter + at, beats, root + above - 24, energy)

    def ostinato(
        self, bar: int, voices: Sequence[int], energy: float, figure: str, lift: int = 12
    ) -> None:
        """A figure through the chord's tones, accented on the beat; a take may play another."""
        lines = self.suite.lines
        ladder = sorted({pitch + lift for pitch in voices})
        ladder += [pitch + 12 for pitch in ladder]
        for at, beats, step in FIGURES[lines.figures.get(figure, figure)][self.meter]:
            if at in lines.rests:
                continue
            accent = 1.0 if at % self.meter == 0 else (0.86 if at % 1 == 0 else 0.7)
            pitch = ladder[min(step, len(ladder) - 1)]
            self.add(Part.OSTINATO, bar * self.meter + at, beats, pitch, energy * accent)

    def groove(self, bar: int, energy: float, full: bool, style: str | None = None) -> None:
        """A bar of the groove; below half energy only what is accented or plain."""
        wanted = style or self.suite.style.groove
        wanted = wanted if self.meter in GROOVES[wanted] else "light"
        pattern = GROOVES[self.suite.lines.grooves.get(wanted, wanted)][self.meter]
        for piece, steps in pattern[1 if full else 0].items():
            part = Part.METALS if piece in _METAL_PIECES else Part.DRUMS
            for step, mark in enumerate(steps):
                if mark in _STEP_VELOCITY:
                    loud = energy * _STEP_VELOCITY[mark]
                    self.add(part, bar * self.meter + step / 4, 0.25, piece, loud)

    def fill(self, bar: int, energy: float) -> None:
        """Toms that roll through the last two beats of a bar into the next."""
        begin = (bar + 1) * self.meter - 2
        for step, piece in enumerate((HIGH_TOM, HIGH_TOM, MID_TOM, MID_TOM, MID_TOM, LOW_TOM) * 2):
            if step < 8:
                loud = energy * (0.5 + 0.5 * step / 7) * (1 if step % 2 == 0 else 0.8)
                self.add(Part.DRUMS, begin + step / 4, 0.25, piece, loud)

    def hit(self, part: Part, start: float, piece: int, energy: float, beats: float = 1) -> None:
        self.add(part, start, beats, piece, energy)

    def roll(self, start: float, beats: float, pitch: int, low: float, high: float) -> None:
        """A timpani roll that swells from ``low`` to ``high``."""
        count = round(beats * 6)
        for index in range(count):
            loud = low + (high - low) * index / max(1, count - 1)
            self.add(Part.TIMPANI, start + index / 6, 0.2, pitch, loud)

    def melody(
        self, part: Part, start: float, motif: Motif, shift: int, energy: float,
        *, stretch: float = 1.0, octave: int = 0, count: int | None = None, legato: float = 0.97,
    ) -> float:  # fmt: skip
        """The motif (or its first ``count`` notes) from ``start``; the beat at which it ends."""
        at = start
        summit = max(motif.degrees)
        for beats, degree in list(zip(motif.beats, motif.degrees, strict=True))[:count]:
            weight = 1.0 if at % self.meter == 0 else (0.95 if degree == summit else 0.86)
            pitch = self.pitch(degree + shift) + 12 * octave
            self.add(part, at, beats * stretch * legato, pitch, energy * weight)
            at += beats * stretch
        return at

    def line(
        self, part: Part, start: float, tones: Sequence[tuple[float, int]], energy: float,
        octave: int = 0,
    ) -> float:  # fmt: skip
        """(beats, degree) after another; the beat at which the line ends."""
        at = start
        for beats, degree in tones:
            self.add(part, at, beats * 0.97, self.pitch(degree) + 12 * octave, energy)
            at += beats
        return at

    def finish(
        self, motif: Motif, instruments: dict[Part, str], textures: tuple[str, ...], reverb: float
    ) -> Composition:
        """The sheet as a composition, its notes in order."""
        played = {
            part: tuple(sorted(notes, key=lambda note: (note.start, note.pitch)))
            for part, notes in self.notes.items()
            if notes
        }
        return Composition(
            kind=self.cut.kind, seconds=self.cut.seconds, loops=self.cut.loops,
            tempo_bpm=round(self.tempo, 6), beats_per_bar=self.meter, bars=self.bars,
            tonic=self.suite.tonic, mode=self.mode, chords=tuple(self.chords[: self.bars]),
            motif=motif, parts=played, textures=textures, reverb_seconds=reverb,
            instruments={part: name for part, name in instruments.items() if part in played},
            sections=self.sections,
        )  # fmt: skip

    def _in_range(self, part: Part, pitch: int) -> int:
        low, high = _RANGES.get(part, (0, 127))
        while pitch < low:
            pitch += 12
        while pitch > high:
            pitch -= 12
        return pitch
