"""The meter of peaks between samples, against SciPy's resampler."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from arena_assets.score.loudness import true_peak
from arena_assets.score.peaks import peak_envelope
from arena_assets.score.synth.jit import FloatArray

SIZE = 5000


def music(seed: int) -> FloatArray:
    """Noise with bursts, so that most of it is far below its peaks."""
    rng = np.random.default_rng(seed)
    loud = 0.02 + 0.5 * (rng.random(SIZE) > 0.995)
    return (rng.standard_normal((2, SIZE)) * loud).astype(np.float32)


def reference(signal: FloatArray, wrap: bool) -> FloatArray:
    if wrap:
        around = np.concatenate([signal[:, -100:], signal, signal[:, :100]], axis=1)
        return reference(around, wrap=False)[100:-100]
    fine = np.abs(scipy.signal.resample_poly(signal.astype(np.float64), 4, 1, axis=1)).max(axis=0)
    found: FloatArray = fine.reshape(-1, 4).max(axis=1).astype(np.float32)
    return found


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_scipys_resampler(seed: int, wrap: bool) -> None:
    assert np.allclose(
        peak_envelope(music(seed), wrap), reference(music(seed), wrap), atol=1e-6, rtol=1e-5
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_passed_over_could_not_reach_the_floor(seed: int) -> None:
    whole = reference(music(seed), wrap=False)
    floor = float(0.6 * whole.max())
    found = peak_envelope(music(seed), wrap=False, floor=floor)
    high = whole >= floor
    assert np.allclose(found[high], whole[high], rtol=1e-5)
    assert (found[~high] < floor).all()
    assert (found == 0).mean() > 0.3, "most of it need not be measured"
    peak = 20 * np.log10(whole.max())
    assert true_peak(music(seed)) == pytest.approx(peak, abs=1e-4)
