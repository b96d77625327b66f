"""A track from its brief: compose, play, mix, master, deliver, measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from arena_assets.domain.manifest import Measurement
from arena_assets.domain.sequences import Sequence, SequenceKind
from arena_assets.score import deliver
from arena_assets.score.automation import Clock
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composer import compose
from arena_assets.score.composition import Composition
from arena_assets.score.finish import SUFFIXES, finish
from arena_assets.score.master import DELIVERED, Glue, Target
from arena_assets.score.mix import mix_stems, starting_mix
from arena_assets.score.parameters import NO_SEND_DB, MixParameters, StemMix
from arena_assets.score.perform import Quality, Stem, play
from arena_assets.score.synth.jit import RATE, FloatArray

_SUFFIXES = {**SUFFIXES, "midi": ".mid", "stems": "_stems.zip", "mix": "_mix.json"}


class MixSheet(BaseModel):
    """All that turns the stems of a track into its mix: facts of the piece, and the parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SequenceKind
    seconds: int
    loops: bool
    seed: int
    tempo_bpm: float
    beats_per_bar: int = 4
    facts: dict[str, Measurement]
    parameters: MixParameters

    @property
    def clock(self) -> Clock:
        return Clock(seconds_per_beat=60.0 / self.tempo_bpm, beats_per_bar=self.beats_per_bar)


@dataclass(frozen=True, slots=True)
class TrackFiles:
    """A delivered track.

    ``files`` by role: those of :data:`~arena_assets.score.finish.SUFFIXES`; ``midi``; ``stems``, a
    ZIP of FLACs as they were played; and ``mix``, the :class:`MixSheet` that makes one of the
    other.
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
    target: Target = DELIVERED,
) -> TrackFiles:
    """Make one track of a brief in ``out_dir`` (created if missing).

    Equal arguments give equal bytes. Raises what ``check_cancelled`` raises, within a fraction of a
    second of it being asked for.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    paths = {role: out_dir / f"{kind}{suffix}" for role, suffix in _SUFFIXES.items()}
    progress(0.0, "composing")
    score = compose(brief, kind)
    sheet = sheet_for(score, brief, mix)
    with deliver.StemArchive(paths["stems"]) as archive:
        played = _reported(play(score, brief.seed, quality, check_cancelled), score, progress)
        stems = ((part.value, archive.add(part.value, stem)) for part, stem in played)
        bus = mixed(stems, sheet)
    paths["midi"].write_bytes(score.to_midi())
    return _finished(bus, sheet, paths, progress, check_cancelled, target)


def sheet_for(score: Composition, brief: ScoreBrief, mix: MixParameters | None = None) -> MixSheet:
    """The sheet of a piece's first mix, by the theme's preset unless another mix is given."""
    return MixSheet(
        kind=score.kind,
        seconds=score.seconds,
        loops=score.loops,
        seed=brief.seed,
        tempo_bpm=score.tempo_bpm,
        beats_per_bar=score.beats_per_bar,
        facts={"tempo_bpm": round(score.tempo_bpm, 2), "bars": score.bars, "key": score.key},
        parameters=mix or starting_mix(score, brief.theme),
    )


def remix_track(
    stems: Path,
    sheet: MixSheet,
    out_dir: Path,
    *,
    progress: Callable[[float, str], None],
    check_cancelled: Callable[[], None],
    target: Target = DELIVERED,
) -> TrackFiles:
    """The same track from the stems that were kept, by other parameters: nothing is played again.

    With the parameters of the first mix, its very bytes. ``midi`` and ``stems`` are not among the
    files.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    own = {role: suffix for role, suffix in _SUFFIXES.items() if role not in ("midi", "stems")}
    paths = {role: out_dir / f"{sheet.kind}{suffix}" for role, suffix in own.items()}
    progress(0.0, "mixing")
    bus = mixed(_watched(deliver.read_stems(stems), check_cancelled), sheet)
    return _finished(bus, sheet, paths, progress, check_cancelled, target)


def whole_sheet(sequence: Sequence, seed: int) -> MixSheet:
    """The sheet of a track that came in one piece, as the stem ``mix``, and is left as it is."""
    alone = StemMix(low_cut_hz=20, send_db=NO_SEND_DB)
    return MixSheet(
        kind=sequence.kind,
        seconds=sequence.seconds,
        loops=sequence.loops,
        seed=seed,
        tempo_bpm=120.0,
        facts={},
        parameters=MixParameters(stems={"mix": alone}, glue_ratio=1.0),
    )


def mixed(stems: Iterable[tuple[str, FloatArray]], sheet: MixSheet) -> FloatArray:
    """The bus (2, n) of a sheet's stems."""
    samples = sheet.seconds * RATE
    return mix_stems(stems, samples, sheet.parameters, sheet.seed, sheet.loops, sheet.clock)


def _finished(
    bus: FloatArray, sheet: MixSheet, paths: Mapping[str, Path],
    progress: Callable[[float, str], None], check_cancelled: Callable[[], None], target: Target,
) -> TrackFiles:  # fmt: skip
    progress(0.7, "mastering")
    glue = Glue(sheet.parameters.glue_ratio, sheet.parameters.glue_threshold_db)
    measured = finish(bus, glue, sheet.kind, sheet.loops, paths, check_cancelled, target)
    paths["mix"].write_text(sheet.model_dump_json(indent=1), encoding="utf-8")
    progress(1.0, "done")
    return TrackFiles(paths, {**measured, **sheet.facts})


def _watched(
    stems: Iterable[tuple[str, FloatArray]], check_cancelled: Callable[[], None]
) -> Iterator[tuple[str, FloatArray]]:
    for stem in stems:
        check_cancelled()
        yield stem


def _reported(
    stems: Iterable[Stem], score: Composition, progress: Callable[[float, str], None]
) -> Iterator[Stem]:
    """The stems as they are played, with a word about each."""
    for done, (part, stem) in enumerate(stems, start=1):
        progress(min(0.68, 0.03 + 0.62 * done / (len(score.parts) + 1)), f"played {part.value}")
        yield part, stem
