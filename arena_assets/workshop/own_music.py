"""People's own stems: a folder in, a mastered track with all its files and a report out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from arena_assets.errors import ContentFault, NotFound, UsageFault
from arena_assets.inspect.stems import RATE, SUFFIXES, read_stem
from arena_assets.score.automation import Clock
from arena_assets.score.composition import Part
from arena_assets.score.finish import SUFFIXES as DELIVERED
from arena_assets.score.finish import finish
from arena_assets.score.master import Glue, Target
from arena_assets.score.mix import mix_stems, role_mix
from arena_assets.score.parameters import MixParameters
from arena_assets.score.presets import PRESETS, preset
from arena_assets.score.synth.jit import FloatArray
from arena_assets.score.tournament import Rules, Tournament, hold

_AT_ONCE = 2
_MOST_STEMS = 64
_SHORT_SECONDS = 1.0
GUESSES: tuple[tuple[Part, str], ...] = (
    (Part.TIMPANI, r"timp"),
    (Part.METALS, r"cymbal|hi-?hat|\bhats?\b|ride|crash|shaker|tamb|metal|perc"),
    (Part.DRUMS, r"drum|kick|snare|\btoms?\b|beat|kit|808"),
    (Part.CHOIR, r"choir|chorus|backing|\bbv|harmon"),
    (Part.LEAD, r"lead|vocal|\bvox|voice|melody|solo|sing|violin|flute"),
    (Part.BRASS, r"brass|horn|trumpet|trombone|tuba"),
    (Part.BASS, r"bass|\bsub\b|contrabass"),
    (Part.OSTINATO, r"guitar|\bgtr|arp|ostinato|rhythm|pluck|harp|seq|riff"),
    (Part.COUNTER, r"piano|keys|counter|cello|organ|rhodes|synth"),
    (Part.PAD, r"pad|string|atmos"),
    (Part.SPARKLE, r"bell|sparkle|glock|celesta|chime"),
    (Part.EFFECTS, r"\bfx\b|sfx|effect|riser|impact|sweep"),
    (Part.TEXTURE, r"ambien|texture|noise|field|room|wind|rain"),
)
"""The role a file's name suggests, the first that fits; none of them is a counter line."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stem that was read: its name, role and file, and what was done about its length."""

    name: str
    role: Part
    file: str
    seconds: float
    rate: int
    channels: int
    kind: str
    adjusted: str


def guess_role(name: str) -> Part:
    """From a file's name without its suffix."""
    spoken = re.sub(r"[_\-.]+", " ", name.casefold())
    return next((part for part, words in GUESSES if re.search(words, spoken)), Part.COUNTER)


