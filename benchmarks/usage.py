"""What a command costs: wall time, CPU time and peak memory, with all its children."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile

import psutil

_POLL_SECONDS = 0.03
_NEW_SECONDS = 2.0


def measured(command: Sequence[str], folder: Path | None = None) -> tuple[dict[str, float], str]:
    """Run a command (in ``folder``); its wall and CPU seconds, the peak of resident memory over
    all its processes in megabytes, and what it printed. ``CalledProcessError`` when it fails."""
    start = time.perf_counter()
    peak = 0
    before = psutil.Process().cpu_times()
    with (
        TemporaryFile("w+") as printed,
        psutil.Popen(list(command), stdout=printed, cwd=folder) as child,
    ):
        while child.poll() is None:
            peak = max(peak, _resident(child))
            time.sleep(_POLL_SECONDS)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, list(command))
        printed.seek(0)
        text = printed.read()
    after = psutil.Process().cpu_times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return {
        "wall_seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(used, 2),
        "peak_megabytes": round(peak / 1e6),
    }, text


def _resident(child: psutil.Process) -> int:
    try:
        family = [child, *child.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for each in family:
        try:
            if each is not child and _not_yet_itself(each):
                continue
            total += each.memory_info().rss
        except psutil.Error:
            continue
    return total


def _not_yet_itself(process: psutil.Process) -> bool:
    """Whether a process was split off just now to become another program: until then its memory is
    its parent's, which is counted already."""
    parent = process.parent()
    new = time.time() - process.create_time() < _NEW_SECONDS
    return new and parent is not None and process.cmdline() == parent.cmdline()
