"""Mastering: tone, glue, edges, loudness and peaks of the finished track."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from arena_assets.domain.sequences import LOUDNESS_LUFS, TRUE_PEAK_CEILING_DBTP, SequenceKind
from arena_assets.score.balance import CENTRES, TARGET_DB, band_energies, levels
from arena_assets.score.dynamics import glue as compress
from arena_assets.score.dynamics import limit
from arena_assets.score.filters import Section, bell, equalise, low_cut, shelf
from arena_assets.score.loudness import loudness
from arena_assets.score.synth.jit import RATE, FloatArray

CODEC_ROOM_DB = 1.0
"""Left below the ceiling of delivery, since a lossy codec may raise a peak by up to a decibel."""
_STRENGTH = 0.65
_WIDEST_GAP_DB = 18.0
_MOST_TILT_DB = 6.0
_TONES: tuple[tuple[float, float, Callable[[float], Section]], ...] = (
    (30, 120, lambda gain: shelf(110, gain, high=False)),
    (120, 320, lambda gain: bell(195, gain, 0.8)),
    (320, 800, lambda gain: bell(500, gain, 0.8)),
    (800, 2000, lambda gain: bell(1250, gain, 0.8)),
    (2000, 6000, lambda gain: bell(3500, gain, 0.7)),
    (6000, 17000, lambda gain: shelf(6500, gain, high=True)),
)
"""From Hz, to Hz, and the section that moves what lies between."""
_FADE_OUT = {SequenceKind.HAZARD: 0.6, SequenceKind.VICTORY: 1.6}
_FADE_OUT_SECONDS = 1.4
_FADE_IN_SECONDS = 0.004
_EDGE_SECONDS = 0.02
"""Of people's own music, which ends as it ends: only the click is taken."""
_CLOSE_ENOUGH_LU = 0.05


class Target(NamedTuple):
    """What a master is brought to: integrated loudness in LUFS, true peak in dBTP."""

    lufs: float = LOUDNESS_LUFS
    ceiling_dbtp: float = TRUE_PEAK_CEILING_DBTP


DELIVERED = Target()


class Glue(NamedTuple):
    """Bus compression: ``ratio`` 1 is none; ``threshold_db`` against the mix's own loudness."""

    ratio: float = 1.0
    threshold_db: float = 0.0


def master(
    bus: FloatArray, glue: Glue, kind: SequenceKind | None, loops: bool,
    check_cancelled: Callable[[], None], lufs: float = LOUDNESS_LUFS,
    ceiling_dbtp: float = TRUE_PEAK_CEILING_DBTP - CODEC_ROOM_DB,
) -> FloatArray:  # fmt: skip
    """The delivered track (2, n) from the mix's bus, at its loudness and under the ceiling.

    ``bus`` is used up. A track that doesn't loop begins within 4 ms and fades out at its end.
    """
    bus *= np.float32(10 ** ((-18.0 - loudness(bus)) / 20))
    equalise(bus, [low_cut(28), *_towards_target(bus)], loops)
    check_cancelled()
    compress(bus, -18.0 + glue.threshold_db, glue.ratio, loops)
    if not loops:
        _fade(bus, _FADE_OUT.get(kind, _FADE_OUT_SECONDS) if kind else _EDGE_SECONDS)
    track = bus
    gain_lu = lufs - loudness(bus)
    for _ in range(6):
        check_cancelled()
        track = limit(np.asarray(bus * np.float32(10 ** (gain_lu / 20))), ceiling_dbtp, loops)
        missing = lufs - loudness(track)
        if abs(missing) < _CLOSE_ENOUGH_LU:
            break
        gain_lu += 1.15 * missing
    return track


def _towards_target(bus: FloatArray) -> list[Section]:
    """Broad sections that take the mix part of its way to the target curve."""
    gap = TARGET_DB - levels(band_energies(bus))
    gap = np.clip(gap, -_WIDEST_GAP_DB, _WIDEST_GAP_DB)
    centre = float(np.median(gap[(CENTRES > 200) & (CENTRES < 2000)]))
    sections = []
    for low, high, make in _TONES:
        inside = (low <= CENTRES) & (high > CENTRES)
        wanted = _STRENGTH * (float(gap[inside].mean()) - centre)
        gain = max(-_MOST_TILT_DB, min(_MOST_TILT_DB, wanted))
        if abs(gain) > 0.1:
            sections.append(make(gain))
    return sections


def _fade(signal: FloatArray, seconds: float) -> None:
    begin, end = int(_FADE_IN_SECONDS * RATE), int(seconds * RATE)
    signal[:, :begin] *= np.linspace(0, 1, begin, dtype=np.float32)
    curve = np.cos(np.linspace(0, np.pi / 2, end, dtype=np.float32)) ** 2
    signal[:, -end:] *= curve
    signal[:, -1] = 0.0
