"""What the tests counted: how many hostile inputs were refused, how many races were run.

A test takes the fixture ``counted`` and says, after its assertions, what it did and how often:
``counted("paths refused", 214)``. Equal names add up over tests and over xdist's workers. Only
tests that passed count. The
terminal summary prints the sums, and ``--counts=FILE`` writes them as JSON (see :class:`Sums`).
Every test that counts has the marker ``guarantee``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

Counted = Callable[[str, int], None]
"""``counted(what, how_many)``: callable as often as one likes, summed over all tests."""

_PROPERTY = "counted"
_MARKER = "guarantee"


@dataclass
class Sums:
    """``counts``: what → how many; ``tests``: what → files whose tests counted it; ``passed``: ids
    of all tests that passed; ``failed`` and ``skipped``: of those that did not."""

    counts: dict[str, int] = field(default_factory=dict)
    tests: dict[str, list[str]] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
        elif report.skipped:
            self.skipped.append(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed.append(report.nodeid)
            file = report.nodeid.partition("::")[0]
            for name, value in report.user_properties:
                if name == _PROPERTY and isinstance(value, list | tuple):
                    self._count(str(value[0]), int(value[1]), file)

    def _count(self, what: str, many: int, file: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + many
        files = self.tests.setdefault(what, [])
        if file not in files:
            files.append(file)


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """Say what this test did and how often; call it after the assertions."""

    def count(what: str, many: int) -> None:
        assert many > 0, f"{what}: nothing was counted"
        request.node.user_properties.append((_PROPERTY, [what, many]))

    return count


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--counts", metavar="FILE", help="write what the tests counted as JSON")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what counts before ``-m`` chooses."""
    for item in items:
        if "counted" in getattr(item, "fixturenames", ()):
            item.add_marker(_MARKER)


class _Collector:
    """Hears every test's report; with xdist only the process that hands out the work has one."""

    def __init__(self) -> None:
        self.sums = Sums()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.sums.add(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.sums.counts:
            return
        terminalreporter.section("counts")
        for what, many in sorted(self.sums.counts.items()):
            terminalreporter.write_line(f"{many:>9,}  {what}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        target = session.config.getoption("--counts")
        if target:
            text = json.dumps(asdict(self.sums), indent=1, sort_keys=True)
            Path(target).write_text(text + "\n")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Collector(), "counting-collector")
