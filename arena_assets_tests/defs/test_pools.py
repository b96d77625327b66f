"""Pool limits fit the chosen services, and what a person set stays."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from arena_assets.defs.instance import instance_environment, set_pool_limits, write_instance
from arena_assets.defs.pools import POOL_LIMITS, pool_limits
from arena_assets.settings import Settings
from arena_assets_tests.arenas import Hall


def _settings(folder: Path, **given: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **given)  # type: ignore[arg-type]


def _limits() -> dict[str, int]:
    with dg.DagsterInstance.get() as instance:
        return {each.name: each.limit for each in instance.event_log_storage.get_pool_limits()}


def test_a_service_has_the_room_it_may_use(tmp_path: Path) -> None:
    assert pool_limits(_settings(tmp_path)) == POOL_LIMITS
    chosen = _settings(
        tmp_path,
        lore="claude",
        claude_at_once=7,
        pictures="comfyui",
        clips="comfyui",
        music="elevenlabs",
    )
    assert pool_limits(chosen) == {**POOL_LIMITS, "lore": 7, "render": 2, "encode": 2, "compose": 2}


def test_limits_follow_the_settings_but_not_over_a_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded, bought = _settings(tmp_path), _settings(tmp_path, music="elevenlabs")
    write_instance(embedded)
    for name, value in instance_environment(embedded).items():
        monkeypatch.setenv(name, value)
    set_pool_limits(embedded)
    assert _limits() == POOL_LIMITS
    set_pool_limits(bought)
    assert _limits() == {**POOL_LIMITS, "compose": 2}
    with dg.DagsterInstance.get() as instance:
        instance.event_log_storage.set_concurrency_slots("compose", 3)
    set_pool_limits(embedded)
    assert _limits() == {**POOL_LIMITS, "compose": 3}


def test_what_leads_to_pictures_comes_before_music(hall: Hall) -> None:
    (arena_id,) = hall.request()
    started = [event.step_key for event in hall.run(arena_id).all_events if event.is_step_start]
    steps = ["arena_metadata", "arena_scene", "image_set", "music_tracks"]
    assert [each for each in started if each in steps] == steps
