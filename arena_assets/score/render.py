"""A track from its brief: compose, play, mix, master, deliver, measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arena_assets.domain.manifest import Measurement
from arena_assets.domain.sequences import TRUE_PEAK_CEILING_DBTP, SequenceKind
from arena_assets.score import deliver
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composer import compose
from arena_assets.score.composition import Composition
from arena_assets.score.loudness import loudness, spectral_balance, true_peak
from arena_assets.score.master import CEILING_DBTP, master
from arena_assets.score.mix import MixParameters, mix_stems, starting_mix
from arena_assets.score.perform import Quality, Stem, play
from arena_assets.score.synth.jit import RATE, FloatArray

_SUFFIXES = {
    "wav": ".wav",
    "ogg": ".ogg",
    "mp3": ".mp3",
    "midi": ".mid",
    "stems": "_stems.zip",
    "waveform": "_waveform.json",
}
_MARGIN_DB = 0.1
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class TrackFiles:
    """A delivered track.

    ``files`` by role: ``wav`` (48 kHz, 24 bits), ``ogg``, ``mp3``, ``midi``, ``stems`` (a ZIP of
    FLACs that add up to the mix before mastering, 6 dB down) and ``waveform``.
    """

    files: Mapping[str, Path]
    measurements: Mapping[str, Measurement]


def render_track(
    brief: ScoreBrief,
    kind: SequenceKind,
    out_dir: Path,
    *,
    quality: Quality = "standard",
    progress: Callable[[float, str], None],
    check_cancelled: Callable[[], None],
    mix: MixParameters | None = None,
) -> TrackFiles:
    """Make one track of a brief in ``out_dir`` (created if missing).

    Equal arguments give equal bytes. Raises what ``check_cancelled`` raises, within a fraction of a
    second of it being asked for.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    paths = {role: out_dir / f"{kind}{suffix}" for role, suffix in _SUFFIXES.items()}
    progress(0.0, "composing")
    score = compose(brief, kind)
    parameters = mix or starting_mix(score)
    with deliver.StemArchive(paths["stems"]) as archive:
        stems = _reported(play(score, brief.seed, quality, check_cancelled), score, progress)
        samples = score.seconds * RATE
        bus = mix_stems(stems, samples, parameters, brief.seed, score.loops, archive.add)
    progress(0.7, "mastering")
    track, peak = _master_and_encode(bus, parameters, score, paths, check_cancelled)
    paths["midi"].write_bytes(score.to_midi())
    deliver.write_waveform(paths["waveform"], track)
    progress(1.0, "done")
    return TrackFiles(paths, _measure(score, track, peak))


def _reported(
    stems: Iterable[Stem], score: Composition, progress: Callable[[float, str], None]
) -> Iterator[Stem]:
    """The stems as they are played, with a word about each."""
    for done, (part, stem) in enumerate(stems, start=1):
        progress(min(0.68, 0.03 + 0.62 * done / (len(score.parts) + 1)), f"played {part.value}")
        yield part, stem


def _master_and_encode(
    bus: FloatArray, mix: MixParameters, score: Composition, paths: Mapping[str, Path],
    check_cancelled: Callable[[], None],
) -> tuple[FloatArray, float]:  # fmt: skip
    """Master, write the three encodings, and do it again lower when a decoded one peaks too high.

    Returns the track and the highest true peak over all three files, in dBTP.
    """
    ceiling = CEILING_DBTP
    for _ in range(_ATTEMPTS):
        track = master(bus.copy(), mix, score.kind, score.loops, check_cancelled, ceiling)
        deliver.write_wav(paths["wav"], track)
        check_cancelled()
        deliver.write_ogg(paths["ogg"], track)
        check_cancelled()
        deliver.write_mp3(paths["mp3"], track, score.loops)
        peak = true_peak(track)
        for role in ("ogg", "mp3"):
            check_cancelled()
            peak = max(peak, true_peak(deliver.read_back(paths[role])))
        if peak <= TRUE_PEAK_CEILING_DBTP - _MARGIN_DB / 2:
            break
        ceiling -= peak - TRUE_PEAK_CEILING_DBTP + _MARGIN_DB
    return track, peak


def _measure(score: Composition, track: FloatArray, peak: float) -> dict[str, Measurement]:
    balance = spectral_balance(track)
    return {
        "seconds": track.shape[1] / RATE,
        "lufs": round(loudness(track), 2),
        "true_peak_dbtp": round(peak, 2),
        "loop_seam": round(seam(track), 2) if score.loops else None,
        "brightness": round(balance.high + balance.air, 4),
        "low_share": round(balance.low, 4),
        "mid_share": round(balance.mid, 4),
        "high_share": round(balance.high, 4),
        "air_share": round(balance.air, 4),
        "tempo_bpm": round(score.tempo_bpm, 2),
        "bars": score.bars,
        "key": score.key,
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
