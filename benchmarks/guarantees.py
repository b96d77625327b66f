"""``make guarantees``: run the tests behind each promise and write what they counted.

docs/guarantees.md is made of the run alone: a row whose tests did not run says so, and one that
misses its target makes this program fail. ``--counts FILE…`` writes the page from files that
earlier runs of pytest wrote with ``--counts=FILE``, so that long runs can be split.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.guarantee_rows import ATTACKS, FAULTS, ROWS, SELECTED, Need, Row

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guarantees.md"
_TESTS = "arena_assets_tests"
_MARKS = "not (browser or postgres or comfyui or node or heavy)"
_HEAD = """\
# What is promised, and what a run counted

`make guarantees` runs the tests named here and writes this page; no number on it is typed by hand.
Other promises have targets of their own: `make test-heavy` (killed workers, servers and whole
arenas), `make test-postgres`, `make test-browser`, `make test-comfyui`.
"""


@dataclass
class Run:
    """What one or more runs of pytest counted; see ``arena_assets_tests.counting``."""

    counts: Counter[str] = field(default_factory=Counter)
    tests: dict[str, set[str]] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, files: list[Path]) -> Run:
        run = cls()
        for file in files:
            found = json.loads(file.read_text())
            again = run.passed & set(found["passed"])
            if again:
                raise SystemExit(f"{file}: {min(again)} is counted twice")
            run.counts.update(found["counts"])
            for what, where in found["tests"].items():
                run.tests.setdefault(what, set()).update(where)
            for name in ("passed", "failed", "skipped"):
                getattr(run, name).update(found[name])
        return run

    def counted(self, need: Need) -> int:
        if need.tests:
            return sum(each.startswith(need.tests) for each in self.passed)
        return self.counts[need.what]

    def where(self, need: Need) -> set[str]:
        return {need.tests.partition("::")[0]} if need.tests else self.tests.get(need.what, set())

    def broken(self, row: Row) -> list[str]:
        """Tests of the row's files that failed."""
        files = set().union(*(self.where(need) for need in row.needs))
        return sorted(each for each in self.failed if each.partition("::")[0] in files)


def verdict(run: Run, row: Row) -> str:
    """``met``, ``missed`` or ``did not run``."""
    found = [run.counted(need) for need in row.needs]
    if not any(found):
        return "did not run"
    whole = all(each >= need.least for each, need in zip(found, row.needs, strict=True))
    return "met" if whole and not run.broken(row) else "missed"


def page(run: Run, when: datetime) -> str:
    totals = (
        f"{len(run.passed):,} tests passed, {len(run.failed)} failed, {len(run.skipped)} skipped"
    )
    lines = [_HEAD, f"The run of {when:%Y-%m-%d}: {totals}.", ""]
    for section in (ATTACKS, FAULTS):
        lines += [f"## {section}", "", "| | target | counted | tests |", "|---|---|---|---|"]
        for row in ROWS:
            if row.section == section:
                lines += _row(run, row)
        lines.append("")
    return "\n".join(lines)


def _row(run: Run, row: Row) -> list[str]:
    lines = [f"| **{row.title}** | | **{verdict(run, row)}** | |"]
    for need in row.needs:
        files = ", ".join(
            f"`{each.removeprefix(_TESTS + '/')}`" for each in sorted(run.where(need))
        )
        found = run.counted(need)
        told = f"{found:,}" if found else "did not run"
        lines.append(f"| {need.what} | ≥ {need.least:,} | {told} | {files} |")
    lines += [f"| failed | | {each} | |" for each in run.broken(row)]
    return lines


def measure(file: Path) -> None:
    """Run the tests; what they counted is in the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    chosen = [f"{_TESTS}/{each}" for each in SELECTED]
    command = [sys.executable, "-m", "pytest", "-q", "-m", _MARKS, "--show-capture=no"]
    more = ["--numprocesses", "2", "--dist", "loadgroup", f"--counts={file}"]
    subprocess.run([*command, *more, *chosen], cwd=ROOT, check=False)
    if not file.exists():
        raise SystemExit("The tests did not run to their end")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=Path, nargs="+", help="files of earlier runs")
    files: list[Path] = parser.parse_args().counts or []
    if not files:
        files = [ROOT / "build" / "guarantees.json"]
        measure(files[0])
    run = Run.read(files)
    PAGE.write_text(page(run, datetime.now(UTC)) + "\n", encoding="utf-8")
    short = [row for row in ROWS if verdict(run, row) != "met"]
    for row in short:
        print(f"{verdict(run, row)}: {row.title}")
    print(f"{len(ROWS) - len(short)} of {len(ROWS)} rows met; see {PAGE.relative_to(ROOT)}")
    sys.exit(1 if short or run.failed else 0)


if __name__ == "__main__":
    main()
