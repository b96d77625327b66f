"""How often a picture of a random place fails a check: themes, colours, seeds, the twelve views.

``python -m benchmarks.stage_survey --scenes 200``; prints a table, what failed, and one JSON object
last. Ends with 1 when any picture fails. With ``--keep FOLDER`` the pictures and what was measured
stay, to be looked at. Every plan is random, with any centrepiece in any theme, so the places are
stranger than those that lore asks for.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from PIL import Image

from arena_assets.domain.manifest import Finding
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.views import VIEWS, View
from arena_assets.inspect.framing import check_framing
from arena_assets.inspect.likeness import check_distinct, fingerprint
from arena_assets.inspect.picture import check_picture
from arena_assets.scene.model import Centrepiece, Feature, StageSpec
from arena_assets.scene.stage import prepare

PROCESSES = 2
_WHOLE = 11


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found about one scene: per view the measurements, and what failed in words."""

    scene: int
    spec: dict[str, Any]
    seconds: float
    measured: dict[str, dict[str, Any]] = field(default_factory=dict)
    checks: dict[str, list[Finding]] = field(default_factory=dict)


def random_spec(scene: int, seed: int) -> StageSpec:
    """A plan of which everything is drawn; themes and colours come round evenly."""
    rng = random.Random(f"{seed}/{scene}")  # noqa: S311 - nothing secret
    themes, colors = list(Theme), list(ManaColor)
    return StageSpec(
        theme=themes[scene % len(themes)],
        mana_color=colors[(scene + scene // len(themes)) % len(colors)],
        seed=rng.getrandbits(62),
        centrepiece=rng.choice(list(Centrepiece)),
        features=tuple(rng.sample(list(Feature), rng.randrange(4))),
        decay=round(rng.random(), 3),
        grandeur=round(rng.random(), 3),
    )


def look(scene: int, seed: int, width: int, count: int, folder: Path) -> Looked:
    """Build one scene, shoot ``count`` of its views in turn, and check each and all of them.

    Every eleventh scene shows all twelve.
    """
    _one_core_each()
    began = time.process_time()
    spec = random_spec(scene, seed)
    place = prepare(spec, quality="draft")
    height = width * 9 // 16
    found = Looked(scene, spec.model_dump(mode="json"), 0.0)
    marks: dict[str, str] = {}
    for view in _turn(scene, count if scene % _WHOLE else len(VIEWS)):
        path = folder / f"{scene:04d}_{view.slot}.png"
        shot = place.shoot(view, width=width, height=height, quality="standard")
        Image.fromarray(shot.rgb).save(path, compress_level=1)
        measured, findings = check_picture(path, width=width, height=height)
        marks[view.slot] = fingerprint(path)
        found.measured[view.slot] = {**measured, **shot.coverage, **asdict(shot.camera)}
        found.checks[view.slot] = [*findings, *check_framing(view.kind, shot.coverage)]
    found.checks["all views"] = list(check_distinct(marks))
    return Looked(scene, found.spec, time.process_time() - began, found.measured, found.checks)


def _turn(scene: int, count: int) -> Iterator[View]:
    """``count`` views, starting further on with every scene of a theme, so that all come round."""
    start = scene * count + scene // len(Theme)
    for step in range(count):
        yield VIEWS[(start + step) % len(VIEWS)]


def _one_core_each() -> None:
    """A render takes all cores it may use: give each process of the pool one."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) > 1:
            os.sched_setaffinity(0, {cores[_place_in_pool() % len(cores)]})


def _place_in_pool() -> int:
    return multiprocessing.current_process()._identity[0] - 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=200)
    parser.add_argument("--views", type=int, default=3, help="of a scene, in turn")
    parser.add_argument("--width", type=int, default=320, help="of a 16:9 picture, in pixels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to leave the pictures")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(PROCESSES) as pool:
            looked = []
            for each in pool.map(
                look,
                range(options.scenes),
                repeat(options.seed),
                repeat(options.width),
                repeat(options.views),
                repeat(folder),
            ):
                looked.append(each)
                _tell(each, len(looked))
        if options.keep:
            rows = [
                {"scene": each.scene, "spec": each.spec, "views": each.measured} for each in looked
            ]
            (folder / "measured.json").write_text(json.dumps(rows), encoding="utf-8")
    summary = _report(looked)
    summary["wall_seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(summary))
    return 1 if summary["failed_scenes"] else 0


def _tell(each: Looked, count: int) -> None:
    """Print what failed in a scene, and now and then how far the work is."""
    for where, findings in each.checks.items():
        for finding in findings:
            if not finding.passed:
                place = f"{each.scene:4d} {each.spec['theme']} {where}"
                print(f"{place}: {finding.check}: {finding.said}", flush=True)
    if count % 20 == 0:
        print(f"{count} scenes", file=sys.stderr, flush=True)


def _report(looked: list[Looked]) -> dict[str, Any]:
    """Print the table; what the last line says."""
    asked: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    bad_scenes = set()
    for each in looked:
        for finding in itertools.chain.from_iterable(each.checks.values()):
            asked[finding.check] += 1
            failed[finding.check] += not finding.passed
            if not finding.passed:
                bad_scenes.add(each.scene)
    print(f"{'check':<22}{'asked':>8}{'failed':>8}{'rate':>9}")
    for check, count in asked.items():
        print(f"{check:<22}{count:>8}{failed[check]:>8}{failed[check] / count:>9.2%}")
    return {
        "scenes": len(looked),
        "pictures": sum(len(each.measured) for each in looked),
        "failed_scenes": len(bad_scenes),
        "failure_rate": {check: failed[check] / count for check, count in asked.items()},
        "cpu_seconds": round(sum(each.seconds for each in looked), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
