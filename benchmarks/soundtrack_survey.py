"""Five tracks of many random arenas: are they exact, in key, bright enough, and each its own?

``python -m benchmarks.soundtrack_survey --arenas 36``; prints a table and one JSON object last.
Ends with 1 when any track fails a check of its own. ``--sheet FILE`` draws the spectrograms of
twelve arenas. Loudness, peaks, length, seams and silence are measured by ``inspect/sound.py``;
key, tempo and colour from the finished audio, beside what the score claims; the motif in the score.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import combinations, repeat
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.inspect.sound import check_track, read_sound
from arena_assets.score.brief import MOODS, ScoreBrief
from arena_assets.score.composer import compose_all
from arena_assets.score.composition import Part
from arena_assets.score.motif import find_motif
from arena_assets.score.pictures import spectrogram_picture
from arena_assets.score.render import render_track
from benchmarks.sound_features import Vector, described, features

_TILE = (196, 74)
_KINDS = [sequence.slot for sequence in SEQUENCES]
_LENGTHS = {sequence.slot: sequence.seconds for sequence in SEQUENCES}


@dataclass(frozen=True, slots=True)
class Heard:
    """One arena: facts by track, what failed, features of tracks and of both halves of main."""

    arena: int
    name: str
    cpu: float
    motifs: int
    facts: dict[str, dict[str, float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    vectors: dict[str, Vector] = field(default_factory=dict)

    def kept(self) -> str:
        """One line of JSON, to go on from."""
        vectors = {name: vector.tolist() for name, vector in self.vectors.items()}
        return json.dumps({**asdict(self), "vectors": vectors})

    @classmethod
    def of(cls, line: str) -> Heard:
        found = json.loads(line)
        found["vectors"] = {name: np.array(each) for name, each in found["vectors"].items()}
        return cls(**found)


def random_brief(arena: int, seed: int) -> ScoreBrief:
    """Themes and colours come round evenly; the rest is drawn."""
    rng = random.Random(f"{seed}/{arena}")  # noqa: S311 - nothing secret
    themes, colors = list(Theme), list(ManaColor)
    return ScoreBrief(
        theme=themes[arena % len(themes)],
        mana_color=colors[(arena + arena // len(themes)) % len(colors)],
        difficulty=rng.randint(1, 5),
        moods=tuple(rng.sample(list(MOODS), rng.randrange(4))),
        seed=rng.getrandbits(62),
    )


def listen(arena: int, seed: int, folder: Path) -> Heard:
    """Make one arena's tracks and measure them."""
    began = time.process_time()
    brief = random_brief(arena, seed)
    made = {}
    for sequence in SEQUENCES:
        made[sequence.slot] = render_track(
            brief, sequence.kind, folder / str(arena),
            progress=lambda *_: None, check_cancelled=lambda: None,
        )  # fmt: skip
    cpu = time.process_time() - began
    scores = compose_all(brief).values()
    motifs = sum(bool(find_motif(s.motif, s.parts[Part.LEAD], s.mode, s.tonic)) for s in scores)
    found = Heard(arena, f"{brief.theme} · {brief.mana_color}", cpu, motifs)
    for sequence in SEQUENCES:
        files = made[sequence.slot].files
        facts = dict(made[sequence.slot].measurements)
        for role in ("wav", "ogg", "opus", "mp3"):
            measured, findings = check_track(files[role], sequence)
            said = [f"{sequence.slot} {role}: {f.said}" for f in findings if not f.passed]
            found.failed.extend(said)
            if role == "wav":
                facts |= measured
        track = np.ascontiguousarray(read_sound(files["wav"])[0].T)
        found.facts[sequence.slot] = {
            **{key: float(value) for key, value in facts.items() if isinstance(value, int | float)},
            **described(track, facts),
        }
        found.vectors[sequence.slot] = features(track)
        if sequence.slot in ("main", "ambient"):
            half = track.shape[1] // 2
            found.vectors[f"{sequence.slot} a"] = features(track[:, :half])
            found.vectors[f"{sequence.slot} b"] = features(track[:, half:])
        if arena < len(Theme):
            folder_of_tiles = folder / "tiles"
            folder_of_tiles.mkdir(exist_ok=True)
            picture = spectrogram_picture(track, *_TILE)
            picture.save(folder_of_tiles / f"{arena}_{sequence.slot}.png")
        for path in files.values():
            path.unlink()
    return found


def distances(heard: list[Heard]) -> dict[str, float]:
    """How far arenas lie apart, every number of a feature in units of its spread over arenas."""
    stacked = {kind: np.stack([each.vectors[kind] for each in heard]) for kind in heard[0].vectors}
    scale = stacked["main"].std(axis=0) + 1e-6
    whole = stacked["main"] / scale
    between = [float(np.linalg.norm(a - b)) for a, b in combinations(whole, 2)]
    halves = (stacked["main a"] - stacked["main b"]) / scale
    tracks = [
        float(np.linalg.norm((each.vectors[a] - each.vectors[b]) / scale))
        for each in heard
        for a, b in combinations(_KINDS, 2)
    ]
    found = {
        "between_arenas_median": float(np.median(between)),
        "between_arenas_least": min(between),
        "within_main_median": float(np.median(np.linalg.norm(halves, axis=1))),
        "between_tracks_median": float(np.median(tracks)),
    }
    for kind in ("main", "ambient"):
        first, second = stacked[f"{kind} a"] / scale, stacked[f"{kind} b"] / scale
        table = np.linalg.norm(first[:, None] - second[None], axis=2)
        own = float((table.argmin(axis=1) == np.arange(len(heard))).mean())
        found[f"{kind}_halves_find_each_other"] = own
    return found


