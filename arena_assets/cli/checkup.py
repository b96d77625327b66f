"""The doctor's checks: each looks at one thing and says how it is and what would mend it."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from arena_assets.actions.server_record import find_server
from arena_assets.cli import service_checks
from arena_assets.cli.check import Check, Grade
from arena_assets.errors import ArenaError
from arena_assets.settings import Settings

_GIB = 1024**3
_PYTHON = ((3, 11), (3, 14))
_ROOMY_GB = 5.0
_MEMORY_GB = 4.0
_LIBRARIES = {
    "embreex": "ray tracing",
    "pyoidn": "denoising",
    "numba": "fast loops",
    "cv2": "pictures",
    "av": "video",
    "soundfile": "sound",
    "dagster_webserver": "the Dagster UI",
}


def check_up(settings: Settings) -> Iterator[Check]:
    """All checks, one after another, each as soon as it is done."""
    for look in _LOOKS:
        name = look.__name__.strip("_").replace("_", " ")
        try:
            found = look(settings)
            yield from (found,) if isinstance(found, Check) else found
        except ArenaError as error:
            yield Check(name, Grade.FAIL, f"{error.what}.", f"{error.next_step}.")
        except Exception as error:  # a check that breaks is a finding, not the end of the check-up
            said = str(error).strip().splitlines()
            yield Check(name, Grade.FAIL, f"{type(error).__name__}: {said[0] if said else ''}")


def _python(_settings: Settings) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if _PYTHON[0] <= sys.version_info[:2] < _PYTHON[1]:
        return Check("python", Grade.OK, f"Python {version}")
    return Check("python", Grade.FAIL, f"Python {version}", "Use Python 3.11, 3.12 or 3.13.")


def _machine(settings: Settings) -> Check:
    import psutil

    cores = len(os.sched_getaffinity(0))
    memory = psutil.virtual_memory()
    free = memory.available / _GIB
    said = f"{cores} cores, {memory.total / _GIB:.1f} GiB memory, {free:.1f} GiB of it free"
    if free < _MEMORY_GB * settings.runs_at_once:
        fix = "Close other programs or set ARENA_RUNS_AT_ONCE=1 and ARENA_SLOTS_AT_ONCE=1."
        return Check("machine", Grade.WARN, said, fix)
    return Check("machine", Grade.OK, said)


def _data_folder(settings: Settings) -> Check:
    folder = settings.data_dir
    if not folder.exists():
        parent = next(each for each in folder.parents if each.exists())
        if os.access(parent, os.W_OK):
            return Check("data folder", Grade.OK, f"{folder} will be made at first use")
        fix = f"Give this user the right to write in {parent}, or set ARENA_DATA_DIR."
        return Check("data folder", Grade.FAIL, f"{folder} cannot be made", fix)
    return _writable("data folder", folder)


def _blobs(settings: Settings) -> Check:
    if not settings.blob_dir.exists():
        return Check("blobs", Grade.OK, f"{settings.blob_dir} will be made at first use")
    return _writable("blobs", settings.blob_dir)


def _writable(name: str, folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check(name, Grade.OK, f"{folder} can be written")
    except OSError as error:
        fix = "Give this user the right to write there, or set ARENA_DATA_DIR to another folder."
        return Check(name, Grade.FAIL, f"{folder} cannot be written ({error.strerror})", fix)


def _disk(settings: Settings) -> Check:
    place = settings.data_dir
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / _GIB
    said = f"{free:.1f} GiB free, at least {settings.min_free_gb:.1f} needed"
    if free < settings.min_free_gb:
        fix = "Free some space, or set ARENA_DATA_DIR to a larger disk."
        return Check("disk", Grade.FAIL, said, fix)
    if free < _ROOMY_GB:
        return Check("disk", Grade.WARN, said, "A few arenas fit; free some space before a batch.")
    return Check("disk", Grade.OK, said)


def _database(settings: Settings) -> Check:
    from arena_assets.store.database import Database

    if settings.database_url is None and not (settings.data_dir / "arena.db").exists():
        return Check("database", Grade.OK, "SQLite, made at first use")
    db = Database(settings.sqlalchemy_url)
    try:
        found = db.check()
    finally:
        db.dispose()
    said = f"{found.dialect} {found.server_version}, tables at revision {found.revision}"
    return Check("database", Grade.OK, said)


def _dagster(settings: Settings) -> Check:
    home = settings.dagster_home
    if not (home / "dagster.yaml").exists():
        return Check("dagster", Grade.OK, f"{home} will be made by 'arena serve'")
    from arena_assets.defs.instance import instance_environment

    os.environ.update(instance_environment(settings))
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        runs = instance.get_runs_count()
    return Check("dagster", Grade.OK, f"The instance in {home} loads; it knows {runs} runs")


def _server(settings: Settings) -> Check:
    from arena_assets.actions.dagster_client import DagsterClient

    record = find_server(settings)
    if record is None:
        fix = "Start one with 'arena serve' when arenas shall be made."
        return Check("server", Grade.WARN, "No server runs for this data folder", fix)
    gone = [name for name, process in record.processes.items() if not process.alive]
    with DagsterClient(Path(record.dagster_socket), timeout=5.0) as client:
        if gone or not client.answers():
            said = f"The server at {record.url} is not whole ({', '.join(gone) or 'no answer'})"
            fix = f"It restarts what died; else see {settings.data_dir / 'logs'}."
            return Check("server", Grade.WARN, said, fix)
    return Check("server", Grade.OK, f"Running at {record.url}")


def _ffmpeg(_settings: Settings) -> Check:
    import imageio_ffmpeg

    binary = imageio_ffmpeg.get_ffmpeg_exe()
    done = subprocess.run(
        [binary, "-hide_banner", "-version"], capture_output=True, timeout=20, check=False
    )
    if done.returncode:
        fix = "Install imageio-ffmpeg again, or set IMAGEIO_FFMPEG_EXE to an ffmpeg that runs."
        return Check("ffmpeg", Grade.FAIL, f"{binary} does not run", fix)
    words = done.stdout.decode(errors="replace").split()
    return Check("ffmpeg", Grade.OK, f"{' '.join(words[:3])} at {binary}")


def _libraries(_settings: Settings) -> Check:
    missing = []
    for name, purpose in _LIBRARIES.items():
        try:
            importlib.import_module(name)
        except (ImportError, OSError) as error:  # OSError: a shared library that does not load
            missing.append(f"{name} for {purpose} ({error})")
    if missing:
        fix = "Install the project again: pip install -e ."
        return Check("libraries", Grade.FAIL, "cannot be imported: " + "; ".join(missing), fix)
    return Check("libraries", Grade.OK, ", ".join(_LIBRARIES) + " import")


_LOOKS: tuple[Callable[[Settings], Check | Iterable[Check]], ...] = (
    _python,
    _machine,
    _data_folder,
    _disk,
    _blobs,
    _database,
    _libraries,
    _ffmpeg,
    _dagster,
    _server,
    service_checks.sign_in_provider,
    service_checks.services,
    service_checks.claude,
    service_checks.elevenlabs,
    service_checks.comfyui,
    service_checks.breakers,
    service_checks.parked_calls,
)
