"""Mastering: tone, glue, edges, loudness and peaks of the finished track."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from arena_assets.domain.sequences import LOUDNESS_LUFS, TRUE_PEAK_CEILING_DBTP, SequenceKind
from arena_assets.score.dynamics import glue as compress
from arena_assets.score.dynamics import limit
from arena_assets.score.filters import equalise, low_cut, shelf
from arena_assets.score.loudness import Balance, loudness, spectral_balance
from arena_assets.score.synth.jit import RATE, FloatArray

CODEC_ROOM_DB = 1.0
"""Left below the ceiling of delivery, since a lossy codec may raise a peak by up to a decibel."""
_REFERENCE = Balance(low=0.42, mid=0.44, high=0.12, air=0.02)
"""A warm, open orchestral balance; the master leans towards it by at most ``_MOST_TILT_DB``."""
_MOST_TILT_DB = 5.5
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
    balance = spectral_balance(bus)
    sections = [
        low_cut(28),
        shelf(160, _lean(balance.low, _REFERENCE.low, 0.4), high=False),
        shelf(2600, _lean(balance.high, _REFERENCE.high, 0.5), high=True),
        shelf(8500, _lean(balance.air, _REFERENCE.air, 0.4), high=True),
    ]
    equalise(bus, sections, loops)
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


def _lean(share: float, wanted: float, strength: float) -> float:
    """A gain in dB that takes a band part of the way to its wanted share."""
    gap = 10.0 * math.log10(wanted / max(share, 1e-4))
    return max(-_MOST_TILT_DB, min(_MOST_TILT_DB, strength * gap))


def _fade(signal: FloatArray, seconds: float) -> None:
    begin, end = int(_FADE_IN_SECONDS * RATE), int(seconds * RATE)
    signal[:, :begin] *= np.linspace(0, 1, begin, dtype=np.float32)
    curve = np.cos(np.linspace(0, np.pi / 2, end, dtype=np.float32)) ** 2
    signal[:, -end:] *= curve
    signal[:, -1] = 0.0