def survey(arenas: int, seed: int, processes: int, folder: Path) -> list[Heard]:
    """Every arena's measurements; what the folder keeps of an earlier run of the same code is
    taken as it is."""
    kept = folder / f"heard_{seed}_{_version()}.jsonl"
    lines = kept.read_text().splitlines() if kept.exists() else []
    found = {each.arena: each for each in map(Heard.of, lines) if each.arena < arenas}
    left = [arena for arena in range(arenas) if arena not in found]
    with ProcessPoolExecutor(processes) as pool, kept.open("a") as file:
        for each in pool.map(listen, left, repeat(seed), repeat(folder)):
            found[each.arena] = each
            print(each.kept(), file=file, flush=True)
            said = "; ".join(each.failed) or "all checks passed"
            print(f"{each.arena:3} {each.name}: {said}", file=sys.stderr, flush=True)
    return [found[arena] for arena in sorted(found)]


def _version() -> str:
    """Of all code that makes or measures sound."""
    found = hashlib.sha256()
    root = Path(__file__).parents[1]
    folders = ("arena_assets/score", "arena_assets/inspect", "benchmarks")
    for path in sorted(path for each in folders for path in (root / each).rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def sheet(heard: list[Heard], tiles: Path, path: Path) -> None:
    """Twelve arenas down, five tracks across: 30 Hz to 20 kHz, each as wide as the others."""
    width, height = _TILE
    rows = [each for each in heard if each.arena < len(Theme)]
    canvas = Image.new("RGB", (len(_KINDS) * (width + 6) + 6, len(rows) * (height + 18) + 22))
    draw = ImageDraw.Draw(canvas)
    for column, kind in enumerate(_KINDS):
        draw.text((6 + column * (width + 6), 4), f"{kind}, {_LENGTHS[kind]} s", (220, 224, 240))
    for row, each in enumerate(rows):
        top = 20 + row * (height + 18)
        draw.text((6, top), each.name.replace("_", " ").replace("·", "/"), (170, 178, 205))
        for column, kind in enumerate(_KINDS):
            with Image.open(tiles / f"{each.arena}_{kind}.png") as tile:
                canvas.paste(tile, (6 + column * (width + 6), top + 13))
    canvas.save(path)


def table(heard: list[Heard]) -> dict[str, dict[str, float]]:
    """By track: the worst and the middle of each measurement."""
    found = {}
    for kind in _KINDS:
        facts = [each.facts[kind] for each in heard]

        def of(name: str, facts: list[dict[str, float]] = facts) -> list[float]:
            return [each[name] for each in facts if name in each]

        found[kind] = {
            "lufs_error": max(abs(value + 16) for value in of("lufs")),
            "true_peak": max(of("true_peak_dbtp")),
            "length_error_ms": 1000 * max(abs(v - _LENGTHS[kind]) for v in of("seconds")),
            "seam": max(of("seam_click"), default=0.0),
            "silence_s": max(of("silent_seconds")),
            **{n: float(np.median(of(n))) for n in ("above_1k", "above_2k", "above_4k")},
            "least_above_2k": min(of("above_2k")),
            "target_db": float(np.median(of("target_distance_db"))),
            "in_key": float(np.median(of("in_key"))),
            "tonic_heard": float(np.mean(of("tonic_heard"))),
            "tempo_fit": float(np.median(of("tempo_fit"))),
            "attacks": float(np.median(of("attacks_per_second"))),
        }
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arenas", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--keep", type=Path, help="folder of results, to go on from when stopped")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        heard = survey(options.arenas, options.seed, options.processes, folder)
        if options.sheet:
            options.sheet.parent.mkdir(parents=True, exist_ok=True)
            sheet(heard, folder / "tiles", options.sheet)
    rows = table(heard)
    names = list(rows["main"])
    print("measure".ljust(18) + "".join(kind.rjust(10) for kind in _KINDS))
    for name in names:
        print(name.ljust(18) + "".join(f"{rows[kind][name]:10.3f}" for kind in _KINDS))
    apart = distances(heard)
    for name, value in apart.items():
        print(f"{name.ljust(32)}{value:8.3f}")
    failed = [f"{each.name} {what}" for each in heard for what in each.failed]
    motifs = sum(each.motifs for each in heard)
    print(f"motif stated in {motifs} of {5 * len(heard)} tracks; {len(failed)} checks failed")
    print("\n".join(failed))
    cpu = sum(each.cpu for each in heard) / len(heard)
    result = {
        "arenas": len(heard), "failed_checks": len(failed), "motifs": motifs,
        "cpu_seconds_per_arena": round(cpu, 1), "tracks": rows, "distances": apart,
    }  # fmt: skip
    print(json.dumps(result))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
