"""A track from its brief: compose, play, mix, master, deliver, measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from arena_assets.domain.manifest import Measurement
from arena_assets.domain.sequences import SequenceKind
from arena_assets.score import deliver
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composer import compose
from arena_assets.score.composition import Composition
from arena_assets.score.finish import SUFFIXES, finish
from arena_assets.score.master import Glue
from arena_assets.score.mix import MixParameters, mix_stems, starting_mix
from arena_assets.score.perform import Quality, Stem, play
from arena_assets.score.synth.jit import RATE

_SUFFIXES = {**SUFFIXES, "midi": ".mid", "stems": "_stems.zip"}


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
    glue = Glue(parameters.glue_ratio, parameters.glue_threshold_db)
    measured = finish(bus, glue, score.kind, score.loops, paths, check_cancelled)
    paths["midi"].write_bytes(score.to_midi())
    progress(1.0, "done")
    measured |= {"tempo_bpm": round(score.tempo_bpm, 2), "bars": score.bars, "key": score.key}
    return TrackFiles(paths, measured)


def _reported(
    stems: Iterable[Stem], score: Composition, progress: Callable[[float, str], None]
) -> Iterator[Stem]:
    """The stems as they are played, with a word about each."""
    for done, (part, stem) in enumerate(stems, start=1):
        progress(min(0.68, 0.03 + 0.62 * done / (len(score.parts) + 1)), f"played {part.value}")
        yield part, stem
