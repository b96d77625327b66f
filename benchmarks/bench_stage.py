"""Time, CPU and memory of the embedded stage: the build, each view, and a set of twelve.

``python -m benchmarks.bench_stage --theme ancient_temple``; the last line printed is one JSON
object. Every side runs in a fresh process, once small to compile and once for the figures: built,
shot from all twelve views, each picture written as a fast PNG.

The baseline is the scene prototype at its own two samples per pixel when its folder is given
(``--prototype`` or ``ARENA_BENCH_PROTOTYPE``); it is no part of this repository. Otherwise it is
our own ``master`` quality, and named so. The prototype's views have the same names and lights, not
the same geometry.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.views import VIEWS
from arena_assets.scene.model import Centrepiece, Feature, StageSpec
from arena_assets.scene.stage import Quality, prepare
from benchmarks.usage import measured

_VARIABLE = "ARENA_BENCH_PROTOTYPE"
_SAMPLES = 2
_TINY = (320, 180)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--theme", type=Theme, default=Theme.ANCIENT_TEMPLE)
    parser.add_argument("--width", type=int, default=1792, help="of a 16:9 picture, in pixels")
    parser.add_argument("--prototype", type=Path, default=os.environ.get(_VARIABLE))
    parser.add_argument("--side", choices=("draft", "standard", "master"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = (options.width, options.width * 9 // 16)
    if options.side:
        print(json.dumps(_shoot_all(options.theme, options.side, *size, options.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sides = {}
        for quality in ("standard", "draft"):
            sides[quality] = _ours(options.theme, quality, size, folder)
            print(quality, sides[quality], flush=True)
        if options.prototype:
            title = f"prototype, {_SAMPLES} samples per pixel"
            baseline = _prototype(options.theme, options.prototype, size, folder)
        else:
            title = "our master quality"
            baseline = _ours(options.theme, "master", size, folder)
        print(title, baseline, flush=True)
    standard = sides["standard"]
    ratios = {
        f"{quantity}_ratio": round(baseline[quantity] / standard[quantity], 2)
        for quantity in ("view_median", "build", "set_of_twelve", "cpu_seconds", "peak_megabytes")
    }
    draft = {
        f"draft_{quantity}_ratio": round(standard[quantity] / sides["draft"][quantity], 2)
        for quantity in ("view_median", "shot_median", "shot_cpu_median")
    }
    about = {"theme": options.theme.value, "width": size[0], "height": size[1]}
    told = {"baseline": title, **ratios, **draft}
    print(json.dumps({**about, **told, **sides, "baseline_figures": baseline}))


def _summary(build: float, views: list[float], usage: dict[str, float]) -> dict[str, float]:
    """Seconds, but for the peak; ``wall_seconds`` is the whole process with its start,
    ``…_cpu_median`` of all cores together, which holds when the machine is shared. A *view* is
    rendered and written; a *shot* is the rendering alone, by which qualities are compared."""
    return {
        "build": round(build, 2),
        "view_median": round(statistics.median(views), 2),
        "view_max": round(max(views), 2),
        "set_of_twelve": round(build + sum(views), 2),
        **usage,
    }


def _ours(theme: Theme, quality: str, size: tuple[int, int], folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.bench_stage", "--theme", theme.value]
    command += ["--side", quality, "--folder", str(folder), "--width"]
    measured([*command, str(_TINY[0])])
    usage, text = measured([*command, str(size[0])])
    told = json.loads(text.splitlines()[-1])
    more = {
        "view_cpu_median": round(statistics.median(told["views_cpu"]), 2),
        "shot_median": round(statistics.median(told["shots"]), 3),
        "shot_cpu_median": round(statistics.median(told["shots_cpu"]), 3),
    }
    return _summary(told["build"], told["views"], more | usage)


def _shoot_all(
    theme: Theme, quality: Quality, width: int, height: int, folder: Path
) -> dict[str, Any]:
    from PIL import Image

    spec = StageSpec(
        theme=theme,
        mana_color=ManaColor.AZURE,
        seed=7,
        centrepiece=Centrepiece.CRYSTAL,
        features=(Feature.RUNES, Feature.RUBBLE),
        decay=0.4,
        grandeur=0.6,
    )
    start = time.perf_counter()
    stage = prepare(spec, quality=quality)
    build = time.perf_counter() - start
    views, views_cpu, shots, shots_cpu = [], [], [], []
    for view in VIEWS:
        start, used = time.perf_counter(), time.process_time()
        shot = stage.shoot(view, width=width, height=height, quality=quality)
        shots.append(time.perf_counter() - start)
        shots_cpu.append(time.process_time() - used)
        picture = folder / f"{quality}_{view.number}.png"
        Image.fromarray(shot.rgb).save(picture, compress_level=1)
        views.append(time.perf_counter() - start)
        views_cpu.append(time.process_time() - used)
    return {
        "build": build,
        "views": views,
        "views_cpu": views_cpu,
        "shots": shots,
        "shots_cpu": shots_cpu,
    }


def _prototype(theme: Theme, source: Path, size: tuple[int, int], folder: Path) -> dict[str, float]:
    """The prototype's own figures, as it prints them. ``ValueError`` when it prints others."""
    place = folder / "prototype"
    place.mkdir()
    for script in source.glob("*.py"):
        shutil.copy(script, place)
    command = [sys.executable, "run2.py", theme.value, ManaColor.AZURE.value]
    tiny, full = (list(map(str, each)) for each in (_TINY, size))
    measured([*command, "wide_aerial", str(_SAMPLES), *tiny], place)
    usage, text = measured([*command, "all", str(_SAMPLES), *full], place)
    built = re.search(r"build ([\d.]+) bake ([\d.]+)", text)
    views = [float(seconds) for seconds in re.findall(r"TOTAL ([\d.]+)", text)]
    if built is None or len(views) != len(VIEWS):
        raise ValueError(f"The prototype printed no figures for its {len(VIEWS)} views:\n{text}")
    return _summary(float(built[1]) + float(built[2]), views, usage)


if __name__ == "__main__":
    main()
