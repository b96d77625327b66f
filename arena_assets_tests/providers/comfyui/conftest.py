"""A bench of its own for each test: templates, a fleet, a ledger; servers of both kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arena_assets.providers.comfyui.fleet import Fleet
from arena_assets.providers.comfyui.options import ComfyOptions, ComfyServer, Patience
from arena_assets_tests.doubles.comfyui import ComfyDouble, Pace
from arena_assets_tests.providers.comfyui.bench import Bench
from arena_assets_tests.providers.comfyui.desk import Ledger
from arena_assets_tests.providers.comfyui.rigs import DoubleRig, RealRig, Rig
from arena_assets_tests.providers.comfyui.weightless import write_all

QUICK = Patience(connect=2, answer=2, fetch=5, job=120, absence=30, poll=0.02)


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRig]:
    rig = RealRig(tmp_path_factory.mktemp("comfyui"))
    rig.start()
    try:
        yield rig
    finally:
        rig.stop()


@pytest.fixture
def double(tmp_path: Path) -> Iterator[ComfyDouble]:
    with ComfyDouble(tmp_path / "double", pace=Pace(node=0.03)) as started:
        yield started


@pytest.fixture(params=["double", pytest.param("real", marks=pytest.mark.comfyui)])
def rig(request: pytest.FixtureRequest) -> Rig:
    """The same promises of both servers."""
    if request.param == "real":
        server: RealRig = request.getfixturevalue("real_server")
        return server
    return DoubleRig(request.getfixturevalue("double"))


@pytest.fixture
def bench_for(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """A bench at given servers, with the weightless workflows as the user's own."""
    workflows = tmp_path / "workflows"
    workflows.mkdir()
    write_all(workflows)
    fleets: list[Fleet] = []

    def make(*urls: str, patience: Patience = QUICK, **options: object) -> Bench:
        servers = tuple(ComfyServer(url) for url in urls)
        given = {"servers": servers, "templates": workflows, "patience": patience, **options}
        fleets.append(Fleet(ComfyOptions(**given)))  # type: ignore[arg-type]
        folder = tmp_path / f"ledger{len(fleets)}"
        folder.mkdir()
        return Bench(fleets[-1], Ledger(folder), tmp_path)

    yield make
    for fleet in fleets:
        fleet.close()


@pytest.fixture
def bench(rig: Rig, bench_for: Callable[..., Bench]) -> Bench:
    return bench_for(rig.url)
