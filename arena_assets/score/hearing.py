"""What a judge hears of a finished mix, in numbers; each with the source of its formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.signal

from arena_assets.score.balance import Levels, band_energies
from arena_assets.score.loudness import hop_levels, loudness
from arena_assets.score.synth.jit import RATE, FloatArray

_LOW_HZ = 150
_FLAT = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """Of a mix (2, n) and, where there are stems, of each as it stands in the mix.

    ``energies`` by third of an octave; ``range_lu`` loudness range; ``peak_to_loudness_db`` and
    ``punch_db`` (loudest 50 ms over the mean, median of seconds); ``side`` share of the side
    signal, ``low_side`` below 150 Hz; ``mono_loss_db`` what a mono sum loses; ``flat`` clipped
    samples a second; ``seam`` see :func:`seam`; ``hum_db`` of steady mains lines over their
    surroundings.
    """

    lufs: float
    energies: Levels
    range_lu: float
    peak_to_loudness_db: float
    punch_db: float
    side: float
    low_side: float
    mono_loss_db: float
    flat: float
    seam: float
    hum_db: float
    stem_energies: Mapping[str, Levels] = field(default_factory=dict)
    stem_lufs: Mapping[str, float] = field(default_factory=dict)


def hear(
    mix: FloatArray, loops: bool, stem_energies: Mapping[str, Levels] | None = None,
    stem_lufs: Mapping[str, float] | None = None,
) -> Heard:  # fmt: skip
    """Measure a mix (2, n) of a second or more."""
    level = loudness(mix)
    middle, side = 0.5 * (mix[0] + mix[1]), 0.5 * (mix[0] - mix[1])
    whole = float(np.square(mix).mean())
    low = scipy.signal.butter(2, _LOW_HZ, fs=RATE, output="sos")
    deep_side = np.square(scipy.signal.sosfilt(low, side)).mean()
    deep = np.square(scipy.signal.sosfilt(low, middle)).mean() + deep_side
    peak = 20 * np.log10(float(np.abs(mix).max()) + 1e-9)
    return Heard(
        lufs=level,
        energies=band_energies(mix),
        range_lu=loudness_range(mix),
        peak_to_loudness_db=peak - level,
        punch_db=_punch(mix),
        side=float(np.square(side).mean()) / (whole + 1e-12),
        low_side=float(deep_side / (deep + 1e-12)),
        mono_loss_db=float(10 * np.log10(whole / (float(np.square(middle).mean()) + 1e-12))),
        flat=_flat(mix) / (mix.shape[1] / RATE),
        seam=seam(mix) if loops else 0.0,
        hum_db=_hum(middle),
        stem_energies=stem_energies or {},
        stem_lufs=stem_lufs or {},
    )


def loudness_range(mix: FloatArray) -> float:
    """LRA in LU after EBU Tech 3342: 10th to 95th percentile of 3 s loudness, gated at −70 LUFS and
    20 LU below the mean."""
    found = hop_levels(mix, 30)
    found = found[found > -70]
    if len(found) < 2:
        return 0.0
    mean = 10 * np.log10(np.mean(10 ** (found / 10)))
    found = found[found > mean - 20]
    return float(np.percentile(found, 95) - np.percentile(found, 10))


def seam(track: FloatArray) -> float:
    """How a loop's wrap compares with the music around it: below about 1 nothing can be heard.

    The largest second difference across the wrap over the 99.9th percentile of those in the
    half second on either side.
    """
    around = np.concatenate([track[:, -RATE // 2 :], track[:, : RATE // 2]], axis=1)
    bends = np.abs(np.diff(around, 2, axis=1)).max(axis=0)
    middle = RATE // 2
    return float(bends[middle - 3 : middle + 2].max() / max(1e-9, np.percentile(bends, 99.9)))


def _punch(mix: FloatArray) -> float:
    size = RATE // 20
    power = np.square(mix).mean(axis=0)
    blocks = power[: len(power) // size * size].reshape(-1, size).mean(axis=1)
    seconds = blocks[: len(blocks) // 20 * 20].reshape(-1, 20)
    if not len(seconds):
        return 0.0
    ratio = seconds.max(axis=1) / np.maximum(seconds.mean(axis=1), 1e-10)
    return float(10 * np.log10(np.median(ratio)))


def _flat(mix: FloatArray) -> float:
    """Samples in runs of three or more at the very top of the signal: a clipper's flat crests."""
    found = 0
    for channel in mix:
        size = np.abs(channel)
        top = size > 0.999 * size.max()
        runs = np.convolve(top.astype(np.int32), np.ones(_FLAT, np.int32)) >= _FLAT
        found += int(np.count_nonzero(runs))
    return float(found)


def _hum(mono: FloatArray) -> float:
    """How far steady lines at 50 or 60 Hz and their first harmonics stand above the bins beside
    them, in dB: the quietest tenth of windows must hold them, as no bass note does."""
    size = 32768
    if len(mono) < 3 * size:
        size = 16384
    hop = size // 2
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop]
    window = np.blackman(size).astype(np.float32)
    rows = [np.square(np.abs(np.fft.rfft(frame * window)))[: size // 60] for frame in frames]
    low = np.percentile(np.stack(rows), 10, axis=0) + 1e-12
    worst = 0.0
    for mains in (50.0, 60.0):
        heights = []
        for harmonic in (1, 2, 3):
            at = round(mains * harmonic * size / RATE)
            line = low[at - 1 : at + 2].max()
            beside = np.concatenate([low[at - 9 : at - 4], low[at + 5 : at + 10]])
            heights.append(10 * np.log10(line / float(np.median(beside))))
        worst = max(worst, float(np.median(heights)))
    return worst
