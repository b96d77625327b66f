"""Listening to a video's sound where its loop closes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from arena_assets.inspect.video_probe import open_untrusted

_BESIDE_SECONDS = 0.05
"""How much sound on either side of the seam tells what is usual there."""
_MAX_SECONDS = 600


@dataclass(frozen=True, slots=True)
class SoundSeam:
    """Steps between neighbouring samples, full scale 1. ``step`` is the one from end to beginning,
    ``usual`` the largest of those beside it.
    """

    step: float
    usual: float


def listen_to_seam(path: Path) -> SoundSeam:
    """Decode a video's sound and look at the step from its last sample to its first."""
    with open_untrusted(path) as container:
        stream = container.streams.audio[0]
        rate = stream.codec_context.sample_rate
        beside = round(_BESIDE_SECONDS * rate)
        ticks, tick = stream.duration, stream.time_base
        wanted = round(ticks * tick * rate) if ticks and tick else _MAX_SECONDS * rate
        first: npt.NDArray[np.float32] | None = None
        last: npt.NDArray[np.float32] | None = None
        heard = 0
        for frame in container.decode(stream):
            samples = np.asarray(frame.to_ndarray(), np.float32)
            if not frame.format.is_planar:
                samples = samples.reshape(-1, frame.layout.nb_channels).T
            samples = samples[:, : max(0, wanted - heard)]
            heard += samples.shape[1]
            if first is None or first.shape[1] < beside:
                first = samples if first is None else np.concatenate([first, samples], axis=1)
            last = samples if last is None else np.concatenate([last, samples], axis=1)
            last = last[:, -beside:]
    if first is None or last is None:
        return SoundSeam(0.0, 0.0)
    return seam_of(last, first[:, :beside])


def seam_of(end: npt.NDArray[np.float32], beginning: npt.NDArray[np.float32]) -> SoundSeam:
    """The seam between two stretches of sound, each (channels, samples)."""
    if not end.shape[1] or not beginning.shape[1]:
        return SoundSeam(0.0, 0.0)
    step = float(np.abs(beginning[:, 0] - end[:, -1]).max())
    steps = [np.abs(np.diff(side, axis=1)) for side in (end, beginning)]
    return SoundSeam(step, float(max(each.max(initial=0.0) for each in steps)))
