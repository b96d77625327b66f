"""Doubles of all three services, their canary keys, and the settings that choose them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from arena_assets_tests.doubles.claude import ClaudeDouble
from arena_assets_tests.doubles.comfyui import ComfyDouble
from arena_assets_tests.doubles.comfyui.gpu import Pace
from arena_assets_tests.doubles.elevenlabs import ElevenDouble
from arena_assets_tests.providers.comfyui.weightless import write_all

CLAUDE_KEY = "sk-ant-CANARY-lore-5d1f0c"
ELEVEN_KEY = "el-CANARY-music-77ab21"
COMFY_TOKEN = "cf-CANARY-pictures-90e4d3"  # noqa: S105
CANARIES = (CLAUDE_KEY, ELEVEN_KEY, COMFY_TOKEN)


@dataclass
class Town:
    claude: ClaudeDouble
    eleven: ElevenDouble
    comfy: ComfyDouble
    workflows: Path

    @property
    def pictures(self) -> int:
        """Files that the server saved for us; warming up saves none there."""
        return len(list((self.comfy.folder / "output" / "arena").glob("*.png")))

    @property
    def clips(self) -> int:
        return len(list((self.comfy.folder / "output" / "arena").glob("*.mp4")))

    def settings(self, *services: str, **more: str) -> dict[str, str]:
        """The settings, without their prefix, that choose services as ``LORE=claude``."""
        return {
            **dict(each.split("=") for each in services),
            "CLAUDE_API_KEY": CLAUDE_KEY,
            "CLAUDE_URL": self.claude.url,
            "ELEVENLABS_API_KEY": ELEVEN_KEY,
            "ELEVENLABS_URL": self.eleven.url,
            "COMFYUI_URLS": self.comfy.url,
            "COMFYUI_AUTH": COMFY_TOKEN,
            "COMFYUI_TEMPLATES": str(self.workflows),
            "COMFYUI_USD_PER_HOUR": "36",
            "QUALITY": "draft",
            **more,
        }


@contextmanager
def open_town(folder: Path, *, pace: Pace | None = None) -> Iterator[Town]:
    workflows = folder / "workflows"
    workflows.mkdir(parents=True)
    write_all(workflows)
    comfy = ComfyDouble(folder / "comfyui", pace=pace, token=f"Bearer {COMFY_TOKEN}")
    with ClaudeDouble(CLAUDE_KEY) as claude, ElevenDouble(ELEVEN_KEY) as eleven, comfy:
        yield Town(claude, eleven, comfy, workflows)
