"""The end of every track's way, wherever its music comes from: master, encode, listen again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from arena_assets.domain.manifest import Measurement
from arena_assets.domain.sequences import SequenceKind
from arena_assets.score import deliver
from arena_assets.score.balance import band_energies, distance_to_target
from arena_assets.score.hearing import seam
from arena_assets.score.loudness import loudness, spectral_balance, true_peak
from arena_assets.score.master import CODEC_ROOM_DB, DELIVERED, Glue, Target, master
from arena_assets.score.pictures import spectrogram_picture, waveform_picture, write_picture
from arena_assets.score.preview import preview, preview_start
from arena_assets.score.synth.jit import RATE, FloatArray

SUFFIXES = {
    "wav": ".wav", "flac": ".flac", "ogg": ".ogg", "opus": ".opus", "mp3": ".mp3",
    "preview": "_preview.ogg", "waveform": "_waveform.json", "waveform_picture": "_waveform.webp",
    "spectrogram": "_spectrogram.webp",
}  # fmt: skip
"""The files of a finished track by role: 48 kHz at 24 bits twice (WAV, FLAC), three lossy forms,
ten seconds that stand for it, peaks to draw, two pictures."""
_WRITERS = {
    "wav": deliver.write_wav, "flac": deliver.write_flac, "ogg": deliver.write_ogg,
    "opus": deliver.write_opus, "mp3": deliver.write_mp3,
}  # fmt: skip
_LOSSY = ("ogg", "opus", "mp3")
_MARGIN_DB = 0.1
_ATTEMPTS = 3


def finish(
    bus: FloatArray, glue: Glue, kind: SequenceKind | None, loops: bool, paths: Mapping[str, Path],
    check_cancelled: Callable[[], None], target: Target = DELIVERED,
) -> dict[str, Measurement]:  # fmt: skip
    """Master a bus (2, n) and write the roles of :data:`SUFFIXES`; what was measured.

    ``bus`` is used up. All of it is done again, lower, when a decoded file peaks too high; one that
    still does is encoded a few tenths of a decibel quieter than the others.
    """
    ceiling = target.ceiling_dbtp - CODEC_ROOM_DB
    highest = target.ceiling_dbtp - _MARGIN_DB / 2
    for attempt in range(_ATTEMPTS):
        again = bus.copy() if attempt + 1 < _ATTEMPTS else bus
        track = master(again, glue, kind, loops, check_cancelled, target.lufs, ceiling)
        track = deliver.in_24_bits(track)
        del again
        peaks = dict.fromkeys(_WRITERS, true_peak(track))
        for role, write in _WRITERS.items():
            check_cancelled()
            write(paths[role], track, loops)
            if role in _LOSSY:
                peaks[role] = true_peak(deliver.read_back(paths[role]))
        if max(peaks.values()) <= highest:
            break
        ceiling -= max(peaks.values()) - target.ceiling_dbtp + _MARGIN_DB
    for role in _LOSSY:
        if peaks[role] > highest:
            peaks[role] = _turned_down(role, paths[role], track, loops, peaks[role], highest)
    peak = max(peaks.values())
    start = preview_start(track)
    deliver.write_ogg(paths["preview"], preview(track))
    deliver.write_waveform(paths["waveform"], track)
    write_picture(paths["waveform_picture"], waveform_picture(track))
    write_picture(paths["spectrogram"], spectrogram_picture(track))
    balance = spectral_balance(track)
    return {
        "seconds": track.shape[1] / RATE,
        "lufs": round(loudness(track), 2),
        "true_peak_dbtp": round(peak, 2),
        "loop_seam": round(seam(track), 2) if loops else None,
        "preview_start": start / RATE,
        "brightness": round(balance.high + balance.air, 4),
        "low_share": round(balance.low, 4),
        "mid_share": round(balance.mid, 4),
        "high_share": round(balance.high, 4),
        "air_share": round(balance.air, 4),
        "target_distance_db": round(distance_to_target(band_energies(track)), 2),
    }


def _turned_down(
    role: str, path: Path, track: FloatArray, loops: bool, peak: float, highest: float
) -> float:
    """Encode a track again, quieter by what its file peaks too high; the peak it then has.

    A codec throws up single crests of its own, which a limiter before it cannot hold.
    """
    down = 0.0
    for _ in range(_ATTEMPTS):
        down += peak - highest + _MARGIN_DB
        _WRITERS[role](path, track * np.float32(10 ** (-down / 20)), loops)
        peak = true_peak(deliver.read_back(path))
        if peak <= highest:
            break
    return peak
