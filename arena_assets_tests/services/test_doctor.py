"""The doctor at the services: what it sees, what it says would mend it, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena_assets.cli import service_checks
from arena_assets.cli.check import Check, Grade
from arena_assets.errors import Refused
from arena_assets.settings import Settings
from arena_assets_tests.services.town import CANARIES, Town

_ALL = ("LORE=claude", "PICTURES=comfyui", "CLIPS=comfyui", "MUSIC=elevenlabs")


@pytest.fixture
def chosen(town: Town, tmp_path: Path) -> Settings:
    given = {name.lower(): value for name, value in town.settings(*_ALL).items()}
    return Settings(_env_file=None, data_dir=tmp_path / "data", **given)  # type: ignore[arg-type]


def _found(settings: Settings) -> Iterator[Check]:
    for look in (service_checks.claude, service_checks.elevenlabs, service_checks.comfyui):
        yield from look(settings)


def test_services_that_are_well(chosen: Settings, town: Town) -> None:
    found = {check.name: check for check in _found(chosen)}
    assert {check.grade for check in found.values()} == {Grade.OK}
    assert "claude-sonnet-5-5 is among 1 models" in found["claude"].said
    assert "40,000 of 100,000 credits left" in found["elevenlabs"].said
    server = town.comfy.url.removeprefix("http://")
    assert "ComfyUI 0.3.75 on double" in found[f"comfyui {server}"].said
    assert "0 jobs" in found[f"comfyui {server}"].said
    assert "sdxl_scene, guided by the scene" in found["comfyui pictures"].said
    assert "wan_clip, with" in found["comfyui clips"].said
    assert town.claude.submitted == town.eleven.submitted == 0
    text = repr(list(found.values()))
    assert not [canary for canary in CANARIES if canary in text]


def test_a_refused_key_says_which(chosen: Settings, town: Town) -> None:
    town.claude.key = town.eleven.key = "another"
    with pytest.raises(Refused, match="ARENA_CLAUDE_API_KEY") as claude:
        list(service_checks.claude(chosen))
    with pytest.raises(Refused, match="ARENA_ELEVENLABS_API_KEY") as eleven:
        list(service_checks.elevenlabs(chosen))
    assert not [each for each in CANARIES if each in f"{claude.value} {eleven.value}"]


def test_a_model_that_the_key_may_not_use(chosen: Settings) -> None:
    settings = chosen.model_copy(update={"claude_model": "claude-opus-5-5"})
    (found,) = service_checks.claude(settings)
    assert found.grade is Grade.FAIL
    assert "claude-sonnet-5-5" in found.fix


def test_an_account_without_credits(chosen: Settings, town: Town) -> None:
    town.eleven.credits_left = 0
    (found,) = service_checks.elevenlabs(chosen)
    assert (found.grade, "Add credits" in found.fix) == (Grade.FAIL, True)


def test_a_server_that_is_away_among_others(chosen: Settings, town: Town) -> None:
    urls = f"http://127.0.0.1:9, {town.comfy.url}"
    found = list(service_checks.comfyui(chosen.model_copy(update={"comfyui_urls": urls})))
    assert [check.grade for check in found] == [Grade.WARN, *[Grade.OK] * 3]
    alone = chosen.model_copy(update={"comfyui_urls": "http://127.0.0.1:9"})
    assert {check.grade for check in service_checks.comfyui(alone)} == {Grade.FAIL}


def test_missing_weights_are_named_with_their_folder(chosen: Settings, town: Town) -> None:
    town.comfy.models["ControlNetLoader.control_net_name"] = ()
    town.comfy.models["UNETLoader.unet_name"] = ()
    found = {check.name: check for check in service_checks.comfyui(chosen)}
    pictures, clips = found["comfyui pictures"], found["comfyui clips"]
    assert pictures.grade is Grade.WARN
    assert pictures.said.startswith("flux_text, with")
    assert "controlnet-depth-sdxl-1.0.safetensors in models/controlnet" in pictures.fix
    assert clips.grade is Grade.FAIL
    assert "wan2.2_ti2v_5B_fp16.safetensors in models/diffusion_models" in clips.fix