def mix_folder(
    folder: Path, out: Path, *, name: str, roles: Mapping[str, str], chosen: str, loops: bool,
    target: Target, rules: Rules | None, tempo: float, seed: int,
    say: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    """Mix, master and deliver the stems of a folder into ``out``; the report.

    Raises :class:`UsageFault` with every bad file and its reason, before anything is written.
    """
    if chosen not in PRESETS:
        raise UsageFault(f"There is no preset '{chosen}'", f"One of {', '.join(PRESETS)}")
    with tempfile.TemporaryDirectory(prefix="arena_mix_") as kept:
        stems, samples = _gather(folder, roles, loops, Path(kept), say)
        parts = {stem.name: stem.role for stem in stems}
        mix = preset(role_mix(parts), chosen, parts)
        clock = Clock(seconds_per_beat=60 / tempo)

        def opened() -> Iterator[tuple[str, FloatArray]]:
            for stem in stems:
                yield stem.name, np.load(Path(kept) / f"{stem.name}.npy")

        held: Tournament | None = None
        if rules is not None:
            say(f"holding a tournament of {rules.rounds} rounds")
            held = hold(
                opened, samples, mix, rules, seed=seed, loops=loops,
                clock=clock, check_cancelled=lambda: None, at_once=_AT_ONCE,
            )  # fmt: skip
            mix = held.candidates[held.winner()].parameters
        say("mixing and mastering")
        bus = mix_stems(opened(), samples, mix, seed, loops, clock, _AT_ONCE)
        out.mkdir(parents=True, exist_ok=True)
        paths = {role: out / f"{name}{suffix}" for role, suffix in DELIVERED.items()}
        measured = finish(
            bus, Glue(mix.glue_ratio, mix.glue_threshold_db), None, loops, paths, _go_on, target
        )  # fmt: skip
    return _report(stems, chosen, mix, measured, held, paths)


def _go_on() -> None:
    """Nobody cancels but with Ctrl-C."""


def _gather(
    folder: Path, roles: Mapping[str, str], loops: bool, kept: Path, say: Callable[[str], None]
) -> tuple[list[Found], int]:
    """Read and keep every stem; lengths are made one: loops are cut to the shortest, others padded
    with silence to the longest."""
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}", "Name the folder that holds the stems")
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES)
    if not files:
        raise NotFound(f"{folder} holds no sound files", "Export one file per instrument into it")
    if len(files) > _MOST_STEMS:
        raise UsageFault(f"{len(files)} stems are too many", f"Mix at most {_MOST_STEMS}")
    chosen = _chosen_roles(roles, files)
    bad: list[str] = []
    read: list[tuple[Path, str, int, Found]] = []
    for number, path in enumerate(files):
        try:
            stem = read_stem(path)
        except (ContentFault, OSError) as error:
            bad.append(error.what if isinstance(error, ContentFault) else f"{path.name}: {error}")
            continue
        key = f"{number:02d}_{re.sub(r'[^A-Za-z0-9]+', '_', path.stem).strip('_') or 'stem'}"
        role = chosen.get(path.name) or guess_role(path.stem)
        say(f"{path.name}: {role}, {stem.seconds:.2f} s, {stem.rate} Hz, {stem.kind}")
        np.save(kept / f"{key}.npy", stem.samples)
        read.append(
            (
                path, key, stem.samples.shape[1],
                Found(key, role, path.name, round(stem.seconds, 3), stem.rate, stem.channels,
                      stem.kind, ""),
            )
        )  # fmt: skip
    if bad:
        raise UsageFault(
            f"{len(bad)} of {len(files)} files cannot be mixed: " + "; ".join(bad),
            "Export them again as WAV or FLAC, mono or stereo, or take them out of the folder",
        )
    lengths = [length for *_, length, _ in read]
    samples = min(lengths) if loops else max(lengths)
    if samples < _SHORT_SECONDS * RATE:
        raise UsageFault("The music is shorter than a second", "Mix whole tracks")
    found = [_of_length(kept, key, length, samples, each) for _, key, length, each in read]
    return found, samples


def _of_length(kept: Path, key: str, length: int, samples: int, stem: Found) -> Found:
    if length == samples:
        return stem
    path = kept / f"{key}.npy"
    sound = np.load(path)
    gap = (length - samples) / RATE
    said = f"cut by {gap:.3f} s" if gap > 0 else f"padded by {-gap:.3f} s"
    np.save(path, sound[:, :samples] if gap > 0 else np.pad(sound, ((0, 0), (0, samples - length))))
    return Found(
        stem.name, stem.role, stem.file, stem.seconds, stem.rate, stem.channels, stem.kind, said
    )


def _chosen_roles(roles: Mapping[str, str], files: list[Path]) -> dict[str, Part]:
    """Roles given by people, for files by name with or without suffix."""
    chosen = {}
    for file, role in roles.items():
        matching = [path.name for path in files if file in (path.name, path.stem)]
        if not matching:
            raise UsageFault(
                f"No stem is called '{file}'", f"One of {', '.join(p.name for p in files)}"
            )
        if role not in list(Part):
            raise UsageFault(f"'{role}' is no role", f"One of {', '.join(Part)}")
        chosen[matching[0]] = Part(role)
    return chosen


def _report(
    stems: list[Found], chosen: str, mix: MixParameters, measured: Mapping[str, Any],
    held: Tournament | None, paths: Mapping[str, Path],
) -> dict[str, Any]:  # fmt: skip
    return {
        "stems": [
            {
                "file": s.file, "role": s.role.value, "seconds": s.seconds, "rate": s.rate,
                "channels": s.channels, "format": s.kind, "length": s.adjusted or "as it is",
            }
            for s in stems
        ],
        "preset": chosen,
        "parameters": mix.model_dump(mode="json"),
        "measurements": dict(measured),
        "tournament": None if held is None else held.model_dump(mode="json"),
        "files": {role: str(path) for role, path in paths.items()},
    }  # fmt: skip
