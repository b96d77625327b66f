"""Mixing and mastering three minutes of eight stems, and one arena's five tracks end to end.

``python -m benchmarks.bench_sound``; prints a table and one JSON object last. The baseline does the
same chain plainly: SciPy in float64 over whole files, all stems at once. Each runs in a process of
its own; CPU seconds count more than wall seconds on a shared machine. "To master" ends with the
24-bit WAV; the other files are encoded afterwards and counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.usage import measured

_RATE = 48000
_ROLES = ("lead", "counter", "ostinato", "pad", "choir", "brass", "bass", "drums")


def make_stems(folder: Path, seconds: int) -> None:
    """Eight stems of coloured noise that swells, 24 bits; enough for a chain to work on."""
    rng = np.random.default_rng(1)
    size = seconds * _RATE
    hz = np.fft.rfftfreq(size, 1 / _RATE)
    time_line = np.arange(size) / _RATE
    for number, name in enumerate(_ROLES):
        centre = 90.0 * 1.7**number
        shape = np.exp(-0.5 * (np.log2(np.maximum(hz, 1) / centre) / 1.2) ** 2)
        swell = 0.55 + 0.45 * np.sin(2 * np.pi * (0.1 + 0.05 * number) * time_line)
        channels = []
        for _ in range(2):
            phases = np.exp(2j * np.pi * rng.random(len(hz)))
            wave = np.fft.irfft(shape * phases, size) * swell
            channels.append(0.3 * wave / np.abs(wave).max())
        sound = np.stack(channels, axis=1)
        soundfile.write(folder / f"{name}.wav", sound, _RATE, subtype="PCM_24")


def ours(folder: Path) -> dict[str, float]:
    """The product's chain on two threads, master as WAV; then all other files."""
    from arena_assets.score.balance import band_energies
    from arena_assets.score.composition import Part
    from arena_assets.score.deliver import in_24_bits, write_wav
    from arena_assets.score.finish import SUFFIXES, finish
    from arena_assets.score.loudness import true_peak
    from arena_assets.score.master import Glue, master
    from arena_assets.score.mix import mix_stems, role_mix
    from arena_assets.score.presets import preset

    roles = {name: Part(name) for name in _ROLES}
    mix = preset(role_mix(roles), "war", roles)
    size = soundfile.info(folder / "lead.wav").frames

    def opened() -> Any:
        for name in _ROLES:
            sound, _ = soundfile.read(folder / f"{name}.wav", dtype="float32")
            yield name, np.ascontiguousarray(sound.T)

    def whole(samples: int) -> Any:
        stems = ((name, stem[:, :samples].copy()) for name, stem in opened())
        bus = mix_stems(stems, samples, mix, 1, False, at_once=2)
        return in_24_bits(master(bus, Glue(2.0), None, False, lambda: None))

    whole(2 * _RATE)  # what is compiled is compiled before the clock starts
    start, cpu = time.perf_counter(), time.process_time()
    track = whole(size)
    write_wav(folder / "ours.wav", track)
    found = {
        "wall_seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu,
        "true_peak": true_peak(track), "bands": float(len(band_energies(track))),
    }  # fmt: skip
    start, cpu = time.perf_counter(), time.process_time()
    paths = {role: folder / f"all{suffix}" for role, suffix in SUFFIXES.items()}
    finish(track, Glue(), None, False, paths, lambda: None)
    found["files_cpu_seconds"] = time.process_time() - cpu
    return found


def plain(folder: Path) -> dict[str, float]:
    """The same steps in float64 over whole files: equaliser, level, compressor, room, limiter."""
    import pyloudnorm
    import scipy.ndimage
    import scipy.signal

    start, cpu = time.perf_counter(), time.process_time()
    meter = pyloudnorm.Meter(_RATE)
    stems = [soundfile.read(folder / f"{name}.wav")[0] for name in _ROLES]
    done = []
    for stem in stems:
        low = scipy.signal.butter(2, 90, "high", fs=_RATE, output="sos")
        tone = scipy.signal.butter(2, (2000, 5000), "band", fs=_RATE, output="sos")
        shaped = scipy.signal.sosfilt(low, stem, axis=0)
        shaped = shaped + 0.2 * scipy.signal.sosfilt(tone, shaped, axis=0)
        level = np.sqrt(scipy.signal.lfilter([0.001], [1, -0.999], np.square(shaped).mean(axis=1)))
        gain = np.minimum(1, (0.1 / np.maximum(level, 1e-6)) ** 0.5)
        shaped *= gain[:, None]
        shaped *= 10 ** ((-22 - meter.integrated_loudness(shaped)) / 20)
        done.append(shaped)
    bus = np.sum(done, axis=0)
    rng = np.random.default_rng(1)
    tail = rng.standard_normal((int(2.5 * _RATE), 2))
    tail *= np.exp(-6.9 * np.arange(len(tail)) / len(tail))[:, None] * 0.01
    bus = bus + 0.2 * scipy.signal.fftconvolve(bus, tail, axes=0)[: len(bus)]
    bus *= 10 ** ((-16 - meter.integrated_loudness(bus)) / 20)
    fine = np.abs(scipy.signal.resample_poly(bus, 4, 1, axis=0)).max(axis=1)
    peaks = fine.reshape(-1, 4).max(axis=1)
    needed = np.minimum(1, 10 ** (-2 / 20) / np.maximum(peaks, 1e-9))
    held = scipy.ndimage.minimum_filter1d(needed, 289)
    bus *= scipy.ndimage.uniform_filter1d(held, 289)[:, None]
    soundfile.write(folder / "plain.wav", bus, _RATE, subtype="PCM_24")
    return {
        "wall_seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu,
    }  # fmt: skip


def arena(folder: Path) -> dict[str, float]:
    """Five tracks of one arena, composed to delivered, after one has warmed the compiler."""
    from arena_assets.domain.palette import ManaColor, Theme
    from arena_assets.domain.sequences import SEQUENCES
    from arena_assets.score.brief import ScoreBrief
    from arena_assets.score.render import render_track

    brief = ScoreBrief(
        theme=Theme.VOLCANIC_CRATER, mana_color=ManaColor.CRIMSON, difficulty=4, seed=1
    )

    def one(sequence: Any) -> None:
        render_track(
            brief, sequence.kind, folder, progress=lambda *_: None, check_cancelled=lambda: None
        )  # fmt: skip

    one(SEQUENCES[-1])
    start, cpu = time.perf_counter(), time.process_time()
    for sequence in SEQUENCES:
        one(sequence)
    return {
        "wall_seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu,
    }  # fmt: skip


_SIDES: dict[str, Callable[[Path], dict[str, float]]] = {
    "ours": ours, "plain": plain, "arena": arena
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--side", choices=list(_SIDES), help="run one side in this process")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(_SIDES[options.side](options.folder)))
        return 0
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_stems(folder, options.seconds)
        for side in _SIDES:
            command = [sys.executable, "-m", "benchmarks.bench_sound", "--side", side]
            used, said = measured([*command, "--folder", name])
            found = json.loads(said.strip().splitlines()[-1])
            rows[side] = {**found, "peak_megabytes": used["peak_megabytes"]}
    for side in ("ours", "plain"):
        rows[side]["times_real_time"] = options.seconds / rows[side]["wall_seconds"]
    for side, row in rows.items():
        print(side.ljust(8) + "  ".join(f"{key} {value:.2f}" for key, value in row.items()))
    ratio = rows["plain"]["cpu_seconds"] / rows["ours"]["cpu_seconds"]
    print(json.dumps({"seconds": options.seconds, "stems": len(_ROLES), **rows, "ratio": ratio}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
