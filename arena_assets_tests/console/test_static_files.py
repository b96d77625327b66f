"""Static files: known content only, at addresses that name it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena_assets.console.frontend.packages import HERE, package_files
from arena_assets.console.static_files import static_files
from arena_assets.errors import EnvironmentFault


def test_a_missing_or_changed_package_file_says_what_to_run(tmp_path: Path) -> None:
    first = package_files()[0]
    with pytest.raises(EnvironmentFault, match=r"not installed.*make setup"):
        first.read(tmp_path)
    changed = tmp_path / first.source
    changed.parent.mkdir(parents=True)
    changed.write_bytes(b"alert(1)")
    with pytest.raises(EnvironmentFault, match=r"not the known one.*make setup"):
        first.read(tmp_path)


def test_the_lock_file_names_no_address_and_pins_are_exact() -> None:
    assert "resolved" not in (HERE / "package-lock.json").read_text(encoding="utf-8")
    package = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(version[0].isdigit() for version in versions)


def test_every_file_is_served_for_ever_under_its_hash_and_no_other(stranger: TestClient) -> None:
    for file in static_files().values():
        answer = stranger.get(file.url)
        assert answer.content == file.content
        assert "immutable" in answer.headers["cache-control"]
    assert stranger.get(f"/static/{'0' * 16}/app.js").status_code == 404
    assert stranger.get(f"/static/{static_files()['app.js'].digest}/../app.js").status_code == 404
