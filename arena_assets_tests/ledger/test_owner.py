"""The owner of a lease is one process, and its death is noticed."""

from __future__ import annotations

import os
import subprocess
import sys

from arena_assets.ledger.owner import owner_alive, owner_id
from arena_assets_tests.racing import race


def test_a_process_keeps_its_name_and_another_has_another() -> None:
    assert owner_id() == owner_id()
    assert owner_alive(owner_id()) is True
    assert len({owner_id(), *race(2, lambda _number: owner_id())}) == 3


def test_a_dead_process_is_dead_even_before_its_parent_has_noticed() -> None:
    host, _, _ = owner_id().split(":")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = _name_of(child.pid)
    assert owner_alive(name) is True
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # a zombie from here on
    assert owner_alive(name) is False
    child.communicate()
    assert owner_alive(name) is False
    assert name.startswith(f"{host}:")


def test_a_number_used_again_is_another_process() -> None:
    host, pid, start = owner_id().split(":")
    assert owner_alive(f"{host}:{pid}:{int(start) - 1}") is False


def test_nobody_here_can_tell_about_another_host() -> None:
    assert owner_alive("elsewhere:1:1") is None
    assert owner_alive("nonsense") is None


def _name_of(pid: int) -> str:
    from arena_assets.ledger import owner

    host = owner_id().split(":")[0]
    return f"{host}:{pid}:{owner.started(pid)}"
