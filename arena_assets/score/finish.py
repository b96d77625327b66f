"""The end of every track's way, wherever its music comes from: master, encode, listen again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from arena_assets.domain.manifest import Measurement
from arena_assets.domain.sequences import TRUE_PEAK_CEILING_DBTP, SequenceKind
from arena_assets.score import deliver
from arena_assets.score.loudness import loudness, spectral_balance, true_peak
from arena_assets.score.master import CEILING_DBTP, Glue, master
from arena_assets.score.synth.jit import RATE, FloatArray

SUFFIXES = {"wav": ".wav", "ogg": ".ogg", "mp3": ".mp3", "waveform": "_waveform.json"}
"""The files of a finished track by role: 48 kHz at 24 bits, two lossy forms, peaks to draw."""
_MARGIN_DB = 0.1
_ATTEMPTS = 3


def finish(
    bus: FloatArray, glue: Glue, kind: SequenceKind, loops: bool, paths: Mapping[str, Path],
    check_cancelled: Callable[[], None],
) -> dict[str, Measurement]:  # fmt: skip
    """Master a bus (2, n) and write the roles of :data:`SUFFIXES`; what was measured.

    All of it is done again, lower, when a decoded file peaks too high.
    """
    ceiling = CEILING_DBTP
    for _ in range(_ATTEMPTS):
        track = master(bus.copy(), glue, kind, loops, check_cancelled, ceiling)
        deliver.write_wav(paths["wav"], track)
        check_cancelled()
        deliver.write_ogg(paths["ogg"], track)
        check_cancelled()
        deliver.write_mp3(paths["mp3"], track, loops)
        peak = true_peak(track)
        for role in ("ogg", "mp3"):
            check_cancelled()
            peak = max(peak, true_peak(deliver.read_back(paths[role])))
        if peak <= TRUE_PEAK_CEILING_DBTP - _MARGIN_DB / 2:
            break
        ceiling -= peak - TRUE_PEAK_CEILING_DBTP + _MARGIN_DB
    deliver.write_waveform(paths["waveform"], track)
    balance = spectral_balance(track)
    return {
        "seconds": track.shape[1] / RATE,
        "lufs": round(loudness(track), 2),
        "true_peak_dbtp": round(peak, 2),
        "loop_seam": round(seam(track), 2) if loops else None,
        "brightness": round(balance.high + balance.air, 4),
        "low_share": round(balance.low, 4),
        "mid_share": round(balance.mid, 4),
        "high_share": round(balance.high, 4),
        "air_share": round(balance.air, 4),
    }


def seam(track: FloatArray) -> float:
    """How a loop's wrap compares with the music around it: below about 1 nothing can be heard.

    The largest second difference across the wrap over the 99.9th percentile of those in the
    half second on either side.
    """
    around = np.concatenate([track[:, -RATE // 2 :], track[:, : RATE // 2]], axis=1)
    bends = np.abs(np.diff(around, 2, axis=1)).max(axis=0)
    middle = RATE // 2
    return float(bends[middle - 3 : middle + 2].max() / max(1e-9, np.percentile(bends, 99.9)))
