"""One server per data folder: who holds it, and when a record counts."""

from __future__ import annotations

import json
import os
import socket

import psutil
import pytest

from arena_assets.actions.server_record import ProcessRecord, ServerRecord, find_server, record_path
from arena_assets.cli import server
from arena_assets.cli.addresses import is_loopback, reachable_host, take_port
from arena_assets.errors import Refused, UsageFault
from arena_assets.settings import Settings
from arena_assets_tests.cli.conftest import Arena
from arena_assets_tests.clock import clock_step


def _record(started: str | None = None) -> ServerRecord:
    me = ProcessRecord.of(os.getpid())
    serve = me if started is None else ProcessRecord(me.pid, started)
    return ServerRecord("http://127.0.0.1:3999", "/run/web.sock", serve, {"webserver": me})


def test_the_record_of_a_living_server_is_found(installation: Settings) -> None:
    installation.data_dir.mkdir()
    assert find_server(installation) is None
    _record().write(installation)
    assert find_server(installation) == _record()


def test_the_record_of_a_dead_server_whose_pid_lives_again_is_not(installation: Settings) -> None:
    installation.data_dir.mkdir()
    _record(started="1000").write(installation)
    assert find_server(installation) is None


@pytest.mark.parametrize("step", [1, -1, 3600])
def test_a_server_outlives_a_step_of_the_clock(
    installation: Settings, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    installation.data_dir.mkdir()
    _record().write(installation)
    clock_step(monkeypatch, step)
    assert find_server(installation) == _record()


def test_the_record_of_an_earlier_version_still_counts(installation: Settings) -> None:
    installation.data_dir.mkdir()
    _record().write(installation)
    for started, found in ((psutil.Process().create_time(), True), (1000.0, False)):
        written = json.loads(record_path(installation).read_text())
        written["serve"]["started"] = started
        record_path(installation).write_text(json.dumps(written))
        assert (find_server(installation) is not None) is found


@pytest.mark.parametrize("content", ["", "[]", "null", '{"url": "x"}', '{"serve": 3}'])
def test_a_broken_record_is_no_server(installation: Settings, content: str) -> None:
    installation.data_dir.mkdir()
    record_path(installation).write_text(content)
    assert find_server(installation) is None


def test_a_second_server_is_refused_with_the_address_of_the_first(
    arena: Arena, installation: Settings
) -> None:
    with server._locked(installation):
        _record().write(installation)
        answer = arena("serve", "--port", "0", "--json")
    assert answer.code == 3
    assert "http://127.0.0.1:3999" in answer.data["error"]["what"]
    assert json.loads(record_path(installation).read_text())["serve"]["pid"] == os.getpid()


def test_a_port_in_use_is_refused(arena: Arena) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = arena("serve", "--port", str(taken.getsockname()[1]))
    assert answer.code == 3
    assert "--port 0" in answer.err


def test_an_open_address_without_tls_is_told_about(
    arena: Arena, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del installation
    monkeypatch.setattr(server, "serve", lambda *_given, **_named: None)
    assert "unencrypted" in arena("serve", "--host", "0.0.0.0").err  # noqa: S104
    assert "unencrypted" not in arena("serve").err


def test_addresses() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert is_loopback("localhost")
    assert not is_loopback("192.168.1.5")
    assert reachable_host("::") == "[::1]"
    assert take_port("127.0.0.1", 0) > 0
    with pytest.raises(UsageFault):
        is_loopback("my host")
    with pytest.raises(Refused):
        take_port("203.0.113.7", 0)
