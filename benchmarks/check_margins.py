"""What good and spoilt pictures measure, and where each threshold lies between them.

``python -m benchmarks.check_margins``; prints the table that ``docs/checks.md`` holds. With
``--measured FILE`` the good pictures are those of a survey, which left that file.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from arena_assets.domain.palette import Theme
from arena_assets.inspect import likeness as alike
from arena_assets.inspect import picture as limits
from arena_assets.inspect.picture import check_picture
from arena_assets_tests.inspect.damage import COPIES, DAMAGES, HEIGHT, WIDTH, saved, shots_of

_LIMITS: dict[str, tuple[float | None, float | None]] = {
    "mean": limits.MEAN_RANGE,
    "highlight": (limits.MIN_HIGHLIGHT, None),
    "clipped": (None, limits.MAX_CLIPPED),
    "contrast": (limits.MIN_CONTRAST, None),
    "spread": (limits.MIN_SPREAD, None),
    "entropy_bits": (limits.MIN_ENTROPY, None),
    "edge_fraction": (limits.MIN_EDGE_FRACTION, None),
    "flat": (None, limits.MAX_FLAT_SHARE),
    "sharpness": (limits.MIN_SHARPNESS, None),
    "reblur": limits.REBLUR_RANGE,
    "fine_reblur": limits.FINE_REBLUR_RANGE,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measured", type=Path, help="measured.json of a survey")
    options = parser.parse_args()
    good: list[Mapping[str, float]] = []
    bad: dict[str, list[Mapping[str, float]]] = {name: [] for name in DAMAGES}
    same: list[float] = []
    other: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)

        def measure(picture: object) -> Mapping[str, float]:
            path = saved(folder, picture)  # type: ignore[arg-type]
            return check_picture(path, width=WIDTH, height=HEIGHT)[0]  # type: ignore[return-value]

        for theme in Theme:
            marks = []
            for _, shot in shots_of(theme):
                good.append(measure(shot.rgb))
                for name, (_, spoil) in DAMAGES.items():
                    bad[name].append(measure(spoil(shot)))
                marks.append(alike.fingerprint(saved(folder, shot.rgb)))
                for copy in COPIES.values():
                    mark = alike.fingerprint(saved(folder, copy(shot.rgb)))
                    same.append(alike.likeness(marks[-1], mark))
            other += [alike.likeness(*pair) for pair in combinations(marks, 2)]
    if options.measured:
        rows = json.loads(options.measured.read_text(encoding="utf-8"))
        good = [view for row in rows for view in row["views"].values()]
    _print(good, bad)
    print(
        f"\nlikeness: views of one place {min(other):.2f}–{max(other):.2f}, "
        f"limit {alike.MAX_LIKENESS}, copies {min(same):.2f}–{max(same):.2f}"
    )


def _print(good: list[Mapping[str, float]], bad: Mapping[str, list[Mapping[str, float]]]) -> None:
    print(f"| measured | good ({len(good)}) | limit | beyond it |\n|---|---|---|---|")
    for name, (low, high) in _LIMITS.items():
        values = [each[name] for each in good]
        beyond = []
        for damage, pictures in bad.items():
            found = [each[name] for each in pictures]
            if low is not None and max(found) < low:
                beyond.append(f"{damage} ≤ {max(found):.3g}")
            elif high is not None and min(found) > high:
                beyond.append(f"{damage} ≥ {min(found):.3g}")
        limit = "–".join(f"{each:g}" for each in (low, high) if each is not None)
        sign = "" if low is not None and high is not None else "≥ " if high is None else "≤ "
        print(
            f"| {name} | {min(values):.3g}–{max(values):.3g} | {sign}{limit} | "
            f"{', '.join(beyond) or 'some of several'} |"
        )


if __name__ == "__main__":
    main()
