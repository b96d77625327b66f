"""Every setting of the product, read once from ``ARENA_…`` variables or a ``.env`` file."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arena_assets.domain.sequences import (
    LOUDNESS_LUFS,
    LOUDNESS_RANGE_LUFS,
    Loudness,
    SequenceKind,
)
from arena_assets.domain.views import CLIP_HEIGHT, CLIP_WIDTH, MASTER_HEIGHT, MASTER_WIDTH

Quality = Literal["draft", "standard", "master"]


def _reachable(lufs: float) -> float:
    low, high = LOUDNESS_RANGE_LUFS
    if not low <= lufs <= high:
        raise ValueError(f"{lufs:g} LUFS is out of reach: a track can have {low:g} to {high:g}")
    return lufs


Lufs = Annotated[float, AfterValidator(_reachable)]


class Settings(BaseSettings):
    """The settings of one installation; ``docs/settings.md`` explains each."""

    model_config = SettingsConfigDict(
        env_prefix="ARENA_", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Path("arena_data")
    database_url: SecretStr | None = None
    project: str = "default"
    makers: str = "arena_assets.providers.embedded.makers:embedded_makers"
    lore: Literal["embedded", "claude"] = "embedded"
    pictures: Literal["embedded", "comfyui"] = "embedded"
    clips: Literal["embedded", "comfyui"] = "embedded"
    music: Literal["embedded", "elevenlabs"] = "embedded"
    claude_api_key: SecretStr | None = None
    claude_admin_key: SecretStr | None = None
    claude_model: str = "claude-sonnet-5-5"
    claude_url: str = "https://api.anthropic.com"
    claude_at_once: Annotated[int, Field(ge=1, le=64)] = 4
    elevenlabs_api_key: SecretStr | None = None
    elevenlabs_model: str = "music_v2_5"
    elevenlabs_url: str = "https://api.elevenlabs.io"
    elevenlabs_format: str = "mp3_48000_192"
    elevenlabs_usd_per_minute: Annotated[Decimal, Field(ge=0)] | None = None
    elevenlabs_at_once: Annotated[int, Field(ge=1, le=64)] = 2
    comfyui_urls: str = ""
    comfyui_auth: SecretStr | None = None
    comfyui_pictures: str = "sdxl_scene, flux_scene, flux_text, sdxl_text"
    comfyui_clips: str = "wan_clip"
    comfyui_templates: Path | None = None
    comfyui_values: str = ""
    comfyui_usd_per_hour: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    comfyui_at_once: Annotated[int, Field(ge=1, le=64)] = 12
    comfyui_job_minutes: Annotated[float, Field(gt=0)] = 30.0
    comfyui_absence_seconds: Annotated[float, Field(ge=0)] = 120.0
    quality: Quality = "standard"
    image_width: Annotated[int, Field(ge=256, le=4096, multiple_of=16)] = MASTER_WIDTH
    image_height: Annotated[int, Field(ge=144, le=4096, multiple_of=16)] = MASTER_HEIGHT
    video_width: Annotated[int, Field(ge=256, le=3840, multiple_of=2)] = CLIP_WIDTH
    video_height: Annotated[int, Field(ge=144, le=2160, multiple_of=2)] = CLIP_HEIGHT
    av1: bool = False
    lufs_main: Lufs = LOUDNESS_LUFS
    lufs_intro: Lufs = LOUDNESS_LUFS
    lufs_ambient: Lufs = LOUDNESS_LUFS
    lufs_victory: Lufs = LOUDNESS_LUFS
    lufs_hazard: Lufs = LOUDNESS_LUFS
    mix_rounds: Annotated[int, Field(ge=1, le=20)] = 2
    mix_population: Annotated[int, Field(ge=4, le=200)] = 16
    encode_cores: Annotated[int, Field(ge=1, le=128)] = 2
    encode_memory_mb: Annotated[int, Field(ge=256)] = 2048
    encode_minutes: Annotated[float, Field(gt=0)] = 60.0
    runs_at_once: Annotated[int, Field(ge=1, le=64)] = 1
    slots_at_once: Annotated[int, Field(ge=1, le=64)] = 2
    min_free_gb: Annotated[float, Field(ge=0)] = 3.0
    quote_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    keep_events_days: Annotated[int, Field(ge=1)] = 90
    keep_temp_hours: Annotated[int, Field(ge=1)] = 24
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 3000
    webhook_hosts: str = ""
    public_url: str = ""
    trusted_hosts: str = ""
    session_idle_minutes: Annotated[int, Field(ge=1)] = 720
    session_days: Annotated[int, Field(ge=1)] = 14
    upload_mb: Annotated[int, Field(ge=1, le=1024)] = 32
    api_per_minute: Annotated[int, Field(ge=1)] = 600

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @property
    def sqlalchemy_url(self) -> str:
        """The application database: SQLite in the data folder unless a URL is set."""
        if self.database_url is None:
            return f"sqlite:///{self.data_dir / 'arena.db'}"
        return self.database_url.get_secret_value()

    @property
    def loudness(self) -> Loudness:
        """LUFS of each use of a track."""
        return {kind: float(getattr(self, f"lufs_{kind}")) for kind in SequenceKind}

    @property
    def webhook_host_names(self) -> tuple[str, ...]:
        """Hosts in one's own network that webhooks may reach, by http too."""
        return tuple(each.strip() for each in self.webhook_hosts.split(",") if each.strip())

    @property
    def blob_dir(self) -> Path:
        return self.data_dir / "blobs"

    @property
    def call_dir(self) -> Path:
        """Answers of services that were called, whole and on disk before anything reads them."""
        return self.data_dir / "calls"

    @property
    def work_dir(self) -> Path:
        return self.data_dir / "work"

    @property
    def published_dir(self) -> Path:
        return self.data_dir / "published"

    @property
    def pack_dir(self) -> Path:
        return self.data_dir / "packs"

    @property
    def manifest_dir(self) -> Path:
        return self.data_dir / "manifests"

    @property
    def dagster_home(self) -> Path:
        return self.data_dir / "dagster_home"


@lru_cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
