"""A track to look at: its waveform and its spectrogram as small pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.signal
from PIL import Image

from arena_assets.score.synth.jit import RATE, FloatArray

WIDTH, HEIGHT = 960, 240
_LOWEST_HZ, _HIGHEST_HZ = 30.0, 20000.0
_FLOOR_DB = -90.0
_WINDOW = 4096
_BACKGROUND = (16, 18, 27)
_STOPS = np.array(
    [(10, 11, 20), (36, 30, 82), (112, 38, 120), (205, 70, 94), (250, 150, 70), (252, 236, 170)],
    np.float64,
)


def waveform_picture(track: FloatArray) -> Image.Image:
    """Peaks of (2, n) in light, their RMS in full colour, left above right; 960 × 240."""
    canvas = np.full((HEIGHT, WIDTH, 3), _BACKGROUND, np.uint8)
    edges = np.linspace(0, track.shape[1], WIDTH + 1).astype(int)
    half = HEIGHT // 2
    rows = np.arange(half)[:, None]
    for channel in range(2):
        sound = track[channel]
        highs = np.maximum.reduceat(sound, edges[:-1])
        lows = np.minimum.reduceat(sound, edges[:-1])
        rms = np.sqrt(np.add.reduceat(np.square(sound), edges[:-1]) / np.diff(edges))
        middle, reach = half / 2, half / 2 - 4
        part = canvas[channel * half : (channel + 1) * half]
        part[(rows >= middle - reach * highs) & (rows <= middle - reach * lows)] = (74, 96, 168)
        part[np.abs(rows - middle) <= reach * rms] = (150, 186, 255)
        part[half // 2] = np.maximum(part[half // 2], (46, 54, 84))
    return Image.fromarray(canvas)


def spectrogram_picture(track: FloatArray, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Level over time and logarithmic frequency, 30 Hz to 20 kHz, 90 dB deep; for (2, n)."""
    levels = levels_over_time(track.mean(axis=0), width)
    hz = np.geomspace(_HIGHEST_HZ, _LOWEST_HZ, height)
    at = hz / RATE * _WINDOW
    low = np.floor(at).astype(int)
    share = (at - low)[:, None]
    rows = levels[low] * (1 - share) + levels[low + 1] * share
    shade = np.clip((rows - rows.max()) / -_FLOOR_DB + 1, 0, 1)
    place = shade * (len(_STOPS) - 1)
    colors = np.stack(
        [np.interp(place, range(len(_STOPS)), _STOPS[:, each]) for each in range(3)], axis=-1
    )
    return Image.fromarray(colors.astype(np.uint8))


def levels_over_time(mono: npt.NDArray[np.float32], columns: int) -> npt.NDArray[np.float64]:
    """dB in each bin of 4096-sample windows at ``columns`` evenly spread times, tilted by 3 dB an
    octave as music falls off: (2049, columns)."""
    padded = np.pad(mono, _WINDOW // 2)
    begins = np.linspace(0, len(mono), columns, endpoint=False).astype(int)
    window = np.hanning(_WINDOW).astype(np.float32)
    out = np.empty((_WINDOW // 2 + 1, columns))
    tilt = 1.5 * np.log2(np.maximum(np.arange(_WINDOW // 2 + 1), 1))
    for first in range(0, columns, 64):
        frames = np.stack([padded[at : at + _WINDOW] for at in begins[first : first + 64]])
        power = np.square(np.abs(scipy.fft.rfft(frames * window, axis=1)))
        out[:, first : first + 64] = 10 * np.log10(power.T + 1e-12) + tilt[:, None]
    return out


def write_picture(path: Path, picture: Image.Image) -> None:
    """As WebP, about 10–40 kB."""
    picture.save(path, "WEBP", quality=82, method=4)
