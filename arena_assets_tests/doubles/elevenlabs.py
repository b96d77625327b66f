"""A double of the ElevenLabs API: music by plan, and the subscription.

Requests are checked with the SDK's own types and the documented bounds; answers are real sound of
exactly the length asked for: a pad that changes slowly, so that a wrong cut is heard.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import numpy.typing as npt
import pydantic
import soundfile
from elevenlabs.types.generation_chunk_input import GenerationChunkInput
from elevenlabs.types.subscription_response import SubscriptionResponse
from elevenlabs.types.usage_characters_response_model import UsageCharactersResponseModel

from arena_assets_tests.doubles.loopback import Asked, Fault, Loopback, Said

_FIELDS = frozenset(
    ("prompt", "composition_plan", "music_length_ms", "model_id", "seed", "force_instrumental")
)
_MODELS = frozenset(("music_v1", "music_v2", "music_v2_5"))
_STATUSES = {
    401: "invalid_api_key",
    402: "payment_required",
    422: "validation_error",
    429: "too_many_concurrent_requests",
    503: "system_busy",
}


class ElevenDouble(Loopback):
    """``key`` is the only key it knows; ``credits_left`` is told and not spent."""

    def __init__(self, key: str = "el-double", **given: Any) -> None:
        super().__init__(**given)
        self.key = key
        self.credits_left = 40_000
        self.songs = 0
        self.used: dict[date, float] = {}
        """Credits by UTC day, as the usage page tells them."""

    def is_submit(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def too_many(self) -> Said:
        return Said(429, self.refuse(429, {}), headers={"retry-after": "3"})

    def refuse(self, status: int, said: Mapping[str, Any]) -> bytes:
        detail = {"status": _STATUSES.get(status, "error"), "message": f"fault {status}"}
        return json.dumps({"detail": {**detail, **said}}).encode()

    def answer(self, asked: Asked) -> Said:
        given = asked.headers.get("xi-api-key", "")
        if given != self.key:
            return Said(401, self.refuse(401, {"message": f"no such key: {given}"}))
        if asked.path == "/v1/user/subscription":
            return Said(200, json.dumps(self._subscription()).encode())
        if asked.path == "/v1/usage/character-stats":
            return Said(200, json.dumps(self._usage(asked)).encode())
        if asked.path != "/v1/music":
            return Said(404, self.refuse(404, {}))
        problem = request_problem(asked.body)
        if problem:
            return Said(422, self.refuse(422, {"message": problem}))
        form = parse_qs(asked.query).get("output_format", ["mp3_48000_192"])[0]
        milliseconds = sum(
            chunk["duration_ms"] for chunk in asked.body["composition_plan"]["chunks"]
        )
        self.songs += 1
        headers = {
            "song-id": f"song_{self.songs}",
            "character-cost": str(milliseconds // 50),
            "request-id": f"req_{self.songs}",
        }
        media_type = "audio/mpeg" if form.startswith("mp3") else "audio/pcm"
        return Said(200, sound(milliseconds, form), media_type, headers)

    def _usage(self, asked: Asked) -> dict[str, Any]:
        query = {name: int(v[0]) for name, v in parse_qs(asked.query).items() if v[0].isdigit()}
        times = list(range(query["start_unix"], query["end_unix"], 86_400_000))
        days = [datetime.fromtimestamp(each / 1000, UTC).date() for each in times]
        usage = {"All": [self.used.get(day, 0.0) for day in days]}
        return UsageCharactersResponseModel.model_validate(
            {"time": times, "usage": usage}
        ).model_dump(mode="json")

    def _subscription(self) -> dict[str, Any]:
        known: dict[str, Any] = {
            "tier": "creator",
            "character_count": 60_000,
            "character_limit": 60_000 + self.credits_left,
            "max_credit_limit_extension": 0,
            "can_extend_character_limit": False,
            "allowed_to_extend_character_limit": False,
            "next_character_count_reset_unix": 1_767_225_600,
            "voice_slots_used": 0,
            "professional_voice_slots_used": 0,
            "professional_voice_slots_used_in_workspace": 0,
            "voice_limit": 30,
            "voice_add_edit_counter": 0,
            "professional_voice_limit": 1,
            "can_extend_voice_limit": False,
            "can_use_instant_voice_cloning": True,
            "can_use_professional_voice_cloning": True,
            "current_overage": {"amount": "0", "currency": "usd"},
            "status": "active",
        }
        return SubscriptionResponse.model_validate(known).model_dump(mode="json")


def request_problem(body: Mapping[str, Any]) -> str:
    """What the service would refuse in a request for music; empty when it is right."""
    unknown = set(body) - _FIELDS
    if unknown:
        return f"unknown fields {sorted(unknown)}"
    if ("prompt" in body) == ("composition_plan" in body):
        return "either a prompt or a composition plan"
    if body.get("model_id") not in _MODELS:
        return "no such model"
    if "prompt" in body:
        return "seed goes with a plan" if "seed" in body else ""
    if {"music_length_ms", "force_instrumental"} & set(body):
        return "length and force_instrumental go with a prompt"
    if not 0 <= body.get("seed", 0) < 2**32:
        return "seed is out of range"
    chunks = body["composition_plan"].get("chunks", [])
    if not chunks or set(body["composition_plan"]) != {"chunks"}:
        return "a plan has chunks"
    return next(filter(None, map(_chunk_problem, chunks)), "")


def _chunk_problem(chunk: Mapping[str, Any]) -> str:
    unknown = set(chunk) - set(GenerationChunkInput.model_fields)
    if unknown:
        return f"unknown fields in a chunk: {sorted(unknown)}"
    try:
        checked = GenerationChunkInput.model_validate(chunk)
    except pydantic.ValidationError as error:
        return str(error)[:300]
    if not 3_000 <= checked.duration_ms <= 120_000:
        return "duration_ms is 3000 to 120000"
    lines = checked.text.splitlines()
    if len(lines) > 30 or any(len(line) > 200 for line in lines):
        return "at most 30 lines of 200 characters"
    if not checked.positive_styles:
        return "a chunk needs a style"
    if checked.context_adherence not in (None, "low", "medium", "high"):
        return "no such context_adherence"
    return ""


def objecting(status: str, suggestion: object = None) -> Fault:
    """The service objects to the words, with or without a better plan."""
    data = {} if suggestion is None else {"composition_plan_suggestion": suggestion}
    return Fault("status", 400, {"status": status, "message": "It names somebody", "data": data})


def pad(seconds: float, rate: int) -> npt.NDArray[np.float32]:
    """(n, 2): a chord whose partials swell at rates of their own, with a soft pulse."""
    t = np.arange(round(seconds * rate)) / rate
    left, right = np.zeros_like(t), np.zeros_like(t)
    for number, hz in enumerate((110.0, 164.8, 220.0, 277.2, 329.6, 659.3, 1318.5)):
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * t / (3.1 + 1.7 * number) + number)
        wave = np.sin(2 * np.pi * hz * t) * swell / (1 + 0.6 * number)
        left += wave * (0.6 + 0.05 * number)
        right += wave * (0.9 - 0.05 * number)
    both = np.stack([left, right], axis=1) * (0.9 + 0.1 * np.sin(2 * np.pi * 1.5 * t))[:, None]
    return np.asarray(0.3 * both / np.abs(both).max(), np.float32)


@lru_cache(maxsize=16)
def sound(milliseconds: int, form: str) -> bytes:
    """A pad of exactly this length as ``mp3_<rate>_<kbps>``, ``pcm_<rate>`` or ``wav_<rate>``."""
    kind, rate = form.split("_")[:2]
    return encoded(pad(milliseconds / 1000, int(rate)), int(rate), kind)


def encoded(samples: npt.NDArray[np.float32], rate: int, kind: str) -> bytes:
    """Samples (n, channels) as ``mp3``, ``pcm`` (16 bits, no header) or ``wav``."""
    if kind == "pcm":
        return np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes()
    file, block = io.BytesIO(), 1 << 15
    names = {"mp3": ("MP3", "MPEG_LAYER_III"), "wav": ("WAV", "PCM_16")}[kind]
    channels = samples.shape[1]
    with soundfile.SoundFile(file, "w", rate, channels, format=names[0], subtype=names[1]) as sink:
        for begin in range(0, len(samples), block):
            sink.write(samples[begin : begin + block])
    return file.getvalue()
