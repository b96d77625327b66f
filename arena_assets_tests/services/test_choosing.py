"""Settings choose who does the work, and say at start what a choice still needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from arena_assets.domain.sequences import LOUDNESS_LUFS, SequenceKind
from arena_assets.errors import UsageFault
from arena_assets.providers.claude.options import ClaudeOptions
from arena_assets.providers.comfyui.options import ComfyOptions, ComfyServer
from arena_assets.providers.comfyui.shelf import PACKAGED
from arena_assets.providers.elevenlabs.options import ElevenOptions
from arena_assets.settings import Settings
from arena_assets.workshop.services import (
    check_services,
    claude_options,
    comfy_options,
    eleven_options,
)

_KEY = "sk-CANARY-1"
_SERVER = "http://127.0.0.1:8188"


def chosen(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"lore": "claude"}, "ARENA_CLAUDE_API_KEY"),
        ({"lore": "claude", "claude_api_key": ""}, "ARENA_CLAUDE_API_KEY"),
        ({"lore": "claude", "claude_api_key": f"{_KEY} "}, "ARENA_CLAUDE_API_KEY"),
        ({"lore": "claude", "claude_api_key": _KEY, "claude_url": "http://x"}, "ARENA_CLAUDE_URL"),
        ({"lore": "claude", "claude_api_key": _KEY, "claude_model": "gpt"}, "gpt"),
        ({"music": "elevenlabs"}, "ARENA_ELEVENLABS_API_KEY"),
        (
            {"music": "elevenlabs", "elevenlabs_api_key": _KEY, "elevenlabs_format": "ogg"},
            "no format",
        ),
        ({"pictures": "comfyui"}, "ARENA_PICTURES=comfyui needs a server.*ARENA_COMFYUI_URLS"),
        ({"clips": "comfyui"}, "ARENA_CLIPS=comfyui needs a server.*ARENA_COMFYUI_URLS"),
        (
            {"pictures": "comfyui", "comfyui_urls": "http://me:secret@gpu:8188"},
            "ARENA_COMFYUI_AUTH",
        ),
        (
            {"pictures": "comfyui", "comfyui_urls": _SERVER, "comfyui_auth": "a b"},
            "ARENA_COMFYUI_AUTH",
        ),
        (
            {"pictures": "comfyui", "comfyui_urls": _SERVER, "comfyui_pictures": "nice"},
            "no picture workflow 'nice'",
        ),
        (
            {"clips": "comfyui", "comfyui_urls": _SERVER, "comfyui_clips": "flux_text"},
            "no video workflow",
        ),
        (
            {"pictures": "comfyui", "comfyui_urls": _SERVER, "comfyui_values": "steps=3"},
            "ARENA_COMFYUI_VALUES",
        ),
        (
            {"pictures": "comfyui", "comfyui_urls": _SERVER, "comfyui_templates": "/no/such"},
            "ARENA_COMFYUI_TEMPLATES",
        ),
    ],
)
def test_a_choice_that_cannot_work_names_its_variable(given: dict[str, object], named: str) -> None:
    with pytest.raises(UsageFault, match=named) as raised:
        check_services(chosen(**given))
    assert _KEY not in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("sdxl_scen.steps=20", "no workflow.*flux_scene, .*sdxl_scene"),
        ("sdxl_scene.stepz=20", "no slot.*sdxl_scene has .*steps.*model"),
        ("wan_clip.modell=x.safetensors", "no slot.*wan_clip has .*model"),
        ("sdxl_scene.positive=nice", "no slot"),
        ("sdxl_scene.image=3", "no slot"),
        ("sdxl_scene.steps=abc", "a whole number from 1 up to 150"),
        ("sdxl_scene.steps=20.5", "a whole number from 1 up to 150"),
        ("sdxl_scene.steps=100000", "a whole number from 1 up to 150"),
        ("sdxl_scene.width=1001", "from 512 up to 4096, a multiple of 8"),
        ("sdxl_scene.denoise=0", "a number from 0.1 up to 1"),
        ("sdxl_scene.model=7", "the name of a file of weights"),
    ],
)
def test_a_value_no_workflow_takes_is_refused_before_anything_is_paid(
    values: str, said: str
) -> None:
    given = chosen(
        pictures="comfyui", comfyui_urls=_SERVER, comfyui_values=f"sdxl_text.steps=9, {values}"
    )
    with pytest.raises(UsageFault, match=f"'{values}' in ARENA_COMFYUI_VALUES.*{said}"):
        check_services(given)


def test_values_that_fit_are_taken_for_own_workflows_too(tmp_path: Path) -> None:
    for suffix in (".json", ".manifest.json"):
        text = (PACKAGED / f"sdxl_text{suffix}").read_text()
        (tmp_path / f"mine{suffix}").write_text(text.replace('"sdxl_text"', '"mine"'))
    check_services(
        chosen(
            clips="comfyui",
            comfyui_urls=_SERVER,
            comfyui_templates=tmp_path,
            comfyui_values="mine.steps=150, mine.cfg=6, sdxl_scene.seed=18446744073709551615, "
            "wan_clip.vae=sub/mine.safetensors",
        )
    )


def test_what_was_not_chosen_needs_nothing() -> None:
    check_services(chosen())


def test_defaults_are_those_of_the_providers() -> None:
    settings = chosen(claude_api_key=_KEY, elevenlabs_api_key=_KEY, comfyui_urls=_SERVER)
    assert claude_options(settings) == ClaudeOptions(SecretStr(_KEY))
    loudness = dict.fromkeys(SequenceKind, LOUDNESS_LUFS)
    assert eleven_options(settings) == ElevenOptions(SecretStr(_KEY), loudness=loudness)
    assert comfy_options(settings) == ComfyOptions((ComfyServer(_SERVER),))


def test_comfyui_is_told_what_was_set(tmp_path: Path) -> None:
    options = comfy_options(
        chosen(
            comfyui_urls=f"{_SERVER}, https://gpu.example",
            comfyui_auth="me:pa:ss",
            comfyui_pictures="sdxl_text",
            comfyui_templates=tmp_path,
            comfyui_values="sdxl_text.steps=12, sdxl_text.cfg=6.5, sdxl_text.model=mine.pt",
            comfyui_usd_per_hour="1.20",
            comfyui_job_minutes=2,
        )
    )
    assert [(each.url, each.user, each.password) for each in options.servers] == [
        (_SERVER, "me", "pa:ss"),
        ("https://gpu.example", "me", "pa:ss"),
    ]
    assert options.pictures == ("sdxl_text",)
    assert options.values == {"sdxl_text.steps": 12, "sdxl_text.cfg": 6.5}
    assert options.models == {"sdxl_text.model": "mine.pt"}
    assert (options.usd_per_hour, options.patience.job) == (Decimal("1.20"), 120)
    assert options.templates == tmp_path
    (token,) = comfy_options(chosen(comfyui_urls=_SERVER, comfyui_auth="abc")).servers
    assert (token.bearer, token.user) == ("abc", "")


def test_only_chosen_services_are_imported() -> None:
    code = (
        "import sys; from arena_assets.settings import Settings; "
        "from arena_assets.workshop.makers import makers_for; "
        "makers_for(Settings(_env_file=None)); "
        "print([name for name in sys.modules if name in ('anthropic', 'websockets', 'cv2') or "
        "name.startswith(('arena_assets.providers.claude', 'arena_assets.providers.comfyui', "
        "'arena_assets.providers.elevenlabs'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_serving_stops_at_a_choice_without_its_key(tmp_path: Path) -> None:
    given = {"ARENA_DATA_DIR": str(tmp_path / "data"), "ARENA_LORE": "claude"}
    found = subprocess.run(
        [sys.executable, "-m", "arena_assets.cli.prepare"],
        capture_output=True,
        text=True,
        env={**os.environ, **given},
        cwd=tmp_path,
        check=False,
    )
    assert found.returncode == UsageFault.exit_code
    assert "ARENA_CLAUDE_API_KEY" in json.loads(found.stdout)["next_step"]
    assert not (tmp_path / "data").exists()
