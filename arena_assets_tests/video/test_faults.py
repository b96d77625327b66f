"""Killed, out of disk, locked out, cancelled: nothing half-written stays; the next run is whole.

Every fault happens to a real process.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from arena_assets.errors import Cancelled
from arena_assets.workshop.folders import WorkFolders
from arena_assets_tests.video.at_work import JOBS, prepare, work

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def whole(given: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What each job makes when nothing happens to it."""
    made = {}
    for job in JOBS:
        out = tmp_path_factory.mktemp(job)
        work(job, given, out)
        made[job] = _files(out)
    return made


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _start(
    job: str,
    given: Path,
    out: Path,
    where: str,
    before: Callable[[], None] | None = None,
    hold: float = 1.0,
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "arena_assets_tests.video.at_work",
            job,
            str(given),
            str(out),
            where,
            str(hold),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def _said_last(child: subprocess.Popen[str]) -> str:
    return child.communicate(timeout=120)[0].splitlines()[-1]


def _works_after(job: str, given: Path, out: Path, whole: dict[str, dict[str, bytes]]) -> bool:
    out.mkdir(exist_ok=True)
    work(job, given, out)
    return _files(out) == whole[job]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_killed_midway(
    job: str, share: float, given: Path, tmp_path: Path, whole: dict[str, dict[str, bytes]]
) -> None:
    root = tmp_path / "work"
    with _start(job, given, root, "folder", hold=share) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if float(line) > share:
                break
        helpers = psutil.Process(child.pid).children(recursive=True)
        os.kill(child.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(helpers, timeout=5)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
    (left,) = root.iterdir()
    for name, data in _files(left).items():
        if not any(part.startswith(".") for part in Path(name).parts):
            assert data == whole[job][name], "a file under its own name is whole"
    assert WorkFolders(root, 0).sweep_dead() == 1
    assert list(root.iterdir()) == []
    assert _works_after(job, given, tmp_path / "again", whole)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("part", [0.05, 0.9])
def test_no_room_on_the_disk(
    job: str, part: float, given: Path, tmp_path: Path, whole: dict[str, dict[str, bytes]]
) -> None:
    """A limit on the size of files refuses bytes at the same place a full disk does."""
    most = int(part * max(map(len, whole[job].values())))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    out = tmp_path / "out"
    out.mkdir()
    assert _said_last(_start(job, given, out, "plain", limit)) == "disk_full"
    for name, data in _files(out).items():
        assert data == whole[job][name]
    assert _works_after(job, given, out, whole)


@pytest.mark.parametrize("job", JOBS)
def test_a_folder_that_takes_no_files(
    job: str, given: Path, tmp_path: Path, whole: dict[str, dict[str, bytes]]
) -> None:
    libc = ctypes.CDLL(None)

    def as_anyone() -> None:
        """Root without the right to write everywhere; for others the call does nothing."""
        libc.prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)

    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    assert _said_last(_start(job, given, out, "plain", as_anyone)) == "folder_unwritable"
    out.chmod(0o755)
    assert _files(out) == {}
    assert _works_after(job, given, out, whole)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("calls", [1, 3])
def test_cancelled(
    job: str, calls: int, given: Path, tmp_path: Path, whole: dict[str, dict[str, bytes]]
) -> None:
    made = 0

    def cancel() -> None:
        nonlocal made
        made += 1
        if made >= calls:
            raise Cancelled("Stopped", "Start again")

    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(Cancelled):
        work(job, given, tmp_path, check_cancelled=cancel)
    assert set(psutil.Process().children(recursive=True)) <= before
    for name, data in _files(tmp_path).items():
        assert data == whole[job][name]
    assert _works_after(job, given, tmp_path, whole)
