"""What this machine has left, read when asked."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

import psutil

from arena_assets.settings import Settings


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes and cores; ``load`` is the one-minute average of runnable processes."""

    disk_free: int
    disk_total: int
    memory_free: int
    memory_total: int
    cores: int
    load: float
    needs_free: int
    """New work is refused below this much free disk."""

    @property
    def disk_low(self) -> bool:
        return self.disk_free < 2 * self.needs_free


def machine(settings: Settings) -> Machine:
    """As it is now, of the disk that holds the data folder."""
    disk = shutil.disk_usage(settings.data_dir)
    memory = psutil.virtual_memory()
    return Machine(
        disk.free,
        disk.total,
        memory.available,
        memory.total,
        len(os.sched_getaffinity(0)),
        os.getloadavg()[0],
        round(settings.min_free_gb * 1024**3),
    )
