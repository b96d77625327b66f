"""Mixing: stems in, their sum out, by parameters in musical units."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from arena_assets.domain.palette import Theme
from arena_assets.domain.sequences import SequenceKind
from arena_assets.score.automation import Clock, curve, gains, sweep
from arena_assets.score.composition import Composition, Part
from arena_assets.score.dynamics import squeeze
from arena_assets.score.echo import echo
from arena_assets.score.filters import Section, bell, equalise, high_cut, low_cut, shelf
from arena_assets.score.loudness import SILENCE_LUFS, loudness
from arena_assets.score.parameters import NO_HIGH_CUT_HZ, NO_SEND_DB, MixParameters, StemMix
from arena_assets.score.presets import PRESETS, THEME_PRESETS, preset
from arena_assets.score.shaping import shaped
from arena_assets.score.space import reverberate, room
from arena_assets.score.synth.jit import FloatArray

STEM_LUFS = -22.0
"""The loudness every stem is brought to before its role's offset."""

ROLES: dict[Part, StemMix] = {
    Part.LEAD: StemMix(
        offset_lu=1.5, pan=0.06, low_cut_hz=150, presence_db=1.5, air_db=1.5, send_db=-9
    ),
    Part.COUNTER: StemMix(offset_lu=-5, pan=-0.35, low_cut_hz=110, send_db=-8),
    Part.OSTINATO: StemMix(
        offset_lu=-4.5, pan=0.22, low_cut_hz=140, presence_db=1.5, air_db=2, send_db=-10
    ),
    Part.SPARKLE: StemMix(offset_lu=-7, pan=-0.3, low_cut_hz=250, air_db=2, send_db=-5),
    Part.PAD: StemMix(
        offset_lu=-4.5, width=1.2, low_cut_hz=90, warmth_db=-1.5, air_db=3, send_db=-9
    ),
    Part.CHOIR: StemMix(
        offset_lu=-6, width=1.2, low_cut_hz=160, presence_db=1, air_db=3, send_db=-6
    ),
    Part.BRASS: StemMix(offset_lu=-3.5, pan=0.12, low_cut_hz=90, presence_db=1, send_db=-8),
    Part.BASS: StemMix(offset_lu=-4, width=0.4, low_cut_hz=30, presence_db=1.5, send_db=-24),
    Part.TIMPANI: StemMix(offset_lu=-6, pan=-0.15, low_cut_hz=40, presence_db=2, send_db=-8),
    Part.DRUMS: StemMix(offset_lu=-2.5, low_cut_hz=32, presence_db=2.5, send_db=-11),
    Part.METALS: StemMix(offset_lu=-10, low_cut_hz=320, air_db=1, send_db=-12),
    Part.EFFECTS: StemMix(offset_lu=-8, low_cut_hz=30, send_db=-8),
    Part.TEXTURE: StemMix(offset_lu=-15, width=1.2, low_cut_hz=45, send_db=-60),
}  # fmt: skip
_SHIFTS: dict[SequenceKind, dict[Part, float]] = {
    SequenceKind.MAIN: {},
    SequenceKind.INTRO: {Part.TEXTURE: 2.0, Part.PAD: 0.5},
    SequenceKind.AMBIENT: {
        Part.LEAD: -3.0, Part.PAD: 2.0, Part.TEXTURE: 6.5, Part.SPARKLE: 1.0, Part.DRUMS: -10.0,
        Part.METALS: -6.0, Part.BASS: -1.0,
    },
    SequenceKind.VICTORY: {Part.BRASS: 1.5, Part.DRUMS: -1.0},
    SequenceKind.HAZARD: {Part.DRUMS: 1.5, Part.LEAD: -0.5, Part.OSTINATO: 1.5, Part.EFFECTS: 2.0},
}  # fmt: skip
COMMON_TIME = Clock()
_Treat = Callable[[tuple[str, FloatArray]], tuple[str, StemMix, FloatArray | None]]


def starting_mix(score: Composition, theme: Theme | None = None) -> MixParameters:
    """Equal loudness per stem plus the offset of each role, in the preset of the theme, moving as
    the form asks."""
    parts = [part for part in Part if part in score.parts or part is Part.TEXTURE]
    roles = {part.value: part for part in parts}
    mix = role_mix(roles, score.kind).model_copy(update={"room_seconds": score.reverb_seconds})
    if theme is None:
        return mix
    name = THEME_PRESETS[theme]
    return shaped(preset(mix, name, roles), score, PRESETS[name])


def role_mix(roles: Mapping[str, Part], kind: SequenceKind | None = None) -> MixParameters:
    """Where every mix begins: each stem at the common loudness plus its role's offset."""
    shifts = _SHIFTS[kind] if kind else {}
    return MixParameters(
        stems={
            name: ROLES[part].model_copy(
                update={"offset_lu": ROLES[part].offset_lu + shifts.get(part, 0.0)}
            )
            for name, part in roles.items()
        }
    )


