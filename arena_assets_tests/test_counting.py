"""Counts are sums of what passed, from the tests' own process or from many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

_TESTS = """
import pytest

def test_one(counted):
    counted("paths", 3)
    counted("links", 1)

@pytest.mark.parametrize("number", range(4))
def test_more(counted, number):
    counted("paths", 10)

def test_that_fails(counted):
    counted("paths", 1000)
    raise AssertionError

def test_that_cannot_run(counted):
    pytest.skip("no such server here")

def test_of_nothing(counted):
    counted("paths", 0)

def test_that_counts_nothing():
    raise AssertionError
"""


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "workers"])
def test_sums_are_of_what_passed(pytester: pytest.Pytester, more: tuple[str, ...]) -> None:
    pytester.makepyfile(test_it=_TESTS)
    found = pytester.runpytest_subprocess(
        "-p", "arena_assets_tests.counting", "--counts", "counts.json", *more
    )
    found.stdout.fnmatch_lines(["*counts*", "*1  links", "*43  paths"])
    sums = json.loads((pytester.path / "counts.json").read_text())
    assert sums["counts"] == {"paths": 43, "links": 1}
    assert sums["tests"] == {"paths": ["test_it.py"], "links": ["test_it.py"]}
    assert sorted(sums["failed"]) == [
        "test_it.py::test_of_nothing",
        "test_it.py::test_that_counts_nothing",
        "test_it.py::test_that_fails",
    ]
    assert len(sums["passed"]) == 5
    assert sums["skipped"] == ["test_it.py::test_that_cannot_run"]


def test_what_counts_can_be_chosen(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=_TESTS)
    pytester.makeini("[pytest]\nmarkers = guarantee: counts\n")
    found = pytester.runpytest_subprocess("-p", "arena_assets_tests.counting", "-m", "guarantee")
    found.assert_outcomes(passed=5, failed=2, skipped=1, deselected=1)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
