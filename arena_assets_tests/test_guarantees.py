"""The page of guarantees says no more than its run: what did not run, fell short or failed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.guarantee_rows import ATTACKS, ROWS, SELECTED, Need, Row
from benchmarks.guarantees import Run, page, verdict

ROW = Row(ATTACKS, "Paths", (Need("paths refused", 200), Need("tests", 2, "t/test_doors.py")))
_DOORS = ["t/test_doors.py::test_one", "t/test_doors.py::test_two"]


def _run(folder: Path, many: int, passed: list[str], failed: list[str]) -> Run:
    found = {
        "counts": {"paths refused": many} if many else {},
        "tests": {"paths refused": ["t/test_paths.py"]} if many else {},
        "passed": passed,
        "failed": failed,
        "skipped": [],
    }
    file = folder / "counts.json"
    file.write_text(json.dumps(found))
    return Run.read([file])


@pytest.mark.parametrize(
    ("many", "passed", "failed", "told"),
    [
        (200, _DOORS, [], "met"),
        (199, _DOORS, [], "missed"),
        (200, _DOORS[:1], [], "missed"),
        (0, _DOORS, [], "missed"),
        (0, [], [], "did not run"),
        (900, _DOORS, ["t/test_paths.py::test_other"], "missed"),
        (900, _DOORS, ["t/test_elsewhere.py::test_other"], "met"),
    ],
)
def test_a_row_is_met_by_its_counts_alone(
    tmp_path: Path, many: int, passed: list[str], failed: list[str], told: str
) -> None:
    assert verdict(_run(tmp_path, many, passed, failed), ROW) == told


def test_runs_add_up_and_no_test_counts_twice(tmp_path: Path) -> None:
    _run(tmp_path, 150, _DOORS[:1], [])
    first = (tmp_path / "counts.json").rename(tmp_path / "first.json")
    _run(tmp_path, 50, _DOORS[1:], [])
    assert verdict(Run.read([first, tmp_path / "counts.json"]), ROW) == "met"
    with pytest.raises(SystemExit, match="counted twice"):
        Run.read([first, first])


def test_a_page_without_a_run_claims_nothing() -> None:
    text = page(Run(), datetime(2026, 1, 2, tzinfo=UTC))
    assert text.count("**did not run**") == len(ROWS)
    assert "**met**" not in text


def test_every_row_names_tests_that_are_selected() -> None:
    here = Path(__file__).parent
    assert all((here / each).exists() for each in SELECTED)
    for row in ROWS:
        for need in row.needs:
            chosen = need.tests.partition("::")[0].removeprefix("arena_assets_tests/")
            assert not chosen or chosen in SELECTED
    files = [path for path in here.rglob("test_*.py") if path != Path(__file__)]
    sources = "".join(path.read_text() for path in files)
    names = [need.what for row in ROWS for need in row.needs if not need.tests]
    known = sources.replace("{provider}", "claude")
    missing = [name for name in names if f'"{name}"' not in known]
    assert missing == ["points of a call to elevenlabs", "points of a call to comfyui"]
