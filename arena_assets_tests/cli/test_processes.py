"""Children of the server: restarted, stopped in order, never orphaned. The processes are real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from arena_assets.cli import supervisor as supervision
from arena_assets.cli.child import Child, ChildSpec
from arena_assets.cli.supervisor import Supervisor
from arena_assets.errors import EnvironmentFault

_SLEEPER = "import time\ntime.sleep(60)"
_DEAF = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
_PARENT = """
import os, sys, time
from pathlib import Path
from arena_assets.cli.child import Child, ChildSpec
argv = [sys.executable, "-c", "import time; time.sleep(60)"]
spec = ChildSpec("child", argv, os.environ, Path({log!r}))
print(Child.start(spec).pid, flush=True)
time.sleep(60)
"""


def _until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if true():
            return True
        time.sleep(0.02)
    return False


def _spec(folder: Path, name: str, code: str, grace: float = 5.0) -> ChildSpec:
    argv = [sys.executable, "-c", code]
    return ChildSpec(name, argv, dict(os.environ), folder / f"{name}.log", grace)


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervision, "_FIRST_BACKOFF_SECONDS", 0.01)
    found = Supervisor(lambda _text: None)
    yield found
    found.stop(lambda: True)


def test_a_child_that_was_killed_runs_again(supervisor: Supervisor, tmp_path: Path) -> None:
    first = supervisor.start(_spec(tmp_path, "worker", _SLEEPER))
    os.kill(first.pid, signal.SIGKILL)
    assert _until(lambda: supervisor.tend())
    second = supervisor.children[0]
    assert second.pid != first.pid
    assert second.running


def test_a_child_that_keeps_dying_ends_the_server_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(_spec(tmp_path, "worker", "raise SystemExit('no port for me')"))
    with pytest.raises(EnvironmentFault, match=r"died 6 times .*no port for me"):
        _until(lambda: bool(supervisor.tend()) and False)


def test_children_stop_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    with open({order!r}, 'a') as f: f.write({name!r} + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(60)"
    )
    supervisor = Supervisor(lambda _text: None)
    for name in ("first", "second", "third"):
        child = supervisor.start(_spec(tmp_path, name, code.format(order=str(order), name=name)))
        assert _until(lambda child=child: "up" in child.last_words())  # type: ignore[misc]
    supervisor.stop()
    assert order.read_text().split() == ["third", "second", "first"]


def test_a_child_deaf_to_sigterm_is_killed_after_its_grace(tmp_path: Path) -> None:
    child = Child.start(_spec(tmp_path, "deaf", _DEAF, grace=0.2))
    child.stop(lambda: False)
    assert not child.running


def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    code = _PARENT.format(log=str(tmp_path / "child.log"))
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.communicate()
    assert _until(lambda: not psutil.pid_exists(child))
