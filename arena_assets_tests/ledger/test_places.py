"""Places at a service: never more than it may have in work, over threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arena_assets.errors import Cancelled
from arena_assets.ledger.places import Places

_HOLDER = """
import sys, threading
from pathlib import Path
from arena_assets.ledger.places import Places
with Places(Path(sys.argv[1]), {"shop": 1}).held("shop", lambda: None):
    print("held", flush=True)
    threading.Event().wait()
"""


def _stop() -> None:
    raise Cancelled("A person stopped it", "Resume it")


def test_no_more_than_the_limit_and_all_come_to_their_turn(tmp_path: Path) -> None:
    places, lock = Places(tmp_path, {"shop": 3}), threading.Lock()
    inside, most, met = [0], [0], threading.Barrier(3)

    def visit(number: int) -> int:
        with places.held("shop", lambda: None):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            met.wait(timeout=20)  # three are inside together, or this breaks
            with lock:
                inside[0] -= 1
        return number

    with ThreadPoolExecutor(12) as pool:
        assert sorted(pool.map(visit, range(12))) == list(range(12))
    assert most == [3]


def test_a_killed_process_leaves_its_place_free(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        places = Places(tmp_path, {"shop": 1})
        with pytest.raises(Cancelled), places.held("shop", _stop):
            pass
        holder.kill()
        holder.wait()
        with places.held("shop", lambda: None):
            pass


def test_a_service_without_a_limit_waits_for_nobody(tmp_path: Path) -> None:
    places = Places(tmp_path / "none", {"shop": 1})
    with places.held("gpu", _stop), places.held("gpu", _stop):
        assert not (tmp_path / "none").exists()