def mix_stems(
    stems: Iterable[tuple[str, FloatArray]], samples: int, mix: MixParameters, seed: int,
    loops: bool, clock: Clock = COMMON_TIME, at_once: int = 1,
    listen: Callable[[str, FloatArray], None] | None = None,
) -> FloatArray:  # fmt: skip
    """The mix (2, samples) of some stems (2, samples), which are used up.

    ``listen`` is given each stem as it goes into the mix.

    A stem that the parameters don't name is placed by the role of its name. ``at_once`` stems are
    worked on together; the sum, and so its bytes, does not depend on it.
    """
    bus = np.zeros((2, samples), np.float32)
    send = np.zeros((2, samples), np.float32)
    tap = np.zeros((2, samples), np.float32)

    def treat(item: tuple[str, FloatArray]) -> tuple[str, StemMix, FloatArray | None]:
        name, stem = item
        place = mix.stems.get(name) or ROLES.get(part_of(name), StemMix())
        return name, place, stem if _treated(stem, place, loops, clock) else None

    for name, place, stem in _in_order(treat, stems, at_once):
        if stem is None:
            continue
        bus += stem
        if listen is not None:
            listen(name, stem)
        for line, level, lane in (
            (send, place.send_db, place.lane("send_db")),
            (tap, place.delay_db, place.lane("delay_db")),
        ):
            if level > NO_SEND_DB:
                sent = np.float32(10 ** (level / 20)) * stem
                line += sent if lane is None else sent * gains(lane, samples, clock, loops)
    if any(place.delay_db > NO_SEND_DB for place in mix.stems.values()):
        beats = mix.delay_beats * clock.seconds_per_beat
        echo(tap, beats, mix.delay_feedback, mix.delay_damp_hz, loops)
        bus += tap
        send += np.float32(0.3) * tap
    del tap
    rng = np.random.default_rng([seed, 0x4003])
    response = room(mix.room_seconds, mix.predelay_ms / 1000, mix.room_tone_db, rng)
    equalise(send, [low_cut(170)], loops)
    wet = reverberate(send, response, loops)
    wet *= np.float32(10 ** ((mix.room_offset_db + 3.0) / 20))
    bus += wet
    return bus


def _in_order(
    treat: _Treat, stems: Iterable[tuple[str, FloatArray]], at_once: int
) -> Iterator[tuple[str, StemMix, FloatArray | None]]:
    """Treated stems in their order, at most ``at_once`` of them in work."""
    if at_once <= 1:
        yield from map(treat, stems)
        return
    waiting: deque[Future[tuple[str, StemMix, FloatArray | None]]] = deque()
    with ThreadPoolExecutor(at_once) as pool:
        for stem in stems:
            waiting.append(pool.submit(treat, stem))
            del stem
            if len(waiting) >= at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def part_of(name: str) -> Part:
    """The part that a stem is named after; one of no such name is mixed like a counter-melody."""
    return Part(name) if name in list(Part) else Part.COUNTER


def _treated(stem: FloatArray, place: StemMix, loops: bool, clock: Clock) -> bool:
    """Tone, dynamics, level and place of one stem in place; False when it is silent."""
    equalise(stem, _tone(place), loops)
    level = loudness(stem)
    if level <= SILENCE_LUFS:
        return False
    if place.compressor is not None and place.compressor.ratio > 1:
        c = place.compressor
        squeeze(stem, level + c.threshold_lu, c.ratio, c.attack_ms, c.release_ms, loops)
        level = loudness(stem)
    _place(stem, place, 10 ** ((STEM_LUFS + place.offset_lu - level) / 20))
    _automate(stem, place, loops, clock)
    return True


def _automate(stem: FloatArray, place: StemMix, loops: bool, clock: Clock) -> None:
    """Filters, then the gain, as they move; last of all, so that the stem's loudness on the whole
    is what its offset says of it unmoved."""
    samples = stem.shape[1]
    for lane in place.automation:
        if lane.parameter in ("low_cut_hz", "high_cut_hz"):
            high = lane.parameter == "high_cut_hz"
            sweep(stem, curve(lane, samples, clock, loops), high, loops)
    gain = place.lane("gain_db")
    if gain is not None:
        stem *= gains(gain, samples, clock, loops)


def _tone(place: StemMix) -> list[Section]:
    sections = [low_cut(place.low_cut_hz)]
    if place.warmth_db:
        sections.append(bell(220, place.warmth_db, 0.9))
    if place.presence_db:
        sections.append(bell(3000, place.presence_db, 0.7))
    if place.air_db:
        sections.append(shelf(8000, place.air_db, high=True))
    if place.high_cut_hz < NO_HIGH_CUT_HZ:
        sections.append(high_cut(place.high_cut_hz))
    return sections


def _place(stem: FloatArray, place: StemMix, gain: float) -> None:
    """Gain, width and equal-power balance in place."""
    middle = 0.5 * (stem[0] + stem[1])
    side = 0.5 * np.float32(place.width) * (stem[0] - stem[1])
    angle = (place.pan + 1) * np.pi / 4
    stem[0] = np.float32(gain * np.sqrt(2) * np.cos(angle)) * (middle + side)
    stem[1] = np.float32(gain * np.sqrt(2) * np.sin(angle)) * (middle - side)
