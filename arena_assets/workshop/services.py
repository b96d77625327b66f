"""The services a project chose, as their providers want them told: settings become options."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from arena_assets.errors import UsageFault
from arena_assets.settings import Settings

if TYPE_CHECKING:
    from arena_assets.ledger.calls import Caller
    from arena_assets.providers.claude.options import ClaudeOptions
    from arena_assets.providers.comfyui.options import ComfyOptions
    from arena_assets.providers.elevenlabs.options import ElevenOptions
    from arena_assets.store.database import Database

_AUTH = "ARENA_COMFYUI_AUTH"


def check_services(settings: Settings) -> None:
    """Raise UsageFault, naming the variable, when a chosen service cannot be used as it is set.

    Nothing is sent: whether a key is accepted is for the service to say.
    """
    if settings.lore == "claude":
        from arena_assets.domain.price_table import PRICES

        PRICES.model(claude_options(settings).model, datetime.now(UTC).date())
    if settings.music == "elevenlabs":
        eleven_options(settings)
    if "comfyui" in (settings.pictures, settings.clips):
        from arena_assets.providers.comfyui.shelf import check_values, chosen

        options = comfy_options(settings)
        if settings.pictures == "comfyui":
            chosen(options.pictures, options.templates, "picture")
        if settings.clips == "comfyui":
            chosen(options.clips, options.templates, "video")
        check_values(options)


def caller_of(settings: Settings, db: Database) -> Caller:
    """The way to the services. Each paid one gets at most so many calls at once as its setting
    says, over all processes of this machine; a ComfyUI server queues by itself."""
    from arena_assets.ledger.calls import Caller
    from arena_assets.ledger.places import Places

    limits = {"claude": settings.claude_at_once, "elevenlabs": settings.elevenlabs_at_once}
    return Caller(db, settings.call_dir, places=Places(settings.data_dir / "places", limits))


def claude_options(settings: Settings) -> ClaudeOptions:
    """Raises UsageFault without a key, or for one or an address that cannot be used."""
    from arena_assets.providers.claude.options import KEY_SETTING, ClaudeOptions

    return ClaudeOptions(
        _key(settings.claude_api_key, KEY_SETTING, "ARENA_LORE=claude"),
        model=settings.claude_model,
        base_url=settings.claude_url,
    )


def eleven_options(settings: Settings) -> ElevenOptions:
    """Raises UsageFault without a key, or for a key, address or format that cannot be used."""
    from arena_assets.providers.elevenlabs.options import KEY_SETTING, ElevenOptions

    return ElevenOptions(
        _key(settings.elevenlabs_api_key, KEY_SETTING, "ARENA_MUSIC=elevenlabs"),
        model=settings.elevenlabs_model,
        base_url=settings.elevenlabs_url,
        output_format=settings.elevenlabs_format,
        usd_per_minute=settings.elevenlabs_usd_per_minute,
        at_once=settings.elevenlabs_at_once,
        loudness=settings.loudness,
    )


def comfy_options(settings: Settings) -> ComfyOptions:
    """Raises UsageFault without an address, or for words that cannot be read."""
    from arena_assets.providers.comfyui.options import ComfyOptions, ComfyServer, Patience

    urls = _words(settings.comfyui_urls)
    if not urls:
        chosen = "ARENA_PICTURES" if settings.pictures == "comfyui" else "ARENA_CLIPS"
        raise UsageFault(
            f"{chosen}=comfyui needs a server",
            "Set ARENA_COMFYUI_URLS, like http://127.0.0.1:8188, several with commas between",
        )
    if any("@" in url for url in urls):
        raise UsageFault(
            "An address in ARENA_COMFYUI_URLS holds a user or password",
            f"Put user:password into {_AUTH}, where no log shows it",
        )
    user, password, bearer = _auth(settings.comfyui_auth)
    models, values = _assignments(settings.comfyui_values)
    return ComfyOptions(
        tuple(ComfyServer(url, user, password, bearer) for url in urls),
        pictures=_words(settings.comfyui_pictures),
        clips=_words(settings.comfyui_clips),
        templates=_folder(settings.comfyui_templates),
        models=models,
        values=values,
        usd_per_hour=settings.comfyui_usd_per_hour,
        at_once=settings.comfyui_at_once,
        patience=Patience(
            job=settings.comfyui_job_minutes * 60, absence=settings.comfyui_absence_seconds
        ),
    )


def _key(key: SecretStr | None, setting: str, chosen: str) -> SecretStr:
    if key is None or not key.get_secret_value():
        raise UsageFault(
            f"{chosen} needs a key", f"Set {setting}, or let the embedded studio do this work"
        )
    return key


def _auth(auth: SecretStr | None) -> tuple[str, str, str]:
    """User, password, token: a pair with a colon between, or else a token."""
    text = "" if auth is None else auth.get_secret_value()
    if text and not all("!" <= char <= "~" for char in text):
        raise UsageFault(
            f"{_AUTH} holds characters that cannot be sent", "Write user:password, or a token"
        )
    user, colon, password = text.partition(":")
    return (user, password, "") if colon else ("", "", text)


def _folder(folder: Path | None) -> Path | None:
    return None if folder is None else folder.expanduser().absolute()


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _assignments(text: str) -> tuple[dict[str, str], dict[str, int | float]]:
    """``workflow.slot=value`` pairs: files of weights, and numbers."""
    models: dict[str, str] = {}
    values: dict[str, int | float] = {}
    for pair in _words(text):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not value or name.count(".") != 1:
            raise UsageFault(
                f"'{pair[:80]}' in ARENA_COMFYUI_VALUES gives no slot a value",
                "Write it like sdxl_scene.steps=20, sdxl_scene.model=mine.safetensors",
            )
        number = _number(value)
        if number is None:
            models[name] = value
        else:
            values[name] = number
    return models, values


def _number(text: str) -> int | float | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    return float(text) if "." in text else int(text)
