"""True peaks after ITU-R BS.1770-4, annex 2: four points a sample, where they can matter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.signal

from arena_assets.score.synth.jit import FloatArray, compiled

_OVERSAMPLING = 4
_REACH = 10
"""Samples on either side that a point between two depends on."""


def _taps() -> npt.NDArray[np.float64]:
    """The low-pass of SciPy's ``resample_poly`` by phase: (4, 21), phase 0 the sample itself."""
    size = 2 * _REACH * _OVERSAMPLING + 1
    whole = scipy.signal.firwin(size, 1 / _OVERSAMPLING, window=("kaiser", 5.0)) * _OVERSAMPLING
    table = np.zeros((_OVERSAMPLING, 2 * _REACH + 1))
    for phase in range(_OVERSAMPLING):
        for tap in range(2 * _REACH + 1):
            at = _OVERSAMPLING * (2 * _REACH - tap) + phase
            table[phase, tap] = whole[at] if at < size else 0.0
    return table


_TAPS = _taps()
_HIGHEST = float(np.abs(_TAPS).sum(axis=1).max())
"""No point between samples stands higher than this times the highest sample near it."""


def peak_envelope(signal: FloatArray, wrap: bool, floor: float = 0.0) -> FloatArray:
    """The true peak near each sample: (n,), the larger channel, four points a sample.

    Where no sample is high enough for any point to reach ``floor``, it is left at 0.
    """
    envelope = np.zeros(signal.shape[1], np.float32)
    _measure(np.ascontiguousarray(signal), _TAPS, wrap, floor / _HIGHEST, envelope)
    return envelope


@compiled
def _measure(
    signal: FloatArray, taps: npt.NDArray[np.float64], wrap: bool, least: float,
    envelope: FloatArray,
) -> None:  # fmt: skip
    total = signal.shape[1]
    reach = taps.shape[1] // 2
    near = np.zeros(2 * reach + 1)
    until = -1  # samples up to here have a high one near them
    for ahead in range(-reach, total + reach):
        if wrap or 0 <= ahead < total:
            high = max(abs(signal[0, ahead % total]), abs(signal[1, ahead % total]))
            if high >= least:
                until = ahead + reach
        middle = ahead - reach
        if middle < 0 or middle >= total or middle > until:
            continue
        largest = 0.0
        for channel in range(2):
            for tap in range(2 * reach + 1):
                at = middle + tap - reach
                if wrap:
                    near[tap] = signal[channel, at % total]
                else:
                    near[tap] = signal[channel, at] if 0 <= at < total else 0.0
            largest = max(largest, abs(near[reach] * taps[0, reach]))
            for phase in range(1, taps.shape[0]):
                value = 0.0
                for tap in range(2 * reach + 1):
                    value += taps[phase, tap] * near[tap]
                largest = max(largest, abs(value))
        envelope[middle] = largest
